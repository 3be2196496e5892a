"""Drift for people, programs and pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pmkit.kernel.text import Lang, Text
from pmkit.output.github import annotation
from pmkit.schedule.drift import ItemDrift
from pmkit.workspace.contracts import Deadline
from pmkit.workspace.planning import Verdict


def drift_text(verdict: Verdict, lang: Lang, finish: Deadline | None = None) -> str:
    """One sentence a milestone, the project's last; then what was added, removed or linked anew.

    `finish`: the contract's, in calendar days, beside the drift in working days.
    """
    lines = [
        Text(en="against {name}", zh="与 {name} 比较").format(name=verdict.baseline).to(lang),
        *(
            f"{'x' if item.id in verdict.failing else ' '} {sentence(verdict, item).to(lang)}"
            for item in verdict.judged
        ),
    ]
    tasks = [i for i in verdict.drift.items if not i.milestone and i.finish]
    if tasks:
        lines += ["", Text("tasks that moved:", "有偏差的任务：").to(lang)]
        for i in tasks:
            lines.append(
                f"    {i.id} {i.name}  {i.baseline_finish} -> {i.forecast_finish}  {_days(i.finish, sign=True)}"
            )
    for label, ids in (
        (Text("added since", "基准之后新增"), verdict.drift.added),
        (Text("removed since", "基准之后删除"), verdict.drift.removed),
        (Text("linked anew", "依赖已变"), tuple(i.id for i in verdict.drift.items if i.relinked)),
    ):
        if ids:
            lines.append("  " + Text("{label}: {ids}", "{label}：{ids}").format(label=label, ids=_listed(ids)).to(lang))
    lines.append("")
    lines.append(conclusion(verdict).to(lang))
    if finish is not None:
        lines.append(finish.says.to(lang))
    return "\n".join(lines) + "\n"


def drift_markdown(verdict: Verdict, lang: Lang, finish: Deadline | None = None) -> str:
    """For a pull request or a job's summary: the milestones as a table, then the tasks that moved."""
    heads = (
        Text("Milestone", "里程碑"), Text("Baseline", "基准"), Text("Forecast", "预测"), Text("Drift", "偏差"),
        Text("Approved", "已批准"), Text("Unexplained", "未经批准"), Text("Threshold", "阈值"), Text("", ""),
    )  # fmt: skip
    title = Text(en="### Drift against {name}", zh="### 与 {name} 比较的进度偏差").format(name=_cell(verdict.baseline))
    lines = [title.to(lang), "", _row(head.to(lang) for head in heads), _row("---" for _ in heads)]
    for item in verdict.judged:
        mark = Text("over", "超限").to(lang) if item.id in verdict.failing else ""
        changes = f" ({', '.join(verdict.excuses.get(item.id, ()))})" if item.approved else ""
        lines.append(
            _row((
                _cell(f"{item.id} {item.name}"), str(item.baseline_finish), str(item.forecast_finish),
                _days(item.finish, sign=True), f"{_days(item.approved)}{_cell(changes)}",
                _days(item.unexplained) + _cell(customers_part(verdict, item).to(lang)),
                verdict.limits.get(item.id, ""), f"**{mark}**" if mark else "",
            ))
        )  # fmt: skip
    moved = [i for i in verdict.drift.items if not i.milestone and i.finish]
    if moved:
        lines += ["", Text("Tasks that moved:", "有偏差的任务：").to(lang), ""]
        lines += [
            f"- {_cell(f'{i.id} {i.name}')}: {i.baseline_finish} -> {i.forecast_finish}, {_days(i.finish, sign=True)}"
            for i in moved
        ]
    ends = [conclusion(verdict).to(lang), *(["", _cell(finish.says.to(lang))] if finish else [])]
    return "\n".join([*lines, "", *ends]) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    """Text that cannot break out of a table or start a mark-up of its own."""
    return re.sub(r"([\\`*_{}\[\]<>|#!~&])", r"\\\1", " ".join(text.split()))


