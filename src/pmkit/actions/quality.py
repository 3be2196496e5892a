"""Quality: checks with what was measured, and what did not conform in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.records import (
    NextId,
    changes_between,
    check_links,
    check_rules,
    new_record,
    started,
    step,
    step_to,
    with_seen,
)
from pmkit.domain.actions import ACTION
from pmkit.domain.kind import Record, Tracked, file_data
from pmkit.domain.measures import UnitsDiffer, meets
from pmkit.domain.problems import validated
from pmkit.domain.quality import CHECK, NONCONFORMITY, RESULTS, CheckResult, QualityActivity, QualityCheck
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Records, Workspace

_WORDS = {form.casefold(): code for code, t in RESULTS.items() for form in (code, t.en, t.zh)} | {
    "ok": "pass", "合格": "pass", "通过": "pass", "√": "pass",
    "不合格": "fail", "不通过": "fail", "×": "fail", "/": "na",
}  # fmt: skip


def result_of(item: str, target: str | None, said: str | None, objective: str | None = None) -> dict[str, Any]:
    """An item of a check: what was said of it is a measurement, or a word like 符合 or `fail`.

    A measurement is compared with the target. Raises UsageError for another unit, and for a measurement against words.
    """
    row = {"item": item, "target": target, "objective": objective}
    word = _WORDS.get((said or "").strip().casefold())
    if word is not None:
        row["result"] = word
    elif said:
        row["measured"] = said.strip()
        try:
            met = meets(target, said)
        except UnitsDiffer:
            raise UsageError(
                Text(
                    en="{item}: `{said}` is in another unit than `{target}`",
                    zh="{item}：`{said}` 与标准值 `{target}` 单位不同",
                ).format(item=item, said=said, target=target)
            ) from None
        if met is not None:
            row["result"] = "pass" if met else "fail"
    return {key: value for key, value in row.items() if value}


def check(
    ws: Workspace,
    planned: QualityCheck | None,
    values: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    measured: Mapping[int, str],
    next_id: NextId,
    acting: Acting,
    *,
    only_plan: bool = False,
    nonconformities: bool = False,
) -> tuple[Edits, QualityCheck]:
    """A check: planned for a day, or carried out with a result for each item; with the record as it will be.

    Its items are those of the planned check, else of its control activity, and `rows`; `measured` says by number (from
    1) what came out. What the activity says of standard, deliverables and owner need not be said again. With
    `nonconformities` each item that fails opens one. Raises UsageError with every item that has no result.
    """
    activity = ws.get(str(values["activity"]), QualityActivity) if values.get("activity") else None
    given = {**_of_activity(activity), **values} if planned is None else dict(values)
    if planned is not None and planned.status != "planned":
        raise Refused(
            Text(en="{id} is {state}", zh="{id} {state}").format(
                id=planned.id, state=CHECK.states.names[planned.status] if CHECK.states else planned.status
            ),
            Text("a further check is a new one: `pmkit quality check`", "再次检查请新建：`pmkit quality check`"),
        )
    known = [file_data_of(result) for result in planned.results] if planned is not None else _items(activity)
    items: list[dict[str, Any]] = [*known, *map(dict, rows)]
    for number, said in measured.items():
        if not 1 <= number <= len(items):
            raise UsageError(
                Text(en="there is no item {n}; the checklist has {m}", zh="没有第 {n} 项；检查表共 {m} 项").format(
                    n=number, m=len(items)
                )
            )
        old = items[number - 1]
        items[number - 1] = result_of(old["item"], old.get("target"), said, old.get("objective"))
    given["results"] = items
    if not only_plan:
        _refuse_open(items)
        given.setdefault("on", acting.on.isoformat())
    changes, done = _check_changes(ws, planned, given, next_id, acting, only_plan=only_plan)
    everything = Workspace(ws.project, Records({**ws.records, done.id: done}))
    ids = [done.id]
    if nonconformities:
        for result in done.results:
            if result.result == "fail":
                found = _nonconformity(everything, done, result, next_id, acting)
                changes.append(Create(new_path(NONCONFORMITY, found.id), file_data(found), NONCONFORMITY.name))
                ids.append(found.id)
    what = Text("Plan the check of {what}", "计划检查：{what}") if only_plan else Text("Check {what}", "检查：{what}")
    subject = headed(done.id, what.format(what=done.title))
    return Edits(tuple(changes), "quality.check", tuple(ids), subject, acting.by, acting.on), done


def file_data_of(result: CheckResult) -> dict[str, Any]:
    """A result as it is written."""
    data = {key: getattr(result, key) for key in ("item", "target", "measured", "result", "objective", "note")}
    return {key: value for key, value in data.items() if value}


def _of_activity(activity: QualityActivity | None) -> dict[str, Any]:
    """What a check takes over from its control activity."""
    if activity is None:
        return {}
    said = {
        "title": activity.title, "standard": activity.standard, "deliverables": list(activity.deliverables),
        "inspector": activity.owner, "visibility": activity.visibility,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}


def _items(activity: QualityActivity | None) -> list[dict[str, Any]]:
    items = activity.items if activity is not None else ()
    return [result_of(item.item, item.target, None, item.objective) for item in items]


def _refuse_open(items: Sequence[Mapping[str, Any]]) -> None:
    missing = [f"{number} {row['item']}" for number, row in enumerate(items, 1) if not row.get("result")]
    if not items or missing:
        raise UsageError(
            Text(en="no result for: {items}", zh="以下检查项没有结果：{items}").format(
                items=Text(", ".join(missing), "、".join(missing))
            )
            if items
            else Text("the check has no items", "检查没有检查项"),
            Text(
                en='`--measured 1=96`, `--measured 2=pass`, or `--result "ITEM; REQUIRED; MEASURED"` '
                "(or pass, fail, na); `--planned` plans it for later",
                zh="`--measured 1=96`、`--measured 2=符合`，或 `--result “检查项；标准值；实测值”`"
                "（也可写符合、不符合、不适用）；`--planned` 只安排检查",
            ),
        )


def _check_changes(
    ws: Workspace,
    planned: QualityCheck | None,
    given: Mapping[str, Any],
    next_id: NextId,
    acting: Acting,
    *,
    only_plan: bool,
) -> tuple[list[Change], QualityCheck]:
    if planned is None:
        raw = started(CHECK, next_id(CHECK.prefix), given, acting)
        if not only_plan:
            raw |= {"status": "done", "steps": (*raw["steps"], step("done", acting))}
        made = with_seen(ws, validated(QualityCheck, raw))
        _refuse_wrong(ws, made)
        return [Create(new_path(CHECK, made.id), file_data(made), CHECK.name)], made
    raw = {"id": planned.id, **file_data(planned), **given}
    revised = validated(QualityCheck, raw).placed(planned.spot)
    _refuse_wrong(ws, revised)
    changes = changes_between(ws, planned, revised, list(given))
    if only_plan:
        return changes, revised
    return [*changes, *step_to(planned, "done", acting)], revised.model_copy(update={"status": "done"})


def _refuse_wrong(ws: Workspace, record: Record) -> None:
    check_links(ws, record)
    check_rules(ws, record)


def _nonconformity(
    ws: Workspace, found_in: QualityCheck, result: CheckResult, next_id: NextId, acting: Acting
) -> Record:
    """What did not conform, as the check says it."""
    said = Text(en="required {target}, measured {measured}", zh="标准值 {target}，实测 {measured}")
    fact = said.format(target=result.target or "/", measured=result.measured or "/").to(ws.project.language)
    title = Text(en="{check}: {item}", zh="{check}：{item}").format(check=found_in.title, item=result.item)
    title = Text(en="{check}: {item}", zh="{check}：{item}").format(check=found_in.title, item=result.item)
    values = {
        "title": title.to(ws.project.language),
        "fact": f"{fact}\n{result.note}" if result.note else fact,
        "clause": found_in.standard,
        "found_on": found_in.on,
        "found_by": found_in.inspector,
        "responsible": found_in.inspected,
        "check": found_in.id,
        "deliverables": list(found_in.deliverables),
        "visibility": found_in.visibility,
    }
    return new_record(ws, NONCONFORMITY, {k: v for k, v in values.items() if v}, next_id(NONCONFORMITY.prefix), acting)


def improve(
    ws: Workspace, source: Record, measures: Sequence[Mapping[str, Any]], next_id: NextId, acting: Acting
) -> Edits:
    """Improvement actions: action items that come from the source, and are seen by whom sees it."""
    visibility = "customer" if isinstance(source, Tracked) and source.seen_by_customer else "internal"
    changes: list[Change] = []
    ids = []
    for measure in measures:
        given = {"from": source.id, "visibility": visibility, "tags": ["improvement"], **measure}
        action = new_record(ws, ACTION, given, next_id(ACTION.prefix), acting)
        changes.append(Create(new_path(ACTION, action.id), file_data(action), ACTION.name))
        ids.append(action.id)
    subject = headed(", ".join(ids), Text("Improve after {id}", "改进（来自 {id}）").format(id=source.id))
    return Edits(tuple(changes), "quality.improve", (*ids, source.id), subject, acting.by, acting.on)
