"""The approval matrix: whose agreement a change needs, by its size (FORMAT §2, defaults FORMS §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Flag, Line, Prose
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

EVIDENCE = {
    "message": Text("message", "即时消息"),
    "mail": Text("mail", "邮件"),
    "scan": Text("scan", "扫描件"),
    "sealed_scan": Text("sealed scan", "盖章扫描件"),
    "supplementary_agreement": Text("supplementary agreement", "补充协议"),
}
_BY_SUFFIX = {
    ".eml": "mail", ".msg": "mail", ".txt": "message", ".md": "message", ".json": "message",
    ".pdf": "scan", ".png": "scan", ".jpg": "scan", ".jpeg": "scan", ".tif": "scan", ".tiff": "scan", ".heic": "scan",
}  # fmt: skip
_STRENGTH = tuple(EVIDENCE)
Reason = Literal["final acceptance date", "contract scope removed", "party change"]
_PERCENT = r"^[0-9]{1,3}(\.[0-9]{1,2})?%$"
ALWAYS_HIGHEST: tuple[Reason, ...] = ("final acceptance date", "contract scope removed", "party change")


def evidence_kind(file_name: str) -> str:
    """What a file is as evidence, by its ending: mail, scan or message. A seal has to be said by a person."""
    return _BY_SUFFIX.get("." + file_name.rsplit(".", 1)[-1].lower(), "message")


@dataclass(frozen=True, slots=True)
class Answer:
    """How long an answer may take. `written`: how long its paper may take after it; any word will do till then."""

    within: Duration
    written: Duration | None = None

    @staticmethod
    def parse(text: str) -> Answer:
        """`5d`, or `24eh, then written within 3d`. Raises ValueError."""
        first, _, then = text.partition(",")
        paper = re.fullmatch(r"\s*then written within\s+(\S+)\s*", then) if then else None
        if then and paper is None:
            raise ValueError(text)
        return Answer(Duration.parse(first.strip()), Duration.parse(paper[1]) if paper else None)

    def __str__(self) -> str:
        return f"{self.within}, then written within {self.written}" if self.written else str(self.within)


def _answer(value: object) -> Answer:
    if isinstance(value, Answer):
        return value
    try:
        return Answer.parse(str(value))
    except ValueError:
        raise PydanticCustomError("answer", "is not a time like 5d or `24eh, then written within 3d`") from None


AnswerTime = Annotated[Answer, PlainValidator(_answer), PlainSerializer(str), WithJsonSchema({"type": "string"})]


class Level(Part):
    """A row of the matrix. A change belongs to the first row whose every limit holds."""

    id: Annotated[Line, About("Level", "级别")]
    zh: Annotated[Line, About("Chinese name", "中文名称")]
    en: Annotated[Line | None, About("English name", "英文名称")] = None
    price: Annotated[Line | None, About("Price limit", "价款上限")] = None
    schedule: Annotated[Line | None, About("Schedule limit", "进度上限")] = None
    contract_milestone: Annotated[
        Literal["none", "within float", "moved"], About("Contract milestone", "合同里程碑")
    ] = "moved"
    otherwise: Annotated[Flag, About("Takes the rest", "其余情形")] = False
    all: Annotated[tuple[Line, ...], About("All of", "须全部同意")] = ()
    any_of: Annotated[tuple[Line, ...], Field(alias="any"), About("One of", "任一同意即可")] = ()
    if_any: Annotated[tuple[Line, ...], About("If the project has any", "如有则须同意")] = ()
    evidence: Annotated[tuple[Line, ...], About("Evidence accepted", "可接受的佐证材料")] = ()
    meeting: Annotated[Line | None, About("Meeting", "会议")] = None

    @property
    def label(self) -> Text:
        return Text(en=f"{self.id} {self.en or self.zh}", zh=f"{self.id} {self.zh}")

    def accepts(self, kind: str) -> bool:
        """True for a kind of evidence in the row, or a stronger one."""
        if not self.evidence or kind in self.evidence:
            return True
        weakest = min((_STRENGTH.index(e) for e in self.evidence if e in _STRENGTH), default=len(_STRENGTH))
        return kind in _STRENGTH and _STRENGTH.index(kind) >= weakest


class CumulativePrice(Part):
    """How far the prices of all changes may add up, in percent of the contract price."""

    warn: Annotated[Line, About("Warn from", "预警线"), Field(pattern=_PERCENT)] = "5%"
    stop: Annotated[Line, About("Stop at", "上限"), Field(pattern=_PERCENT)] = "10%"
    basis: Annotated[Prose | None, About("Basis", "依据")] = None


class Requester(Part):
    """Whether the person who asked may approve."""

    supplier: Annotated[Literal["may_not_approve", "may_approve"], About("Supplier", "承建单位")] = "may_not_approve"
    customer: Annotated[Literal["may_approve_with_evidence", "may_not_approve"], About("Customer", "建设单位")] = (
        "may_approve_with_evidence"
    )


class ApprovalPolicy(Part):
    """The project's rules for approving changes."""

    requester: Annotated[Requester, About("Requester", "提出人")] = Requester()
    assessor_may_not_approve: Annotated[Flag | None, About("Assessor may not approve", "评估人不得审批")] = None
    own_identity: Annotated[Flag, About("Supplier approvals under own git identity only", "须以本人身份审批")] = False
    signed_commits: Annotated[Flag, About("Approvals in signed commits only", "审批提交须有数字签名")] = False
    no_contract_price: Annotated[
        Mapping[str, Decimal], About("Limits without a contract price", "合同价未定时限额")
    ] = {}
    answer_within: Annotated[Mapping[str, AnswerTime], About("Answer within", "答复时限")] = {
        "L1": Answer.parse("3d"),
        "L2": Answer.parse("5d"),
        "L3": Answer.parse("10d"),
        "emergency": Answer.parse("24eh, then written within 3d"),
    }
    always_L4: Annotated[  # noqa: N815  # the profile's own word
        tuple[Reason, ...],
        About("Always the highest level", "一律按最高级别"),
    ] = ALWAYS_HIGHEST
    at_least: Annotated[Mapping[str, Line], About("At least this level, by type or category", "按类别的最低级别")] = {}
    cumulative_price: Annotated[CumulativePrice, About("Cumulative price", "累计价款控制")] = CumulativePrice()
    levels: Annotated[tuple[Level, ...], About("Levels", "级别"), Field(min_length=1)]

    def level(self, size: Size) -> Level:
        """The smallest level whose every limit holds and that type and category allow; the last where none does."""
        if size.contract_change or any(reason in self.always_L4 for reason in size.reasons):
            return self.levels[-1]
        ids = [level.id for level in self.levels]
        least = max((ids.index(self.at_least[w]) for w in size.words if self.at_least.get(w) in ids), default=0)
        for level in self.levels[least:]:
            if level.otherwise or self._holds(level, size):
                return level
        return self.levels[-1]

    def find(self, level_id: str | None) -> Level | None:
        """The level with this id."""
        return next((level for level in self.levels if level.id == level_id), None)

    def _holds(self, level: Level, size: Size) -> bool:
        order = ("none", "within float", "moved")
        return (
            self._price_holds(level, size)
            and (level.schedule is None or abs(size.days) <= _days(level.schedule))
            and order.index(size.contract_milestone) <= order.index(level.contract_milestone)
        )

    def _price_holds(self, level: Level, size: Size) -> bool:
        if level.price is None:
            return True
        price = abs(size.price)
        limit = level.price.removeprefix("<=").strip()
        if not limit.endswith("%"):
            return price <= Decimal(limit.split()[0])
        if size.contract_price:
            return price * 100 <= Decimal(limit[:-1]) * size.contract_price
        return price <= self.no_contract_price.get(level.id, Decimal(0))


