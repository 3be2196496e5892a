"""Parties and managers: once something was agreed upon with them, they are replaced by a change request only."""

from __future__ import annotations

from pmkit.domain.parties import Party
from pmkit.domain.people import SIDES, Person, role_label
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.contracts import main_contract
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import MANAGER, is_bound, is_manager, replaced_by_change


def refuse_replacement(ws: Workspace, before: Person | None, after: Person) -> None:
    """Refuse to make another person the project manager, or the one there is something else, past change control.

    That somebody left is a fact, and stands; who comes in their place is a change. The first manager of a side is none.
    """
    was, is_ = before is not None and is_manager(before), is_manager(after)
    if was == is_ and (not was or before is None or before.side == after.side):
        return
    if was and before is not None and before.role == after.role and before.side == after.side:
        return  # has left
    others = [p for p in ws.people if p.id != after.id and p.role == MANAGER and p.side == after.side]
    if (not was and not others) or not is_bound(ws) or replaced_by_change(ws, after.id) is not None:
        return
    old = before if was and before is not None else others[0]
    new = after if is_ else None
    edits = f"--propose {old.id}.role=engineer" + (f" --propose {new.id}.role=pm" if new is not None else "")
    raise Refused(
        Text(
            en="{name} is the {role} of the {side}; a baseline or a signature stands, and replacing them is a change",
            zh="{name}为{side}{role}；已有进度基准或签认，更换须走变更",
        ).format(name=old.name, role=role_label(old.side, MANAGER), side=SIDES[old.side]),
        Text(
            en="pmkit change request --title '...' --type staff {edits}",
            zh="请提出变更：pmkit change request --title '……' --type staff {edits}",
        ).format(edits=edits),
    )


def refuse_party_change(ws: Workspace, before: Party, after: Party) -> None:
    """Refuse to make a party another one once a contract or a sign-off is signed: that is a contract change (L4)."""
    if (before.name, before.role) == (after.name, after.role):
        return
    if not is_bound(ws) and main_contract(ws) is None:
        return
    field = "name" if before.name != after.name else "role"
    value = after.name if field == "name" else after.role
    raise Refused(
        Text(
            en="{party} is bound by what is signed; that it is another one now is a contract change",
            zh="{party}已有签署文件，变更单位名称或角色属合同变更",
        ).format(party=before.name),
        Text(
            en="pmkit change request --title '...' --type contract --propose '{id}.{field}={value}'",
            zh="请提出变更：pmkit change request --title '……' --type contract --propose '{id}.{field}={value}'",
        ).format(id=before.id, field=field, value=value),
    )
