"""Buffers for a person: a table, and the fever chart in characters."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pmkit.domain.plan import BUFFERS, Task
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.schedule.buffers import RED, YELLOW, BufferState, border
from pmkit.workspace.planning import Planned

ZONES = {"green": Text("green", "绿区"), "yellow": Text("yellow", "黄区"), "red": Text("red", "红区")}
ADVICE = {
    "green": Text("leave it alone", "正常，无需干预"),
    "yellow": Text("plan how to recover", "预警，制定追赶措施"),
    "red": Text("act now", "超限，立即采取措施"),
}
_COLUMNS, _ROWS = 50, 12


def buffers_text(
    planned: Planned,
    states: Sequence[BufferState],
    past: Sequence[Sequence[BufferState]],
    lang: Lang,
    width: int,
) -> str:
    """Each buffer with its use, chain and zone; below the fever chart of each with all status dates."""
    heads = [
        Text("Buffer", "缓冲"), Text("Kind", "类型"), Text("Size", "大小"), Text("Used", "已消耗"),
        Text("Used %", "消耗%"), Text("Chain done", "链完成%"), Text("Zone", "区域"), Text("Chain", "关键链"),
    ]  # fmt: skip
    rows = []
    for state in states:
        task = planned.ws.get(state.id, Task)
        rows.append(
            [
                f"{state.id} {task.name}",
                BUFFERS[task.buffer or "project"].to(lang),
                _days(state.size, planned),
                _days(state.used, planned),
                f"{state.used_percent:.0f}%",
                f"{state.done_percent:.0f}%",
                Text("{zone}: {advice}", "{zone}：{advice}")
                .format(zone=ZONES[state.zone], advice=ADVICE[state.zone])
                .to(lang),
                " ".join(link.id for link in state.chain),
            ]
        )
    parts = [table([head.to(lang) for head in heads], rows, width, right=(2, 3, 4, 5))]
    for number, state in enumerate(states):
        trail = [list(then)[number] for then in past if len(then) > number]
        if trail:
            parts.append(fever_text(f"{state.id} {planned.ws.get(state.id, Task).name}", trail, lang))
    return "\n".join(parts)


def fever_text(name: str, trail: Sequence[BufferState], lang: Lang) -> str:
    """Use of a buffer (up) against work done on its chain (right); `.` is green, `-` yellow, `#` red ground."""
    grid = []
    for row in range(_ROWS):
        used = Decimal(100) * (_ROWS - row) / _ROWS - Decimal(100) / (2 * _ROWS)
        line = ""
        for column in range(_COLUMNS):
            done = Decimal(100) * column / (_COLUMNS - 1)
            line += "#" if used >= border(RED, done) else "-" if used >= border(YELLOW, done) else "."
        grid.append(list(line))
    for number, state in enumerate(trail):
        column = min(_COLUMNS - 1, int(state.done_percent * (_COLUMNS - 1) / 100))
        row = _ROWS - 1 - min(_ROWS - 1, int(state.used_percent * _ROWS / 100))
        grid[row][column] = "O" if number == len(trail) - 1 else "o"
    title = Text("Fever chart: {name}", "缓冲消耗图：{name}").format(name=name).to(lang)
    lines = [title]
    lines += [f"{100 * (_ROWS - row) // _ROWS:>4}% |{''.join(cells)}" for row, cells in enumerate(grid)]
    lines.append("      +" + "-" * _COLUMNS)
    lines.append("       0%" + " " * (_COLUMNS - 6) + "100%")
    legend = Text(
        "up: buffer used; right: chain done; . green  - yellow  # red; o status dates, O the newest",
        "纵轴：缓冲消耗；横轴：链完成；. 绿区  - 黄区  # 红区；o 各状态日期，O 最新",
    )
    return "\n".join([*lines, legend.to(lang)]) + "\n"


def buffers_json(planned: Planned, states: Sequence[BufferState]) -> list[dict[str, Any]]:
    """The stable shape of `plan buffer --json`."""
    return [
        {
            "id": state.id,
            "name": planned.ws.get(state.id, Task).name,
            "kind": planned.ws.get(state.id, Task).buffer,
            "size_minutes": state.size,
            "used_minutes": state.used,
            "used_percent": round(float(state.used_percent), 1),
            "chain_done_percent": round(float(state.done_percent), 1),
            "zone": state.zone,
            "chain": [link.id for link in state.chain],
        }
        for state in states
    ]


def _days(minutes: int, planned: Planned) -> str:
    return f"{plain(round(Decimal(minutes) / planned.calendar.day_minutes, 1))}d"
