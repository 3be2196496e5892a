"""`pmkit report NAME`: documents, as Markdown or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.rendering.base import AUDIENCES, Asked, newest_of, rendered, view_of
from pmkit.cli.report_issue import frozen_content, issue_of, issue_report, refuse_others
from pmkit.cli.session import AT_REVISION, Session, command, one_of, out, parse_date, print_json, single, write_out
from pmkit.kernel.errors import UsageError, cannot_write
from pmkit.kernel.text import Lang, Text
from pmkit.kernel.usage import usage
from pmkit.workspace.layout import REPORTS as FOLDER

if TYPE_CHECKING:
    from pmkit.reports.catalogue import Report
    from pmkit.reports.views.blocks import Audience
    from pmkit.workspace.health import Judged

app = single()


def _report(
    s: Session,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    record_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    format_: Annotated[str, typer.Option("--format", help="md, html, docx, pdf")] = "md",
    lang: Annotated[
        str | None, typer.Option(help=h("zh or en (default: the project's)", "zh 或 en（默认为项目语言）"))
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option(help=h("customer (default) or internal", "读者：customer（客户，默认）或 internal（内部）")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    out_: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PATH", help=h("where to write, - for standard output", "输出位置，- 为标准输出")
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="SGN|REF|DATE",
            help=h(
                "requirements-diff: what to compare with (default: the newest sign-off)",
                "需求差异对照的基准（默认为最近一次签认）",
            ),
        ),
    ] = None,
    summary: Annotated[str | None, typer.Option(help=h("a person's own words on the week", "本周小结"))] = None,
    overall: Annotated[
        str | None,
        typer.Option(
            metavar="green|amber|red",
            help=h("weekly: the overall state as you see it, with --because", "周报的总体状态由人判定，须写 --because"),
        ),
    ] = None,
    because: Annotated[str | None, typer.Option(help=h("why, printed beside it", "人工判定的理由，随状态打印"))] = None,
    version: Annotated[
        str | None,
        typer.Option(help=h("its version (requirements, fit-gap, raci)", "版本（requirements、fit-gap、raci）")),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help=h("the empty form", "空白表单"))] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help=h("closure: as the project stands today", "结项报告：按当前状态出草稿"))
    ] = False,
    issue: Annotated[
        bool,
        typer.Option(
            "--issue", help=h("weekly, monthly: issue it, frozen as it is sent", "周报、月报：签发，内容按发出版本固定")
        ),
    ] = False,
    photo: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help=h("a photo for the issue; may be repeated", "随签发报告附照片；可重复")),
    ] = None,
    correct: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help=h("with --issue: what a corrected issue corrects", "与 --issue 合用：更正说明")
        ),
    ] = None,
    skip: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help=h("with --issue: why days before it stand in no issue", "与 --issue 合用：之前有未报告期间的原因"),
        ),
    ] = None,
    number: Annotated[
        str | None,
        typer.Option(metavar="N", help=h("that issue, as it was sent", "查看已签发的第 N 期，内容与发出时一致")),
    ] = None,
    commit: Annotated[bool, typer.Option("--commit", help=h("commit what was written", "提交生成的文件"))] = False,
) -> None:
    from pmkit.reports.catalogue import report_named
    from pmkit.reports.document import FORMATS

    report = report_named(name)
    one_of(format_, FORMATS)
    reader = _reader(report, audience)
    if lang is not None:
        one_of(lang, ("zh", "en"))
    if as_of:
        s.today = parse_date(as_of)
    chosen: Lang = "en" if (lang or s.whole.project.language) == "en" else "zh"
    if record_id is None and not blank:
        record_id = newest_of(s, report, reader)
    asked = Asked(
        record_id, reader, blank=blank, summary=summary, version=version, against=against,
        judged=_judged(report, overall, because), draft=draft,
    )  # fmt: skip
    wanted = _issue_number(report, number, what="--number")
    if issue:
        refuse_others(report, "--issue")
        issue_report(s, report, asked, (format_,), chosen, photo or [], wanted, correct, skip)
        return
    if photo or correct is not None or skip is not None:
        raise UsageError(
            Text("--photo, --correct and --skip go with --issue", "--photo、--correct、--skip 须与 --issue 合用")
        )
    if wanted is not None:
        issued = issue_of(s, report, wanted)
        content = frozen_content(s, issued, format_, lang)
        record_id = issued.id
    else:
        content = rendered(s, report.name, view_of(s, report, asked), chosen, format_)
    if out_ == "-":
        write_out(content)
        return
    target = Path(out_) if out_ else s.root / FOLDER / _file_name(s, report, record_id, chosen, reader, format_)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise cannot_write(target, error) from None
    done = _committed(s, report, target) if commit else None
    if s.json:
        print_json({"report": report.name, "path": str(target), "lang": chosen, "format": format_, "commit": done})
    else:
        out(str(target) + (f"  {h('commit', '提交')} {done[:9]}" if done else ""))


def _issue_number(report: Report, said: str | None, *, what: str) -> int | None:
    if said is None:
        return None
    refuse_others(report, what)
    if not said.isdigit() or not 0 < int(said) < 10_000:
        raise UsageError(Text(en="`{n}` is no number of an issue", zh="`{n}` 不是有效的期号").format(n=said))
    return int(said)


def _judged(report: Report, overall: str | None, because: str | None) -> Judged | None:
    """The overall state that a person sets, with the reason that is printed beside it; for the weekly report alone."""
    from pmkit.workspace.health import LAMPS, Judged

    if overall is None and because is None:
        return None
    if report.name != "weekly":
        raise UsageError(
            Text(en="--overall is for the weekly report", zh="--overall 仅用于周报"),
            usage('`pmkit report weekly --overall amber --because "..."`'),
        )
    if overall is None or because is None or not because.strip():
        raise UsageError(
            Text(en="an overall state of your own needs its reason", zh="人工判定总体状态须同时写明状态和理由"),
            usage('`pmkit report weekly --overall amber --because "..."`'),
        )
    word = one_of(overall, LAMPS)
    return Judged(next(lamp for lamp in LAMPS if lamp == word), because.strip())


def _reader(report: Report, audience: str | None) -> Audience:
    """Whom the document is for, where nobody said: the customer, but for one of our own house."""
    if audience is None:
        return "internal" if report.internal else "customer"
    return "internal" if one_of(audience, AUDIENCES) == "internal" else "customer"


def _file_name(s: Session, report: Report, record_id: str | None, lang: str, audience: str, format_: str) -> str:
    """A telling name: `weekly-2026-W10-zh.md`, `change-CR-001-zh.html`."""
    year, week, _ = s.today.isocalendar()
    period = f"{s.today:%Y-%m}" if report.name == "monthly" else f"{year}-W{week:02d}"
    about = record_id.upper() if record_id else "blank" if report.kind else period
    internal = "-internal" if audience == "internal" else ""
    return f"{report.name}-{about}{internal}-{lang}.{format_}"


def _committed(s: Session, report: Report, target: Path) -> str:
    from pmkit.store.closed import refuse_closed
    from pmkit.store.transaction import commit_message
    from pmkit.workspace.edits import Edits

    path = target.resolve().relative_to(s.root.resolve()).as_posix()
    refuse_closed(s.root, {path: None})
    edits = Edits(
        (),
        f"report.{report.name}",
        (),
        Text("Render {path}", "生成 {path}").format(path=path),
        s.acting.by,
        s.acting.on,
    )
    return s.need_git().commit([path], commit_message(edits, s.whole.project.language, s.acting.recorded_by))


command(app, "report", h("Write a document", "生成文档"), AT_REVISION)(_report)
