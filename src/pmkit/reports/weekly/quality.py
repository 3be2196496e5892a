"""Section 11: quality and safety."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.domain.quality import NONCONFORMITY, Nonconformity
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Week
from pmkit.workspace.model import Workspace
from pmkit.workspace.quality import checks_done, open_nonconformities, recent_rate

_CONFORMS = Text("{n} items conform", "{n} 项符合")
_FAILS = Text("{n} items conform, {m} do not", "{n} 项符合，{m} 项不符合")


def quality_notes(ws: Workspace, week: Week, as_of: date) -> Iterator[view.QualityNote]:
    """The checks of the week, nonconformities that are open or took a step in it, and the pass rate of four weeks."""
    done = [check for check in checks_done(ws, until=as_of) if check.on in week]
    for check in done:
        says = _FAILS if check.failed else _CONFORMS
        matter = Text("Check {id} {title}", "质量检查 {id} {title}").format(id=check.id, title=check.title)
        yield view.QualityNote(matter, says.format(n=check.passed, m=check.failed))
    still = open_nonconformities(ws)
    for one in ws.of(Nonconformity):
        if one in still or any(step.on in week for step in one.steps):
            yield view.QualityNote(_matter(one), _stands(ws, one, as_of))
    rate = recent_rate(ws, as_of)
    if rate is not None and (done or still):
        yield view.QualityNote(Text("Pass rate of four weeks", "近四周检查合格率"), f"{rate}%")


def _matter(one: Nonconformity) -> Text:
    return Text("Nonconformity {id} {title}", "不符合项 {id} {title}").format(id=one.id, title=one.title)


def _stands(ws: Workspace, one: Nonconformity, as_of: date) -> Text:
    states = NONCONFORMITY.states.names if NONCONFORMITY.states else {}
    parts = [states.get(one.status, Text.same(one.status))]
    if one.owner:
        parts.append(Text.same(ws.person_name(one.owner)))
    if one.due and one.status in {"open", "fixing"}:
        parts.append(Text("due {day}", "时限 {day}").format(day=one.due))
    if one.due and one.is_overdue(as_of):
        parts.append(Text("{n} d overdue", "逾期 {n} 天").format(n=(as_of - one.due).days))
    return Text.join(parts, en=", ", zh="，")
