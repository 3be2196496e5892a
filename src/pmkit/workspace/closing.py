"""A closed project: which closing stands, and what goes on all the same."""

from __future__ import annotations

from pmkit.domain.closures import CLOSURE, Closure
from pmkit.domain.kind import Kind
from pmkit.domain.registry import kind_of_id
from pmkit.workspace.layout import DOCUMENTS, EVIDENCE
from pmkit.workspace.model import Workspace

TAG = "closure/"


def in_force(ws: Workspace) -> Closure | None:
    """The closing that stands; None for a project that is open."""
    return next((one for one in reversed(ws.of(Closure)) if one.status == "closed"), None)


def kind_of_file(path: str) -> Kind | None:
    """The kind of the record whose file this is, by its name; None for any other file."""
    name = path.rsplit("/", 1)[-1]
    return kind_of_id(name.removesuffix(".yaml")) if name.endswith(".yaml") else None


def goes_on(path: str) -> bool:
    """True for a file that is written after closing too: a service request, its evidence, what only programs read."""
    folder, _, below = path.partition("/")
    if folder in {EVIDENCE, DOCUMENTS}:
        owner = kind_of_id(below.partition("/")[0])
        return owner is not None and owner.after_closing and owner is not CLOSURE
    kind = kind_of_file(path)
    return folder.startswith(".") if kind is None else kind.after_closing
