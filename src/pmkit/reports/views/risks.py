"""风险登记册, the risk register (FORMS §1.12): every risk, how it is rated, what is done about it, what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pmkit.kernel.text import Lang, Text
from pmkit.reports.heat_map import HeatMap
from pmkit.reports.views.blocks import Audience, Basis, Head, Wording, document_title

KIND = Text("Risk register", "风险登记册")


@dataclass(frozen=True, slots=True)
class Measure:
    """An action item of the response."""

    title: str
    owner: str
    due: date | None
    status: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A risk. `impacts`: aspect and level; `residual`: probability, impact and band; `chance` in percent.

    `scores`: what it was rated before, oldest first, internal; `expected` (money) is internal too.
    """

    ref: str
    title: str
    cause: str
    effect: str
    category: Wording
    is_threat: bool
    identified_on: date | None
    identified_by: str
    probability: int | None
    chance: str
    impact: int | None
    impacts: tuple[tuple[Text, int], ...]
    score: int | None
    band: Text | None
    strategy: Text | None
    response: str
    measures: tuple[Measure, ...]
    owner: str | None
    due: date | None
    trigger: str
    contingency: str
    residual: tuple[int, int, Text] | None
    status: Text
    is_open: bool
    review_on: date | None
    days: str
    remarks: str
    scores: tuple[int, ...] = ()
    expected: str = ""


@dataclass(frozen=True, slots=True)
class RiskRegister:
    """The register. `counts`: open threats by band, the highest first; `total_*`: over open risks, money internal."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    counts: tuple[tuple[Text, int], ...]
    total: int
    open: int
    total_days: str
    total_expected: tuple[str, ...]
    matrix: HeatMap | None
    residual: HeatMap | None
    probability_words: tuple[tuple[Text, Text], ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, HeatMap]:
        """What `:::picture NAME` shows: matrix, residual."""
        charts = {"matrix": self.matrix, "residual": self.residual}
        return {name: chart for name, chart in charts.items() if chart is not None}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)


def blank_register(head: Head, *, rows: int = 10) -> RiskRegister:
    """The register to fill in by hand."""
    empty = Entry(
        "", "", "", "", "", is_threat=True, identified_on=None, identified_by="", probability=None, chance="",
        impact=None, impacts=(), score=None, band=Text.same(""), strategy=Text.same(""), response="", measures=(),
        owner="", due=None, trigger="", contingency="", residual=None, status=Text.same(""), is_open=True,
        review_on=None, days="", remarks="",
    )  # fmt: skip
    return RiskRegister(head, "customer", (empty,) * rows, (), 0, 0, "", (), None, None, (), None)