class Size(Part):
    """How big a change is: what the matrix looks at. Money in the project's currency, days in working days.

    `reasons`: those of `always_L4` that hold; `words`: the change's type and the categories of what it touches.
    """

    price: Decimal
    days: Decimal
    contract_milestone: Literal["none", "within float", "moved"]
    contract_price: Decimal | None = None
    contract_change: bool = False
    reasons: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def _days(limit: str) -> Decimal:
    match = re.match(r"(?:<=)?\s*([0-9.]+)d\Z", limit)
    return Decimal(match[1]) if match else Decimal(0)


DEFAULT_LEVELS: tuple[Mapping[str, object], ...] = (
    {
        "id": "L1", "zh": "轻微", "en": "minor", "price": "0", "schedule": "0d", "contract_milestone": "none",
        "all": ["supplier.pm", "customer.pm"], "evidence": ["message", "mail", "scan"],
    },
    {
        "id": "L2", "zh": "一般", "en": "normal", "price": "<=1%", "schedule": "<=5d",
        "contract_milestone": "within float", "all": ["supplier.pm", "customer.pm"],
        "if_any": ["supervisor.engineer"], "evidence": ["mail", "scan"],
    },
    {
        "id": "L3", "zh": "重大", "en": "major", "price": "<=5%", "schedule": "<=15d", "contract_milestone": "moved",
        "all": ["supplier.director", "customer.sponsor"], "if_any": ["supervisor.chief"],
        "evidence": ["sealed_scan"], "meeting": "CCB",
    },
    {
        "id": "L4", "zh": "合同变更", "en": "contract change", "otherwise": True,
        "all": ["supplier.legal", "customer.legal_representative"], "evidence": ["supplementary_agreement"],
    },
)  # fmt: skip
DEFAULT_NO_CONTRACT_PRICE = {"L2": 50000, "L3": 200000}
