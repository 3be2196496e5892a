"""What every robot has in common: a message, its limits, how a refusal is told, when a call is made again."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlsplit

from pmkit.connectors.secrets import Secret, redacted
from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Lang, Text

PATIENCE = 30  # seconds for an answer
WAITS = (1.0, 5.0, 15.0, 40.0)  # seconds before each further call, where a robot was called too often
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_CUT = {"zh": "……（内容过长，已截断，完整内容见所发文件）", "en": "... (cut; the document has all of it)"}
# Signs that would format, link or mention somebody, as look-alikes that only show.
_INERT = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "＇", "#": "＃", "@": "＠", "~": "～", "|": "｜"}
)


@dataclass(frozen=True, slots=True)
class Note:
    """A message: a title, then headings with lines below them; all of it text, no markup."""

    title: str
    sections: Sequence[tuple[str, Sequence[str]]]
    lang: Lang


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a robot is called. `address` holds its key and is as secret as the signing `secret`."""

    address: Secret
    secret: Secret | None = None


class Robot(Protocol):
    """A module of this folder."""

    NAME: Text
    CALLED_TOO_OFTEN: frozenset[int]

    def signed(self, address: str, secret: str | None, body: dict[str, Any], now: float) -> tuple[str, dict[str, Any]]:
        """Address and body with the signature that the robot asks for."""

    def message(self, note: Note) -> dict[str, Any]:
        """The body of a call, within the robot's limits."""

    def outcome(self, answer: Mapping[str, Any]) -> tuple[int, str]:
        """Code (0: taken) and words of an answer."""

    def refusal(self, code: int, words: str) -> Text | None:
        """What to do about a refusal."""


class NotTaken(OutsideError):
    """The robot has certainly not taken the message."""


def robot(channel: str) -> Robot:
    """The robot's module."""
    found: Any = import_module(f"pmkit.connectors.robots.{channel}")
    return found  # type: ignore[no-any-return]


def post(channel: str, hook: Hook, note: Note, *, wait: Callable[[float], object] = time.sleep) -> None:
    """Give a message to a robot; called too often, it is called again after `WAITS`.

    Raises NotTaken where it refused or could not be reached, OutsideError where the answer was lost on the way.
    """
    one = robot(channel)
    body = one.message(note)
    for pause in (*WAITS, None):
        code, words = _called(one, hook, body)
        if code == 0:
            return
        if code not in one.CALLED_TOO_OFTEN or pause is None:
            break
        wait(pause)
    said = redacted(words, (hook.address, hook.secret, _key(hook)))[:200]
    raise NotTaken(
        Text(
            en="the {robot} robot refused the message: {code} {words}", zh="{robot}机器人拒收消息：{code} {words}"
        ).format(robot=one.NAME, code=code, words=said),
        one.refusal(code, words),
    )


def _called(one: Robot, hook: Hook, body: dict[str, Any]) -> tuple[int, str]:
    """One call: the code and words of the answer."""
    secret = hook.secret.reveal() if hook.secret else None
    address, signed = one.signed(hook.address.reveal(), secret, body, time.time())
    parts = _checked(one, address)
    data = json.dumps(signed, ensure_ascii=False).encode()
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.connect()
    except OSError as error:
        raise _unreachable(one, error) from None
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, data, {"Content-Type": "application/json; charset=utf-8"})
        response = connection.getresponse()
        text = response.read(100_000)
    except (OSError, http.client.HTTPException):
        raise OutsideError(
            Text(
                en="the {robot} robot did not answer: the message may have been taken",
                zh="{robot}机器人没有应答：消息可能已发出",
            ).format(robot=one.NAME)
        ) from None
    finally:
        connection.close()
    if response.status == 429:
        return next(iter(one.CALLED_TOO_OFTEN)), "HTTP 429"
    try:
        answer = json.loads(text)
        return one.outcome(answer)
    except (ValueError, TypeError, AttributeError, KeyError):
        return response.status if response.status != 200 else -1, f"HTTP {response.status}"


def _checked(one: Robot, address: str) -> Any:
    """The parts of an address that may be called: https, or this machine."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOCAL) or port == 0:
        raise UsageError(
            Text(
                en="the address of the {robot} robot is no https address", zh="{robot}机器人的地址不是有效的 https 地址"
            ).format(robot=one.NAME),
            Text("copy the whole webhook address from the group's settings", "请从群设置中复制完整的 Webhook 地址"),
        )
    return parts


def _unreachable(one: Robot, error: OSError) -> NotTaken:
    why = error.strerror or type(error).__name__
    return NotTaken(
        Text(en="the {robot} robot cannot be reached: {why}", zh="无法连接{robot}机器人：{why}").format(
            robot=one.NAME, why=why
        )
    )


def _key(hook: Hook) -> Secret | None:
    """The key inside the address, should an answer repeat it."""
    key = hook.address.reveal().rpartition("=")[2].rpartition("/")[2]
    return Secret(key) if len(key) > 7 else None


def inert(text: str) -> str:
    """Text that no chat program takes for markup, a link or a mention, on one line."""
    return " ".join(text.translate(_INERT).split())


def cut(lines: Sequence[str], most: int, lang: Lang) -> str:
    """The lines as one text of at most `most` bytes of UTF-8: cut between lines, a first line that is too long between
    characters; it says that it was cut.
    """
    whole = "\n".join(lines)
    if len(whole.encode()) <= most:
        return whole
    end = _CUT["zh" if lang == "zh" else "en"]
    room = most - len(end.encode()) - 1
    kept: list[str] = []
    used = 0
    for line in lines:
        size = len(line.encode()) + 1
        if used + size > room:
            break
        kept.append(line)
        used += size
    if not kept and lines:
        kept = [lines[0].encode()[: max(room, 0)].decode(errors="ignore")]
    return "\n".join([*kept, end])
