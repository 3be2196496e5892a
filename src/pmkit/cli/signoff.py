"""`pmkit signoff`: put out what is to be signed, record who signed it, verify that it still says that."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import list_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, one_of, out, parse_date, print_json, read_file
from pmkit.domain.signoffs import SIGNOFF, SignOff
from pmkit.kernel.digest import short
from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Lang, Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.actions.signoffs import Rendered
    from pmkit.reports.document import View
    from pmkit.workspace.signing import Departure, Standing

app = group(tell(SIGNOFF.plural))
_Id = Annotated[str, typer.Argument(metavar="SGN-ID")]
TAG = "signoff/"


def _prepare(
    s: Session,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help=h(
                "requirements, fit-gap, objectives, interviews, or ids",
                "requirements、fit-gap、objectives、interviews，或若干编号",
            ),
        ),
    ],
    version: Annotated[
        str | None, typer.Option(help=h("its version (default: the next whole one)", "版本（默认为下一个整数版本）"))
    ] = None,
    title: Annotated[str | None, typer.Option(help=h("what it is called", "名称"))] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=h("what is signed already, too", "包含已签认的全部内容"))
    ] = False,
    reply_by: Annotated[str | None, typer.Option(metavar="DATE", help=h("reply by", "回复期限"))] = None,
    format_: Annotated[str, typer.Option("--format", help="html, md, docx, pdf")] = "html",
    lang: Annotated[
        str | None, typer.Option(help=h("zh or en (default: the project's)", "zh 或 en（默认为项目语言）"))
    ] = None,
) -> None:
    from pmkit import __version__
    from pmkit.actions.signoffs import draft, prepare
    from pmkit.reports.document import FORMATS

    one_of(format_, FORMATS)
    if lang is not None:
        one_of(lang, ("zh", "en"))
    if reply_by:
        parse_date(reply_by)
    signoff = draft(s.whole, what, version, s.next_id, s.acting, title=title, everything=everything, reply_by=reply_by)
    chosen: Lang = "en" if (lang or s.whole.project.language) == "en" else "zh"
    documents = _documents(s, signoff, chosen, format_)
    edits = prepare(signoff, documents, f"pmkit {__version__}", s.acting)
    count = Text(en="{n} records, fingerprint {mark}", zh="共 {n} 项，文件校验码 {mark}").format(
        n=len(signoff.records), mark=short(signoff.over_all)
    )
    s.write(
        edits,
        count,
        then=Text(
            en="have it signed, then: {command}",
            zh="签字盖章后执行：{command}",
        ).format(command=usage(f"pmkit signoff record {signoff.id} --by HANDLE --date DATE --evidence scan.pdf")),
    )


def _documents(s: Session, signoff: SignOff, lang: Lang, form: str) -> list[Rendered]:
    """What the signers get: the document where there is one, and the sheet that names its hash."""
    from pmkit.actions.signoffs import Rendered
    from pmkit.cli.rendering.base import basis, rendered
    from pmkit.cli.rendering.requirements import read_specification
    from pmkit.domain.signoffs import SignedDocument
    from pmkit.reports.fit_gap import fit_gap_table
    from pmkit.reports.requirements import specification
    from pmkit.reports.signoff import DOCUMENTS, document_number, sign_off_sheet
    from pmkit.reports.views.signoff import KINDS
    from pmkit.workspace.audience import for_customer

    seen = for_customer(s.whole)
    made: list[Rendered] = []
    if signoff.subject in DOCUMENTS:
        view: View
        if signoff.subject == "fit-gap":
            view = fit_gap_table(seen, signoff.version, s.acting.on, basis(s, None), signoff)
        else:
            view = specification(seen, read_specification(s), signoff.version, s.acting.on, basis(s, None), signoff)
        content = rendered(s, signoff.subject, view, lang, form)
        number = document_number(seen, signoff.subject)
        name = _file_name(number, DOCUMENTS[signoff.subject].to(lang), signoff.version, form)
        made.append(Rendered(signoff.subject, name, content))
    annexes = [
        SignedDocument(name=d.name, file=d.file_name, sha256=hashlib.sha256(d.content).hexdigest()) for d in made
    ]
    sheet = sign_off_sheet(seen, signoff.model_copy(update={"documents": tuple(annexes)}), basis(s, None))
    content = rendered(s, "signoff", sheet, lang, form)
    number = f"{s.whole.project.code}-XQQR-{signoff.id.rpartition('-')[2]}"
    name = _file_name(number, KINDS[signoff.subject].to(lang), signoff.version, form)
    return [*made, Rendered("sheet", name, content)]


def _file_name(number: str, title: str, version: str, form: str) -> str:
    plain = "".join(ch if ch.isalnum() or ch in "-._" else "-" for ch in f"{number}_{title}_V{version}")
    return f"{plain}.{form}"


def _record(
    s: Session,
    signoff_id: _Id,
    evidence: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=h("the scan of what was signed", "签字盖章后的扫描件等佐证材料")),
    ] = None,
    evidence_kind: Annotated[
        str | None,
        typer.Option(
            help=h(
                "message, mail, scan, sealed_scan, supplementary_agreement",
                "材料类型：message、mail、scan、sealed_scan、supplementary_agreement",
            )
        ),
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help=h("a condition, as 'TEXT (WHO, DATE)'; may be repeated", "附加条件，如“内容（责任方，日期）”；可重复"),
        ),
    ] = None,
    conditional: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=h("confirmed with conditions; may be repeated", "有条件确认的编号；可重复")),
    ] = None,
    refuse: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=h("not confirmed; may be repeated", "不确认的编号；可重复"))
    ] = None,
    comment: Annotated[str | None, typer.Option(help=h("the signer's words", "签署意见"))] = None,
) -> None:
    from pmkit.actions.evidence import Received
    from pmkit.actions.signoffs import Given, record

    if s.no_commit:
        raise UsageError(
            Text(
                "a sign-off is recorded in a commit, which gets a tag", "签署须随提交记录并打标签，不能使用 --no-commit"
            )
        )
    signoff = s.ws.get(signoff_id, SignOff)
    received = Received(Path(evidence).name, read_file(evidence), evidence_kind) if evidence else None
    given = Given(tuple(condition or ()), tuple(refuse or ()), tuple(conditional or ()), comment)
    hashes = {d.file: s.sha256(d.file) for d in signoff.documents}
    edits, still = record(s.ws, signoff, given, received, hashes, s.need_git().branch(), s.acting)
    in_force = still is None and signoff.status == "prepared"
    if in_force and not s.dry_run:
        refuse_tag(s, signoff.id)
    notes = [still] if still else []
    if in_force:
        notes.append(
            Text(en="{n} records are frozen; tag {tag}", zh="{n} 项内容已受控；标签 {tag}").format(
                n=len(signoff.records) - len({*signoff.refused, *_ids(refuse)}), tag=TAG + signoff.id
            )
        )
    written = s.write(edits, *notes)
    if in_force and written.commit:
        tag(s, signoff, written.commit)


def _ids(given: list[str] | None) -> set[str]:
    from pmkit.workspace.model import normal_id

    return {normal_id(one.strip()) for text in given or [] for one in text.split(",")}


def refuse_tag(s: Session, signoff_id: str) -> None:
    """A tag of this name that stands elsewhere has to be looked at first: it would be somebody's proof of something."""
    name = TAG + signoff_id
    if found := dict(s.need_git().tags(name)).get(name):
        raise OutsideError(
            Text(en="the tag {tag} exists already, at {commit}", zh="标签 {tag} 已存在，位于 {commit}").format(
                tag=name, commit=found[:9]
            ),
            Text(en="look what it is; `git tag -d {tag}` removes it", zh="请先核实；`git tag -d {tag}` 可删除").format(
                tag=name
            ),
        )


