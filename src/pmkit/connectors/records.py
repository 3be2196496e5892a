"""Records of one kind as a sheet, and a sheet as rows: all from the kind's declaration.

A column stands for a field, also for one inside a part (`Impact: Price`). Choices, states and people are words to pick;
on the way back a word of either language, the code or the handle will do. Lists are lines of one cell; lists of parts
are YAML as in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from pmkit.connectors.sheets import Column, Grid, Sheet, plain_day
from pmkit.domain.kind import LAST, About, Kind, Record, about, attribute_names
from pmkit.domain.people import Person
from pmkit.domain.plan import PHASE, TASK, Task
from pmkit.kernel.duration import Duration
from pmkit.kernel.money import Money
from pmkit.kernel.text import Lang, Text, did_you_mean
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.rows import Mistake, Path, Row, fingerprint, value_at

Form = Literal["text", "lines", "words", "choice", "flag", "day", "yaml"]
EXAMPLE = Text("(example)", "（示例）")
YES, NO = Text("yes", "是"), Text("no", "否")
# Columns that are no fields.
ID, STATUS, PHASE_OF, CHECKED = ("id",), ("status",), ("phase",), ("",)
CHECKED_LABEL = Text("As exported (leave alone)", "导出校验（勿改）")
# The workflow's own, what links remember, and what has a sheet of its own.
_LEFT_OUT = frozenset({"id", "status", "steps", "approvals", "results", "seen", "tasks", "items", "format"})
_SEPARATED = frozenset({"after"})  # lists whose items hold no comma, like links and days
_MARKS = re.compile(r"[,，、;；\n]")
_TRUE, _FALSE = frozenset({"yes", "true", "y", "1", "是", "√", "✓"}), frozenset({"no", "false", "n", "0", "否", "×"})
_NAMED = re.compile(r"(?P<name>.*?)\s*[(（]\s*(?P<handle>[a-z][a-z0-9._-]*)\s*[)）]\Z")
_HEAD_ROWS = 20  # rows in which the headings are looked for: ledgers have titles above them


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column stands for."""

    path: Path
    label: Text
    what: About
    form: Form
    required: bool = False
    hint: Text = field(default_factory=lambda: Text.same(""))
    money: bool = False


@dataclass(frozen=True, slots=True)
class Yaml:
    """How a nested value stands in a cell; the store knows YAML."""

    dump: Callable[[Any], str]
    parse: Callable[[str], Any]  # raises ValueError


@cache
def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind that a sheet has columns for, in the order of its declaration."""
    found = list(_fields(kind.model, (), None))
    return tuple(sorted(found, key=lambda f: f.path[0] in LAST))


def _fields(model: type[BaseModel], above: Path, label: Text | None) -> Iterator[Field]:
    names = attribute_names(model)
    for key, what in about(model).items():
        info = model.model_fields[names[key]]
        if not above and key in _LEFT_OUT:
            continue
        path = (*above, key)
        said = Text(en="{a}: {b}", zh="{a}：{b}").format(a=label, b=what.label) if label else what.label
        part = info.annotation if isinstance(info.annotation, type) else None
        if part is not None and issubclass(part, BaseModel):
            yield from _fields(part, path, said)
            continue
        leaves = set(_leaves(info.annotation))
        yield Field(
            path,
            said,
            what,
            _form(key, what, info.annotation, leaves),
            info.is_required(),
            _hint(leaves),
            Money in leaves,
        )


def _leaves(annotation: Any) -> Iterator[Any]:
    """The plain types inside an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif origin is Literal or origin is None:
        yield annotation
    else:
        if isinstance(origin, type):
            yield origin
        for inner in get_args(annotation):
            yield from _leaves(inner)


def _form(key: str, what: About, annotation: Any, leaves: set[Any]) -> Form:
    if Mapping in leaves or dict in leaves or Any in leaves:
        return "yaml"
    if any(isinstance(leaf, type) and issubclass(leaf, BaseModel) for leaf in leaves):
        return "yaml"
    if tuple in leaves:
        separated = bool(what.links) or date in leaves or key in _SEPARATED or _choices(annotation)
        return "words" if separated else "lines"
    if _choices(annotation):
        return "choice"
    if bool in leaves:
        return "flag"
    return "day" if date in leaves else "text"


def _hint(leaves: set[Any]) -> Text:
    """How a value is written, where that is not plain."""
    for kind, hint in (
        (datetime, Text("like 2026-03-06 or 2026-03-06T15:00", "如 2026-03-06 或 2026-03-06T15:00")),
        (date, Text("like 2026-03-06", "如 2026-03-06")),
        (Duration, Text("like 3d, 4h, 2w", "如 3d、4h、2w")),
        (Money, Text("like 20000.00", "如 20000.00")),
        (int, Text("like 3", "如 3")),
        (Decimal, Text("like 80", "如 80")),
    ):
        if kind in leaves:
            return hint
    return Text.same("")


