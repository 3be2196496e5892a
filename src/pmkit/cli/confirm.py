"""`pmkit confirm ID|REPORT`: the customer's reply is filed, and what it confirms moves on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.dispatch import Target, target_of
from pmkit.cli.generic import EVIDENCE, TEXT
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, read_file, single
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.dispatches import ANSWERS
from pmkit.domain.people import Person
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pmkit.actions.confirmations import Answered, Document
    from pmkit.actions.evidence import Received
    from pmkit.connectors.mail import Mail, Said
    from pmkit.domain.kind import Record

app = single()


def _confirm(
    s: Session,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="ID|REPORT...",
            help=h("records, reports or dispatches that one reply confirms", "同一回复所确认的记录、报告或发文编号"),
        ),
    ],
    evidence: Annotated[str | None, EVIDENCE] = None,
    text: Annotated[str | None, TEXT] = None,
    evidence_kind: Annotated[
        str | None,
        typer.Option(
            "--evidence-kind",
            help=h("of a change: see `pmkit change approve`", "变更的材料类型，见 `pmkit change approve`"),
        ),
    ] = None,
    period: Annotated[str | None, typer.Option(help=h("of a report: 2026-W10", "报告期，如 2026-W10"))] = None,
) -> None:
    received = _received(evidence, text, evidence_kind)
    targets = {one: target_of(s, one, period) for one in dict.fromkeys(what)}
    for target in targets.values():
        if isinstance(target.record, SignOff):
            raise Refused(
                Text(en="a sign-off is signed, not confirmed", zh="签认须签署，不以回复确认代替"),
                usage(f"pmkit signoff record {target.record.id} --by HANDLE --evidence FILE"),
            )
        if len(targets) > 1 and isinstance(target.record, ChangeRequest) and target.dispatch is None:
            raise UsageError(
                Text(en="a change is confirmed by itself", zh="变更须单独确认"),
                usage(f"pmkit confirm {target.record.id} --by HANDLE --evidence FILE"),
            )
    confirm_with(s, targets, received, text)


def _received(evidence: str | None, text: str | None, kind: str | None = None) -> Received | None:
    """What came back, where it is a file. Raises UsageError where both a file and a text are given."""
    from pmkit.actions.evidence import Received

    if evidence is not None and text is not None:
        raise UsageError(Text("either a file or a text", "文件与消息原文只能给一种"))
    return Received(Path(evidence).name, read_file(evidence), kind) if evidence else None


def confirm_records(s: Session, records: Sequence[Record], verb: str, evidence: str | None, text: str | None) -> None:
    """The customer's word on records: the confirmation of their documents, else a step with what came back."""
    from pmkit.reports.catalogue import REPORTS

    received = _received(evidence, text)
    if any(report.kind == records[0].kind.name and not report.beside for report in REPORTS):
        confirm_with(s, {record.id: target_of(s, record.id) for record in records}, received, text)
        return
    from pmkit.actions.confirmations import agreed

    answered, notes = _answered(s, received, text)
    s.write(agreed(s.ws, records, verb, answered, s.acting), *notes)


def confirm_with(s: Session, targets: Mapping[str, Target], received: Received | None, text: str | None) -> None:
    """Record what one reply confirms, by how it was named. Refused where the reply itself says that it is none."""
    from pmkit.actions.confirmations import confirm

    answered, notes = _answered(s, received, text, *targets.values())
    only = next(iter(targets.values()))
    if isinstance(only.record, ChangeRequest) and only.dispatch is None:
        _change(s, only.record, received, text, notes)
        return
    documents = [document_of(s, target, named) for named, target in targets.items()]
    s.write(confirm(s.ws, documents, answered, s.next_id, s.acting), *notes)


def _answered(s: Session, file: Received | None, text: str | None, *targets: Target) -> tuple[Answered, list[Text]]:
    """The reply, and what a person should look at before relying on it. Refused where it is no confirmation."""
    from pmkit.actions.confirmations import Answered

    mail = mail_of(file.name, file.content) if file else None
    notes: list[Text] = []
    if mail is not None and file is not None:
        from pmkit.connectors.mail import what_it_says

        said = what_it_says(mail)
        refuse_no_confirmation(said, file.name)
        notes = [*_doubts(s, mail, said, s.acting.by), *_answers_another(s, mail, targets)]
    elif text is not None:
        from pmkit.connectors.mail import said_by

        refuse_no_confirmation(said_by(text), h("the text", "该消息"))
    return Answered(s.acting.by, "confirm", file, text, mail.message_id if mail else None), notes


