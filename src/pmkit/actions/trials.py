"""Trial runs: start, log, finish. The clock starts again after a fatal incident, by the project's rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmkit.actions.evidence import Received, customer, demanded, kept_if_any
from pmkit.actions.records import NextId, add, changes_between, filled, new_record, step_to
from pmkit.domain.issues import ISSUE, Issue
from pmkit.domain.kind import file_data, file_value
from pmkit.domain.measures import UnitsDiffer, meets
from pmkit.domain.trials import RESULTS, TRIAL, Entry, Trial
from pmkit.kernel.duration import Duration
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.acceptance import waived
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.entry import entry
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace
from pmkit.workspace.todo.base import Situation

_WORDS = {"met": "met", "missed": "missed", "达标": "met", "未达标": "missed", "符合": "met", "不符合": "missed"}
_GRAVE = frozenset({"fatal", "serious"})


def start(at: Situation, values: Mapping[str, Any], figures: Sequence[str], next_id: NextId, acting: Acting) -> Edits:
    """The trial run begins. Refused, listing what is missing, while an entry condition does not hold.

    Its shortest length and its figures are the project's where none are said.
    """
    ws = at.ws
    running = next((one for one in ws.of(Trial) if not one.is_closed), None)
    if running is not None:
        raise Refused(
            Text(en="{id} is not over", zh="{id} 尚未结束").format(id=running.id),
            Text.same(f"pmkit trial log {running.id} | pmkit trial finish {running.id}"),
        )
    lacking = [one for one in entry(at, "trial") if not one.holds]
    if lacking:
        lines = [
            Text("{name}: {about}  {what}", "{name}：{about}  {what}").format(name=e.name, about=m.about, what=m.what)
            for e in lacking
            for m in e.missing
        ]
        mends = [usage(line) for line in dict.fromkeys(m.mend for e in lacking for m in e.missing)]
        mends.append(
            Text(en="or, where the customer does without it: {command}", zh="建设单位同意豁免的：{command}").format(
                command=usage(
                    f"pmkit acceptance waive {lacking[0].key} --stage preliminary --reason TEXT --by HANDLE "
                    "--evidence FILE"
                )
            )
        )
        raise Refused(
            Text.join([Text("the conditions are not met yet:", "尚不具备试运行条件："), *lines], en="\n  ", zh="\n  "),
            Text.join(mends, en="\n  ", zh="\n  "),
        )
    rules = ws.project.acceptance.trial
    agreed = [_figure(text) for text in figures] or [{"name": f.name, "target": f.target} for f in rules.figures]
    given = {
        "title": TRIAL.label.to(ws.project.language),
        "start": acting.on.isoformat(),
        "minimum": str(rules.minimum),
        **values,
    }
    if agreed:
        given["figures"] = agreed
    edits = add(ws, TRIAL, given, next_id, acting)
    created = edits.changes[0]
    assert isinstance(created, Create)  # noqa: S101 - one file a record
    data = dict(created.data)
    data["minimum"] = str(given["minimum"])  # said also where it is pmkit's own
    steps = [*data["steps"], {**data["steps"][0], "to": "running"}]
    made = replace(created, data={**data, "status": "running", "steps": steps})
    says = headed(edits.records[0], Text("Start the trial run", "开始试运行"))
    return replace(edits, changes=(made,), action="trial.start", subject=says)


def _figure(text: str) -> dict[str, str]:
    name, *rest = (part.strip() for part in re.split(r"[;；]", text))
    if len(rest) != 1 or not rest[0] or not name:
        raise UsageError(
            Text(en="`{text}` is no figure", zh="`{text}` 不是有效指标").format(text=text),
            Text("write 'NAME; TARGET': 'Availability; >= 99.9 %'", "请写成“指标；目标”，如“可用率；>= 99.9 %”"),
        )
    return {"name": name, "target": rest[0]}


def log(
    ws: Workspace,
    trial: Trial,
    values: Mapping[str, Any],
    measured: Sequence[str],
    next_id: NextId,
    acting: Acting,
    *,
    force_restart: bool = False,
) -> Edits:
    """A line of the log, measured figures, or both. An incident becomes an issue, and may start the clock again."""
    if trial.is_closed:
        raise Refused(
            Text(en="{id} is over", zh="{id} 已结束").format(id=trial.id),
        )
    changes: list[Change] = _measured(trial, measured)
    ids = [trial.id]
    says = Text("Record figures", "记录指标")
    if values.get("text"):
        said = {"at": acting.on.isoformat(), "by": acting.by, **values}
        severity = said.get("severity")
        if severity is None and force_restart:
            raise UsageError(
                Text("which incident starts the clock again?", "请说明是何级别的故障"), usage("--severity")
            )
        if severity is not None and (force_restart or severity in ws.project.acceptance.trial.restart_on):
            said["restarts"] = True
        if severity is not None and "issue" not in said:
            issue = _issue(ws, trial, said, next_id, acting)
            changes.append(Create(new_path(ISSUE, issue.id), file_data(issue), ISSUE.name))
            ids.append(issue.id)
            said["issue"] = issue.id
        known = {*ws.records, *ids}
        entered = _entry(ws, trial, {k: v for k, v in said.items() if v}, known)
        at = trial.at("log")
        changes.append(Append(at.path, at.keys, file_value(entered)))
        says = Text("Log an incident", "记录故障") if severity else Text("Log", "记录运行日志")
    if not changes:
        raise UsageError(
            Text("what happened?", "请填写运行情况"),
            Text("TEXT, or --measured NAME=VALUE", "内容，或 --measured 指标=实际值"),
        )
    return Edits(tuple(changes), "trial.log", tuple(ids), headed(trial.id, says), acting.by, acting.on)


def _entry(ws: Workspace, trial: Trial, said: Mapping[str, Any], known: set[str]) -> Entry:
    raw = dict(said)
    issue = raw.pop("issue", None)
    found = filled(ws, trial.model_copy(update={"log": ()}), {"log": [raw]}).log[0]
    if issue is not None and issue not in known:
        ws.get(issue, Issue)  # says what is near
    return found.model_copy(update={"issue": issue})


def _issue(ws: Workspace, trial: Trial, said: Mapping[str, Any], next_id: NextId, acting: Acting) -> Any:
    given = {
        "title": str(said["text"]).strip().splitlines()[0][:200],
        "description": said["text"] if "\n" in str(said["text"]).strip() else None,
        "category": "technical",
        "severity": said["severity"],
        "cause": said.get("cause"),
        "raised_by": acting.by if acting.by in ws.records else None,
        "owner": trial.owner,
        "from": [trial.id],
    }
    return new_record(ws, ISSUE, {k: v for k, v in given.items() if v}, next_id(ISSUE.prefix), acting)


def _measured(trial: Trial, measured: Sequence[str]) -> list[Change]:
    """`NAME=VALUE`: what came out for a figure; `met` and `missed` decide where its target is words."""
    names = [figure.name for figure in trial.figures]
    changes: list[Change] = []
    for text in measured:
        name, sign, value = (part.strip() for part in text.replace("＝", "=").partition("="))
        if not sign or name not in names:
            raise UsageError(
                Text(en="`{text}` is no figure of {id}", zh="`{text}` 不是 {id} 的指标").format(text=text, id=trial.id),
                Text.join(Text.same(f"{one}=") for one in names) if names else usage("--figure"),
            )
        number = names.index(name)
        figure = trial.figures[number]
        try:
            decided = meets(figure.target, value) is not None
        except UnitsDiffer:
            raise UsageError(
                Text(
                    en="{name}: `{value}` is not in the unit of {target}",
                    zh="{name}：`{value}` 与目标 {target} 单位不一致",
                ).format(name=name, value=value, target=figure.target)
            ) from None
        word = _WORDS.get(value)
        if not decided and word is None:
            raise UsageError(
                Text(en="{name}: does `{value}` meet {target}?", zh="{name}：`{value}` 是否达到 {target}？").format(
                    name=name, value=value, target=figure.target
                ),
                Text("write a number in its unit, `met` or `missed`", "请写带单位的数值，或写“达标”“未达标”"),
            )
        for key, one in (("actual", value), ("verdict", word)):
            if one is not None:
                at = trial.at("figures", number, key)
                changes.append(Set(at.path, at.keys, one))
    return changes


def lacks(ws: Workspace, trial: Trial, acting: Acting) -> list[tuple[Text, Text]]:
    """What stands in the way of a pass, each with what mends it: days, figures, incidents that are not solved."""
    found: list[tuple[Text, Text]] = []
    excused = waived(ws)
    days = trial.days(acting.on)
    if days < trial.minimum_days:
        says = Text(
            en="{n} of {min} calendar days so far, counted from {start}; complete on {end}",
            zh="自 {start} 起已运行 {n} 个日历天，要求 {min} 个，最早 {end} 期满",
        ).format(n=days, min=trial.minimum_days, start=trial.clock_start, end=trial.earliest_end(acting.on))
        found.append(
            (says, usage(f"pmkit trial finish {trial.id} --result pass --date {trial.earliest_end(acting.on)}"))
        )
    for figure in trial.figures:
        if figure.is_met is not True:
            state = Text("not measured", "未填写实际值") if figure.is_met is None else Text("not met", "未达标")
            says = Text(en="{name} {target}: {state}", zh="{name}（{target}）：{state}").format(
                name=figure.name, target=figure.target, state=state
            )
            found.append((says, usage(f"pmkit trial log {trial.id} --measured '{figure.name}=VALUE'")))
    for incident in trial.incidents:
        issue = ws.find(incident.issue, Issue) if incident.issue else None
        if issue is not None and issue.severity in _GRAVE and not issue.is_closed and issue.id not in excused:
            says = Text(en="{id} is not closed: {title}", zh="{id} 尚未关闭：{title}")
            found.append((says.format(id=issue.id, title=issue.title), Text.same(f"pmkit show {issue.id}")))
    return found


def finish(
    ws: Workspace,
    trial: Trial,
    result: str,
    values: Mapping[str, Any],
    measured: Sequence[str],
    extend: str | None,
    evidence: Received | None,
    acting: Acting,
    note: str | None,
) -> Edits:
    """The conclusion: fit for final acceptance (under the customer's name, with evidence), to be extended, or not fit.

    Refused for a pass while it has not lasted long enough, a figure is missing or missed, or a grave incident is open.
    """
    if result not in RESULTS:
        raise UsageError(
            Text("what is the result?", "请给出试运行结论"),
            Text.join(Text(key, f"{key}（{word.zh}）") for key, word in RESULTS.items()),
        )
    states = TRIAL.states
    assert states is not None  # noqa: S101 - declared with states
    states.choices(TRIAL, trial.id, trial.status, "extend" if result == "extend" else "finish")
    changes: list[Change] = _measured(trial, measured)
    if result == "extend":
        return _extended(trial, extend, changes, acting, note)
    updated = _with(trial, changes)
    filed, attached = kept_if_any(trial.id, evidence)
    if result == "pass":
        states.move(TRIAL, trial.id, trial.status, "suspend")  # one that is suspended goes on first
        person = customer(ws, acting.by)
        if wrong := lacks(ws, updated, acting):
            raise Refused(
                Text.join(
                    [Text("it cannot be finished yet:", "尚不能结束："), *(says for says, _ in wrong)],
                    en="\n  ", zh="\n  ",
                ),
                Text.join(dict.fromkeys(mend for _, mend in wrong), en="\n  ", zh="\n  "),
            )  # fmt: skip
        filed, attached = demanded(trial.id, evidence, Text("the result of a trial run", "试运行结论"))
        says = Text("{result}, {who}", "{result}，{who}").format(result=RESULTS[result], who=person.name)
    else:
        says = RESULTS[result]
    given = {"result": result, **values}
    changes += changes_between(ws, trial, filled(ws, trial, given), list(given))
    changes += [*attached, *step_to(trial, "passed" if result == "pass" else "failed", acting, note, filed)]
    return Edits(tuple(changes), "trial.finish", (trial.id,), headed(trial.id, says), acting.by, acting.on)


def _with(trial: Trial, changes: Sequence[Change]) -> Trial:
    """The trial run with figures that are about to be written."""
    figures = list(trial.figures)
    for change in changes:
        if isinstance(change, Set) and "figures" in change.keys:
            number, key = int(change.keys[-2]), str(change.keys[-1])
            figures[number] = figures[number].model_copy(update={key: change.value})
    return trial.model_copy(update={"figures": tuple(figures)})


def _extended(trial: Trial, extend: str | None, changes: list[Change], acting: Acting, note: str | None) -> Edits:
    try:
        more = Duration.parse(extend or "")
    except ValueError:
        raise UsageError(Text("by how much?", "请说明延长多久"), Text.same("--extend 15ed")) from None
    if not more.is_elapsed or more.amount <= 0 or not note:
        raise UsageError(
            Text("it is extended by calendar time, for a reason", "延长按日历天计，并须说明原因"),
            Text("--extend 15ed --note TEXT", "--extend 15ed --note 原因"),
        )
    days = trial.minimum_days + -(-more.minutes(day=1440, week=10080) // 1440)
    at = trial.at("minimum")
    written = (*changes, Set(at.path, at.keys, f"{days}ed"), *step_to(trial, "running", acting, note))
    says = headed(trial.id, Text("Extend to {n} calendar days", "延长至 {n} 个日历天").format(n=days))
    return Edits(written, "trial.extend", (trial.id,), says, acting.by, acting.on)
