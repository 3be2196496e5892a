"""Rounds of acceptance tests: start one, record what came out of each case, finish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.records import NextId, new_record, step_to
from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.acceptance_rounds import RESULT_STATES, RESULTS, ROUND, Round
from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.issues import ISSUE, SEVERITIES
from pmkit.domain.kind import file_data
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.acceptance import rounds, to_run
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Records, Workspace


def start(
    ws: Workspace,
    stage: str,
    only: Sequence[AcceptanceCase],
    values: Mapping[str, Any],
    next_id: NextId,
    acting: Acting,
    *,
    everything: bool = False,
) -> tuple[Edits, list[AcceptanceCase]]:
    """The next round of a stage, and the drafts that it leaves out. Refused while one runs, or with nothing to run."""
    earlier = rounds(ws, stage)
    running = next((one for one in earlier if one.status == "running"), None)
    if running is not None:
        raise Refused(
            Text(en="{id} {title} is still running", zh="{id} {title} 尚未结束").format(
                id=running.id, title=running.title
            ),
            Text.same(f"pmkit acceptance run {running.id} | pmkit acceptance round finish {running.id}"),
        )
    chosen, drafts = to_run(ws, stage, everything=everything)
    if only:
        dead = [case.id for case in only if case.status in {"draft", "waived", "cancelled"}]
        if dead:
            raise Refused(
                Text(en="{ids} cannot be run", zh="{ids} 不能执行").format(ids=Text.join(map(Text.same, dead))),
                Text.same(f"pmkit acceptance case ready {' '.join(dead)}"),
            )
        chosen, drafts = list(only), []
    if not chosen:
        raise Refused(
            Text("no case waits for a round", "没有需要执行的用例"),
            Text(en="{n} are drafts: {command}", zh="有 {n} 个用例为草稿：{command}").format(
                n=len(drafts), command=f"pmkit acceptance case ready {' '.join(case.id for case in drafts[:5])}"
            )
            if drafts
            else Text("`--all` takes those that passed, too", "`--all` 包含已通过的用例"),
        )
    number = len(earlier) + 1
    title = Text(en="{stage}, round {n}", zh="{stage}测试第 {n} 轮").format(stage=STAGES[stage], n=number)
    given = {
        "title": title.to(ws.project.language), "stage": stage, "number": number,
        "cases": [case.id for case in chosen], **values,
    }  # fmt: skip
    made = new_record(ws, ROUND, given, next_id(ROUND.prefix), acting)
    says = Text("Start {title} with {n} cases", "开始{title}，{n} 个用例").format(
        title=made.name_to_show, n=len(chosen)
    )
    edits = Edits(
        (Create(new_path(ROUND, made.id), file_data(made), ROUND.name),),
        "round.start", (made.id,), headed(made.id, says), acting.by, acting.on,
    )  # fmt: skip
    return edits, drafts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a case. `defect`: title, and where said severity, owner, due of the issue to open."""

    case: AcceptanceCase
    result: str
    actual: str | None = None
    evidence: tuple[Received, ...] = ()
    issues: tuple[str, ...] = ()
    defect: Mapping[str, str] = field(default_factory=dict)


def record(ws: Workspace, one: Round, outcomes: Sequence[Outcome], next_id: NextId, acting: Acting) -> Edits:
    """Results of cases; the cases pass or fail with them, and defects become issues, all in one commit.

    Refused for a round that is over and for a case that it does not run; a case that fails names its defect.
    """
    _running(one)
    changes: list[Change] = []
    ids: list[str] = [one.id]
    attached: dict[str, Attach] = {}
    at = one.at("results")
    for outcome in outcomes:
        _refuse_unfit(one, outcome)
        issues = list(outcome.issues)
        if outcome.defect:
            issue = _defect(ws, one, outcome, next_id, acting)
            ws = Workspace(ws.project, Records({**ws.records, issue.id: issue}))
            changes.append(Create(new_path(ISSUE, issue.id), file_data(issue), ISSUE.name))
            issues.append(issue.id)
            ids.append(issue.id)
        filed = []
        for received in outcome.evidence:
            data, attach = kept(one.id, received)
            attached[attach.path] = attach
            filed.append(data)
        said: dict[str, Any] = {"case": outcome.case.id, "result": outcome.result, "on": acting.on.isoformat()}
        said |= {"by": acting.by, "recorded_by": acting.recorded_by, "actual": outcome.actual, "issues": issues}
        said |= {"evidence": filed, "digest": outcome.case.digest}
        changes.append(Append(at.path, at.keys, {key: value for key, value in said.items() if value}))
        ids.append(outcome.case.id)
        state = RESULT_STATES.get(outcome.result)
        if state is not None and state != outcome.case.status:
            changes += step_to(outcome.case, state, acting, one.id)
    if len(outcomes) == 1:
        says = Text("{case} {result}", "{case} {result}").format(
            case=outcomes[0].case.id, result=RESULTS[outcomes[0].result]
        )
    else:
        says = Text("Record the results of {n} cases", "记录 {n} 个用例的结果").format(n=len(outcomes))
    edits = (*attached.values(), *changes)
    return Edits(edits, "round.record", tuple(ids), headed(one.id, says), acting.by, acting.on)


