"""Sign-offs: prepare what is to be signed, record who signed it, withdraw. Shapes and meaning: FORMAT §2, §6."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.interviews import handles_of
from pmkit.actions.mandates import refuse_beyond
from pmkit.actions.records import NextId, step, step_to
from pmkit.domain.interviews import Interview
from pmkit.domain.kind import Record, Tracked, file_data
from pmkit.domain.objectives import Objective
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.domain.points import parse_point
from pmkit.domain.problems import validated
from pmkit.domain.requirements import Requirement
from pmkit.domain.signoffs import SIGNOFF, STATES, SUBJECTS, SignOff, over_all
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import evidence_path, new_path
from pmkit.workspace.model import Workspace, in_order, normal_id
from pmkit.workspace.parties import managers
from pmkit.workspace.planning import applied_changes
from pmkit.workspace.signing import (
    is_signable,
    may_be_signed,
    prepared_records,
    signed_records,
    standings,
    waits_for_signature,
)
from pmkit.workspace.versions import next_whole, versions

_MANY = 12  # ids that a message lists before it only counts
_GROUPS: dict[str, type[Record]] = {
    "requirements": Requirement, "fit-gap": Requirement, "objectives": Objective, "interviews": Interview,
}  # fmt: skip
# Whose signature brings a sign-off into force: anybody who may sign for the customer's side.
_DECIDES = "customer.pm"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document made for the signers: its name among the sign-off's documents, the file's name, its bytes."""

    name: str
    file_name: str
    content: bytes


# --- prepare ---------------------------------------------------------------------------------------------------------


def draft(
    ws: Workspace,
    what: Sequence[str],
    version: str | None,
    next_id: NextId,
    acting: Acting,
    *,
    title: str | None = None,
    everything: bool = False,
    reply_by: str | None = None,
    adopting: bool = False,
) -> SignOff:
    """The sign-off as it would be prepared: `what` is a group (`requirements`, `objectives`, ...) or ids.

    Of a group come those that wait for a signature: reviewed, or changed since they were signed; with `everything`
    those that are signed already, too. `adopting`: it was signed before pmkit; drafts come along.
    """
    subject, records, is_all = _chosen(ws, what, everything=everything, adopting=adopting)
    chosen_version = _version(ws, subject, version)
    digests = {record.id: record.digest for record in records}
    raw = {
        "id": next_id(SIGNOFF.prefix),
        "title": title or _title(ws, subject, chosen_version, records),
        "subject": subject,
        "version": chosen_version,
        "scope": "all" if is_all else "part",
        "records": [{"id": r.id, "title": r.name_to_show, "digest": digests[r.id]} for r in records],
        "over_all": over_all(subject, chosen_version, digests),
        "includes": [change.id for change in applied_changes(ws)],
        "reply_by": reply_by,
        "status": STATES.initial,
        "steps": (step(STATES.initial, acting),),
    }
    return validated(SignOff, {k: v for k, v in raw.items() if v is not None})


def prepare(signoff: SignOff, documents: Sequence[Rendered], program: str, acting: Acting) -> Edits:
    """The sign-off with its rendered documents, in one commit; from now on its records are frozen."""
    folder = f"documents/{signoff.id}"
    data = file_data(signoff)
    rows = [
        {
            "name": one.name,
            "file": f"{folder}/{one.file_name}",
            "sha256": hashlib.sha256(one.content).hexdigest(),
            "program": program,
        }
        for one in documents
    ]
    at = list(data).index("over_all")
    data = dict([*list(data.items())[:at], ("documents", rows), *list(data.items())[at:]])
    return Edits(
        (
            Create(new_path(SIGNOFF, signoff.id), data, SIGNOFF.name),
            *(Attach(row["file"], one.content) for row, one in zip(rows, documents, strict=True)),
        ),
        "signoff.prepare",
        (signoff.id,),
        headed(signoff.id, Text("Prepare {title}", "准备签认“{title}”").format(title=signoff.title)),
        acting.by,
        acting.on,
    )


