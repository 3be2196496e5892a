"""变更申请单, filled from a change request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pmkit.domain.approval import Level
from pmkit.domain.changes import SIDES_OF_COST, TYPES, URGENCIES, ChangeRequest
from pmkit.domain.kind import about, file_value
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Task
from pmkit.kernel.digest import short
from pmkit.kernel.duration import Duration, plain
from pmkit.kernel.money import Money, capital_words
from pmkit.kernel.text import Text
from pmkit.reports.parties import signing, stands_in
from pmkit.reports.views.blocks import (
    Audience,
    Basis,
    Choice,
    Head,
    Prepared,
    Signature,
    SignBox,
    sign_boxes,
)
from pmkit.reports.views.change import VERDICTS, YES, ChangeForm, Edit, ImpactAssessment
from pmkit.workspace import contracts
from pmkit.workspace.approvals import meeting_of
from pmkit.workspace.impact import Computed
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name, organisation_of


def change_form(
    ws: Workspace,
    change: ChangeRequest,
    level: Level,
    audience: Audience,
    basis: Basis,
    computed: Sequence[Computed] = (),
) -> ChangeForm:
    """The form as the record stands: unsigned boxes where nobody approved yet."""
    head = form_head(ws, change)
    assessed = next((s for s in reversed(change.steps) if s.to == "assessed"), None)
    requested = change.steps[0].on if change.steps else None
    verified = next((s for s in reversed(change.steps) if s.to == "verified"), next(iter(change.failed[-1:]), None))
    applied = next((s for s in change.steps if s.to == "applied"), None)
    nobody = Signature("")
    return ChangeForm(
        head=head,
        audience=audience,
        ref=change.id,
        name=change.title,
        type=_types(change),
        urgency=Choice.of(URGENCIES, change.urgency),
        requested_by=named_with_party(ws, change.requested_by),
        requested_on=requested,
        answer_by=change.decision_by,
        reason=change.reason,
        edits=tuple(_edits(ws, change)),
        alternatives=change.alternatives,
        impact=_impact(
            ws,
            change,
            assessed_by=ws.person_name(assessed.by) if assessed else None,
            on=assessed.on if assessed else None,
            computed=computed,
        ),
        implementation=change.implementation,
        implemented_by=ws.person_name(change.implementer or (applied.by if applied else "")),
        planned_finish=change.planned_finish or "",
        level=level.label,
        ccb_opinion=_ccb_opinion(ws, change, level),
        sign=tuple(_sign_box(ws, box, change) for box in sign_boxes(head)),
        verdict=Choice.of(VERDICTS, "passed" if change.reached("verified") else "failed" if verified else None),
        result=verified.note if verified and verified.note else _result(ws, change),
        verified_by=ws.person_name(verified.by) if verified else "",
        verified_on=verified.on if verified else "",
        closed_on=change.reached("closed") or "",
        prepared=Prepared(Signature(ws.person_name(change.steps[0].by) if change.steps else ""), nobody, nobody),
        fingerprint=short(change.digest),
        copies=None,
        copies_each=None,
        basis=basis,
    )


def form_head(ws: Workspace, change: ChangeRequest | None = None) -> Head:
    """HEAD of a form: the parties by their legal names, or as the profile names them."""
    project = ws.project
    return Head(
        project=project.name,
        contract_no=contracts.number(ws),
        form_no=f"{project.code}-BGSQ-{change.id.rpartition('-')[2]}" if change else "",
        employer=legal_name(ws, "customer"),
        contractor=legal_name(ws, "supplier"),
        supervisor=legal_name(ws, "supervisor"),
        date=(change.steps[0].on if change.steps else None) if change else "",
        signing=signing(ws),
    )


def named_with_party(ws: Workspace, handle: str) -> str:
    """A person with the organisation they speak for: 单位 and 姓名."""
    person = ws.find(handle, Person)
    if person is None:
        return ws.person_name(handle)
    organisation = organisation_of(ws, person)
    return f"{organisation} {person.name}" if organisation else person.name


def _types(change: ChangeRequest) -> Choice:
    """The kinds of change that were named, else those that its edits and its impact show."""
    if change.type is not None:
        return Choice.of(TYPES, change.type)
    touched = [*change.affects, *change.withdraw, *(edit.record for edit in change.edits)]
    shown = {
        "requirement": any(one.startswith("REQ-") for one in touched)
        or any(a.kind == "requirement" for a in change.add),
        "schedule": bool(change.impact.schedule_allowance),
        "price": change.impact.price is not None and change.impact.price.amount != 0,
        "contract": change.impact.supplementary_agreement,
    }
    return Choice(tuple(TYPES.values()), tuple(TYPES[name] for name, is_so in shown.items() if is_so))


def _result(ws: Workspace, change: ChangeRequest) -> Text | str:
    """What applying the change did; empty before that."""
    if change.applied_on is None:
        return ""
    done = Text.join(Text.same(result.record) for result in change.results if result.record in ws.records)
    if not done.en:
        return Text("nothing had to be changed in records", "无需修改记录")
    return Text("changed as approved: {records}", "已按批准内容修改：{records}").format(records=done)


def _edits(ws: Workspace, change: ChangeRequest) -> list[Edit]:
    edits = []
    for edit in change.edits:
        record = ws.records.get(edit.record)
        label = about(type(record))[edit.field].label if record and edit.field in about(type(record)) else edit.field
        name = record.name_to_show if record else ""
        item = Text(
            en=f"{edit.record} {name}: {label.en if isinstance(label, Text) else label}",
            zh=f"{edit.record} {name}：{label.zh if isinstance(label, Text) else label}",
        )
        edits.append(Edit(item, _plain(edit.from_), _plain(edit.to)))
    for target in change.withdraw:
        record = ws.records.get(target)
        edits.append(Edit(f"{target} {record.name_to_show if record else ''}", None, Text("withdrawn", "撤销")))
    for added in change.add:
        title = str(added.fields.get("title") or added.fields.get("name") or added.kind)
        edits.append(
            Edit(
                Text(en=f"new {added.kind}: {title}", zh=f"新增：{title}"), None, _plain(added.fields.get("statement"))
            )
        )
    return edits


def _plain(value: Any) -> str | None:
    """A file value as it is printed in a cell."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return "；".join(str(file_value(item)) for item in value)
    return str(value).rstrip("\n")


