"""What goes into the archive of a project: its files, its documents, and what the closing adds to them."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pmkit.cli.progress import progress
from pmkit.cli.rendering.base import AUDIENCES, Asked, view_of
from pmkit.cli.session import Session
from pmkit.kernel.errors import MissingExtra, Refused, UsageError, cannot_write
from pmkit.kernel.listing import format_listing
from pmkit.kernel.pointer import parse_pointer
from pmkit.kernel.text import Text
from pmkit.store import archive
from pmkit.workspace.layout import TEMPLATES

if TYPE_CHECKING:
    from pmkit.domain.closures import ClosingReport
    from pmkit.reports.closure.report import Closing
    from pmkit.reports.document import View
    from pmkit.store.git import Git
    from pmkit.workspace.model import Workspace

Formats = Sequence[str]
_NAMES = {
    "internal": Text("closure-report", "结项报告"),
    "customer": Text("final-report", "项目总结报告"),
}


@dataclass
class Contents:
    """Everything of an archive that stood before the closing: the project at a commit, and its documents of that day.

    The same commit, day, formats and program give the same bytes, whatever was committed since.
    """

    session: Session
    commit: str
    day: date
    formats: Formats

    @cached_property
    def at(self) -> Session:
        """The project as it was: no command later sees it otherwise."""
        session = Session(workspace=str(self.session.root), rev=self.commit)
        session.git = self._git.standing_at(self.commit)
        session.today = self.day
        return session

    @property
    def _git(self) -> Git:
        return self.session.need_git()

    @cached_property
    def files(self) -> dict[str, str]:
        """The object of every file of the project, by path."""
        return self._git.tracked(self.commit)

    @cached_property
    def documents(self) -> dict[str, bytes]:
        """Every document that the project has something for, by its name in the archive."""
        made: dict[str, bytes] = {}
        reports = list(_reports(self.at))
        with progress(Text("rendering the documents", "正在生成归档文件")) as shown:
            for name, view, template in shown.over(reports):
                for form, content in written(self.at, template, view, self.formats):
                    made[f"{archive.DOCUMENTS}{name}.{form}"] = content
        return made

    @cached_property
    def history(self) -> bytes:
        """The commit, and the tags of everything up to it."""
        return archive.history_text([("HEAD", self.commit), *self._git.tags_within(self.commit)])

    @cached_property
    def manifest(self) -> bytes:
        """The list of it all with hashes."""
        hashes = {path: _sha(content) for path, content in self.documents.items()}
        hashes[archive.HISTORY] = _sha(self.history)
        with self._git.objects() as read:
            for path, blob in self.files.items():
                hashes[archive.PROJECT + path] = _sha(self._content(path, read(blob)))
        return format_listing(hashes)

    @property
    def fingerprint(self) -> str:
        """What the archive is known by: the SHA-256 of its manifest."""
        return _sha(self.manifest)

    def reports(self, closing: Closing) -> dict[str, tuple[str, bytes]]:
        """The reports that print the fingerprint: file name -> for whom, content."""
        from pmkit.cli.rendering.closures import closing_view
        from pmkit.workspace.audience import for_customer

        ws, lang = self.at.whole, self.at.whole.project.language
        made: dict[str, tuple[str, bytes]] = {}
        for audience in AUDIENCES:
            seen = ws if audience == "internal" else for_customer(ws)
            view = closing_view(self.at, seen, Asked(None, audience), closing)
            for form, content in written(self.at, "closure", view, self.formats):
                made[f"{_NAMES[audience].to(lang)}.{form}"] = (audience, content)
        return made

    def members(self, closing_files: Mapping[str, bytes], title: str, tag: str) -> Iterator[tuple[str, bytes]]:
        """Every member of the zip, in its order. `closing_files`: those of `closure/`, by their path there."""
        readme = archive.readme(title, tag)
        sealed = {archive.README: readme, archive.MANIFEST: self.manifest, **closing_files}
        yield archive.README, readme
        yield archive.SEAL, format_listing({path: _sha(content) for path, content in sealed.items()})
        yield archive.MANIFEST, self.manifest
        yield archive.HISTORY, self.history
        yield from sorted(closing_files.items())
        yield from sorted(self.documents.items())
        with self._git.objects() as read:
            for path, blob in sorted(self.files.items()):
                yield archive.PROJECT + path, self._content(path, read(blob))

    def _content(self, path: str, data: bytes) -> bytes:
        """A file's bytes; of a Git LFS pointer those of the file that it stands for. Refused where that is not here."""
        pointed = parse_pointer(data)
        if pointed is None:
            return data
        with suppress(OSError):
            there = (self.session.root / path).read_bytes()
            if _sha(there) == pointed.sha256:
                return there
        raise Refused(
            Text(
                en="{path} is a Git LFS pointer, and its file is not here",
                zh="{path} 是 Git LFS 指针，文件本身不在本地",
            ).format(path=path),
            Text.same("git lfs pull"),
        )  # fmt: skip


def _reports(s: Session) -> Iterator[tuple[str, View, str]]:
    """Every document that the project has something for: its name, its view, its template."""
    from pmkit.reports.catalogue import REPORTS

    for report in REPORTS:
        if report.name == "closure" or report.beside:
            continue
        asked = _about_records(s.whole, report.kind) if report.kind else _about_project(report.name, report.internal)
        for name, one in asked:
            with suppress(UsageError, Refused):  # what this project has nothing for
                yield f"{report.name}{name}", view_of(s, report, one), report.name


def _about_project(_name: str, internal: bool) -> Iterator[tuple[str, Asked]]:
    if not internal:
        yield "", Asked(None, "customer")
    yield "-internal", Asked(None, "internal")


def _about_records(ws: Workspace, kind: str) -> Iterator[tuple[str, Asked]]:
    from pmkit.domain.kind import Tracked
    from pmkit.domain.registry import kind_named

    for record in ws.of_kind(kind_named(kind)):
        if isinstance(record, Tracked):
            yield f"-{record.id}", Asked(record.id, "customer" if record.seen_by_customer else "internal")


def written(s: Session, template: str, view: View, formats: Formats) -> Iterator[tuple[str, bytes]]:
    """The document of a view in each format, in the project's language."""
    from pmkit.reports.document import compose, write

    folder = s.root / TEMPLATES
    document = compose(template, view, s.whole.project.language, folder if folder.is_dir() else None)
    for form in formats:
        yield form, write(document, form)


def formats_here() -> list[str]:
    """The formats of documents that this machine can write."""
    from pmkit.reports.document import FORMATS, Document, write
    from pmkit.reports.formats.tokens import parse

    found = []
    for form in FORMATS:
        with suppress(MissingExtra):
            write(Document("", "en", parse("x\n")), form)
            found.append(form)
    return found


def put(target: Path, members: Iterator[tuple[str, bytes]]) -> None:
    """The archive at its place, whole or not at all. Raises OutsideError."""
    beside = target.with_name(f".pmkit-{secrets.token_hex(6)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        archive.write_archive(beside, members)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None
    finally:
        beside.unlink(missing_ok=True)


def closing_reports(made: Mapping[str, tuple[str, bytes]], folder: str) -> list[ClosingReport]:
    """The reports as the record of the closing names them."""
    from pmkit.domain.closures import ClosingReport

    return [
        ClosingReport.model_validate({"audience": audience, "file": f"{folder}/{name}", "sha256": _sha(content)})
        for name, (audience, content) in made.items()
    ]


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
