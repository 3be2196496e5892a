"""The portal on this machine: pages out of memory, made anew when the workspace has changed. Nobody else reaches it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from pmkit.cli.language import h, tell
from pmkit.cli.run import say_error
from pmkit.cli.session import out
from pmkit.kernel.errors import OutsideError, PmkitError, reason
from pmkit.kernel.text import Text
from pmkit.workspace.layout import REPORTS

HOST = "127.0.0.1"
LOOKS_EVERY = 0.5  # seconds between two looks at the folder
_MEDIA = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
Files = Mapping[str, bytes]


class Portal:
    """The files of the portal as the workspace is now."""

    def __init__(self, root: Path, build: Callable[[], Files]) -> None:
        self._root, self._build = root, build
        self._lock = Lock()
        self._state, self._looked = state_of(root), monotonic()
        self._files: Files = build()

    def files(self) -> Files:
        """The files; made anew where something changed since. Raises what `build` raises, each time anew."""
        with self._lock:
            if monotonic() - self._looked >= LOOKS_EVERY:
                state = state_of(self._root)
                self._looked = monotonic()
                if state != self._state:
                    self._files = self._build()
                    self._state = state  # not before: a broken state is tried again
                    out(h("rebuilt", "已更新"))
                    sys.stdout.flush()
            return self._files


def state_of(root: Path) -> int:
    """A number that changes with the files of the workspace and with the commit; what pmkit rendered does not count."""
    return hash(tuple(_stamps(str(root), top=True)))


def _stamps(folder: str, *, top: bool) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name == ".git":
                yield from _head(Path(entry.path))
            elif entry.name.startswith(".") or (top and entry.name == REPORTS):
                continue
            elif entry.is_dir(follow_symlinks=False):
                yield from _stamps(entry.path, top=False)
            else:
                stat = entry.stat(follow_symlinks=False)
                yield entry.path, stat.st_mtime_ns, stat.st_size


def _head(git: Path) -> Iterator[tuple[str, int, int]]:
    log = git / "logs/HEAD"
    if log.is_file():
        stat = log.stat()
        yield str(log), stat.st_mtime_ns, stat.st_size


def serve(root: Path, port: int, build: Callable[[], Files]) -> None:
    """Serve until Ctrl-C. Raises OutsideError where the port is taken."""
    gc.enable()  # a command leaves its garbage to the end; this one has no end
    portal = Portal(root, build)

    class Handler(_Handler):
        pages = portal

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except (OSError, OverflowError) as error:
        raise OutsideError(
            Text("port {port} cannot be used: {why}", "端口 {port} 无法使用：{why}").format(
                port=port, why=reason(error) if isinstance(error, OSError) else error
            ),
            Text("name another one with --port, or none", "请用 --port 指定其他端口，或不指定"),
        ) from None
    server.daemon_threads = True
    with server:
        out(
            h("the portal is at", "门户地址")
            + f" http://{HOST}:{server.server_port}/   "
            + h("(Ctrl-C ends it)", "（Ctrl-C 结束）")
        )
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            out(h("ended", "已结束"))


class _Handler(BaseHTTPRequestHandler):
    """Answers from the files in memory, so that no address can name another file."""

    pages: Portal
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        status, media, body = self._found()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _found(self) -> tuple[HTTPStatus, str, bytes]:
        # A page elsewhere may send a browser here under a name of its own: it is not answered.
        if self.headers.get("Host", "").rpartition(":")[0] not in {HOST, "localhost"}:
            return HTTPStatus.FORBIDDEN, _MEDIA["html"], _page(h("only for this machine", "仅限本机访问"))
        path = unquote(urlsplit(self.path).path).lstrip("/") or "index.html"
        try:
            content = self.pages.files().get(path)
        except PmkitError as error:
            say_error(error)
            says = (tell(error.says), h("the terminal says more", "详情见终端"))
            return HTTPStatus.INTERNAL_SERVER_ERROR, _MEDIA["html"], _page(*says)
        if content is None:
            return HTTPStatus.NOT_FOUND, _MEDIA["html"], _page(h("there is no such page", "没有这个页面"))
        return HTTPStatus.OK, _MEDIA[path.rpartition(".")[2]], content

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in http.server
        """Nothing: who looks at which page is nobody's business."""


def _page(*lines: str) -> bytes:
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<!doctype html><meta charset="utf-8"><title>pmkit</title>{said}'.encode()
