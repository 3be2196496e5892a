"""What a pull writes: new records, changed fields, proposals for what is signed, and the links, in one commit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from pmkit.actions.changes import request_of
from pmkit.actions.imports import agreed, not_asked_yet, proposals_of, request_values, with_content_of
from pmkit.actions.records import (
    NextId,
    as_stored,
    changes_between,
    holds,
    link_problems,
    refuse_settled,
    started,
    with_seen,
)
from pmkit.domain.crm import CRM, CrmLink
from pmkit.domain.kind import Kind, Record, Storage, attribute_names, file_data
from pmkit.domain.people import PERSON
from pmkit.domain.problems import problems, validated
from pmkit.domain.registry import kind_named
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, shorten
from pmkit.workspace.crm.compare import COMING, Arrival, Comparison, Pair, origin_of
from pmkit.workspace.crm.links import ATTRIBUTES, MERGED, Link, Links, mark
from pmkit.workspace.crm.said import Speaker
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, Keep
from pmkit.workspace.layout import CRM as CRM_FILE
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Records, Workspace
from pmkit.workspace.signing import prepared_records

_NO_HANDLE = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Pulled:
    """What a pull comes to. `made`: our id of each of theirs that came; `left`: what could not be taken, and why."""

    edits: Edits | None = None
    made: dict[str, str] = field(default_factory=dict)
    new: dict[str, list[str]] = field(default_factory=dict)  # kind -> ids
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # id -> fields
    proposed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    request: str | None = None
    left: list[tuple[str, Text]] = field(default_factory=list)


class _Pull:
    """A pull under way: the workspace grows with each record that comes, so that later ones may name it."""

    def __init__(self, ws: Workspace, crm: CrmLink, links: Links, next_id: NextId, acting: Acting, own: Acting) -> None:
        self.ws, self.crm, self.links, self.next_id, self.acting, self.own = ws, crm, links, next_id, acting, own
        self.speaker = Speaker(ws, acting.on)
        self.done = Pulled()
        self.changes: list[Change] = []
        self.records: dict[str, Record] = dict(ws.records)
        self.people: dict[str, str] = {}
        self.proposals: list[dict[str, Any]] = []
        self._agreed: set[str] | None = None

    def run(self, found: Comparison) -> Pulled:
        for arrival in found.arrivals:
            self._arrive(arrival)
        for pair in found.pulls:
            self._follow(pair)
        fresh = not_asked_yet(self.ws, self.proposals)
        ids = [*(one for made in self.done.new.values() for one in made), *self.done.changed]
        if fresh:
            asked = request_of(self.ws, request_values(self.ws, fresh), self.next_id, self.own)
            self.done.request = asked.records[0]
            self.changes += asked.changes
            ids += asked.records
        for edit in self.proposals:
            self.done.proposed[edit["record"]] = (*self.done.proposed.get(edit["record"], ()), edit["field"])
        self.changes += kept(self.links)
        if self.changes:
            self.done.edits = Edits(
                tuple(self.changes),
                "crm.pull",
                tuple(dict.fromkeys(ids)),
                self._subject(),
                self.acting.by,
                self.acting.on,
            )
        return self.done

    def _subject(self) -> Text:
        told = [
            Text("{n} {kinds}", "{kinds} {n} 条").format(n=len(ids), kinds=_counted(kind_named(kind), len(ids)))
            for kind, ids in self.done.new.items()
        ]
        new = Text("{what} new", "新增{what}").format(what=Text.join(told)) if told else None
        many = Counter(_kind(self.records[one]) for one in self.done.changed)
        told = [
            Text("{n} {kinds}", "{kinds} {n} 条").format(n=n, kinds=_counted(kind_named(kind), n))
            for kind, n in many.items()
        ]
        changed = Text("{what} changed", "更新{what}").format(what=Text.join(told)) if told else None
        asked = (
            Text("{id} proposed", "提出 {id}").format(id=self.done.request) if self.done.request is not None else None
        )
        parts = [one for one in (new, changed, asked) if one is not None]
        what = Text.join(parts, zh="；") if parts else Text("links brought up to date", "更新链接状态")
        return Text("Pull from {crm}: {what}", "从{crm}读入：{what}").format(crm=self.crm.within, what=what)

    # --- what is new ---

    def _arrive(self, arrival: Arrival) -> None:
        entry, remote = arrival.entry, arrival.remote
        kind = kind_named(entry.kind)
        name = f"{entry.module} {remote.id}"
        if any(getattr(r, "row_key", None) == origin_of(self.crm, entry, remote) for r in self.ws.of_kind(kind)):
            self.done.left.append((name, Text("it is here already, linked to nothing", "本方已有对应记录，但没有链接")))
            return
        values = self._values(kind, {**entry.new_here, **_completed(kind, arrival.values)})
        on = _day(remote.created) or self.acting.on
        if kind is PERSON:
            handle = self._new_handle(values, remote.id)
            values = {"side": "customer", "role": "user", **values, "source_uid": origin_of(self.crm, entry, remote)}
            raw: dict[str, Any] = {"id": handle, **as_stored(self.ws, kind, values)}
            record_id = handle
        else:
            record_id = ""
            values["row_key"] = origin_of(self.crm, entry, remote)
            if "source" in attribute_names(kind.model):
                values.setdefault("source", f"{self.crm.vendor.to(self.ws.project.language)} {entry.module}")
            raw = started(kind, "X-000", as_stored(self.ws, kind, values), Acting(self.acting.by, on))
        record, wrong = problems(kind.model, raw)
        if record is not None:
            wrong = [(("",), says) for _, says in link_problems(self._now(), record)]
        if record is None or wrong:
            self.done.left.append((name, Text.join((says for _, says in wrong), en="; ", zh="；")))
            return
        record_id = record_id or self.next_id(kind.prefix)
        record = with_seen(self.ws, record.model_copy(update={"id": record_id}))
        self._create(kind, record)
        self.done.made[remote.id] = record_id
        self.done.new.setdefault(kind.name, []).append(record_id)
        if kind is PERSON:
            self.people[remote.id] = record_id
        base = {name: (mark(self._said(record, name)), mark(there)) for name, there in arrival.base.items()}
        self.links.put(Link(record_id, entry.module, remote.id, remote.modified, base))

    def _said(self, record: Record, name: str) -> str:
        return (
            self.speaker.here(record, name)
            if name in attribute_names(type(record))
            else self.speaker.there(record, name)
        )

    def _create(self, kind: Kind, record: Record) -> None:
        data = file_data(record)
        self.records[record.id] = record
        if kind.storage is Storage.LIST:
            self.changes.append(Append(kind.path or "", (kind.list_key or "",), {"id": record.id, **data}))
        else:
            self.changes.append(Create(new_path(kind, record.id), data, kind.name))

    def _now(self) -> Workspace:
        return Workspace(self.ws.project, Records(self.records))

    def _new_handle(self, values: Mapping[str, Any], contact: str) -> str:
        """A handle of the e-mail's name, else of a Latin name, else of the contact's number; nobody else's."""
        mail = str(values.get("email") or "").partition("@")[0].lower()
        text = mail if mail.isascii() and mail else str(values.get("name") or "").lower()
        handle = _NO_HANDLE.sub(".", text).strip(".") if text.isascii() else ""
        if not handle or not handle[0].isalpha():
            handle = f"contact.{contact[-6:].lower()}"
        while handle in self.records:
            handle = f"{handle}.{contact[-4:].lower()}" if not handle.endswith(contact[-4:].lower()) else f"{handle}.x"
        return handle

    def _values(self, kind: Kind, values: Mapping[str, str]) -> dict[str, Any]:
        """Texts as a file would hold them: lines of a list as its items, a time as its day where only that fits."""
        found: dict[str, Any] = {}
        for key, text in values.items():
            first, _, rest = key.partition(".")
            value = self._value(kind, first, text)
            if value in (None, "", []):
                continue
            if rest:
                found[first] = {**found.get(first, {}), rest: value}
            else:
                found[key] = value
        return found

    def _value(self, kind: Kind, key: str, text: str) -> Any:
        if key not in attribute_names(kind.model):
            return text
        people = [self.people.get(one[1:], "") if one.startswith(COMING) else one for one in text.split("\n")]
        if holds(kind, key, tuple):
            return [one for one in people if one]
        text = "\n".join(people) if any(one.startswith(COMING) for one in text.split("\n")) else text
        if holds(kind, key, date) and not holds(kind, key, datetime):
            return text[:10]
        if key in {"title", "name", "place"}:
            return shorten(" ".join(text.split()), 200)
        return text

    # --- what changed there ---

    def _follow(self, pair: Pair) -> None:
        link = self.links.of(pair.id, pair.entry.module) or pair.link
        base = dict(pair.agreed)
        record = pair.record
        if pair.pull:
            revised, wrong = self._revised(pair)
            if revised is None:
                self.done.left.append((pair.id, Text.join(wrong, en="; ", zh="；")))
                return
            asked = proposals_of(record, revised)
            if asked and (out := self._out_for_signature.get(record.id)) is not None:
                says = Text("it is out for signature in {id}", "正在 {id} 中送签，暂不修改").format(id=out[0].id)
                self.done.left.append((pair.id, says))
                return
            if asked and self._is_agreed(record):
                self.proposals += asked
                revised = with_content_of(revised, record)
            keys = list(dict.fromkeys(key.partition(".")[0] for key in pair.pull))
            made = changes_between(self.ws, record, revised, keys)
            self.changes += made
            if made:
                self.done.changed[pair.id] = tuple(keys)
            self.records[pair.id] = revised
            for name in pair.pull:
                base[name] = (mark(self.speaker.here(revised, name)), base[name][1])
        if base or pair.is_new:
            self.links.put(link.synced(pair.remote.modified, base))

    def _revised(self, pair: Pair) -> tuple[Record | None, Sequence[Text]]:
        record = pair.record
        kind = record.kind
        raw = {"id": record.id, **file_data(record)}
        new = self._values(kind, pair.pull)
        for key in {name.partition(".")[0] for name in pair.pull} - new.keys():
            raw.pop(key, None)
        for key, value in as_stored(self.ws, kind, new).items():
            raw[key] = {**raw.get(key, {}), **value} if isinstance(value, Mapping) else value
        revised, wrong = problems(kind.model, raw)
        if revised is None:
            return None, [says for _, says in wrong]
        revised = revised.placed(record.spot)
        if says := [says for _, says in link_problems(self._now(), revised)]:
            return None, says
        try:
            refuse_settled(record, list(pair.pull))
        except Refused as refusal:
            return None, [refusal.says]
        return revised, ()

    @cached_property
    def _out_for_signature(self) -> Mapping[str, tuple[SignOff, str]]:
        return prepared_records(self.ws.of(SignOff))

    def _is_agreed(self, record: Record) -> bool:
        if not record.kind.signable:
            return False
        if self._agreed is None:
            self._agreed = agreed(self.ws)
        return record.id in self._agreed


