"""Records of work on site (FORMS §1.27): 安装/调试/隐蔽工程记录, 施工日志, 上线切换申请, 现场签证单, 工程洽商."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pmkit.domain.site_records import CONCLUSIONS, RESULTS, TYPES
from pmkit.kernel.text import Lang
from pmkit.reports.views.blocks import (
    Basis,
    Choice,
    Day,
    Form,
    Head,
    Photo,
    SignBox,
    Wording,
    document_title,
    sign_boxes,
)


@dataclass(frozen=True, slots=True)
class Worked:
    """Goods that the work was done on."""

    no: Wording
    name: Wording
    model: Wording
    qty: Wording
    serials: Wording


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked; `choice` ticks how it came out."""

    item: Wording
    required: Wording
    measured: Wording
    choice: Choice


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of works with its price."""

    what: Wording
    unit: Wording
    qty: Wording
    price: Wording
    amount: Wording


@dataclass(frozen=True, slots=True)
class SiteForm(Form):
    """The form, filled or blank. `type` says which of its parts the template prints; `status` warns of a void one."""

    head: Head
    ref: str
    type: str
    name: Wording
    on: Day
    place: Wording
    people: Wording
    weather: Wording
    basis_of_work: Wording
    items: tuple[Worked, ...]
    checks: tuple[Checked, ...]
    work: Wording
    arrivals: Wording
    problems: Wording
    reason: Wording
    works: tuple[Priced, ...]
    total: Wording
    in_words: Wording
    change: Wording
    window: Wording
    steps: tuple[Wording, ...]
    fallback: Wording
    contacts: tuple[Wording, ...]
    conclusion: Choice
    status: Wording
    photos: tuple[Photo, ...]
    sign: tuple[SignBox, ...]
    fingerprint: str
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, Photo]:  # type: ignore[override]
        """What `:::picture NAME` shows: `photo-1`, `photo-2` ..."""
        return {f"photo-{number}": photo for number, photo in enumerate(self.photos, start=1)}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, TYPES[self.type], lang)


def blank_site(head: Head, type_: str, *, rows: int = 5) -> SiteForm:
    """The form of a type to fill in by hand."""
    return SiteForm(
        head, "", type_, "", "", "", "", "", "", (Worked("", "", "", "", ""),) * rows,
        (Checked("", "", "", Choice.of(RESULTS)),) * rows, "", "", "", "", (Priced("", "", "", "", ""),) * rows, "", "",
        "", "", ("",) * rows, "", ("",), Choice.of(CONCLUSIONS), "", (), sign_boxes(head), "", None,
    )  # fmt: skip
