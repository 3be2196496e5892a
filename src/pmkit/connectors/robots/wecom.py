"""企业微信 WeCom: Markdown of 4096 bytes without lists or tables; the key in the address is all the authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmkit.connectors.robots.base import Note, cut, inert
from pmkit.kernel.text import Text

NAME = Text("WeCom", "企业微信")
CALLED_TOO_OFTEN = frozenset({45009})
_MOST = 4096


def signed(address: str, secret: str | None, body: dict[str, Any], now: float) -> tuple[str, dict[str, Any]]:
    """WeCom's robots sign nothing."""
    del secret, now
    return address, body


def message(note: Note) -> dict[str, Any]:
    lines = [f"## {inert(note.title)}"]
    for heading, below in note.sections:
        lines += [f"**{inert(heading)}**", *(f"> {inert(line)}" for line in below)]
    return {"msgtype": "markdown", "markdown": {"content": cut(lines, _MOST, note.lang)}}


def outcome(answer: Mapping[str, Any]) -> tuple[int, str]:
    return int(answer["errcode"]), str(answer.get("errmsg", ""))


def refusal(code: int, words: str) -> Text | None:
    del words
    if code == 93000:
        return Text("the key is not valid: copy the address again", "key 无效：请重新复制 Webhook 地址")
    return _OFTEN if code in CALLED_TOO_OFTEN else None


_OFTEN = Text("20 messages a minute are allowed: try again later", "每分钟最多 20 条，请稍后再试")
