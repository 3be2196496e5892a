"""`pmkit warranty`: start, inspections, end."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.deliverable import EVIDENCE, NOTE, received
from pmkit.cli.generic import (
    NOT_GIVEN,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.warranties import WARRANTY, Warranty
from pmkit.kernel.text import Text

app = group(tell(WARRANTY.plural))
_Which = Annotated[str | None, typer.Option("--warranty", metavar="WAR-ID", help=h("which one", "质保编号"))]
_FIELDS = options_of(WARRANTY)
_BY = {"as_": "--by"}


def _chosen(s: Session, which: str | None) -> Warranty:
    from pmkit.actions.warranties import only

    return s.whole.get(which, Warranty) if which else only(s.whole)


def _start(s: Session, **values: Any) -> None:
    from pmkit.actions.warranties import start

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(start(s.whole, given, s.next_id, s.acting))


def _inspect(
    s: Session,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=h("what was inspected", "巡检内容"))],
    which: _Which = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="HANDLE", help=h("who was there of the customer", "客户方人员"))
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            "--defect",
            metavar="'TEXT; SEVERITY; HANDLE; DATE'",
            help=h(
                "open an issue for what is wrong; may be repeated",
                "将发现的问题登记（内容；严重程度；责任人；期限）；可重复",
            ),
        ),
    ] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.warranties import inspect

    said = {"text": text} | ({"customer": s.whole.get(customer).id} if customer else {})
    edits = inspect(s.whole, _chosen(s, which), said, defect or [], received(evidence), s.next_id, s.acting)
    s.write(edits)


def _end(
    s: Session,
    which: Annotated[str | None, typer.Argument(metavar="[WAR-ID]")] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
    note: Annotated[str | None, NOTE] = None,
) -> None:
    from pmkit.actions.warranties import end

    warranty = _chosen(s, which)
    edits = end(s.whole, warranty, received(evidence), s.acting, note)
    then = Text("the certificate: pmkit report warranty {id}", "质保期满证明：pmkit report warranty {id}")
    s.write(edits, then=then.format(id=warranty.id))


command(app, "start", h("Start the warranty", "质保期开始"), WRITING)(with_options(_start, _FIELDS))
command(app, "inspect", h("Record an inspection", "记录巡检"), WRITING, aliases=_BY)(_inspect)
command(app, "end", h("End the warranty, release the retention", "质保期满，释放质保金"), WRITING, aliases=_BY)(_end)
list_command(app, WARRANTY)
show_command(app)
set_command(app)
transitions(app, WARRANTY)
