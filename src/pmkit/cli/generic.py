"""The verbs that work on every kind, and the nouns made from a kind's declaration."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from pydantic import BaseModel

from pmkit.cli.language import h, language, tell
from pmkit.cli.listing import list_command as list_command  # noqa: PLC0414 - nouns take it from here
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, print_json, single
from pmkit.domain.kind import (
    LAST,
    About,
    Kind,
    Record,
    about,
    attribute_names,
    file_data,
    inner_model,
    known_field,
    normal,
    value_of,
)
from pmkit.domain.people import Person, role_label
from pmkit.domain.problems import problems
from pmkit.domain.registry import kind_named, kind_of_id
from pmkit.kernel.errors import UsageError
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text, pad

if TYPE_CHECKING:
    from pmkit.workspace.signing import Standing

new_app, show_app, set_app = (single() for _ in range(3))
_NOT_ASKED = frozenset({"id", "status", "steps", "seen", "approvals", "results", "edits", "add", "withdraw", "row_key"})
NOT_GIVEN: tuple[Any, ...] = (None, [], False)  # what an option says that was not given
_UNREAD = frozenset({"digest", "sha256", "before", "after"})  # for machines; `--json` has them
EVIDENCE = typer.Option(
    "--evidence", metavar="FILE", help=h("what they sent back: mail, scan", "客户回复：邮件、扫描件")
)
TEXT = typer.Option("--text", help=h("their words, where a message said it", "客户消息原文"))
_NOTE = typer.Option("--note", help=h("a remark to keep with the step", "随步骤保存的说明"))


# --- nouns made from a declaration -----------------------------------------------------------------------------------


def noun(kind: Kind) -> typer.Typer:
    """`pmkit KIND add|list|show|set` and a verb for each transition, all from the kind's declaration."""
    app = group(tell(kind.plural))
    add_command(app, kind)
    list_command(app, kind)
    show_command(app)
    set_command(app)
    transitions(app, kind)
    return app


Fields = dict[str, tuple[str, inspect.Parameter]]  # parameter -> the file's key, the command-line parameter
Then = Callable[[Session, Record, str], Text | None]  # what to say after a move of a record to a state


def transitions(app: typer.Typer, kind: Kind, then: Then | None = None) -> None:
    """A command for each verb of the workflow that needs no more than a date and a remark."""
    done: set[str] = set()
    for move in kind.states.moves if kind.states else ():
        if move.verb not in done and move.own_command is None:
            done.add(move.verb)
            _transition(app, (kind,), move.verb, tell(move.label), then)


def shared_transitions(app: typer.Typer, kinds: Sequence[Kind]) -> None:
    """The same for kinds that share a noun: a verb takes the records of each kind that has it."""
    verbs: dict[str, list[tuple[Kind, Text]]] = {}
    for kind in kinds:
        for move in kind.states.moves if kind.states else ():
            if move.own_command is None:
                verbs.setdefault(move.verb, []).append((kind, move.label))
    for verb, owners in verbs.items():
        labels = dict.fromkeys(f"{tell(kind.label)}{h(': ', '：')}{tell(label)}" for kind, label in owners)
        _transition(app, tuple(kind for kind, _ in owners), verb, h("; ", "；").join(labels), None)


