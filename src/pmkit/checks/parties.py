"""TEA, CHG, SGN: who may sign how far, for whom, and who manages the project."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.parties import Party
from pmkit.domain.people import RANKS, SIDES, Person, role_label
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.place import Spot
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import amount_of
from pmkit.workspace.layout import PROFILE, stays_below
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import MANAGER, differing_names, unapproved_managers


@check(
    "CHG212",
    "approval-beyond-authority",
    severity="error",
    says=Text("{id}: {who}, who approved it, {problem}", "{id} 的审批人{who}：{problem}"),
    fix=Text(
        "`pmkit person authorise {handle} ...` with the letter that held then, or have it approved by somebody else",
        "请用 `pmkit person authorise {handle} ……` 补登当时有效的授权委托书，或由其他有权人员审批",
    ),
)
def approval_beyond_authority(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What somebody signed without the right to do so binds nobody but them."""
    for change in ws.changes:
        for position, approval in enumerate(change.approvals):
            principal = ws.find(approval.for_ or approval.by, Person)
            if principal is None or approval not in change.valid_approvals:
                continue
            problem = principal.beyond(approval.on, amount_of(change, approval.side))
            if problem is not None:
                at = change.at("approvals", position, "on")
                yield hit(at, change.id, id=change.id, who=principal.name, handle=principal.id, problem=problem)


@check(
    "SGN207",
    "signed-beyond-authority",
    severity="error",
    says=Text("{id}: {who}, who signed it, {problem}", "{id} 的签署人{who}：{problem}"),
    fix=Text(
        "`pmkit person authorise {handle} ...` with the letter that held then",
        "请用 `pmkit person authorise {handle} ……` 补登当时有效的授权委托书",
    ),
)
def signed_beyond_authority(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A signature is worth as much as the authority behind it on the day it was given."""
    for signoff in ws.of(SignOff):
        for position, signature in enumerate(signoff.signed):
            person = ws.find(signature.by, Person)
            problem = person.beyond(signature.on) if person is not None else None
            if person is not None and problem is not None:
                at = signoff.at("signed", position, "on")
                yield hit(at, signoff.id, id=signoff.id, who=person.name, handle=person.id, problem=problem)


@check(
    "TEA211",
    "manager-replaced",
    severity="error",
    says=Text("{who} {what} without a change request", "{who}{what}，没有对应的变更申请"),
    fix=Text(
        "put `role:` back, then `pmkit change request --title '...' --type staff --propose {id}.role={role}`",
        "请恢复 `role:`，再执行 `pmkit change request --title '……' --type staff --propose {id}.role={role}`",
    ),
)
def manager_replaced(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Most contracts name the project manager; replacing one is agreed with the other side, and not found out later."""
    for person, came in unapproved_managers(ws):
        role = role_label(person.side, MANAGER)
        what = (
            Text(en="became {role}", zh="担任{role}").format(role=role)
            if came
            else Text(en="ceased to be {role}", zh="不再担任{role}").format(role=role)
        )
        wanted = MANAGER if came else person.role
        yield hit(person.at("role"), person.id, id=person.id, who=person.name, what=what, role=wanted)


@check(
    "TEA212",
    "side-not-of-party",
    severity="error",
    says=Text(
        "{id} stands on the side {side}, but {party} is declared as {role}", "{id} 的所属方为{side}，而{party}是{role}"
    ),
    fix=Text("`pmkit set {id} side={wanted}`, or name another party", "`pmkit set {id} side={wanted}`，或改填参建单位"),
)
def side_not_of_party(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Boxes go by the party, rights to sign by the side: the two have to agree."""
    for person in ws.people:
        party = ws.find(person.party or "", Party)
        if party is not None and party.side != person.side:
            yield hit(
                person.at("side"), person.id,
                id=person.id, side=SIDES[person.side], party=party.name, role=party.label, wanted=party.side,
            )  # fmt: skip


@check(
    "TEA213",
    "party-named-otherwise",
    severity="warning",
    says=Text(
        "pmkit.yaml calls the {label} {name}, parties.yaml calls it {legal}",
        "pmkit.yaml 中{label}为{name}，parties.yaml 中为{legal}",
    ),
    fix=Text(
        "documents print parties.yaml; `pmkit set project {field}='{legal}'`, or give the party its short name",
        "文件以 parties.yaml 为准；请执行 `pmkit set project {field}='{legal}'`，或填写该单位的简称",
    ),
)
def party_named_otherwise(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A name that is not that on the seal sends a paper back."""
    for field, name, party in differing_names(ws):
        yield hit(Spot(PROFILE, (field,)), party.id, field=field, name=name, label=party.label, legal=party.name)


@check(
    "TEA214",
    "letter-of-authority-differs",
    severity="error",
    says=Text("{id}: {file} {problem}", "{id}：{file} {problem}"),
    fix=Text("put back the file that was recorded, or record the letter anew", "请恢复原文件，或重新登记授权委托书"),
)
def letter_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The letter is what will be asked for when somebody doubts a signature."""
    for person in ws.people:
        for keys, letter in person.filed:
            found = ctx.sha256(letter.file) if stays_below(letter.file) else None
            if found != letter.sha256:
                problem = (
                    Text("is not there", "不存在")
                    if found is None
                    else Text("is not the file that was recorded (SHA-256 differs)", "与登记时不一致（SHA-256 不同）")
                )
                yield hit(person.at(*keys, "file"), person.id, id=person.id, file=letter.file, problem=problem)


@check(
    "TEA303",
    "authority-over",
    severity="warning",
    says=Text("{who} signs for the {side}, and {problem}", "{who}为{side}签署人：{problem}"),
    fix=Text(
        "ask for a new letter: `pmkit person authorise {id} --from DATE --until DATE --letter FILE`",
        "请取得新的授权委托书：`pmkit person authorise {id} --from 日期 --until 日期 --letter 文件`",
    ),
)
def authority_over(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """It is noticed on the day on which the signature is needed, and then the letter takes a week."""
    for person in ws.people:
        problem = person.beyond(ctx.as_of)
        if problem is not None and not person.left and person.role in RANKS.get(person.side, ()):
            yield hit(
                person.at("mandates"),
                person.id,
                id=person.id,
                who=person.name,
                side=SIDES[person.side],
                problem=problem,
            )
