"""`pmkit plan import` and `plan export`: plans of other programs, in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.diff import difference_lines
from pmkit.cli.language import h, language, tell
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import READING, WRITING, Session, command, one_of, out, parse_date, print_json, read_file
from pmkit.domain.kind import known_field
from pmkit.domain.plan import BASELINE, Task
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.difference import RecordDifference, difference
from pmkit.workspace.exchange import Incoming, IncomingPlan
from pmkit.workspace.imported import LastSaid
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, plan_of

if TYPE_CHECKING:
    from pmkit.actions.plan_import import Imported

FORMATS = {".xml": "mspdi", ".csv": "csv", ".xlsx": "xlsx", ".ics": "ics"}
SHOWN = 10  # tasks whose dates differ from those in the file
MOST_LINES = 60  # of what a file changes that comes again
PERCENT = Text("Percent", "完成百分比")

_Keep = Annotated[
    bool,
    typer.Option(
        "--keep-calendar",
        help=h("keep the project's own start and calendar", "保留项目原有的开始日期和日历"),
    ),
]
_Status = Annotated[
    str | None,
    typer.Option(
        "--status-date",
        metavar="DATE",
        help=h("status date of the file's progress, where it has none", "文件未注明状态日期时，其进度的状态日期"),
    ),
]


_SamePlan = Annotated[
    bool,
    typer.Option(
        "--same-plan",
        help=h("it is this plan's file, however many names differ", "确为本计划的文件（即使多数名称不同）"),
    ),
]
_PreferFile = Annotated[
    bool,
    typer.Option("--prefer-file", help=h("what both sides changed becomes the file's", "双方都改过的内容以文件为准")),
]


def _import(
    s: Session,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=h(".xml (MSPDI), .csv or .xlsx", ".xml（MSPDI）、.csv 或 .xlsx"))
    ],
    keep_calendar: _Keep = False,
    status_date: _Status = None,
    same_plan: _SamePlan = False,
    prefer_file: _PreferFile = False,
) -> None:
    from pmkit.actions.plan_import import Again, import_plan, known_tasks

    plan = read_plan(s, file, parse_date(status_date) if status_date else None)
    is_known = bool(known_tasks(s.whole, plan))
    again = Again(last_imports(s), _fingerprints(s, file), prefer_file, same_plan) if is_known else None
    result = import_plan(s.whole, plan, s.next_id, s.acting, source=file.name, keep_calendar=keep_calendar, again=again)
    planned, findings = plan_of(result.ws, None)
    if planned is None:
        raise BadWorkspace(
            Text(en="the plan in {file} cannot be scheduled", zh="{file} 中的计划无法排程").format(file=file.name),
            Text("mend what is listed above; nothing was written", "请先改正上面列出的问题；未写入任何内容"),
            [result.back_in_file(f) for f in findings if f.severity == "error"],
        )
    notes = _notes(s, plan, planned, result.ids, sets_start=result.sets_start)
    more = _as_json(plan, planned, result.ids)
    if is_known:
        changes = [d for d in difference(s.whole, result.ws) if d.record.kind is not BASELINE]
        notes = [*notes[:1], *_again(s, result, changes), *(notes[1:] if result.edits else ())]
        more |= _again_json(result, changes)
    if result.edits is not None:
        s.write(result.edits, *notes, more=more)
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": [], **more})
    else:
        out("\n".join(tell(note) for note in notes))


def _fingerprints(s: Session, file: Path) -> Mapping[str, str]:
    """What such a file would say of each task if it were exported now, in short."""
    planned, _ = plan_of(s.whole, None)
    if planned is None:
        return {}
    if _format(file) == "mspdi":
        from pmkit.connectors import msproject

        return msproject.fingerprints(planned)
    from pmkit.connectors import plan_sheet

    return plan_sheet.fingerprints(planned, "csv" if _format(file) == "csv" else "xlsx", language())


def last_imports(s: Session) -> LastSaid:
    """What earlier imports wrote, from git's history; nothing where it is not there."""
    from pmkit.store.history import commits
    from pmkit.workspace.imported import last_said

    if s.git is None:
        return LastSaid()

    def states() -> Iterator[tuple[Workspace | None, Workspace]]:
        for commit in commits(s.need_git(), ["plan"]):
            if commit.trailer("Pmkit-Action") == "plan.import":
                before = commit.parents[0] if commit.parents else None
                yield _state(s, before) if before else None, _state(s, commit.hash)

    return last_said(states())


def _state(s: Session, commit: str) -> Workspace:
    return Session(workspace=str(s.root), rev=commit).loaded.workspace


