"""`pmkit deliverable`: what is handed over, version by version, and what the customer says to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.generic import add_command, list_command, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, read_file
from pmkit.domain.deliverables import DELIVERABLE, Deliverable
from pmkit.domain.documents import Document
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.actions.evidence import Received

app = group(tell(DELIVERABLE.plural))
Ids = Annotated[list[str], typer.Argument(metavar="ID...")]
EVIDENCE = typer.Option(
    "--evidence", metavar="FILE", help=h("what shows it: a scan, a mail", "佐证材料（扫描件、邮件等）")
)
NOTE = typer.Option("--note", help=h("a remark to keep with it", "说明"))


def received(path: str | None) -> Received | None:
    """A file that was named as evidence."""
    from pmkit.actions.evidence import Received

    return Received(Path(path).name, read_file(path)) if path else None


def _chosen(s: Session, ids: list[str]) -> list[Deliverable]:
    from pmkit.workspace.model import normal_id

    return [s.ws.get(one, Deliverable) for one in dict.fromkeys(map(normal_id, ids))]


def _submit(
    s: Session,
    deliverable_id: Annotated[str, typer.Argument(metavar="DLV-ID")],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|URL]", help=h("the file, or an address", "文件，或外部地址"))
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="DOC-ID", help=h("a released document of the register", "已发布的登记文件")),
    ] = None,
    version: Annotated[
        str | None, typer.Option(help=h("its version (default: the next)", "版本（默认为下一个）"))
    ] = None,
    outside: Annotated[
        bool, typer.Option("--outside", help=h("leave the file where it is", "文件留在原处，不复制到项目目录"))
    ] = False,
    note: Annotated[str | None, NOTE] = None,
) -> None:
    from pmkit.actions.deliverables import submit
    from pmkit.cli.document import source_of

    source = source_of(s, file, outside=outside) if file else None
    registered = s.ws.get(document, Document) if document else None
    edits = submit(s.ws.get(deliverable_id, Deliverable), source, registered, version, note, s.acting)
    then = usage(f"pmkit deliverable accept {edits.records[0]} --by HANDLE --evidence FILE")
    s.write(edits, then=Text(en="next: {command}", zh="下一步：{command}").format(command=then))


def _reject(
    s: Session,
    deliverable_ids: Ids,
    reason: Annotated[str, typer.Option("--reason", help=h("what has to be mended", "退回原因、需整改内容"))],
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.deliverables import reject

    s.write(reject(_chosen(s, deliverable_ids), reason, received(evidence), s.acting))


add_command(app, DELIVERABLE)
command(app, "submit", h("Hand over a version", "提交版本"), WRITING)(_submit)
command(app, "reject", h("Record that it went back", "记录退回整改"), WRITING, aliases={"as_": "--by"})(_reject)
list_command(app, DELIVERABLE)
show_command(app)
set_command(app)
transitions(app, DELIVERABLE)
