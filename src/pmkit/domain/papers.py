"""Paper: the life of a signed document between printing and filing, kept in the record that it is the form of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.approval import evidence_kind
from pmkit.domain.kind import About, Evidence, Part, Tracked
from pmkit.domain.values import Day, Flag, Handle, Line, Prose, Span
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

PAPER_STATES = {
    "to_send": Text("to be sent", "待送签"),
    "out": Text("out for signature", "送签中"),
    "part": Text("signed in part", "部分签署"),
    "signed": Text("signed", "已签字"),
    "sealed": Text("sealed", "已盖章"),
    "filed": Text("original filed", "原件已归档"),
    "returned": Text("returned", "退回"),
}
SIGNING_PARTIES = {
    "contractor": Text("Contractor", "承建单位"),
    "supervisor": Text("Supervisor", "监理单位"),
    "owner": Text("Owner", "建设单位"),
    "user": Text("User", "使用单位"),
    "designer": Text("Designer", "设计单位"),
    "subcontractor": Text("Subcontractor", "分包单位"),
    "vendor": Text("Vendor", "供货单位"),
    "assessor": Text("Assessor", "测评单位"),
    "authority": Text("Authority", "主管部门"),
}
# The party that people of a side sign for.
PARTY_OF_SIDE = {"supplier": "contractor", "customer": "owner", "supervisor": "supervisor"}
SEALS = {
    "company": Text("company seal", "公章"),
    "contract": Text("contract seal", "合同专用章"),
    "project": Text("project seal", "项目章"),
    "electronic": Text("electronic seal", "电子签章"),
}
Seal = Literal["company", "contract", "project", "electronic"]
Event = Literal["sent", "signed", "sealed", "returned", "filed"]
EVENTS = {
    "sent": Text("sent", "送签"),
    "signed": Text("signed", "签字"),
    "sealed": Text("sealed", "盖章"),
    "returned": Text("returned", "退回"),
    "filed": Text("filed", "归档"),
}
_SCANS = frozenset({"scan", "sealed_scan", "supplementary_agreement"})


class PaperRules(Part):
    """The project's habits with paper. What is left out is as pmkit has it."""

    copies: Annotated[int, About("Originals", "份数"), Field(ge=1, le=99)] = 4
    seals: Annotated[tuple[Seal, ...], About("Seals in use", "可用印章", words=SEALS)] = (
        "company", "contract", "project", "electronic",
    )  # fmt: skip
    perforation_from_pages: Annotated[int, About("Perforation seal from pages", "骑缝章起始页数"), Field(ge=2)] = 2
    back_within: Annotated[Span, About("Back within", "返回期限")] = Duration.parse("10d")
    file_within: Annotated[Span, About("Filed within", "归档期限")] = Duration.parse("20d")


class PaperEvent(Part):
    """Something that happened to the paper. `copies`: originals that went out, that are back by now, that are filed.

    `party` is one of SIGNING_PARTIES; `remarks` what a signer wrote on it by hand.
    """

    what: Annotated[Event, About("Event", "事项", words=EVENTS)]
    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "经办人")]
    party: Annotated[Line | None, About("Party", "单位", words=SIGNING_PARTIES)] = None
    signer: Annotated[Handle | None, About("Signed by", "签署人", links=("person",))] = None
    copies: Annotated[int | None, About("Originals", "份数"), Field(ge=0, le=99)] = None
    due: Annotated[Day | None, About("Back by", "返回期限")] = None
    seal: Annotated[Seal | None, About("Seal", "印章", words=SEALS)] = None
    remarks: Annotated[Prose | None, About("Handwritten remarks", "手写意见")] = None
    kept_at: Annotated[Line | None, Field(alias="at"), About("Original kept at", "原件存放处", internal=True)] = None
    scan: Annotated[Evidence | None, About("Scan", "扫描件")] = None
    note: Annotated[Prose | None, About("Note", "说明")] = None


class Paper(Part):
    """The paper of a record: how many originals, of how many pages, who signs it in which order, what happened to it.

    `sealed`: it wants seals too; None where the kind's usual rule holds.
    """

    copies: Annotated[int | None, About("Originals", "份数"), Field(ge=1, le=99)] = None
    pages: Annotated[int | None, About("Pages", "页数"), Field(ge=1, le=9999)] = None
    sealed: Annotated[Flag | None, About("Wants seals", "须盖章")] = None
    parties: Annotated[tuple[Line, ...], About("Signed by", "签署单位", words=SIGNING_PARTIES)] = ()
    events: Annotated[tuple[PaperEvent, ...], About("Events", "办理过程")] = ()


class OnPaper(Tracked):
    """A record whose document is signed on paper; how far that is never holds the record itself up."""

    paper: Annotated[Paper | None, About("Paper", "纸质签署")] = None

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        yield from self.scanned

    @property
    def scanned(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        """Each scan of the paper, with the keys under which it stands."""
        for number, event in enumerate(self.paper.events if self.paper else ()):
            if event.scan is not None:
                yield ("paper", "events", number, "scan"), event.scan

    @property
    def own_signatures(self) -> Iterator[PaperEvent]:
        """Signatures of the record's own workflow whose evidence shows that they stand on paper."""
        for one in (*getattr(self, "signed", ()), *getattr(self, "approvals", ())):
            evidence: Evidence | None = one.evidence
            kind = (evidence.kind or evidence_kind(evidence.file)) if evidence else ""
            if kind in _SCANS:
                what: Event = "signed" if kind == "scan" else "sealed"
                party = PARTY_OF_SIDE.get(one.side)
                yield PaperEvent(what=what, on=one.on, by=one.by, party=party, signer=one.by)
