"""`pmkit document`: the register of documents, their versions, and what is still missing."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, list_command, options_of, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, out, print_json, read_file
from pmkit.domain.documents import DOCUMENT, FIRST, Document
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.actions.documents import Source
    from pmkit.workspace.documents import Named, Need

app = group(tell(DOCUMENT.plural))
_BY_COMMAND = frozenset({"file", "place", "sha256", "size", "dated", "sealed", "original"})  # what the commands write
_fields = {name: field for name, field in options_of(DOCUMENT).items() if field[0] not in _BY_COMMAND}
_Id = Annotated[str, typer.Argument(metavar="DOC-ID")]
_File = Annotated[
    str | None, typer.Argument(metavar="[FILE|URL]", help=h("the file, or an address", "文件，或外部地址"))
]
_Outside = Annotated[
    bool, typer.Option("--outside", help=h("leave the file where it is", "文件留在原处，不复制到项目目录"))
]


def _register(s: Session, file: str | None, outside: bool, **values: Any) -> None:
    from pmkit.actions.documents import register
    from pmkit.cli.generic import ask_missing

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    source = source_of(s, file, outside=outside) if file else None
    if source is not None and source.called:
        given.setdefault("title", source.called)
    edits = register(s.ws, ask_missing(DOCUMENT, {"version": FIRST, **given}), source, s.next_id, s.acting)
    s.write(edits, *_what_next(edits.records[0]))


def _what_next(record_id: str) -> list[Text]:
    return [
        Text("next: pmkit document submit {id}", "下一步：pmkit document submit {id}").format(id=record_id),
    ]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default)


_register.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter("s", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        _parameter("file", _File, None),
        _parameter("outside", _Outside, default=False),
        *(p for _, p in _fields.values()),
    ]
)
command(app, "register", h("Register a document", "登记文件"), WRITING)(_register)


def source_of(s: Session, given: str, *, outside: bool) -> Source:
    """The file that was named: an address, a file of the workspace, one to be copied there or left where it is."""
    from pmkit.actions.documents import Source
    from pmkit.store.files import file_facts

    if "://" in given:
        return Source(None, None, place=given)
    path = Path(given)
    facts = file_facts(path)
    if facts is None:
        read_file(given)  # says why
        raise UsageError(Text(en="{path} is not a file", zh="{path} 不是文件").format(path=given))
    full, root = path.resolve(), s.root.resolve()
    if full.is_relative_to(root):
        content = None if outside else path.read_bytes()
        return Source(facts.sha256, facts.size, content, path=full.relative_to(root).as_posix())
    if outside:
        return Source(facts.sha256, facts.size, place=str(full))
    return Source(facts.sha256, facts.size, path.read_bytes(), name=path.name)


def _revise(
    s: Session,
    document_id: _Id,
    file: _File = None,
    version: Annotated[
        str | None, typer.Option(help=h("its version (default: the next)", "版本（默认为下一个）"))
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help=h("the next whole version: 2.0", "升为下一个整数版本，如 2.0"))
    ] = False,
    change: Annotated[str | None, typer.Option(help=h("what changed", "修订内容"))] = None,
    outside: _Outside = False,
) -> None:
    from pmkit.actions.documents import Source, revise
    from pmkit.store.files import file_facts, inside

    document = s.ws.get(document_id, Document)
    if file is not None:
        source = source_of(s, file, outside=outside)
    elif document.file is not None:
        target = inside(s.root, document.file)
        facts = file_facts(target) if target else None
        if target is None or facts is None:
            raise UsageError(
                Text(en="{file} is not there", zh="{file} 不存在").format(file=document.file),
                Text("name the new file", "请指明新的文件"),
            )
        source = Source(facts.sha256, facts.size, target.read_bytes(), path=document.file)
    elif document.place is not None:
        facts = file_facts(Path(document.place)) if "://" not in document.place else None
        source = Source(facts.sha256 if facts else None, facts.size if facts else None, place=document.place)
    else:
        raise UsageError(
            Text(en="{id} has no file yet", zh="{id} 还没有文件").format(id=document.id),
            Text("name one: pmkit document revise {id} FILE", "请指明文件：pmkit document revise {id} 文件").format(
                id=document.id
            ),
        )
    s.write(revise(document, source, version, change, s.acting, whole=whole))


def _release(
    s: Session,
    document_ids: Annotated[list[str], typer.Argument(metavar="DOC-ID...")],
    version: Annotated[
        str | None, typer.Option(help=h("its version (default: 1.0, later its own)", "版本（首次默认为 1.0）"))
    ] = None,
    reviewed_by: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who reviewed it", "审核人"))] = None,
    approved_by: Annotated[
        str | None, typer.Option(metavar="HANDLE", help=h("who approved it (default: you)", "批准人（默认为本人）"))
    ] = None,
    note: Annotated[str | None, typer.Option(help=h("a remark to keep with the step", "随步骤保存的说明"))] = None,
) -> None:
    from pmkit.actions.documents import There, release
    from pmkit.store.files import file_facts, inside
    from pmkit.workspace.model import normal_id

    documents = [s.ws.get(one, Document) for one in dict.fromkeys(map(normal_id, document_ids))]
    there = {}
    for document in documents:
        if document.file is not None:
            target = inside(s.root, document.file)
            facts = file_facts(target) if target else None
            there[document.id] = There(facts.sha256, target.read_bytes()) if facts and target else There(None)
    edits = release(
        s.ws, documents, there, s.acting,
        version=version, reviewed_by=reviewed_by, approved_by=approved_by, note=note,
    )  # fmt: skip
    s.write(edits)


def _sign(
    s: Session,
    document_id: _Id,
    evidence: Annotated[
        str, typer.Option(metavar="FILE", help=h("the scan of the signed paper", "签字盖章后的扫描件"))
    ],
    sealed: Annotated[bool, typer.Option("--sealed", help=h("it bears the seal", "已盖章"))] = False,
    original: Annotated[bool, typer.Option("--original", help=h("the original is back", "原件已回"))] = False,
    location: Annotated[str | None, typer.Option(help=h("where the original is kept", "原件存放位置"))] = None,
) -> None:
    from pmkit.actions.documents import sign
    from pmkit.actions.evidence import Received
    from pmkit.domain.people import Person

    document = s.ws.get(document_id, Document)
    signer = s.ws.get(s.acting.by, Person)
    received = Received(Path(evidence).name, read_file(evidence))
    s.write(sign(document, signer, received, s.acting, sealed=sealed, original=original, location=location))


def _supersede(
    s: Session,
    document_id: _Id,
    by_document: Annotated[
        str | None, typer.Option("--with", metavar="DOC-ID", help=h("what takes its place", "替代它的文件"))
    ] = None,
    note: Annotated[str | None, typer.Option(help=h("why", "原因"))] = None,
) -> None:
    from pmkit.actions.documents import supersede

    other = s.ws.get(by_document, Document) if by_document else None
    s.write(supersede(s.ws.get(document_id, Document), other, note, s.acting))


# --- what is missing, what is not as recorded ------------------------------------------------------------------------


def _missing(
    s: Session,
    phases: Annotated[
        list[str] | None, typer.Argument(metavar="[PHASE...]", help=h("only these phases", "只看这些阶段"))
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="PHASE", help=h("up to this phase", "截至某阶段"))] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=h("what is there, and what applies in some projects, too", "列出全部应有文件"))
    ] = False,
) -> None:
    from pmkit.workspace.documents import needs, phase_named, phases_of

    ws = s.whole
    chosen = list(phases_of(ws))
    if phases:
        wanted = {phase_named(ws, one).code for one in phases}
        chosen = [phase for phase in chosen if phase.code in wanted]
    if until is not None:
        last = phase_named(ws, until).code
        codes = [phase.code for phase in phases_of(ws)]
        chosen = [phase for phase in chosen if codes.index(phase.code) <= codes.index(last)]
    found = list(needs(ws, chosen))
    missing = [need for need in found if need.is_missing]
    if s.json:
        print_json([_need_json(need) for need in (found if everything else missing)])
    else:
        _say_missing(found if everything else missing)
        required = sum(1 for need in found if need.degree != "if_any")
        out(
            tell(
                Text(en="{n} of {all} required documents are missing", zh="应有文件 {all} 项，缺 {n} 项").format(
                    n=len(missing), all=required
                )
            )
        )
    if missing:
        raise typer.Exit(1)


def _need_json(need: Need) -> dict[str, Any]:
    def both(text: Text | None) -> dict[str, str] | None:
        return {"en": text.en, "zh": text.zh} if text else None

    return {
        "phase": need.phase.code, "phase_name": both(need.phase.name), "type": both(need.type.name),
        "code": need.type.code, "degree": need.degree, "missing": need.is_missing, "has": list(need.has),
        "lacks": both(need.lacks), "mend": need.mend or None,
    }  # fmt: skip


def _say_missing(shown: list[Need]) -> None:
    from pmkit.domain.document_types import DEGREES

    phase = None
    for need in shown:
        if need.phase is not phase:
            phase = need.phase
            out(f"{tell(phase.name)} {phase.code}")
        state = tell(need.lacks) if need.lacks else h("complete", "齐全")
        ids = h(", ", "、").join(need.has)
        brackets = h("  {name} ({degree}): {state}", "  {name}（{degree}）：{state}")
        out(
            brackets.format(name=tell(need.type.name), degree=tell(DEGREES[need.degree]), state=state)
            + (f"  {ids}" if ids else "")
        )
        if need.lacks and need.degree != "if_any":
            out(f"    {tell(usage(need.mend))}")


def _verify(
    s: Session, document_ids: Annotated[list[str] | None, typer.Argument(metavar="[DOC-ID...]")] = None
) -> None:
    from pmkit.domain.deliverables import Deliverable
    from pmkit.domain.issued_reports import IssuedReport
    from pmkit.domain.signoffs import SignOff
    from pmkit.store.files import files_below
    from pmkit.workspace.documents import departed, files_named, files_of
    from pmkit.workspace.layout import DOCUMENTS, may_be_record

    ws = s.whole
    named = [n for one in document_ids for n in files_of(ws.get(one, Document))] if document_ids else [*files_named(ws)]
    stored = s.stored(ws)
    looked_at = [one for one in named if one.is_stored or "://" not in one.path]
    wrong = list(departed(looked_at, lambda one: stored(one.path) if one.is_stored else _outside_hash(one)))
    unregistered = []
    if not document_ids:
        known = {one.path for one in named} | {d.file for signoff in ws.of(SignOff) for d in signoff.documents}
        known |= {frozen.file for issued in ws.of(IssuedReport) for frozen in issued.files}
        known |= {
            version.file for deliverable in ws.of(Deliverable) for version in deliverable.versions if version.file
        }
        below = files_below(s.root, DOCUMENTS)
        unregistered = [p for p in below if p not in known and not (may_be_record(p) and p.endswith(".yaml"))]
    if s.json:
        print_json(
            {
                "files": len(named),
                "not_looked_at": [one.path for one in named if one not in looked_at],
                "changed": [_named_json(one) for one, state in wrong if state == "changed"],
                "missing": [_named_json(one) for one, state in wrong if state == "missing"],
                "unregistered": unregistered,
            }
        )
    else:
        _say_verified(named, looked_at, wrong, unregistered)
    if wrong or unregistered:
        raise typer.Exit(1)


def _outside_hash(named: Named) -> str | None:
    from pmkit.store.files import file_facts

    facts = file_facts(Path(named.path))
    return facts.sha256 if facts else None


def _named_json(named: Named) -> dict[str, Any]:
    return {"id": named.document.id, "file": named.path, "version": named.version, "sha256": named.sha256}


def _say_verified(
    named: list[Named], looked_at: list[Named], wrong: list[tuple[Named, Any]], unregistered: list[str]
) -> None:
    for one, state in wrong:
        problem = (
            h("is not there", "不存在")
            if state == "missing"
            else h("is not what version {v} recorded", "与 V{v} 登记的内容不一致").format(v=one.version)
        )
        out(f"{one.document.id}  {one.path}  {problem}")
    for path in unregistered:
        out(f"-  {path}  {h('is in no register', '未登记')}")
        out(f"    pmkit document register '{path}'")
    counted = Text(
        en="{n} files: {bad} changed or missing, {other} not registered",
        zh="登记文件 {n} 个：变动或缺失 {bad} 个，未登记 {other} 个",
    ).format(n=len(named), bad=len(wrong), other=len(unregistered))
    away = len(named) - len(looked_at)
    more = Text(en="; {n} at an address, not looked at", zh="；外部地址 {n} 个，未核对").format(n=away)
    out(tell(counted) + (tell(more) if away else ""))


command(app, "revise", h("A new version of a document", "修订：登记新版本"), WRITING)(_revise)
command(app, "release", h("Release documents", "发布文件"), WRITING, aliases={"as_": "--by"})(_release)
command(app, "sign", h("Record a signature on a document", "记录文件的签署"), WRITING, aliases={"as_": "--by"})(_sign)
command(app, "supersede", h("Take a document out of use", "作废文件（被替代）"), WRITING)(_supersede)
command(
    app,
    "missing",
    h("Which required documents are missing, and what mends it", "列出尚缺的应有文件及处理命令"),
    READING,
)(_missing)
command(app, "verify", h("Are the files what was registered?", "核对文件：变动、缺失、未登记"), READING)(_verify)
transitions(app, DOCUMENT)
list_command(app, DOCUMENT)
show_command(app)
set_command(app)