@cache
def _choices(annotation: Any) -> tuple[str, ...]:
    """The words that a choice allows."""
    return tuple(word for leaf in _leaves(annotation) if get_origin(leaf) is Literal for word in get_args(leaf))


def _choices_of(kind: Kind, path: Path) -> tuple[str, ...]:
    model: type[BaseModel] = kind.model
    annotation: Any = None
    for key in path:
        annotation = model.model_fields[attribute_names(model)[key]].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return _choices(annotation)


# --- writing ---------------------------------------------------------------------------------------------------------


def sheet_of(
    ws: Workspace, kind: Kind, records: Sequence[Record], lang: Lang, yaml: Yaml, *, internal: bool = True
) -> Sheet:
    """The records as a sheet; without the internal fields unless `internal`."""
    fields = [f for f in fields_of(kind) if internal or not f.what.internal]
    rows = []
    for record in records:
        values = {f.path: value_at(record, f.path) for f in fields}
        cells = [_cell(ws, f, values[f.path], lang, yaml) for f in fields]
        status = kind.states.names.get(str(getattr(record, "status", ""))) if kind.states else None
        lead = [record.id, *([record.phase] if isinstance(record, Task) else [])]
        rows.append((*lead, *cells, *([status.to(lang) if status else ""] if kind.states else []), fingerprint(values)))
    return Sheet(kind.plural.to(lang), (*_columns(ws, kind, fields, lang), _checked(lang)), tuple(rows), spare=200)


def blank_sheet(ws: Workspace, kind: Kind, lang: Lang, keys: Sequence[str]) -> Sheet:
    """An empty sheet with an example row; each row to fill has one of `keys`, where the kind keeps row keys."""
    fields = fields_of(kind)
    example = [_example(ws, kind, f, lang) for f in fields]
    lead = [EXAMPLE.to(lang), *([next((p.id for p in ws.phases), "PH1")] if kind is TASK else [])]
    tail = [""] if kind.states else []
    columns = _columns(ws, kind, fields, lang)
    at = next((n for n, f in enumerate(fields, start=len(lead)) if f.path == ("row_key",)), None)
    empty = [""] * len(columns)
    rows = [(*empty[:at], key, *empty[at + 1 :]) for key in keys] if at is not None else []
    return Sheet(kind.plural.to(lang), columns, ((*lead, *example, *tail), *rows), examples=1)


def _columns(ws: Workspace, kind: Kind, fields: Sequence[Field], lang: Lang) -> tuple[Column, ...]:
    lead = [Column(about(kind.model)["id"].label.to(lang), note=_ID_NOTE.to(lang) if kind.prefix else "")]
    if kind is TASK:
        lead.append(Column(f"{PHASE.label.to(lang).capitalize()} *", tuple(p.id for p in ws.phases)))
    tail = []
    if kind.states:
        states = tuple(name.to(lang) for name in kind.states.names.values())
        tail.append(Column(about(kind.model)["status"].label.to(lang), states, note=_STATUS_NOTE.to(lang)))
    return (*lead, *(_column(ws, kind, f, lang) for f in fields), *tail)


_ID_NOTE = Text("Leave it empty for a new record.", "新记录请留空，导入时自动编号。")
_STATUS_NOTE = Text(
    "Shown only: the state moves by the workflow's commands.", "仅供查看：状态由流程命令推进，导入不会修改。"
)
_FORM_NOTES = {
    "lines": Text("One item a line (Alt+Enter).", "每行一条（Alt+Enter 换行）。"),
    "words": Text("Several: separated by commas.", "多个时用逗号或顿号分隔。"),
    "yaml": Text("As in the record's file (YAML).", "写法同记录文件（YAML）。"),
}


def _column(ws: Workspace, kind: Kind, what: Field, lang: Lang) -> Column:
    note = "\n".join(t.to(lang) for t in (what.hint, _FORM_NOTES.get(what.form, Text.same(""))) if t.en)
    heading = headings(kind)[what.path].to(lang) + (" *" if what.required else "")
    free = what.form in {"words", "lines"} or bool(what.what.words and not _choices_of(kind, what.path))
    return Column(heading, _picks(ws, kind, what, lang), free=free, note=note)


def _checked(lang: Lang) -> Column:
    return Column(CHECKED_LABEL.to(lang))


@cache
def headings(kind: Kind) -> dict[Path, Text]:
    """The heading of each field; one that two fields share has the key behind it."""
    labels = [f.label for f in fields_of(kind)]
    taken = [about(kind.model)["id"].label, about(kind.model)["status"].label if kind.states else Text.same("")]
    found = {}
    for f in fields_of(kind):
        shared = Text.same(f" ({'.'.join(f.path)})")
        en = [*(t.en for t in labels), *(t.en for t in taken)].count(f.label.en) > 1
        zh = [*(t.zh for t in labels), *(t.zh for t in taken)].count(f.label.zh) > 1
        found[f.path] = Text(f.label.en + (shared.en if en else ""), f.label.zh + (shared.zh if zh else ""))
    return found


