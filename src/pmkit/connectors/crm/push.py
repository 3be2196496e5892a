"""Writing to a CRM what a comparison says that goes there, and learning what stands there now.

The links are told after each batch, so that whoever is interrupted keeps what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from pmkit.connectors.crm.base import Change, Client, Saved
from pmkit.connectors.crm.wire import Unclear
from pmkit.domain.crm import CrmLink, ModuleMap
from pmkit.kernel.text import Text
from pmkit.workspace.crm.compare import Comparison, Departure, Listing, Pair, listings, their_text
from pmkit.workspace.crm.links import Base, Link, Links, mark
from pmkit.workspace.crm.meta import Remote

T = TypeVar("T")
READ_AT_ONCE = 100
_LOST = Text(
    "the answer was lost and it is not found there; the next sync looks again",
    "应答丢失且在 CRM 中未找到，下次同步时会再核对",
)


@dataclass(slots=True)
class Pushed:
    """What came of it: records made and changed there, what failed and why, what somebody changed meanwhile."""

    created: list[Link] = field(default_factory=list)
    changed: list[Link] = field(default_factory=list)
    failed: list[tuple[str, Text]] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)


def push(
    client: Client,
    crm: CrmLink,
    code: str,
    found: Comparison,
    links: Links,
    done: Pushed,
    count: Callable[[], object] = lambda: None,
) -> None:
    """Changes first, then what is new. `done` and `links` grow as it goes on."""
    for (module, _), pairs in groupby(found.pushes, key=lambda p: (p.entry.module, p.entry.kind)):
        for batch in _batches(list(pairs), READ_AT_ONCE):
            written = _update(client, module, batch, done, count)
            _learn_pairs(client, code, module, written, links, done)
    where = {(one.module, entry.kind): one for one in listings(crm) for entry in one.entries}
    for (module, kind), group in groupby(found.departures, key=lambda d: (d.entry.module, d.entry.kind)):
        for lot in _batches(list(group), client.at_once):
            saved = _create(client, where[module, kind], lot)
            _learn_departures(client, code, module, lot, saved, links, done)
            for _ in lot:
                count()
    _refuse_twins(client, found.departures, where, links, done)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _update(
    client: Client, module: str, pairs: Sequence[Pair], done: Pushed, count: Callable[[], object]
) -> list[tuple[Pair, Saved]]:
    written = []
    bare = [pair for pair in pairs if pair.push.keys() == {pair.entry.key}]  # only our key is missing there
    if bare:
        key = bare[0].entry.key or ""
        outcomes = client.mark(module, key, {pair.remote.id: pair.push[key] for pair in bare})
        for pair, saved in zip(bare, outcomes, strict=True):
            count()
            if saved.error is not None:
                done.failed.append((pair.id, saved.error))
            else:
                written.append((pair, saved))
    for pair in pairs:
        if pair.push.keys() == {pair.entry.key}:
            continue
        saved = client.update(module, Change(pair.remote.id, pair.push, pair.remote.modified))
        count()
        if saved.was_changed:
            done.overtaken.append(pair.id)
        elif saved.error is not None:
            done.failed.append((pair.id, saved.error))
        else:
            written.append((pair, saved))
    return written


def _learn_pairs(
    client: Client, code: str, module: str, written: Sequence[tuple[Pair, Saved]], links: Links, done: Pushed
) -> None:
    if not written:
        return
    stands = client.read(module, [pair.remote.id for pair, _ in written], _fields(written[0][0].entry))
    for pair, saved in written:
        link = links.of(pair.id, module) or pair.link
        now = stands.get(pair.remote.id)
        base = _base(pair.entry, pair.sent, saved, now, code)
        links.put(link.synced(_modified(saved, now), base))
        done.changed.append(link)


def _create(client: Client, listing: Listing, batch: Sequence[Departure]) -> list[Saved]:
    """The outcome for each; after a lost answer what is there already is found by its key, and the rest made again."""
    entry = batch[0].entry
    try:
        saved = client.create(entry.module, [one.values for one in batch], entry.key)
    except Unclear:
        saved = [Saved(is_unclear=True)] * len(batch)
    if not any(one.is_unclear for one in saved):
        return saved
    keys = [one.key for one, outcome in zip(batch, saved, strict=True) if outcome.is_unclear]
    there = client.with_key(listing, entry.key, entry.marker, keys)
    result = []
    for one, outcome in zip(batch, saved, strict=True):
        if not outcome.is_unclear:
            result.append(outcome)
        elif one.key in there:
            result.append(Saved(there[one.key]))
        else:
            result.append(_again(client, listing, one))
    return result


def _again(client: Client, listing: Listing, one: Departure) -> Saved:
    try:
        saved = client.create(one.entry.module, [one.values], one.entry.key)[0]
    except Unclear:
        saved = Saved(is_unclear=True)
    if not saved.is_unclear:
        return saved
    there = client.with_key(listing, one.entry.key, one.entry.marker, [one.key])
    return Saved(there[one.key]) if one.key in there else Saved(error=_LOST)


def _learn_departures(
    client: Client,
    code: str,
    module: str,
    batch: Sequence[Departure],
    saved: Sequence[Saved],
    links: Links,
    done: Pushed,
) -> None:
    good = [(one, outcome) for one, outcome in zip(batch, saved, strict=True) if outcome.id and outcome.error is None]
    done.failed += [
        (one.record.id, outcome.error) for one, outcome in zip(batch, saved, strict=True) if outcome.error is not None
    ]
    if not good:
        return
    for one, outcome in good:  # known from here on, whatever happens to the next call
        links.put(Link(one.record.id, module, outcome.id, outcome.modified, dict(one.sent)))
    stands = client.read(module, [outcome.id for _, outcome in good], _fields(good[0][0].entry))
    for one, outcome in good:
        now = stands.get(outcome.id)
        base = _base(one.entry, one.sent, outcome, now, code)
        if now is not None:
            base |= {name: (here, mark(their_text(one.entry, name, now, code))) for name, here in one.kept.items()}
        link = Link(one.record.id, module, outcome.id, _modified(outcome, now), base)
        links.put(link)
        done.created.append(link)


def _refuse_twins(
    client: Client,
    departures: Sequence[Departure],
    where: Mapping[tuple[str, str], Listing],
    links: Links,
    done: Pushed,
) -> None:
    """Where the CRM cannot keep keys apart, another machine may have made the same record in the same moment: of two
    the one with the lower id stays, on either machine, and whoever made the other takes it away.
    """
    made = {(link.record, link.module): link for link in done.created}
    for (module, kind), group in groupby(departures, key=lambda d: (d.entry.module, d.entry.kind)):
        mine = [one for one in group if (one.record.id, module) in made]
        entry = mine[0].entry if mine else None
        if entry is None or _is_unique(client, entry):
            continue
        there = client.with_key(where[module, kind], entry.key, entry.marker, [one.key for one in mine])
        for one in mine:
            link = made[one.record.id, module]
            first = there.get(one.key, link.id)
            if first < link.id:
                client.delete(module, link.id)
                links.put(replace(link, id=first, base={}, writes=link.writes + 1))


def _is_unique(client: Client, entry: ModuleMap) -> bool:
    info = client.fields(entry.module).get(entry.key) if entry.key else None
    return info is not None and info.unique


def _fields(entry: ModuleMap) -> list[str]:
    return list(entry.their_fields)


def _modified(saved: Saved, now: Remote | None) -> str:
    return saved.modified or (now.modified if now else "")


def _base(entry: ModuleMap, sent: Mapping[str, Base], saved: Saved, now: Remote | None, code: str) -> dict[str, Base]:
    """How both sides stand after a write: theirs as the CRM keeps it, where that is certainly still ours."""
    if now is None or (saved.modified and now.modified != saved.modified):
        return dict(sent)
    return {
        name: (here, mark(their_text(entry, name, now, code)) if saved.modified else there)
        for name, (here, there) in sent.items()
    }
