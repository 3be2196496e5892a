"""飞书 Feishu: rich text, a body of at most 20 KB; a signature in the body, and often a keyword."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.connectors.robots.base import Note, cut
from pmkit.kernel.text import Text

NAME = Text("Feishu", "飞书")
CALLED_TOO_OFTEN = frozenset({11232})
_MOST = 20_000
_REFUSALS = {
    19021: Text(
        "PMKIT_FEISHU_SECRET is not the robot's secret, or this machine's clock is off",
        "PMKIT_FEISHU_SECRET 与机器人的签名密钥不符，或本机时钟不准",
    ),
    19022: Text("this machine's address is not on the robot's list", "本机 IP 不在机器人的白名单内"),
    19024: Text(
        "set the robot's keyword: `robots: {feishu: {keyword: ...}}` in pmkit.yaml",
        "请在 pmkit.yaml 中写明机器人的关键词：`robots: {feishu: {keyword: ……}}`",
    ),
    11232: Text("100 messages a minute are allowed: try again later", "每分钟最多 100 条，请稍后再试"),
}


def signed(address: str, secret: str | None, body: dict[str, Any], now: float) -> tuple[str, dict[str, Any]]:
    """`timestamp` in seconds and `sign`, the HMAC-SHA256 of nothing under timestamp and secret."""
    if secret is None:
        return address, body
    stamp = str(int(now))
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return address, {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}


def message(note: Note) -> dict[str, Any]:
    lines = [line for heading, below in note.sections for line in (heading, *(f"· {one}" for one in below))]
    room = _MOST - 200  # the signature
    text = lines
    while len(json.dumps(_body(note, text), ensure_ascii=False).encode()) > room:
        size = sum(len(line.encode()) + 1 for line in text)
        text = cut(text, int(size * 0.8), note.lang).split("\n")
    return _body(note, text)


def _body(note: Note, lines: Sequence[str]) -> dict[str, Any]:
    content = [[{"tag": "text", "text": " ".join(line.split())}] for line in lines]
    post = {"title": " ".join(note.title.split())[:500], "content": content}
    return {"msg_type": "post", "content": {"post": {"zh_cn" if note.lang == "zh" else "en_us": post}}}


def outcome(answer: Mapping[str, Any]) -> tuple[int, str]:
    code = answer["code"] if "code" in answer else answer["StatusCode"]
    return int(code), str(answer.get("msg", answer.get("StatusMessage", "")))


def refusal(code: int, words: str) -> Text | None:
    del words
    return _REFUSALS.get(code)
