"""Reviews: record the decision, take comments, answer and verify them, close once nothing is unanswered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.interviews import handles_of
from pmkit.actions.records import NextId, add, changes_between, filled, step_to
from pmkit.domain.kind import file_value
from pmkit.domain.points import parse_point
from pmkit.domain.reviews import DECISIONS, DISPOSITIONS, REVIEW, Comment, Review
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.edits import Acting, Append, Change, Edits, Remove, Set, headed
from pmkit.workspace.model import Workspace, normal_id

_MATERIAL = re.compile(r"(?P<title>.*\S)\s+(?P<version>[Vv]?[0-9][0-9A-Za-z.\-]*)\Z")


def plan(ws: Workspace, values: Mapping[str, Any], materials: Sequence[str], next_id: NextId, acting: Acting) -> Edits:
    """A review to come. `materials` as they are typed: `需求规格说明书 V1.0`, or the id of a record with a version."""
    given = dict(values) | ({"materials": [_material(ws, text) for text in materials]} if materials else {})
    return add(ws, REVIEW, given, next_id, acting)


def _material(ws: Workspace, text: str) -> dict[str, str]:
    match = _MATERIAL.match(text.strip())
    title, version = (match["title"], match["version"]) if match else (text.strip(), "")
    record = ws.records.get(normal_id(title))
    found = {"title": record.name_to_show if record else title}
    return found | ({"version": version} if version else {}) | ({"record": record.id} if record else {})


def record(
    ws: Workspace,
    review: Review,
    values: Mapping[str, Any],
    conditions: Sequence[str],
    acting: Acting,
    note: str | None = None,
) -> Edits:
    """That it was held, with its decision. A conditional pass, and no other, has conditions `text (who, day)`."""
    _move(review, "record")
    revised = filled(ws, review, values)
    if revised.decision is None:
        raise UsageError(Text("what was decided?", "请给出评审结论"), Text.same("--decision pass|conditional|fail"))
    given = [_condition(ws, text, acting) for text in conditions]
    if revised.decision == "conditional" and not given and not review.conditions:
        raise UsageError(
            Text("under which conditions did it pass?", "请列出通过的条件与期限"),
            Text("--condition 'TEXT (WHO, DATE)', may be repeated", "--condition '条件（责任人，日期）'，可重复"),
        )
    if revised.decision != "conditional" and given:
        word = DECISIONS[revised.decision]
        raise Refused(
            Text(en="“{word}” has no conditions", zh="结论为“{word}”时不应有条件").format(word=word),
            Text("decide `conditional`, or leave them out", "请改为 `--decision conditional`，或去掉条件"),
        )
    at = review.at("conditions")
    moot = review.conditions and revised.decision != "conditional"
    changes: list[Change] = [
        *([Remove(at.path, at.keys)] if moot else []),
        *changes_between(ws, review, revised, list(values)),
        *(Append(at.path, at.keys, condition) for condition in given),
        *step_to(review, "held", acting, note),
    ]
    says = Text("Record the review: {word}", "记录评审结论：{word}").format(word=DECISIONS[revised.decision])
    return Edits(tuple(changes), "review.record", (review.id,), headed(review.id, says), acting.by, acting.on)


def _condition(ws: Workspace, text: str, acting: Acting) -> dict[str, str]:
    try:
        return parse_point(text, handles_of(ws), acting.on.year)
    except ValueError as error:
        raise UsageError(
            Text(en="`{text}`: {day} is no day", zh="`{text}`：{day} 不是有效日期").format(text=text, day=error)
        ) from None


def comment(ws: Workspace, review: Review, values: Mapping[str, Any], acting: Acting) -> Edits:
    """A comment of a reviewer, before, at or after the review. Refused once it is closed or cancelled."""
    if review.is_closed:
        raise Refused(
            Text(en="{id} is {state}; it takes no comments", zh="{id} {state}，不再接收意见").format(
                id=review.id, state=REVIEW.states.names[review.status] if REVIEW.states else review.status
            )
        )
    by = values.get("raised_by") or (acting.by if acting.by in ws.records else None)
    raw = {**values, "on": acting.on.isoformat()} | ({"raised_by": by} if by else {})
    made = _checked(ws, review, raw)
    at = review.at("comments")
    n = len(review.comments) + 1
    says = Text("Comment {n}", "评审意见 {n}").format(n=n)
    return Edits(
        (Append(at.path, at.keys, made),), "review.comment", (review.id,), headed(review.id, says), acting.by, acting.on
    )


def answer(ws: Workspace, review: Review, number: int, values: Mapping[str, Any], acting: Acting) -> Edits:
    """How a comment is dealt with. What is not adopted, or in part, needs a reason; what is adopted an owner."""
    one = _comment(review, number)
    raw = {**file_value(one), **values, "answered_on": acting.on.isoformat()}
    disposition = raw.get("disposition")
    if disposition is None:
        raise UsageError(
            Text("is the comment adopted?", "请说明是否采纳"), Text.same("--disposition adopted|partly|rejected")
        )
    if disposition in {"partly", "rejected"} and not raw.get("answer"):
        word = DISPOSITIONS[disposition]
        raise UsageError(
            Text(en="“{word}” needs a reason", zh="“{word}”需要说明理由").format(word=word), usage("--reason TEXT")
        )
    if disposition != "rejected" and not raw.get("owner"):
        raw["owner"] = acting.by if acting.by in ws.records else None
    made = _checked(ws, review, {key: value for key, value in raw.items() if value is not None})
    was = file_value(one)
    changes = tuple(
        Set(at.path, at.keys, value)
        for key, value in made.items()
        if value != was.get(key)
        for at in (review.at("comments", number - 1, key),)
    )
    says = Text("Answer comment {n}: {word}", "答复意见 {n}：{word}").format(
        n=number, word=DISPOSITIONS[made["disposition"]]
    )
    return Edits(changes, "review.answer", (review.id,), headed(review.id, says), acting.by, acting.on)


def verify(review: Review, numbers: Sequence[int], acting: Acting) -> Edits:
    """That what was adopted was carried out. Refused for a comment that is not answered, or was not adopted."""
    changes: list[Change] = []
    for number in numbers:
        one = _comment(review, number)
        if not one.is_answered:
            raise Refused(
                Text(en="comment {n} is not answered yet", zh="意见 {n} 尚未答复").format(n=number),
                Text.same(f"pmkit review answer {review.id} {number} --disposition adopted"),
            )
        if one.disposition == "rejected":
            raise Refused(
                Text(
                    en="comment {n} was not adopted; there is nothing to verify", zh="意见 {n} 未采纳，无需验证"
                ).format(n=number)
            )
        for key, value in (("verified_by", acting.by), ("verified_on", acting.on.isoformat())):
            at = review.at("comments", number - 1, key)
            changes.append(Set(at.path, at.keys, value))
    listed = Text.join(Text.same(str(n)) for n in numbers)
    says = Text("Verify comment {n}", "验证意见 {n}").format(n=listed)
    return Edits(tuple(changes), "review.verify", (review.id,), headed(review.id, says), acting.by, acting.on)


def meet(review: Review, number: int, acting: Acting) -> Edits:
    """A condition is met; `number` counts from 1."""
    if not 1 <= number <= len(review.conditions):
        raise UsageError(
            Text(en="{id} has {n} conditions", zh="{id} 共有 {n} 项条件").format(id=review.id, n=len(review.conditions))
        )
    if review.conditions[number - 1].met is not None:
        raise Refused(Text(en="condition {n} is met already", zh="第 {n} 项条件已落实").format(n=number))
    at = review.at("conditions", number - 1, "met")
    says = Text("Condition {n} is met", "第 {n} 项条件已落实").format(n=number)
    changes = (Set(at.path, at.keys, acting.on.isoformat()),)
    return Edits(changes, "review.meet", (review.id,), headed(review.id, says), acting.by, acting.on)


def close(review: Review, acting: Acting, note: str | None = None) -> Edits:
    """Close it. Refused while a comment has no answer, or a condition of the gate is not met, naming them all."""
    _move(review, "close")
    missing = []
    commands = []
    if review.unanswered:
        listed = Text.join(Text.same(str(n)) for n in review.unanswered)
        missing.append(Text(en="comments without an answer: {n}", zh="尚未答复的意见：{n}").format(n=listed))
        commands.append(f"pmkit review answer {review.id} {review.unanswered[0]} --disposition adopted|partly|rejected")
    if review.unmet:
        listed = Text.join(Text.same(str(n)) for n in review.unmet)
        missing.append(Text(en="conditions that are not met: {n}", zh="尚未落实的条件：{n}").format(n=listed))
        commands.append(f"pmkit review meet {review.id} {review.unmet[0]}")
    if missing:
        raise Refused(
            Text(en="{id} cannot be closed; {what}", zh="{id} 不能关闭；{what}").format(
                id=review.id, what=Text.join(missing, en="; ", zh="；")
            ),
            Text.join((Text.same(f"`{line}`") for line in commands), en=", ", zh="、"),
        )
    return Edits(
        step_to(review, "closed", acting, note),
        "review.close",
        (review.id,),
        headed(review.id, Text("Close the review", "关闭评审")),
        acting.by,
        acting.on,
    )


def _move(review: Review, verb: str) -> None:
    states = REVIEW.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(REVIEW, review.id, review.status, verb)


def _comment(review: Review, number: int) -> Comment:
    if not 1 <= number <= len(review.comments):
        raise UsageError(
            Text(en="{id} has {n} comments", zh="{id} 共有 {n} 条意见").format(id=review.id, n=len(review.comments)),
            Text.same(f"pmkit show {review.id}"),
        )
    return review.comments[number - 1]


def _checked(ws: Workspace, review: Review, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A comment as it is written, after it was checked as a part of its review. Raises UsageError."""
    found = filled(ws, review.model_copy(update={"comments": ()}), {"comments": [raw_coded(raw)]})
    written: dict[str, Any] = file_value(found.comments[0])
    return written


def raw_coded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Words of either language for their choices."""
    from pmkit.domain.kind import about

    fields = about(Comment)
    return {k: fields[k].code_of(v) if k in fields and isinstance(v, str) else v for k, v in raw.items()}
