"""Links between records: read off the declared fields, followed both ways, and suspect where the far end changed.

A link is written once, on the record that came later (a task names its requirements, a change what it affects): the
holder is *downstream* of what it names. The other direction is derived here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from pmkit.domain.kind import Kind, Record, about, attribute_names, target_of
from pmkit.domain.registry import kind_of_id, kinds
from pmkit.kernel.ids import natural_order
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace

ANY_KIND = "*"
_HANDLES = frozenset({"person", "party"})  # kinds whose records are known by a handle


class Link(NamedTuple):
    """One mention: `holder` names `target` at `keys` of its file; `takes` are the kinds that the field may name."""

    holder: str
    keys: Keys
    target: str
    takes: tuple[str, ...]

    @property
    def field(self) -> str:
        """The field as people call it: `requirements`, `edits.record`."""
        return ".".join(str(key) for key in self.keys if not isinstance(key, int))

    @property
    def is_to_person(self) -> bool:
        """True for a field that names people or parties: nothing is traced to those."""
        return bool(self.takes) and _HANDLES.issuperset(self.takes)

    def fits(self, ws: Workspace) -> bool:
        """True where the target's kind is one that the field may name."""
        kind = _kind(ws, self.target)
        return ANY_KIND in self.takes or kind is None or kind.name in self.takes


def links_of(record: Record) -> Iterator[Link]:
    """Every link that the record holds, also inside its parts. Records inside a record hold their own."""
    return (Link(record.id, keys, target, takes) for keys, target, takes in _links_in(record, ()))


