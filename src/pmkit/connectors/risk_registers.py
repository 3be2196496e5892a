"""Risk registers of other tools: their headings, their words for a rating, and the scores that they state.

What a word means is asked for, never guessed: HIGH is 3 of 3 in one register and 4 of 5 in the next. Ratings may be
levels, chances in percent or amounts; a register on a scale of its own is converted in proportion, where its scale is
named. Scores and bands that the register states are compared with ours; the differences are told, not taken over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pmkit.connectors.records import Reading, Yaml, rows_of
from pmkit.connectors.sheets import Grid
from pmkit.domain.people import Person
from pmkit.domain.rating import BANDS, BUILT_IN, RiskScale
from pmkit.domain.registry import kind_of_id
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.money import Money
from pmkit.workspace.model import Workspace
from pmkit.workspace.rows import Path, Row

# Other tools' headings by the field that they mean. `score`, `level` and `expected` are only compared.
_HEADINGS = {
    "id": ("Risk ID", "RiskID", "Risk_ID", "Risk no.", "风险编号"),
    "title": ("Risk", "Threat", "Risk description", "Risk_Description", "Risk title", "风险", "风险描述", "风险名称"),
    "cause": ("Root cause", "风险原因"),
    "effect": ("Consequence", "Consequences", "风险后果"),
    "category": ("Risk category", "Risk type", "风险类别", "风险类型"),
    "probability": ("Likelihood", "Prob.", "可能性", "发生概率", "发生可能性"),
    "impact": ("Severity", "Impact level", "影响", "严重程度", "严重性"),
    "response": ("Mitigation", "Mitigation strategy", "Mitigation_Strategy", "Mitigation plan", "缓解措施", "防范措施"),
    "contingency": ("Contingency plan", "Fallback", "应急预案"),
    "trigger": ("Trigger event", "触发事件"),
    "owner": ("Risk owner", "责任人", "风险责任人"),
    "review_on": ("Review date", "Review_Date", "Next review", "复评日期"),
    "due": ("Due date", "完成日期", "完成时限"),
    "status": ("State", "风险状态"),
    "delay": ("Delay", "Schedule impact", "延误"),
    "cost": ("Cost impact", "Cost", "费用影响", "成本影响", "损失金额"),
    "score": ("Score", "Risk score", "RiskScore", "Risk_Score", "Rating", "风险值", "风险得分", "得分", "分值"),
    "level": ("Level", "Risk level", "RiskLevel", "Risk_Level", "等级", "风险等级"),
    "expected": ("EMV", "Expected value", "Expected cost", "预期货币值"),
}  # fmt: skip
COMPARED = ("score", "level", "expected")
_ASKED: tuple[str, ...] = ("probability", "impact", "category", "owner", "status")
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]+)?)\s*[%％]\Z")
_NUMBER = re.compile(r"[0-9]+\Z")
_BANDS = {form.casefold(): band for band, word in BANDS.items() for form in (band, word.en, word.zh)}


@dataclass(frozen=True, slots=True)
class Difference:
    """What the register says of a row, and what we make of it: a score, a band, or an expected cost."""

    line: int
    key: str
    what: str
    stated: str
    ours: str


@dataclass(frozen=True, slots=True)
class Register:
    """What a register says. `unknown`: field -> word -> how many rows; while there are any, nothing is taken."""

    reading: Reading
    rows: tuple[Row, ...]
    unknown: Mapping[str, Counter[str]]
    highest: int

    @property
    def left_out(self) -> tuple[str, ...]:
        """Headings that no field stands for."""
        return self.reading.ignored


def register_of(
    ws: Workspace,
    grid: Grid,
    yaml: Yaml,
    mapped: Mapping[str, Path],
    meant: Mapping[str, Mapping[str, str]],
    scale: int | None,
) -> Register:
    """The rows of a register. `mapped`: its headings by the field they mean; `meant`: field -> word -> value.

    `scale`: how many levels its ratings have, where that is not the profile's number.
    """
    headings = {name: (key,) for key, names in _HEADINGS.items() for name in names} | dict(mapped)
    first = rows_of(ws, RISK, grid, yaml, skip_unknown=True, mapped=headings)
    columns, head = first.columns, first.head
    body = grid.rows[head + 1 :]
    headings |= _figures(grid, head, columns, ws.project.currency)
    unknown: dict[str, Counter[str]] = {}
    highest = 0
    cells = [list(row) for row in grid.rows]
    for key in _ASKED:
        column = columns.get((key,))
        if column is None or headings.get(grid.rows[head][column]) not in {(key,), None}:
            continue
        words = {word.casefold(): value for word, value in meant.get(key, {}).items()}
        for line, row in enumerate(body, start=head + 1):
            said = row[column].strip()
            value = words.get(said.casefold(), said)
            if key in {"probability", "impact"} and _NUMBER.match(value):
                if value == said:  # a level of the sheet; what a word means is said on our scale
                    highest = max(highest, int(value))
                    value = str(_converted(int(value), scale, ws.project.risk.scale))
            elif value and not _is_known(ws, key, value):
                unknown.setdefault(key, Counter())[said] += 1
            cells[line][column] = value
    reading = rows_of(
        ws, RISK, Grid(grid.name, tuple(map(tuple, cells))), yaml, skip_unknown=True, mapped=headings
    )  # fmt: skip
    rows = tuple(_keyed(ws, row, grid, reading) for row in reading.rows)
    return Register(reading, rows, unknown, highest)


def _figures(grid: Grid, head: int, columns: Mapping[Path, int], currency: str) -> dict[str, Path]:
    """A column of probabilities in percent means the chance, one of impacts in money the cost."""
    found: dict[str, Path] = {}
    for key, field, form in (("probability", "chance", _is_percent), ("impact", "cost", _is_money)):
        column = columns.get((key,))
        if column is not None:
            said = [cell for row in grid.rows[head + 1 :] if (cell := row[column].strip())]
            if said and all(form(cell, currency) for cell in said):
                found[grid.rows[head][column]] = (field,)
    return found


def _is_percent(cell: str, _: str) -> bool:
    return _PERCENT.match(cell) is not None


def _is_money(cell: str, currency: str) -> bool:
    try:
        return abs(Money.read(cell, currency).amount) > 10  # a small number is a level
    except ValueError:
        return False


def _converted(level: int, given: int | None, ours: int) -> int:
    """A level of another scale in proportion, a half upwards: 2 of 3 is 3 of 5."""
    if given is None or given == ours:
        return level
    return 1 + (2 * (level - 1) * (ours - 1) + given - 1) // (2 * (given - 1))


def _is_known(ws: Workspace, key: str, word: str) -> bool:
    match key:
        case "category":
            names = ws.project.risk.category_words()
            return word in names or word.casefold() in {f.casefold() for t in names.values() for f in (t.en, t.zh)}
        case "owner":
            people = ws.of(Person)
            return any(word in {p.id, p.name, f"{p.name} ({p.id})", f"{p.name}（{p.id}）"} for p in people)
        case "status":
            states = RISK.states.names if RISK.states else {}
            return word.casefold() in {f.casefold() for code, t in states.items() for f in (code, t.en, t.zh)}
    return False


def _keyed(ws: Workspace, row: Row, grid: Grid, reading: Reading) -> Row:
    """The row with the register's own number as its key, so that a second import updates instead of adding."""
    column = reading.columns.get(("id",))
    values = {path: _plain(path, value) for path, value in row.values.items() if path[0] not in COMPARED}
    raw = grid.rows[row.line][column].strip() if column is not None else ""
    kind = kind_of_id(row.record_id) if row.record_id else None
    if raw and kind is not RISK and not row.key:
        values[("row_key",)] = raw
        row = replace(row, record_id="", key=raw)
    is_known = any(isinstance(r, Risk) and r.row_key == row.key for r in ws.risks) if row.key else False
    return replace(row, values=values, status="" if is_known else row.status)


