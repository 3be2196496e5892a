"""Plans as text that carry their own expected dates: one node a line.

    T-002 10d after T-001 SS+2d, T-009 with deadline=2026-03-20 | 2026-03-09 .. 2026-03-20 | 2d free 1d

Before the first bar the node (`0d` is a milestone; `actual`, `finished`, `left` are its progress; `in` names a calendar
of the test); then its printed times (09:00 of a start and 18:00 of a finish are left out, milestones show theirs), then
its total float (and free float) in days of eight hours, and `critical`.
"""

import re
from datetime import date, datetime

from pmkit.kernel.calendar import DAY, WorkCalendar, clock, start_of
from pmkit.kernel.duration import Duration
from pmkit.schedule.network import Actuals, Constraints, Link, Network, Node
from pmkit.schedule.passes import Schedule, schedule

WEEK = WorkCalendar()
MONDAY = date(2026, 3, 2)
_FINISHES = {"finish_no_earlier_than", "finish_no_later_than", "must_finish_on", "deadline", "finished"}
_LINK = re.compile(r"(\S+)(?: (FS|SS|FF|SF)([+-].+)?)?")


def minutes(text: str) -> int:
    return Duration.parse(text).minutes(day=480, week=2400)


def link(text: str) -> Link:
    before, kind, lag = _LINK.fullmatch(text.strip()).groups()
    return Link(before, kind or "FS", minutes(lag) if lag else 0, bool(lag) and Duration.parse(lag).is_elapsed)


def at(key: str, text: str) -> int:
    """The clock value of a bound: a day is its first minute, for a finish its end."""
    if "T" in text:
        return clock(datetime.fromisoformat(text))
    return start_of(date.fromisoformat(text)) + (DAY if key in _FINISHES else 0)


def node(text: str, calendars: dict[str, WorkCalendar]) -> Node:
    head, _, given = text.strip().partition(" with ")
    head, _, after = head.partition(" after ")
    node_id, length = head.split()
    values = dict(pair.partition("=")[::2] for pair in given.split())
    calendar = calendars[values.pop("in")] if "in" in values else None
    actuals = None
    if "actual" in values or "finished" in values:
        finish = values.pop("finished", None)
        begun = values.pop("actual", finish)
        end = at("finished", finish) - 6 * 60 if finish and "T" not in finish else finish and at("finished", finish)
        actuals = Actuals(_morning(begun), end, minutes(values.pop("left", "0d")))
    bounds = {key: True if value == "" else at(key, value) for key, value in values.items()}
    links = tuple(link(part) for part in after.split(",") if part.strip())
    return Node(node_id, minutes(length), links, calendar, Constraints(**bounds), actuals)


def _morning(text: str) -> int:
    return at("actual", text if "T" in text else f"{text}T09:00")


def network(text, start=MONDAY, calendar=WEEK, status=None, **calendars) -> Network:
    nodes = [node(line.split("|")[0], calendars) for line in text.strip().splitlines()]
    return Network(tuple(nodes), start, calendar, status)


def shown(found: Schedule, item_id: str, length: int, form: str) -> str:
    """The times of an item, with as much detail as `form` has."""
    item = found.items[item_id]
    start = item.start.isoformat(timespec="minutes")
    finish = item.finish.isoformat(timespec="minutes")
    if not length and start == finish:
        times = start
    else:
        times = f"{start.removesuffix('T09:00')} .. {finish.removesuffix('T18:00')}"
    floats = form.partition("|")[2]
    if not floats:
        return times
    free = f" free {item.free_float / 480:g}d" if "free" in floats else ""
    return f"{times} | {item.total_float / 480:g}d{free}{' critical' if item.critical else ''}"


def holds(text: str, **settings) -> Schedule:
    """Schedules the plan and compares every line with what it expects of itself."""
    plan = network(text, **settings)
    found = schedule(plan)
    expected, actual = [], []
    for line, planned in zip(text.strip().splitlines(), plan.nodes, strict=True):
        head, _, form = line.partition("|")
        expected.append(f"{planned.id}: {' '.join(form.split())}")
        actual.append(f"{planned.id}: {shown(found, planned.id, planned.duration, form)}")
        assert head.strip()
    assert actual == expected
    return found