def _running(one: Round) -> None:
    if one.status != "running":
        raise Refused(
            Text(en="{id} is {state}; it takes no results", zh="{id} {state}，不再记录结果").format(
                id=one.id, state=ROUND.states.names[one.status] if ROUND.states else one.status
            ),
            Text.same(f"pmkit acceptance round start --stage {one.stage}"),
        )


def _refuse_unfit(one: Round, outcome: Outcome) -> None:
    if outcome.case.id not in one.cases:
        raise Refused(
            Text(en="{case} is not in {round}", zh="{round} 不含 {case}").format(case=outcome.case.id, round=one.id),
            Text(en="its cases: {ids}", zh="该轮用例：{ids}").format(ids=Text.join(map(Text.same, one.cases))),
        )
    if outcome.result not in RESULTS:
        raise UsageError(
            Text(en="`{what}` is no result", zh="`{what}` 不是有效结果").format(what=outcome.result),
            Text.join(Text(key, f"{key}（{word.zh}）") for key, word in RESULTS.items()),
        )
    if outcome.result == "fail" and not (outcome.defect or outcome.issues):
        raise UsageError(
            Text(en="{case} failed: what is wrong?", zh="{case} 不通过：请说明缺陷").format(case=outcome.case.id),
            Text(
                '--defect "TEXT; serious; HANDLE; DATE" opens an issue, --issue ISS-ID names one',
                "--defect “缺陷；严重程度；责任人；期限”登记新问题，或 --issue 问题编号",
            ),
        )
    if outcome.result in {"blocked", "skipped"} and not outcome.actual:
        raise UsageError(
            Text(en="{case} was not run: why?", zh="{case} 未能执行：请说明原因").format(case=outcome.case.id),
            Text("--actual TEXT", "--actual 原因"),
        )


def _defect(ws: Workspace, one: Round, outcome: Outcome, next_id: NextId, acting: Acting) -> Any:
    case = outcome.case
    given: dict[str, Any] = {
        "category": "quality",
        "severity": "normal",
        "description": outcome.actual,
        "raised_by": acting.by if acting.by in ws.records else None,
        "owner": case.owner,
        "from": [case.id, one.id],
        "affects": list(case.requirements),
        "visibility": None if case.seen_by_customer else "internal",
        **outcome.defect,
    }
    return new_record(ws, ISSUE, {k: v for k, v in given.items() if v}, next_id(ISSUE.prefix), acting)


def parse_defect(text: str, handles: Mapping[str, str]) -> dict[str, str]:
    """`TEXT; SEVERITY; HANDLE; DATE` in any order behind the text. UsageError for a word that is none of them."""
    title, *rest = (part.strip() for part in text.replace("；", ";").split(";"))
    found = {"title": title}
    words = {form.casefold(): key for key, word in SEVERITIES.items() for form in (key, word.en, word.zh)}
    for part in rest:
        if part.casefold() in words:
            found["severity"] = words[part.casefold()]
        elif part in handles:
            found["owner"] = handles[part]
        elif part[:1].isdigit():
            found["due"] = part
        elif part:
            raise UsageError(
                Text(en="`{part}` is no severity, person or day", zh="`{part}` 不是严重程度、人员或日期").format(
                    part=part
                ),
                Text.join(Text(key, f"{key}（{word.zh}）") for key, word in SEVERITIES.items()),
            )
    if not title:
        raise UsageError(Text("what is wrong?", "请说明缺陷"))
    return found


def finish(one: Round, conclusion: str | None, skip: str | None, acting: Acting) -> Edits:
    """The round is over. Refused while cases have no result; `skip`: why those that are left were not run."""
    _running(one)
    if one.pending and not skip:
        raise Refused(
            Text(en="{n} cases have no result: {ids}", zh="{n} 个用例尚无结果：{ids}").format(
                n=len(one.pending), ids=Text.join(map(Text.same, one.pending[:20]))
            ),
            Text(
                en="`pmkit acceptance run {id}`, or `--skip REASON` for all of them",
                zh="执行 `pmkit acceptance run {id}`，或用 `--skip 原因` 全部记为未执行",
            ).format(id=one.id),
        )
    changes: list[Change] = []
    at = one.at("results")
    for case in one.pending:
        said = {"case": case, "result": "skipped", "on": acting.on.isoformat(), "by": acting.by, "actual": skip}
        changes.append(Append(at.path, at.keys, said))
    if conclusion:
        place = one.at("conclusion")
        changes.append(Set(place.path, place.keys, conclusion))
    changes += step_to(one, "finished", acting)
    says = headed(one.id, Text("Finish the round", "结束本轮测试"))
    return Edits(tuple(changes), "round.finish", (one.id,), says, acting.by, acting.on)
