"""Deliverables: a version is handed over, and goes back where it has to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmkit.actions.documents import Source
from pmkit.actions.evidence import Received, kept_if_any
from pmkit.actions.records import ids_in_short, step_to
from pmkit.domain.deliverables import DELIVERABLE, Deliverable
from pmkit.domain.documents import Document, next_version
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Attach, Change, Edits, headed
from pmkit.workspace.layout import DOCUMENTS, document_path

FIRST = "1.0"


def submit(
    deliverable: Deliverable,
    source: Source | None,
    document: Document | None,
    version: str | None,
    note: str | None,
    acting: Acting,
) -> Edits:
    """A version is handed over: a file with its SHA-256, an entry of the register, or the version alone.

    Without `version` the document's, else the next one. Refused for bytes or a version that were handed over before.
    """
    _move(deliverable, "submit")
    if document is not None and document.status != "released":
        raise Refused(
            Text(en="{id} is not released", zh="{id} 尚未发布").format(id=document.id),
            Text.same(f"pmkit document release {document.id}"),
        )
    current = deliverable.current
    given = version or (document.version if document else None)
    given = given or (next_version(current.version) if current else FIRST)
    plain = given.removeprefix("V").removeprefix("v")
    _refuse_repeated(deliverable, plain, source.sha256 if source else document.sha256 if document else None)
    data: dict[str, Any] = {"version": plain, "on": acting.on.isoformat()}
    attached: tuple[Attach, ...] = ()
    if document is not None:
        said = {"document": document.id, "file": document.file, "sha256": document.sha256, "place": document.place}
        data |= {key: value for key, value in said.items() if value}
    elif source is not None:
        stored, attached = _stored(source, deliverable, plain)
        data |= stored
    if note:
        data["note"] = note
    at = deliverable.at("versions")
    changes: list[Change] = [*attached, Append(at.path, at.keys, data), *step_to(deliverable, "submitted", acting)]
    says = headed(deliverable.id, Text("Hand over version {v}", "提交版本 {v}").format(v=plain))
    return Edits(tuple(changes), "deliverable.submit", (deliverable.id,), says, acting.by, acting.on)


def _stored(source: Source, deliverable: Deliverable, version: str) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """What the version says of its file, and the copy that keeps what was handed over, whatever becomes of the file."""
    said: dict[str, Any] = {}
    attached: tuple[Attach, ...] = ()
    if source.place is not None:
        said["place"] = source.place
    elif source.path is not None and source.path.startswith(f"{DOCUMENTS}/"):
        said["file"] = source.path
        attached = (Attach(source.path, source.content),) if source.content is not None else ()
    else:
        own = source.name or (source.path or deliverable.id).rpartition("/")[2]
        stem, dot, ending = own.rpartition(".")
        name = f"{stem}_V{version}.{ending}" if dot and stem else f"{own}_V{version}"
        said["file"] = document_path(deliverable.id, name)
        attached = (Attach(said["file"], source.content or b""),)
    if source.sha256 is not None:
        said["sha256"] = source.sha256
    return said, attached


def _refuse_repeated(deliverable: Deliverable, version: str, sha256: str | None) -> None:
    for earlier in deliverable.versions:
        if earlier.version == version:
            raise Refused(
                Text(en="version {v} was handed over on {on}", zh="版本 {v} 已于 {on} 提交").format(
                    v=version, on=earlier.on
                ),
                Text("a version means one text for ever: `--version` the next", "版本号不可重复使用，请用 `--version`"),
            )
        if sha256 is not None and earlier.sha256 == sha256:
            raise Refused(
                Text(en="this file is version {v} already", zh="该文件与已提交的版本 {v} 完全相同").format(
                    v=earlier.version
                )
            )


def reject(deliverables: Sequence[Deliverable], reason: str, evidence: Received | None, acting: Acting) -> Edits:
    """They went back, and why."""
    for one in deliverables:
        _move(one, "reject")
    ids = tuple(one.id for one in deliverables)
    filed, attached = kept_if_any(ids[0], evidence)
    changes: list[Change] = [*attached]
    for one in deliverables:
        changes += step_to(one, "rejected", acting, reason, filed)
    says = headed(ids_in_short(ids), Text("Sent back", "退回整改"))
    return Edits(tuple(changes), "deliverable.reject", ids, says, acting.by, acting.on)


def _move(deliverable: Deliverable, verb: str) -> None:
    states = DELIVERABLE.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(DELIVERABLE, deliverable.id, deliverable.status, verb)
