"""`pmkit risk`."""

from __future__ import annotations

import inspect
import re
import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    Fields,
    add_command,
    list_command,
    on_terminal,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, language, tell
from pmkit.cli.session import AT_REVISION, READING, WRITING, Session, command, group, print_json, read_file
from pmkit.cli.sheets import ForWhom, Overwrite, Quote
from pmkit.domain.issues import ISSUE
from pmkit.domain.kind import about, known_field
from pmkit.domain.rating import ASPECTS, BANDS
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from pmkit.connectors.risk_registers import Difference
    from pmkit.workspace.rows import Row

app = group(tell(RISK.plural))
_ON = tuple(f"on_{aspect}" for aspect in ASPECTS)
_NOTE = typer.Option("--note", help=h("a remark to keep with the step", "随步骤保存的说明"))


def _option(name: str, kind: Any, metavar: str, text: str) -> tuple[str, inspect.Parameter]:
    option = typer.Option("--" + name.replace("_", "-"), metavar=metavar, help=text)
    keyword = inspect.Parameter.KEYWORD_ONLY
    return name, inspect.Parameter(name, keyword, default=None, annotation=Annotated[kind, option])


_OWN: Fields = {
    name: _option(name, str | None, "1..5", h(f"impact on {label.en.lower()}", f"对{label.zh}的影响"))
    for name, label in zip(_ON, ASPECTS.values(), strict=True)
}
_OWN["task"] = _option(
    "task",
    list[str] | None,
    "T-012=5d",
    h("a task that would take longer; may be repeated", "受影响任务及延误；可重复"),
)
_OWN["residual"] = _option(
    "residual",
    str | None,
    "PxI",
    h("what is left: probability x impact, 2x3", "残余风险：概率x影响，如 2x3"),
)
_ALL: Fields = {**options_of(RISK), **_OWN}
_RATING = {
    name: _ALL[name]
    for name in ("probability", "impact", "chance", "delay", "cost", *_ON, "task", "residual", "review_on")
}
_OF_ISSUE = {
    name: found
    for name, found in options_of(ISSUE).items()
    if name in {"description", "severity", "urgency", "impact", "action", "owner", "due"}
}
_RESPONSE = {
    name: _ALL[name]
    for name in ("strategy", "response", "trigger", "contingency", "owner", "due", "residual", "review_on")
}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say, as fields of a risk."""
    found = {key: value for key, value in given.items() if value not in NOT_GIVEN}
    aspects = {aspect: found.pop(f"on_{aspect}") for aspect in ASPECTS if f"on_{aspect}" in found}
    if aspects:
        found["impacts"] = aspects
    if texts := found.pop("task", None):
        found["tasks"] = dict(map(_delayed, texts))
    if text := found.pop("residual", None):
        match = re.fullmatch(r"\s*([0-9]+)\s*[x×*,]\s*([0-9]+)\s*", text)
        if match is None:
            raise UsageError(
                Text(en="`{text}` is no rating", zh="`{text}` 不是评级").format(text=text), Text.same("--residual 2x3")
            )
        found["residual"] = {"probability": match[1], "impact": match[2]}
    return found


def _delayed(text: str) -> tuple[str, str]:
    from pmkit.workspace.model import normal_id

    task, equals, days = text.partition("=")
    if not equals:
        raise UsageError(
            Text(en="`{text}` does not say how long", zh="`{text}` 未写明延误时间").format(text=text),
            Text.same("--task T-012=5d"),
        )
    return normal_id(task.strip()), days.strip()


def _risks(s: Session, ids: Iterable[str]) -> list[Risk]:
    from pmkit.workspace.model import normal_id

    return [s.ws.get(one, Risk) for one in dict.fromkeys(map(normal_id, ids))]


def _add_values(s: Session, values: dict[str, Any]) -> dict[str, Any]:
    from pmkit.actions.risks import completed

    return completed(s.ws, _values(values))


def rating_words(s: Session, risk: Risk) -> Text:
    """The rating in words: `4 x 3 = 12, high; next review 2026-03-20`."""
    from pmkit.domain.rating import BANDS

    band = s.ws.project.risk.band(risk.score)
    return Text(en="{p} x {i} = {n}, {band}", zh="{p} × {i} = {n}，{band}").format(
        p=risk.probability, i=risk.impact, n=risk.score,
        band=Text(BANDS[band].en.lower(), BANDS[band].zh) if band else "-",
    )  # fmt: skip


def _assess(
    s: Session,
    record_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import assess

    edits = assess(s.ws, _risks(s, record_ids), _values(values), s.acting, note)
    s.write(edits, *_rated(s, edits))


def _rated(s: Session, edits: Any) -> list[Text]:
    """How each risk of the edits is rated once they are written."""
    from pmkit.workspace.edits import Set

    notes = []
    for risk in _risks(s, [i for i in edits.records if i.startswith(RISK.prefix)]):
        after = {c.keys[-1]: c.value for c in edits.changes if isinstance(c, Set) and c.path == risk.spot.path}
        told = risk.model_copy(update={k: after[k] for k in ("probability", "impact") if k in after})
        on = after.get("review_on", risk.review_on)
        notes.append(
            Text(en="{id}: {rating}; next review {on}", zh="{id}：{rating}；下次评估 {on}").format(
                id=risk.id, rating=rating_words(s, told), on=on or "-"
            )
        )
    return notes


def _review(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import review

    (risk,) = _risks(s, [record_id])
    edits = review(s.ws, risk, _values(values), s.acting, note)
    s.write(edits, *_rated(s, edits))


def _respond(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT; HANDLE; DATE",
            help=h("a measure that somebody takes on; may be repeated", "落实到人的措施（事项；责任人；日期）；可重复"),
        ),
    ] = None,
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import respond

    (risk,) = _risks(s, [record_id])
    measures = [measure(text, risk.owner) for text in action or []]
    edits = respond(s.ws, risk, _values(values), measures, s.next_id, s.acting, note)
    s.write(edits)


def _occur(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    note: Annotated[str | None, typer.Option("--note", help=h("what happened", "发生情况"))] = None,
    **values: Any,
) -> None:
    from pmkit.actions.issues import open_from_risk

    (risk,) = _risks(s, [record_id])
    given = {_OF_ISSUE[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = open_from_risk(s.whole, risk, given, s.next_id, s.acting, note)
    s.write(
        edits,
        then=Text(
            "next, once the cause is known: pmkit issue analyse {id} --cause ...",
            "查明原因后：pmkit issue analyse {id} --cause 原因",
        ).format(id=edits.records[0]),
    )


def _matrix(
    s: Session,
    residual: Annotated[
        bool, typer.Option("--residual", help=h("as it will be once the responses work", "按应对措施见效后的残余风险"))
    ] = False,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE.svg", help=h("draw it into this file", "绘制图形到该文件"))
    ] = None,
) -> None:
    from pmkit.output.risks import matrix_json, matrix_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.risks import matrix

    found = matrix(s.whole, residual=residual)
    if picture is not None:
        from pmkit.cli.plan_ahead import save
        from pmkit.reports.risks import heat_map

        save(picture, heat_map(found).svg(language())[0])
    elif s.json:
        print_json(matrix_json(found))
    else:
        sys.stdout.write(matrix_text(found, language(), terminal_width()))


def _history(s: Session, record_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]")] = None) -> None:
    from pmkit.cli.rendering.risks import rating_history
    from pmkit.output.risks import history_json, history_text
    from pmkit.output.tables import terminal_width

    s.need_git()
    found = rating_history(s)
    risks = _risks(s, record_ids) if record_ids else s.whole.risks
    told = [(risk, found.get(risk.id, [])) for risk in risks]
    if s.json:
        print_json(history_json(s.ws, told))
    else:
        sys.stdout.write(history_text(s.ws, told, language(), terminal_width()))


def _import(
    s: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help=h("a CSV or Excel file", "CSV 或 Excel 文件"))],
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help=h("which sheet of a workbook", "工作表名（默认第一张）"))
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help=h(
                "which field a column means; score, level and expected are compared; may be repeated",
                "列对应的字段；score、level、expected 只用于核对；可重复",
            ),
        ),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            metavar="FIELD:WORD=VALUE",
            help=h("what a word means: probability:HIGH=4; may be repeated", "词的含义，如 probability:HIGH=4；可重复"),
        ),
    ] = None,
    scale: Annotated[
        int | None,
        typer.Option(min=2, max=10, help=h("levels of the file's own scale", "文件评级的等级数（与项目不同时）")),
    ] = None,
    quote: Quote = '"',
) -> None:
    from pathlib import Path

    from pmkit.actions.imports import import_rows
    from pmkit.cli.sheets import mapped_columns, refuse_mistakes, sheet_named, write_imported, yaml_in_cells
    from pmkit.connectors.risk_registers import COMPARED, differences, register_of
    from pmkit.connectors.sheets import read

    grid = sheet_named(read(Path(file).name, read_file(file), quote=quote), sheet)
    compared = {
        text.rpartition("=")[0]: (what,) for text in map_ or [] if (what := text.rpartition("=")[2]) in COMPARED
    }
    others = [text for text in map_ or [] if text.rpartition("=")[2] not in COMPARED]
    mapped = {**mapped_columns(RISK, others), **compared}
    meant = _meanings(value or [])
    found = register_of(s.whole, grid, yaml_in_cells(), mapped, meant, scale)
    if found.unknown:
        meant = _ask_meanings(s, file, found.unknown, meant)
        found = register_of(s.whole, grid, yaml_in_cells(), mapped, meant, scale)
    rows = [_levelled(s, row) for row in found.rows]
    done = import_rows(s.whole, RISK, rows, s.next_id, s.acting)
    mistakes = sorted([*found.reading.mistakes, *done.mistakes], key=lambda m: m.line)
    refuse_mistakes(s, RISK, file, found.reading, mistakes)
    told = list(differences(s.whole, found, grid, scale))
    notes = [_difference(one) for one in told]
    if found.left_out:
        names = Text(", ".join(found.left_out), "、".join(found.left_out))
        notes.append(Text(en="columns left out: {names}", zh="未采用的列：{names}").format(names=names))
    if scale is None and 0 < found.highest < s.project.risk.scale - 1:
        notes.append(
            Text(
                en="no rating is above {n}; if the file rates from 1 to {n}, undo this and import with `--scale {n}`",
                zh="评级最高为 {n}；若文件采用 1～{n} 级，请撤销本次导入，再加 `--scale {n}` 导入",
            ).format(n=found.highest)
        )
    more = {
        "differences": [
            {"row": d.line + 1, "key": d.key, "what": d.what, "stated": d.stated, "computed": d.ours} for d in told
        ],
        "left_out": list(found.left_out),
    }
    write_imported(s, done, *notes, more=more)


_DIFFERENCES = {
    "score": Text(
        "{key}: states a score of {stated}, probability × impact is {ours}",
        "{key}：文件风险值为 {stated}，概率×影响程度为 {ours}",
    ),
    "level": Text(
        "{key}: states {stated}, by the scale it is {ours}", "{key}：文件等级为 {stated}，按评级规则为{ours}"
    ),
    "expected": Text(
        "{key}: states {stated}, chance × cost is {ours}", "{key}：文件预期值为 {stated}，概率×费用为 {ours}"
    ),
}


def _difference(one: Difference) -> Text:
    ours = Text(one.ours, BANDS[one.ours].zh) if one.ours in BANDS else one.ours
    return _DIFFERENCES[one.what].format(key=one.key, stated=one.stated, ours=ours)


def _meanings(texts: list[str]) -> dict[str, dict[str, str]]:
    """`FIELD:WORD=VALUE` as field -> word -> value."""
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        left, equals, value = text.rpartition("=")
        field, colon, word = left.partition(":")
        if not (equals and colon and word):
            raise UsageError(
                Text(en="`{text}` is not FIELD:WORD=VALUE", zh="`{text}` 应写成 字段:词=值").format(text=text),
                Text.same("--value probability:HIGH=4"),
            )
        known_field(RISK, field)
        found.setdefault(field, {})[word] = value
    return found


def _ask_meanings(
    s: Session, file: str, unknown: Mapping[str, Counter[str]], meant: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Ask on a terminal what each word means; elsewhere UsageError with every word and the options to write."""
    if on_terminal():
        asked = {field: dict(words) for field, words in meant.items()}
        for field, words in unknown.items():
            for word, count in words.items():
                label = tell(about(Risk)[field].label)
                text = h(f"{label} “{word}” ({count} rows) means", f"{label}“{word}”（{count} 行）对应的值")
                asked.setdefault(field, {})[word] = str(typer.prompt(text, default="", err=True)).strip()
        return asked
    lines = [
        Text(en="  {label} `{field}`: {words}", zh="  {label} `{field}`：{words}").format(
            label=about(Risk)[field].label,
            field=field,
            words=Text.join(
                Text(en="{word} ({n} rows)", zh="{word}（{n} 行）").format(word=word, n=n) for word, n in words.items()
            ),
        )
        for field, words in unknown.items()
    ]
    levels = f"1..{s.project.risk.scale}"
    category = next(iter(s.project.risk.categories), "")
    values = {"category": category, "owner": "HANDLE", "status": "assessed", "probability": levels, "impact": levels}
    options = [
        f"--value {shlex.quote(f'{field}:{word}={values[field]}')}"
        for field, words in unknown.items()
        for word in words
    ]
    raise UsageError(
        Text(
            en="{file}: say what these words mean; nothing was written\n{lines}",
            zh="{file}：请说明下列词的含义；未写入任何内容\n{lines}",
        ).format(file=file, lines=Text.join(lines, en="\n", zh="\n")),
        Text(
            en="for each of them (empty after `=`: leave the cell out):\n  {options}",
            zh="逐个写明（`=` 后留空表示不取该格）：\n  {options}",
        ).format(options="\n  ".join(options)),
    )


