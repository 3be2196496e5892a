"""`pmkit change request` and `propose`: what is to change, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.change_notes import clash_notes, next_step_of
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, read_file
from pmkit.domain.changes import ChangeRequest
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.workspace.edits import Edits

_Id = Annotated[str, typer.Argument(metavar="CR-ID")]
_Propose = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID.FIELD=VALUE|@FILE",
        help=h("an edit (also += and -=); may be repeated", "拟修改内容（也可用 += 和 -=）；可重复"),
    ),
]
_Add = Annotated[
    list[str] | None,
    typer.Option(
        "--add-requirement",
        metavar="FILE.yaml",
        help=h("a requirement to add; may be repeated", "拟新增的需求；可重复"),
    ),
]
_Withdraw = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help=h("a requirement to withdraw; may be repeated", "拟撤销的需求；可重复")),
]
Implementation = Annotated[str | None, typer.Option(help=h("how it would be done", "实施方案"))]
Implementer = Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who would do it", "实施人"))]
PlannedFinish = Annotated[str | None, typer.Option(metavar="DATE", help=h("done by", "计划完成日期"))]


def _request(
    s: Session,
    title: Annotated[str, typer.Option(help=h("what is to change, in a few words", "变更名称"))],
    reason: Annotated[str | None, typer.Option(help=h("why", "变更原因"))] = None,
    affects: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=h("what it touches; may be repeated", "影响对象；可重复"))
    ] = None,
    requested_by: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who asked", "提出人"))] = None,
    propose: _Propose = None,
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            help=h(
                "requirement, design, schedule, price, equipment, staff, contract",
                "变更类别：requirement、design、schedule、price、equipment、staff、contract",
            ),
        ),
    ] = None,
    urgency: Annotated[
        str | None, typer.Option(help=h("normal, urgent, emergency", "紧急程度：normal、urgent、emergency"))
    ] = None,
    decision_by: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("decision needed by", "要求答复日期"))
    ] = None,
    alternatives: Annotated[
        str | None, typer.Option(help=h("alternatives, effect of not changing", "备选方案及不变更的后果"))
    ] = None,
    add_requirement: _Add = None,
    withdraw: _Withdraw = None,
    implementation: Implementation = None,
    implementer: Implementer = None,
    planned_finish: PlannedFinish = None,
) -> None:
    from pmkit.actions.changes import request
    from pmkit.workspace.model import normal_id

    given = {
        "title": title, "reason": reason, "requested_by": requested_by, "type": type_, "urgency": urgency,
        "decision_by": decision_by, "alternatives": alternatives, "implementation": implementation,
        "implementer": implementer, "planned_finish": planned_finish,
        "affects": [normal_id(one) for text in affects or [] for one in text.split(",")],
    }  # fmt: skip
    values = {key: value for key, value in given.items() if value}
    edits = request(s.ws, values, _proposal(propose, add_requirement, withdraw), s.next_id, s.acting)
    made = _as_written(edits)
    s.write(edits, *clash_notes(s, made), then=next_step_of(s, made))


def _propose(
    s: Session,
    change_id: _Id,
    propose: _Propose = None,
    add_requirement: _Add = None,
    withdraw: _Withdraw = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID.FIELD|ID|TITLE",
            help=h("take an edit, a withdrawal or an added record out again", "删去一项修改、撤销或新增"),
        ),
    ] = None,
) -> None:
    from pmkit.actions.changes import propose as change_proposal

    change = s.ws.get(change_id, ChangeRequest)
    edits = change_proposal(s.ws, change, _proposal(propose, add_requirement, withdraw), drop or [], s.acting)
    s.write(edits, then=next_step_of(s, change))


def _proposal(propose: list[str] | None, add: list[str] | None, withdraw: list[str] | None) -> Any:
    from pmkit.actions.changes import Proposal
    from pmkit.workspace.model import normal_id

    added = [("requirement", fields) for path in add or [] for fields in _records_in(path)]
    gone = [normal_id(one) for text in withdraw or [] for one in text.split(",")]
    return Proposal(_proposals(propose or []), added, gone)


def _records_in(path: str) -> list[Any]:
    """The records that a YAML file holds: one mapping, or a list of them."""
    value = _yaml(path)
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(item, dict) for item in found):
        raise UsageError(
            Text(en="{path} holds no record", zh="{path} 中没有记录").format(path=path),
            Text("write its fields: `title: ...`, `statement: ...`", "请写出字段：`title: ……`、`statement: ……`"),
        )
    return found


def _yaml(path: str) -> Any:
    """What a YAML file says. Raises UsageError, BadWorkspace."""
    from pmkit.kernel.errors import BadWorkspace
    from pmkit.store.yaml_text import decode, parse

    content, findings = decode(read_file(path), path)
    value, more = parse(content, path) if content is not None else (None, [])
    if findings or more:
        raise BadWorkspace(
            Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=path), None, [*findings, *more]
        )
    return value


def _as_written(edits: Edits) -> ChangeRequest:
    """The request as it will stand once the edits are made."""
    from pmkit.domain.problems import validated
    from pmkit.workspace.edits import Create

    data = next(c.data for c in edits.changes if isinstance(c, Create))
    return validated(ChangeRequest, {"id": edits.records[0], **data})


def _proposals(given: list[str]) -> list[Any]:
    """What `--propose` says: assignments, and the edits listed in the files that `@` names."""
    found: list[Any] = []
    for text in given:
        if not text.startswith("@"):
            found.append(text)
            continue
        path = text[1:]
        value = _yaml(path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise UsageError(
                Text(en="{path} is not a list of edits", zh="{path} 不是变更内容列表").format(path=path),
                Text.same("- {record: REQ-001, field: statement, to: ...}"),
            )
        found += value
    return found


def register(app: typer.Typer) -> None:
    """The commands that write a request."""
    command(app, "request", h("Request a change", "提出变更申请"), WRITING, aliases={"as_": "--by"})(_request)
    command(app, "propose", h("Change what a draft proposes", "修改草稿的变更内容"), WRITING, aliases={"as_": "--by"})(
        _propose
    )
