"""SRV: surveys whose answers nobody collects, or nobody acts upon."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.surveys import Survey
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.surveys import follow_ups


@check(
    "SRV101",
    "score-of-no-item",
    severity="error",
    says=Text("{id} scores `{key}`, which it does not ask about", "{id} 对 `{key}` 评分，但调查表没有该项目"),
    fix=Text("write one of its items, or add it to `more_items`", "请改为调查表中的项目，或加入 `more_items`"),
)
def score_of_no_item(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A score that belongs to no item is in no average."""
    for survey in ws.of(Survey):
        for n, answer in enumerate(survey.answers):
            for key in answer.scores:
                if key not in survey.items:
                    yield hit(survey.at("answers", n, "scores", key), survey.id, id=survey.id, key=key)


@check(
    "SRV201",
    "low-score-without-follow-up",
    severity="warning",
    says=Text("{id} has low scores ({items}) and no follow-up", "{id} 得分偏低（{items}），没有改进措施"),
    fix=Text(
        "`pmkit action add --title ... --owner HANDLE --due DATE --from {id}`",
        "`pmkit action add --title 措施 --owner 代号 --due 日期 --from {id}`",
    ),
)
def low_score_without_follow_up(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Whoever is asked and hears nothing does not answer a second time."""
    for survey in ws.of(Survey):
        if survey.status != "cancelled" and survey.low_items and not follow_ups(ws, survey):
            items = Text.join(survey.items[key] for key in survey.low_items)
            yield hit(survey.at("answers"), survey.id, id=survey.id, items=items)


@check(
    "SRV301",
    "survey-without-answers",
    severity="warning",
    says=Text("{id} was to be answered by {due}; nobody has", "{id} 应于 {due} 前回收，目前没有答复"),
    fix=Text(
        "ask again, then `pmkit survey record {id} --scores ...`, or `pmkit survey cancel {id}`",
        "请催收后录入：`pmkit survey record {id} --scores 评分`，或 `pmkit survey cancel {id}`",
    ),
)
def survey_without_answers(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Silence is an answer, too, and not a good one."""
    for survey in ws.of(Survey):
        if survey.status == "open" and not survey.answers and survey.reply_by and survey.reply_by < ctx.as_of:
            yield hit(survey.at("reply_by"), survey.id, id=survey.id, due=survey.reply_by)