def tag(s: Session, signoff: SignOff, commit: str) -> None:
    """The annotated tag that marks the commit of a sign-off. Raises OutsideError; the commit stands all the same."""
    name = TAG + signoff.id
    message = f"{signoff.id}: {signoff.title}\n\nVersion {signoff.version}\nDigest {signoff.over_all}\n"
    try:
        s.need_git().tag(name, commit, message)
    except OutsideError as error:
        raise OutsideError(
            Text(en="the signature is recorded, but not tagged: {why}", zh="签署已记录，但未能打标签：{why}").format(
                why=error.says
            ),
            Text.same(f"git tag -a {name} {commit[:9]}"),
        ) from None


def _meet(
    s: Session, signoff_id: _Id, number: Annotated[int, typer.Argument(metavar="NUMBER", help=h("from 1", "从 1 起"))]
) -> None:
    from pmkit.actions.signoffs import meet

    s.write(meet(s.ws.get(signoff_id, SignOff), number, s.acting))


def _verify(s: Session, signoff_id: Annotated[str | None, typer.Argument(metavar="[SGN-ID]")] = None) -> None:
    from pmkit.store.departures import departures
    from pmkit.workspace.signing import standings

    ws = s.whole
    only = ws.get(signoff_id, SignOff) if signoff_id else None
    found = list(standings(ws, only))
    bad = [one for one in found if one.state in {"differs", "gone"}]
    traced = departures(s.git, ws, bad)
    files = _files(s, [only] if only else [x for x in ws.of(SignOff) if x.status in {"prepared", "signed"}])
    if s.json:
        print_json(_verified_json(found, traced, files))
    else:
        _say_verified(s, found, traced, files, only)
    if bad or files:
        raise typer.Exit(1)


