"""Section 8: papers that wait for an answer or a signature."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, timedelta

from pmkit.domain.interviews import Interview
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.reports.catalogue import REPORTS
from pmkit.reports.views import weekly as view
from pmkit.workspace.dispatches import Standing, standings
from pmkit.workspace.letters import awaiting_reply, who_answers
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import PaperStanding, open_papers, party_word
from pmkit.workspace.signing import not_signed_again, prepared_records, unsigned_changes


def awaited(ws: Workspace, as_of: date) -> Iterator[view.Awaited]:
    """What waits for the customer: minutes and interviews to confirm, sheets to sign, changed texts to sign again."""
    papers = [one for one in open_papers(ws) if one.asked and one.lacks_others]
    on_paper = {one.record.id for one in papers}
    dispatched = {standing.record.id for standing in standings(ws) if standing.record and standing.dispatch.digest_sent}
    dispatched |= on_paper
    for meeting in ws.meetings:
        if meeting.status == "sent" and meeting.id not in dispatched:
            sent = meeting.reached("sent")
            document = Text("Minutes {id} {title}", "会议纪要 {id} {title}").format(id=meeting.id, title=meeting.title)
            due = meeting.reply_by or (sent + timedelta(days=3) if sent else None)
            yield view.Awaited(document, sent, due, Text("awaiting confirmation", "待确认"))
    for interview in ws.of(Interview):
        if interview.status == "sent" and interview.id not in dispatched:
            document = Text("Interview record {id} {title}", "需求访谈记录 {id} {title}").format(
                id=interview.id, title=interview.title
            )
            yield view.Awaited(
                document, interview.reached("sent"), interview.reply_by, Text("awaiting confirmation", "待确认")
            )
    letters = awaiting_reply(ws)
    yield from _dispatched(ws, as_of, on_paper | {letter.id for letter in letters})
    yield from _unsigned(ws, on_paper)
    for letter in letters:
        document = Text(f"{letter.form.en} {letter.id} {letter.title}", f"{letter.form.zh} {letter.id} {letter.title}")
        state = Text("awaiting reply of {who}", "待{who}回复").format(who=who_answers(letter))
        yield view.Awaited(document, letter.day, letter.reply_by, state)
    for one in papers:
        yield view.Awaited(_titled(one), one.since if one.at else None, one.due if one.at else None, _paper_state(one))


def _titled(one: PaperStanding) -> Text:
    about = f"{one.record.id} {one.record.name_to_show}"
    return Text(f"{one.document.en} {about}", f"{one.document.zh} {about}")


def _paper_state(one: PaperStanding) -> Text:
    """The state of the paper, with whom it is, what is still to be signed or sealed."""
    says = Text("{state}; with {party}; wanted: {missing}", "{state}，现在{party}，待办：{missing}")
    if one.at is None:
        says = Text("{state}; wanted: {missing}", "{state}，待办：{missing}")
    return says.format(state=one.says, party=party_word(one.at), missing=one.missing)


_STATES = {
    "waiting": Text("awaiting reply", "待回复"),
    "changed": Text("content changed since; a new version will follow", "内容已变更，待重新送出"),
    "void": Text("content changed since the confirmation; to be confirmed again", "确认后内容已变更，待重新确认"),
    "declined": Text("objection to be settled", "对方有异议，待处理"),
}


def _dispatched(ws: Workspace, as_of: date, elsewhere: Container[str]) -> Iterator[view.Awaited]:
    """Documents that went out and are not settled: unanswered, objected to, or changed since."""
    for standing in standings(ws):
        dispatch = standing.dispatch
        if standing.state not in _STATES or dispatch.about in elsewhere:
            continue
        state = _STATES[standing.state]
        if standing.is_deemed_accepted(as_of):
            state = Text("no reply; deemed accepted under {clause}", "逾期未回复，依据{clause}视为确认").format(
                clause=dispatch.deemed_under
            )
        due = dispatch.reply_by if standing.state == "waiting" else None
        yield view.Awaited(_called(standing), dispatch.sent_on, due, state)


def _called(standing: Standing) -> Text:
    """What the document is called: its kind, in the reader's language, and what it is about."""
    dispatch, record = standing.dispatch, standing.record
    title = next((report.title for report in REPORTS if report.name == dispatch.document), Text.same(dispatch.document))
    about = f"{record.id} {record.name_to_show}" if record else dispatch.period or ""
    return Text(f"{title.en[:1].upper()}{title.en[1:]} {about}".strip(), f"{title.zh} {about}".strip())


def _unsigned(ws: Workspace, elsewhere: Container[str]) -> Iterator[view.Awaited]:
    """Sheets that are out for signature, and records that changed since they were signed."""
    for signoff in ws.of(SignOff):
        if signoff.status == "prepared" and signoff.id not in elsewhere:
            document = Text("Sign-off sheet {id} {title}", "确认单 {id} {title}").format(
                id=signoff.id, title=signoff.title
            )
            state = Text("signed in part", "部分签署") if signoff.signed else Text("awaiting signature", "待签署")
            yield view.Awaited(document, signoff.reached("prepared"), signoff.reply_by, state)
    out = prepared_records(ws.of(SignOff))
    for standing in unsigned_changes(ws):
        if standing.record_id not in out:
            record = ws.records[standing.record_id]
            document = Text("{id} {title}, signed in {signoff}", "{id} {title}（{signoff} 签认）").format(
                id=record.id, title=record.name_to_show, signoff=standing.signoff.id
            )
            yield view.Awaited(document, None, None, not_signed_again(standing))
