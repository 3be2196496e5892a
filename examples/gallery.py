"""Every document of the example project, in both languages and all formats, with pictures of its pages.

    python examples/gallery.py FOLDER

Builds the Chinese example, writes each report of the catalogue and a contact sheet, `index.html`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pmkit.cli.rendering.base import sample_views
from pmkit.cli.session import Session
from pmkit.kernel.text import LANGS, Lang
from pmkit.reports.catalogue import REPORTS, Report
from pmkit.reports.document import FORMATS, Document, compose, write
from pmkit.reports.formats.pdf import pages

STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; background: #eceae6; color: #1a1a1a; }
section { margin-bottom: 2em; } h2 { font-size: 16px; margin: 0 0 .3em; } a { color: #7a1f1a; margin-right: .8em; }
.pages { display: flex; flex-wrap: wrap; gap: 10px; margin-top: .5em; } .pages img { height: 300px; background: #fff; box-shadow: 0 1px 5px #0003; }
"""


def documents(s: Session) -> Iterator[tuple[Report, Lang, Document]]:
    """Each report that the project has something for, in each language: the customer's view of its first record."""
    for report in REPORTS:
        view = next(sample_views(s, report), None)
        for lang in LANGS if view is not None else ():
            yield report, lang, compose(report.name, view, lang)


def main(folder: Path) -> int:
    """Fill `folder`, which is made anew. The exit code."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = folder / "project"
    subprocess.run([str(Path(sys.executable).with_name("pmkit")), "init", "--example", "zh", str(project)], check=True)
    sections = []
    for report, lang, document in documents(Session(workspace=str(project))):
        name = f"{report.name}.{lang}"
        for form in FORMATS:
            (folder / f"{name}.{form}").write_bytes(write(document, form))
        pictures = pages(document)
        for number, picture in enumerate(pictures, start=1):
            (folder / f"{name}-{number}.png").write_bytes(picture)
        links = "".join(f'<a href="{name}.{form}">{form}</a>' for form in FORMATS)
        shown = "".join(f'<img loading="lazy" src="{name}-{at}.png" alt="">' for at in range(1, len(pictures) + 1))
        sections.append(f'<section><h2>{escape(document.title)}</h2>{links}<div class="pages">{shown}</div></section>')
        print(f"{name}  {len(pictures)}")
    index = f"<!doctype html><meta charset=utf-8><title>pmkit</title><style>{STYLE}</style>" + "\n".join(sections)
    (folder / "index.html").write_text(index, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
