"""Each person's load for a person and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from pmkit.domain.plan import Task
from pmkit.kernel.text import Lang, Text, display_width, pad
from pmkit.workspace.planning import Planned
from pmkit.workspace.resources import Load


def load_text(planned: Planned, loads: Sequence[Load], lang: Lang, width: int) -> str:
    """People by periods in percent of what they give, in blocks of the width; then who is overloaded with what."""
    ws = planned.ws
    if not loads:
        return Text("nobody has open work", "没有人员有未完成的工作").to(lang) + "\n"
    people = {handle: list(of) for handle, of in groupby(loads, lambda load: load.person)}
    periods = [(load.first, load.last) for load in next(iter(people.values()))]
    label = max(display_width(ws.person_name(handle)) for handle in people)
    columns = max(1, (width - label) // 8)
    lines: list[str] = []
    for begin in range(0, len(periods), columns):
        shown = periods[begin : begin + columns]
        lines.append(pad("", label) + "".join(_period(first, last).rjust(8) for first, last in shown))
        for handle, of in people.items():
            cells = "".join(_cell(load).rjust(8) for load in of[begin : begin + columns])
            lines.append(f"{pad(ws.person_name(handle), label)}{cells}".rstrip())
        lines.append("")
    over = [load for load in loads if load.over]
    if not over:
        lines.append(Text("nobody is overloaded", "没有人员超负荷").to(lang))
    else:
        lines.append(Text("Overloaded (!)", "超负荷（!）").to(lang))
        lines += [f"  {_over(planned, load).to(lang)}" for load in over]
        lines.append(Text("`pmkit plan level` delays tasks", "可用 `pmkit plan level` 做资源平衡").to(lang))
    return "\n".join(lines) + "\n"


def _period(first: date, last: date) -> str:
    """A month by its name, a day or week by its first day, which tells the year where that is a new one."""
    if (last - first).days > 7:
        return f"{first:%Y-%m}"
    return f"{first:%m-%d}" if first.timetuple().tm_yday > 7 else f"{first:%y-%m-%d}"


def _cell(load: Load) -> str:
    if load.percent is None:
        return "!"
    if not load.work:
        return "-"
    return f"{load.percent:.0f}%{'!' if load.over else ' '}"


def _over(planned: Planned, load: Load) -> Text:
    ws = planned.ws
    days = f"{load.over[0]:%m-%d}" if len(load.over) == 1 else f"{load.over[0]:%m-%d}..{load.over[-1]:%m-%d}"
    return Text("{person} {days}: {tasks}", "{person} {days}：{tasks}").format(
        person=ws.person_name(load.person),
        days=days,
        tasks=Text.join(Text.same(f"{i} {ws.get(i, Task).name}") for i in load.clash),
    )


def load_json(loads: Sequence[Load]) -> list[dict[str, Any]]:
    """The stable shape of `plan load --json`."""
    return [
        {
            "person": load.person,
            "from": load.first.isoformat(),
            "to": load.last.isoformat(),
            "work_minutes": float(load.work),
            "available_minutes": float(load.room),
            "overloaded": [day.isoformat() for day in load.over],
            "tasks": {task_id: float(minutes) for task_id, minutes in load.tasks.items()},
        }
        for load in loads
    ]
