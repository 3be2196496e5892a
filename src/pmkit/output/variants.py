"""What would move, and what a compression proposes, for a person and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.domain.plan import Task
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.schedule.compression import Compressed
from pmkit.workspace.planning import Planned
from pmkit.workspace.variants import Move

_TASKS = 15  # moved tasks shown; `--json` has all


def moves_text(before: Planned, after: Planned, moved: Sequence[Move], lang: Lang, width: int) -> str:
    """Milestones first, then tasks, then the project's finish."""
    milestones, tasks = [m for m in moved if m.milestone], [m for m in moved if not m.milestone]
    shown = [*milestones, *tasks[:_TASKS]]
    lines = []
    if shown:
        heads = [Text("Moves", "变动"), Text("Was", "原完成"), Text("Would be", "变为"), Text("Days", "工作日")]
        rows = [[f"{m.id} {m.name}", f"{m.finish:%Y-%m-%d}", f"{m.new_finish:%Y-%m-%d}", f"{m.days:+d}"] for m in shown]
        lines.append(table([head.to(lang) for head in heads], rows, width, right=(3,)).rstrip("\n"))
    if len(tasks) > _TASKS:
        lines.append(Text("and {n} more tasks", "另有 {n} 项任务").format(n=len(tasks) - _TASKS).to(lang))
    if not milestones:
        lines.append(Text("no milestone moves", "没有里程碑变动").to(lang))
    lines.append(_finish(before.finish, after.finish).to(lang))
    lines.append(Text("nothing was written", "未写入任何内容").to(lang))
    return "\n".join(lines) + "\n"


def moves_json(before: Planned, after: Planned, moved: Sequence[Move]) -> dict[str, Any]:
    """The stable shape of `plan what-if --json`."""
    return {
        "finish_before": before.schedule.finish.isoformat(timespec="minutes"),
        "finish": after.schedule.finish.isoformat(timespec="minutes"),
        "moved": [
            {
                "id": m.id,
                "name": m.name,
                "kind": "milestone" if m.milestone else "task",
                "start_before": m.start.isoformat(timespec="minutes"),
                "finish_before": m.finish.isoformat(timespec="minutes"),
                "start": m.new_start.isoformat(timespec="minutes"),
                "finish": m.new_finish.isoformat(timespec="minutes"),
                "days": m.days,
            }
            for m in moved
        ],
    }


def compressed_text(planned: Planned, found: Compressed, lang: Lang, width: int) -> str:
    """Each crash and overlap as a proposal, the sum, and the finish that comes of it."""
    ws = planned.ws
    currency = ws.project.currency
    rows = []
    for (task_id, before), minutes in sorted(found.overlaps.items()):
        words = Text("overlap with {before} by {days}", "与 {before} 搭接 {days}")
        words = words.format(before=before, days=_days(minutes, planned))
        rows.append([f"{task_id} {ws.get(task_id, Task).name}", words.to(lang), "0"])
    for task_id, (minutes, cost) in found.crashes.items():
        left = next(node.duration for node in planned.network.nodes if node.id == task_id) - minutes
        words = Text("crash by {days} to {left}", "赶工 {days}，工期压缩到 {left}")
        words = words.format(days=_days(minutes, planned), left=_days(left, planned))
        rows.append([f"{task_id} {ws.get(task_id, Task).name}", words.to(lang), _money(cost)])
    lines = []
    if rows:
        price = Text("Cost, {currency}", "费用（{currency}）").format(currency=currency)
        heads = [Text("Task", "任务"), Text("Proposal", "建议"), price]
        lines.append(table([head.to(lang) for head in heads], rows, width, right=(2,)).rstrip("\n"))
        total = Text("together {cost} {currency}", "合计 {cost} {currency}")
        lines.append(total.format(cost=_money(found.cost), currency=currency).to(lang))
    elif found.reached:
        lines.append(Text("the plan ends in time as it is", "现计划已能按期完成，无需压缩").to(lang))
    lines.append(_finish(found.plain.finish.date(), found.schedule.finish.date()).to(lang))
    if not found.reached:
        lines.append(
            Text(
                "that is not early enough; give more tasks a `crash_duration` and `crash_cost`, or an `overlap`",
                "仍达不到要求；请为更多任务填写 `crash_duration` 和 `crash_cost`，或 `overlap`",
            ).to(lang)
        )
    lines.append(Text("these are proposals; nothing was written", "以上为建议，未写入任何内容").to(lang))
    return "\n".join(lines) + "\n"


def compressed_json(planned: Planned, found: Compressed) -> dict[str, Any]:
    """The stable shape of `plan compress --json`."""
    return {
        "reached": found.reached,
        "finish_before": found.plain.finish.isoformat(timespec="minutes"),
        "finish": found.schedule.finish.isoformat(timespec="minutes"),
        "cost": f"{Decimal(found.cost) / 100:.2f}",
        "currency": planned.ws.project.currency,
        "crashes": [
            {"id": task_id, "minutes": minutes, "cost": f"{Decimal(cost) / 100:.2f}"}
            for task_id, (minutes, cost) in found.crashes.items()
        ],
        "overlaps": [
            {"id": task_id, "with": before, "minutes": minutes}
            for (task_id, before), minutes in sorted(found.overlaps.items())
        ],
    }


def _days(minutes: int, planned: Planned) -> str:
    return f"{plain(round(Decimal(minutes) / planned.calendar.day_minutes, 1))}d"


def _finish(was: date, now: date) -> Text:
    if was == now:
        return Text("the project still ends on {now}", "项目完成日期不变：{now}").format(now=now)
    return Text("the project ends on {now} instead of {was}", "项目完成日期由 {was} 变为 {now}").format(
        was=was, now=now
    )


def _money(hundredths: int) -> str:
    return f"{Decimal(hundredths) / 100:,.2f}"
