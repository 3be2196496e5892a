"""The plan on a terminal: a tree of phases and tasks with dates, float and bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pmkit.domain.plan import Task
from pmkit.kernel.text import Lang, Text, display_width, pad, shorten
from pmkit.output.tables import side_by_side
from pmkit.workspace.groups import Group
from pmkit.workspace.planning import Planned

# Plain signs that count one cell in every terminal; critical bars differ by sign, not by colour alone.
_DONE, _OPEN, _CRITICAL, _MILESTONE, _BUFFER, _BASELINE, _STATUS, _OFF = "=", "-", "#", "*", "~", ":", "|", "."


def gantt_text(planned: Planned, groups: Sequence[Group], lang: Lang, width: int, *, colour: bool) -> str:
    """Headings and tasks, one a line; on wide terminals with bars over the plan's days."""
    tasks = [task for group in groups for task in group.tasks]
    heads = [
        Text("Task", "任务"),
        Text("Start", "开始"),
        Text("Finish", "完成"),
        Text("Dur.", "工期"),
        Text("Float", "浮动"),
        Text("%", "完成%"),
    ]
    shown = [head.to(lang) for head in heads]
    longest = max(
        [display_width(f"  {t.id} {t.name}") for t in tasks]
        + [display_width(group.heading.to(lang)) for group in groups]
    )
    label = min(longest, max(24, width - 70))
    fixed = label + 2 + 10 + 2 + 10 + 2 + 5 + 2 + 6 + 2 + 5
    bars = width - fixed - 3 if width - fixed - 3 >= 12 else 0
    first = min(planned.item(t.id).start.date() for t in tasks)
    last = max(planned.item(t.id).finish.date() for t in tasks)
    lines = [
        f"{pad(shown[0], label)}  {pad(shown[1], 10)}  {pad(shown[2], 10)}  {pad(shown[3], 5, right=True)}  "
        f"{pad(shown[4], 6, right=True)}  {pad(shown[5], 5, right=True)}"
        + (f"  {_axis(first, last, bars)}" if bars else "")
    ]
    ground = _ground(planned, first, last, bars)
    frozen = _baseline(planned)
    for group in groups:
        lines.append(shorten(group.heading.to(lang), label))
        for task in group.tasks:
            row, item = _row(planned, task), planned.item(task.id)
            mark = "!" if item.critical else " "
            name = pad(shorten(f"  {task.id} {task.name}", label), label)
            cells = f"{name}  {row[0]:10}  {row[1]:10}  {row[2]:>5}  {row[3]:>5}{mark}  {row[4]:>5}"
            bar = _bar(planned, task, first, last, ground, frozen.get(task.id)) if bars else ""
            if colour and item.critical:
                bar = f"\x1b[31m{bar}\x1b[0m"
            lines.append(f"{cells}  {bar}".rstrip())
    status = planned.status_date
    signs = [(Text("critical", "关键任务"), "!"), (Text("done", "已完成"), _DONE), (Text("open", "未完成"), _OPEN)]
    signs += [(Text("open and critical", "未完成且关键"), _CRITICAL), (Text("milestone", "里程碑"), _MILESTONE)]
    if bars and any(task.buffer for task in tasks):
        signs.append((Text("buffer", "缓冲"), _BUFFER))
    if bars and frozen:
        signs.append((Text("finish in the baseline", "基准完成"), _BASELINE))
    if _OFF in ground:
        signs.append((Text("days off", "非工作日"), _OFF))
    if status:
        signs.append((Text("progress as of {status}", "进度截至 {status}").format(status=status), _STATUS))
    legend = side_by_side([f"{sign} {words.to(lang)}" for words, sign in signs], width)
    return "\n".join([*lines, "", *legend]) + "\n"


def _baseline(planned: Planned) -> dict[str, date]:
    """When each task ends in the newest baseline."""
    items = planned.ws.baselines[-1].items if planned.ws.baselines else ()
    return {i.id: i.finish.date() if isinstance(i.finish, datetime) else i.finish for i in items if i.finish}


def _ground(planned: Planned, first: date, last: date, width: int) -> str:
    """What lies behind the bars: days off, where a column is no more than them, and the status date."""
    days = (last - first).days + 1
    cells = []
    for column in range(width):
        begin, end = -(-column * days // width), max(-(-column * days // width) + 1, -(-(column + 1) * days // width))
        shown = [first + timedelta(days=n) for n in range(begin, min(end, days))]
        is_off = bool(shown) and not any(planned.calendar.is_workday(day) for day in shown)
        cells.append(_OFF if is_off else " ")
    status = planned.status_date
    if status is not None and first <= status <= last and width:
        cells[min(width - 1, (status - first).days * width // days)] = _STATUS
    return "".join(cells)


def _row(planned: Planned, task: Task) -> tuple[str, str, str, str, str]:
    item = planned.item(task.id)
    days = planned.float_days(task.id)
    done = planned.percent(task.id)
    return (
        item.start.date().isoformat(),
        item.finish.date().isoformat(),
        str(task.duration or ("" if task.is_milestone else "?")),
        f"{days.quantize(1) if days == days.to_integral() else round(days, 1)}d",
        f"{round(done)}%" if done else "",
    )


def _axis(first: date, last: date, width: int) -> str:
    left, right = first.strftime("%m-%d"), last.strftime("%m-%d")
    return left + " " * max(1, width - len(left) - len(right)) + right


def _bar(planned: Planned, task: Task, first: date, last: date, ground: str, baseline: date | None) -> str:
    item, width = planned.item(task.id), len(ground)
    days = (last - first).days + 1
    cells = list(ground)

    def column(day: date) -> int:
        return min(width - 1, (day - first).days * width // days)

    if baseline is not None and first <= baseline <= last:
        cells[column(baseline)] = _BASELINE
    if task.is_milestone:
        cells[column(item.finish.date())] = _MILESTONE
        return "".join(cells)
    start, end = (
        column(item.start.date()),
        max(column(item.start.date()), column(item.finish.date() + timedelta(days=1)) - 1),
    )
    length = end - start + 1
    done = int(length * planned.percent(task.id) / 100)
    rest = _BUFFER if task.buffer else _CRITICAL if item.critical else _OPEN
    cells[start : end + 1] = _DONE * done + rest * (length - done)
    return "".join(cells)
