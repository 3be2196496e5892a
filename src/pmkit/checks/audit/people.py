"""Project managers who came or went past change control."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.audit.base import Remembered, Suspicion, found, is_adopted
from pmkit.checks.audit.rules import MANAGER_REPLACED
from pmkit.domain.people import Person, role_label
from pmkit.kernel.text import Text
from pmkit.workspace.history import Deed, Moment
from pmkit.workspace.parties import MANAGER, is_bound, is_manager, replaced_by_change


def managers(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """Somebody became project manager, or ceased to be it, after a baseline or signature and by no applied change."""
    olds = [old for old in deed.was(Person) if old is not None]
    now = deed.after if isinstance(deed.after, Person) else None
    if now is None or is_adopted(moment) or remembered.undoes(moment, deed):
        return
    is_ = is_manager(now)
    was = bool(olds) and all(is_manager(old) for old in olds)
    if any(is_manager(old) == is_ for old in olds) or (not olds and not is_) or (was and now.left):
        return
    ws = moment.workspace
    others = ws is not None and any(p.id != now.id and p.role == MANAGER and p.side == now.side for p in ws.people)
    if ws is None or not is_bound(ws) or (not was and not others) or replaced_by_change(ws, now.id) is not None:
        return
    role = role_label(now.side, MANAGER)
    what = (
        Text(en="became {role}", zh="担任{role}").format(role=role)
        if is_
        else Text(en="ceased to be {role}", zh="不再担任{role}").format(role=role)
    )
    yield found(moment, MANAGER_REPLACED, deed.path, now.id, "role", id=now.id, who=now.name, what=what)
