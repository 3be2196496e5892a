"""Stages of acceptance: plan, apply, hold, conclude, re-check what was left open, and what the customer waives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.evidence import Received, customer, demanded, kept_if_any
from pmkit.actions.interviews import handles_of
from pmkit.actions.records import NextId, added, changes_between, filled, new_record, step, step_to
from pmkit.domain.acceptance_rules import CONDITIONS, STAGES, StageName
from pmkit.domain.acceptance_stages import RESULTS, STAGE, Stage
from pmkit.domain.documents import Document
from pmkit.domain.kind import file_data
from pmkit.domain.people import Person
from pmkit.domain.points import parse_point
from pmkit.domain.requirements import Requirement
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.kernel.usage import usage
from pmkit.workspace.acceptance import rounds
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.entry import current, entry, pass_lacks
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.readiness.base import Missing
from pmkit.workspace.todo.base import Situation

_PASS_KEYS = ("must_cases", "other_cases", "fatal", "serious", "normal")


# --- plan ------------------------------------------------------------------------------------------------------------


def plan(
    ws: Workspace,
    stage: str,
    values: Mapping[str, Any],
    panel: Sequence[str],
    reports: Sequence[str],
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """What is agreed for a stage: a new record, or more said of the one that is being prepared."""
    given = dict(values)
    if panel:
        given["panel"] = [panelist(ws, text) for text in panel]
    if reports:
        given["reports"] = [_outside(text) for text in reports]
    found = current(ws, stage)
    if found is None:
        made = _new(ws, stage, given, next_id, acting)
        change = Create(new_path(STAGE, made.id), file_data(made), STAGE.name)
        return Edits((change,), "acceptance.plan", (made.id,), added(made), acting.by, acting.on)
    _move(found, "apply")  # what was applied for stands
    changes = changes_between(ws, found, filled(ws, found, given), list(given))
    if not changes:
        raise Refused(Text(en="{id} says that already", zh="{id} 已是该内容，无需修改").format(id=found.id))
    says = headed(found.id, Text("Plan the acceptance", "安排验收"))
    return Edits(tuple(changes), "acceptance.plan", (found.id,), says, acting.by, acting.on)


def _new(ws: Workspace, stage: str, given: Mapping[str, Any], next_id: NextId, acting: Acting) -> Stage:
    title = STAGES[stage].to(ws.project.language)
    made = new_record(ws, STAGE, {"title": title, "stage": stage, **given}, next_id(STAGE.prefix), acting)
    assert isinstance(made, Stage)  # noqa: S101 - what the kind makes
    return made


def panelist(ws: Workspace, text: str) -> dict[str, str]:
    """`王芳；组长`, or for somebody from outside `陈明；省信息中心；高级工程师；专家`."""
    name, *rest = (part.strip() for part in re.split(r"[;；]", text))
    handle = handles_of(ws).get(name)
    person = ws.find(handle, Person) if handle else None
    if person is not None:
        said = {"name": person.name, "organisation": person.organisation, "position": person.position}
        said |= {"duty": rest[-1] if rest else None}
    else:
        said = dict(zip(("name", "organisation", "position", "duty"), (name, *rest), strict=False))
    return {key: value for key, value in said.items() if value}


def _outside(text: str) -> dict[str, str]:
    title, _, issuer = (part.strip() for part in re.sub("；", ";", text).partition(";"))
    return {"title": title} | ({"issuer": issuer} if issuer else {})


def outside(
    ws: Workspace,
    found: Stage,
    title: str,
    values: Mapping[str, str],
    document: Document | None,
    evidence: Received | None,
    acting: Acting,
) -> Edits:
    """A report of somebody outside came: one that was planned, or a further one."""
    filed, attached = kept_if_any(found.id, evidence)
    said: dict[str, Any] = dict(values)
    said |= {"document": document.id} if document else {}
    said |= {"evidence": filed} if filed else {}
    number = next((n for n, one in enumerate(found.reports) if one.title == title), None)
    changes: list[Change] = [*attached]
    if number is None:
        at = found.at("reports")
        changes.append(Append(at.path, at.keys, {"title": title, **said}))
    else:
        for key, value in said.items():
            at = found.at("reports", number, key)
            changes.append(Set(at.path, at.keys, value))
    filled(ws, found.model_copy(update={"reports": ()}), {"reports": [{"title": title, **said}]})  # says what is wrong
    says = headed(found.id, Text("File the report {title}", "登记《{title}》").format(title=title))
    return Edits(tuple(changes), "acceptance.outside", (found.id,), says, acting.by, acting.on)


# --- apply, hold, conclude -------------------------------------------------------------------------------------------


def apply(at: Situation, stage: StageName, next_id: NextId, acting: Acting, note: str | None = None) -> Edits:
    """The acceptance is applied for. Refused, listing what is missing, while an entry condition does not hold."""
    found = current(at.ws, stage)
    if found is not None:
        _move(found, "apply")
    lacking = [one for one in entry(at, stage) if not one.holds]
    if lacking:
        lines = [_line(one.name, missing) for one in lacking for missing in one.missing]
        raise Refused(
            Text.join([Text("the conditions are not met yet:", "尚不具备验收条件："), *lines], en="\n  ", zh="\n  "),
            _mends(stage, [missing for one in lacking for missing in one.missing], [one.key for one in lacking]),
        )
    says = Text("Apply for the acceptance", "提交验收申请")
    if found is None:
        made = _new(at.ws, stage, {}, next_id, acting)
        data = file_data(made)
        data |= {"status": "applied", "steps": [*data["steps"], step("applied", acting, note)]}
        change = Create(new_path(STAGE, made.id), data, STAGE.name)
        return Edits((change,), "acceptance.apply", (made.id,), headed(made.id, says), acting.by, acting.on)
    changes = step_to(found, "applied", acting, note)
    return Edits(changes, "acceptance.apply", (found.id,), headed(found.id, says), acting.by, acting.on)


def _line(name: Text, missing: Missing) -> Text:
    what = Text("{about}  {what}", "{about}  {what}").format(about=missing.about, what=missing.what)
    return Text("{name}: {what}", "{name}：{what}").format(name=name, what=what)


def _mends(stage: str, missing: Sequence[Missing], keys: Sequence[str]) -> Text:
    lines = [usage(line) for line in dict.fromkeys(one.mend for one in missing)]
    waive = usage(f"pmkit acceptance waive {keys[0]} --stage {stage} --reason TEXT --by HANDLE --evidence FILE")
    last = Text(en="or, where the customer does without it: {command}", zh="建设单位同意豁免的：{command}")
    return Text.join([*lines, last.format(command=waive)], en="\n  ", zh="\n  ")


def hold(
    ws: Workspace, found: Stage, values: Mapping[str, Any], panel: Sequence[str], acting: Acting, note: str | None
) -> Edits:
    """That it was held: when, where, by which panel, on which rounds of tests."""
    _move(found, "hold")
    given = {"time": acting.on.isoformat(), **values}
    if panel:
        given["panel"] = [panelist(ws, text) for text in panel]
    given.setdefault("rounds", [one.id for one in rounds(ws, found.stage) if one.status == "finished"])
    given = {key: value for key, value in given.items() if value}
    revised = filled(ws, found, given)
    if not revised.panel:
        raise UsageError(
            Text("who is on the panel?", "请列出验收组成员"),
            Text("--panel 'WHO; DUTY', may be repeated", "--panel “姓名；组内职务”，可重复"),
        )
    changes = [*changes_between(ws, found, revised, list(given)), *step_to(found, "held", acting, note)]
    says = headed(found.id, Text("Record that it was held", "记录验收会"))
    return Edits(tuple(changes), "acceptance.hold", (found.id,), says, acting.by, acting.on)


def conclude(
    at: Situation,
    found: Stage,
    values: Mapping[str, Any],
    items: Sequence[str],
    evidence: Received | None,
    acting: Acting,
) -> Edits:
    """The panel's result, under the customer's name and with what shows it.

    Refused where the rules do not let it pass: cases that failed, defects that are open. Open items stay to be
    re-checked; with the result `remedy` the stage is accepted once all of them are.
    """
    ws = at.ws
    result = str(values.get("result") or "")
    if result not in RESULTS:
        raise UsageError(
            Text("what is the result?", "请给出验收结论"),
            Text.join(Text(key, f"{key}（{word.zh}）") for key, word in RESULTS.items()),
        )
    _move(found, "conclude")
    person = customer(ws, acting.by)
    filed, attached = demanded(found.id, evidence, Text("the result of an acceptance", "验收结论"))
    if result == "pass" and (lacks := list(pass_lacks(ws, found.stage))):
        lines = [Text("{about}  {what}", "{about}  {what}").format(about=m.about, what=m.what) for m in lacks]
        raise Refused(
            Text.join([Text("it cannot pass yet:", "未达到合格判定标准："), *lines], en="\n  ", zh="\n  "),
            _mends(found.stage, lacks, [lacks[0].about]),
        )
    points = [_point(ws, text, acting) for text in items]
    if result == "remedy" and not points and not found.unchecked:
        raise UsageError(
            Text("what is to be remedied?", "请列出整改事项"),
            Text("--item 'TEXT (WHO, DATE)', may be repeated", "--item “事项（责任方，日期）”，可重复"),
        )
    given = {key: value for key, value in values.items() if value}
    if found.stage == "final" and result != "fail":
        given.setdefault("warranty_from", acting.on.isoformat())
    state = {"pass": "accepted", "remedy": "remedying", "fail": "failed"}[result]
    place = found.at("items")
    changes: list[Change] = [
        *attached,
        *changes_between(ws, found, filled(ws, found, given), list(given)),
        *(Append(place.path, place.keys, point) for point in points),
        *step_to(found, state, acting, None, filed),
    ]
    ids = [found.id]
    if state == "accepted":
        moved = _requirements_accepted(ws, found, acting)
        changes += [change for _, steps in moved for change in steps]
        ids += [record_id for record_id, _ in moved]
    says = Text("{result}, {who}", "{result}，{who}").format(result=RESULTS[result], who=person.name)
    return Edits(tuple(changes), "acceptance.conclude", tuple(ids), headed(found.id, says), acting.by, acting.on)


def _requirements_accepted(ws: Workspace, found: Stage, acting: Acting) -> list[tuple[str, tuple[Change, ...]]]:
    """With the final acceptance what was verified is accepted."""
    if found.stage != "final":
        return []
    verified = [one for one in ws.of(Requirement) if one.status == "verified"]
    return [(one.id, step_to(one, "accepted", acting, found.id)) for one in verified]


def _point(ws: Workspace, text: str, acting: Acting) -> dict[str, str]:
    try:
        found = parse_point(text, handles_of(ws), acting.on.year)
    except ValueError as error:
        raise UsageError(
            Text(en="`{text}`: {day} is no day", zh="`{text}`：{day} 不是有效日期").format(text=text, day=error)
        ) from None
    if "due" not in found or "owner" not in found:
        raise UsageError(
            Text(en="`{text}`: by whom, until when?", zh="`{text}`：缺少责任方或期限").format(text=text),
            Text("write 'TEXT (WHO, 2026-03-20)'", "请写成“事项（责任方，2026-03-20）”"),
        )
    return found


def recheck(
    ws: Workspace,
    found: Stage,
    numbers: Sequence[int],
    note: str | None,
    evidence: Received | None,
    acting: Acting,
) -> Edits:
    """Open items were seen to be done; with the last one a stage that was to be remedied is accepted."""
    if not found.items:
        raise Refused(Text(en="{id} left nothing open", zh="{id} 没有遗留问题").format(id=found.id))
    customer(ws, acting.by)
    filed, attached = kept_if_any(found.id, evidence)
    changes: list[Change] = [*attached]
    for number in numbers:
        if not 1 <= number <= len(found.items):
            raise UsageError(
                Text(en="{id} has {n} open items", zh="{id} 共有 {n} 项遗留问题").format(
                    id=found.id, n=len(found.items)
                )
            )
        if found.items[number - 1].rechecked is not None:
            raise Refused(Text(en="item {n} is re-checked already", zh="第 {n} 项已复验").format(n=number))
        said = {"rechecked": acting.on.isoformat(), "rechecked_by": acting.by, "note": note, "evidence": filed}
        for key, value in said.items():
            if value:
                at = found.at("items", number - 1, key)
                changes.append(Set(at.path, at.keys, value))
    ids = [found.id]
    if found.status == "remedying" and set(found.unchecked) <= set(numbers):
        changes += step_to(found, "accepted", acting)
        moved = _requirements_accepted(ws, found, acting)
        changes += [change for _, steps in moved for change in steps]
        ids += [record_id for record_id, _ in moved]
    listed = Text.join(Text.same(str(n)) for n in numbers)
    says = headed(found.id, Text("Re-check item {n}", "复验遗留问题 {n}").format(n=listed))
    return Edits(tuple(changes), "acceptance.recheck", tuple(ids), says, acting.by, acting.on)


def withdraw(found: Stage, note: str | None, acting: Acting) -> Edits:
    """It is not held after all."""
    _move(found, "withdraw")
    changes = step_to(found, "withdrawn", acting, note)
    says = headed(found.id, Text("Withdraw", "撤回"))
    return Edits(changes, "acceptance.withdraw", (found.id,), says, acting.by, acting.on)


# --- what the customer does without ----------------------------------------------------------------------------------


def waive(ws: Workspace, found: Stage, what: str, reason: str, evidence: Received | None, acting: Acting) -> Edits:
    """The customer consciously does without something: a record, an entry condition, a rule, a document by its type."""
    person = customer(ws, acting.by)
    what = _waivable(ws, what)
    if any(one.what == what for one in found.waivers):
        raise Refused(Text(en="{what} is waived already", zh="{what} 已豁免").format(what=what))
    filed, attached = demanded(found.id, evidence, Text("a waiver", "豁免"))
    said = {"what": what, "reason": reason, "by": person.id, "on": acting.on.isoformat()}
    said |= {"recorded_by": acting.recorded_by} if acting.recorded_by else {}
    at = found.at("waivers")
    changes: list[Change] = [*attached, Append(at.path, at.keys, {**said, "evidence": filed})]
    says = Text("{what} is waived by {who}", "{who}同意豁免 {what}").format(what=what, who=person.name)
    ids = (found.id, *([what] if what in ws.records else []))
    return Edits(tuple(changes), "acceptance.waive", ids, headed(found.id, says), acting.by, acting.on)


def _waivable(ws: Workspace, what: str) -> str:
    from pmkit.domain.document_types import known_types

    if (record_id := normal_id(what)) in ws.records:
        return record_id
    codes = {one.code: one.code for one in known_types()}
    forms = {form.casefold(): one.code for one in known_types() for form in (one.code, one.name.en, one.name.zh)}
    forms |= {form.casefold(): key for key, word in CONDITIONS.items() for form in (key, word.en, word.zh)}
    forms |= {key: key for key in (*_PASS_KEYS, "training")}
    if found := forms.get(what.casefold()):
        return found
    known = [*CONDITIONS, *_PASS_KEYS, *codes]
    raise UsageError(
        Text(en="there is no `{what}` to be waived", zh="没有可豁免的“{what}”").format(what=what),
        did_you_mean(what, [*known, *ws.records])
        if did_you_mean(what, [*known, *ws.records]).en
        else Text(
            en="an id, a type of document, or one of {keys}", zh="可写记录编号、文件类型，或以下之一：{keys}"
        ).format(keys=Text.join(Text(k, f"{k}（{w.zh}）") for k, w in CONDITIONS.items())),
    )


# --- the workflow ----------------------------------------------------------------------------------------------------


def needed(ws: Workspace, stage: str, verb: str) -> Stage:
    """The stage that is under way. Refused where none is, saying how one begins."""
    found = current(ws, stage)
    if found is None:
        raise Refused(
            Text(en="no {stage} is under way", zh="没有进行中的{stage}").format(stage=STAGES[stage]),
            Text.same(f"pmkit acceptance {'plan' if verb != 'hold' else 'apply'} --stage {stage}"),
        )
    return found


def _move(found: Stage, verb: str) -> None:
    states = STAGE.states
    assert states is not None  # noqa: S101 - declared with states
    states.choices(STAGE, found.id, found.status, verb)
