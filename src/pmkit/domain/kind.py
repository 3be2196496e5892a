"""The one declaration of a record kind: model, storage, states, labels.

Everything else is derived from it: JSON Schema, generic commands, tables, documents, checks, digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict

from pmkit.domain.values import Day, Line, Prose
from pmkit.kernel.digest import canonical_json, digest
from pmkit.kernel.duration import Duration, plain
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.place import Spot
from pmkit.kernel.text import Text, did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Visibility = Literal["internal", "customer"]
VISIBILITIES = {"internal": Text("internal", "内部"), "customer": Text("customer", "客户可见")}
NOWHERE = Spot("")


@dataclass(frozen=True, slots=True)
class About:
    """What a field is: its label, and how the rest of pmkit treats it.

    `content` fields count for the digest, that is for signatures; `unordered` lists are sorted there first.
    `links` names the kinds whose ids the field holds (`person`: handles). `internal` fields never reach a customer,
    even on a record that does. `personal` fields stand in signed papers and nowhere else. `option` is the command-line
    name where it differs from the field's.
    """

    en: str
    zh: str
    content: bool = False
    unordered: bool = False
    internal: bool = False
    personal: bool = False
    links: tuple[str, ...] = ()
    option: str | None = None
    words: Mapping[str, Text] = field(default_factory=dict)

    @property
    def label(self) -> Text:
        return Text(en=self.en, zh=self.zh)

    def code_of(self, said: str) -> str:
        """The choice that a word of either language stands for; any other text as it is."""
        wanted = said.casefold()
        forms = ((code, (code, text.en, text.zh)) for code, text in self.words.items())
        return next((code for code, words in forms if wanted in map(str.casefold, words)), said)


class Part(BaseModel):
    """A mapping inside a record: a step, an approval, an impact. Not addressed by an id of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, populate_by_name=True)


class Record(Part):
    """A record with an id: immutable, and aware of where it stands."""

    id: Annotated[str, About("ID", "编号")]
    kind: ClassVar[Kind]
    # Where it stands and a digest that is known lie beside the fields, as a cached property does: a private attribute
    # of pydantic would be copied for each of 10,000 records.

    @property
    def spot(self) -> Spot:
        """Where the record stands: its file, and inside a list file the keys that lead to it."""
        found: Spot = self.__dict__.get("_spot", NOWHERE)
        return found

    def at(self, *keys: str | int) -> Spot:
        """Where one of its values stands."""
        return self.spot.at(*keys)

    def placed(self, spot: Spot) -> Self:
        """The record itself, told where it stands; the loader's business."""
        self.__dict__["_spot"] = spot
        return self

    @property
    def name_to_show(self) -> str:
        """What people call the record: its title or name."""
        return str(getattr(self, "title", None) or getattr(self, "name", None) or self.id)

    @property
    def digest(self) -> str:
        """The digest of the content (FORMAT §3): what a signature or an approval holds on to."""
        whole: Record | None = self.__dict__.get("_whole")
        return digest(content(self)) if whole is None else whole.digest

    def as_seen_of(self, whole: Record) -> Self:
        """The record itself, told of which whole it shows a part: its place and its digest are that one's."""
        self.__dict__["_spot"], self.__dict__["_whole"] = whole.spot, whole
        return self


class Evidence(Part):
    """A file that somebody sent, named with its SHA-256."""

    file: Annotated[Line, About("File", "佐证材料")]
    sha256: Annotated[Line, About("SHA-256", "SHA-256")]
    kind: Annotated[Line | None, About("Kind of evidence", "材料类型")] = None


class Step(Part):
    """One step of a record's life: the state it reached, the business date, for whom it was taken."""

    to: Annotated[str, About("To", "状态")]
    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "责任人")]
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    note: Annotated[Prose | None, About("Remarks", "备注")] = None
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class Tracked(Record):
    """A record that moves through states, by steps that it keeps."""

    status: Annotated[str, About("Status", "状态")]
    steps: Annotated[tuple[Step, ...], About("Steps", "办理过程")] = ()
    visibility: Annotated[Visibility | None, About("Visibility", "可见范围", words=VISIBILITIES)] = None
    tags: Annotated[tuple[Line, ...], About("Tags", "标签", unordered=True, option="tag")] = ()
    notes: Annotated[Prose | None, About("Notes", "备注", internal=True)] = None
    row_key: Annotated[Line | None, About("Row key", "行标识", internal=True)] = None

    @property
    def seen_by_customer(self) -> bool:
        return (self.visibility or self.kind.visibility) == "customer"

    @property
    def is_closed(self) -> bool:
        """No further work is expected on it."""
        states = self.kind.states
        return states is not None and self.status in states.closed

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        """Each file that the record names as evidence, with the keys under which it does."""
        for number, step in enumerate(self.steps):
            if step.evidence is not None:
                yield ("steps", number, "evidence"), step.evidence

    def reached(self, state: str) -> Day | None:
        """The business date of the last step to `state`."""
        return next((step.on for step in reversed(self.steps) if step.to == state), None)


