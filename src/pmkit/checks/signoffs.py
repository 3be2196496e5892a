"""SGN: what was signed, and whether it still says that."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import Storage, Tracked
from pmkit.domain.registry import kind_of_id
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.place import Spot
from pmkit.kernel.text import Text
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import workdays_after
from pmkit.workspace.signing import (
    broken_parts,
    departure_words,
    prepared_records,
    signed_records,
    standings,
    to_be_signed_again,
)

REPLY_WITHIN = 10  # working days (FORMS §3: confirm.sign_off)


@check(
    "SGN201",
    "signed-content-differs",
    severity="error",
    says=Text("{what}; {since}", "{what}；{since}"),
    fix=Text(
        "put it back as it was, and raise `pmkit change request --propose '{id}.{field}=...'`",
        "请恢复原内容，并用 `pmkit change request --propose '{id}.{field}=……'` 提出变更申请",
    ),
)
def signed_content_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What the customer signed changes with the customer's agreement, or it is not what they signed."""
    bad = [s for s in standings(ws) if s.state == "differs"]
    traced = ctx.trace(bad) if bad else {}
    for standing in bad:
        record = ws.records[standing.record_id]
        for departure in traced[standing.record_id]:
            what, since = departure_words(ws, standing, departure)
            at = record.at(departure.field) if departure.field else record.spot
            field = departure.field or Text("FIELD", "字段")
            yield hit(
                at, record.id,
                what=what, since=since, id=record.id, field=field, signoff=standing.signoff.id,
                commit=departure.commit or "",
            )  # fmt: skip


