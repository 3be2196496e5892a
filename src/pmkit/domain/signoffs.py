"""Sign-offs: what was put before the customer, with the digest of each record, and who signed it when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.points import Point
from pmkit.domain.values import Day, Flag, Handle, Line, Prose, Ref
from pmkit.kernel.digest import digest
from pmkit.kernel.text import Text

SUBJECTS = {
    "requirements": Text("Requirements", "需求"),
    "fit-gap": Text("Requirements with their solutions", "需求及满足方式"),
    "objectives": Text("Objectives", "项目目标"),
    "milestone": Text("Milestone", "里程碑"),
    "interview": Text("Interview", "需求访谈"),
    "records": Text("Records", "记录"),
    "preliminary": Text("Preliminary acceptance", "初验"),
    "final": Text("Final acceptance", "终验"),
}
SCOPES = {"all": Text("All", "全部"), "part": Text("Part", "部分")}


class SignedRecord(Part):
    """A record as it was put before the signers."""

    id: Annotated[Ref, About("Record", "编号", links=("*",))]
    title: Annotated[Line, About("Title", "名称")]
    digest: Annotated[Line, About("Digest", "摘要值")]


class SignedDocument(Part):
    """A document as it was rendered for the signers. `program`: what rendered it; a newer one may write other bytes."""

    name: Annotated[Line, About("Document", "文件")]
    file: Annotated[Line, About("File", "文件位置")]
    sha256: Annotated[Line, About("SHA-256", "SHA-256")]
    program: Annotated[Line | None, About("Made by", "生成程序")] = None


class Condition(Point):
    """A condition of a signature; `met`: the day on which it was fulfilled."""

    met: Annotated[Day | None, About("Met on", "落实日期")] = None


class Signature(Part):
    """Somebody's signature under the whole; what they refused or tied to conditions stands in the record."""

    by: Annotated[Handle, About("By", "签署人", links=("person",))]
    side: Annotated[Line, About("Side", "所属方")]
    role: Annotated[Line, About("Role", "角色")]
    on: Annotated[Day, About("On", "日期")]
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    comment: Annotated[Prose | None, About("Comment", "意见")] = None
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class SignOff(OnPaper):
    """A sign-off; its content is what was put before the signers, fixed from `prepare` on.

    `over_all` is one digest over all that is signed; its short form is printed on the sheet.
    `includes`: the changes that were in force already. `refused` records are not signed; `conditional` ones are, under
    the `conditions`. `adopted`: it was signed before the project was kept with pmkit.
    """

    title: Annotated[Line, About("Title", "名称", content=True)]
    subject: Annotated[
        Literal["requirements", "fit-gap", "objectives", "milestone", "interview", "records", "preliminary", "final"],
        About("Subject", "签认内容", content=True, words=SUBJECTS),
    ]
    version: Annotated[Line, About("Version", "版本", content=True)]
    scope: Annotated[Literal["all", "part"], About("Scope", "确认范围", content=True, words=SCOPES)] = "all"
    records: Annotated[tuple[SignedRecord, ...], About("Records", "签认记录", content=True)] = ()
    documents: Annotated[tuple[SignedDocument, ...], About("Documents", "签认文件", content=True)] = ()
    over_all: Annotated[Line, About("Digest over all", "总摘要值", content=True)]
    includes: Annotated[tuple[Ref, ...], About("Changes included", "已包含变更", content=True, links=("change",))] = ()
    adopted: Annotated[Flag, About("Signed before pmkit", "补录签认", content=True)] = False
    reply_by: Annotated[Day | None, About("Reply by", "回复期限")] = None
    managers: Annotated[tuple[Handle, ...], About("Project managers", "项目经理", links=("person",))] = ()
    signed: Annotated[tuple[Signature, ...], About("Signatures", "签署")] = ()
    refused: Annotated[tuple[Ref, ...], About("Not confirmed", "不确认", links=("*",))] = ()
    conditional: Annotated[tuple[Ref, ...], About("Confirmed with conditions", "有条件确认", links=("*",))] = ()
    conditions: Annotated[tuple[Condition, ...], About("Conditions", "附加条件")] = ()

    @property
    def agreed(self) -> tuple[SignedRecord, ...]:
        """The records that are signed: all but the refused ones."""
        return tuple(r for r in self.records if r.id not in self.refused)

    @property
    def signed_on(self) -> Day | None:
        """The day on which it came into force."""
        return next((step.on for step in self.steps if step.to == "signed"), None)

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, signature in enumerate(self.signed):
            if signature.evidence is not None:
                yield ("signed", number, "evidence"), signature.evidence

    def document(self, name: str) -> SignedDocument | None:
        """The rendered document of this name."""
        return next((d for d in self.documents if d.name == name), None)


def over_all(subject: str, version: str, records: Mapping[str, str]) -> str:
    """The one digest over everything that is signed: what it is, its version, and the digest of each record."""
    return digest({"subject": subject, "version": version, "records": dict(records)})


STATES = States(
    names={
        "prepared": Text("out for signature", "送签中"),
        "signed": Text("signed", "已签字"),
        "rejected": Text("not signed", "不同意"),
        "withdrawn": Text("withdrawn", "已撤回"),
    },
    moves=(
        Move(
            "record", ("prepared", "signed"), "signed",
            Text("Record a signature", "记录签署"), own_command="pmkit signoff record",
        ),
        Move("reject", ("prepared",), "rejected", Text("Record that it was not signed", "记录对方不同意")),
        Move(
            "withdraw", ("prepared",), "withdrawn",
            Text("Withdraw; what was to be signed is free again", "撤回送签，内容恢复可修改"),
        ),
    ),
    closed=frozenset({"signed", "rejected", "withdrawn"}),
)  # fmt: skip

SIGNOFF = Kind(
    name="signoff",
    prefix="SGN",
    folder="signoffs",
    model=SignOff,
    label=Text("sign-off", "签认"),
    plural=Text("sign-offs", "签认"),
    states=STATES,
    paper=SignedPaper(Text("Sign-off sheet", "确认单"), ("prepared",)),
    columns=("title", "version", "status"),
    added_by="pmkit signoff prepare",
    due=(Due(Text("Have it signed", "签署并返回"), ("prepared",), day="reply_by", side="customer"),),
)
