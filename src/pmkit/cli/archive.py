"""`pmkit archive`: make the archive of a closed project again, verify one anywhere."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, Session, command, group, out, print_json
from pmkit.kernel.errors import BadWorkspace, Refused
from pmkit.kernel.listing import parse_listing
from pmkit.kernel.text import Text
from pmkit.workspace.layout import DOCUMENTS, REPORTS

if TYPE_CHECKING:
    from pmkit.cli.archive_files import Contents
    from pmkit.domain.closures import Closure

app = group(h("The archive of a closed project", "结项归档文件"))


def folder_of(closure_id: str) -> str:
    """Where the files of a closing lie in the project."""
    return f"{DOCUMENTS}/{closure_id}"


def default_target(s: Session, closure_id: str) -> Path:
    """Where an archive goes when nobody says: with the documents, out of git."""
    return s.root / REPORTS / f"{s.whole.project.code or s.whole.project.name}-{closure_id}.zip"


def tag_message(closure_id: str, name: str, fingerprint: str) -> str:
    """What the annotated tag says: enough to match it with paper."""
    return f"{closure_id}: {name}\n\nMANIFEST.sha256 {fingerprint}\n"


def fill(s: Session, contents: Contents, closure_id: str, commit: str, target: Path) -> None:
    """The zip of a closing that is committed and tagged."""
    from pmkit.cli.archive_files import put
    from pmkit.store import archive
    from pmkit.workspace.closing import TAG

    git = s.need_git()
    tag = f"refs/tags/{TAG}{closure_id}"
    stood = [(name, target) for name, target in archive.parse_history(contents.history) if name != "HEAD"]
    branch = f"refs/heads/{contents.at.whole.project.main_branch}"
    refs = sorted([("HEAD", commit), (branch, commit), (tag, git.object_of(tag) or commit), *stood])
    files = git.tracked(commit)
    wanted = {p: o for p, o in files.items() if p not in contents.files and Path(p).name not in _LISTED_BESIDE}
    members: dict[str, bytes] = {}
    with git.objects() as read:
        for path, blob in wanted.items():
            members[archive.CLOSURE + Path(path).name] = read(blob)
    with tempfile.TemporaryDirectory(prefix="pmkit-") as folder:
        bundle = Path(folder) / "history.bundle"
        git.bundle(refs, bundle)
        members[archive.BUNDLE] = bundle.read_bytes()
    put(target, contents.members(members, contents.at.whole.project.name, TAG + closure_id))


_LISTED_BESIDE = frozenset({"MANIFEST.sha256", "history.txt"})  # they stand in the archive by themselves


def _make(
    s: Session,
    closure_id: Annotated[str | None, typer.Argument(metavar="[CLS-ID]")] = None,
    out_: Annotated[
        str | None, typer.Option("--out", metavar="PATH", help=h("where it goes", "归档文件的位置"))
    ] = None,
) -> None:
    """Rendered again from the commit that was closed; refused where that does not give the same archive."""
    from pmkit import __version__
    from pmkit.cli.archive_files import Contents
    from pmkit.domain.closures import Closure
    from pmkit.workspace.closing import TAG, in_force

    closure = s.ws.get(closure_id, Closure) if closure_id else in_force(s.ws)
    if closure is None:
        raise Refused(Text("the project is not closed", "项目没有结项"), Text.same("pmkit close --check"))
    git = s.need_git()
    commit = git.resolve(f"refs/tags/{TAG}{closure.id}")
    before = git.resolve(f"{commit}^")
    kept = git.contents_at(commit, [closure.manifest]).get(closure.manifest, b"")
    formats = _formats_in(kept)
    on = closure.reached("closed")
    contents = Contents(s, before, on or s.today, formats)
    if contents.manifest != kept:
        raise _differs(closure, parse_listing(kept), parse_listing(contents.manifest), __version__)
    target = Path(out_) if out_ else default_target(s, closure.id)
    fill(s, contents, closure.id, commit, target)
    if s.json:
        print_json({"id": closure.id, "archive": str(target), "fingerprint": closure.fingerprint})
    else:
        out(f"{target}  {closure.fingerprint}")


def _formats_in(manifest: bytes) -> list[str]:
    """The formats in which the documents of an archive were written."""
    from pmkit.reports.document import FORMATS
    from pmkit.store import archive

    found = {p.rsplit(".", 1)[-1] for p in parse_listing(manifest) if p.startswith(archive.DOCUMENTS)}
    return [form for form in FORMATS if form in found]


def _differs(closure: Closure, was: dict[str, str], now: dict[str, str], version: str) -> BadWorkspace:
    paths = sorted(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))
    return BadWorkspace(
        Text(
            en="the archive of {id} does not come out the same: {n} files differ, first {path}",
            zh="{id} 的归档文件无法原样重做：有 {n} 个文件不同，第一个是 {path}",
        ).format(id=closure.id, n=len(paths), path=paths[0] if paths else "-"),
        Text(
            en="it was made by {program} and this is pmkit {version}; another version, other fonts or templates "
            "may write other bytes",
            zh="原归档由 {program} 生成，当前为 pmkit {version}；版本、字体或模板不同，输出的字节可能不同",
        ).format(program=closure.program, version=version),
    )


def _verify(s: Session, path: Annotated[str, typer.Argument(metavar="ARCHIVE.zip")]) -> None:
    from pmkit.output.tables import coloured, terminal_width
    from pmkit.output.text import findings_text
    from pmkit.store.archive_check import verify

    found = verify(Path(path))
    if s.json:
        print_json(_as_json(path, found))
    else:
        out_text = findings_text(found.findings, s.lang, None, width=terminal_width(), colour=coloured())
        if out_text:
            out(out_text.rstrip("\n"))
        for fact in found.facts:
            out(tell(fact))
        for skipped in found.skipped:
            out(h("skipped: ", "未核验：") + tell(skipped))
        out(
            h("the archive holds", "归档文件完整有效")
            if not found.findings
            else tell(Text(en="{n} findings: the archive does not hold", zh="发现 {n} 处问题，归档文件不可信").format(
                n=len(found.findings)))
        )  # fmt: skip
    if found.findings:
        raise typer.Exit(1)


def _as_json(path: str, found: Any) -> dict[str, Any]:
    return {
        "archive": path,
        "fingerprint": found.fingerprint,
        "files": found.files,
        "findings": [
            {
                "code": f.code, "severity": f.severity, "path": f.place.path,
                "message": {"en": f.says.en, "zh": f.says.zh},
            }
            for f in found.findings
        ],
        "skipped": [{"en": t.en, "zh": t.zh} for t in found.skipped],
    }  # fmt: skip


command(app, "make", h("Make the archive again, the same to the byte", "重新生成归档文件（逐字节相同）"), READING)(
    _make
)
command(app, "verify", h("Verify an archive, without a workspace", "核验归档文件（无需项目目录）"), READING)(_verify)
