"""钉钉 DingTalk: Markdown without tables of 20,000 bytes; a signature in the address, and often a keyword."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from pmkit.connectors.robots.base import Note, cut, inert
from pmkit.kernel.text import Text

NAME = Text("DingTalk", "钉钉")
CALLED_TOO_OFTEN = frozenset({130101})
_MOST = 20_000
_REFUSALS = {
    "keyword": Text(
        "set the robot's keyword: `robots: {dingtalk: {keyword: ...}}` in pmkit.yaml",
        "请在 pmkit.yaml 中写明机器人的关键词：`robots: {dingtalk: {keyword: ……}}`",
    ),
    "sign": Text("PMKIT_DINGTALK_SECRET is not the robot's secret", "PMKIT_DINGTALK_SECRET 与机器人的加签密钥不符"),
    "timestamp": Text("this machine's clock is more than an hour off", "本机时钟偏差超过 1 小时"),
    "whitelist": Text("this machine's address is not on the robot's list", "本机 IP 不在机器人的白名单内"),
}


def signed(address: str, secret: str | None, body: dict[str, Any], now: float) -> tuple[str, dict[str, Any]]:
    """`timestamp` in milliseconds and `sign`, the HMAC-SHA256 of timestamp and secret under the secret."""
    if secret is None:
        return address, body
    stamp = str(round(now * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}", body


def message(note: Note) -> dict[str, Any]:
    lines = [f"### {inert(note.title)}", ""]
    for heading, below in note.sections:
        lines += [f"**{inert(heading)}**", "", *(f"- {inert(line)}" for line in below), ""]
    return {"msgtype": "markdown", "markdown": {"title": inert(note.title), "text": cut(lines, _MOST, note.lang)}}


def outcome(answer: Mapping[str, Any]) -> tuple[int, str]:
    return int(answer["errcode"]), str(answer.get("errmsg", ""))


def refusal(code: int, words: str) -> Text | None:
    if code in CALLED_TOO_OFTEN:
        return Text("20 messages a minute are allowed: try again later", "每分钟最多 20 条，请稍后再试")
    return next((text for sign, text in _REFUSALS.items() if sign in words), None) if code == 310000 else None
