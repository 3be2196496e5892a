"""Contracts: take one in, sign it, begin its period, say what its clauses lead to, amend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.evidence import Received, kept_if_any
from pmkit.actions.mandates import refuse_beyond
from pmkit.actions.records import NextId, changes_between, check_links, new_record, step_to
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.contracts import CONTRACT, CONTRACT_STATES, Contract
from pmkit.domain.kind import file_data, file_value
from pmkit.domain.parties import Party
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.approvals import level_in_force, missing_approvals
from pmkit.workspace.contracts import calendar_days, main_contract, period_days, price
from pmkit.workspace.edits import Acting, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.planning import Planned


def add(ws: Workspace, values: Mapping[str, Any], source: Received | None, next_id: NextId, acting: Acting) -> Edits:
    """A contract as its file says it, and what was given beside that. `source`: the file, kept as evidence."""
    record_id = next_id(CONTRACT.prefix)
    record = new_record(ws, CONTRACT, {**values}, record_id, acting)
    _refuse_twice(record)
    evidence, attach = kept_if_any(record_id, source)
    data = file_data(record)
    if evidence:
        data["steps"] = [{**data["steps"][0], "evidence": evidence}]
    return Edits(
        (*attach, Create(new_path(CONTRACT, record_id), data, CONTRACT.name)),
        "contract.add", (record_id,),
        headed(record_id, Text("Add {name}", "新增“{name}”").format(name=record.name_to_show)), acting.by, acting.on,
    )  # fmt: skip


def _refuse_twice(record: Any) -> None:
    numbers = [clause.no for clause in record.clauses]
    twice = sorted({one for one in numbers if numbers.count(one) > 1})
    if twice:
        raise UsageError(
            Text(en="these clauses stand there twice: {ids}", zh="条款号重复：{ids}").format(ids=", ".join(twice))
        )


def take_clauses(ws: Workspace, contract: Contract, found: Sequence[Mapping[str, Any]], acting: Acting) -> Edits:
    """The clauses of a sheet into a contract that is not signed yet: new ones come, those of a number are replaced.

    Links that a clause has already stay where the sheet has no column for them.
    """
    _refuse_signed(contract)
    given = {str(one["no"]): dict(one) for one in found}
    present = {clause.no: file_value(clause) for clause in contract.clauses}
    merged = {no: {**_links(present.get(no, {})), **clause} for no, clause in given.items()}
    whole = [merged.pop(no, clause) for no, clause in present.items()] + list(merged.values())
    revised = validated(Contract, {"id": contract.id, **file_data(contract), "clauses": whole}).placed(contract.spot)
    check_links(ws, revised)
    changes = changes_between(ws, contract, revised, ["clauses"])
    if not changes:
        raise Refused(Text(en="{id} has these clauses already", zh="{id} 的条款没有变化").format(id=contract.id))
    subject = headed(contract.id, Text(en="Take in {n} clauses", zh="导入条款 {n} 条").format(n=len(given)))
    return Edits(tuple(changes), "contract.clauses", (contract.id,), subject, acting.by, acting.on)


def _links(clause: Mapping[str, Any]) -> dict[str, Any]:
    return {key: clause[key] for key in ("requirements", "deliverables", "cases") if clause.get(key)}


def _refuse_signed(contract: Contract) -> None:
    if contract.status != "draft":
        raise Refused(
            Text(en="{id} is signed; its clauses do not change", zh="{id} 已签订，条款不得修改").format(id=contract.id),
            Text("`pmkit contract amend --change CR-...`", "请用 `pmkit contract amend --change CR-……` 签订补充协议"),
        )


def link(ws: Workspace, contract: Contract, number: str, values: Mapping[str, Sequence[str]], acting: Acting) -> Edits:
    """What a clause leads to: requirements, deliverables, acceptance cases. No content; it moves at any time."""
    position = next((n for n, clause in enumerate(contract.clauses) if clause.no == number), None)
    if position is None:
        raise UsageError(
            Text(en="{id} has no clause {no}", zh="{id} 没有条款 {no}").format(id=contract.id, no=number),
            did_you_mean(number, [clause.no for clause in contract.clauses]),
        )
    clause = contract.clauses[position]
    changes: list[Change] = []
    whole = list(file_value(contract.clauses))
    for key, ids in values.items():
        joined = list(dict.fromkeys([*getattr(clause, key), *map(normal_id, ids)]))
        if joined != list(getattr(clause, key)):
            at = contract.at("clauses", position, key)
            changes.append(Set(at.path, at.keys, joined))
            whole[position] = {**whole[position], key: joined}
    if not changes:
        raise Refused(Text(en="clause {no} says that already", zh="条款 {no} 已是该内容").format(no=number))
    check_links(ws, validated(Contract, {"id": contract.id, **file_data(contract), "clauses": whole}))
    subject = headed(contract.id, Text(en="Link clause {no}", zh="关联条款 {no}").format(no=number))
    return Edits(tuple(changes), "contract.link", (contract.id,), subject, acting.by, acting.on)


def sign(ws: Workspace, contract: Contract, evidence: Received | None, acting: Acting) -> Edits:
    """It was signed. Refused without a scan; a supplementary agreement amends its contract in the same commit."""
    CONTRACT_STATES.move(CONTRACT, contract.id, contract.status, "sign")
    if evidence is None:
        raise Refused(
            Text(en="the signature of {id} needs evidence", zh="记录 {id} 的签订需要佐证材料").format(id=contract.id),
            Text("add `--evidence FILE`, the scan of the sealed contract", "请加 `--evidence 文件`（合同盖章扫描件）"),
        )
    signer = ws.find(acting.by, Person)
    if signer is not None:
        refuse_beyond(signer, contract.id, contract.price, acting.on)
    filed, attach = kept_if_any(contract.id, evidence)
    signed_on = contract.signed_on or acting.on
    changes: list[Change] = [*attach]
    for key, value in (("signed_on", signed_on.isoformat()), ("signed_digest", contract.digest)):
        at = contract.at(key)
        changes.append(Set(at.path, at.keys, value))
    names = {p.id: p.name for handle in contract.parties if (p := ws.find(handle, Party)) is not None}
    if names:
        at = contract.at("signed_names")
        changes.append(Set(at.path, at.keys, names))
    changes += step_to(contract, "signed", acting, evidence=filed)
    ids = [contract.id]
    if contract.amends is not None:
        base = ws.get(contract.amends, Contract)
        CONTRACT_STATES.move(CONTRACT, base.id, base.status, "amend")
        changes += step_to(base, "amended", acting, contract.id)
        ids.append(base.id)
    subject = headed(contract.id, Text("Record that it was signed", "记录签订"))
    return Edits(tuple(changes), "contract.sign", tuple(ids), subject, acting.by, acting.on)


def commence(contract: Contract, notice: str | None, evidence: Received | None, acting: Acting) -> Edits:
    """The period begins: with the commencement order, or on the day that the contract names."""
    if contract.amends is not None or not contract.is_in_force:
        raise Refused(
            Text(en="{id} is no signed contract", zh="{id} 不是已签订的主合同").format(id=contract.id),
            Text.same(f"`pmkit contract sign {contract.id}`") if contract.status == "draft" else None,
        )
    if contract.commenced_on is not None:
        raise Refused(
            Text(en="the period of {id} began on {day}", zh="{id} 已于 {day} 开工").format(
                id=contract.id, day=contract.commenced_on
            )
        )
    filed, attach = kept_if_any(contract.id, evidence)
    at, here = contract.at("commenced_on"), contract.at("notice")
    changes: list[Change] = [*attach, Set(at.path, at.keys, acting.on.isoformat())]
    changes += [Set(here.path, here.keys, notice)] if notice else []
    changes += step_to(contract, contract.status, acting, notice, filed)
    subject = headed(contract.id, Text(en="Commence on {day}", zh="自 {day} 开工").format(day=acting.on))
    return Edits(tuple(changes), "contract.commence", (contract.id,), subject, acting.by, acting.on)


def amend(
    ws: Workspace,
    change_ids: Sequence[str],
    values: Mapping[str, Any],
    planned: Planned | None,
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """A supplementary agreement, to be signed: the price and period in force with what the changes add to them.

    Refused for a change that is neither applied nor approved at the highest level, and for one that stands in another.
    """
    contract = main_contract(ws)
    if contract is None:
        raise Refused(
            Text("no contract is signed that could be amended", "没有可补充的已签订合同"),
            Text.same("`pmkit contract add --file ...`, `pmkit contract sign CTR-...`"),
        )
    changes = [ws.get(normal_id(one), ChangeRequest) for one in change_ids]
    _refuse_not_agreed(ws, changes, contract, planned)
    now, days = price(ws), period_days(ws, contract)
    more = [c.impact.price for c in changes if c.impact.price is not None]
    if now is not None and any(one.currency != now.currency for one in more):
        raise UsageError(
            Text("the changes and the contract are in different currencies; say the new price", "变更与合同币种不同"),
            Text.same("--price"),
        )
    longer = sum(calendar_days(c.impact.extension) for c in changes if c.impact.extension is not None)
    said: dict[str, Any] = {
        "title": _title(ws, contract, changes),
        "number": f"{contract.number}-B{len(_all_supplements(ws, contract)) + 1}" if contract.number else None,
        "parties": list(contract.parties), "amends": contract.id, "changes": [c.id for c in changes],
        "price": str(Money.total([now, *more], now.currency)) if now is not None and more else None,
        "tax_rate": str(contract.tax_rate) if contract.tax_rate is not None and more else None,
        "period_days": days + longer if days is not None and longer else None,
    }  # fmt: skip
    record_id = next_id(CONTRACT.prefix)
    raw = {key: value for key, value in {**said, **values}.items() if value not in (None, [], ())}
    record = new_record(ws, CONTRACT, raw, record_id, acting)
    subject = headed(
        record_id,
        Text(en="Amend {id} by {changes}", zh="按 {changes} 补充 {id}").format(
            id=contract.id, changes=Text.join(Text.same(c.id) for c in changes)
        ),
    )
    return Edits(
        (Create(new_path(CONTRACT, record_id), file_data(record), CONTRACT.name),),
        "contract.amend", (record_id,), subject, acting.by, acting.on,
    )  # fmt: skip


def created(edits: Edits) -> dict[str, Any]:
    """What the new contract's file will say."""
    return next(dict(change.data) for change in edits.changes if isinstance(change, Create))


