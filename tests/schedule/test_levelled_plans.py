"""Levelling of real plans: people with calendars, absences and part-time units, started and fixed tasks.

Every rule is checked again by code of this file alone: hours are counted day by day from what the people's records say.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.domain.people import Person
from pmkit.domain.plan import Phase, Progress, Task
from pmkit.domain.project import Project
from pmkit.kernel.place import Spot
from pmkit.schedule.levelling import RULES, level, level_optimally
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import plan_of
from pmkit.workspace.resources import capacities, demands, held_starts

MONDAY, STATUS = date(2026, 3, 2), date(2026, 3, 6)
OFFICE = ((9, 12), (13, 18))
NIGHT = ((20, 24),)
PEOPLE = {  # handle -> calendar, percent, days away
    "li": (None, 100, ()),
    "zhao": (None, 50, (date(2026, 3, 10), date(2026, 3, 11))),
    "night": ("夜班", 100, ()),
    "crew": (None, 200, (date(2026, 3, 9),)),
}


def person(handle):
    calendar, units, away = PEOPLE[handle]
    raw = {"id": handle, "name": handle, "side": "supplier", "role": "engineer", "units": units}
    raw |= {"calendar": calendar} if calendar else {}
    return Person.model_validate(raw | ({"absent": list(away)} if away else {}))


PROJECT = {
    "id": "pmkit", "format": 1, "name": "集成", "code": "P1", "customer": "客户", "language": "zh", "currency": "CNY",
    "timezone": "Asia/Shanghai", "start": "2026-03-02", "calendar": {"base": "weekdays"},
    "calendars": {"夜班": {"base": "weekdays", "hours": ["20:00-24:00"]}},
}  # fmt: skip


def workspace(tasks, progress=(), held=None):
    made = []
    for number, raw in enumerate(tasks):
        more = {"levelled_start": held[raw["id"]]} if held and raw["id"] in held else {}
        made.append(Task.model_validate(raw | more).placed(Spot("plan/PH1.yaml", ("tasks", number))))
    phase = Phase(id="PH1", name="实施", tasks=tuple(made)).placed(Spot("plan/PH1.yaml"))
    records = [phase, *made, *(person(handle) for handle in PEOPLE)]
    if progress:
        records.append(Progress.model_validate({"id": STATUS.isoformat(), "tasks": list(progress)}))
    return Workspace.assemble(Project.model_validate(PROJECT), records)[0]


@st.composite
def plans(draw):
    tasks, progress = [], []
    for number in range(draw(st.integers(2, 9))):
        raw = {"id": f"T-{number:03}", "name": "任务", "duration": draw(st.sampled_from(("4h", "1d", "2d", "5d")))}
        people = draw(st.lists(st.sampled_from(sorted(PEOPLE)), max_size=2, unique=True))
        share = {"li": ("", " 50%"), "zhao": ("", " 25%"), "night": ("",), "crew": ("", " 150%")}
        raw["resources"] = [handle + draw(st.sampled_from(share[handle])) for handle in people]
        raw["priority"] = draw(st.sampled_from((500, 500, 500, 900)))
        before = [other["id"] for other in tasks]
        links = draw(st.lists(st.sampled_from(before), max_size=2, unique=True)) if before else []
        raw["after"] = [link + draw(st.sampled_from(("", "", " SS"))) for link in links]
        state = draw(st.sampled_from(("open", "open", "open", "open", "started", "fixed")))
        if state == "started" and not links:
            progress.append(
                {"id": raw["id"], "actual_start": "2026-03-03", "percent": 30, "remaining": raw["duration"]}
            )
        elif state == "fixed":
            raw["must_start_on"] = "2026-03-12"
        tasks.append(raw)
    return tasks, progress


# --- the separate check ----------------------------------------------------------------------------------------------


def assigned(raw):
    """Person -> percent."""
    found = {}
    for text in raw["resources"]:
        handle, _, share = text.partition(" ")
        found[handle] = Decimal(share.rstrip("%")) if share else Decimal(min(100, PEOPLE[handle][1]))
    return found


def hours(raw, day):
    """When a task is worked on a day: by the calendar of any of its people, unless one of them is away."""
    people = [PEOPLE[handle] for handle in assigned(raw)]
    if day.weekday() >= 5 or any(day in away for _, _, away in people):
        return []
    spans = {span for calendar, _, _ in people for span in (NIGHT if calendar else OFFICE)} or set(OFFICE)
    midnight = datetime.combine(day, time())
    return [(midnight + timedelta(hours=a), midnight + timedelta(hours=b)) for a, b in sorted(spans)]


def worked(raw, start, finish):
    """The pieces of working time between two moments."""
    day, found = start.date(), []
    while day <= finish.date():
        found += [(max(a, start), min(b, finish)) for a, b in hours(raw, day) if max(a, start) < min(b, finish)]
        day += timedelta(1)
    return found


def end(item):
    """The finish as it is meant: the end of a day is printed as 23:59 of it."""
    return item.finish + timedelta(minutes=1) if (item.finish.hour, item.finish.minute) == (23, 59) else item.finish


def pieces(tasks, started, items):
    """Task -> when it is worked; of a started one only what is left after the status date."""
    after = datetime.combine(STATUS, time()) + timedelta(1)
    return {
        raw["id"]: worked(raw, max(items[raw["id"]].start, after if raw["id"] in started else datetime.min), end(items[raw["id"]]))
        for raw in tasks
    }  # fmt: skip


def broken(tasks, progress, plain, found, named):
    """Every rule that a levelled plan does not keep. `named`: what levelling says it cannot help."""
    started = {entry["id"] for entry in progress}
    when = pieces(tasks, started, found)
    by_id = {raw["id"]: raw for raw in tasks}
    wrong = []
    for handle, (_, units, _) in PEOPLE.items():
        users = [raw for raw in tasks if handle in assigned(raw) and raw["id"] not in named]
        for raw in users:
            for moment, _ in when[raw["id"]]:
                busy = [o for o in users if any(a <= moment < b for a, b in when[o["id"]])]
                if sum(assigned(o)[handle] for o in busy) > units:
                    wrong.append(("overloaded", handle, moment, [o["id"] for o in busy]))
    for raw in tasks:
        item, was = found[raw["id"]], plain[raw["id"]]
        stays = raw["id"] in started or "must_start_on" in raw
        if stays and (item.start, item.finish) != (was.start, was.finish):
            wrong.append(("moved", raw["id"]))
        if item.early_start < was.early_start:
            wrong.append(("earlier", raw["id"]))
        minutes = {"4h": 240, "1d": 480, "2d": 960, "5d": 2400}[raw["duration"]]
        if raw["id"] not in started and sum((b - a).seconds // 60 for a, b in when[raw["id"]]) != minutes:
            wrong.append(("not its working time", raw["id"]))
        for text in raw["after"]:
            before, _, kind = text.partition(" ")
            other = found[before]
            if raw["id"] not in started and not stays and item.start < (other.start if kind == "SS" else end(other)):
                wrong.append(("link", raw["id"], before))
    assert by_id
    return wrong


def untold(tasks, progress, plain, levelled):
    """Delayed tasks without a cause, or with one that is none."""
    by_id = {raw["id"]: raw for raw in tasks}
    items = levelled.schedule.items
    delays = {delay.id: delay for delay in levelled.delays}
    started = {entry["id"] for entry in progress}
    wrong = []
    for raw in tasks:
        late = items[raw["id"]].early_start > plain[raw["id"]].early_start
        if not late or raw["id"] in started:
            continue
        delay = delays.get(raw["id"])
        if delay is None or not delay.holders:
            wrong.append(("no cause", raw["id"]))
            continue
        start = items[raw["id"]].start
        if delay.resource is None:
            if not set(delay.holders) <= {text.partition(" ")[0] for text in raw["after"]}:
                wrong.append(("follows what it does not wait for", raw["id"], delay.holders))
            continue
        for holder in delay.holders:
            until = end(items[holder])
            if delay.resource not in assigned(by_id[holder]) or delay.resource not in assigned(raw) or until > start:
                wrong.append(("does not hold that person", raw["id"], holder))
            elif worked(raw, until, start):
                wrong.append(("could have begun before", raw["id"], holder, until, start))
    return wrong


some = settings(max_examples=80, derandomize=True, deadline=None)


def levelled(tasks, progress, how):
    ws = workspace(tasks, progress)
    planned, findings = plan_of(ws, None, levelled=False)
    if planned is None:
        assert all(f.code == "PLN204" for f in findings), findings  # two fixed starts that a link makes impossible
        return None
    return planned, how(planned)


def holds(tasks, progress, how):
    made = levelled(tasks, progress, how)
    if made is None:
        return None
    planned, found = made
    named = {overload.id for overload in found.overloads}
    plain, items = planned.schedule.items, found.schedule.items
    assert broken(tasks, progress, plain, items, named) == []
    assert untold(tasks, progress, plain, found) == []
    again, _ = plan_of(workspace(tasks, progress, held_starts(planned, found)), None)
    assert {i: (x.start, x.finish) for i, x in again.schedule.items.items()} == {
        i: (x.start, x.finish) for i, x in items.items()
    }
    return found


@some
@given(plans(), st.sampled_from(RULES))
def test_every_rule_is_kept_and_every_delay_has_its_cause(given_plan, rule):
    tasks, progress = given_plan
    holds(tasks, progress, lambda p: level(p.network, demands(p), capacities(p.ws), rule))


@settings(max_examples=12, derandomize=True, deadline=None)
@given(plans())
def test_the_solver_keeps_them_too_and_never_ends_later(given_plan):
    pytest.importorskip("ortools")
    tasks, progress = given_plan
    usual = holds(tasks, progress, lambda p: level(p.network, demands(p), capacities(p.ws)))
    best = holds(tasks, progress, lambda p: level_optimally(p.network, demands(p), capacities(p.ws), 1))
    if usual is not None:
        assert best.schedule.finish <= usual.schedule.finish


def test_the_check_sees_what_is_wrong():
    tasks = [
        {"id": f"T-00{n}", "name": "任务", "duration": "2d", "resources": ["li"], "after": [], "priority": 500} for n in (1, 2)
    ]  # fmt: skip
    planned, _ = plan_of(workspace(tasks), None)
    items = planned.schedule.items
    assert {kind for kind, *_ in broken(tasks, [], items, items, set())} == {"overloaded"}
    assert broken(tasks, [], items, items, {"T-001"}) == []
