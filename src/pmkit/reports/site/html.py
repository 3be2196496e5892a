"""From pages to HTML: the templates of `templates/site/`, in which every value of a record is text.

Both languages stand in the page, one of them shown: words of the program are a pair of spans, so that a reader changes
the language without a request and without losing the place.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from pmkit.kernel.duration import plain
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.formats.markdown import printable
from pmkit.reports.labels import LABELS
from pmkit.reports.templates import packaged_templates
from pmkit.reports.views.site import Download, Page
from pmkit.workspace.health import ASPECTS, lamp_word

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FOLDER = "site"
DOCUMENTS = "documents"  # the folder of the rendered documents, beside the pages
_MEDIA = {
    "html": "text/html;charset=utf-8",
    "md": "text/markdown;charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ID = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{1,4}-[0-9]{1,9}(?![A-Za-z0-9-])")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Writer:
    """Writes pages. `known`: the keys that links may lead to; `one_file`: they stand in the same file."""

    def __init__(self, known: Collection[str], lang: str, *, one_file: bool) -> None:
        self._known, self._lang, self._one_file = known, lang, one_file
        self._environment = _environment().overlay()
        self._environment.globals = {**_environment().globals, "href": self._href, "lang": lang, "one_file": one_file}
        self._environment.globals.update(words=self._words, file=self._file)
        self._environment.filters = {**_environment().filters, "ids": self._ids}

    def content(self, page: Page) -> str:
        """What stands in the page's `main`."""
        return self._environment.get_template(f"{page.template}.html.j2").render(view=page.view, page=page, **page.more)

    def layout(self, template: str, **values: object) -> bytes:
        """A whole file."""
        return printable(self._environment.get_template(template).render(**values)).encode()

    def _href(self, key: str) -> str:
        """The address of a page, or of a task's line on the plan's."""
        place, _, anchor = key.partition("#")
        if re.fullmatch(r"(T|M)-[0-9]+", place):
            place, anchor = "plan", place
        if self._one_file:
            return f"#{anchor or place}"
        return f"{place}.html" + (f"#{anchor}" if anchor else "")

    def _file(self, one: Download) -> str:
        """Where a document is read: its file beside the pages, or inside of the one file."""
        if not self._one_file:
            return f"{DOCUMENTS}/{one.name}"
        return f"data:{_MEDIA[one.format]};base64,{base64.b64encode(one.content).decode()}"

    def _ids(self, value: Any) -> Markup:
        """A value in which the ids of shown records are links."""
        from markupsafe import Markup

        return Markup(_ID.sub(self._linked, str(_shown(value))))  # noqa: S704 - escaped by _shown

    def _linked(self, match: re.Match[str]) -> str:
        return f'<a href="{self._href(match[0])}">{match[0]}</a>' if match[0] in self._known else match[0]

    def _words(self, name: str, value: Text) -> Markup:
        """An attribute in both languages: the page's script changes it with the language. `text`: the content."""
        from markupsafe import Markup

        first = "" if name == "text" else f'{name}="{Markup.escape(value.to("zh" if self._lang == "zh" else "en"))}" '
        return Markup(  # noqa: S704 - each value is escaped
            f'{first}data-{name}-zh="{Markup.escape(value.zh)}" data-{name}-en="{Markup.escape(value.en)}"'
        )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

    environment = Environment(
        loader=FileSystemLoader(packaged_templates() / FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Asking for the context keeps Jinja2 from printing literals while it compiles.
    environment.finalize = pass_context(lambda _context, value: _shown(value))
    environment.globals.update(t=_t, label=LABELS, aspects=ASPECTS, lamp_word=lamp_word)
    environment.filters.update(signed=_signed_number, days=_days, drawn=_drawn)
    return environment


def _t(*, en: str, zh: str, **values: Any) -> Text:
    """The template's words; `{name}` is filled from `values`."""

    def filled(text: str, lang: str) -> str:
        def one(match: re.Match[str]) -> str:
            value = values[match[1]]
            return value.to("zh" if lang == "zh" else "en") if isinstance(value, Text) else str(_plain(value))

        return _PLACEHOLDER.sub(one, text)

    return Text(en=filled(en, "en"), zh=filled(zh, "zh"))


def _plain(value: Any) -> Any:
    match value:
        case None:
            return "/"
        case Money():
            return value.printed()
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
    return value


def _shown(value: Any) -> Markup:
    """A value as HTML: text is escaped, both languages of the program's words stand side by side."""
    from markupsafe import Markup, escape

    if isinstance(value, Markup):
        return value
    if not isinstance(value, Text):
        return escape(_plain(value))
    if value.en == value.zh:
        return escape(value.en)
    return Markup(  # noqa: S704 - both are escaped
        f'<span class="zh" lang="zh-CN">{escape(value.zh)}</span><span class="en" lang="en">{escape(value.en)}</span>'
    )


def _signed_number(value: Any) -> str:
    """A number with its sign, `+3`; a real minus sign; 0 without one."""
    text = str(_plain(value))
    return f"+{text}" if value > 0 else text.replace("-", "−")


def _days(value: Any) -> Text:
    """Working days of drift in words."""
    if value is None:
        return Text.same("–")
    if not value:
        return Text("on time", "无偏差")
    return Text(f"{_signed_number(value)} d", f"{_signed_number(value)} 天")


def _drawn(picture: Any) -> Markup:
    """A chart as SVG, in both languages."""
    from markupsafe import Markup

    return Markup("").join(
        Markup('<div class="{} chart" lang="{}" tabindex="0">{}</div>').format(lang, html_lang, Markup(svg))  # noqa: S704 - charts escape
        for lang, html_lang in (("zh", "zh-CN"), ("en", "en"))
        for svg in picture.svg(lang)
    )