def _chosen(
    ws: Workspace, what: Sequence[str], *, everything: bool, adopting: bool = False
) -> tuple[str, list[Record], bool]:
    """The subject, the records, and whether they are all there are. Refused where they cannot be signed."""
    out_already = prepared_records(ws.of(SignOff))
    if len(what) == 1 and what[0] in _GROUPS:
        group = what[0]
        alive = [r for r in ws.of(_GROUPS[group]) if _is_shown(r) and (may_be_signed(r) or (adopting and _is_new(r)))]
        stale = {s.record_id for s in standings(ws) if s.state == "changed"}
        signed = signed_records(ws.of(SignOff)) if adopting else {}
        due = [
            r
            for r in alive
            if r.id not in out_already
            and (r.id not in signed if adopting else everything or waits_for_signature(r) or r.id in stale)
        ]
        if not due:
            label = _GROUPS[group].kind.plural
            raise Refused(
                Text(en="no {what} wait for a signature", zh="没有待签认的{what}").format(what=label),
                Text(
                    en="`pmkit {kind} review ID` marks one as ready; `--all` takes the signed ones too",
                    zh="可用 `pmkit {kind} review 编号` 标记为已评审；`--all` 包含已签认的",
                ).format(kind=_GROUPS[group].kind.name),
            )
        return ("records" if group == "interviews" else group), due, len(due) == len(alive)
    records: list[Record] = [ws.get(normal_id(one)) for one in dict.fromkeys(what)]
    _refuse_unfit(records, out_already, adopting=adopting)
    models = {type(r) for r in records}
    subject = {
        frozenset({Requirement}): "requirements", frozenset({Objective}): "objectives",
        frozenset({Task}): "milestone", frozenset({Interview}): "interview",
    }.get(frozenset(models), "records")  # fmt: skip
    return subject, in_order(records), False


def _is_shown(record: Record) -> bool:
    return not isinstance(record, Tracked) or record.seen_by_customer


def _is_new(record: Record) -> bool:
    return (
        isinstance(record, Tracked) and record.kind.states is not None and record.status == record.kind.states.initial
    )


def _refuse_unfit(records: Sequence[Record], out_already: Mapping[str, tuple[SignOff, str]], *, adopting: bool) -> None:
    wrong: list[Text] = []
    for record in records:
        if not is_signable(record):
            wrong.append(
                Text(en="{id}: a {kind} is not signed", zh="{id}：{kind}不作为签认对象").format(
                    id=record.id, kind=record.kind.label
                )
            )
        elif not _is_shown(record):
            wrong.append(Text(en="{id} is internal", zh="{id} 为内部记录").format(id=record.id))
        elif not may_be_signed(record) and not (adopting and _is_new(record)):
            status = getattr(record, "status", "")
            state = record.kind.states.names.get(status, Text.same(status)) if record.kind.states else Text.same(status)
            wrong.append(
                Text(en="{id} is {state}; it has to be reviewed first", zh="{id} 当前为“{state}”，须先评审").format(
                    id=record.id, state=state
                )
            )
        elif record.id in out_already:
            wrong.append(
                Text(en="{id} is out for signature in {signoff}", zh="{id} 已在 {signoff} 中送签").format(
                    id=record.id, signoff=out_already[record.id][0].id
                )
            )
    if wrong:
        raise Refused(Text.join(wrong, en="\n", zh="\n"))


def _version(ws: Workspace, subject: str, given: str | None) -> str:
    """The version given, else the next whole one. Refused where it was used: a number means one text for ever."""
    used = {s.version: s for s in ws.of(SignOff) if s.subject == subject and s.status not in {"withdrawn", "rejected"}}
    if given is None:
        return next_whole(list(used))
    plain = given.removeprefix("V").removeprefix("v")
    if subject == "requirements" and (known := next((v for v in versions(ws) if v.number == plain and v.change), None)):
        raise Refused(
            Text(en="version {v} is what {id} left", zh="版本 {v} 已用于 {id} 变更后的文本").format(
                v=plain, id=known.change.id if known.change else ""
            ),
            Text(en="take {v}", zh="请用 {v}").format(v=next_whole(list(used))),
        )
    if plain in used:
        raise Refused(
            Text(en="version {v} was put out with {id}", zh="版本 {v} 已用于 {id}").format(v=plain, id=used[plain].id),
            Text("take the next number; a version means one text for ever", "请使用新的版本号；版本号不可重复使用"),
        )
    return plain


def _title(ws: Workspace, subject: str, version: str, records: Sequence[Record]) -> str:
    zh = ws.project.language == "zh"
    if subject in {"milestone", "interview"} and len(records) == 1:
        return f"{records[0].name_to_show} 确认" if zh else f"Sign-off of {records[0].name_to_show}"
    label = SUBJECTS[subject]
    return f"{label.zh}签认 V{version}" if zh else f"{label.en} {version}"


