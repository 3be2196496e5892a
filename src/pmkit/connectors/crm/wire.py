"""One call over HTTP: safe addresses, patience, what may be tried again, and no secret in anything that is printed.

Certainly not done, done, and not known are told apart: only what is safe to do twice is tried again after its answer
was lost.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pmkit.connectors.secrets import Secret, redacted
from pmkit.kernel.errors import MissingExtra, OutsideError, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    import httpx2

TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds; each wait is twice the one before, less up to a half
MOST_WAIT = 600.0  # seconds that we wait for a limit that the server names
CONNECT, ANSWER = 10.0, 60.0  # seconds
MOST_BYTES = 64 * 2**20  # of an answer
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_AGAIN = frozenset({500, 502, 503, 504})


class Unclear(OutsideError):
    """The answer of a write was lost: it may have been done."""


class Overloaded(OutsideError):
    """The server still refuses after all tries."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower case) and the JSON of the body; None for an empty one."""

    status: int
    headers: Mapping[str, str]
    data: Any


@dataclass
class Wire:
    """Calls to one CRM over connections that stay open. `trace`: gets a line for each call, without secrets.

    `pause` waits; `requests` counts.
    """

    trace: Callable[[str], object] | None = None
    patience: float = ANSWER
    requests: int = 0
    secrets: list[Secret] = field(default_factory=list)
    _client: httpx2.Client | None = None

    def keep_secret(self, *secrets: Secret | None) -> None:
        """What must never be printed."""
        self.secrets += [one for one in secrets if one is not None and one.reveal()]

    def safe(self, text: str) -> str:
        """A text of the server, or of ours, without secrets, on one line."""
        longest_first: list[Secret | None] = [*sorted(self.secrets, key=lambda one: -len(one.reveal()))]
        plain = redacted(text, longest_first)
        return " ".join("".join(ch if ch.isprintable() else " " for ch in plain).split())[:500]

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        twice: bool,
        busy: Callable[[Answer], bool] = lambda _: False,
    ) -> Answer:
        """An answer, whatever its status, but for those that only ask for patience (429, 5xx, `busy`).

        `twice`: doing it twice comes to the same. Raises Unclear, OutsideError.
        """
        wait = FIRST_WAIT
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES
            try:
                answer = self._once(method, url, headers, params, body, form)
            except _Lost as lost:
                if lost.sent and not twice:
                    raise Unclear(_no_answer(url, lost.why), _MAY_BE_DONE) from None
                if last:
                    raise OutsideError(_no_answer(url, lost.why), _CHECK_NETWORK) from None
            else:
                if answer.status != 429 and answer.status not in _AGAIN and not busy(answer):
                    return answer
                if answer.status in _AGAIN and not twice:
                    raise Unclear(_refused(url, answer.status), _MAY_BE_DONE)
                asked = _asked_to_wait(answer)
                if last or (asked is not None and asked > MOST_WAIT):
                    raise Overloaded(_refused(url, answer.status), _wait_advice(asked))
                if asked is not None:
                    pause(asked)
                    continue
            pause(wait * (1 - random.random() / 2))  # noqa: S311 - spreads calls, guards nothing
            wait = min(wait * 2, LONGEST_WAIT)
        raise AssertionError

    def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: Any,
        form: Mapping[str, str] | None,
    ) -> Answer:
        refuse_in_the_clear(url)
        httpx = _library()
        self._client = self._client or httpx.Client(
            timeout=httpx.Timeout(self.patience, connect=CONNECT), follow_redirects=False
        )
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        sent = dict(headers or {}) | ({"Content-Type": "application/json"} if content is not None else {})
        began = time.monotonic()
        self.requests += 1
        request = self._client.build_request(method, url, headers=sent, params=params, content=content, data=form)
        try:
            response = self._client.send(request, stream=True)
            data = b""
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise OutsideError(Text("the answer is larger than 64 MB", "应答超过 64 MB"))
            response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            self._told(method, request.url, 0, began, type(error).__name__)
            raise _Lost(self.safe(str(error)) or type(error).__name__, sent=False) from None
        except httpx.HTTPError as error:
            self._told(method, request.url, 0, began, type(error).__name__)
            raise _Lost(self.safe(str(error)) or type(error).__name__, sent=True) from None
        self._told(method, request.url, response.status_code, began, f"{len(data)} B")
        return Answer(
            response.status_code,
            {k.lower(): v for k, v in response.headers.items()},
            self._parsed(url, response.status_code, data),
        )

    def _parsed(self, url: str, status: int, data: bytes) -> Any:
        if not data.strip():
            return None
        try:
            return json.loads(data, parse_float=Decimal)
        except ValueError:
            if status in _AGAIN or status == 429:
                return None
            says = Text("{host} answered no JSON (HTTP {status})", "{host} 的应答不是 JSON（HTTP {status}）")
            raise OutsideError(says.format(host=urlsplit(url).hostname, status=status), _CHECK_HOST) from None

    def _told(self, method: str, url: object, status: int, began: float, how: str) -> None:
        if self.trace is not None:
            self.trace(f"{method} {self.safe(str(url))} -> {status or '-'} {time.monotonic() - began:.2f} s {how}")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()


