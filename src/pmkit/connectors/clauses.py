"""The clauses of a contract in the customer's own sheet: headings in either language, stars, deviations.

Titles above the table, headings of sections between its rows and columns that mean nothing to us are left out, and
told. What is wrong names its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.connectors.sheets import Grid, address, plain_day
from pmkit.domain.contracts import DEVIATIONS
from pmkit.kernel.errors import UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean

FIELDS = ("no", "star", "text", "response", "deviation", "requirements", "deliverables", "cases")
_HEADINGS = {
    "no": (
        "no", "条款号", "条款编号", "招标文件条款号", "编号", "条目号", "条款", "clause", "clause no.", "clause no",
        "no.",
    ),
    "star": ("star", "★", "★项", "星号", "星号条款", "实质性条款", "重要性", "starred", "mandatory"),
    "text": (
        "text", "要求原文", "招标要求", "招标文件要求", "招标文件条款要求", "条款内容", "技术要求", "要求", "内容",
        "requirement", "what is asked for", "tender requirement", "clause text",
    ),
    "response": (
        "response", "投标响应", "投标文件响应", "响应", "响应情况", "应答", "投标应答", "bid response", "answer",
    ),
    "deviation": ("deviation", "偏离", "偏离情况", "偏离说明", "正负偏离", "偏差", "deviations"),
    "requirements": ("requirements", "需求编号", "需求", "对应需求"),
    "deliverables": ("deliverables", "交付物", "对应交付物", "deliverable"),
    "cases": ("cases", "用例", "验收用例", "测试用例", "acceptance case", "acceptance cases"),
}  # fmt: skip
# What stands above the table in front of a value that the contract has a field for.
_ABOVE = {
    "title": ("合同名称", "项目名称", "contract", "title"),
    "number": ("合同编号", "合同号", "contract no.", "contract no"),
    "price": ("合同价款", "合同金额", "合同总价", "含税总价", "中标金额", "price", "contract price"),
    "tax_rate": ("税率", "tax rate"),
    "signed_on": ("签订日期", "合同签订日期", "signed on"),
    "period_days": ("合同工期", "工期", "period"),
}  # fmt: skip
_DEVIATIONS = {
    "none": ("none", "无", "无偏离", "无偏差", "0", "/", "no", "no deviation", "compliant"),
    "positive": ("positive", "正", "正偏离", "+", "better", "优于"),
    "negative": ("negative", "负", "负偏离", "-", "worse", "低于"),
}
_STARS = "★☆▲*"
_YES = frozenset({"★", "☆", "▲", "*", "是", "y", "yes", "true", "√", "1"})
_LOOK_FOR = 40  # rows in which the headings may stand
_IDS = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a cell."""

    cell: str
    says: Text


@dataclass
class Sheet:
    """What a sheet says: fields of the contract, its clauses, what is wrong, what was left out."""

    contract: dict[str, Any] = field(default_factory=dict)
    clauses: list[dict[str, Any]] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)  # the row of each clause, from 0
    wrong: list[Wrong] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sections: int = 0
    name: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)


def clauses_of(name: str, grids: Sequence[Grid], sheet: str | None, mapped: Sequence[str], currency: str) -> Sheet:
    """The clauses of the sheet called `sheet`, or of the first that has headings of clauses.

    `mapped`: `HEADING=field` for headings that we do not know. Raises UsageError where there is no table of clauses.
    """
    headings = {word: key for key, words in _HEADINGS.items() for word in words} | dict(map(_mapping, mapped))
    for grid in grids:
        if sheet is not None and grid.name != sheet:
            continue
        found = _head(grid, headings)
        if found is not None:
            return _read(grid, *found, currency)
    if sheet is not None and sheet not in {grid.name for grid in grids}:
        raise UsageError(
            Text(en="{file} has no sheet {name}", zh="{file} 中没有工作表 {name}").format(file=name, name=sheet),
            did_you_mean(sheet, [grid.name for grid in grids]),
        )
    raise UsageError(
        Text(en="{file} has no table of clauses", zh="{file} 中没有找到条款表").format(file=name),
        Text(
            "its headings need a clause number and a text (条款号, 要求原文); name others with `--map HEADING=no`",
            "表头须有条款号和要求原文；其他名称请用 `--map 表头=no`、`--map 表头=text` 指明",
        ),
    )


def _mapping(text: str) -> tuple[str, str]:
    heading, equals, key = text.rpartition("=")
    if not equals or key not in FIELDS:
        raise UsageError(
            Text(en="`{text}` maps no heading", zh="`{text}` 不是有效的表头对应关系").format(text=text),
            Text(en="write HEADING=FIELD; fields: {keys}", zh="请写成 表头=字段，字段：{keys}").format(
                keys=", ".join(FIELDS)
            ),
        )
    return _plain(heading), key


