"""Rounds of acceptance tests: which cases were run, with which results, evidence and defects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

RESULTS = {
    "pass": Text("pass", "通过"),
    "fail": Text("fail", "不通过"),
    "blocked": Text("blocked", "阻塞"),
    "skipped": Text("skipped", "未执行"),
}
Result = Literal["pass", "fail", "blocked", "skipped"]
RESULT_STATES = {"pass": "passed", "fail": "failed"}  # what a result makes of its case


class CaseResult(Part):
    """A result of a case. `digest`: what the case said when it was run; `issues`: the defects that were found."""

    case: Annotated[Ref, About("Case", "用例", links=("case",))]
    result: Annotated[Result, About("Result", "结果", words=RESULTS)]
    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("Tested by", "测试人")]
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    actual: Annotated[Prose | None, About("Actual result", "实际结果")] = None
    issues: Annotated[tuple[Ref, ...], About("Defects", "缺陷", links=("issue",))] = ()
    evidence: Annotated[tuple[Evidence, ...], About("Evidence", "佐证材料")] = ()
    digest: Annotated[Line | None, About("Digest of the case", "用例摘要值")] = None


class Round(Tracked):
    """A round; its content is what was to be run for which stage. Of a case's results the last one counts."""

    title: Annotated[Line, About("Round", "轮次", content=True)]
    stage: Annotated[
        Literal["goods", "preliminary", "trial", "final", "warranty_end"],
        About("Stage", "验收阶段", content=True, words=STAGES),
    ]
    number: Annotated[int, About("Number of the round", "第几轮", content=True)] = 1
    cases: Annotated[
        tuple[Ref, ...], About("Cases", "用例", content=True, unordered=True, links=("case",), option="case")
    ] = ()
    environment: Annotated[Prose | None, About("Environment", "测试环境", content=True)] = None
    testers: Annotated[
        tuple[Handle, ...], About("Testers", "测试人员", unordered=True, links=("person",), option="tester")
    ] = ()
    results: Annotated[tuple[CaseResult, ...], About("Results", "执行结果")] = ()
    conclusion: Annotated[Prose | None, About("Conclusion", "结论")] = None

    @property
    def latest(self) -> dict[str, CaseResult]:
        """The result that counts of each case that has one."""
        return {one.case: one for one in self.results}

    @property
    def pending(self) -> tuple[str, ...]:
        """The cases without a result."""
        done = self.latest
        return tuple(case for case in self.cases if case not in done)

    @property
    def counts(self) -> dict[str, int]:
        """How many cases have each result; `pending` those that have none."""
        found = dict.fromkeys(RESULTS, 0)
        for one in self.latest.values():
            found[one.result] += 1
        return found | {"pending": len(self.pending)}

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, result in enumerate(self.results):
            for n, evidence in enumerate(result.evidence):
                yield ("results", number, "evidence", n), evidence


STATES = States(
    names={
        "running": Text("running", "进行中"),
        "finished": Text("finished", "已结束"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "finish", ("running",), "finished", Text("Finish the round", "结束本轮"),
            own_command="pmkit acceptance round finish",
        ),
        Move("cancel", ("running",), "cancelled", Text("Cancel the round", "取消本轮"), needs=("note",)),
    ),
    closed=frozenset({"finished", "cancelled"}),
)  # fmt: skip

ROUND = Kind(
    name="round",
    prefix="RND",
    folder="acceptance/rounds",
    model=Round,
    label=Text("test round", "验收测试轮次"),
    plural=Text("test rounds", "验收测试轮次"),
    states=STATES,
    called="acceptance round",
    columns=("title", "stage", "number", "status"),
    added_by="pmkit acceptance round start",
    due=(Due(Text("Run the cases that have no result", "执行尚无结果的用例"), ("running",), who="testers"),),
)
