"""REV: comments that nobody answers, conditions that nobody meets, gates that were passed all the same."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.reviews import DISPOSITIONS, Review
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import workdays_after

ANSWER_WITHIN = 5  # working days


@check(
    "REV101",
    "review-without-decision",
    severity="error",
    says=Text("{id} was held and says no decision", "{id} 已评审，但没有结论"),
    fix=Text(
        "`pmkit review record {id} --decision pass|conditional|fail`",
        "`pmkit review record {id} --decision pass|conditional|fail`（通过、有条件通过、不通过）",
    ),
)
def review_without_decision(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A gate without a decision stands open for everybody."""
    for review in ws.of(Review):
        if review.status in {"held", "closed"} and review.decision is None:
            yield hit(review.at("decision"), review.id, id=review.id)


@check(
    "REV102",
    "condition-without-date",
    severity="warning",
    says=Text("condition {n} of {id} has no day or no owner", "{id} 的第 {n} 项条件没有期限或没有责任人"),
    fix=Text("write `owner:` and `due:` under the condition", "请在该条件下填写 `owner:` 和 `due:`"),
)
def condition_without_date(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A pass with conditions that nobody has to meet by any day is a pass."""
    for review in ws.of(Review):
        for n, condition in enumerate(review.conditions, start=1):
            if condition.met is None and (condition.due is None or condition.owner is None):
                yield hit(review.at("conditions", n - 1), review.id, id=review.id, n=n)


@check(
    "REV103",
    "comment-turned-down-without-reason",
    severity="warning",
    says=Text("comment {n} of {id} is “{word}” without a reason", "{id} 的意见 {n} 处理为“{word}”，但没有说明理由"),
    fix=Text(
        "`pmkit review answer {id} {n} --disposition {code} --reason TEXT`",
        "`pmkit review answer {id} {n} --disposition {code} --reason 理由`",
    ),
)
def comment_turned_down_without_reason(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Whoever made the comment makes it again at the acceptance."""
    for review in ws.of(Review):
        for n, comment in enumerate(review.comments, start=1):
            if comment.disposition in {"partly", "rejected"} and not comment.answer:
                at = review.at("comments", n - 1, "disposition")
                word = DISPOSITIONS[comment.disposition]
                yield hit(at, review.id, id=review.id, n=n, word=word, code=comment.disposition)


@check(
    "REV201",
    "gate-passed-without-review",
    severity="warning",
    says=Text(
        "{gate} is reported as reached, but its review {id} has not passed", "{gate} 已填报完成，但其评审 {id} 尚未通过"
    ),
    fix=Text(
        "record the review: `pmkit review record {id} --decision ...`, or correct the progress of {gate}",
        "请记录评审结论：`pmkit review record {id} --decision 结论`，或更正 {gate} 的进度",
    ),
)
def gate_passed_without_review(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Work that goes on before the gate is open is paid for twice where the gate stays shut."""
    reviews = [r for r in ws.of(Review) if r.gate is not None and r.status != "cancelled"]
    passed = {r.gate for r in reviews if r.decision in {"pass", "conditional"}}
    for review in reviews:
        if review.gate is None or review.gate in passed or ctx.planned is None or ws.records.get(review.gate) is None:
            continue
        if ctx.planned.percent(review.gate) == 100:
            yield hit(review.at("gate"), review.id, id=review.id, gate=review.gate)


@check(
    "REV301",
    "comment-unanswered",
    severity="warning",
    says=Text("comment {n} of {id}, made on {on}, has no answer", "{id} 的意见 {n} 于 {on} 提出，尚未答复"),
    fix=Text(
        "`pmkit review answer {id} {n} --disposition adopted|partly|rejected`",
        "`pmkit review answer {id} {n} --disposition adopted|partly|rejected`（采纳、部分采纳、不采纳）",
    ),
)
def comment_unanswered(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Within five working days of the review whoever took the trouble to comment wants to know what became of it."""
    for review in ws.of(Review):
        held = review.reached("held")
        for n in review.unanswered if held is not None else ():
            comment = review.comments[n - 1]
            if held is not None and ctx.as_of > workdays_after(ctx.planned, max(held, comment.on), ANSWER_WITHIN):
                yield hit(review.at("comments", n - 1), review.id, id=review.id, n=n, on=comment.on)


@check(
    "REV302",
    "condition-overdue",
    severity="warning",
    says=Text("{what} of {id} was due {due}", "{id} 的{what}应于 {due} 完成，已逾期"),
    fix=Text("`{command}`, or agree a new day", "`{command}`，或商定新的日期"),
)
def condition_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The gate was opened on the word that it would be done by then."""
    for review in ws.of(Review):
        for n in review.unmet:
            due = review.conditions[n - 1].due
            if due is not None and due < ctx.as_of:
                what = Text("condition {n}", "第 {n} 项条件").format(n=n)
                command = f"pmkit review meet {review.id} {n}"
                at = review.at("conditions", n - 1, "due")
                yield hit(at, review.id, id=review.id, what=what, due=due, command=command)
        for n in review.unsettled:
            due = review.comments[n - 1].due
            if due is not None and due < ctx.as_of:
                what = Text("the answer to comment {n}", "意见 {n} 的落实").format(n=n)
                command = f"pmkit review verify {review.id} {n}"
                at = review.at("comments", n - 1, "due")
                yield hit(at, review.id, id=review.id, what=what, due=due, command=command)


@check(
    "REV303",
    "review-not-recorded",
    severity="warning",
    says=Text("{id} was planned for {day} and is not recorded", "{id} 原定于 {day} 评审，尚未记录结果"),
    fix=Text(
        "`pmkit review record {id} --decision ...`, or `pmkit review cancel {id} --note ...`",
        "`pmkit review record {id} --decision 结论`，或 `pmkit review cancel {id} --note 原因`",
    ),
)
def review_not_recorded(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A review that nobody recorded decided nothing."""
    for review in ws.of(Review):
        if review.status == "planned" and review.day < ctx.as_of:
            yield hit(review.at("time"), review.id, id=review.id, day=review.day)
