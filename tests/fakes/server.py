"""A server on loopback that can fail on purpose: real sockets, real HTTP, in a thread of the test."""

from __future__ import annotations

import json
import re
import socket
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Response:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with the next `times` calls whose `METHOD path` matches.

    `answer` instead of ours; `drop`: the connection ends `before` the call is carried out or `after`; `hang`: after.
    """

    where: str
    answer: Response | None = None
    drop: str | None = None
    hang: bool = False
    times: int = 1
    skip: int = 0


class Server:
    """Subclasses answer `handle`. `calls` are all that came, as `METHOD path`."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.lock = Lock()
        self.closing = Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _any(self) -> None:
                outer._serve(self)

            do_GET = do_POST = do_PUT = do_DELETE = _any

            def log_message(self, *_: object) -> None: ...

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None: ...

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def count(self) -> Counter[str]:
        return Counter(self.calls)

    def fault(self, where: str, answer: Response | None = None, **more: Any) -> Fault:
        made = Fault(where, answer, **more)
        self.faults.append(made)
        return made

    def handle(self, request: Request) -> Response:
        raise NotImplementedError

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        kind = handler.headers.get("Content-Type", "")
        body = (
            json.loads(raw)
            if raw and "json" in kind
            else dict(parse_qsl(raw.decode()))
            if raw and "form" in kind
            else None
        )
        if body is None and raw:
            body = json.loads(raw)
        request = Request(handler.command, unquote(parts.path), dict(parse_qsl(parts.query)), handler.headers, body)
        with self.lock:
            call = f"{request.method} {request.path}"
            self.calls.append(call)
            self.requests.append(request)
            fault = self._due(call)
            if fault is not None and fault.drop == "before":
                _reset(handler)
                return
            response = fault.answer if fault is not None and fault.answer is not None else self.handle(request)
        if fault is not None and fault.drop == "after":
            _reset(handler)
            return
        if fault is not None and fault.hang:
            self.closing.wait(30)
            return
        data = b"" if response.body is None else json.dumps(response.body, ensure_ascii=False).encode()
        if "Date" in response.headers:
            handler.send_response_only(response.status)
        else:
            handler.send_response(response.status)
        for name, value in response.headers.items():
            handler.send_header(name, value)
        if response.status != 204:
            handler.send_header("Content-Type", "application/json;charset=UTF-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _due(self, call: str) -> Fault | None:
        for one in self.faults:
            if one.times and re.search(one.where, call):
                if one.skip:
                    one.skip -= 1
                    continue
                one.times -= 1
                return one
        return None


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends at once, as when a cable is pulled."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


Change = Callable[[], None]
