"""需求规格说明书, filled from the requirements, what they came from, what was signed and what changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.interviews import Interview
from pmkit.domain.kind import Step
from pmkit.domain.objectives import Objective
from pmkit.domain.people import SIDES, role_label
from pmkit.domain.requirements import CATEGORIES, METHODS, PRIORITIES, STATES, Requirement
from pmkit.domain.signoffs import SignOff, over_all
from pmkit.domain.specification import Prose
from pmkit.kernel.digest import short
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.reports.change import form_head
from pmkit.reports.signoff import document_number
from pmkit.reports.views import requirements as view
from pmkit.reports.views.blocks import Basis, Choice, Prepared, Signature
from pmkit.workspace import contracts
from pmkit.workspace.links import links_of
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name
from pmkit.workspace.signing import Standing, not_signed_again, standings
from pmkit.workspace.versions import Stand, specification_stand, touches_requirements, versions

INTERNAL = Text("Internal", "内部")
GROUPS: tuple[tuple[Text, tuple[str | None, ...]], ...] = (
    (Text("Functions", "功能"), ("functional",)),
    (Text("External interfaces", "外部接口"), ("interface",)),
    (Text("Data and migration", "数据与迁移"), ("data", "migration")),
    (Text("Performance", "性能"), ("performance",)),
    (Text("Security and confidentiality", "安全与保密"), ("security",)),
    (Text("Reliability and availability", "可靠性与可用性"), ("reliability",)),
    (Text("Deployment and adaptation", "部署环境与适配"), ("deployment",)),
    (Text("Design constraints", "设计约束"), ("constraint",)),
    (Text("Training and documents", "培训与文档"), ("training", "documentation")),
    (Text("Operation and support", "运维与售后"), ("support",)),
)
_OTHER = Text("Other requirements", "其他需求")
_DEAD = frozenset({"rejected", "withdrawn"})
_UNDECIDED = frozenset({"submitted", "assessed", "approved", "confirmed", "deferred"})


def specification(
    ws: Workspace,
    prose: Prose,
    version: str | None,
    as_of: date,
    basis: Basis | None,
    pending: SignOff | None = None,
) -> view.Specification:
    """The document at a version: the one given, else the one that it is (`workspace.versions`).

    `pending`: a sign-off that is being prepared; then only its records and those that are signed already are printed.
    Raises UsageError for a number that means another text.
    """
    stand = {s.record_id: s for s in standings(ws)}
    versioned = specification_stand(ws)
    if pending is not None:
        versioned = Stand(tuple(versions(ws, [pending])), pending.version, is_draft=False)
    alive = [r for r in ws.requirements if r.status not in _DEAD]
    if pending is not None:
        kept = {r.id for r in pending.records} | stand.keys()
        alive = [r for r in alive if r.id in kept]
    number = (version or versioned.number).removeprefix("V").removeprefix("v")
    if pending is None and versioned.find(number) is not None:
        _refuse_other_text(versioned, number)
        alive = [r for r in alive if r.id in versioned.settled]
    blocks = {r.id: block(ws, r, stand.get(r.id)) for r in alive}
    known = versioned.find(number)
    ours = known.issue if known else None
    prepared = ours.steps[0] if ours and ours.steps else _applied(known.change) if known and known.change else None
    return view.Specification(
        head=form_head(ws),
        number=document_number(ws, "requirements"),
        version=number,
        is_draft=versioned.is_draft and not version,
        classification=INTERNAL,
        issued_by=legal_name(ws, "supplier"),
        date=prepared.on if prepared else as_of,
        prepared=Prepared(Signature(ws.person_name(prepared.by) if prepared else ""), Signature(""), Signature("")),
        revisions=tuple(_revisions(ws, versioned, number, as_of)),
        sections=prose.sections,
        appendices=prose.appendices,
        goals=tuple(view.Goal(o.id, o.title, o.measure, o.target) for o in ws.of(Objective) if o.status != "withdrawn"),
        stated_goals=ws.project.objectives,
        stated_scope=ws.project.scope,
        references=tuple(_references(ws)),
        roles=tuple(_roles(ws)),
        out_of_scope=tuple(blocks[r.id] for r in alive if r.priority == "wont"),
        groups=tuple(_groups([r for r in alive if r.priority != "wont"], blocks)),
        traces=tuple(_traces(ws, alive)),
        open_issues=tuple(_open_issues(ws)),
        waiting=tuple(_waiting(stand, alive)),
        fingerprint=_fingerprint(alive, ours, number),
        basis=basis,
    )


def _refuse_other_text(stand: Stand, number: str) -> None:
    """A number that was given to a text is not printed over another one."""
    known = stand.find(number)
    if known is None or known is stand.newest:
        return
    name = known.issue.id if known.issue else known.change.id if known.change else ""
    at = f"--rev signoff/{name}" if known.issue and known.issue.status == "signed" else "--rev DATE"
    raise UsageError(
        Text(
            en="V{number} is what {name} left; the requirements say something else by now (V{now}{draft})",
            zh="V{number} 是 {name} 时的文本，需求内容此后已有变化（现为 V{now}{draft}）",
        ).format(
            number=number, name=name, now=stand.number,
            draft=Text(", a draft", " 草稿") if stand.is_draft else "",
        ),
        Text(
            en="that one: {then}; today's: `pmkit report requirements`",
            zh="打印当时的文本：{then}；打印现在的文本：`pmkit report requirements`",
        ).format(then=usage(f"`pmkit report requirements {at}`")),
    )  # fmt: skip


def _fingerprint(alive: Sequence[Requirement], ours: SignOff | None, number: str) -> str:
    """That of the sign-off, while the document says just what was signed; else over what it says now."""
    digests = {r.id: r.digest for r in alive}
    if ours is not None and all(digests.get(r.id) == r.digest for r in ours.records):
        return short(ours.over_all)
    return short(over_all("requirements", number, digests))


# --- a requirement ---------------------------------------------------------------------------------------------------


def block(ws: Workspace, r: Requirement, standing: Standing | None) -> view.RequirementBlock:
    """A requirement as documents and the portal say it; `standing`: how it stands to what was signed."""
    owners = [
        Text(en=f"{label.en}: {name}", zh=f"{label.zh}：{name}")
        for label, name in (
            (Text("customer", "建设单位"), ws.person_name(r.customer_owner)),
            (Text("contractor", "承建单位"), ws.person_name(r.owner)),
        )
        if name
    ]
    signed = None
    if standing is not None:
        signed = Text("{id}, {on}", "{id}（{on}）").format(id=standing.signoff.id, on=standing.signoff.signed_on or "")
    return view.RequirementBlock(
        ref=r.id,
        title=r.title,
        category=CATEGORIES[r.category] if r.category else None,
        priority=PRIORITIES[r.priority] if r.priority else None,
        source=source_of(ws, r),
        statement=r.statement,
        rationale=r.rationale,
        acceptance=r.acceptance,
        owners=Text.join(owners, en="; ", zh="；") if owners else None,
        status=STATES.names.get(r.status, Text.same(r.status)),
        signed=signed,
        changed=not_signed_again(standing) if standing is not None else "",
        fingerprint=short(r.digest),
        method=Choice.of(METHODS, *r.verification),
    )


def source_of(ws: Workspace, r: Requirement) -> Text | str | None:
    """Where a requirement comes from: the records that it names with their titles, and what was written down."""
    named = [Text.same(f"{one} {ws.records[one].name_to_show}") for one in r.from_ if one in ws.records]
    named += [Text.same(r.source)] if r.source else []
    return Text.join(named, en="; ", zh="；") if named else None


def _groups(alive: Sequence[Requirement], blocks: dict[str, view.RequirementBlock]) -> Iterator[view.Group]:
    known = {category for _, categories in GROUPS for category in categories}
    ordered = _by_parent(alive)
    for position, (label, categories) in enumerate(GROUPS, 1):
        found = [r for r in ordered if r.category in categories]
        yield view.Group(f"3.{position}", label, tuple(blocks[r.id] for r in found))
    other = [r for r in ordered if r.category not in known]
    if other:
        yield view.Group(f"3.{len(GROUPS) + 1}", _OTHER, tuple(blocks[r.id] for r in other))


def _by_parent(alive: Sequence[Requirement]) -> list[Requirement]:
    """A requirement, then those below it; last those that are their own ancestors, which no root leads to."""
    ids = {r.id for r in alive}
    below: dict[str | None, list[Requirement]] = {}
    for r in alive:
        below.setdefault(r.parent if r.parent in ids and r.parent != r.id else None, []).append(r)
    found: list[Requirement] = []
    pending = list(reversed(below.pop(None, [])))
    while pending:
        r = pending.pop()
        found.append(r)
        pending += reversed(below.pop(r.id, []))
    return [*found, *(r for rest in below.values() for r in rest)]


# --- the other chapters ----------------------------------------------------------------------------------------------


def _revisions(ws: Workspace, stand: Stand, shown: str, as_of: date) -> Iterator[view.Revision]:
    """A line for each version, and one for the draft where that is what is printed."""
    for version in stand.versions:
        if version.change is not None:
            yield _change_row(ws, version.change, version.number)
        elif version.issue is not None:
            yield _issue_row(ws, version.issue)
    if stand.find(shown) is None:
        writers = [ws.person_name(r.steps[0].by) for r in ws.requirements if r.status not in _DEAD and r.steps]
        names = Text.join(Text.same(one) for one in dict.fromkeys(writers)) if writers else ""
        says = Text("Draft, not signed", "编制中，尚未签认") if stand.versions else Text("Draft", "编制初稿")
        yield view.Revision(f"V{shown}", as_of, says, "", names, "")


def _issue_row(ws: Workspace, issue: SignOff) -> view.Revision:
    signers = [ws.person_name(s.by) for s in issue.signed if s.side == "customer"]
    prepared = issue.steps[0] if issue.steps else None
    return view.Revision(
        f"V{issue.version}",
        issue.signed_on or (prepared.on if prepared else None),
        Text("Signed ({id})", "签认（{id}）").format(id=issue.id)
        if issue.status == "signed"
        else Text("Put out for signature ({id})", "送签（{id}）").format(id=issue.id),
        "",
        ws.person_name(prepared.by) if prepared else None,
        Text.join(Text.same(name) for name in signers) if signers else "",
    )


def _applied(change: ChangeRequest) -> Step | None:
    """The step that carried the change out."""
    return next((step for step in change.steps if step.to == "applied"), None)


def _change_row(ws: Workspace, change: ChangeRequest, version: str) -> view.Revision:
    approvers = [ws.person_name(a.by) for a in change.valid_approvals]
    applied = _applied(change)
    return view.Revision(
        f"V{version}",
        change.applied_on,
        change.title,
        change.id,
        ws.person_name(change.implementer or (applied.by if applied else "")) or None,
        Text.join(Text.same(name) for name in dict.fromkeys(approvers)) if approvers else None,
    )


def _references(ws: Workspace) -> Iterator[Text | str]:
    if number := contracts.number(ws):
        yield Text("Contract no. {no}", "合同（编号 {no}）").format(no=number)
    for interview in ws.of(Interview):
        if interview.status != "withdrawn":
            yield Text("Interview record {id} {title}", "需求访谈记录 {id} {title}").format(
                id=interview.id, title=interview.title
            )


def _roles(ws: Workspace) -> Iterator[view.Role]:
    for person in ws.people:
        if person.side != "supplier" and not person.left:
            where = person.organisation or SIDES[person.side]
            yield view.Role(person.name, where, role_label(person.side, person.role))


def _traces(ws: Workspace, alive: Sequence[Requirement]) -> Iterator[view.Trace]:
    found: dict[str, dict[str, list[str]]] = {}
    for record in ws.records.values():
        if record.kind.name in {"deliverable", "case"}:
            for link in links_of(record):
                found.setdefault(link.target, {}).setdefault(record.kind.name, []).append(record.id)
    for r in alive:
        linked = found.get(r.id, {})
        yield view.Trace(
            r.id,
            r.title,
            source_of(ws, r),
            _ids([one for one in (*r.objectives, *r.from_) if ws.find(one, Objective) is not None]),
            _ids(linked.get("deliverable", [])),
            _ids(linked.get("case", [])),
        )


def _ids(ids: Sequence[str]) -> Text | None:
    return Text.join(Text.same(one) for one in dict.fromkeys(ids)) if ids else None


def _open_issues(ws: Workspace) -> Iterator[view.OpenIssue]:
    """Open points of interviews, unmet conditions, requirements that nobody reviewed, changes that nobody decided."""
    for interview in ws.of(Interview):
        for point in interview.open_points:
            if interview.status != "withdrawn":
                yield view.OpenIssue(interview.id, point.text, ws.person_name(point.owner) or None, point.due)
    for signoff in ws.of(SignOff):
        for condition in signoff.conditions:
            if signoff.status == "signed" and condition.met is None:
                yield view.OpenIssue(signoff.id, condition.text, ws.person_name(condition.owner) or None, condition.due)
    for r in ws.requirements:
        if r.status == "draft":
            matter = Text("“{title}” is not agreed yet", "需求“{title}”尚未商定").format(title=r.title)
            yield view.OpenIssue(r.id, matter, ws.person_name(r.customer_owner or r.owner) or None, None)
    for change in ws.changes:
        if change.status in _UNDECIDED and touches_requirements(ws, change):
            matter = Text("Change “{title}” is not in force yet", "变更“{title}”尚未生效").format(title=change.title)
            yield view.OpenIssue(change.id, matter, ws.person_name(change.requested_by) or None, change.decision_by)


def _waiting(stand: dict[str, Standing], alive: Collection[Requirement]) -> Iterator[Text]:
    for r in alive:
        standing = stand.get(r.id)
        if standing is not None and (note := not_signed_again(standing)):
            yield Text("{id} {title}: {note}", "{id} {title}：{note}").format(id=r.id, title=r.title, note=note)
