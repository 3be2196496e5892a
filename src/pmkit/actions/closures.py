"""Closing a project and opening it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pmkit.actions.records import NextId, started, step_to
from pmkit.domain.closures import CLOSURE, ClosingReport, Closure, LeftOpen
from pmkit.domain.kind import file_data
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.closing import in_force
from pmkit.workspace.edits import Acting, Attach, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.readiness.base import Missing, Readiness


def left_open(
    ws: Workspace, groups: Sequence[Readiness], accepted: Sequence[str], reasons: Sequence[str]
) -> tuple[LeftOpen, ...]:
    """What is open and may stay so, each with its reason; one reason may stand for all.

    Raises UsageError for what is not open, and where reasons and things do not pair.
    """
    ids = list(dict.fromkeys(normal_id(one.strip()) for text in accepted for one in text.split(",") if one.strip()))
    if ids and not [one for one in reasons if one.strip()]:
        raise UsageError(
            Text("what stays open needs a reason", "保留遗留事项须说明理由"),
            Text(en="--accept-open {id} --reason '...'", zh="--accept-open {id} --reason '理由'").format(id=ids[0]),
        )
    if len(reasons) not in {0, 1, len(ids)}:
        raise UsageError(
            Text(
                en="{n} things may stay open and {m} reasons are given", zh="有 {n} 项遗留事项，却给了 {m} 条理由"
            ).format(n=len(ids), m=len(reasons)),
            Text("one reason for all, or one for each", "可用一条理由说明全部，或每项各写一条"),
        )
    known: dict[str, Missing] = {}
    for group in groups:
        for item in group.missing:
            known.setdefault(item.about, item)
    for one in ids:
        if one not in known:
            raise UsageError(
                Text(en="{id} is not open", zh="{id} 不是待处理事项").format(id=one), did_you_mean(one, known)
            )
    said = list(reasons) * len(ids) if len(reasons) == 1 else list(reasons) if ids else []
    return tuple(
        LeftOpen(item=one, what=known[one].what.to(ws.project.language), reason=reason)
        for one, reason in zip(ids, said, strict=True)
    )


def refuse_open(groups: Sequence[Readiness], accepted: Sequence[LeftOpen]) -> None:
    """Refused where something is open that nobody accepted; all of it is listed with what mends it."""
    taken = {one.item for one in accepted}
    left = [(one.group, [m for m in one.missing if m.about not in taken]) for one in groups]
    lines = [
        line
        for group, items in left
        if items
        for line in (
            Text("{title} ({n})", "{title}（{n} 项）").format(title=group.title, n=len(items)),
            *(Text.same("  {id}  {what}    {do}").format(id=i.about, what=i.what, do=i.mend) for i in items),
        )
    ]
    if lines:
        count = sum(len(items) for _, items in left)
        raise Refused(
            Text.join(
                [
                    Text(en="the project cannot be closed: {n} things are open", zh="项目不能结项：尚有 {n} 项未处理")
                    .format(n=count),
                    *lines,
                ], en="\n", zh="\n",
            ),
            Text("settle them, or accept one with `--accept-open ID --reason '...'`",
                 "请先处理；确需保留的用 `--accept-open 编号 --reason '理由'` 说明"),
        )  # fmt: skip


def refuse_closed_twice(ws: Workspace) -> None:
    """Refused where the project is closed already."""
    closure = in_force(ws)
    if closure is not None:
        raise Refused(
            Text(en="the project is closed since {on} ({id})", zh="项目已于 {on} 结项（{id}）").format(
                on=closure.reached("closed"), id=closure.id
            ),
            Text.same("pmkit archive make"),
        )


def close(
    ws: Workspace, closure: Mapping[str, object], reports: Sequence[ClosingReport], files: Mapping[str, bytes],
    record_id: str, acting: Acting,
) -> Edits:  # fmt: skip
    """The closing itself: its record, and beside it the reports and the manifest of the archive.

    `closure`: the fields of the record but for the reports. Raises UsageError for an approver whom nobody knows.
    """
    approver = str(closure.get("approved_by") or "")
    if approver and ws.find(approver, Person) is None:
        raise UsageError(
            Text(en="{who} is not in people.yaml", zh="people.yaml 中没有 {who}").format(who=approver),
            did_you_mean(approver, [p.id for p in ws.people]),
        )
    values = {**closure, "reports": [file_value_of(one) for one in reports]}
    record = validated(Closure, started(CLOSURE, record_id, values, acting))
    changes: tuple[Change, ...] = (
        Create(new_path(CLOSURE, record_id), file_data(record), CLOSURE.name),
        *(Attach(path, content) for path, content in files.items()),
    )
    subject = headed(record_id, Text("Close the project", "项目结项"))
    return Edits(changes, "closure.close", (record_id,), subject, acting.by, acting.on)


def file_value_of(report: ClosingReport) -> dict[str, str]:
    """A report as it stands in the record."""
    return {"audience": report.audience, "file": report.file, "sha256": report.sha256}


def reopen(ws: Workspace, closure: Closure | None, reason: str, acting: Acting) -> Edits:
    """The project goes on: a step in the record of its closing. Refused where it is not closed."""
    closure = closure or in_force(ws)
    if closure is None or closure.status != "closed":
        raise Refused(
            Text("the project is not closed", "项目没有结项") if closure is None
            else Text(en="{id} is reopened already", zh="{id} 已重新打开").format(id=closure.id)
        )  # fmt: skip
    if not reason.strip():
        raise UsageError(Text("reopening needs a reason", "重新打开项目须说明理由"), Text.same("--reason '...'"))
    subject = headed(closure.id, Text("Reopen the project: {why}", "重新打开项目：{why}").format(why=reason))
    changes = tuple(step_to(closure, "reopened", acting, reason))
    return Edits(changes, "closure.reopen", (closure.id,), subject, acting.by, acting.on)


def new_closure_id(ws: Workspace, next_id: NextId) -> str:
    """The id of a closing that is about to be."""
    refuse_closed_twice(ws)
    return next_id(CLOSURE.prefix)
