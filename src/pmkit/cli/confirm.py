"""`pmkit confirm ID|REPORT`: the customer's reply is filed, and what it confirms moves on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.dispatch import Target, target_of
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
    from pmkit.actions.confirmations import Document
    from pmkit.connectors.mail import Mail, Said

app = single()


def _confirm(
    s: Session,
    what: Annotated[
        str, typer.Argument(metavar="ID|REPORT", help=h("a record, a report, or a dispatch", "记录、报告或发文编号"))
    ],
    evidence: Annotated[
        str | None,
        typer.Option("--evidence", metavar="FILE", help=h("what they sent back: mail, scan", "客户回复：邮件、扫描件")),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help=h("their words, where a message said it", "客户消息原文"))
    ] = None,
    evidence_kind: Annotated[
        str | None,
        typer.Option(
            "--evidence-kind",
            help=h("of a change: see `pmkit change approve`", "变更的材料类型，见 `pmkit change approve`"),
        ),
    ] = None,
    period: Annotated[str | None, typer.Option(help=h("of a report: 2026-W10", "报告期，如 2026-W10"))] = None,
) -> None:
    from pmkit.actions.evidence import Received

    if evidence is not None and text is not None:
        raise UsageError(Text("either a file or a text", "文件与消息原文只能给一种"))
    received = Received(Path(evidence).name, read_file(evidence), evidence_kind) if evidence else None
    target = target_of(s, what, period)
    if isinstance(target.record, SignOff):
        raise Refused(
            Text(en="a sign-off is signed, not confirmed", zh="签认须签署，不以回复确认代替"),
            usage(f"pmkit signoff record {target.record.id} --by HANDLE --evidence FILE"),
        )
    confirm_with(s, target, received, text, named=what)


def confirm_with(s: Session, target: Target, received: object, text: str | None, *, named: str) -> None:
    """Record a confirmation. Refused where the mail itself says that it is none."""
    from pmkit.actions.confirmations import Answered, confirm
    from pmkit.actions.evidence import Received
    from pmkit.connectors.mail import what_it_says

    file = received if isinstance(received, Received) else None
    mail = mail_of(file.name, file.content) if file else None
    notes: list[Text] = []
    if mail is not None:
        said = what_it_says(mail)
        refuse_no_confirmation(said, file.name if file else "")
        notes += [*_doubts(s, mail, said, s.acting.by), *_answers_another(s, mail, target)]
    elif text is not None:
        from pmkit.connectors.mail import said_by

        refuse_no_confirmation(said_by(text), h("the text", "该消息"))
    if isinstance(target.record, ChangeRequest) and target.dispatch is None:
        _change(s, target.record, file, text, notes)
        return
    answered = Answered(s.acting.by, "confirm", file, text, mail.message_id if mail else None)
    document = document_of(s, target, named)
    s.write(confirm(s.ws, document, answered, s.next_id, s.acting), *notes)


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


def _answers_another(s: Session, mail: Mail, target: Target) -> list[Text]:
    """A note where the mail's Message-IDs or subject name another document than the one it is filed with."""
    from pmkit.cli.inbox import answered_by

    answered, why = answered_by(s, mail)
    if (
        answered is None
        or why is None
        or (answered.about == target.record.id if target.record else answered.document == target.report.name)
    ):
        return []
    other = answered.about or f"{answered.document} {answered.period}"
    return [
        Text(
            "note: the mail answers {other} ({why}), not {tag}", "注意：该邮件回复的是 {other}（{why}），而非 {tag}"
        ).format(other=other, why=why, tag=target.tag)
    ]


def _change(s: Session, change: ChangeRequest, file: object, text: str | None, notes: list[Text]) -> None:
    """A change has approvals of its own: the reply is the customer's, or their confirmation of what we approved."""
    from pmkit.actions.approvals import approve, confirm
    from pmkit.actions.evidence import Received
    from pmkit.workspace.approvals import what_is_wanted

    received = file if isinstance(file, Received) else Received("message.txt", f"{text}\n".encode()) if text else None
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
