"""Canonical JSON (RFC 8785) and the digest of a record's content."""

from __future__ import annotations

import hashlib
import json
import math
from decimal import Decimal
from typing import Any

VERSION = "1"
_MAX = 2**53


def canonical_json(value: Any) -> str:
    """RFC 8785 form of what JSON can say; ValueError for anything else, for NaN and for integers from 2^53 on.

    The content of a record (`domain.kind.content`) holds no null and no fraction: amounts, shares and days are strings
    in one normal form there, so no signature ever hangs on how a number is printed.
    """
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) >= _MAX:
            raise ValueError(f"integer out of range: {value}")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: keys are ordered by their UTF-16 code units.
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{canonical_json(value[k])}" for k in keys) + "}"
    raise ValueError(f"no canonical form for {type(value).__name__}")


def _number(value: float) -> str:
    """A number as ECMAScript prints it (RFC 8785 §3.2.2.3): the shortest digits that read back as the same number.

    Raises ValueError for infinity and NaN.
    """
    if not math.isfinite(value):
        raise ValueError(f"no canonical form for {value}")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + int(exponent)  # 0.text times ten to the power of point
    if 0 < point <= 21:
        text = text.ljust(point, "0") if len(text) <= point else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return f"{'-' if sign else ''}{text}"


def digest(content: Any) -> str:
    """`1:` and the SHA-256 of the canonical form, in hex."""
    return f"{VERSION}:{hashlib.sha256(canonical_json(content).encode()).hexdigest()}"


def short(digest_: str) -> str:
    """The fingerprint that is printed on paper: 12 hex digits in groups of four."""
    text = digest_.partition(":")[2][:12].upper()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
