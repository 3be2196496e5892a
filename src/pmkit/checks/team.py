"""TEA: work that nobody or two answer for, skills that are short, people who have not found their feet."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.people import Person
from pmkit.domain.team import LETTERS
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.team import accountable, gaps, in_force


@check(
    "TEA203",
    "not-one-accountable",
    severity="error",
    says=Text("{id} ({what}) has {n} accountable, not one", "{id}（{what}）的负责人（A）有 {n} 名，应当恰好一名"),
    fix=Text("`pmkit team raci '{about}' --accountable HANDLE`", "`pmkit team raci '{about}' --accountable 代号`"),
)
def not_one_accountable(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What two people answer for, each leaves to the other."""
    for row in in_force(ws):
        answering = accountable(ws, row)
        if len(answering) != 1:
            record = ws.records.get(row.about or "")
            what = record.name_to_show if record else row.name_to_show
            about = row.about or row.work
            yield hit(row.at("accountable"), row.id, id=row.id, what=what, n=len(answering), about=about)


@check(
    "TEA204",
    "nobody-responsible",
    severity="warning",
    says=Text("{id} ({what}): nobody does it", "{id}（{what}）没有执行人（R）"),
    fix=Text("`pmkit team raci '{about}' --responsible HANDLE`", "`pmkit team raci '{about}' --responsible 代号`"),
    opinion=True,
)
def nobody_responsible(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Who answers for something does not always do it."""
    for row in in_force(ws):
        if not row.responsible:
            record = ws.records.get(row.about or "")
            what = record.name_to_show if record else row.name_to_show
            yield hit(row.at("responsible"), row.id, id=row.id, what=what, about=row.about or row.work)


@check(
    "TEA205",
    "answered-for-twice",
    severity="error",
    says=Text("{id} is about the same as {other}: {what}", "{id} 与 {other} 的对象相同：{what}"),
    fix=Text("`pmkit team withdraw {id}`", "`pmkit team withdraw {id}`"),
)
def answered_for_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Two rows of the matrix about one thing name two people for it."""
    first: dict[str, str] = {}
    for row in in_force(ws):
        what = row.about or row.work or ""
        other = first.setdefault(what, row.id)
        if other != row.id:
            yield hit(row.at("about" if row.about else "work"), row.id, id=row.id, other=other, what=what)


@check(
    "TEA206",
    "deliverable-without-accountable",
    severity="warning",
    opinion=True,
    says=Text("nobody answers for {id} ({what})", "{id}（{what}）没有负责人（A）"),
    fix=Text("`pmkit team raci {id} --accountable HANDLE`", "`pmkit team raci {id} --accountable 代号`"),
)
def deliverable_without_accountable(ws: Workspace, _: Context) -> Iterator[Hit]:
    """At the handover somebody has to stand up for each thing."""
    answered = {row.about for row in in_force(ws)}
    for one in ws.of(Deliverable):
        if not one.is_closed and not one.owner and one.id not in answered:
            yield hit(one.at("owner"), one.id, id=one.id, what=one.title)


@check(
    "TEA207",
    "responsible-has-left",
    severity="warning",
    says=Text("{id} names {who} ({letter}), who has left", "{id} 中的{who}（{letter}）已离场"),
    fix=Text("`pmkit team raci '{about}' --{field} HANDLE`", "`pmkit team raci '{about}' --{field} 代号`"),
)
def responsible_has_left(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The matrix is asked when something is due, and then it has to name somebody who is there."""
    gone = {person.id: person for person in ws.people if person.left}
    for row in in_force(ws) if gone else ():
        for field in ("accountable", "responsible"):
            for handle in getattr(row, field):
                if handle in gone:
                    yield hit(
                        row.at(field), row.id,
                        id=row.id, who=gone[handle].name, letter=LETTERS[field][0], field=field,
                        about=row.about or row.work,
                    )  # fmt: skip


@check(
    "TEA208",
    "skill-short",
    severity="warning",
    says=Text(
        "{where} needs {n} with {skill} at {level}; {have} there",
        "{where} 需要 {n} 人具备“{skill}”{level} 级，现有 {have} 人",
    ),
    fix=Text(
        "train or add somebody, then `pmkit team skill '{skill}' --member HANDLE --level {level}`",
        "请安排培训或增加人员，然后执行 `pmkit team skill '{skill}' --member 代号 --level {level}`",
    ),
)
def skill_short(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A task without anybody who can do it starts late, and is done twice."""
    for gap in gaps(ws):
        need = gap.need
        yield hit(
            need.spot, need.id,
            where=gap.where, n=need.people, skill=need.skill, level=need.level, have=gap.have,
        )  # fmt: skip


@check(
    "TEA301",
    "onboarding-overdue",
    severity="warning",
    says=Text("{who}: “{item}” was due {due}", "{who}的入场事项“{item}”应于 {due} 完成，已逾期"),
    fix=Text("`pmkit team onboard {id} --done {number}`", "`pmkit team onboard {id} --done {number}`"),
)
def onboarding_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Whoever has no access, no briefing and no signed confidentiality should not be at work yet."""
    for person in ws.people:
        for position, one in enumerate(person.onboarding):
            if not person.left and one.done is None and one.due is not None and one.due < ctx.as_of:
                yield _overdue(person, "onboarding", position, one.item, one.due, position + 1)


@check(
    "TEA302",
    "training-overdue",
    severity="warning",
    says=Text("{who}: training in {item} was due {due}", "{who}的培训“{item}”应于 {due} 完成，已逾期"),
    fix=Text(
        "`pmkit team onboard {id} --done {number}` once it was held",
        "培训完成后执行 `pmkit team onboard {id} --done {number}`",
    ),
)
def training_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What somebody was to learn is missing where it is needed."""
    for person in ws.people:
        for position, one in enumerate(person.training):
            if not person.left and one.done is None and one.due is not None and one.due < ctx.as_of:
                number = len(person.onboarding) + position + 1
                yield _overdue(person, "training", position, one.topic, one.due, number)


def _overdue(person: Person, key: str, position: int, item: str, due: object, number: int) -> Hit:
    at = person.at(key, position, "due")
    return hit(at, person.id, id=person.id, who=person.name, item=item, due=due, number=number)
