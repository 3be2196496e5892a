"""The document register: which papers the project keeps, in which version, where, and who may see them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

CLASSES = {
    "public": Text("public", "公开"),
    "internal": Text("internal", "内部"),
    "trade_secret": Text("trade secret", "商业秘密"),
}
STATE_SECRETS = frozenset({"秘密", "机密", "绝密"})
MEDIA = {
    "electronic": Text("electronic", "电子"),
    "paper": Text("paper", "纸质"),
    "both": Text("paper and electronic", "纸质和电子"),
}
FIRST = "0.1"  # the version of a first draft
_VERSION = re.compile(r"[Vv]?([0-9]{1,4}(?:\.[0-9]{1,4}){0,3})\Z")


def parse_version(value: object) -> str:
    """A version `1.0`, with or without a `V` before it."""
    match = _VERSION.match(str(value).strip())
    if not match:
        raise PydanticCustomError("version", "is not a version like 1.0")
    return match[1]


def parse_classification(value: object) -> str:
    """A classification by its code or by its word in either language; marks of state secrets are refused."""
    said = str(value).strip()
    if said in STATE_SECRETS:
        raise PydanticCustomError("state_secret", "is a mark for state secrets")
    words = {form.casefold(): code for code, t in CLASSES.items() for form in (code, t.en, t.zh)}
    if said.casefold() not in words:
        raise PydanticCustomError("classification", "is no classification")
    return words[said.casefold()]


Version = Annotated[
    str, PlainValidator(parse_version), WithJsonSchema({"type": "string", "pattern": r"^[Vv]?[0-9]+(\.[0-9]+)*$"})
]
Classification = Annotated[
    str, PlainValidator(parse_classification), WithJsonSchema({"type": "string", "enum": list(CLASSES)})
]


def version_order(version: str) -> tuple[int, ...]:
    """What orders versions: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))


def was_released(version: str) -> bool:
    """False for a draft from before the first release, `0.3`."""
    return version_order(version)[0] > 0


def first_release(version: str) -> str:
    """The version that a draft is released as: V1.0 the first time, later its own."""
    return version if was_released(version) else "1.0"


def next_version(version: str, *, whole: bool = False) -> str:
    """The one after: 0.1 -> 0.2, 1.0 -> 1.1; `whole`, for a baseline that is signed anew: 1.1 -> 2.0."""
    first, *rest = version_order(version)
    return f"{first + 1}.0" if whole else f"{first}.{(rest or [0])[0] + 1}"


class EarlierVersion(Part):
    """A version that was replaced by a later one."""

    version: Annotated[Version, About("Version", "版本")]
    dated: Annotated[Day | None, About("Date", "日期")] = None
    change: Annotated[Prose | None, About("Change", "修订内容")] = None
    file: Annotated[Line | None, About("File", "文件")] = None
    place: Annotated[Line | None, About("Kept at", "外部存放地址")] = None
    sha256: Annotated[Line | None, About("SHA-256", "SHA-256")] = None
    size: Annotated[int | None, About("Bytes", "字节数")] = None


class Signature(Part):
    """Somebody's signature on the paper, with its scan."""

    by: Annotated[Handle, About("By", "签署人", links=("person",))]
    side: Annotated[Line, About("Side", "所属方")]
    on: Annotated[Day, About("On", "日期")]
    version: Annotated[Version, About("Version", "版本")]
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    evidence: Annotated[Evidence, About("Evidence", "佐证材料")]