def _kind(record: Record) -> str:
    return record.kind.name


def _counted(kind: Kind, n: int) -> Text:
    return Text(kind.label.en if n == 1 else kind.plural.en, kind.plural.zh)


def _completed(kind: Kind, values: Mapping[str, str]) -> dict[str, str]:
    """A note without a title is called by its beginning, one without a text says its title."""
    found = dict(values)
    fields = attribute_names(kind.model)
    if "title" in fields and not found.get("title"):
        text = next((found[k] for k in ("summary", "statement", "description") if found.get(k)), "")
        if text:
            found["title"] = shorten(" ".join(text.split()), 60)
    if "summary" in fields and not found.get("summary") and found.get("title"):
        found["summary"] = found["title"]
    return found


def _day(moment: str) -> date | None:
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        return None


def pulled(
    ws: Workspace, crm: CrmLink, found: Comparison, links: Links, next_id: NextId, acting: Acting, own: Acting
) -> Pulled:
    """The edits of a pull. `links` learns what is linked. `acting`: the CRM; `own`: who asks for it."""
    return _Pull(ws, crm, links, next_id, acting, own).run(found)


def kept(links: Links) -> list[Change]:
    """The files of links that hold something new."""
    return [Keep(path, content) for path, content in links.changed().items()]


def pushed(crm: CrmLink, links: Links, ids: Iterable[str], counts: tuple[int, int], acting: Acting) -> Edits | None:
    """What a push leaves here: the links. None where it changed nothing."""
    changes = kept(links)
    if not changes:
        return None
    subject = Text("Push to {crm}: {new} new, {changed} changed", "向{crm}写入：新建 {new} 条，更新 {changed} 条")
    return Edits(
        tuple(changes), "crm.push", tuple(dict.fromkeys(ids)),
        subject.format(crm=crm.within, new=counts[0], changed=counts[1]), acting.by, acting.on,
    )  # fmt: skip


