"""`pmkit log`: who did what and when, field by field, out of git."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from pydantic import BaseModel

from pmkit.cli.generic import file_words, reviewed, step_words
from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, Session, command, out, print_json, single
from pmkit.domain.kind import Record, Storage, about, inner_model
from pmkit.kernel.text import Text, shorten
from pmkit.store.git import Signature
from pmkit.store.history import commits, record_log
from pmkit.workspace.history import Commit, Event, FieldChange

app = single()
_WHAT = {
    "created": Text("created", "新建"),
    "changed": Text("changed", "修改"),
    "renamed": Text("renamed", "改名"),
    "deleted": Text("deleted", "删除"),
    "unreadable": Text("not readable", "无法读取"),
}


def _log(s: Session, record_id: Annotated[str | None, typer.Argument(metavar="ID")] = None) -> None:
    git = s.need_git()
    if record_id is None:
        found = commits(git)
        if s.json:
            print_json([_commit_json(c) for c in found])
        else:
            for commit in found:
                out(f"{_when(commit)}  {_who(s, commit)}  {commit.subject}")
        return
    record: Record = s.ws.get(record_id)
    item = record.id if record.kind.storage is Storage.LIST else None
    events = record_log(git, record.spot.path, item)
    signatures = git.signatures([e.commit.hash for e in events])
    if s.json:
        print_json([_event_json(e, signatures.get(e.commit.hash)) for e in events])
        return
    out(f"{record.id}  {record.name_to_show}")
    for event in events:
        how = event.commit.trailer("Pmkit-Action") or h("by hand", "手工修改")
        when = _when(event.commit)
        business = _business_date(event)
        if business and business != when[:10]:
            when += h(f" (for {business})", f"（业务日期 {business}）")
        out(f"\n{when}  {_who(s, event.commit)}  {how}  {event.commit.hash[:9]}")
        if (signature := signatures.get(event.commit.hash)) is not None:
            out(f"  {_signature(signature)}")
        if event.what == "created":
            out(f"  {tell(_WHAT['created'])}")
        elif event.what != "changed":
            out(f"  {tell(_WHAT[event.what])}")
        for change in event.changes:
            if (line := _change(s, record, change)) is not None:
                out(f"  {line}")


def _signature(signature: Signature) -> str:
    if signature.is_good:
        return h(f"signed by {signature.by}", f"数字签名：{signature.by}")
    return h(f"signature not verified: {signature.by}", f"数字签名未能验证：{signature.by}")


def _when(commit: Commit) -> str:
    return commit.time.strftime("%Y-%m-%d %H:%M")


def _who(s: Session, commit: Commit) -> str:
    """For whom the step was taken, and who typed it where that is somebody else."""
    by = s.ws.person_name(commit.trailer("Pmkit-By") or commit.author)
    recorded = s.ws.person_name(commit.trailer("Pmkit-Recorded-By"))
    return by + (h(f" (recorded by {recorded})", f"（{recorded}记录）") if recorded else "")


def _business_date(event: Event) -> str | None:
    """The date that the commit's last step or approval carries."""
    dates = [
        str(c.after["on"])
        for c in event.changes
        if isinstance(c.after, dict) and c.field.endswith("[+]") and "on" in c.after
    ]
    return dates[-1] if dates else None


def _change(s: Session, record: Record, change: FieldChange) -> str | None:
    """One field in words: `Statement: old -> new`. A step says no more than the status beside it, so it is left out."""
    key = change.field.split(".")[0].split("[")[0]
    added = change.field == f"{key}[+]"
    if key == "steps" and added and not (change.after or {}).get("note"):
        return None
    label, model, last = _label(record, change.field)
    colon = h(": ", "：")
    if key == "seen":
        return _reviewed(tell(about(type(record))[key].label) + colon, change)
    new = _words(s, record, model, last, change.after)
    if change.before is None:
        return f"{label}{colon}{'+ ' if added else ''}{new}"
    return f"{label}{colon}{_words(s, record, model, last, change.before)} -> {new}"


def _reviewed(label: str, change: FieldChange) -> str | None:
    """Which links were looked at again; those of a new record are beside it."""
    if change.field != "seen":
        return label + change.field.removeprefix("seen.")
    return None if change.before is None else label + reviewed(change.before, change.after)


def _label(record: Record, path: str) -> tuple[str, type[BaseModel] | None, str]:
    """A path of keys in words, `Impact / Own cost`, with the model that has the last key."""
    model: type[BaseModel] | None = type(record)
    labels: list[str] = []
    owner, key = model, path
    for part in path.split("."):
        key, bracket, which = part.partition("[")
        owner, what = model, about(model).get(key) if model else None
        item = which.removesuffix("]") if bracket and which not in {"+]", "-]"} else ""
        labels += [tell(what.label) if what else key, *([item] if item else [])]
        model = inner_model(model, key) if model else None
    return " / ".join(labels), owner, key


def _words(s: Session, record: Record, model: type[BaseModel] | None, key: str, value: Any) -> str:
    if isinstance(value, dict) and key in {"steps", "approvals"}:
        return step_words(s, record, value)
    if key == "status" and record.kind.states:
        return tell(record.kind.states.names.get(str(value), Text.same(str(value))))
    return shorten(file_words(s, model, key, value).replace("\n", " "), 200)


def _commit_json(commit: Commit) -> dict[str, Any]:
    return {
        "commit": commit.hash,
        "time": commit.time.isoformat(),
        "author": f"{commit.author} <{commit.mail}>",
        "by": commit.trailer("Pmkit-By"),
        "recorded_by": commit.trailer("Pmkit-Recorded-By"),
        "action": commit.trailer("Pmkit-Action"),
        "records": list(commit.trailers.get("Pmkit-Record", ())),
        "subject": commit.subject,
        "paths": [f.path for f in commit.files],
    }


def _event_json(event: Event, signature: Signature | None) -> dict[str, Any]:
    changes = [{"field": c.field, "from": c.before, "to": c.after} for c in event.changes]
    data = _commit_json(event.commit)
    del data["paths"]
    signed = None if signature is None else {"by": signature.by, "good": signature.is_good}
    return data | {"signature": signed, "what": event.what, "date": _business_date(event), "changes": changes}


command(app, "log", h("Who did what and when, field by field", "谁在何时改了什么，逐字段列出"), READING)(_log)
