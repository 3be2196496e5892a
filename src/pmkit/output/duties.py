"""What late customer duties have cost, for people and programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.domain.duties import Duty
from pmkit.domain.plan import Task
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.duties import Costs
from pmkit.workspace.planning import Planned, watched


def effects_text(planned: Planned, costs: Costs, day: date, lang: Lang, width: int) -> str:
    """The duties that are late, each with what it cost; then the milestones with and without the delays."""
    if not costs.effects:
        return Text("no customer duty that work waits for is late\n", "没有影响后续工作的迟到配合事项\n").to(lang)
    marks = watched(planned, None)
    heads = [
        Text("ID", "编号"), Text("Matter", "配合事项"), Text("Needed by", "需要日期"), Text("Provided", "完成日期"),
        Text("Days late", "逾期（天）"), Text("Cost on the critical path", "关键路径影响"),
    ]  # fmt: skip
    rows = []
    for effect in costs.effects:
        duty = effect.duty
        lost = [(task, effect.days[task.id]) for task in marks if effect.days.get(task.id)]
        said = Text.join(
            (Text("{id} {days} d", "{id} {days} 天").format(id=task.id, days=_plain(days)) for task, days in lost)
        )
        rows.append([
            duty.id, duty.title, str(duty.due), str(duty.done_on or "-"), str(duty.days_late(day)),
            said.to(lang) or Text("none", "无").to(lang),
        ])  # fmt: skip
    lines = [table([one.to(lang) for one in heads], rows, width), "\n"]
    heads = [
        Text("Milestone", "里程碑"), Text("In time, it would be", "按期配合应为"), Text("Forecast", "当前预测"),
        Text("Cost (working days)", "影响（工作日）"),
    ]  # fmt: skip
    rows = [
        [
            f"{task.id} {task.name}", str(costs.finishes[task.id]), str(planned.item(task.id).finish.date()),
            _plain(costs.days.get(task.id, Decimal(0))),
        ]
        for task in marks
        if task.id in costs.finishes
    ]  # fmt: skip
    if rows:
        lines.append(table([one.to(lang) for one in heads], rows, width))
    else:
        lines.append(Text("no milestone waits for them\n", "没有里程碑受其影响\n").to(lang))
    return "".join(lines)


def effects_json(planned: Planned, costs: Costs, day: date) -> dict[str, Any]:
    """The stable shape of `duty effect --json`; days on items are working days."""
    return {
        "status_date": planned.status_date.isoformat() if planned.status_date else None,
        "duties": [
            {
                "id": effect.duty.id,
                "title": effect.duty.title,
                "due": effect.duty.due.isoformat(),
                "done": _day(effect.duty),
                "days_late": effect.duty.days_late(day),
                "cost": {item_id: float(days) for item_id, days in effect.days.items() if days},
            }
            for effect in costs.effects
        ],
        "items": [
            {
                "id": item_id,
                "name": planned.ws.get(item_id, Task).name,
                "without_delay": finish.isoformat(),
                "forecast": planned.item(item_id).finish.date().isoformat(),
                "cost_days": float(costs.days[item_id]),
            }
            for item_id, finish in sorted(costs.finishes.items())
            if item_id in costs.days
        ],
    }


def _day(duty: Duty) -> str | None:
    return duty.done_on.isoformat() if duty.done_on else None


def _plain(days: Decimal) -> str:
    text = f"{days:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
