"""Canonical JSON (RFC 8785) and the digest of a record's content."""

from __future__ import annotations

import hashlib
import json
from typing import Any

VERSION = "1"
_MAX = 2**53


def canonical_json(value: Any) -> str:
    """RFC 8785 form of strings, booleans, lists, objects and integers below 2^53; ValueError for anything else."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) >= _MAX:
            raise ValueError(f"integer out of range: {value}")
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, dict):
        # RFC 8785 §3.2.3: keys are ordered by their UTF-16 code units.
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{canonical_json(value[k])}" for k in keys) + "}"
    raise ValueError(f"no canonical form for {type(value).__name__}")


def digest(content: Any) -> str:
    """`1:` and the SHA-256 of the canonical form, in hex."""
    return f"{VERSION}:{hashlib.sha256(canonical_json(content).encode()).hexdigest()}"


def short(digest_: str) -> str:
    """The fingerprint that is printed on paper: 12 hex digits in groups of four."""
    text = digest_.partition(":")[2][:12].upper()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
