"""`pmkit change`: the noun, and how a change is shown, carried out and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli import change_decide, change_request
from pmkit.cli.change_decide import Evidence, EvidenceKind, received
from pmkit.cli.change_notes import clash_notes, computed_impact, next_step_of, price_notes
from pmkit.cli.generic import as_json, list_command, set_command, show, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, print_json
from pmkit.domain.changes import CHANGE, ChangeRequest
from pmkit.kernel.text import Text, display_width, pad

if TYPE_CHECKING:
    from pmkit.domain.kind import Record

app = group(tell(CHANGE.plural))
_Id = Annotated[str, typer.Argument(metavar="CR-ID")]


def _apply(s: Session, change_id: _Id) -> None:
    from pmkit.actions.changes import apply

    change = s.ws.get(change_id, ChangeRequest)
    edits = apply(s.ws, change, s.planned, s.next_id, s.acting)
    says = Text(en="changed: {ids}", zh="已修改：{ids}").format(ids=", ".join(edits.records[1:]))
    s.write(edits, *([says] if edits.records[1:] else []), then=next_step_of(s, change, "applied"))


def _show(s: Session, change_id: _Id) -> None:
    """The request as its file says it, then what is computed: level, who is missing, what it would touch."""
    from pmkit.workspace.approvals import level_in_force, missing_approvals

    if s.json:
        change = (s.whole if s.rev else s.ws).get(change_id, ChangeRequest)
        level = level_in_force(s.ws, change, s.planned)
        lacking = missing_approvals(s.ws, level, change.valid_approvals, settled=change.applied_on is not None)
        found = [{"label": {"en": c.label.en, "zh": c.label.zh}, "says": {"en": c.says.en, "zh": c.says.zh}}
                 for c in computed_impact(s, change)]  # fmt: skip
        data = as_json(change) | {"digest": change.digest, "level": level.id, "missing": lacking, "computed": found}
        print_json(data)
        return
    show(s, change_id)
    change = (s.whole if s.rev else s.ws).get(change_id, ChangeRequest)
    lines = computed_impact(s, change)
    if lines:
        out(h("\ncomputed today", "\n系统测算（按当前数据）"))
        width = max(display_width(tell(line.label)) for line in lines)
        for line in lines:
            out(f"  {pad(tell(line.label), width)}  {tell(line.says)}")
    for note in (*price_notes(s, change), *clash_notes(s, change)):
        out(f"  {tell(note)}")
    if change.status not in {"closed", "rejected", "withdrawn"}:
        out("\n" + tell(next_step_of(s, change)))


def _moved(s: Session, record: Record, status: str) -> Text:
    """What comes after a plain step of the workflow."""
    return next_step_of(s, s.ws.get(record.id, ChangeRequest), status)


def _verify(
    s: Session,
    change_id: _Id,
    failed: Annotated[
        bool,
        typer.Option("--failed", help=h("it is not right yet; say what with --note", "验证不通过，请用 --note 说明")),
    ] = False,
    note: Annotated[
        str | None, typer.Option(help=h("what was looked at, what is not right", "验证情况、不符合之处"))
    ] = None,
    evidence: Evidence = None,
    evidence_kind: EvidenceKind = None,
) -> None:
    from pmkit.actions.changes import verify

    change = s.ws.get(change_id, ChangeRequest)
    edits = verify(change, s.acting, failed=failed, note=note, evidence=received(evidence, evidence_kind))
    says = Text("not passed: put it right, then verify again", "验证不通过：整改后请重新验证")
    s.write(edits, then=says if failed else next_step_of(s, change, "verified"))


change_request.register(app)
change_decide.register(app)
command(app, "apply", h("Make exactly the approved edits", "按批准内容实施变更"), WRITING, aliases={"as_": "--by"})(
    _apply
)
command(
    app,
    "verify",
    h("Record what the look at the result showed", "记录实施结果的验证结论"),
    WRITING,
    aliases={"as_": "--by"},
)(_verify)
command(app, "show", h("Show a request and its computed impact", "查看变更申请及系统测算的影响"), AT_REVISION)(_show)
transitions(app, CHANGE, _moved)
list_command(app, CHANGE)
set_command(app)
