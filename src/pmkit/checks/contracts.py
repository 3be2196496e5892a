"""CTR: the contract against the plan, the profile and the changes, and reminders of what is usual in law.

The reminders say what is usual; the contract and a lawyer decide. Each is switched off by `checks: ignore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.contracts import Contract
from pmkit.domain.papers import SIGNING_PARTIES, OnPaper
from pmkit.domain.payments import Invoice
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.place import Spot
from pmkit.kernel.text import Text
from pmkit.workspace.contracts import (
    clauses,
    deadline,
    lateness,
    main_contract,
    renamed,
    share_of_supplements,
    signed_price,
    supplements,
    without_supplement,
)
from pmkit.workspace.layout import PROFILE
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import active

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_WITHIN = {"public": 30, "large": 60}  # days in which a small supplier is owed its money where nothing else is agreed
_MOST = 10  # percent by which supplements may raise a contract under public procurement


@check(
    "CTR101",
    "starred-clause-worse",
    severity="error",
    says=Text("clause {no} of {id} is starred, and the answer is worse than asked", "{id} 的★条款 {no} 为负偏离"),
    fix=Text("settle it with the customer in writing before anybody signs", "请在签订前与建设单位书面澄清"),
)
def starred_clause_worse(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A bid that falls short of a starred clause is usually void; a contract that does is a dispute."""
    for contract in ws.of(Contract):
        for position, clause in enumerate(contract.clauses):
            if clause.star and clause.deviation == "negative":
                yield hit(contract.at("clauses", position, "deviation"), contract.id, id=contract.id, no=clause.no)