def connected(crm: CrmLink, acting: Acting) -> Edits:
    """The mapping file, and how git joins the files of links."""
    data = file_data(validated(CrmLink, {"id": CRM.name, **file_data(crm)}))
    for entry in data["map"]:
        entry["fields"] = {field: _short(mapped) for field, mapped in entry["fields"].items()}
    subject = Text("Connect {crm}", "对接{crm}").format(crm=crm.within)
    changes: list[Change] = [Create(CRM_FILE, data, CRM.name), Attach(ATTRIBUTES, MERGED)]
    return Edits(tuple(changes), "crm.connect", (CRM.name,), subject, acting.by, acting.on)


def _short(mapped: Mapping[str, Any]) -> Any:
    """A field of the mapping as a person would write it: the name alone where there is nothing else to say."""
    names = mapped["theirs"]
    told = names[0] if len(names) == 1 else names
    return told if mapped.keys() == {"theirs"} else {**mapped, "theirs": told}


def resolved(
    ws: Workspace,
    pair: Pair,
    values: Mapping[str, str],
    links: Links,
    base: Mapping[str, tuple[str, str]],
    acting: Acting,
) -> Edits:
    """A conflict that a person decided: the record's fields as decided, and the link. Raises UsageError."""
    pair = replace(pair, pull=dict(values), agreed=dict(base), is_new=False)
    pull = _Pull(ws, CrmLink(id="crm", crm="zoho"), links, lambda _: "", acting, acting)
    revised, wrong = pull._revised(pair) if values else (pair.record, ())  # noqa: SLF001 - the same edit
    if revised is None:
        raise UsageError(Text.join(wrong, en="\n", zh="\n"))
    changes = changes_between(ws, pair.record, revised, [k.partition(".")[0] for k in values])
    links.put((links.of(pair.id, pair.entry.module) or pair.link).synced(pair.remote.modified, base))
    subject = Text("{id}: Settle a conflict with the CRM", "{id}：处理与 CRM 的冲突").format(id=pair.id)
    return Edits((*changes, *kept(links)), "crm.resolve", (pair.id,), subject, acting.by, acting.on)