# --- record ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a signature: conditions as they were typed, ids that are refused or tied to conditions."""

    conditions: Sequence[str] = ()
    refused: Sequence[str] = ()
    conditional: Sequence[str] = ()
    comment: str | None = None


def record(
    ws: Workspace,
    signoff: SignOff,
    given: Given,
    evidence: Received | None,
    sha256: Mapping[str, str | None],
    branch: str | None,
    acting: Acting,
) -> tuple[Edits, Text | None]:
    """One signature; also what is still missing, None where the sign-off is in force now.

    `sha256`: the hashes of the rendered documents as they lie on the disk; `branch`: what is checked out. With the
    first signature of the customer's side the sign-off is in force and its records get the step `confirmed`.
    Refused: on another branch than the main one, where content or a document is not what was prepared, without
    evidence from anybody but our own side.
    """
    STATES.move(SIGNOFF, signoff.id, signoff.status, "record")
    _refuse_branch(ws, branch)
    signer = _signer(ws, acting.by, signoff, acting.on)
    refused, conditional = (_named(signoff, ids) for ids in (given.refused, given.conditional))
    if signoff.status == "signed" and (refused or conditional or given.conditions):
        raise Refused(
            Text(
                en="{id} is in force; its conditions and exceptions cannot change any more",
                zh="{id} 已生效，附加条件和不确认项不能再改",
            ).format(id=signoff.id),
            Text(en="`pmkit signoff prepare ...` a new one", zh="请用 `pmkit signoff prepare ...` 重新送签"),
        )
    if set(refused) >= {r.id for r in signoff.records}:
        raise Refused(
            Text(en="nothing is left to be signed", zh="没有可签认的内容").format(),
            Text.same(f"pmkit signoff reject {signoff.id}"),
        )
    if signoff.status == "prepared":
        _refuse_changed(ws, signoff, {*signoff.refused, *refused}, sha256)
    signature, attach = _signature(signoff, signer, given, evidence, acting)
    edits: list[Change] = [*attach, _append(signoff, "signed", signature)]
    edits += [_append(signoff, "refused", one) for one in refused]
    edits += [_append(signoff, "conditional", one) for one in conditional]
    edits += [_append(signoff, "conditions", one) for one in _conditions(ws, given.conditions, acting)]
    decided = signoff.status == "prepared" and signer.can_sign_as(_DECIDES, acting.on)
    records: list[str] = []
    if decided:
        moved = confirmed(ws, signoff, {*signoff.refused, *refused}, acting)
        records = [record_id for record_id, _ in moved]
        edits += [change for _, changes in moved for change in changes]
        edits += step_to(signoff, "signed", acting)
        if at_the_time := list(managers(ws)):
            here = signoff.at("managers")
            edits.append(Set(here.path, here.keys, at_the_time))
    still = None
    if not decided and signoff.status == "prepared":
        still = Text(
            en="still missing: somebody who signs for the customer ({who})", zh="尚缺建设单位有权签署人：{who}"
        ).format(who=Text.join(_can_decide(ws)) if _can_decide(ws) else Text("nobody yet", "暂无人员"))
    subject = headed(signoff.id, Text("Record the signature of {name}", "记录{name}签认").format(name=signer.name))
    return Edits(tuple(edits), "signoff.record", (signoff.id, *records), subject, acting.by, acting.on), still


def confirmed(
    ws: Workspace, signoff: SignOff, refused: Collection[str], acting: Acting
) -> list[tuple[str, tuple[Change, ...]]]:
    """The step `confirmed` for each signed record whose workflow leads there, by id."""
    found = []
    for signed in signoff.records:
        target = ws.records.get(signed.id)
        if signed.id in refused or not isinstance(target, Tracked):
            continue
        if waits_for_signature(target):
            found.append((target.id, step_to(target, "confirmed", acting, signoff.id)))
    return found


def _append(signoff: SignOff, key: str, value: Any) -> Append:
    at = signoff.at(key)
    return Append(at.path, at.keys, value)


def _refuse_branch(ws: Workspace, branch: str | None) -> None:
    main = ws.project.main_branch
    if branch != main:
        raise Refused(
            Text(
                en="signatures are recorded on the main branch `{main}`; this is {here}",
                zh="签署只能在主分支 `{main}` 上记录，当前在 {here}",
            ).format(main=main, here=Text.same(f"`{branch}`") if branch else Text("no branch", "游离状态")),
            Text(
                en="`git switch {main}`, or `pmkit set project main_branch={here}` where that is the main one",
                zh="请执行 `git switch {main}`；若主分支另有其名，请用 `pmkit set project main_branch={here}`",
            ).format(main=main, here=branch or "NAME"),
        )


