"""Any record in words, by its kind's declaration: its fields, its life, what it is linked to, what search finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from pmkit.domain.kind import Record, Tracked, about, attribute_names, file_value, inner_model, target_of
from pmkit.domain.registry import kind_named
from pmkit.kernel.digest import short
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Wording
from pmkit.reports.views.site import Entry, Field, Found, Reached, RecordPage, Stage
from pmkit.workspace.links import Trace
from pmkit.workspace.model import Workspace

# The kinds whose records have a page, in the order of a trace: from what was wanted to what was accepted.
PAGED = (
    "objective", "interview", "requirement", "change", "deliverable", "case", "signoff", "meeting", "action",
    "review", "duty", "issue", "risk", "quality-check", "nonconformity", "support", "document",
)  # fmt: skip
TRACED = (
    "objective", "interview", "meeting", "change", "task", "deliverable", "case", "signoff", "review", "issue", "duty",
    "risk", "action", "document", "requirement", "quality-check", "nonconformity", "support",
)  # fmt: skip
WAY = ("interview", "change", "task", "deliverable", "case", "signoff")  # of every requirement
# States in which what a record says is still our own business: it was not put before the customer yet.
UNISSUED: Mapping[str, frozenset[str]] = {
    "change": frozenset({"draft"}),
    "interview": frozenset({"recorded", "withdrawn"}),
    "meeting": frozenset({"planned", "held", "cancelled"}),
    "signoff": frozenset({"withdrawn"}),
    "document": frozenset({"draft", "in_review"}),
}
_NOT_SHOWN = frozenset({
    "id", "title", "name", "status", "steps", "seen", "visibility", "tags", "notes", "row_key", "approvals", "results",
    "evidence", "digest", "sha256", "over_all", "file", "attributes", "records", "documents", "versions",
})  # fmt: skip


def has_page(record: Record, audience: Audience) -> bool:
    """True for a record that has a page of its own for this audience."""
    if record.kind.name not in PAGED:
        return False
    unissued = UNISSUED.get(record.kind.name, frozenset())
    return audience == "internal" or getattr(record, "status", "") not in unissued


def address_of(record: Record, audience: Audience) -> str | None:
    """Where a record is shown: its page, or its line of the plan; None where it is not."""
    return record.id if record.kind.name == "task" or has_page(record, audience) else None


def status_words(record: Record) -> Text:
    """The state of a record in words; nothing for one that has none."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return Text.same("")
    return states.names.get(record.status, Text.same(record.status))


def entry(record: Record, audience: Audience) -> Entry | None:
    """The record as lists and traces show it; None where the audience has no page of it."""
    address = address_of(record, audience)
    if address is None:
        return None
    return Entry(
        record.id, record.name_to_show, status_words(record), address, done=getattr(record, "is_closed", False)
    )


def stages(trace: Trace, record: Record, audience: Audience) -> tuple[Stage, ...]:
    """What a record comes from and leads to, a kind a stage, in the order of a project's life.

    A requirement has its whole way, with the stages that are still empty.
    """
    always = WAY if record.kind.name == "requirement" else ()
    near = dict.fromkeys([*trace.upstream(record.id), *trace.downstream(record.id)])
    by_kind: dict[str, list[Entry]] = {}
    for other in near:
        shown = entry(trace.ws.records[other], audience)
        if shown is not None:
            by_kind.setdefault(trace.ws.records[other].kind.name, []).append(shown)
    shown_kinds = [name for name in TRACED if name in by_kind or name in always]
    return tuple(Stage(kind_named(name).label, tuple(by_kind.get(name, ()))) for name in shown_kinds)