def _picks(ws: Workspace, kind: Kind, what: Field, lang: Lang) -> tuple[str, ...]:
    """What the drop-down of a field offers."""
    if choices := _choices_of(kind, what.path) or tuple(what.what.words):
        return tuple(_word(what.what, choice, lang) for choice in choices)
    if what.form == "flag":
        return YES.to(lang), NO.to(lang)
    if what.what.links == ("person",):
        return tuple(f"{p.name} ({p.id})" for p in ws.people if not p.left)
    if what.what.links and "*" not in what.what.links:
        return tuple(r.id for r in ws.records.values() if r.kind.name in what.what.links)[:1000]
    return ()


def _word(what: About, choice: str, lang: Lang) -> str:
    return what.words[choice].to(lang) if choice in what.words else choice


def _cell(ws: Workspace, what: Field, value: Any, lang: Lang, yaml: Yaml) -> str:
    """A file's value as a cell."""
    if value is None or value in ([], {}):
        return ""
    if what.form == "yaml":
        return yaml.dump(value)
    if isinstance(value, list):
        if what.form == "words":
            return ", ".join(_cell_word(ws, what, str(item), lang) for item in value)
        items = [str(item) for item in value]
        odd = any("\n" in item or item != item.strip() or item.startswith("- ") for item in items)
        return yaml.dump(items) if odd else "\n".join(items)
    if isinstance(value, bool):
        return (YES if value else NO).to(lang)
    return _cell_word(ws, what, str(value), lang)


def _cell_word(ws: Workspace, what: Field, value: str, lang: Lang) -> str:
    if what.what.links == ("person",):
        person = ws.find(value, Person)
        return f"{person.name} ({person.id})" if person else value
    return _word(what.what, value, lang)