def _plain(path: Path, value: object) -> object:
    """`40%` as the number that a chance is."""
    if path == ("chance",) and isinstance(value, str) and (match := _PERCENT.match(value)):
        return match[1].replace(",", ".")
    return value


def differences(ws: Workspace, register: Register, grid: Grid, scale: int | None) -> Iterator[Difference]:
    """Where a stated score, band or expected cost is not what probability and impact come to.

    Both are compared on the register's own scale, where we know its bands.
    """
    columns = register.reading.columns
    ours = ws.project.risk.scale
    rules = ws.project.risk if scale in (None, ours) else RiskScale(scale=scale) if scale in BUILT_IN else None
    for row in register.rows:
        cells = grid.rows[row.line]
        key = row.record_id or row.key or str(row.line + 1)
        levels = [_level(row.values.get((name,))) for name in ("probability", "impact")]
        said = [cells[columns[(name,)]].strip() if (name,) in columns else "" for name in ("probability", "impact")]
        probability, impact = levels
        if probability is None or impact is None:
            own = None
        elif scale not in (None, ours) and all(map(_NUMBER.match, said)):
            own = int(said[0]) * int(said[1])
        else:
            own = probability * impact
        stated = {what: cells[columns[(what,)]].strip() for what in COMPARED if (what,) in columns}
        if own is not None and stated.get("score") and _number(stated["score"]) != own:
            yield Difference(row.line, key, "score", stated["score"], str(own))
        band = rules.band(own) if rules is not None else None
        told = _BANDS.get(stated.get("level", "").casefold())
        if band is not None and stated.get("level") and told != band:
            yield Difference(row.line, key, "level", stated["level"], band)
        yield from _expected(ws, row, key, stated.get("expected", ""))


def _expected(ws: Workspace, row: Row, key: str, stated: str) -> Iterator[Difference]:
    chance, cost = row.values.get(("chance",)), row.values.get(("cost",))
    if not stated or not chance or not cost:
        return
    try:
        whole = Money.parse(str(cost), ws.project.currency)
        said = Money.read(stated, whole.currency)
    except ValueError:
        return
    ours = Money(whole.amount * Decimal(str(chance)) / 100, whole.currency)
    if said != ours:
        yield Difference(row.line, key, "expected", stated, str(ours))


def _level(value: object) -> int | None:
    return int(str(value)) if value is not None and _NUMBER.match(str(value)) else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None
