"""A document in a few lines, for a group's chat: no table, no picture, and nothing that the customer may not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Wording
from pmkit.reports.views.weekly import WeeklyReport
from pmkit.workspace.model import Workspace
from pmkit.workspace.todo.base import Item

Sections = list[tuple[str, Sequence[str]]]
_MOST = 10  # lines of a section
_LAMPS = {"green": Text("● Green", "● 正常"), "amber": Text("● Amber", "● 预警"), "red": Text("● Red", "● 滞后")}


def weekly_digest(view: WeeklyReport, lang: Lang) -> Sections:
    """The weekly report's state, milestones, what is needed of others and what waits for a reply."""
    state = [_LAMPS[view.overall].to(lang)]
    if view.overall_remarks:
        state.append(_said(view.overall_remarks, lang))
    if view.planned is not None and view.actual is not None:
        says = Text("Progress: {p}% planned, {a}% actual", "计划完成 {p}%，实际完成 {a}%")
        state.append(says.format(p=view.planned, a=view.actual).to(lang))
    if view.summary:
        state.append(_said(view.summary, lang))
    milestone = Text("{name}: forecast {day}, drift {drift} days", "{name}：预测 {day}，偏差 {drift} 天")
    needed = Text("{ref} {what}: {whom}, by {day}", "{ref} {what}：{whom}，{day} 前")
    waits = Text("{what}: by {day}, {state}", "{what}：期限 {day}，{state}")
    found = [
        (Text("Overall", "总体"), state),
        (Text("Milestones", "里程碑"), [
            milestone.format(name=_said(m.name, lang), day=m.forecast or "/", drift=_number(m.drift)).to(lang)
            for m in view.milestones
        ]),
        (Text("Needed from others", "需协调、配合、决策事项"), [
            needed.format(ref=n.ref, what=_said(n.matter, lang), whom=n.whom or "/", day=n.needed_on or "/").to(lang)
            for n in view.needed
        ]),
        (Text("Awaiting reply or signature", "待回复、待签署文件"), [
            waits.format(what=_said(a.document, lang), day=a.due or "/", state=_said(a.status, lang)).to(lang)
            for a in view.awaited
        ]),
    ]  # fmt: skip
    return list(_filled(found, lang))


def document_digest(document: Text, subject: str, reply_by: date | None, to: str, lang: Lang) -> Sections:
    """That a document went out: to whom, and until when they answer."""
    lines = [Text("To: {who}", "主送：{who}").format(who=to)] if to else []
    if reply_by:
        lines.append(Text("Please reply by {day}", "请于 {day} 前回复").format(day=reply_by))
    title = Text("{document}: {subject}", "{document}：{subject}").format(document=document, subject=subject)
    return list(_filled([(title, [line.to(lang) for line in lines])], lang, keep_empty=True))


def reminder_digest(ws: Workspace, items: Iterable[Item], as_of: date, until: date, lang: Lang) -> Sections:
    """What is overdue, and what is due by `until`."""
    late: list[str] = []
    soon: list[str] = []
    for item in items:
        if item.due is None or item.due > until:
            continue
        who = Text.join(Text.same(ws.person_name(handle)) for handle in item.who)
        says = Text("{id} {what}: {title} ({who}, {day})", "{id} {what}：{title}（{who}，{day}）")
        line = says.format(
            id=item.record.id, what=item.what, title=item.record.name_to_show, who=who if who.en else "/", day=item.due
        ).to(lang)
        (late if item.due < as_of else soon).append(line)
    return list(_filled([(Text("Overdue", "已逾期"), late), (Text("Due soon", "即将到期"), soon)], lang))


def _filled(
    found: Sequence[tuple[Text, list[str]]], lang: Lang, *, keep_empty: bool = False
) -> Iterator[tuple[str, Sequence[str]]]:
    for heading, lines in found:
        if lines or keep_empty:
            more = len(lines) - _MOST
            rest = [Text("... and {n} more", "……另有 {n} 项").format(n=more).to(lang)] if more > 0 else []
            yield heading.to(lang), [*lines[:_MOST], *rest]


def _number(value: object) -> str:
    return "/" if value is None else str(value)


def _said(words: Wording, lang: Lang) -> str:
    text = words.to(lang) if isinstance(words, Text) else words or ""
    return " ".join(text.split())