class Document(OnPaper):
    """A document of the register. Its file lies in the workspace (`file`) or elsewhere (`place`: a path, an address).

    `version`, `dated`, `change`, `file`, `place`, `sha256`, `size` are those of the version in hand; `earlier` holds
    the others, the oldest first.
    """

    title: Annotated[Line, About("Title", "文件名称", content=True)]
    version: Annotated[Version, About("Version", "版本", content=True)]
    number: Annotated[Line | None, About("Number", "文件编号", content=True)] = None
    type: Annotated[Line | None, About("Type", "文种", content=True)] = None
    phase: Annotated[Line | None, About("Phase", "阶段")] = None
    classification: Annotated[Classification, About("Classification", "密级", content=True, words=CLASSES)] = "internal"
    dated: Annotated[Day | None, About("Date of the version", "版本日期")] = None
    change: Annotated[Prose | None, About("Change", "修订内容")] = None
    file: Annotated[Line | None, About("File", "文件")] = None
    place: Annotated[Line | None, About("Kept at", "外部存放地址")] = None
    sha256: Annotated[Line | None, About("SHA-256", "SHA-256", content=True)] = None
    size: Annotated[int | None, About("Bytes", "字节数")] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    readers: Annotated[
        tuple[Handle, ...], About("Readers", "可阅读人员", unordered=True, links=("person",), option="reader")
    ] = ()
    prepared_by: Annotated[Handle | None, About("Prepared by", "编制", links=("person",))] = None
    reviewed_by: Annotated[Handle | None, About("Reviewed by", "审核", links=("person",))] = None
    approved_by: Annotated[Handle | None, About("Approved by", "批准", links=("person",))] = None
    external_no: Annotated[Line | None, About("Other party's number", "对方文件编号")] = None
    medium: Annotated[Literal["electronic", "paper", "both"] | None, About("Medium", "介质", words=MEDIA)] = None
    copies: Annotated[int | None, About("Copies", "份数")] = None
    location: Annotated[Line | None, About("Original kept at", "原件存放位置")] = None
    archive_no: Annotated[Line | None, About("Archive no.", "归档号")] = None
    review_on: Annotated[Day | None, About("Next review", "下次复审")] = None
    supersedes: Annotated[
        tuple[Ref, ...], About("Supersedes", "替代文件", unordered=True, links=("document",), option="supersedes")
    ] = ()
    sealed: Annotated[Day | None, About("Sealed on", "盖章日期")] = None
    original: Annotated[Day | None, About("Original back on", "原件返回日期")] = None
    earlier: Annotated[tuple[EarlierVersion, ...], About("Earlier versions", "历史版本")] = ()
    signed: Annotated[tuple[Signature, ...], About("Signatures", "签署")] = ()

    @property
    def is_filed(self) -> bool:
        """Released, or kept as the paper that it is."""
        return self.status == "released"

    def signed_by(self, side: str) -> Day | None:
        """The day of the newest signature of a side."""
        return max((one.on for one in self.signed if one.side == side), default=None)


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "in_review": Text("in review", "评审中"),
        "released": Text("released", "已发布"),
        "superseded": Text("superseded", "已作废"),
    },
    moves=(
        Move("submit", ("draft",), "in_review", Text("Put it up for review", "提交评审")),
        Move("return", ("in_review",), "draft", Text("Send it back from the review", "评审退回修改")),
        Move(
            "release", ("draft", "in_review"), "released", Text("Release it", "发布"),
            own_command="pmkit document release",
        ),
        Move(
            "revise", ("draft", "in_review", "released"), "draft", Text("Begin a new version", "修订，形成新版本"),
            own_command="pmkit document revise",
        ),
        Move(
            "supersede", ("draft", "in_review", "released"), "superseded", Text("Take it out of use", "作废（被替代）"),
            own_command="pmkit document supersede",
        ),
    ),
    closed=frozenset({"superseded"}),
)  # fmt: skip

DOCUMENT = Kind(
    name="document",
    prefix="DOC",
    folder="documents",
    model=Document,
    label=Text("document", "文档"),
    plural=Text("documents", "文档"),
    states=STATES,
    paper=SignedPaper(Text("Document", "文档")),
    visibility="internal",
    columns=("number", "title", "version", "phase", "status"),
    due=(
        Due(Text("Review it", "评审"), ("in_review",), who="reviewed_by"),
        Due(Text("Look whether it still holds", "定期复审"), day="review_on", who="owner"),
    ),
)
