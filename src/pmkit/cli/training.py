"""`pmkit training`: sessions, who came, how it went."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    ask_missing,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.interview import people_of
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.training import TRAINING, Training
from pmkit.kernel.text import Text

app = group(tell(TRAINING.plural))
_AFTER = {"came", "result", "improve"}
_OF_PLAN = {k: v for k, v in options_of(TRAINING).items() if v[0] not in _AFTER}
_OF_RECORD = {
    k: v for k, v in options_of(TRAINING).items() if v[0] in _AFTER | {"time", "hours", "place", "expected", "material"}
}


def _plan(
    s: Session,
    invite: Annotated[
        list[str] | None,
        typer.Option(
            "--invite",
            metavar="NAME,NAME",
            help=h(
                "who is expected: handles or names; may be repeated", "应到人员（代号或姓名），可用逗号分隔；可重复"
            ),
        ),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.training import plan

    given = {_OF_PLAN[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = plan(s.ws, ask_missing(TRAINING, given), people_of(invite), s.next_id, s.acting)
    then = Text("next: pmkit report attendance {id}", "下一步（打印签到表）：pmkit report attendance {id}")
    s.write(edits, then=then.format(id=edits.records[0]))


def _record(
    s: Session,
    training_id: Annotated[str, typer.Argument(metavar="TRN-ID")],
    present: Annotated[
        list[str] | None,
        typer.Option(
            "--present",
            metavar="NAME[=85[/5]]",
            help=h(
                "who came, with assessment (0-100) and feedback (1-5); may be repeated",
                "到场人员，可带考核得分（0-100）和学员评分（1-5）；可重复，可用逗号分隔",
            ),
        ),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.training import record

    given = {_OF_RECORD[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = record(s.ws, s.ws.get(training_id, Training), given, people_of(present), s.acting, dated=s.on is not None)
    then = Text("next: pmkit report training {id}", "下一步：pmkit report training {id}")
    s.write(edits, then=then.format(id=edits.records[0]))


command(app, "plan", h("Plan a training session", "安排培训"), WRITING)(with_options(_plan, _OF_PLAN))
command(app, "record", h("Record who came and how it went", "记录培训情况"), WRITING)(with_options(_record, _OF_RECORD))
list_command(app, TRAINING)
show_command(app)
set_command(app)
transitions(app, TRAINING)
