"""`pmkit comm`: what was said on the phone, in a message, at a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmkit.cli.generic import list_command, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, read_file
from pmkit.domain.communications import CHANNELS, COMMUNICATION
from pmkit.kernel.text import Text

app = group(tell(COMMUNICATION.plural))


def _log(
    s: Session,
    channel: Annotated[str, typer.Option(help=h(", ".join(CHANNELS), f"方式：{'、'.join(CHANNELS)}"))],
    summary: Annotated[str, typer.Option(help=h("what was said", "沟通要点"))],
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="HANDLE", help=h("the other side; may be repeated", "对方人员；可重复")),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="HANDLE", help=h("our side; may be repeated", "我方人员；可重复")),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help=h("the subject (default: the summary's beginning)", "主题（默认取要点开头）"))
    ] = None,
    clock: Annotated[str | None, typer.Option("--time", metavar="09:30", help=h("time of day", "时刻"))] = None,
    position: Annotated[str | None, typer.Option(help=h("what they think of it", "对方意见"))] = None,
    promise: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help=h(
                "'TEXT @HANDLE DATE': becomes an action item; may be repeated",
                "“事项 @代号 日期”：同时建立待办；可重复",
            ),
        ),
    ] = None,
    follow_up: Annotated[str | None, typer.Option(help=h("what comes next", "后续安排"))] = None,
    about: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=h("records it is about; may be repeated", "涉及的记录；可重复")),
    ] = None,
    attach: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help=h("screenshot, recording, mail; may be repeated", "截图、录音、邮件；可重复")
        ),
    ] = None,
    visibility: Annotated[
        str | None, typer.Option(help=h("internal or customer", "internal（内部）或 customer（客户可见）"))
    ] = None,
) -> None:
    from pmkit.actions.communications import log
    from pmkit.actions.evidence import Received
    from pmkit.workspace.model import normal_id

    given = {
        "title": title, "channel": channel, "summary": summary, "with": _people(with_), "by": _people(by),
        "position": position, "follow_up": follow_up, "about": [normal_id(one) for one in about or []],
        "visibility": visibility,
    }  # fmt: skip
    received = [Received(Path(path).name, read_file(path)) for path in attach or []]
    edits = log(s.ws, {k: v for k, v in given.items() if v}, clock, promise or [], received, s.next_id, s.acting)
    then = Text("next: pmkit send {id}", "下一步：pmkit send {id}").format(id=edits.records[0])
    s.write(edits, then=then)


def _people(given: list[str] | None) -> list[str]:
    return [one.strip() for text in given or [] for one in text.replace("，", ",").split(",") if one.strip()]


command(app, "log", h("Log what was said", "记录一次沟通"), WRITING)(_log)
list_command(app, COMMUNICATION)
show_command(app)
set_command(app)
transitions(app, COMMUNICATION)