def _title(ws: Workspace, contract: Contract, changes: Sequence[ChangeRequest]) -> str:
    what = "、".join(change.title for change in changes)
    zh = ws.project.language == "zh"
    return f"{contract.title}补充协议（{what}）" if zh else f"Supplementary agreement to {contract.title}: {what}"


def _all_supplements(ws: Workspace, contract: Contract) -> list[Contract]:
    return [one for one in ws.of(Contract) if one.amends == contract.id]


def _refuse_not_agreed(
    ws: Workspace, changes: Sequence[ChangeRequest], contract: Contract, planned: Planned | None
) -> None:
    highest = ws.project.approval.levels[-1].id
    wrong: list[Text] = []
    for change in changes:
        other = next((one for one in _all_supplements(ws, contract) if change.id in one.changes), None)
        level = level_in_force(ws, change, planned)
        whole = level.id == highest and not missing_approvals(ws, level, change.valid_approvals)
        if other is not None:
            says = Text(en="{id} stands in {other} already", zh="{id} 已纳入 {other}")
            wrong.append(says.format(id=change.id, other=other.id))
        elif change.applied_on is None and not (change.status in {"approved", "confirmed"} and whole):
            states = change.kind.states
            wrong.append(
                Text(
                    en="{id} is {state}; only an applied change, or one approved at level {level}, is taken over",
                    zh="{id} 为“{state}”；只有已实施或经 {level} 级审批的变更才能纳入补充协议",
                ).format(id=change.id, state=states.names[change.status] if states else change.status, level=highest)
            )
    if wrong:
        raise Refused(Text.join(wrong, en="\n", zh="\n"))
