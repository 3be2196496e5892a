"""FMT2xx: a record that contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.checks.explain import check_codes
from pmkit.checks.selection import is_selector, nearest_check
from pmkit.domain.kind import Tracked
from pmkit.kernel.finding import BROKEN
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace


@check(
    "FMT201",
    "status-without-step",
    severity="error",
    says=Text(
        "{id} says `{status}`, but its last step led to `{last}`", "{id} 的状态是 `{status}`，但最后一步办理到 `{last}`"
    ),
    fix=Text(
        "move it with `pmkit {kind} VERB {id}`; a status set by hand has no date and no name",
        "请用 `pmkit {kind} 动作 {id}` 办理；手工改状态没有日期和经办人",
    ),
)
def status_without_step(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The steps are the record of who moved it and when; a status beside them claims something nobody did."""
    for record in ws.records.values():
        if isinstance(record, Tracked) and record.kind.states:
            last = record.steps[-1].to if record.steps else ""
            if record.status in record.kind.states.names and record.status != last:
                yield hit(
                    record.at("status"), record.id,
                    id=record.id, status=record.status, last=last or "-", kind=record.kind.name,
                )  # fmt: skip


@check(
    "FMT202",
    "unknown-status",
    severity="error",
    says=Text("{id}: a {kind} has no state `{status}`", "{id}：{kind}没有状态 `{status}`"),
    fix=Text("one of: {known}; {hint}", "可用状态：{known}。{hint}"),
)
def unknown_status(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A state outside the workflow is counted nowhere."""
    for record in ws.records.values():
        if isinstance(record, Tracked) and record.kind.states and record.status not in record.kind.states.names:
            names = record.kind.states.names
            yield hit(
                record.at("status"), record.id,
                id=record.id, status=record.status, kind=record.kind.label,
                known=Text.join(Text.same(name) for name in names), hint=did_you_mean(record.status, names),
            )  # fmt: skip


@check(
    "FMT203",
    "unknown-check",
    severity="error",
    says=Text("`checks.{field}` names {name}, which is no check", "`checks.{field}` 中的 {name} 不是检查项"),
    fix=Text(
        "write a code or family that `pmkit explain` lists; {hint}", "请写 `pmkit explain` 列出的编号或类别。{hint}"
    ),
)
def unknown_check(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A mistyped code switches nothing on and nothing off, and nobody notices."""
    for field in ("also", "ignore"):
        for position, name in enumerate(getattr(ws.project.checks, field)):
            if not is_selector(name, check_codes()) or name.startswith(BROKEN):
                at = ws.project.at("checks", field, position)
                near = nearest_check(name, check_codes())
                yield hit(at, ws.project.id, field=field, name=name, hint=did_you_mean(name, [near] if near else []))


@check(
    "FMT204",
    "steps-go-back",
    severity="warning",
    says=Text(
        "{id} reached `{to}` on {on}, before the step above it on {before}",
        "{id} 于 {on} 办理到 `{to}`，早于上一步的 {before}",
    ),
    fix=Text("correct the day that is wrong", "请更正写错的日期"),
)
def steps_go_back(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Deadlines, reports and the weekly story are counted from these days."""
    for record in ws.records.values():
        if isinstance(record, Tracked):
            for position in range(1, len(record.steps)):
                step, before = record.steps[position], record.steps[position - 1]
                if step.on < before.on:
                    at = record.at("steps", position, "on")
                    yield hit(at, record.id, id=record.id, to=step.to, on=step.on, before=before.on)