def _signer(ws: Workspace, handle: str, signoff: SignOff, on: date) -> Person:
    person = ws.find(handle, Person)
    if person is None:
        raise UsageError(
            Text(en="{who} is not in people.yaml", zh="people.yaml 中没有 {who}").format(who=handle),
            Text(en="say who signed with `--by HANDLE`", zh="请用 `--by 代号` 指明签署人"),
        )
    if any(s.by == person.id for s in signoff.signed):
        raise Refused(
            Text(en="{who} signed {id} already", zh="{who}已签署过 {id}").format(who=person.name, id=signoff.id)
        )
    if person.left:
        raise Refused(Text(en="{who} has left the project", zh="{who}已离场").format(who=person.name))
    refuse_beyond(person, signoff.id, None, on)
    return person


def _can_decide(ws: Workspace) -> list[Text]:
    return [Text.same(f"{p.name} ({p.id})") for p in ws.people if p.can_sign_as(_DECIDES)]


def _named(signoff: SignOff, given: Sequence[str]) -> list[str]:
    """Ids of the sign-off's records. UsageError for others."""
    ids = [normal_id(one.strip()) for text in given for one in text.split(",") if one.strip()]
    wrong = [one for one in ids if one not in {r.id for r in signoff.records}]
    if wrong:
        raise UsageError(
            Text(en="{ids} is not in {signoff}", zh="{signoff} 中没有 {ids}").format(
                ids=", ".join(wrong), signoff=signoff.id
            )
        )
    return [one for one in dict.fromkeys(ids) if one not in {*signoff.refused, *signoff.conditional}]


def _conditions(ws: Workspace, given: Sequence[str], acting: Acting) -> list[dict[str, str]]:
    found = []
    for text in given:
        try:
            found.append(parse_point(text, handles_of(ws), acting.on.year))
        except ValueError as error:
            raise UsageError(
                Text(en="`{day}` is no day", zh="`{day}` 不是日期").format(day=str(error)),
                Text(en="write a condition as 'TEXT (WHO, 2026-03-20)'", zh="条件请写成“内容（责任方，2026-03-20）”"),
            ) from None
    return found


def _refuse_changed(
    ws: Workspace, signoff: SignOff, refused: Collection[str], sha256: Mapping[str, str | None]
) -> None:
    """What was signed on paper has to be what is here."""
    differing, dead = [], []
    for signed in signoff.records:
        record = ws.records.get(signed.id)
        if signed.id in refused:
            continue
        if record is None or record.digest != signed.digest:
            differing.append(signed.id)
        elif not may_be_signed(record):
            dead.append(signed.id)
    wrong = [
        *(
            [
                Text(en="{ids} says something else than was prepared", zh="{ids} 的内容与送签时不一致").format(
                    ids=_few(differing)
                )
            ]
            if differing
            else []
        ),
        *([Text(en="{ids} is not alive any more", zh="{ids} 已不采纳或已撤销").format(ids=_few(dead))] if dead else []),
        *(
            Text(en="{file} is not the document that was prepared", zh="{file} 与送签时的文件不一致").format(
                file=d.file
            )
            for d in signoff.documents
            if sha256.get(d.file) != d.sha256
        ),
    ]
    if wrong:
        raise Refused(
            Text.join(wrong, en="\n", zh="\n"),
            Text(
                en="put it back, `--refuse` what is not signed, or `pmkit signoff withdraw {id}` and prepare anew",
                zh="请恢复原内容，或用 `--refuse` 排除，或 `pmkit signoff withdraw {id}` 撤回后重新送签",
            ).format(id=signoff.id),
        )


def _few(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) <= _MANY else f"{', '.join(ids[:_MANY])} ... ({len(ids)})"


