"""From a view to a document: the template fills the source, the source becomes one tree, a writer writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Lang, Text, did_you_mean
from pmkit.reports.formats.tokens import Block, parse
from pmkit.reports.views.blocks import Basis, Photo

if TYPE_CHECKING:
    from pmkit.reports.charts import Chart

# The ending of a document's file -> the module of `formats/` whose `write` gives its bytes.
FORMATS: Mapping[str, str] = {"md": "markdown", "html": "html", "docx": "docx", "pdf": "pdf"}


class View(Protocol):
    """What a document shows, computed and ready to print, in both languages."""

    @property
    def pictures(self) -> Mapping[str, Any]:
        """Charts and photos by the names that `:::picture` uses."""

    @property
    def basis(self) -> Basis | None:
        """What the document was made from; None for a blank form."""

    def title(self, lang: Lang) -> str:
        """The document's title."""

    def foot(self, lang: Lang) -> str:
        """One line for the margin of every printed page."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one language, before any format. `style` is the CSS of the HTML, `day` that of its data."""

    title: str
    lang: Lang
    blocks: tuple[Block, ...]
    foot: str = ""
    style: str = ""
    pictures: Mapping[str, Chart | Photo] = field(default_factory=dict)
    day: date | None = None

    def picture(self, name: str) -> Chart | Photo:
        """The picture that a directive names. Raises BadWorkspace where the view has none of that name."""
        if name not in self.pictures:
            raise BadWorkspace(
                Text(en="the document has no picture `{name}`", zh="文档中没有名为 `{name}` 的图").format(name=name),
                did_you_mean(name, self.pictures),
            )
        return self.pictures[name]

    def photo(self, name: str) -> Photo:
        """The photo that a directive names. Raises BadWorkspace where there is none, or it is a chart."""
        found = self.picture(name)
        if not isinstance(found, Photo):
            raise BadWorkspace(Text(en="`{name}` is no photo", zh="`{name}` 不是照片").format(name=name))
        return found


def compose(name: str, view: View, lang: Lang, user_templates: Path | None = None) -> Document:
    """The document that template `name` makes of `view`; templates in `user_templates` go before the packaged ones.

    Raises BadWorkspace for a broken template, UsageError where no template has that name.
    """
    from pmkit.reports.templates import read_style, render

    return Document(
        title=view.title(lang),
        lang=lang,
        blocks=parse(render(name, view, lang, user_templates)),
        foot=view.foot(lang),
        style=read_style(user_templates),
        pictures=view.pictures,
        day=view.basis.as_of if view.basis else None,
    )


def write(document: Document, form: str) -> bytes:
    """The document as a file of one of the FORMATS; text is UTF-8 with LF line ends."""
    writer: Callable[[Document], bytes] = import_module(f"pmkit.reports.formats.{FORMATS[form]}").write
    return writer(document)