def document_of(s: Session, target: Target, named: str) -> Document:
    """What a reply answers: the newest dispatch of the document, or the one that was named.

    Of a report the last period that went out, unless one was named.
    """
    from pmkit.actions.confirmations import Document
    from pmkit.actions.dispatches import last_dispatch
    from pmkit.domain.dispatches import Dispatch
    from pmkit.workspace.dispatches import counts, newest

    dispatch = target.dispatch or last_dispatch(s.ws, target.report.name, target.about)
    if dispatch is None and target.record is None:
        out = [d for d in s.ws.of(Dispatch) if counts(d) and d.document == target.report.name]
        if not out:
            raise Refused(
                Text(en="no {name} went out yet", zh="尚未发出过{name}").format(name=target.report.title),
                Text.same(f"pmkit send {named}"),
            )
        dispatch = newest(out)
    title = f"{target.report.title.to(s.ws.project.language)} {target.tag}"
    if target.record is not None:
        title += f" {target.record.name_to_show}"
    # A dispatch that was named is answered as it went out, whatever its record says today.
    record = None if target.dispatch is not None and _is_changed(target) else target.record
    return Document(target.report.name, title, record, dispatch)


def _is_changed(target: Target) -> bool:
    from pmkit.workspace.dispatches import Standing

    return target.dispatch is not None and Standing(target.dispatch, target.record).is_old


def mail_of(name: str, content: bytes) -> Mail | None:
    """The mail, where the file is one."""
    if not name.lower().endswith((".eml", ".mail")):
        return None
    from pmkit.connectors.mail import read_mail

    return read_mail(content, name)


def refuse_no_confirmation(said: Said, name: str) -> None:
    """Refuse what declines, was written by a machine, or answers something else."""
    if said.may_confirm:
        return
    raise Refused(
        Text(en="{name} is no confirmation: {why}", zh="{name} 不构成确认：{why}").format(name=name, why=said.why),
        Text("`pmkit inbox FILE` files it as what it is", "可用 `pmkit inbox 文件` 按其性质归档"),
    )


def _doubts(s: Session, mail: Mail, said: Said, handle: str) -> list[Text]:
    """What a person should look at before relying on it."""
    notes = []
    person = s.ws.find(handle, Person)
    if person is not None and person.email and mail.sender.mail.lower() != person.email.lower():
        notes.append(
            Text(
                "note: the mail comes from {mail}, not from {who} ({own})", "注意：邮件来自 {mail}，而非{who}（{own}）"
            ).format(mail=mail.sender.mail or "-", who=person.name, own=person.email)
        )
    if said.answer != "confirm":
        notes.append(
            Text(
                "note: the mail {answer} ({why}); recorded as a confirmation on your word",
                "注意：该邮件{answer}（{why}）；按您的判断记为确认",
            ).format(answer=ANSWERS[said.answer], why=said.why)
        )
    return notes


def _answers_another(s: Session, mail: Mail, targets: Sequence[Target]) -> list[Text]:
    """A note where the mail's Message-IDs or subject name another document than those it is filed with."""
    from pmkit.cli.inbox import answered_by

    answered, why = answered_by(s, mail)
    if answered is None or why is None or not targets:
        return []
    if any(answered.about == t.record.id if t.record else answered.document == t.report.name for t in targets):
        return []
    other = answered.about or f"{answered.document} {answered.period}"
    return [
        Text(
            "note: the mail answers {other} ({why}), not {tag}", "注意：该邮件回复的是 {other}（{why}），而非 {tag}"
        ).format(other=other, why=why, tag=Text.join(Text.same(target.tag) for target in targets))
    ]


def _change(s: Session, change: ChangeRequest, file: Received | None, text: str | None, notes: list[Text]) -> None:
    """A change has approvals of its own: the reply is the customer's, or their confirmation of what we approved."""
    from pmkit.actions.approvals import approve, confirm
    from pmkit.actions.evidence import Received
    from pmkit.workspace.approvals import what_is_wanted

    received = file or (Received("message.txt", f"{text}\n".encode()) if text else None)
    if change.status == "assessed":
        edits, still = approve(s.ws, change, s.acting.by, s.planned, s.acting, evidence=received, comment=text)
        if still:
            who = what_is_wanted(s.ws, still, s.on or s.today)
            notes = [*notes, Text("still missing: {who}", "尚缺审批：{who}").format(who=who)]
    else:
        edits = confirm(s.ws, change, s.acting.by, s.planned, s.acting, received)
    s.write(edits, *notes)


command(app, "confirm", h("File the customer's confirmation", "归档客户的确认"), WRITING, aliases={"as_": "--by"})(
    _confirm
)
