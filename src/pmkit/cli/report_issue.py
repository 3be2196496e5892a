"""Reports that go out by number: `report weekly --issue` freezes one, `--number` shows it as it was sent."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, rendered, view_of
from pmkit.cli.session import Session, locked
from pmkit.domain.issued_reports import REPORTS, IssuedReport
from pmkit.kernel.errors import BadWorkspace, Refused, UsageError
from pmkit.kernel.text import Lang, Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pmkit.actions.photos import TakenPhoto
    from pmkit.reports.catalogue import Report
    from pmkit.reports.views.blocks import Photo
    from pmkit.reports.weekly.sources import Week
    from pmkit.workspace.issued_reports import NextIssue

ALWAYS = ("html", "md")  # frozen whatever is asked for: what is sent by default


def refuse_others(report: Report, what: str) -> None:
    """Only the weekly and the monthly report go out by number."""
    if report.name not in REPORTS:
        raise UsageError(
            Text(en="`{what}` is for the weekly and the monthly report", zh="`{what}` 仅用于周报和月报").format(
                what=what
            )
        )


def issue_report(
    s: Session, report: Report, asked: Asked, formats: Sequence[str], lang: Lang, photos: Sequence[str],
    number: int | None, correction: str | None, skipped: str | None,
) -> None:  # fmt: skip
    """Issue the report of the period up to today: render it, freeze it, commit it. Refused, UsageError."""
    from pmkit import __version__
    from pmkit.actions.issued_reports import Rendered, Said, issue, refuse_issue
    from pmkit.cli.photos import taken_photos
    from pmkit.domain.issued_reports import ISSUED_REPORT

    if asked.audience == "internal":
        raise UsageError(Text("what is issued is the customer's report", "签发的是面向客户的报告，不能为内部版"))
    if not (asked.summary or "").strip():
        raise UsageError(
            Text("an issue has a person's own sentence", "签发的报告须有人工填写的小结"),
            usage('`--summary "..."`'),
        )
    with locked(s):
        acting = s.acting
        wanted = _wanted(s, report, number)
        following = period_of(s, report.name, wanted.finish if wanted else s.today)
        said = Said((asked.summary or "").strip(), correction, skipped)
        refuse_issue(following, report.name, said)
        if following.same is not None:
            s.today = following.same.finish
        taken = taken_photos(photos) if photos else []
        asked = replace(
            asked, period=_week(report.name, following.start, s.today, following.number), photos=_shown(taken),
            correction=correction,
        )  # fmt: skip
        view = view_of(s, report, asked)
        forms = dict.fromkeys((*formats, *ALWAYS))
        title = report.title.to(lang)
        mark = _correction_mark(s, report.name, following.number)
        documents = [
            Rendered(
                form, lang, f"{s.whole.project.code}-{title}-{following.number:03}{mark}.{form}".replace(" ", "-"),
                _beside_the_record(rendered(s, report.name, view, lang, form), form),
            )
            for form in forms
        ]  # fmt: skip
        edits = issue(
            s.next_id(ISSUED_REPORT.prefix), report.name, following, s.today, said, documents, taken,
            s.git.head if s.git else None, f"pmkit {__version__}", acting, zh=s.whole.project.language == "zh",
        )  # fmt: skip
        then = Text(en="send it: `pmkit send {name}`", zh="发送：`pmkit send {name}`").format(name=edits.records[0])
        s.write(edits, then=then, more={"number": following.number})


def _beside_the_record(content: bytes, form: str) -> bytes:
    """Markdown names its photos as seen from `reports/`; the frozen file lies a folder deeper."""
    return content.replace(b"](../evidence/", b"](../../evidence/") if form == "md" else content


def _wanted(s: Session, report: Report, number: int | None) -> IssuedReport | None:
    return None if number is None else issue_of(s, report, number)


def _correction_mark(s: Session, report: str, number: int) -> str:
    """What tells the files of a correction from those of the issue: `-r1`, `-r2`."""
    earlier = sum(r.report == report and r.number == number for r in s.whole.of(IssuedReport))
    return f"-r{earlier}" if earlier else ""


def _shown(taken: Sequence[TakenPhoto]) -> tuple[Photo, ...]:
    """The photos as the document shows them: small, without position."""
    from functools import partial

    from pmkit.connectors.photos import thumbnail
    from pmkit.reports.views.blocks import Photo
    from pmkit.workspace.layout import photo_path

    return tuple(
        Photo(
            photo_path(hashlib.sha256(one.content).hexdigest(), one.name), one.caption or "",
            partial(thumbnail, one.name, one.content),
        )
        for one in taken
    )  # fmt: skip


def period_of(s: Session, report: str, as_of: date) -> NextIssue:
    """Which issue the report up to a day is."""
    from pmkit.workspace.issued_reports import next_issue

    usual = _week(report, None, as_of, None, s.whole.project.first_day)
    return next_issue(s.whole, report, as_of, usual.start, usual.number)


def _week(report: str, start: date | None, finish: date, number: int | None, first_day: date | None = None) -> Week:
    from pmkit.reports.monthly import Month
    from pmkit.reports.weekly.sources import Week

    kind = Month if report == "monthly" else Week
    if start is None or number is None:
        return kind.of(finish, first_day or finish)
    return kind(start, finish, number)


def issue_of(s: Session, report: Report, number: int) -> IssuedReport:
    """The issue of a number. Raises UsageError where there is none."""
    from pmkit.workspace.issued_reports import issue_numbered, issues_of

    found = issue_numbered(s.whole, report.name, number)
    if found is None:
        known = issues_of(s.whole, report.name)
        raise UsageError(
            Text(en="there is no issue {n} of the {report}", zh="没有第 {n} 期{report}").format(
                n=number, report=report.title
            ),
            Text(en="issued: {list}", zh="已签发：{list}").format(
                list=Text.join(Text.same(str(r.number)) for r in known)
            )
            if known
            else Text.same(f"pmkit report {report.name} --issue --summary ..."),
        )
    return found


def frozen_content(s: Session, issued: IssuedReport, form: str, lang: str | None) -> bytes:
    """The bytes that went out. Refused for a format or language that was not frozen; BadWorkspace where they differ."""
    frozen = issued.frozen(form, lang)
    if frozen is None:
        raise Refused(
            Text(en="{id} was issued in {what}", zh="{id} 签发时的格式为 {what}").format(
                id=issued.id, what=Text.join(Text.same(f"{f.format} ({f.lang})") for f in issued.files)
            ),
            Text(
                en="issue a correction with that format, or take one of those",
                zh="请选用其中一种；确需其他格式请签发更正版",
            ),
        )
    content = s.content_of(frozen.file)
    if content is None or hashlib.sha256(content).hexdigest() != frozen.sha256:
        says = (
            Text(en="{file} is missing", zh="{file} 缺失")
            if content is None
            else Text(en="{file} is not what went out", zh="{file} 已不是当时发出的内容")
        )
        raise BadWorkspace(
            says.format(file=frozen.file),
            Text(en="`git log -- {file}` has it", zh="可用 `git log -- {file}` 找回").format(file=frozen.file),
        )
    return content