class Storage(Enum):
    """How a kind lies in the workspace."""

    FILE = "one file a record, named by its id"
    LIST = "items of a list in a file"
    SINGLE = "one file, one record"


@dataclass(frozen=True, slots=True)
class Move:
    """One transition: the verb that makes it, the states it may leave, the state it reaches.

    `own_command`: a command of its own does it (it needs more than a date and a name), so none is generated.
    `takes`: keys of the fields that may be filled in on the way. `needs`: keys or properties that must say something
    by then (`note`: the step's remark); of several moves of a verb the first whose needs are met is made.
    `otherwise`: what to do where they are not, with `{id}`. `theirs`: the customer's own word makes the move, so that
    it takes somebody of theirs and what they sent back.
    """

    verb: str
    sources: tuple[str, ...]
    to: str
    label: Text
    own_command: str | None = None
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    otherwise: Text | None = None
    theirs: bool = False


@dataclass(frozen=True, eq=False)
class States:
    """The states of a kind in order, the first one being where a record begins, and the moves between them.

    `open_in`: the states in which `set` may change the content; None for all.
    """

    names: Mapping[str, Text]
    moves: tuple[Move, ...]
    closed: frozenset[str] = frozenset()
    open_in: frozenset[str] | None = None

    @property
    def initial(self) -> str:
        return next(iter(self.names))

    def moves_from(self, status: str) -> list[Move]:
        return [move for move in self.moves if status in move.sources]

    def way_to(self, state: str) -> list[str]:
        """The states on a shortest way from the first one to `state`, both included; empty where none leads there."""
        ways = {self.initial: [self.initial]}
        pending = [self.initial]
        while pending and state not in ways:
            here = pending.pop(0)
            for move in self.moves_from(here):
                if move.to not in ways:
                    ways[move.to] = [*ways[here], move.to]
                    pending.append(move.to)
        return ways.get(state, [])

    def commands(self, kind: Kind, record_id: str, moves: Iterable[Move]) -> list[str]:
        """The command lines that make the moves, each once."""
        lines = (f"{m.own_command or f'pmkit {kind.command} {m.verb}'} {record_id}" for m in moves)
        return list(dict.fromkeys(lines))

    def move(self, kind: Kind, record_id: str, status: str, verb: str) -> Move:
        """The move that `verb` makes from `status`. Refused, naming what is possible instead."""
        return self.choices(kind, record_id, status, verb)[0]

    def choices(self, kind: Kind, record_id: str, status: str, verb: str) -> list[Move]:
        """The moves that `verb` may make from `status`, in their order. Refused where there are none."""
        found = [move for move in self.moves if move.verb == verb and status in move.sources]
        if found:
            return found
        possible = self.commands(kind, record_id, self.moves_from(status))
        state = self.names.get(status, Text.same(status))
        raise Refused(
            Text(
                en="{id} is {state}; `{verb}` does not start there", zh="{id} 当前为“{state}”，不能执行 `{verb}`"
            ).format(id=record_id, state=state, verb=verb),
            Text(en="possible now: {what}", zh="目前可执行：{what}").format(
                what=Text.join([Text.same(f"`{p}`") for p in possible])
            )
            if possible
            else Text(en="nothing follows this state", zh="该状态之后没有后续步骤"),
        )


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody has to do with a record, for `pmkit todo`.

    `states`: those in which it is to be done (any open one where none is named). `day`: the field or property with the
    date by which. `who`: the field with the handle of the one who does it, else `side` does.
    """

    what: Text
    states: tuple[str, ...] = ()
    day: str | None = None
    who: str | None = None
    side: str = "supplier"


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The document of a kind that is signed on paper. `waits`: the states in which a signature is what it waits for.

    `sealed`: by custom it gets seals too.
    """

    title: Text
    waits: tuple[str, ...] = ()
    sealed: bool = True


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record.

    `name` is the command line's noun, `folder` where new records go, `path` the file of a kind that has just one,
    `list_key` the list that holds the items of a LIST kind. `added_by`: the command that makes one, where fields alone
    do not. `due`: what a record asks of somebody. `called`: the words of the command line, where they are more than the
    name (`acceptance case`). `rules`: what does not fit the project's profile, by the field. `enters`: the states in
    which a record may come from elsewhere, because nobody else is claimed to have agreed. `traced`: what names a
    record is downstream of it; not so the bookkeeping that names every task. `signable`: the customer may sign its
    content, which is then frozen. `paper`: its document is signed on paper; its model is then an `OnPaper`.
    `after_closing`: its records go on being written when the project is closed.
    """

    name: str
    prefix: str
    folder: str
    model: type[Record]
    label: Text
    plural: Text
    storage: Storage = Storage.FILE
    states: States | None = None
    visibility: Visibility = "customer"
    columns: tuple[str, ...] = ()
    path: str | None = None
    list_key: str | None = None
    added_by: str | None = None
    more_prefixes: tuple[str, ...] = ()
    called: str = ""
    traced: bool = True
    due: tuple[Due, ...] = ()
    signable: bool = False
    paper: SignedPaper | None = None
    after_closing: bool = False
    enters: frozenset[str] = frozenset()
    rules: Callable[[Any, Any], Iterable[tuple[str, Text]]] = lambda _record, _project: ()

    @property
    def command(self) -> str:
        """What follows `pmkit` on the command line."""
        return self.called or self.name

    def __post_init__(self) -> None:
        self.model.kind = self


@cache
def about(model: type[BaseModel]) -> dict[str, About]:
    """What each field of a model is, by its key in the file."""
    return {
        info.alias or name: next((m for m in info.metadata if isinstance(m, About)), About(name, name))
        for name, info in model.model_fields.items()
    }


@cache
def inner_model(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The model of what stands under a key, or of each item there; None for plain values."""
    info = next((i for n, i in model.model_fields.items() if (i.alias or n) == key), None)
    pending: list[Any] = [info.annotation] if info else []
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        pending += get_args(kind)
    return None


