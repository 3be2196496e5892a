"""What reviews leave behind: comments to answer, answers to carry out, conditions to meet."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.reviews import Review
from pmkit.kernel.text import Text
from pmkit.workspace.todo.base import Item, Situation, side_of


def items(at: Situation) -> Iterator[Item]:
    """One item for the comments without an answer; one for each answer to carry out and each condition to meet."""
    for review in at.ws.of(Review):
        if review.status == "cancelled":
            continue
        if review.unanswered:
            listed = Text.join(Text.same(str(n)) for n in review.unanswered)
            yield Item(review, Text("Answer comment {n}", "答复意见 {n}").format(n=listed), None, (), "supplier")
        for n in review.unsettled:
            comment = review.comments[n - 1]
            who = (comment.owner,) if comment.owner else ()
            what = Text("Carry out the answer to comment {n}", "落实意见 {n} 并验证").format(n=n)
            yield Item(review, what, comment.due, who, side_of(at.ws, who, "supplier"))
        for n in review.unmet:
            condition = review.conditions[n - 1]
            who = (condition.owner,) if condition.owner else ()
            what = Text("Meet the condition: {text}", "落实条件：{text}").format(text=condition.text.splitlines()[0])
            yield Item(review, what, condition.due, who, side_of(at.ws, who, "supplier"))