def _levelled(s: Session, row: Row) -> Row:
    """The row with the levels that its chance, delay and cost amount to."""
    from dataclasses import replace

    from pmkit.actions.risks import completed
    from pmkit.workspace.rows import nested

    figures = {path: v for path, v in row.values.items() if path[0] in {"chance", "delay", "cost"} and v is not None}
    if not figures:
        return row
    known = {path: v for path, v in row.values.items() if path[0] in {"probability", "impact", "impacts"} and v}
    full = completed(s.ws, nested({**figures, **known}))
    more: dict[tuple[str, ...], Any] = {
        ("impacts", key): str(level) for key, level in (full.get("impacts") or {}).items()
    }
    more |= {(key,): str(full[key]) for key in ("probability", "impact") if full.get(key)}
    return replace(row, values={**row.values, **more})


def _export(
    s: Session,
    out_: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PATH", help=h("where to write, - for standard output", "输出位置，- 为标准输出")
        ),
    ] = None,
    audience: ForWhom = "internal",
    overwrite: Overwrite = False,
) -> None:
    from pmkit.cli.sheets import export

    export(s, RISK, out_, audience=audience, overwrite=overwrite)


def measure(text: str, owner: str | None) -> dict[str, Any]:
    """`TEXT; HANDLE; DATE` as an action item; without a handle it is `owner`'s."""
    from pmkit.cli.session import parse_date

    title, *rest = (part.strip() for part in re.split(r"[;；]", text))
    found: dict[str, Any] = {"title": title, "owner": owner}
    for part in filter(None, rest):
        if re.match(r"[0-9]{4}-", part):
            found["due"] = parse_date(part).isoformat()
        else:
            found["owner"] = part
    return {k: v for k, v in found.items() if v}


add_command(app, RISK, completed=_add_values, more=_OWN)
list_command(app, RISK)
show_command(app)
set_command(app)
command(
    app, "assess", h("Rate by probability and impact, in levels or figures", "按概率和影响评级（等级或数值）"), WRITING
)(with_options(_assess, _RATING))
command(app, "respond", h("Agree the response and who does what by when", "确定应对措施及责任人、期限"), WRITING)(
    with_options(_respond, _RESPONSE)
)
command(app, "review", h("Look at it again and set the next day", "复评并确定下次评估日期"), WRITING)(
    with_options(_review, _RATING)
)
command(app, "occur", h("It happened: open the issue", "风险已发生，转为问题"), WRITING)(
    with_options(_occur, _OF_ISSUE)
)
command(app, "import", h("Take a register in, also another tool's", "导入风险登记册（也可来自其他工具）"), WRITING)(
    _import
)
command(app, "export", h("Write the risks as a sheet", "导出风险登记册"), AT_REVISION)(_export)
command(app, "matrix", h("Probability against impact: who stands where", "风险矩阵：概率与影响"), AT_REVISION)(_matrix)
command(app, "history", h("How the rating moved, out of git", "评级变化（取自 git 历史）"), READING)(_history)
transitions(app, RISK)
