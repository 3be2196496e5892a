"""Money: a decimal amount with its currency, never binary floating point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_MONEY = re.compile(r"(-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|-?[0-9]{1,15}(?:\.[0-9]+)?)(?:\s*([A-Z]{3}))?\Z")
_MINOR = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "OMR": 3}  # ISO 4217 minor units; every other one: 2
_SIGN = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount rounded half up to its currency's smallest unit (ISO 4217)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        unit = Decimal(1).scaleb(-_MINOR.get(self.currency, 2))
        object.__setattr__(self, "amount", self.amount.quantize(unit, ROUND_HALF_UP))

    @staticmethod
    def parse(text: str, currency: str | None = None) -> Money:
        """The money that `text` writes: `20000 CNY`, `20,000.00` where `currency` is given. Raises ValueError."""
        match = _MONEY.match(text.strip())
        if not match or not (match[2] or currency):
            raise ValueError(f"not an amount of money: {text!r}")
        return Money(Decimal(match[1].replace(",", "")), match[2] or currency or "")

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def printed(self) -> str:
        """As on paper: `¥20,000.00`."""
        sign = _SIGN.get(self.currency)
        minus = "-" if self.amount < 0 else ""
        return f"{minus}{sign or self.currency + ' '}{abs(self.amount):,f}"
