"""`pmkit calendar`: meetings to mail programs and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.session import READING, WRITING, Session, command, group, one_of, out, parse_date, print_json, read_file
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.domain.meetings import Meeting
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from icalendar import Event

    from pmkit.connectors.ics.base import Revision
    from pmkit.domain.kind import Record
    from pmkit.workspace.model import Workspace

app = group(h("Meetings as calendar files (.ics)", "会议日历文件（.ics）"))
_OURS = b"PRODID:-//pmkit//meetings//"


def _export(
    s: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=h("such as team.ics", "如 team.ics"))],
    meeting: Annotated[
        str | None,
        typer.Option(
            metavar="MTG|MSR",
            help=h(
                "an invitation to this one alone (called off where it is cancelled)",
                "只导出这一个会议的邀请（已取消的为取消通知）",
            ),
        ),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="HANDLE", help=h("only this person's meetings", "只要某人参加的会议"))
    ] = None,
    milestones: Annotated[bool, typer.Option("--milestones", help=h("milestones, too", "包含里程碑"))] = False,
    deadlines: Annotated[
        bool,
        typer.Option("--deadlines", help=h("days by which actions and tasks are due, too", "包含待办事项与任务的期限")),
    ] = False,
    audience: Annotated[
        str, typer.Option(help=h("customer or internal", "读者：customer（客户）或 internal（内部）"))
    ] = "customer",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=h("replace a file that is none of ours", "覆盖并非由 pmkit 导出的文件"))
    ] = False,
) -> None:
    from pmkit.cli.sheets import write_file
    from pmkit.connectors.ics.meetings import MeetingCalendar
    from pmkit.workspace.audience import for_customer

    one_of(audience, ("customer", "internal"))
    if as_of:
        s.today = parse_date(as_of)
    seen = s.whole if audience == "internal" else for_customer(s.whole)
    made = MeetingCalendar(seen, s.today, _revisions(s), language())
    if meeting:
        found: Record = seen.get(meeting)
        if not isinstance(found, (Meeting, MeetingSeries)):
            raise UsageError(Text(en="{id} is no meeting", zh="{id} 不是会议").format(id=found.id))
        data = made.invitation(found)
    else:
        handle = seen.get(who).id if who else None
        data = made.file(_beside(s, seen, handle, milestones=milestones, deadlines=deadlines), handle)
    ours = file.is_file() and _OURS in file.read_bytes()[:400]
    write_file(file, data, overwrite=overwrite or ours)
    count = data.count(b"BEGIN:VEVENT")
    if s.json:
        print_json({"path": str(file), "events": count})
    else:
        out(h(f"{file}: {count} entries", f"{file}：{count} 条"))


def _beside(s: Session, seen: Workspace, handle: str | None, *, milestones: bool, deadlines: bool) -> list[Event]:
    """The entries that are no meetings: milestones by the forecast, days by which something is due."""
    from pmkit.cli.scheduled import scheduled
    from pmkit.connectors.ics.base import deadline_event, first_moment, task_event

    stamp = first_moment(seen.project)
    found: list[Event] = []
    if milestones and seen.tasks:
        planned = scheduled(s, s.today.isoformat())
        found += [task_event(planned, task, stamp, language()) for task in planned.ws.tasks if task.is_milestone]
    if deadlines:
        found += [
            deadline_event(seen.project, task, task.name, task.deadline, stamp, language())
            for task in seen.tasks
            if task.deadline is not None and (handle is None or task.owner == handle)
        ]
        found += [
            deadline_event(seen.project, action, action.title, action.due_now, stamp, language())
            for action in seen.actions
            if action.due_now is not None and not action.is_closed and (handle is None or action.owner == handle)
        ]
    return found


def _revisions(s: Session) -> dict[str, Revision]:
    """For each meeting and series, how often it was changed and when, by git's history.

    A series changes with its meetings, and with the profile, whose calendar says which days are off.
    """
    from pmkit.connectors.ics.base import Revision
    from pmkit.store.history import commits
    from pmkit.workspace.layout import PROFILE

    if s.git is None:
        return {}
    belongs: dict[str, str] = {m.id: m.series for m in s.whole.meetings if m.series}
    watched = {r.id for r in (*s.whole.meetings, *s.whole.of(MeetingSeries))}
    seen: dict[str, list[bool]] = {record_id: [] for record_id in watched}
    latest: dict[str, Revision] = {}
    paths = {record.id: record.spot.path for record in (*s.whole.meetings, *s.whole.of(MeetingSeries))}
    for commit in commits(s.git, [*sorted({p.split("/")[0] for p in paths.values()}), PROFILE]) if paths else ():
        names = {f.path.rsplit("/", 1)[-1].removesuffix(".yaml") for f in commit.files}
        touched = names | {belongs[n] for n in names if n in belongs}
        if PROFILE.removesuffix(".yaml") in names:
            touched |= {record_id for record_id in watched if record_id.startswith("MSR-")}
        for record_id in touched & watched:
            latest.setdefault(record_id, Revision(0, commit.time))
            seen[record_id].append(record_id in names)
    edited = set(s.git.edited(paths.values()))
    made = {}
    for record_id, revision in latest.items():
        since = [n for n, is_own in enumerate(seen[record_id]) if is_own]
        count = since[-1] if since else 0  # commits after the one that made it
        made[record_id] = Revision(count + (paths[record_id] in edited), revision.at)
    return made


def _import(
    s: Session, file: Annotated[str, typer.Argument(metavar="FILE", help=h("an invitation, .ics", "会议邀请 .ics"))]
) -> None:
    from zoneinfo import ZoneInfo

    from pmkit.actions.invitations import take
    from pmkit.connectors.ics.invitation import read_invitation

    name = Path(file).name
    read = read_invitation(name, read_file(file), ZoneInfo(s.project.timezone))
    taken = take(s.ws, name, read.entries, s.next_id, s.acting)
    passed = {key: n for key, n in read.counts.items() if key in {"VTODO", "VJOURNAL", "VFREEBUSY"}}
    notes = list(taken.notes)
    if passed:
        kinds = Text.join(Text.same(f"{n} {key}") for key, n in passed.items())
        notes.append(Text("passed over: {kinds}", "未导入：{kinds}").format(kinds=kinds))
    more = {
        "planned": taken.planned, "changed": taken.changed, "cancelled": taken.cancelled,
        "notes": [{"en": n.en, "zh": n.zh} for n in notes],
    }  # fmt: skip
    if taken.edits is not None:
        s.write(taken.edits, *notes, more=more)
        return
    if s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": []} | more)
        return
    out(h(f"{name}: nothing to plan", f"{name}：没有需要安排的会议"))
    for note in notes:
        out(f"  {note.to(language())}")


command(app, "export", h("Write the meetings for mail programs", "导出会议日历"), READING)(_export)
command(app, "import", h("Plan what an invitation says", "按会议邀请安排会议"), WRITING)(_import)
