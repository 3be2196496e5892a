"""`pmkit risk`."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    Fields,
    add_command,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.issues import ISSUE
from pmkit.domain.rating import ASPECTS
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

app = group(tell(RISK.plural))
_ON = tuple(f"on_{aspect}" for aspect in ASPECTS)
_NOTE = typer.Option("--note", help=h("a remark to keep with the step", "随步骤保存的说明"))


def _option(name: str, kind: Any, metavar: str, text: str) -> tuple[str, inspect.Parameter]:
    option = typer.Option("--" + name.replace("_", "-"), metavar=metavar, help=text)
    keyword = inspect.Parameter.KEYWORD_ONLY
    return name, inspect.Parameter(name, keyword, default=None, annotation=Annotated[kind, option])


_OWN: Fields = {
    name: _option(name, str | None, "1..5", h(f"impact on {label.en.lower()}", f"对{label.zh}的影响"))
    for name, label in zip(_ON, ASPECTS.values(), strict=True)
}
_OWN["task"] = _option(
    "task",
    list[str] | None,
    "T-012=5d",
    h("a task that would take longer; may be repeated", "受影响任务及延误；可重复"),
)
_OWN["residual"] = _option(
    "residual",
    str | None,
    "PxI",
    h("what is left: probability x impact, 2x3", "残余风险：概率x影响，如 2x3"),
)
_ALL: Fields = {**options_of(RISK), **_OWN}
_RATING = {
    name: _ALL[name]
    for name in ("probability", "impact", "chance", "delay", "cost", *_ON, "task", "residual", "review_on")
}
_OF_ISSUE = {
    name: found
    for name, found in options_of(ISSUE).items()
    if name in {"description", "severity", "urgency", "impact", "action", "owner", "due"}
}
_RESPONSE = {
    name: _ALL[name]
    for name in ("strategy", "response", "trigger", "contingency", "owner", "due", "residual", "review_on")
}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say, as fields of a risk."""
    found = {key: value for key, value in given.items() if value not in NOT_GIVEN}
    aspects = {aspect: found.pop(f"on_{aspect}") for aspect in ASPECTS if f"on_{aspect}" in found}
    if aspects:
        found["impacts"] = aspects
    if texts := found.pop("task", None):
        found["tasks"] = dict(map(_delayed, texts))
    if text := found.pop("residual", None):
        match = re.fullmatch(r"\s*([0-9]+)\s*[x×*,]\s*([0-9]+)\s*", text)
        if match is None:
            raise UsageError(
                Text(en="`{text}` is no rating", zh="`{text}` 不是评级").format(text=text), Text.same("--residual 2x3")
            )
        found["residual"] = {"probability": match[1], "impact": match[2]}
    return found


def _delayed(text: str) -> tuple[str, str]:
    from pmkit.workspace.model import normal_id

    task, equals, days = text.partition("=")
    if not equals:
        raise UsageError(
            Text(en="`{text}` does not say how long", zh="`{text}` 未写明延误时间").format(text=text),
            Text.same("--task T-012=5d"),
        )
    return normal_id(task.strip()), days.strip()


def _risks(s: Session, ids: Iterable[str]) -> list[Risk]:
    from pmkit.workspace.model import normal_id

    return [s.ws.get(one, Risk) for one in dict.fromkeys(map(normal_id, ids))]


def _add_values(s: Session, values: dict[str, Any]) -> dict[str, Any]:
    from pmkit.actions.risks import completed

    return completed(s.ws, _values(values))


def rating_words(s: Session, risk: Risk) -> Text:
    """The rating in words: `4 x 3 = 12, high; next review 2026-03-20`."""
    from pmkit.domain.rating import BANDS

    band = s.ws.project.risk.band(risk.score)
    return Text(en="{p} x {i} = {n}, {band}", zh="{p} × {i} = {n}，{band}").format(
        p=risk.probability, i=risk.impact, n=risk.score,
        band=Text(BANDS[band].en.lower(), BANDS[band].zh) if band else "-",
    )  # fmt: skip


def _assess(
    s: Session,
    record_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import assess

    edits = assess(s.ws, _risks(s, record_ids), _values(values), s.acting, note)
    s.write(edits, *_rated(s, edits))


def _rated(s: Session, edits: Any) -> list[Text]:
    """How each risk of the edits is rated once they are written."""
    from pmkit.workspace.edits import Set

    notes = []
    for risk in _risks(s, [i for i in edits.records if i.startswith(RISK.prefix)]):
        after = {c.keys[-1]: c.value for c in edits.changes if isinstance(c, Set) and c.path == risk.spot.path}
        told = risk.model_copy(update={k: after[k] for k in ("probability", "impact") if k in after})
        on = after.get("review_on", risk.review_on)
        notes.append(
            Text(en="{id}: {rating}; next review {on}", zh="{id}：{rating}；下次评估 {on}").format(
                id=risk.id, rating=rating_words(s, told), on=on or "-"
            )
        )
    return notes


def _review(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import review

    (risk,) = _risks(s, [record_id])
    edits = review(s.ws, risk, _values(values), s.acting, note)
    s.write(edits, *_rated(s, edits))


def _respond(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT; HANDLE; DATE",
            help=h("a measure that somebody takes on; may be repeated", "落实到人的措施（事项；责任人；日期）；可重复"),
        ),
    ] = None,
    note: Annotated[str | None, _NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.risks import respond

    (risk,) = _risks(s, [record_id])
    measures = [measure(text, risk.owner) for text in action or []]
    edits = respond(s.ws, risk, _values(values), measures, s.next_id, s.acting, note)
    s.write(edits)


def _occur(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    note: Annotated[str | None, typer.Option("--note", help=h("what happened", "发生情况"))] = None,
    **values: Any,
) -> None:
    from pmkit.actions.issues import open_from_risk

    (risk,) = _risks(s, [record_id])
    given = {_OF_ISSUE[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = open_from_risk(s.whole, risk, given, s.next_id, s.acting, note)
    s.write(
        edits,
        then=Text(
            "next, once the cause is known: pmkit issue analyse {id} --cause ...",
            "查明原因后：pmkit issue analyse {id} --cause 原因",
        ).format(id=edits.records[0]),
    )


def measure(text: str, owner: str | None) -> dict[str, Any]:
    """`TEXT; HANDLE; DATE` as an action item; without a handle it is `owner`'s."""
    from pmkit.cli.session import parse_date

    title, *rest = (part.strip() for part in re.split(r"[;；]", text))
    found: dict[str, Any] = {"title": title, "owner": owner}
    for part in filter(None, rest):
        if re.match(r"[0-9]{4}-", part):
            found["due"] = parse_date(part).isoformat()
        else:
            found["owner"] = part
    return {k: v for k, v in found.items() if v}


add_command(app, RISK, completed=_add_values, more=_OWN)
list_command(app, RISK)
show_command(app)
set_command(app)
command(
    app, "assess", h("Rate by probability and impact, in levels or figures", "按概率和影响评级（等级或数值）"), WRITING
)(with_options(_assess, _RATING))
command(app, "respond", h("Agree the response and who does what by when", "确定应对措施及责任人、期限"), WRITING)(
    with_options(_respond, _RESPONSE)
)
command(app, "review", h("Look at it again and set the next day", "复评并确定下次评估日期"), WRITING)(
    with_options(_review, _RATING)
)
command(app, "occur", h("It happened: open the issue", "风险已发生，转为问题"), WRITING)(
    with_options(_occur, _OF_ISSUE)
)
transitions(app, RISK)