def _files(s: Session, signoffs: list[SignOff]) -> list[tuple[str, str, Text]]:
    """Evidence, documents and seals of the sign-offs that are not what they were: sign-off, file, what is wrong."""
    from pmkit.workspace.signing import broken_parts

    return [part for signoff in signoffs for part in broken_parts(signoff, s.sha256)]


def _say_verified(
    s: Session,
    found: list[Standing],
    traced: dict[str, list[Departure]],
    files: list[tuple[str, str, Text]],
    only: SignOff | None,
) -> None:
    for one in found:
        name = s.whole.records[one.record_id].name_to_show if one.record_id in s.whole.records else ""
        if one.state == "changed":
            out(
                tell(
                    (_WITHDRAWN if _is_withdrawn(s, one) else _CHANGED).format(
                        id=one.record_id, name=name, signoff=one.signoff.id, ids=", ".join(one.under)
                    )
                )
            )
        for departure in traced.get(one.record_id, []):
            for line in departure_lines(s, one, departure):
                out(line)
    for signoff_id, file, problem in files:
        out(f"{signoff_id}  {file}  {tell(problem)}")
    bad = sum(1 for one in found if one.state in {"differs", "gone"})
    changed = sum(1 for one in found if one.state == "changed" and not _is_withdrawn(s, one))
    what = tell(Text.same(only.id)) if only else h("what is signed", "已签认内容")
    if not found and not files:
        out(h("nothing is signed", "没有已签认的内容") if only is None else f"{only.id}: {tell(_state(only))}")
        return
    out(
        tell(
            Text(
                en="{what}: {n} records, {bad} not as signed, {changed} changed and not signed again",
                zh="{what}：共 {n} 项，{bad} 项与签认不一致，{changed} 项已变更未重新签认",
            ).format(what=what, n=len(found), bad=bad, changed=changed)
        )
    )


_CHANGED = Text(
    "{id} {name}: signed in {signoff}, changed under {ids}, not yet signed again",
    "{id} {name}：{signoff} 签认，已按 {ids} 变更，尚未重新签认",
)
_WITHDRAWN = Text(
    "{id} {name}: signed in {signoff}, withdrawn under {ids}", "{id} {name}：{signoff} 签认，已按 {ids} 撤销"
)


def _is_withdrawn(s: Session, standing: Standing) -> bool:
    """True for what an applied change took out: nothing waits for a signature."""
    return getattr(s.whole.records.get(standing.record_id), "status", "") == "withdrawn"


def _state(signoff: SignOff) -> Text:
    return SIGNOFF.states.names[signoff.status] if SIGNOFF.states else Text.same(signoff.status)


def departure_lines(s: Session, standing: Standing, departure: Departure) -> list[str]:
    """Which record, which field, from what to what, since which commit, by whom."""
    from pmkit.workspace.signing import departure_words

    says, since = departure_words(s.whole, standing, departure)
    return [tell(says), f"  {tell(since)}"]


def _verified_json(
    found: list[Standing], traced: dict[str, list[Departure]], files: list[tuple[str, str, Text]]
) -> dict[str, Any]:
    return {
        "records": [
            {
                "id": one.record_id,
                "signoff": one.signoff.id,
                "state": one.state,
                "signed": one.signed,
                "expected": one.expected,
                "today": one.today,
                "changed_under": list(one.under),
                "departures": [
                    {
                        "field": d.field or None, "from": d.before, "to": d.after, "commit": d.commit,
                        "by": d.who or None, "on": d.on,
                    }
                    for d in traced.get(one.record_id, [])
                ],
            }
            for one in found
        ],
        "files": [{"signoff": i, "file": f, "problem": {"en": t.en, "zh": t.zh}} for i, f, t in files],
    }  # fmt: skip


command(app, "prepare", h("Put out what is to be signed, and freeze it", "生成确认单送签，内容即受控"), WRITING)(
    _prepare
)
command(app, "record", h("Record a signature", "记录签署"), WRITING, aliases={"as_": "--by"})(_record)
command(app, "verify", h("Does everything still say what was signed?", "核验：现有内容是否与签认一致"), READING)(
    _verify
)
command(app, "meet", h("Record that a condition is met", "记录附加条件已落实"), WRITING, aliases={"as_": "--by"})(_meet)
transitions(app, SIGNOFF)
list_command(app, SIGNOFF)
show_command(app)