def _again(s: Session, result: Imported, changes: Sequence[RecordDifference]) -> list[Text]:
    """What a file that came again changes, field by field; what it does not; and what a person has to decide."""
    new = [d for d in changes if d.what == "added" and isinstance(d.record, Task)]
    changed = [d for d in changes if d.what == "changed" and isinstance(d.record, Task)]
    same = len(result.ids) - len(new) - len(changed)
    notes = [
        Text(en="{new} new, {changed} changed, {same} unchanged", zh="新增 {new}，修改 {changed}，未变 {same}").format(
            new=len(new), changed=len(changed), same=same
        )
    ]
    lines = [line for d in changes for line in difference_lines(s, d)]
    notes += [Text.same(f"  {line}") for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        notes.append(Text(en="  ... and {n} more lines", zh="  ……另有 {n} 行").format(n=len(lines) - MOST_LINES))
    if result.disagreements:
        notes.append(
            Text(
                "changed here and in the file, kept as here (`--prefer-file` takes the file's):",
                "以下内容本地与文件都改过，已保留本地（`--prefer-file` 采用文件中的）：",
            )
        )
    for one in result.disagreements:
        label = PERCENT if one.field == "percent" else known_field(s.whole.get(one.record).kind, one.field).label
        here, there = ("-" if value in (None, "", []) else value for value in (one.here, one.in_file))
        notes.append(
            Text(
                en="  {id} {label}: {here}, in the file {there}", zh="  {id} {label}：{here}，文件中为 {there}"
            ).format(id=one.record, label=label, here=here, there=there)
        )
    if result.missing:
        ids = ", ".join(result.missing[:SHOWN]) + (" ..." if len(result.missing) > SHOWN else "")
        notes.append(Text(en="not in the file, kept here: {ids}", zh="文件中没有，已保留：{ids}").format(ids=ids))
    return notes


def _again_json(result: Imported, changes: Sequence[RecordDifference]) -> dict[str, Any]:
    return {
        "new": [d.record.id for d in changes if d.what == "added"],
        "changed": {
            d.record.id: {f.field: {"from": f.before, "to": f.after} for f in d.fields}
            for d in changes
            if d.what == "changed"
        },
        "kept": [
            {"id": one.record, "field": one.field, "here": one.here, "file": one.in_file, "last": one.last}
            for one in result.disagreements
        ],
        "missing": list(result.missing),
    }


def read_plan(s: Session, file: Path, status: date | None) -> IncomingPlan:
    """The plan that a file holds, by its ending. Raises UsageError, BadWorkspace."""
    data = read_file(str(file))
    kind = _format(file)
    if kind == "ics":
        raise UsageError(
            Text("calendar files are written, not read", "日历文件只能导出，不能导入"),
            Text("import .xml, .csv or .xlsx", "可导入 .xml、.csv 或 .xlsx"),
        )
    if kind == "mspdi":
        from pmkit.connectors import msproject

        return msproject.read(file.name, data, s.project.currency, with_progress=status)
    from pmkit.connectors import plan_sheet

    return plan_sheet.read(file.name, data)


def _format(file: Path) -> str:
    kind = FORMATS.get(file.suffix.lower())
    if kind is None:
        raise UsageError(
            Text(en="{file}: the ending does not say what it is", zh="{file}：无法从扩展名判断格式").format(
                file=file.name
            ),
            Text("name it .xml (MSPDI), .csv, .xlsx or .ics", "请使用 .xml（MSPDI）、.csv、.xlsx 或 .ics"),
        )
    return kind


def _notes(s: Session, plan: IncomingPlan, planned: Planned, ids: Mapping[str, str], *, sets_start: bool) -> list[Text]:
    """What the importer should know: what was taken over, what is not kept, which dates differ."""
    counts = Text(
        en="{tasks} tasks, {links} links, {people} resources, {baselines} baselines",
        zh="{tasks} 个任务、{links} 个依赖、{people} 个资源、{baselines} 个基准",
    ).format(
        tasks=len(plan.tasks), links=sum(len(t.links) for t in plan.tasks),
        people=len(plan.resources), baselines=len(plan.baselines),
    )  # fmt: skip
    notes = [counts]
    if sets_start and plan.calendar is None:
        day = plan.start.date() if plan.start else "-"
        notes.append(
            Text(
                en="the project starts on {day} now, as in the file; `--keep-calendar` keeps yours",
                zh="项目开始日期已采用文件中的 {day}；如需保留原有的，请用 `--keep-calendar`",
            ).format(day=day)
        )
    elif sets_start:
        notes.append(
            Text(
                en="start and calendar are those of the file now ({name}); `--keep-calendar` keeps yours",
                zh="项目的开始日期和日历已采用文件中的（{name}）；如需保留原有的，请用 `--keep-calendar`",
            ).format(name=plan.calendar_name or "-")
        )
    notes += plan.notes
    reported = sum(task.progress is not None for task in plan.tasks)
    if reported and plan.status_date is None:
        notes.append(
            Text(
                en="the progress of {n} tasks was left out: the file has no status date; give `--status-date {day}`",
                zh="{n} 个任务的进度未导入：文件没有状态日期；请用 `--status-date {day}` 指定",
            ).format(n=reported, day=plan.possible_status_date or s.today)
        )
    differing = [(task, ids[task.uid]) for task in plan.tasks if _differs(task, planned, ids[task.uid])]
    if differing:
        lines = [_line(task, task_id, planned) for task, task_id in differing[:SHOWN]]
        more = (
            [Text(en="... and {n} more", zh="……另有 {n} 个").format(n=len(differing) - SHOWN)]
            if len(differing) > SHOWN
            else []
        )
        notes.append(
            Text(en="{n} tasks fall on other dates than in the file:", zh="{n} 个任务的日期与文件中不同：").format(
                n=len(differing)
            )
        )
        notes += [*lines, *more]
    if plan.not_kept:
        notes += [Text("not kept (`--json` has the lines):", "未保留的内容（`--json` 可查看行号）："), *_not_kept(plan)]
    return notes


def _not_kept(plan: IncomingPlan) -> list[Text]:
    """What is not kept, with how often, by the element that it stands in."""
    groups: dict[str, list[str]] = {}
    for n in plan.not_kept:
        section, _, tag = n.what.rpartition("/")
        groups.setdefault(section, []).append(f"{tag} x{n.count}" if n.count > 1 else tag)
    return [
        Text.same(line)
        for section, tags in groups.items()
        for line in wrap(
            ", ".join(tags), 96, initial_indent=f"  {section}: " if section else "  ", subsequent_indent="    "
        )
    ]


def _differs(task: Incoming, planned: Planned, task_id: str) -> bool:
    """True where the plan has the task on another day than the file."""
    item = planned.item(task_id)
    days = [_day(at) for at in (task.start, task.finish)]
    return any(
        day is not None and day != moment.date() for day, moment in zip(days, (item.start, item.finish), strict=True)
    )


def _day(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


def _line(task: Incoming, task_id: str, planned: Planned) -> Text:
    item = planned.item(task_id)
    return Text(
        en="  {id} {name}: {start} .. {finish}, in the file {was_start} .. {was_finish}",
        zh="  {id} {name}：{start} 至 {finish}，文件中为 {was_start} 至 {was_finish}",
    ).format(
        id=task_id, name=task.name, start=item.start.date(), finish=item.finish.date(),
        was_start=_day(task.start) or "-", was_finish=_day(task.finish) or "-",
    )  # fmt: skip


def _as_json(plan: IncomingPlan, planned: Planned, ids: Mapping[str, str]) -> dict[str, Any]:
    """What `plan import --json` says beside the commit; `tasks` maps ids of the file to ours."""
    return {
        "tasks": dict(ids),
        "resources": len(plan.resources),
        "baselines": len(plan.baselines),
        "status_date": plan.status_date.isoformat() if plan.status_date else None,
        "notes": [{"en": note.en, "zh": note.zh} for note in plan.notes],
        "not_kept": [{"what": n.what, "count": n.count, "line": n.place.line} for n in plan.not_kept],
        "other_dates": [ids[task.uid] for task in plan.tasks if _differs(task, planned, ids[task.uid])],
    }


# --- out -------------------------------------------------------------------------------------------------------------


def _export(
    s: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=h(".xml (MSPDI), .csv, .xlsx or .ics", ".xml（MSPDI）、.csv、.xlsx 或 .ics")
        ),
    ],
    audience: Annotated[
        str,
        typer.Option(
            metavar="internal|customer", help=h("customer leaves out what is internal", "customer 不含内部内容")
        ),
    ] = "internal",
    overwrite: Annotated[bool, typer.Option("--overwrite", help=h("replace the file", "覆盖已有文件"))] = False,
) -> None:
    kind = _format(file)
    from pmkit.cli.sheets import write_file

    one_of(audience, ("internal", "customer"))
    planned = scheduled(s)
    if audience == "customer":
        from dataclasses import replace

        from pmkit.workspace.audience import for_customer

        progress = {k: entry.model_copy(update={"actual_cost": None}) for k, entry in planned.progress.items()}
        planned = replace(planned, ws=for_customer(planned.ws), progress=progress)
    lost: list[Text] = []
    if kind == "mspdi":
        from pmkit.connectors import msproject

        data, lost = msproject.written(planned), msproject.lost(planned)
    elif kind == "ics":
        from pmkit.connectors.ics.plan import plan_calendar

        data = plan_calendar(planned, language())
    else:
        from pmkit.connectors import plan_sheet

        data = plan_sheet.written(planned, "csv" if kind == "csv" else "xlsx", language())
    write_file(file, data, overwrite=overwrite)
    if s.json:
        print_json(
            {"file": str(file), "tasks": len(planned.ws.tasks), "lost": [{"en": t.en, "zh": t.zh} for t in lost]}
        )
        return
    out(tell(Text(en="{file}  {n} tasks", zh="{file}  {n} 个任务").format(file=file, n=len(planned.ws.tasks))))
    for note in lost:
        out(f"  {tell(note)}")


def register(app: typer.Typer) -> None:
    """Both commands, below `pmkit plan`."""
    command(
        app,
        "import",
        h("Take a plan from MS Project XML, CSV or Excel", "从 MS Project XML、CSV 或 Excel 导入计划"),
        WRITING,
    )(_import)
    command(app, "export", h("Write the plan for another program", "导出计划，供其他程序使用"), READING)(_export)
