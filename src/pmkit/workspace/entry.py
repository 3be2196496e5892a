"""What stands in the way of a stage: the conditions to enter it, and what it takes to pass (FORMS §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pmkit.domain.acceptance import ANY_STAGE
from pmkit.domain.acceptance_rules import CONDITIONS, Condition, StageName
from pmkit.domain.acceptance_stages import Stage, Waived
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.issues import SEVERITIES
from pmkit.domain.training import Training
from pmkit.kernel.text import Text
from pmkit.workspace.acceptance import latest_stage, latest_trial, living_cases, open_defects, share, waived
from pmkit.workspace.documents import needs, phases_of
from pmkit.workspace.model import Workspace
from pmkit.workspace.readiness.base import Missing
from pmkit.workspace.todo.base import Situation

_FEW = 8  # ids that a message lists
# Documents that come of the final acceptance itself, or after it.
_OF_THE_END = frozenset({"YSBG", "YJQD", "ZJBG", "MYD"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A condition of a stage with what it lacks; `waived`: the customer does without it."""

    key: Condition
    missing: tuple[Missing, ...]
    waived: Waived | None = None

    @property
    def name(self) -> Text:
        return CONDITIONS[self.key]

    @property
    def holds(self) -> bool:
        return not self.missing or self.waived is not None


def entry(at: Situation, stage: StageName) -> list[Entry]:
    """Each condition of a stage, by the project's rules, with how it stands."""
    excused = waived(at.ws)
    found = []
    for key in at.ws.project.acceptance.entry(stage):
        missing = tuple(one for one in _LOOK[key](at) if one.about not in excused)
        found.append(Entry(key, missing, excused.get(key)))
    return found


def _passed(name: str) -> Callable[[Situation], Iterator[Missing]]:
    def look(at: Situation) -> Iterator[Missing]:
        stage = latest_stage(at.ws, name)
        if stage is None:
            yield Missing(name, Text("not held yet", "尚未进行"), f"pmkit acceptance plan --stage {name}")
        elif stage.status != "accepted":
            state = stage.kind.states.names[stage.status] if stage.kind.states else Text.same(stage.status)
            verb = {"preparing": "apply", "applied": "hold", "held": "conclude", "remedying": "recheck"}
            mend = f"pmkit acceptance {verb.get(stage.status, 'plan')} --stage {name}"
            yield Missing(stage.id, state, mend)

    return look


def _deliverables(at: Situation) -> Iterator[Missing]:
    for one in at.ws.of(Deliverable):
        if one.status in {"planned", "rejected"}:
            says = Text(en="{title} is not submitted", zh="{title} 未提交").format(title=one.title)
            yield Missing(one.id, says, f"pmkit deliverable submit {one.id} FILE")


def _training(at: Situation) -> Iterator[Missing]:
    sessions = [one for one in at.ws.of(Training) if one.status != "cancelled"]
    if not sessions:
        yield Missing("training", Text("no training is recorded", "没有培训记录"), "pmkit training plan --title TEXT")
    for one in sessions:
        if one.status == "planned":
            says = Text(en="{title} was not held", zh="{title} 尚未进行").format(title=one.title)
            yield Missing(one.id, says, f"pmkit training record {one.id}")


def _trial(at: Situation) -> Iterator[Missing]:
    trial = latest_trial(at.ws)
    if trial is None:
        yield Missing("trial", Text("no trial run", "尚未试运行"), "pmkit trial start")
    elif trial.status != "passed":
        state = trial.kind.states.names[trial.status] if trial.kind.states else Text.same(trial.status)
        yield Missing(trial.id, state, f"pmkit trial finish {trial.id}")


def _punch_list(at: Situation) -> Iterator[Missing]:
    stage = latest_stage(at.ws, "preliminary")
    for n in stage.unchecked if stage else ():
        item = stage.items[n - 1] if stage else None
        says = Text(en="{n}. {text}", zh="{n}．{text}").format(n=n, text=item.text.splitlines()[0] if item else "")
        yield Missing(stage.id if stage else "", says, f"pmkit acceptance recheck --stage preliminary {n} --by HANDLE")


