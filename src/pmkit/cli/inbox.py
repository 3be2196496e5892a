"""`pmkit inbox`: replies are sorted onto what they answer, and somebody says for each what it is."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.dispatch import target_of
from pmkit.cli.generic import on_terminal
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, out, print_json, read_file, single
from pmkit.domain.dispatches import Dispatch
from pmkit.kernel.errors import PmkitError, Refused, UsageError
from pmkit.kernel.text import Text, shorten
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.connectors.mail import Mail, Said

app = single()
_MOST_FILES = 1000
_PROPOSED = {
    "confirm": Text("confirm", "记为确认"),
    "declined": Text("file as declined", "归档为不同意"),
    "comment": Text("file as comment", "归档为意见"),
    "out_of_office": Text("leave (out of office)", "不处理（自动回复）"),
    "undelivered": Text("leave (not delivered: check the address)", "不处理（投递失败，请核对地址）"),
    "unknown": Text("leave", "不处理"),
}
_FILES = frozenset({"confirm", "declined", "comment"})
_OURS = re.compile(r"<pmkit\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_.-]{1,60})\.[0-9a-f]{12}@")


@dataclass(frozen=True)
class Sorted:
    """A mail with what it answers (None: nothing of ours), how that was found, and what it says."""

    path: Path
    content: bytes
    mail: Mail
    said: Said
    dispatch: Dispatch | None
    found_by: Text | None
    filed: bool

    @property
    def about(self) -> str:
        if self.dispatch is None:
            return ""
        return self.dispatch.about or f"{self.dispatch.document} {self.dispatch.period or ''}".strip()


def _inbox(
    s: Session,
    files: Annotated[list[str], typer.Argument(metavar="FILE|DIR")],
    yes: Annotated[
        bool, typer.Option("--yes", help=h("do what is proposed, ask nothing", "按建议办理，不再询问"))
    ] = False,
) -> None:
    from pmkit.connectors.mail import read_mail, what_it_says

    mails, unread = [], list[Text]()
    for path in _paths(files):
        try:
            content = read_file(str(path))
            mail = read_mail(content, path.name)
        except UsageError as error:
            unread.append(error.says)
            continue
        dispatch, how = answered_by(s, mail)
        mails.append(Sorted(path, content, mail, what_it_says(mail), dispatch, how, _is_filed(s, content, dispatch)))
    if s.json and not yes:
        print_json([_as_json(s, one) for one in mails])
    else:
        for one in mails:
            _decide(s, one, yes=yes)
    for says in unread:
        sys.stderr.write(f"pmkit: {tell(says)}\n")
    if unread and not mails:
        raise UsageError(Text("no mail could be read", "没有可读取的邮件"))


def _paths(given: Sequence[str]) -> Iterator[Path]:
    """The files named, and the mails of the folders named; links out of a folder are not followed."""
    count = 0
    for text in given:
        path = Path(text)
        found = sorted(p for p in path.iterdir() if p.is_file() and not p.is_symlink()) if path.is_dir() else [path]
        for one in found:
            if path.is_dir() and one.suffix.lower() != ".eml":
                continue
            count += 1
            if count > _MOST_FILES:
                raise UsageError(Text(en="more than {n} mails at once", zh="一次超过 {n} 封邮件").format(n=_MOST_FILES))
            yield one


def answered_by(s: Session, mail: Mail) -> tuple[Dispatch | None, Text | None]:
    """What a mail answers: by the Message-IDs that it names, then by the tag of its subject."""
    from pmkit.workspace.dispatches import counts, newest

    sent = [d for d in s.ws.of(Dispatch) if counts(d)]
    by_id = {d.message_id: d for d in s.ws.of(Dispatch) if d.message_id}
    for answered in mail.ids:
        if answered in by_id:
            return by_id[answered], Text("by Message-ID", "依据邮件标识")
        match = _OURS.match(answered)
        if match and match[1] == s.ws.project.code:
            named = [d for d in sent if _name(d) == match[2]]
            if named:
                return newest(_its_own(named)), Text("by Message-ID", "依据邮件标识")
    code = re.escape(s.ws.project.code)
    if match := re.search(rf"\[\s*{code}\s+([A-Za-z]+-[0-9]+|[a-z-]+ [0-9W-]+)\s*\]", mail.subject):
        named = [d for d in sent if _name(d) == match[1].upper() or _name(d) == match[1].replace(" ", ".")]
        if named:
            return newest(_its_own(named)), Text("by subject", "依据邮件主题")
    return None, None


def _its_own(named: Sequence[Dispatch]) -> Sequence[Dispatch]:
    """Those of the document that says what the record says, before an agenda."""
    return [d for d in named if d.digest_sent] or named


def _name(dispatch: Dispatch) -> str:
    """How Message-IDs and subjects name a document."""
    return dispatch.about or f"{dispatch.document}.{dispatch.period}"


def _is_filed(s: Session, content: bytes, dispatch: Dispatch | None) -> bool:
    import hashlib

    digest = hashlib.sha256(content).hexdigest()
    filed = {r.evidence.sha256 for r in dispatch.replies if r.evidence} if dispatch else set()
    if digest in filed:
        return True
    change = s.ws.records.get(dispatch.about) if dispatch and dispatch.about else None
    approvals = getattr(change, "approvals", ())
    return any(a.evidence is not None and a.evidence.sha256 == digest for a in approvals)


def _sender(s: Session, mail: Mail) -> str | None:
    """The handle of the one who wrote, by the address."""
    return next((p.id for p in s.ws.people if p.email and p.email.lower() == mail.sender.mail.lower()), None)


def _as_json(s: Session, one: Sorted) -> dict[str, Any]:
    return {
        "file": str(one.path), "subject": one.mail.subject, "from": one.mail.sender.mail, "by": _sender(s, one.mail),
        "date": one.mail.date.isoformat() if one.mail.date else None, "answers": one.about or None,
        "dispatch": one.dispatch.id if one.dispatch else None, "proposal": one.said.answer,
        "why": {"en": one.said.why.en, "zh": one.said.why.zh}, "filed": one.filed,
    }  # fmt: skip


def _decide(s: Session, one: Sorted, *, yes: bool) -> None:
    """Show one mail with what is proposed; on a terminal ask, with `--yes` do it, in a pipe leave it."""
    if not s.json:
        _show(s, one)
    if one.dispatch is None or one.filed or one.said.answer not in _FILES:
        return
    handle = _sender(s, one.mail)
    answer: str = one.said.answer
    if not yes:
        if not on_terminal():
            return
        said = _asked(one)
        if said is None:
            return
        answer = said
    try:
        _do(s, one, answer, handle)
    except Refused as refusal:
        out(f"  {tell(refusal.says)}")
        if refusal.fix is not None:
            out(f"  {h('fix: ', '处理：')}{tell(refusal.fix)}")
    except PmkitError as error:
        out(f"  {tell(error.says)}")


def _show(s: Session, one: Sorted) -> None:
    handle = _sender(s, one.mail)
    who = s.ws.person_name(handle) if handle else one.mail.sender.mail or "-"
    day = one.mail.date.date().isoformat() if one.mail.date else "-"
    out(f"{one.path.name}  {day}  {who}  {shorten(one.mail.subject, 60)}")
    if one.dispatch is None:
        out(f"  {h('answers nothing that went out', '不对应任何发文')}")
        return
    found = one.found_by or Text.same("")
    answers = Text("answers {what} ({id}, {how})", "对应 {what}（{id}，{how}）")
    out(f"  {tell(answers.format(what=one.about, id=one.dispatch.id, how=found))}")
    if one.filed:
        out(f"  {h('filed already', '已归档')}")
        return
    says = Text("proposed: {what} ({why})", "建议：{what}（{why}）").format(
        what=_PROPOSED[one.said.answer], why=one.said.why
    )
    out(f"  {tell(says)}")
    if one.mail.words.strip():
        out(f"  > {shorten(' '.join(one.mail.words.split()), 100)}")


def _asked(one: Sorted) -> str | None:
    """What somebody decides: as proposed, something else, or nothing."""
    keys = {"c": "confirm", "d": "declined", "m": "comment", "s": None}
    default = {"confirm": "c", "declined": "d", "comment": "m"}[one.said.answer]
    question = h("c confirm, d declined, m comment, s skip", "c 确认，d 不同意，m 意见，s 跳过")
    while True:
        said = str(typer.prompt(f"  {question}", default=default, err=True)).strip().lower()
        if said in keys:
            return keys[said]


def _do(s: Session, one: Sorted, answer: str, handle: str | None) -> None:
    from dataclasses import replace

    from pmkit.actions.confirmations import Answered, file_reply
    from pmkit.actions.evidence import Received
    from pmkit.cli.confirm import confirm_with, document_of, refuse_no_confirmation
    from pmkit.cli.send import forget

    received = Received(
        one.path.name if one.path.name.lower().endswith(".eml") else f"{one.path.name}.eml", one.content
    )
    what = one.dispatch.about or one.dispatch.id if one.dispatch else ""
    day = one.mail.date.date() if one.mail.date else None
    acting = s.acting
    if s.on is None and day is not None and day <= s.today:
        s.on = day
    if answer == "confirm":
        refuse_no_confirmation(one.said, one.path.name)
        if handle is None:
            raise Refused(
                Text(
                    en="nobody in people.yaml has the address {mail}", zh="people.yaml 中没有人使用邮箱 {mail}"
                ).format(mail=one.mail.sender.mail),
                usage(f"pmkit confirm {what} --by HANDLE --evidence FILE"),
            )
        s.__dict__["acting"] = replace(
            acting, by=handle, on=s.on or s.today, recorded_by=acting.recorded_by or acting.by
        )
        confirm_with(s, {what: target_of(s, what)}, received, None)
    else:
        s.__dict__["acting"] = replace(acting, on=s.on or s.today)
        by = handle or one.mail.sender.mail or "-"
        answered = Answered(by, answer, received, None, one.mail.message_id or None)
        s.write(file_reply(document_of(s, target_of(s, what), what), answered, s.acting))
    s.on = None
    s.__dict__["acting"] = acting
    forget(s)


command(app, "inbox", h("Sort replies onto what they answer", "将收到的回复归到对应记录"), WRITING)(_inbox)