@cache
def _fields_with_links(model: type[BaseModel]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Key, attribute and link kinds (none: look inside) of the fields that are worth a look."""
    names = attribute_names(model)
    return tuple(
        (key, names[key], what.links)
        for key, what in about(model).items()
        if what.links or _has_parts_with_links(model.model_fields[names[key]].annotation)
    )


def _has_parts_with_links(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return not issubclass(annotation, Record) and bool(_fields_with_links(annotation))
    return any(_has_parts_with_links(inner) for inner in get_args(annotation))


def _links_in(part: BaseModel, above: Keys) -> Iterator[tuple[Keys, str, tuple[str, ...]]]:
    for key, attribute, takes in _fields_with_links(type(part)):
        value = getattr(part, attribute)
        if not value:
            continue
        at = (*above, key)
        if takes and isinstance(value, (Mapping, tuple)):
            keys = value if isinstance(value, Mapping) else range(len(value))
            yield from (((*at, k), target_of(item), takes) for k, item in zip(keys, value, strict=True))
        elif takes:
            yield at, target_of(value), takes
        elif isinstance(value, BaseModel):
            yield from _links_in(value, at)
        else:
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            for k, item in items:
                if isinstance(item, BaseModel):
                    yield from _links_in(item, (*at, k))


def _kind(ws: Workspace, target: str) -> Kind | None:
    """The kind of what has this id; of what nothing has, by the id alone."""
    record = ws.records.get(target)
    return record.kind if record is not None else kind_of_id(target)


def unfit_link(ws: Workspace, link: Link) -> Text:
    """What is wrong with a link to a kind that its field does not take."""
    known = {kind.name: kind.label for kind in kinds()}
    kind = _kind(ws, link.target)
    return Text(
        en="`{field}` takes {kinds}; {target} is a {kind}", zh="`{field}` 只能填写{kinds}，{target} 是{kind}"
    ).format(
        field=link.field,
        kinds=Text.join((known[name] for name in link.takes if name in known), en=" or ", zh="、"),
        target=link.target,
        kind=kind.label if kind else Text.same(link.target),
    )


@dataclass(frozen=True, slots=True)
class Suspect:
    """A link whose far end says something else than when the link was last reviewed."""

    link: Link
    seen: str
    today: str


class Trace:
    """The links of a workspace, both ways, people left out. Made in one pass over all records."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._digests: dict[str, str] = {}
        self._upstream: dict[str, dict[str, list[Link]]] = {}
        self._downstream: dict[str, dict[str, list[Link]]] = {}
        for link in ws.links:
            if link.is_to_person or link.target not in ws.records or link.target == link.holder:
                continue
            if ws.records[link.holder].kind.traced:
                self._upstream.setdefault(link.holder, {}).setdefault(link.target, []).append(link)
                self._downstream.setdefault(link.target, {}).setdefault(link.holder, []).append(link)

    def upstream(self, record_id: str) -> list[str]:
        """What the record names, in the natural order of ids."""
        return sorted(self._upstream.get(record_id, ()), key=natural_order)

    def downstream(self, record_id: str) -> list[str]:
        """What names the record, in the natural order of ids."""
        return sorted(self._downstream.get(record_id, ()), key=natural_order)

    def between(self, holder: str, target: str) -> list[Link]:
        """The mentions of `target` in `holder`."""
        return self._upstream.get(holder, {}).get(target, [])

    def of_kind(self, record_ids: Iterable[str], kind: str) -> list[str]:
        """Those ids that are of a kind."""
        return [i for i in record_ids if self.ws.records[i].kind.name == kind]

    def all_downstream(self, starts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Everything downstream of the starts, nearest first, each with a shortest way from a start."""
        paths: dict[str, tuple[str, ...]] = {}
        pending: list[tuple[str, ...]] = [(start,) for start in dict.fromkeys(starts)]
        known = {path[0] for path in pending}
        while pending:
            following: list[tuple[str, ...]] = []
            for path in pending:
                for record_id in self.downstream(path[-1]):
                    if record_id not in known:
                        known.add(record_id)
                        paths[record_id] = (*path, record_id)
                        following.append(paths[record_id])
            pending = following
        return paths

    def digest(self, record_id: str) -> str:
        """The digest of a record's content today, computed once."""
        if record_id not in self._digests:
            self._digests[record_id] = self.ws.records[record_id].digest
        return self._digests[record_id]

    def suspect(self, holder: str, target: str) -> Suspect | None:
        """The link, where its target changed since it was last reviewed; None also where nobody ever did."""
        seen = seen_by(self.ws.records[holder]).get(target)
        if seen is None or seen == self.digest(target):
            return None
        return next((Suspect(link, seen, self.digest(target)) for link in self.between(holder, target)), None)

    @cached_property
    def suspects(self) -> list[Suspect]:
        """Every suspect link, by holder."""
        reviewed = (holder for holder in self._upstream if seen_by(self.ws.records[holder]))
        found = (self.suspect(holder, target) for holder in reviewed for target in self.upstream(holder))
        return [one for one in found if one is not None]

    @cached_property
    def unreviewed(self) -> list[Link]:
        """A mention for each link of which nobody said what its far end was: written by hand, never reviewed."""
        return [
            links[0]
            for holder, targets in self._upstream.items()
            if keeps_seen(self.ws.records[holder])
            for target, links in targets.items()
            if target not in seen_by(self.ws.records[holder])
        ]


def keeps_seen(record: Record) -> bool:
    """True for kinds that keep the digest of what their links name."""
    return "seen" in about(type(record))


def seen_by(record: Record) -> Mapping[str, str]:
    """The digest of each linked record when the link was last reviewed."""
    seen: Mapping[str, str] = getattr(record, "seen", {})
    return seen


def seen_now(ws: Workspace, record: Record, before: Record | None = None) -> dict[str, str]:
    """`seen` of a record as it is to be written: what it was for links that stand, today's digest for new ones.

    `before` is the record as it stood; a link that it held unreviewed stays so. What is linked no more is forgotten.
    """
    known = seen_by(record)
    linked = _targets(before) if before is not None else {}
    return {
        target: known.get(target) or ws.get(target).digest
        for target in _targets(record)
        if target in known or (target not in linked and ws.knows(target) and target != record.id)
    }


def _targets(record: Record) -> dict[str, None]:
    """What the record names, people left out, each once."""
    return dict.fromkeys(link.target for link in links_of(record) if not link.is_to_person)