class _Lost(Exception):
    """No answer; `sent`: the request may have arrived."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.why, self.sent = why, sent


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def refuse_in_the_clear(url: str) -> None:
    """UsageError for an address that is none, and for plain http to another machine: the token would lie open."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if (
        not host
        or parts.username is not None
        or (parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL))
    ):
        raise UsageError(
            Text("{url} is no https address", "{url} 不是有效的 https 地址").format(url=url.partition("?")[0][:100]),
            Text("plain http is allowed to this machine only", "仅允许对本机使用 http"),
        )


def _library() -> Any:
    try:
        import httpx2
    except ImportError:
        raise MissingExtra("crm", Text("exchange with a CRM", "与 CRM 交换数据")) from None
    return httpx2


def _asked_to_wait(answer: Answer) -> float | None:
    """The seconds that the server asks for: Retry-After in seconds or as a date by its own clock, or in the body."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    if said:
        try:
            then = parsedate_to_datetime(said)
            now = parsedate_to_datetime(answer.headers["date"])  # theirs: our clock may be off
            return max((then - now).total_seconds(), 0.0)
        except (ValueError, TypeError, KeyError):
            return None
    details = answer.data.get("details") if isinstance(answer.data, dict) else None
    asked = details.get("retry_after") if isinstance(details, dict) else None
    return float(asked) if isinstance(asked, (int, Decimal)) and asked >= 0 else None


_MAY_BE_DONE = Text("run it again: what was done is found by its key", "请重新执行：已完成的部分会按编号识别，不会重复")
_CHECK_NETWORK = Text("check the network and the proxy (HTTPS_PROXY)", "请检查网络和代理设置（HTTPS_PROXY）")
_CHECK_HOST = Text("check `hosts:` and the region in crm.yaml", "请核对 crm.yaml 中的 `hosts:` 与区域")


def _wait_advice(asked: float | None) -> Text:
    if asked is None:
        return Text("try again later; what was done is kept", "请稍后重试；已完成的部分已保存")
    return Text("try again in {n} s; what was done is kept", "请于 {n} 秒后重试；已完成的部分已保存").format(
        n=round(asked)
    )


def _no_answer(url: str, why: str) -> Text:
    return Text("{host} did not answer: {why}", "{host} 没有应答：{why}").format(host=urlsplit(url).hostname, why=why)


def _refused(url: str, status: int) -> Text:
    if status == 429:
        return Text("{host}: too many calls", "{host}：调用过于频繁").format(host=urlsplit(url).hostname)
    return Text("{host} cannot serve us now ({status})", "{host} 暂时不可用（{status}）").format(
        host=urlsplit(url).hostname, status=status
    )
