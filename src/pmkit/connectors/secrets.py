"""Passwords and keys: from the environment, else from the system's keyring. Never from a file of the workspace."""

from __future__ import annotations

import os
from collections.abc import Iterable

SERVICE = "pmkit"


class Secret:
    """A value that prints as asterisks, whoever prints it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one who needs it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


def find_secret(name: str, project: str) -> Secret | None:
    """The secret called `smtp.password`: `PMKIT_SMTP_PASSWORD`, else the keyring's entry of that name.

    The keyring is asked for the project's own entry (service `pmkit:CODE`) before the general one (`pmkit`); where the
    extra `keyring` is not installed, or no keyring runs, there is none.
    """
    if value := os.environ.get(variable(name)):
        return Secret(value)
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        for service in (f"{SERVICE}:{project}", SERVICE):
            if value := keyring.get_password(service, name):
                return Secret(value)
    except (KeyringError, RuntimeError, OSError):
        return None
    return None


def variable(name: str) -> str:
    """The environment variable of a secret: `smtp.password` is `PMKIT_SMTP_PASSWORD`."""
    return f"PMKIT_{name.upper().replace('.', '_')}"


def redacted(text: str, secrets: Iterable[Secret | None]) -> str:
    """The text without the secrets, should another program have repeated one."""
    for secret in secrets:
        if secret is not None and secret.reveal():
            text = text.replace(secret.reveal(), "***")
    return text
