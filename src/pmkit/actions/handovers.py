"""Handover lists: lines are added, and the customer signs for the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pmkit.actions.evidence import Received, customer, demanded
from pmkit.actions.records import filled, step_to
from pmkit.domain.handovers import HANDOVER, SECTIONS, Handover
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Edits, headed
from pmkit.workspace.model import Workspace

_PARTS = ("name", "model", "number", "quantity", "place", "condition")
_PASSWORD = re.compile(r"(?i)\b(password|passwd|pwd)\s*[:=：]|(密码|口令)\s*[:=：为是]")


def add_lines(ws: Workspace, handover: Handover, section: str, lines: Sequence[str], acting: Acting) -> Edits:
    """Lines of a section: `NAME; MODEL; NUMBER; QUANTITY; PLACE; CONDITION`. Refused for a password."""
    if handover.status != "draft":
        raise Refused(Text(en="{id} is signed", zh="{id} 已签收").format(id=handover.id))
    forms = {form.casefold(): key for key, word in SECTIONS.items() for form in (key, word.en, word.zh)}
    code = forms.get(section.casefold())
    if code is None:
        raise UsageError(
            Text(en="there is no section `{name}`", zh="没有类别“{name}”").format(name=section),
            Text.join(Text(key, f"{key}（{word.zh}）") for key, word in SECTIONS.items()),
        )
    rows = []
    for text in lines:
        if _PASSWORD.search(text):
            raise Refused(
                Text("passwords are never written down here", "移交清单不得记录密码"),
                Text("hand them over sealed; they are changed on receipt", "密码另行密封移交，接收后立即修改"),
            )
        parts = [part.strip() for part in re.split(r"[;；]", text)]
        if len(parts) > len(_PARTS) or not parts[0]:
            raise UsageError(
                Text(en="`{text}` has too many parts", zh="`{text}` 项数过多").format(text=text),
                Text(
                    "NAME; MODEL; NUMBER; QUANTITY; PLACE; CONDITION",
                    "名称；型号、版本；序列号、许可号；数量；位置；状态",
                ),
            )
        rows.append({"section": code, **{k: v for k, v in zip(_PARTS, parts, strict=False) if v}})
    filled(ws, handover, {"lines": rows})  # says what is wrong
    at = handover.at("lines")
    changes: list[Change] = [Append(at.path, at.keys, row) for row in rows]
    says = Text("Add {n} lines: {section}", "新增 {n} 行：{section}").format(n=len(rows), section=SECTIONS[code])
    return Edits(tuple(changes), "handover.line", (handover.id,), headed(handover.id, says), acting.by, acting.on)


def sign(ws: Workspace, handover: Handover, evidence: Received | None, acting: Acting, note: str | None) -> Edits:
    """The customer (`acting.by`) signs that everything was received."""
    states = HANDOVER.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(HANDOVER, handover.id, handover.status, "sign")
    person = customer(ws, acting.by)
    if not handover.lines:
        raise Refused(
            Text(en="{id} is empty", zh="{id} 没有内容").format(id=handover.id),
            Text.same(f"pmkit acceptance handover line {handover.id} --section documents ..."),
        )
    filed: dict[str, Any]
    filed, attached = demanded(handover.id, evidence, Text("a handover", "移交签收"))
    changes = (*attached, *step_to(handover, "handed_over", acting, note, filed))
    says = headed(handover.id, Text("Received by {who}", "{who}签收").format(who=person.name))
    return Edits(changes, "handover.sign", (handover.id,), says, acting.by, acting.on)