def sentence(verdict: Verdict, item: ItemDrift) -> Text:
    """A milestone's drift in one sentence: dates, days, which changes excuse how much, what is left."""
    excused = _listed(verdict.excuses.get(item.id, ()))
    tail = Text("", "")
    if item.approved:
        tail = Text(
            en=" = {approved} approved by {changes} + {rest} unexplained",
            zh=" = {approved} 已批准（{changes}）+ {rest} 未经批准",
        ).format(approved=_days(item.approved), changes=excused, rest=_days(item.unexplained))
    elif item.finish < 0:
        tail = Text(", ahead of the baseline", "，提前")
    elif item.finish:
        tail = Text(en=", {rest} unexplained", zh="，{rest} 未经批准").format(rest=_days(item.unexplained))
    return Text(
        en="{id} {name}: baseline {was}, forecast {now}, drift {days}{tail}{customer}",
        zh="{id} {name}：基准 {was}，预测 {now}，偏差 {days}{tail}{customer}",
    ).format(
        id=item.id, name=item.name, was=item.baseline_finish, now=item.forecast_finish,
        days=_days(item.finish), tail=tail, customer=customers_part(verdict, item),
    )  # fmt: skip


def customers_part(verdict: Verdict, item: ItemDrift) -> Text:
    """How much of the unexplained drift late customer duties have cost, and which; nothing where none did."""
    if not item.customer:
        return Text("", "")
    return Text(en=" (of it {days} for {duties})", zh="（其中配合事项 {duties} 影响 {days}）").format(
        days=_days(item.customer), duties=_listed(verdict.late_duties.get(item.id, ()))
    )


def _listed(ids: Iterable[str]) -> Text:
    return Text.join(Text.same(one) for one in ids)


def conclusion(verdict: Verdict) -> Text:
    """Whether the unexplained drift passes the threshold, and what to do about it."""
    if not verdict.failing:
        return Text("within the threshold", "未超过阈值")
    limits = Text.join(
        Text("{id} ({limit})", "{id}（{limit}）").format(id=i, limit=verdict.limits[i]) for i in verdict.failing
    )
    return Text(
        en="unexplained drift passes the threshold: {limits}; recover it, or raise a change request",
        zh="未经批准偏差超过阈值：{limits}；请采取赶工措施，或提出变更申请",
    ).format(limits=limits)


def drift_json(verdict: Verdict) -> dict[str, Any]:
    """The stable shape of `plan drift --json`; days are working days as numbers."""
    return {
        "baseline": verdict.baseline,
        "project": verdict.drift.project,
        "failed": bool(verdict.failing),
        "failing": list(verdict.failing),
        "items": [
            {
                "id": i.id,
                "name": i.name,
                "kind": "milestone" if i.milestone else "task",
                "baseline_start": i.baseline_start.isoformat(),
                "baseline_finish": i.baseline_finish.isoformat(),
                "forecast_start": i.forecast_start.isoformat(),
                "forecast_finish": i.forecast_finish.isoformat(),
                "start_drift_days": float(i.start),
                "finish_drift_days": float(i.finish),
                "duration_drift_days": float(i.duration),
                "approved_days": float(i.approved),
                "unexplained_days": float(i.unexplained),
                "customer_days": float(i.customer),
                "late_duties": list(verdict.late_duties.get(i.id, ())),
                "approved_by": list(verdict.excuses.get(i.id, ())),
                "threshold": verdict.limits.get(i.id),
                "relinked": i.relinked,
            }
            for i in verdict.drift.items
        ],
        "added": list(verdict.drift.added),
        "removed": list(verdict.drift.removed),
    }


def drift_github(verdict: Verdict, lang: Lang, prefix: str) -> str:
    """An error for each milestone that fails, a notice for the others that moved."""
    lines = []
    for item in verdict.judged:
        if item.finish:
            severity = "error" if item.id in verdict.failing else "notice"
            path = prefix + verdict.paths.get(item.id, "pmkit.yaml")
            lines.append(annotation(severity, path, 1, 1, "drift", sentence(verdict, item).to(lang)))
    return "".join(lines)


def _days(amount: Decimal, *, sign: bool = False) -> str:
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'+' if sign and amount > 0 else ''}{text}d"