@check(
    "CTR102",
    "contract-incomplete",
    severity="warning",
    says=Text("{id} is signed and says no {what}", "{id} 已签订，但缺少{what}"),
    fix=Text(
        "put it into the file as the paper has it; nothing can be held against what nobody wrote down",
        "请按纸质合同补入文件，否则无从对照",
    ),
)
def contract_incomplete(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without price and period neither changes nor delays can be held against the contract."""
    contract = main_contract(ws)
    if contract is None:
        return
    for key, what in (("price", Text("price", "合同价款")), ("period_days", Text("period", "合同工期"))):
        if getattr(contract, key) is None:
            yield hit(contract.at(key), contract.id, id=contract.id, what=what)


@check(
    "CTR103",
    "clause-twice",
    severity="error",
    says=Text("clause {no} stands in {id} twice", "{id} 中条款号 {no} 重复"),
    fix=Text("give the later one its own number", "请更正后一条的条款号"),
)
def clause_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Whoever quotes the number means one of them."""
    for contract in ws.of(Contract):
        seen: set[str] = set()
        for position, clause in enumerate(contract.clauses):
            if clause.no in seen:
                yield hit(contract.at("clauses", position, "no"), contract.id, id=contract.id, no=clause.no)
            seen.add(clause.no)


@check(
    "CTR201",
    "starred-clause-untraced",
    severity="warning",
    says=Text("clause {no} of {id} is starred, and leads to nothing", "{id} 的★条款 {no} 没有对应的需求、交付物或用例"),
    fix=Text(
        "`pmkit contract link {id} {no} --requirement REQ-...`", "`pmkit contract link {id} {no} --requirement 编号`"
    ),
)
def starred_clause_untraced(ws: Workspace, _: Context) -> Iterator[Hit]:
    """At the final acceptance every starred clause has to be shown; one that nobody traced is found there."""
    contract = main_contract(ws)
    for clause, source in clauses(ws, contract) if contract is not None else ():
        if clause.star and not (clause.requirements or clause.deliverables or clause.cases):
            at = source.at("clauses", source.clauses.index(clause))
            yield hit(at, source.id, id=source.id, no=clause.no)


@check(
    "CTR202",
    "profile-says-otherwise",
    severity="warning",
    says=Text(
        "pmkit.yaml has the {label} {profile}, {id} has {contract}",
        "pmkit.yaml 中{label}为 {profile}，{id} 中为 {contract}",
    ),
    fix=Text(
        "the signed contract counts; `pmkit set project {field}='{contract}'`",
        "以已签合同为准；请执行 `pmkit set project {field}='{contract}'`",
    ),
)
def profile_says_otherwise(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Two figures for one price are one too many; documents print the contract's."""
    contract = main_contract(ws)
    if contract is None:
        return
    project = ws.project
    pairs = (
        ("contract_no", Text("contract no.", "合同编号"), project.contract_no, contract.number),
        ("contract_price", Text("contract price", "合同价款"), project.contract_price, contract.price),
    )
    for field, label, profile, said in pairs:
        if profile is not None and said is not None and profile != said:
            yield hit(
                Spot(PROFILE, (field,)), contract.id,
                field=field, label=label, profile=str(profile), id=contract.id, contract=str(said),
            )  # fmt: skip


@check(
    "CTR203",
    "signed-contract-edited",
    severity="error",
    says=Text("{id} is signed and says something else now", "{id} 签订后内容被改动"),
    fix=Text(
        "put it back; it changes by `pmkit contract amend --change CR-...`",
        "请恢复原内容；修改须通过 `pmkit contract amend --change 变更编号`",
    ),
)
def signed_contract_edited(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A signed contract changes by a supplementary agreement, or not at all."""
    for contract in ws.of(Contract):
        if contract.is_in_force and contract.signed_digest and contract.signed_digest != contract.digest:
            yield hit(contract.at("signed_digest"), contract.id, id=contract.id)


@check(
    "CTR204",
    "supplement-missing",
    severity="warning",
    says=Text(
        "{id} is applied and wants a supplementary agreement, but none that is signed takes it over",
        "{id} 已实施且须签补充协议，但没有已签订的补充协议纳入",
    ),
    fix=Text(
        "`pmkit contract amend --change {id}`, then `pmkit contract sign CTR-... --evidence FILE`",
        "请执行 `pmkit contract amend --change {id}`，签订后 `pmkit contract sign 合同编号 --evidence 文件`",
    ),
)
def supplement_missing(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What was built on a change that never reached the contract is paid for last, if at all."""
    contract = main_contract(ws)
    for change in without_supplement(ws, contract) if contract is not None else ():
        yield hit(change.at("impact", "supplementary_agreement"), change.id, id=change.id)


@check(
    "CTR205",
    "deemed-without-clause",
    severity="warning",
    says=Text(
        "`confirm.deemed.{document}`: silence counts as consent under “{clause}”, and {id} has no such clause",
        "`confirm.deemed.{document}`：逾期视为确认的依据“{clause}”在 {id} 中没有对应条款",
    ),
    fix=Text(
        "silence counts as consent only by law, agreement or established practice: see your contract",
        "沉默仅在有法律规定、当事人约定或交易习惯时视为同意，以合同约定为准",
    ),
)
def deemed_without_clause(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Silence counts as consent only by law, agreement or established practice (Civil Code of the PRC, art. 140)."""
    contract = main_contract(ws)
    if contract is None:
        return
    known = {clause.no for clause, _ in clauses(ws, contract)}
    for document, deemed in ws.project.confirm.deemed.items() if known else ():
        if not known.intersection(_NUMBER.findall(deemed.clause)):
            at = Spot(PROFILE, ("confirm", "deemed", document, "clause"))
            yield hit(at, contract.id, document=document, clause=deemed.clause, id=contract.id)


@check(
    "CTR206",
    "paid-later-than-usual",
    severity="warning",
    says=Text(
        "{what}: {days} days to pay, and {owner} usually owes within {limit}",
        "{what}：付款期限 {days} 天，而{owner}通常应在 {limit} 天内付款",
    ),
    fix=Text(
        "public bodies owe small suppliers within 30 days, 60 at most if agreed, large companies within 60: "
        "see your contract",
        "机关、事业单位应在 30 日内（约定最长 60 日）、大型企业应在 60 日内向中小企业付款，以合同约定为准",
    ),
)
def paid_later_than_usual(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Regulations on payments to small and medium-sized enterprises (State Council of the PRC); for who is one."""
    for owner in active(ws, "owner"):
        limit = _WITHIN.get(owner.nature or "")
        if limit is None:
            continue
        due = -(-ws.project.cost.payment_due.minutes(day=1440, week=10080) // 1440)
        if due > limit:
            what = Text("pmkit.yaml", "pmkit.yaml")
            at = Spot(PROFILE, ("cost", "payment_due"))
            yield hit(at, owner.id, what=what, days=due, owner=owner.name, limit=limit)
        for invoice in ws.of(Invoice):
            days = (invoice.due - invoice.on).days if invoice.due is not None else 0
            if invoice.status == "issued" and days > limit:
                yield hit(invoice.at("due"), invoice.id, what=invoice.id, days=days, owner=owner.name, limit=limit)


@check(
    "CTR207",
    "supplements-above-ten-percent",
    severity="warning",
    says=Text("the supplementary agreements raise {price} by {percent}%", "补充协议使合同价款 {price} 增加 {percent}%"),
    fix=Text(
        "supplements under public procurement stay within 10% of the contract, else it is a new procurement: "
        "see your contract",
        "政府采购的补充合同不得超过原合同采购金额的 10%，超出须另行采购，以合同约定为准",
    ),
)
def supplements_above_ten_percent(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Government Procurement Law of the PRC, art. 49."""
    contract = main_contract(ws)
    percent = share_of_supplements(ws, contract) if contract is not None else None
    whole = signed_price(ws)
    if contract is not None and percent is not None and percent > _MOST and whole is not None:
        last = [one for one in supplements(ws, contract) if one.price is not None][-1]
        yield hit(last.at("price"), last.id, price=whole.printed(), percent=f"{percent:.1f}")


@check(
    "CTR208",
    "project-seal-only",
    severity="warning",
    says=Text("{id} bears a project seal only ({party})", "{id} 仅加盖项目章（{party}）"),
    fix=Text(
        "a project seal binds less than a company or contract seal, most of all for price and period: "
        "see your contract",
        "项目章的效力弱于公章和合同专用章，涉及价款、工期时尤应注意，以合同约定为准",
    ),
)
def project_seal_only(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A project seal is often limited to technical papers; price and period under it are contested."""
    for record in ws.records.values():
        if not isinstance(record, OnPaper) or record.paper is None or not _binds(record):
            continue
        seals: dict[str, list[tuple[int, str]]] = {}
        for position, event in enumerate(record.paper.events):
            if event.what == "sealed" and event.seal is not None:
                seals.setdefault(event.party or "", []).append((position, event.seal))
        for party, found in seals.items():
            if all(seal == "project" for _, seal in found):
                at = record.at("paper", "events", found[-1][0], "seal")
                word = SIGNING_PARTIES.get(party, Text.same(party))
                yield hit(at, record.id, id=record.id, party=word)


def _binds(record: OnPaper) -> bool:
    """True for a paper about price, period or what is to be delivered."""
    if isinstance(record, ChangeRequest):
        price = record.impact.price
        return bool(price and price.amount) or record.impact.extension is not None
    return isinstance(record, SignOff)


@check(
    "CTR209",
    "party-renamed",
    severity="error",
    says=Text(
        "{id} was signed by {was}, which parties.yaml calls {name} now, and no applied change says so",
        "{id} 由{was}签订，parties.yaml 现为{name}，没有已实施的变更与之对应",
    ),
    fix=Text(
        "put the name back, then `pmkit change request --title '...' --type contract --propose '{handle}.name={name}'`",
        "请恢复原名称，再执行 `pmkit change request --title '……' --type contract --propose '{handle}.name={name}'`",
    ),
)
def party_renamed(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A contract binds who signed it; another name is another party, or a change that both sides put on paper."""
    for contract in ws.of(Contract):
        for party, name in renamed(ws, contract):
            yield hit(party.at("name"), party.id, id=contract.id, handle=party.id, was=name, name=party.name)


@check(
    "CTR301",
    "past-the-contract-finish",
    severity="warning",
    says=Text("{milestone} {name}, against the contract finish {finish}: {late}",
              "{milestone} {name}的预测晚于合同竣工日期 {finish}：{late}"),
    fix=Text(
        "recover it, or agree on an extension of time: `pmkit change assess CR-... --extension 10ed`; for damages "
        "see your contract",
        "请赶工，或办理工期顺延：`pmkit change assess 变更编号 --extension 10ed`（违约责任以合同约定为准）",
    ),
)  # fmt: skip
def past_the_contract_finish(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Drift counts working days against a plan; damages count calendar days against the contract."""
    found = deadline(ws, ctx.planned)
    if found is not None and found.late is not None and found.late > 0:
        yield hit(
            found.contract.at("period_days"), found.contract.id,
            milestone=found.milestone, name=found.name, late=lateness(found.late), finish=found.finish,
        )  # fmt: skip


@check(
    "CTR302",
    "trial-after-failed-preliminary",
    severity="warning",
    says=Text(
        "{task} (trial run) has begun, and {case} of the preliminary acceptance failed",
        "{task} 试运行已开始，而初验用例 {case} 不通过",
    ),
    fix=Text(
        "a system that failed preliminary acceptance may not go to trial run under many local rules: see your contract",
        "不少地方规定初验不合格的系统不得进入试运行，以合同约定为准",
    ),
)
def trial_after_failed_preliminary(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What runs on trial with a known failure is neither accepted nor refused, and its clock may not count."""
    failed = [c for c in ws.of(AcceptanceCase) if c.stage == "preliminary" and c.status == "failed"]
    if not failed or ctx.planned is None:
        return
    for task in ws.tasks:
        if task.stage == "trial" and task.id in ctx.planned.progress:
            yield hit(task.at("stage"), task.id, task=task.id, case=failed[0].id)