@cache
def attribute_names(model: type[BaseModel]) -> dict[str, str]:
    """The attribute behind each key of the file (`from` is `from_`)."""
    return {info.alias or name: name for name, info in model.model_fields.items()}


def value_of(record: BaseModel, key: str) -> Any:
    """The value under the file's `key`. Raises KeyError for a key that the model does not have."""
    return getattr(record, attribute_names(type(record))[key])


def target_of(value: Any) -> str:
    """The id that a link holds: the value itself, or its `target` where it says more than the id."""
    target: str = value if isinstance(value, str) else value.target
    return target


def content(record: BaseModel) -> dict[str, Any]:
    """The content of a record in the form that is digested (FORMAT §3): fields that say something, and only those.

    A part that marks none of its fields as content counts whole; a record inside another one counts with its id.
    """
    return dict(_content_items(record))


def _content_items(part: BaseModel) -> Iterator[tuple[str, Any]]:
    model = type(part)
    marked = any(what.content for what in about(model).values())
    for name, info in model.model_fields.items():
        key = info.alias or name
        what = about(model)[key]
        if marked and not what.content:
            continue
        value = getattr(part, name)
        if value is None or value == info.default:
            continue
        plain_value = normal(value, unordered=what.unordered)
        if plain_value not in ("", [], {}):
            yield key, plain_value


def normal(value: Any, *, unordered: bool = False) -> Any:
    """A value in its one normal form: strings, booleans, integers, lists and objects."""
    match value:
        case bool() | int():
            return value
        case str():
            lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            while lines and not lines[-1].strip():
                lines.pop()
            return "\n".join(lines)
        case Decimal():
            return plain(value)
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Duration() | Money():
            return str(value)
        case Record():
            return {"id": value.id, **content(value)}
        case BaseModel():
            return content(value)
        case Mapping():
            return {str(k): normal(v) for k, v in value.items()}
        case list() | tuple():
            items = [normal(item) for item in value]
            return sorted(items, key=canonical_json) if unordered else items
        case _:
            return str(value)


def file_value(value: Any) -> Any:
    """A value as it is written to a file: plain text, numbers, lists and mappings; None for what is left out."""
    if isinstance(value, BaseModel):
        written = {
            info.alias or name: file_value(getattr(value, name))
            for name, info in type(value).model_fields.items()
            if getattr(value, name) not in (None, (), {}) and getattr(value, name) != info.default
        }
        return {k: v for k, v in written.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [file_value(item) for item in value]
    if isinstance(value, Mapping):
        return {str(k): file_value(v) for k, v in value.items()}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    return str(normal(value))


# What only steps of the workflow write.
WORKFLOW_FIELDS = frozenset(
    {"id", "status", "steps", "approvals", "results", "signed", "refused", "conditional", "paper"}
)
# What a record ends with in its file, after the fields of its own kind.
LAST = (
    "visibility", "tags", "notes", "row_key", "status", "steps", "approvals", "results", "signed", "refused",
    "conditional", "conditions", "paper",
)  # fmt: skip


def file_data(record: Record) -> dict[str, Any]:
    """A record as the mapping that its file holds: its own fields first, then its state; no id."""
    data = file_value(record)
    own = [key for key in data if key not in LAST and key != "id"]
    return {key: data[key] for key in (*own, *(key for key in LAST if key in data))}


def known_field(kind: Kind, key: str) -> About:
    """What the field is. Raises UsageError, with the nearest field, for one that the kind does not have."""
    fields = about(kind.model)
    if key not in fields:
        raise UsageError(
            Text(en="a {kind} has no field `{key}`", zh="{kind}没有字段 `{key}`").format(kind=kind.label, key=key),
            did_you_mean(key, fields)
            if nearest(key, fields)
            else Text(en="its fields: {keys}", zh="可用字段：{keys}").format(
                keys=Text.join(Text(en=name, zh=f"{name}（{what.zh}）") for name, what in fields.items())
            ),
        )
    return fields[key]
