"""TEA: people who cannot be told apart, and work that nobody does any more."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.people import meant_role, role_label
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace


@check(
    "TEA201",
    "same-mail",
    severity="error",
    says=Text("{id} and {other} have the same e-mail {mail}", "{id} 与 {other} 的邮箱相同：{mail}"),
    fix=Text("give each an address of their own, or remove the double", "请分别填写各自的邮箱，或删除重复的人员"),
)
def same_mail(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Git's person is known by the address: steps and approvals would go to whoever stands first."""
    first: dict[str, str] = {}
    for person in ws.people:
        if person.email:
            other = first.setdefault(person.email.lower(), person.id)
            if other != person.id:
                yield hit(person.at("email"), person.id, id=person.id, other=other, mail=person.email)


@check(
    "TEA202",
    "owner-has-left",
    severity="warning",
    says=Text("{id} is open and owned by {who}, who has left", "{id} 尚未完成，而责任人{who}已离场"),
    fix=Text("`pmkit set {id} {field}=HANDLE`", "`pmkit set {id} {field}=代号`"),
)
def owner_has_left(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What somebody took along when leaving is missed at the next meeting."""
    gone = {person.id: person for person in ws.people if person.left}
    if not gone:
        return
    for record in ws.records.values():
        if _is_open(record, ctx):
            for field in ("owner", "customer_owner"):
                person = gone.get(getattr(record, field, None) or "")
                if person is not None:
                    yield hit(record.at(field), record.id, id=record.id, who=person.name, field=field)


def _is_open(record: Record, ctx: Context) -> bool:
    if isinstance(record, Task):
        return ctx.planned is None or ctx.planned.percent(record.id) < 100
    return isinstance(record, Tracked) and not record.is_closed


@check(
    "TEA210",
    "role-misspelt",
    severity="warning",
    says=Text("{id} has the role `{role}`, which signs for nothing", "{id} 的角色 `{role}` 没有任何签署权限"),
    fix=Text("did you mean `{meant}` ({label})?", "是否想写 `{meant}`（{label}）？"),
)
def role_misspelt(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Roles are free words, so a slip of the pen is a role too, and takes away the right to sign."""
    for person in ws.people:
        if (meant := meant_role(person.side, person.role)) is not None:
            label = role_label(person.side, meant)
            yield hit(person.at("role"), person.id, id=person.id, role=person.role, meant=meant, label=label)