def _signature(
    signoff: SignOff, signer: Person, given: Given, evidence: Received | None, acting: Acting
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    stood = signer.stood(acting.on)
    data: dict[str, Any] = {"by": signer.id, "side": stood.side, "role": stood.role, "on": acting.on.isoformat()}
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    if given.comment:
        data["comment"] = given.comment
    if evidence is None:
        if signer.side != "supplier":
            raise Refused(
                Text(en="the signature of {who} needs evidence", zh="记录{who}的签署需要佐证材料").format(
                    who=signer.name
                ),
                Text("add `--evidence FILE`, the scan of the signed sheet", "请加 `--evidence 文件`（签字盖章扫描件）"),
            )
        return data, ()
    data["evidence"], attach = kept(signoff.id, evidence)
    return data, (attach,)


# --- what was signed before the project was kept with pmkit ----------------------------------------------------------


def adopt(
    ws: Workspace,
    what: Sequence[str],
    version: str | None,
    evidence: Received | None,
    document: Received | None,
    branch: str | None,
    next_id: NextId,
    acting: Acting,
    *,
    title: str | None = None,
) -> Edits:
    """A signature from before pmkit: the sign-off, in force at once, over the records as they stand today.

    `acting`: who signed, and on which day; `document`: the paper that was signed. Records that are drafts still get
    the steps that lead to `confirmed`. One commit, marked as adopted.
    """
    _refuse_branch(ws, branch)
    made = draft(ws, what, version, next_id, acting, title=title, everything=True, adopting=True)
    signer = _signer(ws, acting.by, made, acting.on)
    if not signer.can_sign_as(_DECIDES, acting.on):
        raise Refused(
            Text(en="{who} does not sign for the customer", zh="{who}不是建设单位有权签署人").format(who=signer.name),
            Text(en="name one who does with `--by`: {who}", zh="请用 `--by` 指明：{who}").format(
                who=Text.join(_can_decide(ws)) if _can_decide(ws) else Text("nobody yet", "暂无人员")
            ),
        )
    signature, attach = _signature(made, signer, Given(), evidence, acting)
    data = file_data(made) | {"adopted": True, "status": "signed", "signed": [signature]}
    ours = Acting(acting.recorded_by or acting.by, acting.on)
    data["steps"] = [step("prepared", ours), step("signed", acting)]
    data["managers"] = list(managers(ws))
    papers: tuple[Attach, ...] = ()
    if document is not None:
        path = f"documents/{made.id}/{evidence_path('', document.name).rsplit('/', 1)[-1]}"
        papers = (Attach(path, document.content),)
        sha256 = hashlib.sha256(document.content).hexdigest()
        data["documents"] = [{"name": made.subject, "file": path, "sha256": sha256}]
    data = file_data(validated(SignOff, {"id": made.id, **data}))
    moved = [(r, _steps_to_confirmed(ws.get(r.id), made, acting)) for r in made.records]
    return Edits(
        (
            Create(new_path(SIGNOFF, made.id), data, SIGNOFF.name),
            *attach,
            *papers,
            *(change for _, changes in moved for change in changes),
        ),
        "adopt.signoff",
        (made.id, *(r.id for r, changes in moved if changes)),
        headed(made.id, Text("Adopt {title}", "补录签认“{title}”").format(title=made.title)),
        acting.by,
        acting.on,
    )


def _steps_to_confirmed(record: Record, signoff: SignOff, acting: Acting) -> tuple[Change, ...]:
    """The steps that a draft or reviewed record has not taken yet."""
    if not isinstance(record, Tracked) or record.kind.states is None or record.reached("confirmed") is not None:
        return ()
    day = max([acting.on, *(one.on for one in record.steps)])  # steps follow each other; the sign-off has its own day
    then = replace(acting, on=day)
    first = () if waits_for_signature(record) else step_to(record, "reviewed", then, signoff.id)[1:]
    return (*first, *step_to(record, "confirmed", then, signoff.id))


# --- afterwards ------------------------------------------------------------------------------------------------------


def meet(signoff: SignOff, number: int, acting: Acting) -> Edits:
    """A condition is fulfilled; `number` counts from 1. Refused where it was, UsageError where there is none."""
    if not 1 <= number <= len(signoff.conditions):
        raise UsageError(
            Text(en="{id} has {n} conditions", zh="{id} 共有 {n} 项附加条件").format(
                id=signoff.id, n=len(signoff.conditions)
            )
        )
    if signoff.conditions[number - 1].met is not None:
        raise Refused(Text(en="condition {n} is met already", zh="第 {n} 项条件已落实").format(n=number))
    at = signoff.at("conditions", number - 1, "met")
    return Edits(
        (Set(at.path, at.keys, acting.on.isoformat()),),
        "signoff.meet",
        (signoff.id,),
        headed(signoff.id, Text("Condition {n} is met", "第 {n} 项附加条件已满足").format(n=number)),
        acting.by,
        acting.on,
    )
