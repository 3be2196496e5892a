"""`pmkit survey`: questionnaires, recorded answers, what they come to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import add_command, list_command, set_command, show_command, transitions
from pmkit.cli.language import h, language, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, out, print_json
from pmkit.domain.surveys import SURVEY, Survey
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.workspace.surveys import Trend

app = group(tell(SURVEY.plural))


def _record(
    s: Session,
    survey_id: Annotated[str, typer.Argument(metavar="SRV-ID")],
    scores: Annotated[
        list[str] | None,
        typer.Option(
            "--scores",
            metavar="'5 4 4 ...'|ITEM=N",
            help=h(
                "in the order of the form (`-` for none), or by item; may be repeated",
                "按调查表顺序填写（未评的写 `-`），或按项目填写；可重复",
            ),
        ),
    ] = None,
    respondent: Annotated[str | None, typer.Option(metavar="HANDLE|NAME", help=h("who answered", "被调查人"))] = None,
    department: Annotated[str | None, typer.Option(help=h("department", "部门"))] = None,
    position: Annotated[str | None, typer.Option(help=h("position", "职务"))] = None,
    recommend: Annotated[
        str | None, typer.Option(metavar="0-10", help=h("would they recommend us", "愿意推荐程度"))
    ] = None,
    best: Annotated[str | None, typer.Option(help=h("what they liked best", "最满意"))] = None,
    improve: Annotated[str | None, typer.Option(help=h("what should improve", "需改进"))] = None,
    suggestions: Annotated[str | None, typer.Option(help=h("suggestions", "建议"))] = None,
    remark: Annotated[
        list[str] | None,
        typer.Option("--remark", metavar="ITEM=TEXT", help=h("on one item; may be repeated", "某项说明；可重复")),
    ] = None,
) -> None:
    from pmkit.actions.surveys import record

    survey = s.ws.get(survey_id, Survey)
    given: dict[str, Any] = {
        "respondent": respondent, "department": department, "position": position, "recommend": recommend, "best": best,
        "improve": improve, "suggestions": suggestions, "remarks": _remarks(survey, remark or []),
    }  # fmt: skip
    edits = record(s.ws, survey, {k: v for k, v in given.items() if v not in (None, {})}, scores or [], s.acting)
    s.write(
        edits,
        then=Text("next: pmkit survey summary {id}", "下一步：pmkit survey summary {id}").format(id=survey.id),
    )


def _remarks(survey: Survey, texts: list[str]) -> dict[str, str]:
    words = {form: key for key, text in survey.items.items() for form in (key, text.en, text.zh)}
    found = {}
    for text in texts:
        name, equals, said = text.partition("=")
        if not equals or name not in words:
            raise UsageError(
                Text(en="`{text}` names no item", zh="`{text}` 没有写明评价项目").format(text=text),
                Text("write 进度=TEXT", "请写成 进度=说明"),
            )
        found[words[name]] = said
    return found


def _summary(s: Session, survey_id: Annotated[str | None, typer.Argument(metavar="[SRV-ID]")] = None) -> None:
    from pmkit.output.surveys import summary_json, summary_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.surveys import trends

    found: list[Trend] = trends(s.whole)
    if survey_id is not None:
        only = s.whole.get(survey_id, Survey).id
        found = [trend for trend in found if trend.survey.id == only]
    if s.json:
        print_json([summary_json(trend) for trend in found])
    elif not found:
        out(h("no survey yet", "尚无满意度调查"))
    else:
        sys.stdout.write(summary_text(found, language(), terminal_width()))


add_command(app, SURVEY, "create")
command(app, "record", h("Record somebody's answers", "录入调查结果"), WRITING)(_record)
command(app, "summary", h("Scores, trend, and what has to follow", "得分、趋势与改进措施"), READING)(_summary)
list_command(app, SURVEY)
show_command(app)
set_command(app)
transitions(app, SURVEY)