def _example(ws: Workspace, kind: Kind, what: Field, lang: Lang) -> str:
    """What an example row says in a column: something that could stand there."""
    if what.path in {("row_key",), ("visibility",)} or what.form == "yaml":
        return ""
    if picks := _picks(ws, kind, what, lang):
        return picks[0] if what.form != "flag" else ""
    if what.what.links or what.form == "words":
        return ""
    hint = what.hint.en.removeprefix("like ").partition(",")[0].partition(" ")[0]
    if hint:
        return str(ws.project.start) if what.form == "day" else hint
    if what.form == "lines":
        return Text("first item\nsecond item", "第一条\n第二条").to(lang)
    return Text(f"Example: {what.label.en.lower()}", f"示例：{what.label.zh}").to(lang)


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet says: its rows, what is wrong with its cells, and which column each field has (from 0)."""

    rows: tuple[Row, ...]
    mistakes: tuple[Mistake, ...]
    columns: Mapping[Path, int]
    head: int
    ignored: tuple[str, ...] = ()


def rows_of(
    ws: Workspace, kind: Kind, grid: Grid, yaml: Yaml, *, skip_unknown: bool = False,
    mapped: Mapping[str, Path] | None = None,
) -> Reading:  # fmt: skip
    """The rows of a sheet for a kind. Headings are matched in either language, or as the field's key.

    `mapped`: headings of another tool, and the fields that they mean.
    """
    head, columns, unknown = _headings_of(kind, grid, mapped or {})
    strange = [] if skip_unknown and columns else unknown
    mistakes = [Mistake(head, ("", str(c)), _unknown_heading(kind, grid.rows[head][c])) for c in strange]
    by_path = {f.path: f for f in fields_of(kind)}
    rows = []
    for line, cells in enumerate(grid.rows[head + 1 :], start=head + 1):
        said = {path: cells[column].strip() for path, column in columns.items()}
        if _is_example(said.get(ID, "")) or not any(v for p, v in said.items() if p != ("row_key",)):
            continue
        values = {}
        for path, column in columns.items():
            if path in by_path:
                value, wrong = _value(ws, kind, by_path[path], cells[column], yaml)
                values[path] = value
                if wrong is not None:
                    mistakes.append(Mistake(line, path, wrong))
        rows.append(
            Row(
                line, values, _id(kind, said.get(ID, "")), said.get(("row_key",), ""),
                said.get(PHASE_OF, "").upper(), said.get(STATUS, ""), said.get(CHECKED, ""),
            )
        )  # fmt: skip
    ignored = tuple(grid.rows[head][column] for column in unknown) if skip_unknown else ()
    return Reading(tuple(rows), tuple(mistakes), columns, head, ignored)


def _id(kind: Kind, text: str) -> str:
    return text.lower() if not kind.prefix and kind.list_key else normal_id(text.upper())


def _is_example(cell: str) -> bool:
    return cell.strip("()（） ").casefold() in {"example", "示例"}


def _headings_of(kind: Kind, grid: Grid, mapped: Mapping[str, Path]) -> tuple[int, dict[Path, int], list[int]]:
    """The row of headings, the column of each field there, and the columns that are none."""
    known = {**_known_headings(kind), **{_heading(name): path for name, path in mapped.items()}}
    best: tuple[int, dict[Path, int], list[int]] = (0, {}, [])
    for line, cells in enumerate(grid.rows[:_HEAD_ROWS]):
        columns: dict[Path, int] = {}
        unknown = []
        for column, cell in enumerate(cells):
            path = known.get(_heading(cell))
            if path is not None and path not in columns:
                columns[path] = column
            elif cell.strip() or any(row[column].strip() for row in grid.rows[line + 1 :]):
                unknown.append(column)
        if len(columns) > len(best[1]) or (not best[1] and not best[2] and unknown):
            best = (line, columns, unknown)
    return best


def _heading(cell: str) -> str:
    return "".join(cell.casefold().replace("（", "(").replace("）", ")").rstrip("* ＊").split())


@cache
def _known_headings(kind: Kind) -> dict[str, Path]:
    """Every way to write a heading -> the field."""
    extra: dict[Path, Text] = {ID: about(kind.model)["id"].label, CHECKED: CHECKED_LABEL}
    if kind.states:
        extra[STATUS] = about(kind.model)["status"].label
    if kind is TASK:
        extra[PHASE_OF] = PHASE.label
    known: dict[str, Path] = {}
    for path, label in {**extra, **headings(kind)}.items():
        for form in (label.en, label.zh, ".".join(path)):
            if form:
                known.setdefault(_heading(form), path)
    for f in fields_of(kind):
        for form in (f.label.en, f.label.zh, f.what.option or ""):
            if form:
                known.setdefault(_heading(form), f.path)
    return known


def _unknown_heading(kind: Kind, cell: str) -> Text:
    if not cell.strip():
        return Text("the column has no heading", "该列没有标题")
    options = [*(t.zh for t in headings(kind).values()), *(t.en for t in headings(kind).values())]
    hint = did_you_mean(cell.strip(" *"), options)
    says = Text(en="a {kind} has no field “{cell}”", zh="{kind}没有字段“{cell}”").format(
        kind=kind.label, cell=cell.strip()
    )
    return Text.join((says, hint), en="; ", zh="；") if hint.en else says


def _value(ws: Workspace, kind: Kind, what: Field, cell: str, yaml: Yaml) -> tuple[Any, Text | None]:
    """A cell as a file's value, and what is wrong with it."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None, None
    match what.form:
        case "yaml":
            return _parsed(text, yaml)
        case "lines":
            if text.startswith("- "):
                return _parsed(text, yaml)
            return [line.strip() for line in text.split("\n") if line.strip()], None
        case "words":
            words = [_back(ws, kind, what, word) for part in _MARKS.split(text) if (word := part.strip())]
            return words, None
        case "flag":
            if text.casefold() in _TRUE | _FALSE:
                return ("true" if text.casefold() in _TRUE else None), None
            return text, Text(en="`{text}` is neither yes nor no", zh="`{text}` 应为“是”或“否”").format(text=text)
        case _:
            return _back(ws, kind, what, text), None


def _parsed(text: str, yaml: Yaml) -> tuple[Any, Text | None]:
    try:
        return yaml.parse(text), None
    except ValueError as error:
        return None, Text(en="this is no YAML: {why}", zh="YAML 写法有误：{why}").format(why=error)


def _back(ws: Workspace, kind: Kind, what: Field, text: str) -> str:
    """A word of a cell as the file says it: the code of a choice, the handle of a person, a day in its one form."""
    if what.what.links == ("person",):
        return _handle(ws, text)
    if what.what.links:
        return normal_id(text)
    if what.form == "day":
        return plain_day(text)
    if what.money:
        with suppress(ValueError):  # what is no amount, validation says
            return str(Money.read(text, ws.project.currency))
    for choice in _choices_of(kind, what.path) or what.what.words:
        label = what.what.words.get(choice, Text.same(choice))
        if text.casefold() in {choice.casefold(), label.en.casefold(), label.zh.casefold()}:
            return choice
    return text


def _handle(ws: Workspace, text: str) -> str:
    """The handle in `李伟 (li.wei)`, or behind a name that only one person has; else the text itself."""
    if match := _NAMED.match(text):
        return match["handle"]
    named = [p.id for p in ws.people if p.name == text]
    return named[0] if len(named) == 1 else text