@check(
    "SGN202",
    "signed-record-gone",
    severity="error",
    says=Text("{what}; {since}", "{what}；{since}"),
    fix=Text(
        "restore the file, and raise `pmkit change request --withdraw {id}`",
        "请恢复该文件，并用 `pmkit change request --withdraw {id}` 提出变更申请",
    ),
)
def signed_record_gone(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A promise is taken back by a change that both sides approve, not by removing the paper it stands on."""
    bad = [s for s in standings(ws) if s.state == "gone" and not _lies_there(ctx, s.record_id)]
    traced = ctx.trace(bad) if bad else {}
    for standing in bad:
        position = next(n for n, r in enumerate(standing.signoff.records) if r.id == standing.record_id)
        for departure in traced[standing.record_id][:1]:
            what, since = departure_words(ws, standing, departure)
            at = standing.signoff.at("records", position, "id")
            yield hit(
                at, standing.record_id, what=what, since=since, id=standing.record_id, commit=departure.commit or ""
            )


def _lies_there(ctx: Context, record_id: str) -> bool:
    """True where the record's file is there and only cannot be read: that is another finding."""
    kind = kind_of_id(record_id)
    return kind is not None and kind.storage is Storage.FILE and ctx.sha256(new_path(kind, record_id)) is not None


@check(
    "SGN203",
    "signoff-evidence-differs",
    severity="error",
    says=Text("{id}: {file} {problem}", "{id}：{file} {problem}"),
    fix=Text(
        "put back what was committed with the sign-off: `git log -- {file}` has it",
        "请恢复随签认提交的内容，可用 `git log -- {file}` 查找",
    ),
)
def evidence_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The list, the document and the scan together are the proof; each of them alone proves little."""
    for signoff in ws.of(SignOff):
        if signoff.status not in {"prepared", "signed"}:
            continue
        for _, file, problem in broken_parts(signoff, ctx.sha256):
            yield hit(_place(signoff, file), signoff.id, id=signoff.id, file=file, problem=problem)


def _place(signoff: SignOff, file: str) -> Spot:
    for position, document in enumerate(signoff.documents):
        if document.file == file:
            return signoff.at("documents", position, "sha256")
    keys = next((keys for keys, evidence in signoff.filed if evidence.file == file), None)
    return signoff.at(*keys, "sha256") if keys else signoff.at("over_all")


@check(
    "SGN204",
    "signature-without-evidence",
    severity="error",
    says=Text("{id}: the signature of {who} has no evidence", "{id}：{who}的签署没有佐证材料"),
    fix=Text("file the scan, and record the signature with `--evidence`", "请归档扫描件，并以 `--evidence` 记录签署"),
)
def signature_without_evidence(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The customer does not write in this repository; what they signed has to be shown."""
    for signoff in ws.of(SignOff):
        for position, signature in enumerate(signoff.signed):
            if signature.side != "supplier" and signature.evidence is None:
                at = signoff.at("signed", position)
                yield hit(at, signoff.id, id=signoff.id, who=ws.person_name(signature.by))


@check(
    "SGN205",
    "confirmed-without-signature",
    severity="error",
    says=Text("{id} was marked as confirmed, but no sign-off covers it", "{id} 已标记为“已确认”，但没有任何签认包含它"),
    fix=Text(
        "have it signed: `pmkit signoff prepare {id}`; signed before pmkit: `pmkit adopt signoff {id}`",
        "请送签：`pmkit signoff prepare {id}`；使用本工具之前已签的，用 `pmkit adopt signoff {id}` 补录",
    ),
)
def confirmed_without_signature(ws: Workspace, _: Context) -> Iterator[Hit]:
    """“Confirmed” is the customer's word; somebody has to be able to show it."""
    covered = signed_records(ws.of(SignOff))
    for record in ws.records.values():
        if not isinstance(record, Tracked) or not record.kind.signable or record.id in covered:
            continue
        moves = record.kind.states.moves if record.kind.states else ()
        by_signature = any(m.to == "confirmed" and m.own_command for m in moves)
        if by_signature and record.reached("confirmed") is not None:
            yield hit(record.at("status"), record.id, id=record.id)


@check(
    "SGN206",
    "differs-while-out-for-signature",
    severity="error",
    says=Text(
        "{id} is out for signature in {signoff} and does not say any more what the paper says",
        "{id} 正在 {signoff} 中送签，现有内容与送签文件不一致",
    ),
    fix=Text(
        "put it back, or `pmkit signoff withdraw {signoff}` and prepare anew",
        "请恢复原内容，或用 `pmkit signoff withdraw {signoff}` 撤回后重新送签",
    ),
)
def differs_while_out(ws: Workspace, _: Context) -> Iterator[Hit]:
    """While paper is under way, the record and the paper have to say the same."""
    for record_id, (signoff, digest) in prepared_records(ws.of(SignOff)).items():
        record = ws.records.get(record_id)
        if record is None or record.digest != digest:
            at = record.spot if record is not None else signoff.at("records")
            yield hit(at, record_id, id=record_id, signoff=signoff.id)


@check(
    "SGN301",
    "signature-overdue",
    severity="warning",
    says=Text("{id} is out for signature since {since}, due {due}", "{id} 自 {since} 起送签，应于 {due} 前签回"),
    fix=Text(
        "ask for it, then `pmkit signoff record {id}`; or `pmkit signoff withdraw {id}`",
        "请催办，签回后执行 `pmkit signoff record {id}`；或用 `pmkit signoff withdraw {id}` 撤回",
    ),
)
def signature_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What is not signed is not agreed, however long the paper has been lying there."""
    for signoff in ws.of(SignOff):
        since = signoff.reached("prepared")
        if signoff.status != "prepared" or since is None:
            continue
        due = signoff.reply_by or workdays_after(ctx.planned, since, REPLY_WITHIN)
        if ctx.as_of > due:
            yield hit(signoff.at("status"), signoff.id, id=signoff.id, since=since, due=due)


@check(
    "SGN302",
    "condition-overdue",
    severity="warning",
    says=Text("{id}: the condition “{text}” was due {due}", "{id}：附加条件“{text}”应于 {due} 前落实"),
    fix=Text("`pmkit signoff meet {id} {number}` once it is met", "落实后执行 `pmkit signoff meet {id} {number}`"),
)
def condition_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A signature under a condition is worth what the condition is worth."""
    for signoff in ws.of(SignOff):
        for position, condition in enumerate(signoff.conditions):
            is_open = signoff.status == "signed" and condition.met is None
            if is_open and condition.due is not None and ctx.as_of > condition.due:
                at = signoff.at("conditions", position, "due")
                yield hit(at, signoff.id, id=signoff.id, text=condition.text, due=condition.due, number=position + 1)


@check(
    "SGN303",
    "changed-not-signed-again",
    severity="warning",
    says=Text(
        "{id} changed under {changes} on {on} and is not signed again", "{id} 已于 {on} 按 {changes} 变更，尚未重新签认"
    ),
    fix=Text(
        "`pmkit signoff prepare {id}`, or with the next version",
        "请用 `pmkit signoff prepare {id}` 或随下一版本重新送签",
    ),
)
def changed_not_signed_again(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """After a few changes nobody knows any more which text holds; a new signature says it."""
    for standing, on in to_be_signed_again(ws, ctx.planned, ctx.as_of):
        record = ws.records[standing.record_id]
        changes = Text.join(Text.same(one) for one in standing.under)
        yield hit(record.spot, record.id, id=record.id, changes=changes, on=on)
