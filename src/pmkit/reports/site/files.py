"""The portal as files: a folder of linked pages, or one file that holds them all. The same sources give the same bytes.

The content security policy of every page is what this module promises: no request leaves it, no foreign script runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pmkit.kernel.text import Text
from pmkit.reports.site.html import DOCUMENTS, FOLDER, Writer
from pmkit.reports.site.pages import index, pages, site_of
from pmkit.reports.site.sources import Sources
from pmkit.reports.templates import read_packaged
from pmkit.reports.views.site import Found

# `file:` beside 'self': of a page that was opened from a folder browsers do not agree what 'self' is.
_POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data:"
)
_NOWHERE = "; base-uri 'none'; form-action 'none'"


def folder(sources: Sources) -> Mapping[str, bytes]:
    """The files by their paths below the folder: pages, one style, one script, the search index, the documents."""
    made = list(pages(sources))
    writer = Writer(_places(sources), sources.seen.project.language, one_file=False)
    site = site_of(sources)
    files = {
        "site.css": read_packaged(f"{FOLDER}/site.css").encode(),
        "site.js": read_packaged(f"{FOLDER}/site.js").encode(),
        "search.js": f"pmkit.search({_json(_index(sources))});\n".encode(),
    }
    for page in made:
        content = writer.content(page)
        files[f"{page.key}.html"] = writer.layout(
            "page.html.j2", site=site, page=page, content=_safe(content), policy=_POLICY + _NOWHERE
        )
    for one in sources.downloads:
        files[f"{DOCUMENTS}/{one.name}"] = one.content
    return files


def single(sources: Sources) -> bytes:
    """The whole portal in one HTML file."""
    made = list(pages(sources))
    writer = Writer(_places(sources), sources.seen.project.language, one_file=True)
    style, script = (read_packaged(f"{FOLDER}/{name}") for name in ("site.css", "site.js"))
    code = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{code}'; style-src 'unsafe-inline'; img-src data:{_NOWHERE}"
    return writer.layout(
        "single.html.j2",
        site=site_of(sources),
        page=made[0],
        parts=[(page, _safe(writer.content(page))) for page in made],
        policy=policy,
        style=_safe(style),
        script=_safe(script),
        index=_safe(_json(_index(sources))),
    )


def _safe(text: str) -> Any:
    """HTML that templates made, for another template."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - made by templates that escape what they print


def _places(sources: Sources) -> frozenset[str]:
    return frozenset(line.address for line in index(sources))


def _index(sources: Sources) -> dict[str, Any]:
    """What the page's script searches: kinds once, then a row a record."""
    lines = list(index(sources))
    kinds = list(dict.fromkeys((line.kind.zh, line.kind.en) for line in lines))
    return {"kinds": kinds, "rows": [_row(line, kinds) for line in lines]}


def _row(line: Found, kinds: list[tuple[str, str]]) -> list[Any]:
    title = line.title if isinstance(line.title, Text) else Text.same(line.title or "")
    named = [title.zh] if title.zh == title.en else [title.zh, title.en]
    return [line.address, line.ref, named, kinds.index((line.kind.zh, line.kind.en)), line.text]


def _json(value: Any) -> str:
    """JSON that is also JavaScript, and cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