def _plain(cell: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", cell)).strip().rstrip(":：").casefold()


def _head(grid: Grid, headings: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """The row of headings and the column of each field."""
    for number, row in enumerate(grid.rows[:_LOOK_FOR]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            key = headings.get(_plain(cell))
            if key is not None:
                columns.setdefault(key, column)
        if {"no", "text"} <= columns.keys():
            return number, columns
    return None


def _read(grid: Grid, head: int, columns: Mapping[str, int], currency: str) -> Sheet:
    sheet = Sheet(name=grid.name, columns=columns)
    for number, row in enumerate(grid.rows[:head]):
        _above(grid, number, row, sheet, currency)
    taken = set(columns.values())
    sheet.unknown = [cell.strip() for n, cell in enumerate(grid.rows[head]) if cell.strip() and n not in taken]
    numbers: dict[str, int] = {}
    for number, row in enumerate(grid.rows[head + 1 :], start=head + 1):
        cells = {key: row[column].strip() for key, column in columns.items()}
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            continue
        if len(filled) == 1 and not (cells["no"] and cells["text"]):
            sheet.sections += 1
            continue
        clause = _clause(grid, number, columns, cells, sheet)
        no = clause.get("no", "")
        if no in numbers:
            says = Text(en="clause {no} stands in row {row} already", zh="条款号 {no} 与第 {row} 行重复")
            sheet.wrong.append(_wrong(grid, number, columns["no"], says.format(no=no, row=numbers[no] + 1)))
        elif no:
            numbers[no] = number
        sheet.clauses.append(clause)
        sheet.cells.append(number)
    return sheet


def _clause(
    grid: Grid, line: int, columns: Mapping[str, int], cells: Mapping[str, str], sheet: Sheet
) -> dict[str, Any]:
    no, text = cells["no"], cells["text"]
    star = _plain(cells.get("star", "")) in _YES or any(one and one[0] in _STARS for one in (no, text))
    no, text = no.strip(_STARS + " "), text.lstrip(_STARS + " ")
    for key, value, label in (
        ("no", no, Text("no clause number", "缺少条款号")),
        ("text", text, Text("no text", "缺少要求原文")),
    ):
        if not value:
            sheet.wrong.append(_wrong(grid, line, columns[key], label))
    clause: dict[str, Any] = {"no": no, "text": text}
    clause |= {"star": True} if star else {}
    clause |= {"response": cells["response"]} if cells.get("response") else {}
    said = cells.get("deviation", "")
    if said:
        known = {_plain(word): code for code, words in _DEVIATIONS.items() for word in words}
        code = known.get(_plain(said))
        if code is None:
            says = Text(en="`{said}` is no deviation: {words}", zh="`{said}` 不是偏离：{words}").format(
                said=said, words=Text.join(DEVIATIONS.values())
            )
            sheet.wrong.append(_wrong(grid, line, columns["deviation"], says))
        else:
            clause["deviation"] = code
    for key in ("requirements", "deliverables", "cases"):
        ids = [one for one in _IDS.split(cells.get(key, "")) if one and one != "/"]
        clause |= {key: ids} if ids else {}
    return clause


def _wrong(grid: Grid, line: int, column: int, says: Text) -> Wrong:
    return Wrong(f"{grid.name}!{address(line, column)}", says)


def unknown_ids(sheet: Sheet, known: Callable[[str], bool]) -> Iterator[Wrong]:
    """The ids in rows of clauses that no record has."""
    for clause, line in zip(sheet.clauses, sheet.cells, strict=True):
        for key in ("requirements", "deliverables", "cases"):
            for one in clause.get(key, ()):
                if not known(one):
                    cell = f"{sheet.name}!{address(line, sheet.columns[key])}"
                    yield Wrong(cell, Text(en="there is no {id}", zh="没有 {id}").format(id=one))


def _above(grid: Grid, line: int, row: Sequence[str], sheet: Sheet, currency: str) -> None:
    """A label and its value beside it: `合同编号 | BH-2026-017`."""
    known = {word: key for key, words in _ABOVE.items() for word in words}
    for column, cell in enumerate(row[:-1]):
        key = known.get(_plain(cell))
        value = next((one.strip() for one in row[column + 1 :] if one.strip()), "")
        if key is None or not value or known.get(_plain(value)):
            continue
        try:
            sheet.contract.setdefault(key, _value(key, value, currency))
        except ValueError:
            says = Text(en="`{value}` is no value for this", zh="`{value}` 不是有效的值").format(value=value)
            sheet.wrong.append(_wrong(grid, line, column + 1, says))


def _value(key: str, value: str, currency: str) -> str:
    match key:
        case "price":
            return str(Money.read(value, currency))
        case "tax_rate":
            return value.rstrip("%％ ")
        case "signed_on":
            return plain_day(value)
        case "period_days":
            found = re.match(r"\s*([0-9]+)", value)
            if found is None:
                raise ValueError(value)
            return found[1]
        case _:
            return value
