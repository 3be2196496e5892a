"""`pmkit issue`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    add_command,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.issues import ISSUE, Issue
from pmkit.domain.kind import Record
from pmkit.domain.people import Person
from pmkit.domain.risks import Risk
from pmkit.kernel.text import Text

app = group(tell(ISSUE.plural))
_NEXT = {
    "analysing": Text(
        "next, once the cause is known: pmkit issue analyse {id} --cause ...",
        "查明原因后：pmkit issue analyse {id} --cause 原因",
    ),
    "solving": Text(
        "next: pmkit issue resolve {id} --action ...", "下一步：pmkit issue resolve {id} --action 解决措施"
    ),
    "resolved": Text("next: pmkit issue verify {id} --by HANDLE", "下一步：pmkit issue verify {id} --by 验证人代号"),
}


def _next(_: Session, record: Record, reached: str) -> Text | None:
    if reached == "resolved" and getattr(record, "status", "") == "resolved":
        return Text("next: pmkit issue close {id}", "下一步：pmkit issue close {id}").format(id=record.id)
    following = _NEXT.get(reached)
    return following.format(id=record.id) if following else None


def _from_risk(
    s: Session, risk_id: Annotated[str, typer.Argument(metavar="RSK-ID")],
    note: Annotated[str | None, typer.Option(help=h("what happened", "发生情况"))] = None,
    **values: Any,
) -> None:  # fmt: skip
    from pmkit.actions.issues import open_from_risk

    given = {_OF_RISK[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = open_from_risk(s.whole, s.ws.get(risk_id, Risk), given, s.next_id, s.acting, note)
    s.write(edits, then=_NEXT["analysing"].format(id=edits.records[0]))


def _escalate(
    s: Session,
    issue_id: Annotated[str, typer.Argument(metavar="ISS-ID")],
    to: Annotated[str, typer.Option("--to", metavar="HANDLE", help=h("whom it is put before", "上报对象"))],
    note: Annotated[str | None, typer.Option(help=h("what is asked of them", "请求事项"))] = None,
) -> None:
    from pmkit.actions.issues import escalate

    s.write(escalate(s.ws.get(issue_id, Issue), s.ws.get(to, Person), note, s.acting))


_OF_RISK = {name: found for name, found in options_of(ISSUE).items() if found[0] not in {"from", "notes", "tags"}}
add_command(app, ISSUE, "open")
command(app, "from-risk", h("Open the issue that a risk became", "风险发生，转为问题"), WRITING)(
    with_options(_from_risk, _OF_RISK)
)
list_command(app, ISSUE)
show_command(app)
set_command(app)
transitions(app, ISSUE, _next)
command(app, "escalate", h("Put it before somebody higher up", "上报"), WRITING, aliases={"as_": "--by"})(_escalate)