def _documents(*codes: str) -> Callable[[Situation], Iterator[Missing]]:
    def look(at: Situation) -> Iterator[Missing]:
        for need in needs(at.ws, [phase for phase in phases_of(at.ws) if phase.code != "WB"]):
            wanted = need.type.code in codes if codes else need.type.code not in _OF_THE_END
            if wanted and need.is_missing and need.lacks is not None:
                says = Text(en="{name}: {lacks}", zh="《{name}》：{lacks}").format(
                    name=need.type.name, lacks=need.lacks
                )
                yield Missing(need.has[0] if need.has else need.type.code, says, need.mend)

    return look


def _outside_reports(at: Situation) -> Iterator[Missing]:
    stage = latest_stage(at.ws, "final")
    for one in stage.reports if stage else ():
        shown = one.document is not None or one.evidence is not None
        if one.result != "pass" or not shown:
            lacks = Text("not there yet", "尚未取得") if one.result is None else Text("not conforming", "结论为不符合")
            lacks = lacks if one.result != "pass" else Text("its file is not named", "未附文件")
            says = Text(en="{title}: {lacks}", zh="《{title}》：{lacks}").format(title=one.title, lacks=lacks)
            mend = f"pmkit acceptance outside '{one.title}' --stage final --result pass --evidence FILE"
            yield Missing(stage.id if stage else "", says, mend)


_LOOK: dict[Condition, Callable[[Situation], Iterator[Missing]]] = {
    "goods": _passed("goods"),
    "deliverables": _deliverables,
    "preliminary": _passed("preliminary"),
    "training": _training,
    "go_live": _documents("SXQH"),
    "trial": _trial,
    "punch_list": _punch_list,
    "user_report": _documents("YHBG"),
    "outside_reports": _outside_reports,
    "documents": _documents(),
}


def pass_lacks(ws: Workspace, stage: str) -> Iterator[Missing]:
    """What the rules of the project demand for a pass and is not so; what was waived is left out."""
    rules = ws.project.acceptance.pass_
    own = [case for case in living_cases(ws) if case.is_for(stage)]
    excused = waived(ws)
    if not own and stage in ANY_STAGE and "must_cases" not in excused:
        says = Text("there is no acceptance case", "没有验收用例")
        yield Missing("must_cases", says, "pmkit acceptance case generate")
    for key, priority, wanted in (
        ("must_cases", "must", rules.must_cases),
        ("other_cases", "other", rules.other_cases),
    ):
        found = share(own, priority)
        if not found.reaches(wanted) and key not in excused:
            open_ = [case.id for case in own if case.priority == priority and case.status not in {"passed", "waived"}]
            says = Text(
                en="{passed} of {of} {what} passed, {wanted}% are needed: {ids}",
                zh="{what}通过 {passed}/{of}，要求 {wanted}%：{ids}",
            ).format(
                passed=found.passed, of=found.of, wanted=wanted, ids=_few(open_),
                what=Text("must cases", "必测用例") if priority == "must" else Text("other cases", "其他用例"),
            )  # fmt: skip
            yield Missing(key, says, f"pmkit acceptance round start --stage {stage}")
    limits = {"fatal": rules.fatal, "serious": rules.serious, "normal": rules.normal}
    for severity, issues in open_defects(ws).items():
        limit = limits.get(severity)
        counted = [issue for issue in issues if issue.id not in excused]
        if limit is None or severity in excused:
            continue
        if len(counted) > limit:
            says = Text(
                en="{n} defects are open ({severity}), at most {limit} may be: {ids}",
                zh="遗留{severity}缺陷 {n} 个，上限 {limit} 个：{ids}",
            ).format(n=len(counted), severity=SEVERITIES[severity], limit=limit, ids=_few([i.id for i in counted]))
            yield Missing(severity, says, f"pmkit show {counted[0].id}")
        for issue in counted if severity == "normal" else ():
            if issue.due is None:
                says = Text(en="{id} may stay open with a day only: {title}", zh="{id} 遗留须有整改期限：{title}")
                yield Missing(
                    issue.id, says.format(id=issue.id, title=issue.title), f"pmkit issue set {issue.id} due=DATE"
                )


def _few(ids: Sequence[str]) -> Text:
    listed = Text.join(Text.same(one) for one in ids[:_FEW])
    return listed if len(ids) <= _FEW else Text("{ids} ...", "{ids} 等").format(ids=listed)


def current(ws: Workspace, stage: str) -> Stage | None:
    """The stage of that name that is under way; None where none is."""
    found = latest_stage(ws, stage)
    return found if found is not None and not found.is_closed else None
