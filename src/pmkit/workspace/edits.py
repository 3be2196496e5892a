"""What an action wants written: plain values, decided here, carried out by the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Set:
    """The value at `keys` becomes `value`; a missing last key is added. Nothing else in the file changes."""

    path: str
    keys: Keys
    value: Any


@dataclass(frozen=True, slots=True)
class Append:
    """`value` becomes the last item of the list at `keys`; a missing or empty list is made.

    `kind`: the name of the kind whose list file is made where it is not there yet.
    """

    path: str
    keys: Keys
    value: Any
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """The key or list item at `keys` goes."""

    path: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Create:
    """A new YAML file with `data`, its first line the schema hint of `kind` (a kind's name). It must not exist yet."""

    path: str
    data: Mapping[str, Any]
    kind: str


@dataclass(frozen=True, slots=True)
class Attach:
    """A new file with just these bytes: evidence, a rendered document. The same bytes may be there already."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Keep:
    """A file that nobody but pmkit writes holds just these bytes from now on, whatever it held when it was read."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rename:
    """A record's file moves as it stands to `to`, where nothing is yet; its hint at the schema of `kind` stays true."""

    path: str
    to: str
    kind: str


Change = Set | Append | Remove | Create | Attach | Keep | Rename


@dataclass(frozen=True, slots=True)
class Edits:
    """All that one command writes, in order, and the words of its commit.

    `action` is `noun.verb` (`change.approve`); `records` the ids it is about, the first one is printed;
    `subject` the first line of the commit, in the project's language;
    `by` for whom the step was taken (handle or `Name <mail>`); `on` its date.
    """

    changes: tuple[Change, ...]
    action: str
    records: tuple[str, ...]
    subject: Text
    by: str
    on: date


def headed(ids: str, what: Text) -> Text:
    """A subject that begins with the ids it is about: `REQ-001: Add …`."""
    return Text("{ids}: {what}", "{ids}：{what}").format(ids=ids, what=what)


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom a step is taken, and when.

    `by`: a handle of people.yaml, or git's `Name <mail>`. `recorded_by`: who typed it, where that is somebody else.
    """

    by: str
    on: date
    recorded_by: str | None = None
