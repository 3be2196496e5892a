"""Files that came back from the customer: how they are kept and named in a record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from pmkit.domain.approval import EVIDENCE, evidence_kind
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Attach
from pmkit.workspace.layout import evidence_path
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came back from the customer: its name, its bytes, and what it is where a person said so."""

    name: str
    content: bytes
    kind: str | None = None

    @property
    def known_kind(self) -> str:
        """What it is as evidence: as said, else by its ending. Raises UsageError for a word that is none."""
        kind = self.kind or evidence_kind(self.name)
        if kind not in EVIDENCE:
            raise UsageError(
                Text(en="no such kind of evidence: {kind}", zh="没有这种佐证材料：{kind}").format(kind=kind),
                Text.join(Text.same(k) for k in EVIDENCE),
            )
        return kind


def kept(record_id: str, received: Received) -> tuple[dict[str, Any], Attach]:
    """The evidence as a record names it, with its SHA-256, and the file to be kept. UsageError for an empty one."""
    if not received.content:
        raise UsageError(Text(en="{name} is empty", zh="{name} 是空文件").format(name=received.name))
    path = evidence_path(record_id, received.name)
    data = {"file": path, "sha256": hashlib.sha256(received.content).hexdigest()}
    if received.kind:
        data["kind"] = received.known_kind
    return data, Attach(path, received.content)


def kept_if_any(record_id: str, received: Received | None) -> tuple[dict[str, Any] | None, tuple[Attach, ...]]:
    """The same where evidence may be missing."""
    if received is None:
        return None, ()
    data, attach = kept(record_id, received)
    return data, (attach,)


def demanded(record_id: str, received: Received | None, what: Text) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """The same where evidence may not be missing. Refused without it; `what`: what has to be shown."""
    if received is None:
        raise Refused(
            Text(en="{what} needs evidence", zh="{what}需要佐证材料").format(what=what),
            Text("add `--evidence FILE`, the scan or mail that shows it", "请加 `--evidence 文件`（扫描件或邮件）"),
        )
    data, attach = kept(record_id, received)
    return data, (attach,)


def customer(ws: Workspace, handle: str, otherwise: Text | None = None) -> Person:
    """The person of the customer's side with this handle. Refused for anybody else; `otherwise`: what to do then."""
    person = ws.find(handle, Person)
    if person is None or person.side != "customer":
        raise Refused(
            Text(en="{who} does not speak for the customer", zh="{who}不代表建设单位").format(
                who=person.name if person else handle
            ),
            otherwise or Text("name somebody of the customer's side with `--by`", "请用 `--by` 指明建设单位的人员"),
        )
    return person
