"""`pmkit acceptance handover`: what is handed over, line by line, and the customer's signature."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.deliverable import EVIDENCE, NOTE, received
from pmkit.cli.generic import noun
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command
from pmkit.domain.handovers import HANDOVER, SECTIONS, Handover

app = noun(HANDOVER)
_Id = Annotated[str, typer.Argument(metavar="HND-ID")]


def _line(
    s: Session,
    handover_id: _Id,
    lines: Annotated[
        list[str],
        typer.Argument(
            metavar="LINE...",
            help=h(
                "'NAME; MODEL; NUMBER; QUANTITY; PLACE; CONDITION'",
                "“名称；型号、版本；序列号、许可号；数量；位置；状态”",
            ),
        ),
    ],
    section: Annotated[str, typer.Option("--section", help=", ".join(SECTIONS))],
) -> None:
    from pmkit.actions.handovers import add_lines

    s.write(add_lines(s.ws, s.ws.get(handover_id, Handover), section, lines, s.acting))


def _sign(
    s: Session,
    handover_id: _Id,
    evidence: Annotated[str | None, EVIDENCE] = None,
    note: Annotated[str | None, NOTE] = None,
) -> None:
    from pmkit.actions.handovers import sign

    s.write(sign(s.ws, s.ws.get(handover_id, Handover), received(evidence), s.acting, note))


command(app, "line", h("Add lines", "增加清单行"), WRITING)(_line)
command(app, "sign", h("Record the customer's signature", "记录移交签收"), WRITING, aliases={"as_": "--by"})(_sign)
