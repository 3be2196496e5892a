"""`pmkit acceptance plan|apply|hold|conclude|recheck|waive|outside|withdraw`: the stages of acceptance."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.deliverable import EVIDENCE, NOTE, received
from pmkit.cli.generic import NOT_GIVEN, list_command, options_of, set_command, show_command, with_options
from pmkit.cli.language import h
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, one_of, out, print_json
from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.acceptance_stages import STAGE as KIND
from pmkit.domain.acceptance_stages import Stage
from pmkit.domain.documents import Document
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.todo.base import Situation

HELD = ("goods", "preliminary", "final", "warranty_end")  # a trial run is `pmkit trial`
_Which = Annotated[str | None, typer.Argument(metavar="[ACC-ID]")]
_Stage = Annotated[str | None, typer.Option("--stage", help=", ".join(HELD))]
_PANEL = typer.Option(
    "--panel",
    metavar="'WHO; DUTY'",
    help=h(
        "a member of the panel; from outside 'NAME; ORGANISATION; POSITION; DUTY'; may be repeated",
        "验收组成员“姓名；组内职务”，外部专家“姓名；单位；职务职称；组内职务”；可重复",
    ),
)
_BY = {"as_": "--by"}
_PLANNED = {
    k: v for k, v in options_of(KIND).items() if v[0] in {"planned", "scope", "basis", "methods", "place", "title"}
}
_HELD = {k: v for k, v in options_of(KIND).items() if v[0] in {"time", "place", "rounds", "opinion"}}
_CONCLUDED = {k: v for k, v in options_of(KIND).items() if v[0] in {"result", "opinion", "warranty_from"}}


def situation(s: Session) -> Situation:
    """The workspace with its plan at the day of the step."""
    from pmkit.workspace.planning import plan_of

    day = s.on or s.today
    return Situation(s.whole, plan_of(s.whole, day)[0], day)


def _named(s: Session, which: str | None, stage: str | None, verb: str) -> Stage:
    """The stage that was named, by id or as the one of its name that is under way."""
    from pmkit.actions.acceptance_stages import needed

    if which is not None:
        return s.whole.get(which, Stage)
    return needed(s.whole, _stage(stage), verb)


def _stage(stage: str | None) -> str:
    if stage is None:
        raise UsageError(Text("which stage?", "请指明验收阶段"), Text.same(f"--stage {'|'.join(HELD)}"))
    forms = {form: key for key, word in STAGES.items() for form in (key, word.en, word.zh)}
    return one_of(forms.get(stage, stage), HELD)


def _given(values: dict[str, Any], fields: Any) -> dict[str, Any]:
    return {fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}


def _plan(
    s: Session,
    stage: _Stage = None,
    panel: Annotated[list[str] | None, _PANEL] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="'TITLE; ISSUER'",
            help=h("an outside report that it needs; may be repeated", "所需第三方报告“名称；出具单位”；可重复"),
        ),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.acceptance_stages import plan

    edits = plan(s.whole, _stage(stage), _given(values, _PLANNED), panel or [], report or [], s.next_id, s.acting)
    s.write(edits, then=Text("next: pmkit report acceptance-plan", "下一步（验收方案）：pmkit report acceptance-plan"))


def _apply(s: Session, which: _Which = None, stage: _Stage = None, note: Annotated[str | None, NOTE] = None) -> None:
    from pmkit.actions.acceptance_stages import apply

    name: Any = s.whole.get(which, Stage).stage if which else _stage(stage)
    s.write(
        apply(situation(s), name, s.next_id, s.acting, note),
        then=Text(
            "next: pmkit acceptance hold --stage {stage}", "下一步：pmkit acceptance hold --stage {stage}"
        ).format(stage=name),
    )


def _hold(
    s: Session,
    which: _Which = None,
    stage: _Stage = None,
    panel: Annotated[list[str] | None, _PANEL] = None,
    note: Annotated[str | None, NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.acceptance_stages import hold

    found = _named(s, which, stage, "hold")
    line = f"pmkit acceptance conclude --stage {found.stage} --result pass|remedy|fail --by HANDLE --evidence FILE"
    s.write(
        hold(s.whole, found, _given(values, _HELD), panel or [], s.acting, note),
        then=Text(en="next: {line}", zh="下一步：{line}").format(line=usage(line)),
    )


def _conclude(
    s: Session,
    which: _Which = None,
    stage: _Stage = None,
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="'TEXT (WHO, DATE)'",
            help=h("what is left open; may be repeated", "遗留问题“内容（责任方，日期）”；可重复"),
        ),
    ] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.acceptance_stages import conclude

    found = _named(s, which, stage, "conclude")
    given = _given(values, _CONCLUDED)
    what = KIND.model.model_fields["result"]
    given = {k: _code(v) if k == "result" else v for k, v in given.items()} if what else given
    edits = conclude(situation(s), found, given, item or [], received(evidence), s.acting)
    s.write(
        edits,
        then=Text(
            "next: pmkit acceptance certificate --stage {stage}", "下一步：pmkit acceptance certificate --stage {stage}"
        ).format(stage=found.stage),
    )


def _code(said: str) -> str:
    from pmkit.domain.acceptance_stages import RESULTS

    return {form: key for key, word in RESULTS.items() for form in (key, word.en, word.zh)}.get(said, said)


def _recheck(
    s: Session,
    numbers: Annotated[
        list[int], typer.Argument(metavar="NUMBER...", help=h("of the open items, from 1", "遗留问题序号，从 1 起"))
    ],
    stage: _Stage = None,
    note: Annotated[str | None, NOTE] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.acceptance_stages import recheck

    s.write(recheck(s.whole, _latest(s, _stage(stage)), numbers, note, received(evidence), s.acting))


def _latest(s: Session, stage: str) -> Stage:
    from pmkit.workspace.acceptance import latest_stage

    found = latest_stage(s.whole, stage)
    if found is None:
        raise UsageError(
            Text(en="there is no {stage}", zh="没有{stage}记录").format(stage=STAGES[stage]),
            Text.same(f"pmkit acceptance plan --stage {stage}"),
        )
    return found


def _outside(
    s: Session,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=h("of the report", "报告名称"))],
    stage: _Stage = None,
    result: Annotated[str, typer.Option("--result", help="pass, fail")] = "pass",
    number: Annotated[str | None, typer.Option("--number", help=h("its number", "编号"))] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help=h("who issued it", "出具单位"))] = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="DOC-ID", help=h("its entry in the register", "登记文件"))
    ] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.acceptance_stages import outside

    one_of(result, ("pass", "fail"))
    said = {"result": result, "number": number, "issuer": issuer, "on": s.acting.on.isoformat()}
    registered = s.ws.get(document, Document) if document else None
    found = _latest(s, _stage(stage or "final"))
    given = {key: value for key, value in said.items() if value}
    s.write(outside(s.whole, found, title, given, registered, received(evidence), s.acting))


def _waive(
    s: Session,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help=h(
                "an id, an entry condition (training, trial, ...), a rule (must_cases, ...), a type of document",
                "记录编号、进入条件（training、trial 等）、判定规则（must_cases 等）或文件类型",
            ),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help=h("why", "理由"))],
    stage: _Stage = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.acceptance_stages import plan, waive
    from pmkit.workspace.acceptance import latest_stage

    name = _stage(stage)
    found = latest_stage(s.whole, name)
    if found is None:
        s.write(plan(s.whole, name, {}, [], [], s.next_id, s.acting), silent=True)
        s = s.again()
        found = _latest(s, name)
    s.write(waive(s.whole, found, what, reason, received(evidence), s.acting))


def _withdraw(s: Session, which: _Which = None, stage: _Stage = None, note: Annotated[str | None, NOTE] = None) -> None:
    from pmkit.actions.acceptance_stages import withdraw

    s.write(withdraw(_named(s, which, stage, "withdraw"), note, s.acting))


def _entry(s: Session, stage: _Stage = None) -> None:
    from pmkit.cli.language import tell
    from pmkit.workspace.entry import entry

    name: Any = one_of(stage or "", STAGES) if stage else "final"
    found = entry(situation(s), name)
    if s.json:
        print_json(
            [
                {
                    "condition": one.key,
                    "holds": one.holds,
                    "waived": one.waived is not None,
                    "missing": [
                        {"about": m.about, "what": {"en": m.what.en, "zh": m.what.zh}, "mend": m.mend}
                        for m in one.missing
                    ],
                }
                for one in found
            ]
        )
    else:
        for one in found:
            state = h("waived", "已豁免") if one.waived else h("met", "具备") if one.holds else h("not met", "不具备")
            out(f"{tell(one.name)}{h(': ', '：')}{state}")
            for missing in one.missing if not one.holds else ():
                out(f"  {missing.about}  {tell(missing.what)}")
                out(f"    {tell(usage(missing.mend))}")
    if not all(one.holds for one in found):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """The commands below `pmkit acceptance`."""
    command(app, "plan", h("What is agreed for a stage", "安排阶段验收（验收方案内容）"), WRITING)(
        with_options(_plan, _PLANNED)
    )
    command(app, "entry", h("What a stage needs before it is entered", "查看阶段进入条件"), AT_REVISION)(_entry)
    command(app, "apply", h("Apply for the acceptance", "提交验收申请"), WRITING)(_apply)
    command(app, "hold", h("Record that it was held", "记录验收会"), WRITING)(with_options(_hold, _HELD))
    command(app, "conclude", h("Record the result", "记录验收结论"), WRITING, aliases=_BY)(
        with_options(_conclude, _CONCLUDED)
    )
    command(app, "recheck", h("Record that open items are done", "记录遗留问题复验"), WRITING, aliases=_BY)(_recheck)
    command(app, "outside", h("File an outside report", "登记第三方报告"), WRITING)(_outside)
    command(app, "waive", h("Record what the customer does without", "记录建设单位同意豁免"), WRITING, aliases=_BY)(
        _waive
    )
    command(app, "withdraw", h("Withdraw a stage", "撤回阶段验收"), WRITING)(_withdraw)
    list_command(app, KIND)
    show_command(app)
    set_command(app)
