"""What a record says to a CRM: its fields as text, and what is reckoned of it. Only from the customer's view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from pmkit.domain.actions import ActionItem
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.communications import Communication
from pmkit.domain.crm import RECKONED
from pmkit.domain.kind import Record, Tracked, about, attribute_names, file_value, value_of
from pmkit.domain.meetings import Meeting
from pmkit.domain.plan import Task
from pmkit.domain.project import Project
from pmkit.domain.registry import kind_of_id
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.audience import for_customer
from pmkit.workspace.health import health, worst
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, frozen_items, judged, plan_of

_NEVER_SENT = frozenset({"withdrawn", "rejected", "cancelled", "void", "superseded"})


def as_text(value: Any) -> str:
    """A value of a file as one text: the items of a list are lines, what is empty is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "\n".join(as_text(item) for item in value)
    if isinstance(value, Mapping):
        return "；".join(as_text(item) for item in value.values())
    return plain("\n".join(str(value).splitlines()))


def plain(text: str) -> str:
    """A text without what systems add and drop: line ends of Windows, blanks at the end."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def field_text(record: Record, field: str) -> str:
    """A field of a record as text; `impact.price` leads into a part."""
    first, *rest = field.split(".")
    if first not in attribute_names(type(record)):
        return ""
    value = file_value(value_of(record, first))
    for key in rest:
        value = value.get(key) if isinstance(value, Mapping) else None
    return as_text(value)


class Speaker:
    """What the records of a workspace say: to the CRM as the customer may see them, to a comparison as they are."""

    def __init__(self, ws: Workspace, as_of: date) -> None:
        self.whole = ws
        self.lang: Lang = ws.project.language
        self._as_of = as_of

    @cached_property
    def view(self) -> Workspace:
        """The customer's, as for a publication: nothing internal, no personal data."""
        return for_customer(self.whole, published=True)

    @cached_property
    def planned(self) -> Planned | None:
        return plan_of(self.view, None)[0]

    def seen(self, record_id: str) -> Record | None:
        """The record as it may go out; None for one that may not."""
        if record_id == "project":
            return self.view.project
        record = self.view.records.get(record_id)
        if isinstance(record, Meeting) and not record.was_held:
            return None
        return record

    def may_begin(self, record: Record) -> bool:
        """False for what is not made there any more: withdrawn, rejected, cancelled; tasks that are no milestones."""
        if isinstance(record, Task):
            return record.is_milestone
        return not (isinstance(record, Tracked) and record.status in _NEVER_SENT)

    def here(self, record: Record, field: str) -> str:
        """What the record says, whoever asks."""
        return field_text(record, field)

    def there(self, record: Record, field: str) -> str:
        """What goes out of a field. `record`: from `seen`."""
        if field in RECKONED.get(record.kind.name, {}):
            return plain(getattr(self, f"_{record.kind.name}_{field}")(record))
        return field_text(record, field)

    # --- reckoned ---

    def _say(self, en: str, zh: str, **values: Any) -> str:
        return Text(en, zh).format(**values).to(self.lang)

    def _task_finish(self, task: Task) -> str:
        return self.planned.item(task.id).finish.date().isoformat() if self.planned else ""

    def _task_baseline_finish(self, task: Task) -> str:
        for baseline in reversed(self.view.baselines):
            for item in baseline.items:
                if item.id == task.id and item.finish is not None:
                    return str(item.finish)[:10]
        return ""

    def _task_state(self, task: Task) -> str:
        return "done" if self.planned is not None and self.planned.percent(task.id) >= 100 else "open"

    def _task_outlook(self, task: Task) -> str:
        finish, baseline = self._task_finish(task), self._task_baseline_finish(task)
        if self._task_state(task) == "done":
            return self._say("reached", "已完成")
        if baseline:
            return self._say(
                "forecast {finish}, baseline {baseline}", "预测 {finish}，基准 {baseline}",
                finish=finish, baseline=baseline,
            )  # fmt: skip
        return self._say("forecast {finish}", "预测 {finish}", finish=finish)

    @cached_property
    def _state(self) -> Any:
        planned = self.planned
        verdict = None
        if planned is not None and self.view.baselines:
            last = self.view.baselines[-1]
            verdict = judged(planned, last.id, frozen_items(last), last.includes, None)
        return worst(health(self.view, planned, verdict, self._as_of))

    def _project_health(self, _project: Project) -> str:
        lamp: str = self._state.lamp
        return lamp

    def _project_standing(self, _project: Project) -> str:
        state = self._state
        return self._say("{lamp}: {because}", "{lamp}：{because}", lamp=state.word, because=state.because)

    def _project_milestones(self, _project: Project) -> str:
        marks = [task for task in self.view.tasks if task.is_milestone]
        colon = self._say(": ", "：")
        return "\n".join(f"{one.id} {one.name}{colon}{self._task_outlook(one)}" for one in marks)

    def _meeting_minutes(self, meeting: Meeting) -> str:
        lines = [
            meeting.title,
            str(meeting.time).replace("T", " ")[:16] + (f" {meeting.place}" if meeting.place else ""),
        ]
        for topic in meeting.topics:
            lines.append(f"· {topic.title}")
            lines += [f"  {topic.discussion}"] if topic.discussion else []
        if meeting.decisions:
            lines.append(self._say("Decisions", "议定事项"))
            lines += [f"{number}. {text}" for number, text in enumerate(meeting.decisions, 1)]
        actions = [one for one in self.view.of(ActionItem) if one.from_ == meeting.id]
        if actions:
            lines.append(self._say("Action items", "待办事项"))
            lines += [f"{one.id} {one.title}" + (f" ({one.due})" if one.due else "") for one in actions]
        return "\n".join(lines)

    def _change_outline(self, change: ChangeRequest) -> str:
        lines = [change.reason or ""]
        for edit in change.edits:
            kind = kind_of_id(edit.record)
            what = about(kind.model).get(edit.field) if kind else None
            label = what.label.to(self.lang) if what else edit.field
            before, after = as_text(edit.from_) or "/", as_text(edit.to) or "/"
            lines.append(f"{edit.record} {label}: {before} -> {after}")
        if change.impact.price is not None:
            lines.append(self._say("Contract price: {price}", "合同价款增减：{price}", price=change.impact.price))
        for target, days in change.impact.schedule_allowance.items():
            lines.append(self._say("{target}: {days} later", "{target} 顺延 {days}", target=target, days=days))
        return "\n".join(line for line in lines if line)

    def _communication_record(self, record: Communication) -> str:
        parts = (record.summary, record.position, record.follow_up)
        return "\n".join(part for part in parts if part)
