"""`pmkit review`: plan, comments and their answers, the decision at the gate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    ask_missing,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.reviews import DISPOSITIONS, REVIEW, SEVERITIES, Review
from pmkit.kernel.text import Text

app = group(tell(REVIEW.plural))
_FIELDS = {k: v for k, v in options_of(REVIEW).items() if v[0] not in {"decision", "conclusion"}}
_OF_RECORD = {
    k: v
    for k, v in options_of(REVIEW).items()
    if v[0] in {"decision", "conclusion", "time", "place", "chair", "reviewers"}
}
_Id = Annotated[str, typer.Argument(metavar="REV-ID")]
_Number = Annotated[int, typer.Argument(metavar="NUMBER", help=h("of the comment, from 1", "意见序号，从 1 起"))]
_Note = Annotated[str | None, typer.Option("--note", help=h("a remark to keep with the step", "随步骤保存的说明"))]


def _words(choices: dict[str, Text]) -> str:
    return h(", ", "、").join(f"{key} {tell(word)}" for key, word in choices.items())


def _plan(
    s: Session,
    material: Annotated[
        list[str] | None,
        typer.Option(
            "--material",
            metavar="'TITLE V1.0'",
            help=h(
                "what is reviewed, with its version; may be repeated", "评审材料及版本，如“需求规格说明书 V1.0”；可重复"
            ),
        ),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.reviews import plan

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(plan(s.ws, ask_missing(REVIEW, given), material or [], s.next_id, s.acting))


def _record(
    s: Session,
    review_id: _Id,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            "--condition",
            metavar="'TEXT (WHO, DATE)'",
            help=h("of a conditional pass; may be repeated", "有条件通过的条件：内容（责任人，日期）；可重复"),
        ),
    ] = None,
    note: _Note = None,
    **values: Any,
) -> None:
    from pmkit.actions.reviews import record

    review = s.ws.get(review_id, Review)
    given = {_OF_RECORD[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = record(s.ws, review, given, condition or [], s.acting, note)
    waiting = review.unanswered
    then = Text(
        "next: pmkit review answer {id} {n} --disposition ...",
        "下一步：pmkit review answer {id} {n} --disposition 处理",
    )
    done = Text("next: pmkit review close {id}", "下一步：pmkit review close {id}")
    s.write(edits, then=(then if waiting else done).format(id=review.id, n=waiting[0] if waiting else 0))


def _comment(
    s: Session,
    review_id: _Id,
    text: Annotated[str, typer.Option("--text", help=h("the comment", "意见内容"))],
    place: Annotated[str | None, typer.Option(help=h("chapter, page, figure", "章节位置"))] = None,
    severity: Annotated[str | None, typer.Option(help=_words(SEVERITIES))] = None,
    raised_by: Annotated[
        str | None, typer.Option("--raised-by", metavar="HANDLE", help=h("who made it", "提出人"))
    ] = None,
) -> None:
    from pmkit.actions.reviews import comment

    given = {"text": text, "place": place, "severity": severity, "raised_by": raised_by}
    s.write(comment(s.ws, s.ws.get(review_id, Review), {k: v for k, v in given.items() if v}, s.acting))


def _answer(
    s: Session,
    review_id: _Id,
    number: _Number,
    disposition: Annotated[str, typer.Option("--disposition", help=_words(DISPOSITIONS))],
    reason: Annotated[
        str | None,
        typer.Option("--reason", "--answer", help=h("what is done, or why not", "处理说明；未采纳的写明理由")),
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who sees to it", "责任人"))] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help=h("until when", "完成时限"))] = None,
) -> None:
    from pmkit.actions.reviews import answer

    given = {"disposition": disposition, "answer": reason, "owner": owner, "due": due}
    review = s.ws.get(review_id, Review)
    s.write(answer(s.ws, review, number, {k: v for k, v in given.items() if v}, s.acting))


def _verify(
    s: Session,
    review_id: _Id,
    numbers: Annotated[
        list[int], typer.Argument(metavar="NUMBER...", help=h("of the comments, from 1", "意见序号，从 1 起"))
    ],
) -> None:
    from pmkit.actions.reviews import verify

    s.write(verify(s.ws.get(review_id, Review), numbers, s.acting))


def _meet(
    s: Session,
    review_id: _Id,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=h("of the condition, from 1", "条件序号，从 1 起"))],
) -> None:
    from pmkit.actions.reviews import meet

    s.write(meet(s.ws.get(review_id, Review), number, s.acting))


def _close(s: Session, review_id: _Id, note: _Note = None) -> None:
    from pmkit.actions.reviews import close

    review = s.ws.get(review_id, Review)
    edits = close(review, s.acting, note)
    still = Text(
        "still to be verified: comment {n} (pmkit review verify {id} {n})",
        "仍待验证的意见：{n}（pmkit review verify {id} {n}）",
    ).format(id=review.id, n=" ".join(map(str, review.unsettled)))
    s.write(edits, then=still if review.unsettled else None)


_BY = {"as_": "--by"}
command(app, "plan", h("Plan a review", "安排评审"), WRITING)(with_options(_plan, _FIELDS))
command(app, "record", h("Record that it was held, and the decision", "记录评审结论"), WRITING)(
    with_options(_record, _OF_RECORD)
)
command(app, "comment", h("Add a comment", "登记评审意见"), WRITING, aliases=_BY)(_comment)
command(app, "answer", h("Answer a comment", "答复评审意见"), WRITING, aliases=_BY)(_answer)
command(app, "verify", h("Record that an answer was carried out", "验证意见已落实"), WRITING, aliases=_BY)(_verify)
command(app, "meet", h("Record that a condition is met", "记录条件已落实"), WRITING, aliases=_BY)(_meet)
command(app, "close", h("Close; every comment is answered", "关闭评审（意见均已答复）"), WRITING, aliases=_BY)(_close)
list_command(app, REVIEW)
show_command(app)
set_command(app)
transitions(app, REVIEW)
