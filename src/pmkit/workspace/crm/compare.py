"""Both sides held against each other: what came, what goes, what clashes. Nothing is written anywhere.

Their records are taken page by page as they are listed; what agrees leaves nothing behind but a count and its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from pmkit.domain.crm import CrmLink, Direction, ModuleMap
from pmkit.domain.kind import About, Kind, Record, Tracked, about
from pmkit.domain.registry import kind_named
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text, shorten
from pmkit.workspace.crm.links import Base, Link, Links, mark
from pmkit.workspace.crm.merge import verdict
from pmkit.workspace.crm.meta import Metadata, Remote
from pmkit.workspace.crm.said import Speaker, plain
from pmkit.workspace.model import Workspace

PROJECT = "project"
COMING = "?"  # stands before the id of a contact whose person is made in the same pull
_AMOUNT = re.compile(r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)(?: [A-Z]{3})?\Z")


@dataclass(frozen=True, slots=True)
class Listing:
    """What to ask the CRM for at once: records of a module, under an account or opportunity, with these fields."""

    module: str
    under: str
    related: str | None
    fields: tuple[str, ...]
    entries: tuple[ModuleMap, ...]


def listings(crm: CrmLink) -> list[Listing]:
    """Each relation of each module once, whatever number of kinds it stands for; people first, whom others name."""
    grouped: dict[tuple[str, str, str | None, bool], list[ModuleMap]] = {}
    for entry in sorted(crm.map, key=lambda e: e.kind != "person"):
        grouped.setdefault((entry.module, entry.under, entry.related, entry.is_project), []).append(entry)
    found = []
    for (module, under, related, _), entries in grouped.items():
        fields = dict.fromkeys(name for entry in entries for name in entry.their_fields)
        found.append(Listing(module, under, related, tuple(fields), tuple(entries)))
    return found


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed, or that they changed where only we write.

    `there`: what they say, in our words where it comes here; `raw` in theirs; `told`: ours in their words.
    """

    field: str
    here: str
    there: str
    raw: str = ""
    told: str | None = None


@dataclass(slots=True)
class Pair:
    """A record and theirs, and what each field of it needs. `push`: their fields and what they get.

    `sent`: of what is pushed, field by field, our value and theirs, for the link afterwards. `by_key`: it was ours from
    the beginning, and only its link is not known yet.
    """

    entry: ModuleMap
    record: Record
    link: Link
    remote: Remote
    is_new: bool = False
    by_key: bool = False
    pull: dict[str, str] = field(default_factory=dict)
    push: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Base] = field(default_factory=dict)
    agreed: dict[str, Base] = field(default_factory=dict)
    conflicts: list[Clash] = field(default_factory=list)
    theirs: list[Clash] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.link.record

    @property
    def needs_something(self) -> bool:
        return bool(self.is_new or self.pull or self.push or self.agreed or self.conflicts or self.theirs)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One of theirs that nothing stands for here: what a new record of the entry's kind would say."""

    entry: ModuleMap
    remote: Remote
    values: Mapping[str, str]
    base: Mapping[str, str]  # field of ours -> what they say


@dataclass(frozen=True, slots=True)
class Departure:
    """A record that nothing stands for there: what a new one of theirs would say.

    `kept`: marks of what only they tell, as it stands here.
    """

    entry: ModuleMap
    record: Record
    key: str
    values: Mapping[str, str]
    sent: Mapping[str, Base]
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Comparison:
    """All that a sync has to do or to tell. `same`: pairs that agree in every field."""

    arrivals: list[Arrival] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    gone_there: list[Link] = field(default_factory=list)
    gone_here: list[Link] = field(default_factory=list)
    hidden: list[Link] = field(default_factory=list)
    elsewhere: list[tuple[str, str, str]] = field(default_factory=list)  # module, their id, our key
    proposals: list[Clash] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    same: int = 0
    listed: int = 0

    @property
    def pulls(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.pull or pair.agreed or pair.is_new]

    @property
    def pushes(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.push]

    @property
    def conflicts(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.conflicts]

    @property
    def edited_there(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.theirs]


