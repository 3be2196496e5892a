"""`pmkit paper`: where each signed document lies between printing and filing, and what it still lacks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.generic import on_terminal
from pmkit.cli.language import h, language
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, parse_date, print_json, read_file
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.actions.evidence import Received
    from pmkit.actions.papers import Told
    from pmkit.domain.kind import Record
    from pmkit.domain.papers import Event

app = group(h("Signed papers: sent, signed, sealed, filed", "纸质文件：送签、签字、盖章、归档"))
Ids = Annotated[list[str], typer.Argument(metavar="ID...")]
Party = Annotated[
    str | None,
    typer.Option(metavar="PARTY", help=h("contractor, supervisor, owner, ...", "单位：承建单位、监理单位、建设单位等")),
]
Copies = Annotated[str | None, typer.Option(metavar="N", help=h("how many originals", "份数"))]
Scan = Annotated[
    str | None, typer.Option(metavar="FILE", help=h("the scan, kept with its hash", "扫描件，随校验码保存"))
]
At = Annotated[str | None, typer.Option("--at", metavar="PLACE", help=h("where the original lies now", "原件现存何处"))]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help=h("a remark of ours", "我方说明"))]
Remarks = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help=h("what the signer wrote on it by hand", "签署人手写的意见或保留条件")),
]
Owner = Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who settles the remarks", "手写意见由谁落实"))]
Due = Annotated[
    str | None, typer.Option(metavar="DATE", help=h("until when the remarks are settled", "手写意见的落实期限"))
]
About = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID", help=h("signed record that the remarks are about; may be repeated", "意见所涉记录编号；可重复")
    ),
]


def _send(
    s: Session,
    record_ids: Ids,
    party: Party = None,
    copies: Copies = None,
    pages: Annotated[
        str | None, typer.Option(metavar="N", help=h("pages of the document", "文件页数，用于提示骑缝章"))
    ] = None,
    reply_by: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("when it should be back", "要求返回日期"))
    ] = None,
    no_seal: Annotated[bool, typer.Option("--no-seal", help=h("it wants no seals", "只签字，不盖章"))] = False,
    at: At = None,
    note: Note = None,
) -> None:
    from pmkit.actions.papers import Told
    from pmkit.workspace.model import normal_id

    told = Told(
        party=_party(party), copies=_number(copies), pages=_number(pages, 9999), kept_at=at, note=note,
        due=parse_date(reply_by) if reply_by else None,
        unsealed=[normal_id(one) for one in record_ids if no_seal or _wants_no_seal(s, normal_id(one))],
    )  # fmt: skip
    _write(s, record_ids, "sent", told)


def _wants_no_seal(s: Session, record_id: str) -> bool:
    """True for a change of a level whose evidence need not be sealed."""
    from pmkit.domain.changes import ChangeRequest
    from pmkit.workspace.approvals import level_of

    change = s.ws.find(record_id, ChangeRequest)
    return change is not None and level_of(s.ws, change, s.planned).accepts("scan")


def _signed(
    s: Session,
    record_ids: Ids,
    party: Party = None,
    copies: Copies = None,
    scan: Scan = None,
    at: At = None,
    remarks: Remarks = None,
    owner: Owner = None,
    due: Due = None,
    about: About = None,
    note: Note = None,
) -> None:
    _write(s, record_ids, "signed", _told(s, party, copies, None, scan, at, remarks, owner, due, about, note))


def _sealed(
    s: Session,
    record_ids: Ids,
    party: Party = None,
    seal: Annotated[
        str | None,
        typer.Option(
            metavar="SEAL", help=h("company, contract, project, electronic", "公章、合同专用章、项目章、电子签章")
        ),
    ] = None,
    copies: Copies = None,
    scan: Scan = None,
    at: At = None,
    remarks: Remarks = None,
    owner: Owner = None,
    due: Due = None,
    about: About = None,
    note: Note = None,
) -> None:
    _write(s, record_ids, "sealed", _told(s, party, copies, seal, scan, at, remarks, owner, due, about, note))


def _return(s: Session, record_ids: Ids, note: Note = None, party: Party = None, scan: Scan = None) -> None:
    from pmkit.actions.papers import Told

    if not note:
        raise UsageError(
            Text("why did it come back?", "请写明退回原因"), Text("add `--note TEXT`", "请加 `--note 文本`")
        )
    _write(s, record_ids, "returned", Told(party=_party(party), note=note, scan=_received(scan)))


def _file(
    s: Session,
    record_ids: Ids,
    at: At = None,
    copies: Copies = None,
    scan: Scan = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=h("although signatures are missing", "签字不全也先归档"))
    ] = False,
    note: Note = None,
) -> None:
    from pmkit.actions.papers import Told

    told = Told(copies=_number(copies), kept_at=at, scan=_received(scan), note=note, anyway=anyway)
    _write(s, record_ids, "filed", told)


def _told(
    s: Session, party: str | None, copies: str | None, seal: str | None, scan: str | None, at: str | None,
    remarks: str | None, owner: str | None, due: str | None, about: list[str] | None, note: str | None,
) -> Told:  # fmt: skip
    """What was said of a signature; who settles the remarks, and until when, is asked for on a terminal."""
    from pmkit.actions.papers import Told, seal_called
    from pmkit.workspace.model import normal_id

    if remarks and on_terminal():
        owner = owner or str(typer.prompt(h("Who settles the remarks", "手写意见由谁落实（代号）"), err=True)).strip()
        due = due or str(typer.prompt(h("Until when", "落实期限（2026-03-20）"), err=True)).strip()
    return Told(
        party=_party(party), copies=_number(copies), seal=seal_called(s.ws, seal) if seal else None,
        scan=_received(scan), kept_at=at, remarks=remarks, owner=owner, note=note,
        settle_by=parse_date(due) if due else None, about=[normal_id(one) for one in about or []],
    )  # fmt: skip


def _party(said: str | None) -> str | None:
    from pmkit.actions.papers import party_called

    return party_called(said) if said else None


def _number(said: str | None, most: int = 99) -> int | None:
    if said is None:
        return None
    if not said.isdigit() or not 0 < int(said) <= most:
        raise UsageError(Text(en="`{n}` is no number of them", zh="`{n}` 不是有效的数量").format(n=said))
    return int(said)


def _received(path: str | None) -> Received | None:
    from pmkit.actions.evidence import Received

    return Received(Path(path).name, read_file(path), "scan") if path else None


def _write(s: Session, record_ids: list[str], what: Event, told: Told) -> None:
    from pmkit.actions.papers import handle
    from pmkit.workspace.model import normal_id

    records: list[Record] = [s.ws.get(one) for one in dict.fromkeys(map(normal_id, record_ids))]
    edits = handle(s.ws, records, what, told, s.next_id, s.acting)
    s.write(edits, _said(edits.subject), *_notes(s, edits.records, what, told))


def _said(subject: Text) -> Text:
    """What was recorded, and with which party, without the ids before it."""
    return Text(en=subject.en.partition(": ")[2], zh=subject.zh.partition("：")[2])


def _notes(s: Session, ids: tuple[str, ...], what: Event, told: Told) -> list[Text]:
    """What a person should think of now."""
    notes = []
    if what == "sent" and told.pages:
        first = s.ws.project.paper.perforation_from_pages
        if told.pages >= first and not set(ids) <= set(told.unsealed):
            notes.append(
                Text(en="{n} pages: ask for the perforation seal", zh="共 {n} 页，请在盖章时加盖骑缝章").format(
                    n=told.pages
                )
            )
    if told.seal == "project":
        notes.append(
            Text(
                "a project seal binds less than a company or contract seal; see your contract",
                "项目章的效力弱于公章和合同专用章，请核对合同约定",
            )
        )
    if what in {"signed", "sealed"} and told.remarks:
        notes.append(
            Text(
                "the remarks are kept as something to settle, see `pmkit todo`",
                "手写意见已转为待落实事项，见 `pmkit todo`",
            )
        )
    if what in {"signed", "sealed"} and any(one.startswith("SGN-") for one in ids):
        notes += [note for one in ids if (note := _to_record(s, one))]
    return notes


def _to_record(s: Session, record_id: str) -> Text | None:
    """What the sign-off itself still wants: the paper is one thing, what was agreed another."""
    from pmkit.domain.signoffs import SignOff
    from pmkit.workspace.papers import party_of

    signoff = s.ws.find(record_id, SignOff)
    if signoff is None or signoff.status != "prepared" or party_of(s.ws, s.acting.by) != "owner":
        return None
    return Text(
        en="then `pmkit signoff record {id} --by {who} --evidence FILE` puts it in force",
        zh="随后执行 `pmkit signoff record {id} --by {who} --evidence 文件`，签认即生效",
    ).format(id=record_id, who=s.acting.by)


def _list(
    s: Session,
    only_open: Annotated[
        bool, typer.Option("--open", help=h("only what still lacks something", "只列尚未办结的"))
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    from pmkit.output.papers import papers_json, papers_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.papers import open_papers, paper_standings

    day = parse_date(as_of) if as_of else s.today
    found = list(open_papers(s.ws)) if only_open else paper_standings(s.ws)
    if s.json:
        print_json(papers_json(s.ws, found, day))
    elif not found:
        out(h("no paper is under way", "没有办理中的纸质文件") if only_open else h("no papers", "没有纸质文件"))
    else:
        sys.stdout.write(papers_text(found, day, language(), terminal_width()))


BY = {"as_": "--by"}
command(app, "send", h("Record that it went to be signed", "记录送签"), WRITING)(_send)
command(app, "signed", h("Record a signature", "记录签字"), WRITING, aliases=BY)(_signed)
command(app, "sealed", h("Record a seal", "记录盖章"), WRITING, aliases=BY)(_sealed)
command(app, "return", h("Record that it came back for correction", "记录退回"), WRITING)(_return)
command(app, "file", h("Record that the original is filed", "记录原件归档"), WRITING)(_file)
command(app, "list", h("Where each paper is and what it lacks", "列出纸质文件的位置与所缺"), AT_REVISION)(_list)
