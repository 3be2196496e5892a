"""Surveys: what somebody answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.interviews import handles_of
from pmkit.actions.records import filled
from pmkit.domain.kind import file_value
from pmkit.domain.people import Person
from pmkit.domain.surveys import SURVEY, Survey
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Append, Edits, headed
from pmkit.workspace.model import Workspace


def record(ws: Workspace, survey: Survey, values: Mapping[str, Any], scores: Sequence[str], acting: Acting) -> Edits:
    """An answer. `scores` as they are typed: `5 4 4 3 ...` in the order of the form (`-` for none), or `进度=2`.

    A respondent who is in people.yaml brings department and position along. Refused once the survey is closed.
    """
    if survey.status != "open":
        states = SURVEY.states
        raise Refused(
            Text(en="{id} is {state}", zh="{id} {state}").format(
                id=survey.id, state=states.names[survey.status] if states else survey.status
            ),
            Text.same(f"`pmkit survey reopen {survey.id}`") if survey.status == "closed" else None,
        )
    given: dict[str, Any] = {**values, "on": acting.on.isoformat(), "scores": parse_scores(survey, scores)}
    handle = handles_of(ws).get(str(values.get("respondent") or ""))
    if (person := ws.find(handle, Person) if handle else None) is not None:
        known = {"respondent": person.name, "department": person.department, "position": person.position}
        given = {key: value for key, value in known.items() if value} | given | {"respondent": person.name}
    if given.get("respondent") and any(a.respondent == given["respondent"] for a in survey.answers):
        raise Refused(
            Text(en="{who} has answered {id} already", zh="{who}已答复 {id}").format(
                who=given["respondent"], id=survey.id
            )
        )
    revised = filled(ws, survey.model_copy(update={"answers": ()}), {"answers": [given]})
    at = survey.at("answers")
    return Edits(
        (Append(at.path, at.keys, file_value(revised.answers[0])),),
        "survey.record",
        (survey.id,),
        headed(survey.id, Text("Record an answer", "录入调查结果")),
        acting.by,
        acting.on,
    )


def parse_scores(survey: Survey, texts: Sequence[str]) -> dict[str, int]:
    """Scores by item. Raises UsageError for an item that is not asked, and for a score that is not 1 to 5."""
    items = survey.items
    words = {form.casefold(): key for key, text in items.items() for form in (key, text.en, text.zh)}
    found: dict[str, int] = {}
    for piece in (piece for text in texts for piece in re.split(r"[\s,，、;；]+", text) if piece):
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = "", piece
        elif name.casefold() not in words:
            raise UsageError(
                Text(en="{id} does not ask about `{name}`", zh="{id} 没有评价项目 `{name}`").format(
                    id=survey.id, name=name
                ),
                did_you_mean(name, words),
            )
        key = words[name.casefold()] if equals else _next(items, found, survey.id)
        found[key] = 0 if value == "-" else _score(value)
    scored = {key: score for key, score in found.items() if score}
    if not scored:
        raise UsageError(
            Text("what are the scores?", "请填写评分"),
            Text(
                "--scores '5 4 4 3 5 4 4 4 5 4 4 4' in the order of the form, `-` for none",
                "--scores '5 4 4 3 5 4 4 4 5 4 4 4'（按调查表顺序，未评的写 `-`）",
            ),
        )
    return scored


def _next(items: Mapping[str, Text], found: Mapping[str, int], survey_id: str) -> str:
    """The next item of the form without a score."""
    for key in items:
        if key not in found:
            return key
    raise UsageError(
        Text(en="{id} asks about {n} items only", zh="{id} 只有 {n} 个评价项目").format(id=survey_id, n=len(items))
    )


def _score(text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise UsageError(
            Text(en="`{text}` is no score", zh="`{text}` 不是有效评分").format(text=text),
            Text("from 5 (very satisfied) to 1 (very dissatisfied)", "5（很满意）至 1（很不满意）"),
        )
    return int(text)
