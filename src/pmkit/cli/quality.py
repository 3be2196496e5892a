"""`pmkit quality`: the plan, checks, nonconformities and improvement; a verb names the kind that it adds."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, Fields, add_command, options_of, shared_transitions, with_options
from pmkit.cli.language import h, language
from pmkit.cli.risk import measure
from pmkit.cli.session import (
    AT_REVISION,
    WRITING,
    Session,
    command,
    group,
    parse_date,
    print_json,
)
from pmkit.domain.kind import Record
from pmkit.domain.quality import ACTIVITY, CHECK, NONCONFORMITY, OBJECTIVE, QualityCheck
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(h("Quality: plan, checks, nonconformities", "质量：计划、检查、不符合项"))
_AsOf = Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "截止日期"))]


def _as_of(s: Session, text: str | None) -> None:
    if text:
        s.today = parse_date(text)


def _plan(s: Session, as_of: _AsOf = None) -> None:
    from pmkit.output.quality import plan_json, plan_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.quality import activities, standings

    _as_of(s, as_of)
    found = standings(s.whole, s.today), activities(s.whole)
    if s.json:
        print_json(plan_json(s.whole, *found))
    else:
        sys.stdout.write(plan_text(s.whole, *found, language(), terminal_width()))


def _trend(
    s: Session,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE.svg", help=h("draw it into this file", "绘制图形到该文件"))
    ] = None,
    as_of: _AsOf = None,
) -> None:
    from pmkit.output.quality import trend_json, trend_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.quality import trend

    _as_of(s, as_of)
    found = trend(s.whole, s.today)
    if s.json:
        print_json(trend_json(found))
        return
    if not found.rate and not found.open:
        raise UsageError(
            Text("no check was carried out yet", "尚未实施质量检查"), Text.same("`pmkit quality check --result ...`")
        )
    if picture is not None:
        from pmkit.cli.plan_ahead import save
        from pmkit.reports.quality import trend_charts

        stem = picture.removesuffix(".svg")
        for name, chart in trend_charts(found).items():
            save(f"{stem}-{name}.svg", chart.svg(language())[0])
    else:
        sys.stdout.write(trend_text(found, language(), terminal_width()))


_ROW = Annotated[
    list[str] | None,
    typer.Option(
        "--result",
        metavar="ITEM; REQUIRED; MEASURED",
        help=h(
            "an item with what is required and what came out: a value, or pass, fail, na; may be repeated",
            "检查项；标准值；实测值，或 符合、不符合、不适用；可重复",
        ),
    ),
]
_MEASURED = Annotated[
    list[str] | None,
    typer.Option(
        metavar="N=VALUE",
        help=h("what came out for item N of the checklist; may be repeated", "检查表第 N 项的实测值或结果；可重复"),
    ),
]


def _check(
    s: Session,
    record_id: Annotated[str | None, typer.Argument(metavar="[QCK-ID]")] = None,
    result: _ROW = None,
    measured: _MEASURED = None,
    only_plan: Annotated[
        bool, typer.Option("--planned", help=h("plan it; results come later", "只安排检查，结果以后再填"))
    ] = False,
    nonconformities: Annotated[
        bool,
        typer.Option(
            "--nonconformities", help=h("open one for each item that fails", "为每个不符合的检查项开具不符合项")
        ),
    ] = False,
    **values: Any,
) -> None:
    from pmkit.actions.quality import check
    from pmkit.workspace.model import normal_id

    given = {_CHECK[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    if given.get("activity"):
        given["activity"] = normal_id(given["activity"])
    planned = s.ws.get(record_id, QualityCheck) if record_id else None
    edits, done = check(
        s.whole, planned, given, [_row(text) for text in result or []], dict(map(_numbered, measured or [])),
        s.next_id, s.acting, only_plan=only_plan, nonconformities=nonconformities,
    )  # fmt: skip
    s.write(edits, *_after(done, opened=nonconformities))


def _row(text: str) -> dict[str, Any]:
    from pmkit.actions.quality import result_of

    item, *rest = (part.strip() for part in re.split(r"[;；]", text, maxsplit=2))
    if not item:
        raise UsageError(
            Text(en="`{text}` names no item", zh="`{text}` 没有写检查项").format(text=text),
            Text('--result "ITEM; REQUIRED; MEASURED"', "--result “检查项；标准值；实测值”"),
        )
    target = rest[0] if len(rest) > 1 else None
    return result_of(item, target or None, rest[-1] if rest else None)


def _numbered(text: str) -> tuple[int, str]:
    number, equals, said = text.partition("=")
    if not equals or not number.strip().isdigit():
        raise UsageError(Text(en="`{text}` is not N=VALUE", zh="`{text}` 应写成 序号=值").format(text=text))
    return int(number), said.strip()


def _after(done: QualityCheck, *, opened: bool) -> list[Text]:
    """What a check comes to, and what follows."""
    if not done.is_done:
        says = Text(
            "next: pmkit quality check {id} --measured 1=...", "下一步：pmkit quality check {id} --measured 1=实测值"
        )
        return [says.format(id=done.id)]
    notes = [
        Text(en="{passed} conform, {failed} do not", zh="符合 {passed} 项，不符合 {failed} 项").format(
            passed=done.passed, failed=done.failed
        )
    ]
    if done.failed and not opened:
        notes.append(
            Text(
                "next: pmkit quality nonconformity --check {id} --title ...",
                "下一步：pmkit quality nonconformity --check {id} --title 名称",
            ).format(id=done.id)
        )
    return notes


def _with_items(_: Session, values: dict[str, Any]) -> dict[str, Any]:
    """The checklist out of `--item "TEXT; REQUIRED; QOB-001"`."""
    from pmkit.workspace.model import normal_id

    items = []
    for text in values.pop("item", None) or []:
        item, *rest = (part.strip() for part in re.split(r"[;；]", text))
        found = {"item": item}
        for part in filter(None, rest):
            is_objective = re.fullmatch(rf"{OBJECTIVE.prefix}-?[0-9]+", part.upper())
            found["objective" if is_objective else "target"] = normal_id(part) if is_objective else part
        items.append(found)
    return {**values, **({"items": items} if items else {})}


def _improve(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="NCR-ID|QCK-ID|QOB-ID")],
    action: Annotated[
        list[str],
        typer.Option(
            metavar="TEXT; HANDLE; DATE",
            help=h("what is improved, by whom, by when; may be repeated", "改进措施（事项；责任人；日期）；可重复"),
        ),
    ],
) -> None:
    from pmkit.actions.quality import improve

    source: Record = s.ws.get(record_id)
    if source.kind not in (NONCONFORMITY, CHECK, OBJECTIVE):
        raise UsageError(
            Text(en="{id} is a {kind}", zh="{id} 是{kind}").format(id=source.id, kind=source.kind.label),
            Text("name a nonconformity, a check or an objective", "请写不符合项、质量检查或质量目标的编号"),
        )
    owner = getattr(source, "owner", None) or getattr(source, "inspector", None)
    s.write(improve(s.ws, source, [measure(text, owner) for text in action], s.next_id, s.acting))


_CHECK: Fields = options_of(CHECK)
_ITEMS: Fields = {
    "item": (
        "item",
        inspect.Parameter(
            "item",
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                list[str] | None,
                typer.Option(
                    "--item",
                    metavar="TEXT; REQUIRED; QOB-ID",
                    help=h(
                        "a line of the checklist; may be repeated", "检查表的一行（检查项；标准值；质量目标）；可重复"
                    ),
                ),
            ],
        ),
    )
}
command(app, "plan", h("The quality plan, and where it stands", "质量管理计划及执行情况"), AT_REVISION)(_plan)
add_command(app, OBJECTIVE, "objective")
add_command(app, ACTIVITY, "activity", completed=_with_items, more=_ITEMS)
command(app, "check", h("Plan a check, or record what it came to", "安排检查或记录检查结果"), WRITING)(
    with_options(_check, _CHECK)
)
add_command(app, NONCONFORMITY, "nonconformity")
shared_transitions(app, (NONCONFORMITY, CHECK, OBJECTIVE, ACTIVITY))
command(app, "improve", h("Have something improved, by somebody, by a day", "落实改进措施"), WRITING)(_improve)
command(app, "trend", h("Pass rate and open nonconformities over time", "合格率与未关闭不符合项走势"), AT_REVISION)(
    _trend
)
