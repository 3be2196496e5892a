"""Access tokens between two commands: in the user's cache, outside any workspace, readable by the user alone."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_EARLY = 120  # seconds before its end that a token is not used any more


@dataclass(frozen=True, slots=True)
class Token:
    """`base`: the address that the answer names for the API; `until`: by this machine's clock."""

    access: str
    until: float
    base: str = ""
    extra: str = ""

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.until - _EARLY


class TokenCache:
    """One file for each application and server."""

    def __init__(self, vendor: str, who: str) -> None:
        name = hashlib.sha256(who.encode()).hexdigest()[:16]
        self._folder = _cache_folder()
        self._path = self._folder / f"{vendor}-{name}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time asks for a token: servers count such calls, and one of them forbids two at once."""
        from filelock import FileLock

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self._path.with_suffix(".lock"), mode=0o600):
            yield

    def find(self) -> Token | None:
        data = self._read()
        if not data.get("access"):
            return None
        with suppress(TypeError, ValueError):
            return Token(str(data["access"]), float(str(data["until"])), str(data["base"]), str(data["extra"]))
        return None

    def keep(self, token: Token) -> None:
        self._write(
            self._read() | {"access": token.access, "until": token.until, "base": token.base, "extra": token.extra}
        )

    def forget(self) -> None:
        self._write({k: v for k, v in self._read().items() if k == "refresh"})

    @property
    def refresh(self) -> str:
        """The refresh token that a grant code was exchanged for."""
        return str(self._read().get("refresh") or "")

    def keep_refresh(self, value: str) -> None:
        self._write(self._read() | {"refresh": value})

    def _read(self) -> dict[str, object]:
        try:
            data = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _write(self, data: dict[str, object]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self._path.with_name(f".{secrets.token_hex(6)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file)
        temporary.replace(self._path)


def _cache_folder() -> Path:
    """The user's cache; one that lies inside a git work tree is not used, or a token could be committed."""
    local = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(local or Path.home() / ".cache") / "pmkit" / "crm"
    if any((above / ".git").exists() for above in folder.parents):
        folder = Path.home() / ".cache" / "pmkit" / "crm"
    return folder


def token(cache: TokenCache, ask: Callable[[], Token], *, not_this: str = "") -> Token:
    """A token that is good by our clock, and is not `not_this`, which the server has just refused."""
    found = cache.find()
    if found is not None and found.is_fresh and found.access != not_this:
        return found
    with cache.locked():
        found = cache.find()  # another process may have asked meanwhile
        if found is not None and found.is_fresh and found.access != not_this:
            return found
        new = ask()
        cache.keep(new)
        return new