Pages = Callable[[Listing], Iterator[Sequence[Remote]]]


def own_key(code: str, record_id: str) -> str:
    """What marks a record of theirs as the one for ours, whichever machine made it."""
    return f"{code}:{record_id}"


def marked(text: str, key: str, longest: int | None = None) -> str:
    """A text that carries our key where the module has no field for it; the text is cut where both do not fit."""
    tail = f" [{key}]"
    if longest is not None and len(text) + len(tail) > longest:
        text = shorten(text, max(longest - len(tail), 1))
    return f"{text}{tail}"


def unmarked(text: str, code: str) -> tuple[str, str]:
    """The text without the key that it carries, and that key's record; no record for a text without."""
    match = re.search(rf"\s*\[{re.escape(code)}:([^\]\s]+)\]\s*\Z", text)
    return (text[: match.start()], match[1]) if match else (text, "")


def their_text(entry: ModuleMap, name: str, remote: Remote, code: str) -> str:
    """What they say of a field, in their own words, without the key that it may carry."""
    parts = [remote.said(their) for their in entry.fields[name].theirs]
    text = _joined([part for part in parts if part])
    if entry.marker in entry.fields[name].theirs:
        text = unmarked(text, code)[0]
    return plain(text)


class Comparing:
    """A comparison under way."""

    def __init__(self, crm: CrmLink, ws: Workspace, links: Links, speaker: Speaker, meta: Metadata) -> None:
        self.crm, self.ws, self.links, self.speaker, self.meta = crm, ws, links, speaker, meta
        self.code = ws.project.code
        self.done = Comparison()
        self._linked = {link.record for link in links}
        self._claimed: dict[tuple[str, str], str] = {}
        self._people = next((e.module for e in crm.map if e.kind == "person"), None)
        self._by_name: dict[str, dict[str, list[Record]]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._coming: set[str] = set()

    def run(self, pages: Pages, *, only_listed: bool = False) -> Comparison:
        """Ask for every listing and compare. `only_listed`: what is not listed is not missing (a sheet, one record)."""
        for listing in listings(self.crm):
            for page in pages(listing):
                for remote in page:
                    self.done.listed += 1
                    self._take(listing, remote)
        if not only_listed:
            self._missing()
            for entry in self.crm.map:
                self._departures(entry)
        self.done.arrivals.sort(key=lambda a: (self._order(a.entry), a.remote.created, natural_order(a.remote.id)))
        return self.done

    def _order(self, entry: ModuleMap) -> int:
        return 0 if entry.kind == "person" else 1 + self.crm.map.index(entry)

    # --- one of theirs ---

    def _take(self, listing: Listing, remote: Remote) -> None:
        if (listing.module, remote.id) in self._seen:
            return  # it lies under the account and under the opportunity
        self._seen.add((listing.module, remote.id))
        if listing.entries[0].is_project:
            for entry in listing.entries:
                self._project(entry, remote)
            return
        link = self.links.to(listing.module, remote.id)
        is_new = link is None
        if link is None:
            link = self._recognised(listing, remote)
        if link is None:
            return
        record = self._record(link.record)
        if record is None:
            self.done.gone_here.append(link)
            return
        found = next((e for e in listing.entries if e.kind == record.kind.name), None)
        if found is not None:
            by_key = is_new and bool(self._key(found, remote))
            self._pair(Pair(found, record, link, remote, is_new, by_key))

    def _record(self, record_id: str) -> Record | None:
        return self.ws.project if record_id == PROJECT else self.ws.records.get(record_id)

    def _recognised(self, listing: Listing, remote: Remote) -> Link | None:
        """A link to the record whose key it carries, or whose name it has; what is new is put down as an arrival."""
        key = next((k for one in listing.entries if (k := self._key(one, remote))), "")
        if key:
            other = self.links.of(key, listing.module)
            claimed = self._claimed.get((key, listing.module)) or (other.id if other else None)
            if claimed:
                says = Text(
                    "{module} {id} carries the key of {record} as well as {other}: delete one of them there",
                    "{module} {id} 与 {other} 都带有 {record} 的编号：请在 CRM 中删除其中一条",
                )
                self.done.notes.append(says.format(module=listing.module, id=remote.id, record=key, other=claimed))
                return None
            self._claimed[key, listing.module] = remote.id
            if self._record(key) is None:
                self.done.elsewhere.append((listing.module, remote.id, key))
                return None
            return Link(key, listing.module, remote.id)
        entry = next((e for e in listing.entries if e.pulls and _meant(e, remote)), None)
        if entry is None:
            return None
        found = self._alike(entry, remote)
        if found is not None:
            self._claimed[found.id, listing.module] = remote.id
            return Link(found.id, listing.module, remote.id)
        self._arrival(entry, remote)
        return None

    def _key(self, entry: ModuleMap, remote: Remote) -> str:
        if entry.key:
            code, _, record = remote.said(entry.key).partition(":")
            if code == self.code and record:
                return record
        return unmarked(remote.said(entry.marker), self.code)[1] if entry.marker else ""

    def _alike(self, entry: ModuleMap, remote: Remote) -> Record | None:
        """A record that is linked to nothing and has just their name, or came from there before the links were lost."""
        kind = kind_named(entry.kind)
        if entry.kind not in self._by_name:
            names: dict[str, list[Record]] = {}
            for record in self.ws.of_kind(kind):
                if record.id not in self._linked:
                    for name in {record.name_to_show, _origin(record)} - {""}:
                        names.setdefault(name, []).append(record)
            self._by_name[entry.kind] = names
        names = self._by_name[entry.kind]
        title = "name" if "name" in entry.fields else "title"
        wanted = [origin_of(self.crm, entry, remote)]
        if title in entry.fields and entry.kind != "communication":
            wanted.append(self._from_theirs(entry, title, remote) or "")
        for name in wanted:
            free = [r for r in names.get(name, ()) if (r.id, entry.module) not in self._claimed]
            if name and len(free) == 1:
                return free[0]
        return None

    def _arrival(self, entry: ModuleMap, remote: Remote) -> None:
        values: dict[str, str] = {}
        base: dict[str, str] = {}
        for name in entry.fields:
            base[name] = self._there(entry, name, remote)
            value = self._from_theirs(entry, name, remote) if entry.way(name) != "push" else None
            if value:
                values[name] = value
        if entry.kind == "person":
            self._coming.add(remote.id)
        self.done.arrivals.append(Arrival(entry, remote, values, base))

    def _project(self, entry: ModuleMap, remote: Remote) -> None:
        """The profile is never overwritten: what differs is proposed. What is reckoned goes out as any field."""
        project = self.ws.project
        link = self.links.of(PROJECT, entry.module) or Link(PROJECT, entry.module, remote.id)
        pair = Pair(entry, project, link, remote)
        for name in entry.fields:
            if entry.way(name) != "push":
                there = self._from_theirs(entry, name, remote)
                here = self.speaker.here(project, name)
                if there and not _alike(here, there):
                    self.done.proposals.append(Clash(name, here, there))
        self._fields(pair, [name for name in entry.fields if entry.way(name) == "push"])

    # --- field by field ---

    def _pair(self, pair: Pair) -> None:
        key = pair.entry.key
        if key and pair.entry.pushes and not pair.remote.said(key) and self.speaker.seen(pair.id) is not None:
            pair.push[key] = own_key(self.code, pair.id)
        self._fields(pair, list(pair.entry.fields))

    def _fields(self, pair: Pair, names: Iterable[str]) -> None:
        entry = pair.entry
        seen = self.speaker.seen(pair.id)
        if entry.pushes and seen is None and not pair.is_new and not _origin(pair.record).startswith("crm:"):
            self.done.hidden.append(pair.link)
        for name in names:
            way: Direction = entry.way(name)
            if seen is None and way == "push":
                continue
            way = "pull" if seen is None else way
            self._field(pair, name, way, seen if way != "pull" else None)
        if pair.needs_something:
            self.done.pairs.append(pair)
        else:
            self.done.same += 1

    def _field(self, pair: Pair, name: str, way: Direction, seen: Record | None) -> None:
        entry = pair.entry
        there = self._there(entry, name, pair.remote)
        read = self._from_theirs(entry, name, pair.remote) if way != "push" else None
        here = self.speaker.here(pair.record, name) if seen is None else self.speaker.there(seen, name)
        told = self._to_theirs(entry, name, here) if seen is not None else None
        if (way == "pull" and read is None) or (way != "pull" and told is None):
            return  # a word without a counterpart, which is told
        alike = (told is not None and _alike(told, there)) or (read is not None and _alike(here, read))
        base = pair.link.base.get(name)
        state = (mark(here), mark(there))
        if base is None and pair.by_key and way == "pull" and here:
            base = pair.agreed[name] = state  # what they only tell was theirs to say before we made it
        match verdict(way, base, here, there, alike=alike):
            case "same":
                if alike and base != state and (here or there):
                    pair.agreed[name] = state
            case "pull" if read is not None:
                pair.pull[name] = read
                pair.agreed[name] = (mark(read), mark(there))
            case "push" if told is not None:
                field_name = entry.fields[name].theirs[0]
                pair.push[field_name] = self._with_marker(entry, field_name, told, pair.id)
                pair.sent[name] = (mark(here), mark(told))
            case "conflict":
                pair.conflicts.append(Clash(name, here, read if read is not None else there, there, told))
            case "theirs":
                pair.theirs.append(Clash(name, here, there, there, told))

    def _with_marker(self, entry: ModuleMap, field_name: str, text: str, record_id: str) -> str:
        if field_name != entry.marker:
            return text
        info = self.meta.field(entry.module, field_name)
        return marked(text, own_key(self.code, record_id), info.longest if info else None)

    def _there(self, entry: ModuleMap, name: str, remote: Remote) -> str:
        """What they say of a field, in their own words."""
        return their_text(entry, name, remote, self.code)

    def _from_theirs(self, entry: ModuleMap, name: str, remote: Remote) -> str | None:
        """What they say of a field, in our words; None, and a note, where a choice has no counterpart."""
        text = self._there(entry, name, remote)
        if not text:
            return ""
        mapped = entry.fields[name]
        words: dict[str, str] = {}
        for ours, theirs in mapped.values.items():
            words.setdefault(theirs, ours)  # where several of ours are one of theirs, the first is meant
        what: About | None = about(kind_named(entry.kind).model).get(name)
        if text in words:
            return words[text]
        if what is not None and what.words:
            code: str = what.code_of(text)
            if code in what.words:
                return code
            self._untold(entry, name, text)
            return None
        info = self.meta.field(entry.module, mapped.theirs[0])
        if what is not None and "person" in what.links and info is not None and info.type == "lookup":
            return "\n".join(handle for one in text.split("\n") if (handle := self._handle(one)))
        return text

    def _handle(self, contact: str) -> str:
        """The person behind one of their contacts; of one who is only just coming, a promise that the pull keeps."""
        link = self.links.to(self._people or "", contact)
        if link is not None:
            return link.record
        return COMING + contact if contact in self._coming else ""

    def _to_theirs(self, entry: ModuleMap, name: str, text: str) -> str | None:
        """What we say of a field, in their words; None, and a note, where a choice has no counterpart."""
        if not text:
            return ""
        mapped = entry.fields[name]
        if text in mapped.values:
            return mapped.values[text]
        info = self.meta.field(entry.module, mapped.theirs[0])
        if info is not None and info.choices and text not in info.choices:
            self._untold(entry, name, text)
            return None
        if info is not None and info.type == "number" and (amount := _AMOUNT.match(text)):
            return amount[1].replace(",", "")
        if info is not None and info.type == "date":
            return text[:10]
        if info is not None and info.longest and len(text) > info.longest and mapped.theirs[0] != entry.marker:
            return shorten(text, info.longest)
        return text

    def _untold(self, entry: ModuleMap, name: str, text: str) -> None:
        says = Text(
            "{module}: `{text}` of `{field}` has no counterpart; add it under `values:` in crm.yaml",
            "{module}：`{field}` 的取值 `{text}` 没有对应值；请在 crm.yaml 的 `values:` 中补充",
        ).format(module=entry.module, field=name, text=shorten(text, 40))
        if says not in self.done.notes:
            self.done.notes.append(says)

    # --- what was not listed ---

    def _missing(self) -> None:
        """Links whose other end was not listed, or whose own record is gone."""
        mapped = {(entry.kind, entry.module) for entry in self.crm.map}
        for link in self.links:
            if (link.module, link.id) in self._seen or link.record == PROJECT:
                continue
            record = self._record(link.record)
            if record is not None and (record.kind.name, link.module) in mapped:
                self.done.gone_there.append(link)

    def _departures(self, entry: ModuleMap) -> None:
        if not entry.pushes or entry.is_project:
            return
        kind: Kind = kind_named(entry.kind)
        for record in self.ws.of_kind(kind):
            if record.id in self._linked or (record.id, entry.module) in self._claimed:
                continue
            seen = self.speaker.seen(record.id)
            if seen is None or not self.speaker.may_begin(record) or not _ours(entry, record):
                continue
            self._claimed[record.id, entry.module] = ""
            self._linked.add(record.id)
            self.done.departures.append(self._departure(entry, seen))

    def _departure(self, entry: ModuleMap, seen: Record) -> Departure:
        key = own_key(self.code, seen.id)
        values = {name: self._filled(value) for name, value in entry.new_there.items()}
        sent: dict[str, Base] = {}
        kept: dict[str, str] = {}
        for name, mapped in entry.fields.items():
            if entry.way(name) == "pull":
                kept[name] = mark(self.speaker.here(self.ws.records[seen.id], name))
                continue
            here = self.speaker.there(seen, name)
            told = self._to_theirs(entry, name, here)
            if told:
                values[mapped.theirs[0]] = self._with_marker(entry, mapped.theirs[0], told, seen.id)
                sent[name] = (mark(here), mark(told))
        if entry.key:
            values[entry.key] = key
        if entry.marker and entry.marker not in values:
            values[entry.marker] = self._with_marker(entry, entry.marker, seen.name_to_show, seen.id)
        return Departure(entry, seen, key, values, sent, kept)

    def _filled(self, value: str) -> str:
        return value.replace("{account}", self.crm.account or "").replace("{opportunity}", self.crm.opportunity or "")


def _meant(entry: ModuleMap, remote: Remote) -> bool:
    return all(remote.said(name) in values for name, values in entry.when.items())


def _ours(entry: ModuleMap, record: Record) -> bool:
    """False for what came from a CRM, and lost its link: it is not sent back as a new one."""
    return not _origin(record).startswith("crm:") or not entry.pulls


def _origin(record: Record) -> str:
    """Where a record says that it came from."""
    return (record.row_key if isinstance(record, Tracked) else getattr(record, "source_uid", None)) or ""


def origin_of(crm: CrmLink, entry: ModuleMap, remote: Remote) -> str:
    """What a record that is made of one of theirs remembers of it."""
    return f"crm:{crm.crm}:{entry.module}:{remote.id}"


def _joined(parts: Sequence[str]) -> str:
    """Parts of a name as one: 王 and 芳 are 王芳, Wang and Fang are Fang Wang."""
    if len(parts) < 2:
        return "".join(parts)
    return "".join(parts) if any(ord(ch) > 0x2E7F for part in parts for ch in part) else " ".join(reversed(parts))


def _alike(one: str, other: str) -> bool:
    """The same text; of numbers and amounts the same value, of times the same day where one has no time."""
    if one == other:
        return True
    first, second = _AMOUNT.match(one), _AMOUNT.match(other)
    if first and second:
        try:
            return Decimal(first[1].replace(",", "")) == Decimal(second[1].replace(",", ""))
        except InvalidOperation:
            return False
    return False
