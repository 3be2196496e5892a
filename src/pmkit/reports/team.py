"""团队报告, filled from the people, the plan's load and the team's records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from pmkit.domain.people import Person, role_label
from pmkit.domain.team import REWARDS, Recognition
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.parties import owner_of
from pmkit.reports.views import team as view
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned
from pmkit.workspace.resources import loads
from pmkit.workspace.team import Said, gap_words, gaps, level_of, log, members, moves, skill_names

JOINED, LEFT = Text("joined", "入场"), Text("left", "离场")


def team_report(ws: Workspace, planned: Planned | None, audience: Audience, basis: Basis) -> view.TeamReport:
    """The report. `ws`: what its audience may see; skills, items, load and recognition are for our own eyes."""
    internal = audience == "internal"
    team = members(ws)
    skilled = [one for one in team if one.skills] if internal else []
    months, load = _load(planned, {one.id for one in team}) if internal and planned else ((), ())
    return view.TeamReport(
        head=replace(form_head(ws), date=basis.as_of),
        audience=audience,
        members=tuple(_member(ws, one, internal=internal) for one in team),
        changes=tuple(
            view.Change(m.on, m.person.name, role_label(m.person.side, m.person.role), JOINED if m.joined else LEFT)
            for m in moves(ws, date.min, basis.as_of)
        ),
        skilled=tuple(one.name for one in skilled),
        skills=tuple(
            view.SkillLine(name, tuple(str(level_of(one, name) or "") for one in skilled)) for name in skill_names(ws)
        )
        if internal
        else (),
        gaps=tuple(gap_words(gap) for gap in gaps(ws)) if internal else (),
        open_items=tuple(_open(team, basis.as_of)) if internal else (),
        months=months,
        load=load,
        recognitions=tuple(_thanks(ws)) if internal else (),
        log=tuple(_said(ws, one) for one in log(ws)) if internal else (),
        basis=basis,
    )


def _said(ws: Workspace, one: Said) -> view.Said:
    people = Text.join(Text.same(ws.person_name(handle)) for handle in one.people)
    return view.Said(one.on, one.record.id, people, one.what or one.record.name_to_show)


def _member(ws: Workspace, one: Person, *, internal: bool) -> view.Member:
    return view.Member(
        one.name,
        owner_of(ws, one.id)[0],
        role_label(one.side, one.role),
        one.joined,
        _ticked([item.done for item in one.onboarding]) if internal else "",
        _ticked([item.done for item in one.training]) if internal else "",
    )


def _ticked(done: Sequence[date | None]) -> str | None:
    return f"{sum(1 for day in done if day is not None)}/{len(done)}" if done else None


def _open(team: Sequence[Person], as_of: date) -> Iterator[view.Open]:
    for one in team:
        items = [(i.item, Text("onboarding", "入场"), i.due, i.done) for i in one.onboarding]
        items += [(t.topic, Text("training", "培训"), t.due, t.done) for t in one.training]
        for text, kind, due, done in items:
            if done is None:
                yield view.Open(one.name, text, kind, due, max(0, (as_of - due).days) if due else 0)


def _load(planned: Planned, team: set[str]) -> tuple[tuple[str, ...], tuple[view.LoadLine, ...]]:
    found = [load for load in loads(planned, "month") if load.person in team]
    months = tuple(dict.fromkeys(f"{load.first:%Y-%m}" for load in found))
    lines = []
    for handle, group in groupby(found, lambda load: load.person):
        of = list(group)
        cells = tuple("" if not load.work else "!" if load.percent is None else f"{load.percent:.0f}%" for load in of)
        over = [day for load in of for day in load.over]
        days = f"{over[0]} – {over[-1]}" if len(over) > 1 else str(over[0]) if over else ""
        lines.append(view.LoadLine(planned.ws.person_name(handle), cells, days))
    return months, tuple(lines)


def _thanks(ws: Workspace) -> Iterator[view.Thanks]:
    for one in ws.of(Recognition):
        if not one.is_closed:
            people = Text.join(Text.same(ws.person_name(handle)) for handle in one.people)
            amount = one.amount.printed() if one.amount else None
            yield view.Thanks(one.on, people, REWARDS[one.type], one.reason, amount)