def _transition(app: typer.Typer, kinds: Sequence[Kind], verb: str, help_: str, then: Then | None) -> None:
    moves = [move for kind in kinds if kind.states for move in kind.states.moves if move.verb == verb]
    if any(move.theirs for move in moves):
        _their_word(app, kinds, verb, help_)
        return
    takes = {key for move in moves for key in move.takes}
    fields = {name: found for name, found in options_of(kinds[0]).items() if found[0] in takes} if takes else {}

    def run(
        s: Session,
        record_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
        note: Annotated[str | None, _NOTE] = None,
        **values: Any,
    ) -> None:
        from pmkit.actions.records import move
        from pmkit.workspace.edits import Set
        from pmkit.workspace.model import normal_id

        records = [_of_kinds(s, record_id, kinds) for record_id in dict.fromkeys(map(normal_id, record_ids))]
        given = {fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
        edits = move(s.ws, records, verb, s.acting, note, given)
        reached = next(c.value for c in edits.changes if isinstance(c, Set) and c.keys[-1] == "status")
        told = [then(s, record, reached) for record in records] if then else []
        s.write(edits, *(one for one in told if one))

    command(app, verb, help_, WRITING, aliases={"as_": "--by"})(with_options(run, fields))


def _their_word(app: typer.Typer, kinds: Sequence[Kind], verb: str, help_: str) -> None:
    """A verb by which the customer speaks: it takes who of theirs, and what they sent back, as `pmkit confirm` does."""

    def run(
        s: Session,
        record_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
        evidence: Annotated[str | None, EVIDENCE] = None,
        text: Annotated[str | None, TEXT] = None,
    ) -> None:
        from pmkit.cli.confirm import confirm_records
        from pmkit.workspace.model import normal_id

        records = [_of_kinds(s, record_id, kinds) for record_id in dict.fromkeys(map(normal_id, record_ids))]
        confirm_records(s, records, verb, evidence, text)

    command(app, verb, help_, WRITING, aliases={"as_": "--by"})(run)


def with_options(function: Callable[..., None], fields: Fields) -> Callable[..., None]:
    """The function, whose last parameter takes the rest, with an option for each of these fields instead of that."""
    own = [p for p in inspect.signature(function, eval_str=True).parameters.values() if p.kind is not p.VAR_KEYWORD]
    parameters = [p.replace(kind=p.KEYWORD_ONLY) if n else p for n, p in enumerate(own)]
    more = [p for _, p in fields.values()]
    function.__signature__ = inspect.Signature([*parameters, *more])  # type: ignore[attr-defined]
    return function


def _of_kinds(s: Session, record_id: str, kinds: Sequence[Kind]) -> Record:
    """The record with this id, of one of the kinds. Raises UsageError with the nearest id."""
    found = kind_of_id(record_id)
    return s.ws.get(record_id, found.model if found in kinds and found is not None else kinds[0].model)


Completed = Callable[[Session, dict[str, Any]], dict[str, Any]]  # options as fields, with what follows from them


def add_command(
    app: typer.Typer,
    kind: Kind,
    verb: str = "add",
    completed: Completed = lambda _, values: values,
    more: Fields | None = None,
) -> None:
    """`pmkit KIND add` with an option for each field that a person fills in; `more` options for `completed` to read."""
    fields = {**options_of(kind), **(more or {})}

    def run(s: Session, **values: Any) -> None:
        from pmkit.actions.records import add

        named = {fields[name][0]: value for name, value in values.items()}
        given = ask_missing(kind, {key: value for key, value in named.items() if value not in NOT_GIVEN})
        s.write(add(s.ws, kind, completed(s, given), s.next_id, s.acting))

    command(app, verb, h(f"Add a {kind.label.en}", f"新增{kind.label.zh}"), WRITING)(with_options(run, fields))


def options_of(kind: Kind) -> Fields:
    """For each field that a person fills in: the parameter's name -> the file's key, the command-line parameter."""
    found = {}
    for key, what in sorted(about(kind.model).items(), key=lambda item: item[0] in LAST):
        name = attribute_names(kind.model)[key]
        if key in _NOT_ASKED or _is_nested(kind.model.model_fields[name].annotation):
            continue
        is_list = _is_tuple(kind.model.model_fields[name].annotation)
        flag = kind.model.model_fields[name].annotation is bool
        option = typer.Option(
            f"--{(what.option or key).replace('_', '-')}",
            metavar=None if flag else _metavar(what, kind.model.model_fields[name].annotation),
            help=_help(what, is_list=is_list),
        )
        annotation: Any = Annotated[list[str] | None, option] if is_list else Annotated[str | None, option]
        default = None
        if flag:
            annotation, default = Annotated[bool, option], False
        found[name] = (
            key,
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation),
        )
    return found


def not_made_of_fields(kind: Kind) -> UsageError:
    """The error for a kind that has a command of its own to begin one."""
    return UsageError(
        Text(en="a {kind} is not made of fields alone", zh="{kind}不能只用字段新建").format(kind=kind.label),
        Text(en="use `{command}`", zh="请使用 `{command}`").format(command=kind.added_by),
    )


