"""The quality plan and its trend, for a person and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmkit.domain.quality import ACTIVITY_TYPES, QualityActivity
from pmkit.kernel.text import Lang, Text
from pmkit.output.curves import curves_text
from pmkit.output.tables import table
from pmkit.workspace.model import Workspace
from pmkit.workspace.quality import Standing, Trend, checks_done, open_nonconformities

RATE, OPEN = (
    Text("Items that conform, four weeks", "检查合格率（近四周）"),
    Text("Open nonconformities", "未关闭不符合项"),
)
MET = {True: Text("met", "达标"), False: Text("missed", "未达标"), None: Text("not measured", "未测量")}


def plan_text(
    ws: Workspace, found: Sequence[Standing], controls: Sequence[QualityActivity], lang: Lang, width: int
) -> str:
    """Objectives with their latest result, control activities with their last check, what is open."""
    parts = [Text("Quality objectives", "质量目标").to(lang)]
    if found:
        heads = ["", Text("Objective", "质量目标").to(lang), Text("Target", "目标值").to(lang),
                 Text("Latest", "最近结果").to(lang), "", Text("Owner", "责任人").to(lang)]  # fmt: skip
        rows = [
            [
                one.objective.id, one.objective.title, one.objective.target,
                f"{one.result.measured or ''} {one.check.on}".strip() if one.result and one.check else "",
                MET[one.is_met].to(lang), ws.person_name(one.objective.owner),
            ]
            for one in found
        ]  # fmt: skip
        parts.append(table(heads, rows, width).rstrip())
    else:
        parts.append(Text("none: `pmkit quality objective --title ... --target '>= 95 %'`",
                          "无：`pmkit quality objective --title 名称 --target '>= 95 %'`").to(lang))  # fmt: skip
    parts += ["", Text("Control activities", "质量控制活动").to(lang)]
    last = {check.activity: check for check in checks_done(ws)}
    if controls:
        heads = ["", Text("Activity", "控制活动").to(lang), Text("Type", "方式").to(lang),
                 Text("Deliverables", "交付物").to(lang), Text("When", "时机").to(lang),
                 Text("Last check", "最近检查").to(lang), Text("Owner", "责任人").to(lang)]  # fmt: skip
        rows = [
            [
                one.id, one.title, ACTIVITY_TYPES[one.type].to(lang), ", ".join(one.deliverables), one.when or "",
                f"{last[one.id].id} {last[one.id].on}" if one.id in last else "", ws.person_name(one.owner),
            ]
            for one in controls
        ]  # fmt: skip
        parts.append(table(heads, rows, width).rstrip())
    else:
        parts.append(Text("none: `pmkit quality activity --title ... --deliverable DLV-001`",
                          "无：`pmkit quality activity --title 名称 --deliverable DLV-001`").to(lang))  # fmt: skip
    still = open_nonconformities(ws)
    if still:
        parts += ["", OPEN.to(lang), *(f"  {one.id}  {one.title}" for one in still)]
    return "\n".join(parts) + "\n"


def plan_json(ws: Workspace, found: Sequence[Standing], controls: Sequence[QualityActivity]) -> dict[str, Any]:
    """The stable shape of `quality plan --json`."""
    last = {check.activity: check for check in checks_done(ws)}
    return {
        "objectives": [
            {
                "id": one.objective.id, "title": one.objective.title, "target": one.objective.target,
                "measured": one.result.measured if one.result else None,
                "on": one.check.on.isoformat() if one.check and one.check.on else None,
                "check": one.check.id if one.check else None, "met": one.is_met,
            }
            for one in found
        ],
        "activities": [
            {
                "id": one.id, "title": one.title, "deliverables": list(one.deliverables),
                "last_check": last[one.id].id if one.id in last else None,
            }
            for one in controls
        ],
        "open_nonconformities": [one.id for one in open_nonconformities(ws)],
    }  # fmt: skip


def trend_text(found: Trend, lang: Lang, width: int) -> str:
    """Both lines, each in a picture of its own: their scales differ."""
    parts = []
    if found.rate:
        parts.append(curves_text(RATE, [(RATE, found.rate)], "%", lang, width))
    if found.open:
        parts.append(curves_text(OPEN, [(OPEN, found.open)], "", lang, width))
    return "\n".join(parts)


def trend_json(found: Trend) -> dict[str, Any]:
    """The stable shape of `quality trend --json`."""
    return {
        "pass_rate": [{"date": day.isoformat(), "value": value} for day, value in found.rate],
        "open_nonconformities": [{"date": day.isoformat(), "value": value} for day, value in found.open],
    }