def _impact(
    ws: Workspace, change: ChangeRequest, *, assessed_by: str | None, on: Any, computed: Sequence[Computed]
) -> ImpactAssessment:
    impact = change.impact
    slips = [
        Text(
            en=f"{ws.records[target].name_to_show}: +{span}",
            zh=f"{ws.records[target].name_to_show}：顺延 {_days(span)}",
        )
        for target, span in impact.schedule_allowance.items()
        if ws.find(target, Task)
    ]
    return ImpactAssessment(
        assessed_by=assessed_by,
        assessed_on=on,
        scope=impact.scope,
        schedule=Text.join(slips, en="; ", zh="；") if slips else None,
        extension=_calendar_days(impact.extension),
        price=impact.price.printed() if impact.price else None,
        price_in_words=_in_words(impact.price),
        borne_by=Choice.of(SIDES_OF_COST, impact.borne_by),
        effort=_effort(impact.effort),
        dependencies=impact.dependencies,
        own_cost=impact.cost.printed() if impact.cost else None,
        quality=impact.quality,
        risk=impact.risk,
        documents=impact.documents,
        supplementary_agreement=Choice(YES, YES if impact.supplementary_agreement else ()),
        computed=tuple((line.label, line.says) for line in computed),
    )


_PERSONS = {
    "h": Text("person-hours", "人时"),
    "d": Text("person-days", "人天"),
    "w": Text("person-weeks", "人周"),
}


def _effort(span: Duration | None) -> Text | None:
    if span is None:
        return None
    unit = _PERSONS.get(span.unit.removeprefix("e"), Text("person-minutes", "人分"))
    return Text.join((Text.same(plain(span.amount)), unit), en=" ", zh=" ")


def _days(span: Any) -> str:
    text = str(span)
    return text.removesuffix("d") + " 个工作日" if text.endswith("d") and not text.endswith("ed") else text


def _calendar_days(span: Duration | None) -> Text | None:
    """合同工期顺延: the contract period runs in calendar days."""
    if span is None:
        return None
    if not span.is_elapsed:
        return Text.same(str(span))
    days = -(-span.minutes(day=1440, week=10080) // 1440)
    return Text(en=f"{days} calendar days", zh=f"{days} 个日历天")


def _in_words(price: Money | None) -> str | None:
    """人民币大写, where there is a price in yuan."""
    return capital_words(price) if price is not None and price.currency == "CNY" else None


def _ccb_opinion(ws: Workspace, change: ChangeRequest, level: Level) -> Text | str | None:
    """The meeting that decided; a cell to write into where one is due, None where the level asks for none."""
    meeting = meeting_of(ws, change)
    if meeting is None:
        return "" if level.meeting else None
    day = meeting.time.date() if isinstance(meeting.time, datetime) else meeting.time
    return Text("{id} {title}, {day}: agreed", "{day} {title}（{id}）审议同意").format(
        id=meeting.id, title=meeting.title, day=day
    )


def _sign_box(ws: Workspace, box: SignBox, change: ChangeRequest) -> SignBox:
    """The box with what a party's last approval or refusal said; the paper still wants hand and seal."""
    last_step = change.steps[-1] if change.steps else None
    if last_step is not None and change.status == "rejected":
        person = ws.find(last_step.by, Person)
        if person is None or not stands_in(ws, box, person.id, person.stood(last_step.on).side, last_step.on):
            return box
        signed_by = f"{person.name} {role_label(person.side, person.role).to(ws.project.language)}"
        return SignBox(
            box.party, box.organisation,
            opinion="disagree", comment=last_step.note or "", signed_by=signed_by, date=last_step.on,
        )  # fmt: skip
    given = [a for a in change.valid_approvals if stands_in(ws, box, a.for_ or a.by, a.side, a.on)]
    if not given:
        return box
    last = given[-1]
    role = role_label(last.side, last.role)
    return SignBox(
        box.party,
        box.organisation,
        opinion="agree",
        comment=last.comment or "",
        signed_by=f"{ws.person_name(last.by)} {role.zh if ws.project.language == 'zh' else role.en}",
        date=last.on,
    )
