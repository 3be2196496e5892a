"""What surveys come to, for people and programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pmkit.domain.surveys import STAGES
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.surveys import Trend


def summary_text(trends: list[Trend], lang: Lang, width: int) -> str:
    """A block for each survey: the overall score, each item, what has to follow."""
    return "\n".join(_one(trend, lang, width) for trend in trends)


def _one(trend: Trend, lang: Lang, width: int) -> str:
    survey = trend.survey
    heads = [Text("Item", "评价项目"), Text("Average", "平均分"), Text("Change", "较上次"), Text("", "")]
    low = set(survey.low_items)
    averages = survey.averages
    rows = [
        [
            survey.items[key].to(lang), str(averages[key]), signed(trend.moved.get(key)),
            Text("low", "偏低").to(lang) if key in low else "",
        ]
        for key in averages
    ]  # fmt: skip
    head = Text(
        en="{id} {title} ({stage}): {n} answers, average {score}{moved}, would recommend {recommend}",
        zh="{id} {title}（{stage}）：{n} 份答复，平均 {score} 分{moved}，愿意推荐 {recommend}",
    ).format(
        id=survey.id, title=survey.title, stage=STAGES[survey.stage], n=len(survey.answers),
        score=survey.score or "-", recommend=survey.recommendation if survey.recommendation is not None else "-",
        moved=Text(" ({by})", "（较上次 {by}）").format(by=signed(trend.score_moved))
        if trend.score_moved is not None
        else "",
    )  # fmt: skip
    lines = [head.to(lang), ""]
    if rows:
        lines.append(table([one.to(lang) for one in heads], rows, width))
    for action in trend.follow_ups:
        said = Text("follow-up: {id} {title}", "改进措施：{id} {title}").format(id=action.id, title=action.title)
        lines.append(said.to(lang))
    if low and not trend.follow_ups:
        lines.append(
            Text(
                en="low scores, no follow-up: `pmkit action add --title ... --owner HANDLE --due DATE --from {id}`",
                zh="得分偏低，尚无改进措施：`pmkit action add --title 措施 --owner 代号 --due 日期 --from {id}`",
            )
            .format(id=survey.id)
            .to(lang)
        )
    return "\n".join(lines).rstrip("\n") + "\n"


def signed(value: Decimal | None) -> str:
    """A difference with its sign; nothing where there is none to tell."""
    return "" if value is None else f"{value:+}"


def summary_json(trend: Trend) -> dict[str, Any]:
    """The stable shape of `survey summary --json`; averages are decimal text."""
    survey = trend.survey
    return {
        "id": survey.id,
        "title": survey.title,
        "stage": survey.stage,
        "answers": len(survey.answers),
        "score": str(survey.score) if survey.score is not None else None,
        "score_change": str(trend.score_moved) if trend.score_moved is not None else None,
        "recommend": str(survey.recommendation) if survey.recommendation is not None else None,
        "items": {key: str(value) for key, value in survey.averages.items()},
        "low_items": list(survey.low_items),
        "follow_ups": [action.id for action in trend.follow_ups],
    }
