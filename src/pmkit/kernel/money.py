"""Money: a decimal amount with its currency, never binary floating point."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_MONEY = re.compile(r"(-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|-?[0-9]{1,15}(?:\.[0-9]+)?)(?:\s*([A-Z]{3}))?\Z")
_MINOR = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "OMR": 3}  # ISO 4217 minor units; every other one: 2
_SIGN = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "人民币": "CNY", "RMB": "CNY", "元": "CNY", "美元": "USD", "欧元": "EUR"}
_LEDGER = re.compile(
    r"(?P<open>\()?(?P<minus>[-−])?(?P<before>[$€£¥]|人民币|RMB|[A-Z]{3})?(?P<sign>[-−])?"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,15}(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?P<after>元|美元|欧元|[A-Z]{3})?(?P<close>\))?\Z"
)


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

    @staticmethod
    def read(text: str, currency: str) -> Money:
        """The money in a cell of somebody's ledger: `¥1,234.50`, `１，２３４．５０元`, `(88.00)`, `USD 20`.

        Brackets are a minus, as bookkeepers write it; `currency` is that of a cell which names none, and of a bare `¥`.
        Raises ValueError.
        """
        plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("¥", "¥")
        match = _LEDGER.match(plain)
        if not match or bool(match["open"]) != bool(match["close"]) or (match["minus"] and match["sign"]):
            raise ValueError(f"not an amount of money: {text!r}")
        named = [_SIGNS.get(word, word) for word in (match["before"], match["after"]) if word and word != "¥"]
        if len(set(named)) > 1:
            raise ValueError(f"two currencies in one amount: {text!r}")
        amount = Decimal(match["digits"].replace(",", ""))
        negative = bool(match["open"]) != bool(match["minus"] or match["sign"])
        return Money(-amount if negative else amount, named[0] if named else currency)

    @staticmethod
    def total(amounts: Iterable[Money], currency: str) -> Money:
        """The sum of amounts in one currency; nothing is zero."""
        return sum(amounts, Money(Decimal(0), currency))

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def split(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Parts in proportion to weights that add up to the whole, to the smallest unit.

        What rounding leaves goes to the largest remainders, the first of equals. Raises ValueError where no weight is
        above zero.
        """
        whole = sum((Decimal(w) for w in weights), Decimal(0))
        if whole <= 0 or any(w < 0 for w in weights):
            raise ValueError("there is nothing to split by")
        unit = Decimal(1).scaleb(-_MINOR.get(self.currency, 2))
        exact = [self.amount * w / whole for w in weights]
        parts = [(amount / unit).to_integral_value(ROUND_FLOOR) * unit for amount in exact]
        missing = int((self.amount - sum(parts)) / unit)
        order = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
        for i in order[:missing]:
            parts[i] += unit
        return [Money(part, self.currency) for part in parts]

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def printed(self) -> str:
        """As on paper: `¥20,000.00`."""
        sign = _SIGN.get(self.currency)
        minus = "-" if self.amount < 0 else ""
        return f"{minus}{sign or self.currency + ' '}{abs(self.amount):,f}"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def capital_words(money: Money) -> str:
    """人民币大写, the amount in the numerals that cannot be altered: `人民币贰万元整`.

    Form: 支付结算办法 (中国人民银行 1997), annex on filling in vouchers: 整 after 元 or 角, none after 分; a 零 for
    each gap of zeros. Raises ValueError for other currencies and from 10^16 on.
    """
    if money.currency != "CNY" or abs(money.amount) >= 10**16:
        raise ValueError(f"no capital words for {money}")
    yuan, cents = divmod(int(abs(money.amount) * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = "" if money.amount >= 0 else "负"
    if yuan or not cents:
        words += (_yuan_words(yuan) or "零") + "元"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    words += _DIGITS[fen] + "分" if fen else "整"
    return "人民币" + words


def _yuan_words(yuan: int) -> str:
    """Whole yuan below 10^16: by 亿 (10^8), then by 万 (10^4), a 零 where a place in between is empty."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(yuan, unit)
        if high:
            gap = "零" if 0 < low < unit // 10 else ""
            return _yuan_words(high) + name + gap + _yuan_words(low)
    return _group_words(yuan)


def _group_words(part: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return words
