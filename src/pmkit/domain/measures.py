"""Targets that can be measured: `>= 95 %`, `<= 2 s`, `2..5 mm`, `10 ± 0.5 V`, and what a measurement comes to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?"
_UNIT = r"(?P<unit>[^0-9\s].{0,19})?"
_BOUND = re.compile(rf"(?P<sign><=|>=|<|>|=)?\s*(?P<value>{_NUMBER})\s*{_UNIT}\Z")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})\s*(?:\.\.|~|—|–)\s*(?P<high>{_NUMBER})\s*{_UNIT}\Z")
_AROUND = re.compile(rf"(?P<value>{_NUMBER})\s*±\s*(?P<by>{_NUMBER})\s*{_UNIT}\Z")
_WORDS = (("不小于", ">="), ("不低于", ">="), ("不少于", ">="), ("至少", ">="), ("不大于", "<="), ("不超过", "<="),
          ("不高于", "<="), ("不多于", "<="), ("大于", ">"), ("小于", "<"), ("≥", ">="), ("≤", "<="),
          ("at least", ">="), ("at most", "<="), ("up to", "<="))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """What a measurement has to lie between; None for no bound. `open_*`: the bound itself does not count."""

    low: Decimal | None
    high: Decimal | None
    unit: str
    open_low: bool = False
    open_high: bool = False

    def holds(self, value: Decimal) -> bool:
        """True for a value within the bounds."""
        above = self.low is None or value > self.low or (value == self.low and not self.open_low)
        return above and (self.high is None or value < self.high or (value == self.high and not self.open_high))


class UnitsDiffer(ValueError):
    """A measurement in another unit than its target."""


def parse_target(text: str) -> Target | None:
    """The target that a text writes; None for words that no number can meet: `外观无破损`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for word, sign in _WORDS:
        if plain.startswith(word):
            plain = sign + plain[len(word) :]
            break
    if match := _RANGE.match(plain):
        low, high = sorted((Decimal(match["low"]), Decimal(match["high"])))
        return Target(low, high, _unit(match))
    if match := _AROUND.match(plain):
        value, by = Decimal(match["value"]), abs(Decimal(match["by"]))
        return Target(value - by, value + by, _unit(match))
    match = _BOUND.match(plain)
    if match is None:
        return None
    value, sign = Decimal(match["value"]), match["sign"] or "="
    return Target(
        value if sign in {">=", ">", "="} else None,
        value if sign in {"<=", "<", "="} else None,
        _unit(match),
        open_low=sign == ">",
        open_high=sign == "<",
    )


def parse_measure(text: str) -> tuple[Decimal, str] | None:
    """A measured value and its unit; None for words."""
    match = _BOUND.match(unicodedata.normalize("NFKC", text).strip())
    return None if match is None or match["sign"] else (Decimal(match["value"]), _unit(match))


def meets(target: str | None, measured: str | None) -> bool | None:
    """Whether a measurement meets its target; None where one of them is no number.

    A measurement without a unit is in the target's. Raises UnitsDiffer.
    """
    wanted = parse_target(target) if target else None
    found = parse_measure(measured) if measured else None
    if wanted is None or found is None:
        return None
    value, unit = found
    if unit and unit.casefold() != wanted.unit.casefold():
        raise UnitsDiffer(f"{measured!r} is not in {wanted.unit!r}")
    return wanted.holds(value)


def printed(text: str) -> str:
    """A target as documents write it: `≥ 95 %`."""
    return text.replace(">=", "≥").replace("<=", "≤").replace("..", "～")


def _unit(match: re.Match[str]) -> str:
    return (match["unit"] or "").strip()
