"""Issue a report: number it, freeze what it says, replace an earlier issue by a corrected one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.actions.photos import TakenPhoto, kept_photos
from pmkit.actions.records import step, step_to
from pmkit.domain.issued_reports import ISSUED_REPORT, REPORTS, IssuedReport
from pmkit.domain.kind import file_data
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Attach, Change, Create, Edits, headed
from pmkit.workspace.issued_reports import NextIssue
from pmkit.workspace.layout import document_path, new_path


@dataclass(frozen=True, slots=True)
class Rendered:
    """The report in one format and language, and the name of its file."""

    format: str
    lang: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of an issue: their sentence; why an earlier issue is corrected, or days are left out."""

    summary: str
    correction: str | None = None
    skipped: str | None = None


def refuse_issue(following: NextIssue, report: str, said: Said) -> None:
    """Refuse an issue that says again what one said, goes back behind one, or leaves days out without a word."""
    same = following.same
    if same is not None and said.correction is None:
        raise Refused(
            Text(
                en="{id} is issue {n} and covers {a} to {b} already", zh="第 {n} 期（{id}）已签发，报告期 {a} 至 {b}"
            ).format(id=same.id, n=same.number, a=same.start, b=same.finish),
            Text(
                en='`pmkit report {r} --number {n}` shows it; `--issue --correct "why"` issues a corrected one',
                zh="`pmkit report {r} --number {n}` 可查看；如需更正请用 `--issue --correct 原因`",
            ).format(r=report, n=same.number),
        )
    if same is None and said.correction is not None:
        raise Refused(
            Text("there is no issue of that period to correct", "该报告期没有已签发的报告可更正"),
            Text(
                en="`--as-of` a day of its period, or `--number N`",
                zh="请用 `--as-of` 指定报告期内的日期，或 `--number 期号`",
            ),
        )
    if same is None and following.later is not None:
        later = following.later
        raise Refused(
            Text(en="{id}, issue {n}, is of a later period", zh="之后的第 {n} 期（{id}）已签发").format(
                id=later.id, n=later.number
            ),
            Text("issues go out in their order", "报告须按期次先后签发"),
        )
    if following.gap is not None and said.skipped is None:
        a, b = following.gap
        raise Refused(
            Text(en="no issue covers {a} to {b}", zh="{a} 至 {b} 尚无已签发的报告").format(a=a, b=b),
            Text(
                en='issue it first (`--as-of {b}`), or say why not: `--skip "why"`',
                zh="请先补签该期（`--as-of {b}`），确不需要的请说明：`--skip 原因`",
            ).format(b=b),
        )


def issue(
    record_id: str, report: str, following: NextIssue, finish: date, said: Said, documents: Sequence[Rendered],
    photos: Sequence[TakenPhoto], commit: str | None, program: str, acting: Acting, *, zh: bool,
) -> Edits:  # fmt: skip
    """The issue with its frozen files. Of a corrected one the number and the period stay."""
    named, photo_files = kept_photos(photos)
    attached = [Attach(document_path(record_id, d.name), d.content) for d in documents]
    same = following.same
    raw = {
        "id": record_id,
        "title": issue_title(following.number, following.start, finish, zh=zh),
        "report": report,
        "number": following.number,
        "start": following.start.isoformat(),
        "finish": finish.isoformat(),
        "summary": said.summary,
        "corrects": same.id if same else None,
        "correction": said.correction if same else None,
        "skipped": said.skipped if following.gap else None,
        "files": [
            {"format": d.format, "lang": d.lang, "file": a.path, "sha256": hashlib.sha256(d.content).hexdigest()}
            for d, a in zip(documents, attached, strict=True)
        ],
        "photos": named,
        "commit": commit,
        "program": program,
        "status": "issued",
        "steps": (step("draft", acting), step("issued", acting)),
    }
    record = validated(IssuedReport, {key: value for key, value in raw.items() if value not in (None, [])})
    changes: list[Change] = [
        Create(new_path(ISSUED_REPORT, record_id), file_data(record), ISSUED_REPORT.name), *attached, *photo_files
    ]  # fmt: skip
    if same is not None:
        changes += step_to(same, "corrected", acting, record_id)
    ids = (record_id, *((same.id,) if same else ()))
    says = Text("Issue no. {n} of the {report}", "签发{report}第 {n} 期")
    if same is not None:
        says = Text("Issue a corrected no. {n} of the {report}", "签发{report}第 {n} 期（更正）")
    subject = headed(record_id, says.format(n=following.number, report=REPORTS[report]))
    return Edits(tuple(changes), "report.issue", ids, subject, acting.by, acting.on)


def issue_title(number: int, start: date, finish: date, *, zh: bool) -> str:
    """What an issue is called among its like."""
    return f"第{number}期（{start} 至 {finish}）" if zh else f"no. {number} ({start} to {finish})"