def ask_missing(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """On a terminal, a required field that was not given is asked for; in a pipe its absence is an error later."""
    if not on_terminal():
        return given
    for key, info in ((i.alias or n, i) for n, i in kind.model.model_fields.items()):
        if info.is_required() and key not in given and key not in _NOT_ASKED:
            given[key] = _asked(kind, key)
    return given


def on_terminal() -> bool:
    """True where somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(kind: Kind, key: str) -> str:
    """A value that the field takes; asked for until it is one. Words of either language stand for choices."""
    what = about(kind.model)[key]
    text = tell(what.label) + (f" ({', '.join(what.words)})" if what.words else "")
    while True:
        said = str(typer.prompt(text, err=True)).strip()
        value = what.code_of(said)
        wrong = [says for loc, says in problems(kind.model, {key: value})[1] if loc[:1] == (key,)]
        if not wrong:
            return value
        sys.stderr.write("".join(f"  {tell(says)}\n" for says in wrong))


def _help(what: About, *, is_list: bool) -> str:
    text = tell(what.label)
    if what.words:
        said = (
            word if tell(label).casefold() == word else f"{word} {tell(label)}" for word, label in what.words.items()
        )
        text += h(" ({})", "（{}）").format(h(", ", "、").join(said))
    return text + (h("; may be repeated", "；可重复") if is_list else "")


def _metavar(what: About, annotation: Any) -> str:
    """The form of a value in capitals: HANDLE, ID, DATE, DURATION, AMOUNT, TEXT."""
    if what.links:
        return "HANDLE" if what.links == ("person",) else "ID"
    text = str(annotation)
    forms = {"Duration": "DURATION", "Money": "AMOUNT", "datetime.datetime": "DATE[THH:MM]", "datetime.date": "DATE"}
    return next((form for sign, form in forms.items() if sign in text), "TEXT")


def _is_tuple(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_tuple(a) for a in get_args(annotation) if a is not type(None))


def _is_nested(annotation: Any) -> bool:
    """True for parts and mappings: no option can say them."""
    if get_origin(annotation) is Mapping or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return True
    return any(_is_nested(a) for a in get_args(annotation))


def show_command(app: typer.Typer) -> None:
    """`pmkit KIND show ID`."""
    command(app, "show", h("Show one record", "查看一条记录"), AT_REVISION)(show)


def set_command(app: typer.Typer) -> None:
    """`pmkit KIND set ID field=value`."""
    command(
        app,
        "set",
        h("Set fields: field=value, field+=value, field-=value", "修改字段：字段=值、字段+=值、字段-=值"),
        WRITING,
    )(_set)


# --- verbs for every kind --------------------------------------------------------------------------------------------

_Id = Annotated[str, typer.Argument(metavar="ID")]


def _new(
    s: Session,
    kind: Annotated[str, typer.Argument()],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE")] = None,
) -> None:
    from pmkit.actions.records import add, split_assignment

    found = kind_named(kind)
    if found.added_by is not None:
        raise not_made_of_fields(found)
    values: dict[str, Any] = {}
    for text in fields or []:
        key, _, value = split_assignment(text)
        known_field(found, key)
        names = attribute_names(found.model)
        if _is_tuple(found.model.model_fields[names[key]].annotation):
            values.setdefault(key, []).append(value)
        else:
            values[key] = value
    s.write(add(s.ws, found, ask_missing(found, values), s.next_id, s.acting))


def words(s: Session, record: Record, what: About, key: str, value: Any) -> str:
    """A value in words."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return h("yes", "是") if value else h("no", "否")
    if key == "status" and record.kind.states:
        return tell(record.kind.states.names.get(str(value), Text.same(str(value))))
    if isinstance(record, Person) and key == "role":
        return tell(role_label(record.side, record.role))
    if what.links in {("person",), ("party",)} or key == "by":
        handles = value if isinstance(value, tuple) else (value,)
        return h(", ", "、").join(_person(s, str(handle)) for handle in handles)
    if isinstance(value, tuple):
        return h("; ", "；").join(_item(what, item) for item in value)
    if value in what.words:
        return tell(what.words[value])
    return normal(value) if isinstance(value, datetime) else str(value)


def _item(what: About, item: Any) -> str:
    return tell(what.words[item]) if isinstance(item, str) and item in what.words else str(item)


def _person(s: Session, link: str) -> str:
    """The name behind a handle, or `Name <mail>`; with the share of the time where one is written."""
    handle, space, share = link.partition(" ")
    return s.ws.person_name(handle) + space + share if share.endswith("%") else s.ws.person_name(link)


def as_json(record: Record) -> dict[str, Any]:
    """A record as `--json` prints it: the file's own keys, with its id and path."""
    return {"id": record.id, "kind": record.kind.name, "path": record.spot.path, **file_data(record)}


def show(s: Session, record_id: _Id) -> None:
    """A record with all that its file says."""
    ws = s.whole if s.rev else s.ws
    record: Record = ws.get(record_id)
    standing = _standing(s, record)
    if s.json:
        print_json(as_json(record) | {"digest": record.digest} | (standing_json(standing) if standing else {}))
        return
    out(f"{record.id}  {record.name_to_show}   ({record.spot.path})")
    data = file_data(record)
    labels = {key: tell(what.label) for key, what in about(type(record)).items()}
    width = max(len(label) * (2 if language() == "zh" else 1) for key, label in labels.items() if key in data)
    for key, value in data.items():
        if key in {"title", "name", "seen"}:  # `link list` says which links have to be looked at again
            continue
        lines = _lines(s, record, key, value)
        for number, line in enumerate(lines or [""]):
            out(f"  {pad(labels[key] if number == 0 else '', width)}  {line}".rstrip())
    if standing is not None:
        out(f"  {pad(h('Signed in', '签认'), width)}  {tell(standing_words(standing))}")
    for sent in _went_out(s, record):
        out(f"  {pad(h('Sent', '发文'), width)}  {tell(sent)}")


def _standing(s: Session, record: Record) -> Standing | None:
    """How a signed record stands; only the sign-offs and changes that name it are read."""
    if not record.kind.signable:
        return None
    from pmkit.store.locate import paths_named

    if not s.rev and next(paths_named(s.root, "SGN-"), None) is None:  # nothing is signed yet
        return None
    from pmkit.domain.changes import ChangeRequest
    from pmkit.domain.signoffs import SignOff
    from pmkit.workspace.signing import standing_of

    if s.rev:
        return standing_of(record, s.whole.of(SignOff), s.whole.changes)
    from pmkit.store.frozen import mentioning

    signoffs = list(mentioning(s.root, SignOff, [record.id]))
    return standing_of(record, signoffs, mentioning(s.root, ChangeRequest, [record.id])) if signoffs else None


def _went_out(s: Session, record: Record) -> list[Text]:
    """How the record's document stands; only the dispatches that name it are read."""
    from pmkit.store.locate import paths_named

    if s.rev or next(paths_named(s.root, "DSP-"), None) is None:  # nothing went out yet
        return []
    from pmkit.domain.dispatches import Dispatch
    from pmkit.store.frozen import mentioning
    from pmkit.workspace.dispatches import standing_of

    standing = standing_of(record, mentioning(s.root, Dispatch, [record.id]))
    return (
        [Text("{id}: {says}", "{id}：{says}").format(id=standing.dispatch.id, says=standing.says(s.ws))]
        if standing
        else []
    )


def standing_json(standing: Standing) -> dict[str, Any]:
    """How a signed record stands, for programs."""
    return {
        "signed": {
            "signoff": standing.signoff.id,
            "on": standing.signoff.signed_on,
            "state": standing.state,
            "digest": standing.signed,
            "changed_under": list(standing.under),
        }
    }


def standing_words(standing: Standing) -> Text:
    """How a signed record stands, in a sentence."""
    from pmkit.workspace.signing import not_signed_again

    signed = Text("{id}, {on}", "{id}，{on}").format(id=standing.signoff.id, on=standing.signoff.signed_on)
    note = not_signed_again(standing)
    return Text("{signed}; {note}", "{signed}；{note}").format(signed=signed, note=note) if note else signed


def _lines(s: Session, record: Record, key: str, value: Any) -> list[str]:
    """A value of the file as lines: lists an item a line, mappings a pair a line."""
    what = about(type(record))[key]
    if isinstance(value, list):
        if what.links == ("person",):
            return [words(s, record, what, key, tuple(value))]
        if key in {"steps", "approvals"}:
            return [step_words(s, record, item) for item in value]
        return [line for item in value for line in _item_lines(file_words(s, type(record), key, item))]
    if isinstance(value, dict):
        inner = inner_model(type(record), key)
        return [_pair(s, inner, k, v) for k, v in value.items()]
    return words(s, record, what, key, value_of(record, key)).splitlines()


def _item_lines(text: str) -> list[str]:
    """An item of a list; its further lines stand below the first."""
    first, *more = text.splitlines() or [""]
    return [f"- {first}", *(f"  {line}" for line in more)]


def step_words(s: Session, record: Record, step: dict[str, Any]) -> str:
    """A step or an approval of a file in words: `2026-03-05 客户已确认 王芳`."""
    by = s.ws.person_name(step.get("by"))
    recorded = s.ws.person_name(step.get("recorded_by"))
    who = by + (h(f" (recorded by {recorded})", f"（{recorded}记录）") if recorded else "")
    if "digest" in step:
        role = tell(role_label(str(step.get("side")), str(step.get("role"))))
        holds = step["digest"] == record.digest
        valid = "" if holds else h("void: the content changed since", "已失效：内容已变更")
        evidence = (step.get("evidence") or {}).get("file", "")
        parts = [str(step.get("on", "")), role, who, str(step.get("comment", "")), evidence, valid]
    else:
        states = record.kind.states.names if record.kind.states else {}
        state = tell(states.get(str(step.get("to")), Text.same(str(step.get("to")))))
        parts = [str(step.get("on", "")), state, who, str(step.get("note", ""))]
    return "  ".join(part for part in parts if part)


def file_words(s: Session, model: type[BaseModel] | None, key: str, value: Any) -> str:
    """What stands under a key of a file, on one line: labels for keys, names for people, words for choices."""
    if value is None:
        return h("(nothing)", "（空）")
    if isinstance(value, bool):
        return h("yes", "是") if value else h("no", "否")
    if isinstance(value, list):
        return h("; ", "；").join(file_words(s, model, key, item) for item in value)
    if isinstance(value, dict):
        inner = inner_model(model, key) if model else None
        named = about(model)[key].words if model and key in about(model) else {}
        shown = {tell(named[k]) if k in named else k: v for k, v in value.items() if k not in _UNREAD}
        if inner is not None and inner.__name__ == "ProposedEdit":
            return _edit_words(s, shown)
        if len(shown) == 1 and inner is not None:
            ((only, said),) = shown.items()
            return file_words(s, inner, only, said)
        return h("; ", "；").join(_pair(s, inner, k, v) for k, v in shown.items())
    what = about(model).get(key) if model else None
    if (what is not None and what.links in {("person",), ("party",)}) or key in {"owner", "by", "verified_by"}:
        return s.ws.person_name(str(value))
    return tell(what.words[value]) if what is not None and value in what.words else str(value)


def reviewed(before: Any, after: Any) -> str:
    """The links whose digest differs, by their ids: which were looked at again. The digests tell a reader nothing."""
    old, new = (value if isinstance(value, dict) else {} for value in (before, after))
    return h(", ", "、").join(sorted((k for k in {*old, *new} if old.get(k) != new.get(k)), key=natural_order))


def _pair(s: Session, model: type[BaseModel] | None, key: str, value: Any) -> str:
    what = about(model).get(key) if model else None
    return f"{tell(what.label) if what else key}{h(': ', '：')}{file_words(s, model, key, value)}"


def _edit_words(s: Session, edit: dict[str, Any]) -> str:
    """A proposed edit: `REQ-001 Statement: old -> new`."""
    record_id, key = str(edit.get("record")), str(edit.get("field"))
    kind = kind_of_id(record_id)
    model = kind.model if kind else None
    label = tell(about(model)[key].label) if model and key in about(model) else key
    old, new = (file_words(s, model, key, edit.get(side)) for side in ("from", "to"))
    return f"{record_id} {label}{h(': ', '：')}{old} -> {new}"


def _set(s: Session, record_id: _Id, assignments: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE")]) -> None:
    from pmkit.actions.records import set_fields

    s.write(set_fields(s.ws, s.ws.get(record_id), assignments, s.acting))


command(new_app, "new", h("Add a record of any kind", "新增任意类型的记录"), WRITING)(_new)
command(show_app, "show", h("Show one record", "查看一条记录"), AT_REVISION)(show)
command(set_app, "set", h("Set fields of a record", "修改记录的字段"), WRITING)(_set)