def life(ws: Workspace, record: Record) -> tuple[Reached, ...]:
    """The steps of a record; remarks of steps are for the log."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return ()
    return tuple(
        Reached(step.on, states.names.get(step.to, Text.same(step.to)), ws.person_name(step.by))
        for step in record.steps
    )


def record_page(trace: Trace, record: Record, audience: Audience) -> RecordPage:
    """The page of a record of any kind."""
    ws = trace.ws
    return RecordPage(
        ref=record.id,
        kind=record.kind.label,
        title=record.name_to_show,
        status=status_words(record),
        fields=tuple(_fields(ws, record)),
        stages=stages(trace, record, audience),
        life=life(ws, record),
        fingerprint=short(record.digest) if record.kind.signable else "",
    )


def _fields(ws: Workspace, record: Record) -> Iterator[Field]:
    names = attribute_names(type(record))
    for key, what in about(type(record)).items():
        value = getattr(record, names[key])
        if key in _NOT_SHOWN or what.internal or what.personal or value in (None, "", (), {}, False):
            continue
        if what.links and "person" not in what.links:
            continue  # the trace has them
        lines = tuple(line for line in _lines(ws, type(record), key, value) if line not in ("", None))
        if lines:
            yield Field(what.label, lines)


def _lines(ws: Workspace, model: type[BaseModel], key: str, value: Any) -> Iterator[Wording]:
    """A value of a record as lines."""
    what = about(model)[key]
    if isinstance(value, tuple) and "person" in what.links:
        yield Text.join(Text.same(ws.person_name(target_of(one))) for one in value)
    elif isinstance(value, tuple):
        for item in value:
            yield _said(ws, model, key, item)
    elif isinstance(value, BaseModel):
        yield from _parts(ws, value)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield Text("{name}: {said}", "{name}：{said}").format(name=name, said=_said(ws, model, key, inner))
    else:
        yield _said(ws, model, key, value)


def _parts(ws: Workspace, part: BaseModel) -> Iterator[Text]:
    """The fields of a part, `label: value`."""
    names = attribute_names(type(part))
    for key, what in about(type(part)).items():
        value = getattr(part, names[key])
        if key in _NOT_SHOWN or what.internal or what.personal or value in (None, "", (), {}, False):
            continue
        said = Text.join((_text(line) for line in _lines(ws, type(part), key, value)), en="; ", zh="；")
        yield Text("{label}: {said}", "{label}：{said}").format(label=what.label, said=said)


def _text(said: Wording) -> Text:
    return said if isinstance(said, Text) else Text.same(said or "")


def _said(ws: Workspace, model: type[BaseModel], key: str, value: Any) -> Wording:
    """One value in words: the word of a choice, the name behind a handle, a part as one line."""
    what = about(model)[key]
    match value:
        case bool():
            return Text("yes", "是") if value else Text("no", "否")
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Money():
            return value.printed()
        case BaseModel() if inner_model(model, key) is not None:
            return Text.join(_parts(ws, value), en="; ", zh="；")
    if isinstance(value, str) and value in what.words:
        return what.words[value]
    if isinstance(value, str) and ("person" in what.links or key in {"by", "to"}):
        return ws.person_name(value)
    return str(value)


def found(ws: Workspace, record: Record, audience: Audience) -> Found | None:
    """The record in the search index: everything that its readers may see of it, as one text."""
    address = address_of(record, audience)
    if address is None:
        return None
    texts = list(_words(ws, record))
    said = [text for text, is_choice in texts if not is_choice] + [text for text, is_choice in texts if is_choice]
    return Found(address, record.id, record.name_to_show, record.kind.label, " ".join(said))


def _words(ws: Workspace, part: BaseModel) -> Iterator[tuple[str, bool]]:
    """Every text of a part, and whether it is the word of a choice."""
    names = attribute_names(type(part))
    for key, what in about(type(part)).items():
        if key in _NOT_SHOWN or what.internal or what.personal:
            continue
        value = getattr(part, names[key])
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, BaseModel):
                yield from _words(ws, item)
            elif item not in (None, "", {}) and not isinstance(item, (bool, Mapping)):
                target = target_of(item) if what.links and not isinstance(item, (date, int)) else item
                known = what.words.get(str(target))
                if known:
                    yield f"{known.zh} {known.en}", True
                else:
                    yield _plain(ws, target, is_person="person" in what.links), False


def _plain(ws: Workspace, value: Any, *, is_person: bool) -> str:
    return ws.person_name(value) if is_person else " ".join(str(file_value(value)).split())
