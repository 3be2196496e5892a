"""`pmkit site build|serve`: the portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.progress import progress
from pmkit.cli.rendering.base import AUDIENCES
from pmkit.cli.session import AT_REVISION, READING, Session, command, group, one_of, out, parse_date, print_json
from pmkit.kernel.errors import UsageError, cannot_write
from pmkit.kernel.text import Text
from pmkit.workspace.layout import REPORTS as FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pmkit.reports.views.blocks import Audience

app = group(
    h("Work on site; the portal: what the customer may see, as pages", "现场记录；客户门户：把客户可见的内容生成网页")
)
MANIFEST = ".pmkit-site"  # what `build` wrote into a folder, a name a line: what is not there any more is taken away

_AUDIENCE = typer.Option(help=h("customer (default) or internal", "读者：customer（客户，默认）或 internal（内部）"))
_DOCUMENT = typer.Option(
    "--document",
    metavar="FORMAT",
    help=h(
        "formats of the documents that go with it: html (default), docx, pdf, md, none",
        "随附文档的格式：html（默认）、docx、pdf、md 或 none",
    ),
)
_AS_OF = typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))


def _build(
    s: Session,
    audience: Annotated[str, _AUDIENCE] = "customer",
    single_file: Annotated[
        bool, typer.Option("--single-file", help=h("one HTML file, to mail", "生成单个 HTML 文件，便于邮件发送"))
    ] = False,
    document: Annotated[list[str] | None, _DOCUMENT] = None,
    as_of: Annotated[str | None, _AS_OF] = None,
    out_: Annotated[str | None, typer.Option("--out", metavar="DIR|FILE", help=h("where to write", "输出位置"))] = None,
) -> None:
    from pmkit.cli.rendering.site import site
    from pmkit.reports.site.files import folder, single

    reader = _reader(audience)
    if as_of:
        s.today = parse_date(as_of)
    formats = _formats(document)
    name = "site" if reader == "customer" else "site-internal"
    target = Path(out_) if out_ else s.root / FOLDER / (f"{name}.html" if single_file else name)
    with progress(Text("writing the portal", "正在生成门户")):
        sources = site(s, reader, formats)
        if single_file:
            write_file(target, single(sources))
            first, count = target, 1
        else:
            files = folder(sources)
            write_folder(target, files)
            first, count = target / "index.html", len(files)
    if s.json:
        print_json({"path": str(first), "audience": reader, "single_file": single_file, "files": count})
    else:
        says = Text("{path}  ({n} files, for the {who})", "{path}（{n} 个文件，{who}版）")
        out(tell(says.format(path=first, n=count, who=_WHO[reader])))


_WHO = {"customer": Text("customer", "客户"), "internal": Text("team", "内部")}


def _reader(audience: str) -> Audience:
    return "internal" if one_of(audience, AUDIENCES) == "internal" else "customer"


def _formats(given: list[str] | None) -> tuple[str, ...]:
    from pmkit.reports.document import FORMATS

    chosen = tuple(dict.fromkeys(one_of(form, (*FORMATS, "none")) for form in given or ["html"]))
    return tuple(form for form in chosen if form != "none")


def write_file(target: Path, content: bytes) -> None:
    """The file, whole or not at all. Raises UsageError."""
    half = target.with_name(f"{target.name}.half")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        half.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """The files below a folder; those that an earlier build left and this one does not have are taken away.

    Raises UsageError for a folder that holds something that no build wrote.
    """
    before = _written_before(target)
    for path, content in files.items():
        place = target / path
        if not (place.is_file() and not place.is_symlink() and place.read_bytes() == content):
            write_file(place, content)
    for path in before - files.keys():
        (target / path).unlink(missing_ok=True)
    write_file(target / MANIFEST, "".join(f"{path}\n" for path in sorted(files)).encode())


def _written_before(target: Path) -> set[str]:
    """What an earlier build wrote there."""
    from pmkit.workspace.layout import stays_below

    manifest = target / MANIFEST
    if manifest.is_file():
        return {path for path in manifest.read_text(encoding="utf-8").splitlines() if path and stays_below(path)}
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            Text(
                "{path} holds what `pmkit site build` did not write", "{path} 中有不是由 `pmkit site build` 生成的内容"
            ).format(path=target),
            Text("name an empty or a new folder with --out", "请用 --out 指定空目录或新目录"),
        )
    return set()


command(app, "build", h("Write the portal", "生成门户"), AT_REVISION)(_build)


def _serve(
    s: Session,
    audience: Annotated[str, _AUDIENCE] = "customer",
    port: Annotated[int, typer.Option(help=h("port (default: a free one)", "端口（默认自动选择）"))] = 0,
    document: Annotated[list[str] | None, _DOCUMENT] = None,
    as_of: Annotated[str | None, _AS_OF] = None,
) -> None:
    from pmkit.cli.rendering.site import site
    from pmkit.cli.site_server import serve
    from pmkit.reports.site.files import folder

    reader, formats = _reader(audience), _formats(document)

    def built() -> Mapping[str, bytes]:
        """The pages of the workspace as it lies there now."""
        now = Session(workspace=s.workspace)
        if as_of:
            now.today = parse_date(as_of)
        return folder(site(now, reader, formats))

    serve(s.root, port, built)


_IN = {"workspace": READING["workspace"]}
command(app, "serve", h("Show the portal on this machine while you work", "在本机浏览门户，数据变化后自动更新"), _IN)(
    _serve
)
