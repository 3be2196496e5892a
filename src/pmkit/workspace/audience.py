"""The workspace as the customer may see it. Documents are made from this one, so that no template can leak."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from pmkit.domain.kind import About, Record, Tracked, about, target_of
from pmkit.domain.people import Person
from pmkit.workspace.model import Records, Workspace

P = TypeVar("P", bound=BaseModel)


def for_customer(ws: Workspace, *, published: bool = False) -> Workspace:
    """Internal records are gone, internal fields are empty, and what referred to them refers to nothing.

    `published`: for a portal, an export or another system, where personal data has no place either; the papers that
    people sign keep it.
    Fingerprints stay those of the whole record: they are on paper already.
    """
    seen = {record_id: record for record_id, record in ws.records.items() if _is_seen(record)}
    shown = {record_id: _reduced_record(record, seen, published=published) for record_id, record in seen.items()}
    return Workspace(_reduced(ws.project, seen, published=published), Records(shown))


def for_portal(ws: Workspace, *, internal: bool) -> Workspace:
    """The workspace as a portal may show it: nobody's personal data, and to the customer nothing internal."""
    if not internal:
        return for_customer(ws, published=True)
    records = {record_id: _without_personal(record) for record_id, record in ws.records.items()}
    return Workspace(ws.project, Records(records))


def _without_personal(record: Record) -> Record:
    personal = {name: default for name, default, what in _fields(type(record)) if what.personal}
    return record.model_copy(update=personal).as_seen_of(record) if personal else record


def _is_seen(record: Record) -> bool:
    if isinstance(record, Tracked):
        return record.seen_by_customer
    return isinstance(record, Person) or record.kind.visibility == "customer"


def _reduced_record(record: Record, seen: Mapping[str, Record], *, published: bool) -> Record:
    return _reduced(record, seen, published=published).model_copy().as_seen_of(record)


def _reduced(part: P, seen: Mapping[str, Record], *, published: bool) -> P:
    """The part without internal fields and without links to what is not seen; itself where it has none of them."""
    update: dict[str, Any] = {}
    for name, default, what in _fields(type(part)):
        value = getattr(part, name)
        if value is None or value == ():
            continue
        if what.internal or (published and what.personal):
            update[name] = default
        elif what.links:
            kept = _seen_links(value, seen)
            if kept != value:
                update[name] = kept
        elif isinstance(value, BaseModel):
            update[name] = _reduced(value, seen, published=published)
        elif isinstance(value, tuple) and isinstance(value[0], BaseModel):
            update[name] = tuple(
                _reduced(item, seen, published=published) for item in value if _is_about_seen(item, seen)
            )
        elif isinstance(value, Mapping):
            update[name] = {k: v for k, v in value.items() if not _is_hidden(k, seen)}
    return part.model_copy(update=update) if update else part


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, Any, About], ...]:
    """Name, default and declaration of each field."""
    declared = about(model)
    return tuple((name, info.get_default(), declared[info.alias or name]) for name, info in model.model_fields.items())


def _seen_links(value: Any, seen: Mapping[str, Record]) -> Any:
    if isinstance(value, Mapping):
        return {target: inner for target, inner in value.items() if target in seen}
    if isinstance(value, tuple):
        return tuple(link for link in value if target_of(link) in seen)
    return value if value is not None and target_of(value) in seen else None


def _is_about_seen(part: BaseModel, seen: Mapping[str, Record]) -> bool:
    """False for a line about a hidden record: an edit of it, its progress."""
    for name, info in type(part).model_fields.items():
        if about(type(part))[info.alias or name].links and info.is_required():
            return getattr(part, name) in seen
    return True


def _is_hidden(key: str, seen: Mapping[str, Record]) -> bool:
    from pmkit.domain.registry import kind_of_id

    kind = kind_of_id(key)
    return kind is not None and kind.prefix != "" and key not in seen
