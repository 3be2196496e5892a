"""People: the stakeholders on every side, each with a handle that records name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Evidence, Kind, Part, Record, Storage
from pmkit.domain.values import Amount, Day, Every, Flag, Handle, HeldSkill, Line, Prose, Ref, Units
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text

Side = Literal["supplier", "customer", "supervisor", "partner"]
SIDES = {
    "supplier": Text("supplier", "承建单位"),
    "customer": Text("customer", "建设单位"),
    "supervisor": Text("supervisor", "监理单位"),
    "partner": Text("partner", "协作单位"),
}
# Roles of each side that sign, in rising order: a higher one may stand in for a lower one, never the other way round.
RANKS = {
    "supplier": ("pm", "director", "legal"),
    "customer": ("pm", "sponsor", "legal_representative"),
    "supervisor": ("engineer", "chief"),
    "partner": ("pm",),
}
_LONG_ENOUGH = 5  # `pmo` is no slip of `pm`
ROLES = {
    "pm": Text("project manager", "项目经理"),
    "customer.pm": Text("project lead", "项目负责人"),
    "director": Text("director", "主管领导"),
    "legal": Text("authorised signatory", "法务（授权签约人）"),
    "sponsor": Text("sponsor", "项目分管领导"),
    "legal_representative": Text("legal representative", "法定代表人"),
    "supervisor.engineer": Text("supervising engineer", "监理工程师"),
    "supervisor.chief": Text("chief supervising engineer", "总监理工程师"),
    "engineer": Text("engineer", "工程师"),
    "developer": Text("developer", "开发工程师"),
    "tester": Text("tester", "测试工程师"),
    "user": Text("user", "使用人员"),
    "expert": Text("expert", "专家"),
}


LEVELS = {"low": Text("low", "低"), "medium": Text("medium", "中"), "high": Text("high", "高")}
# How somebody stands towards the project, by the PMBOK's engagement levels.
ATTITUDES = {
    "unaware": Text("unaware", "不了解"),
    "resistant": Text("resistant", "抵触"),
    "neutral": Text("neutral", "中立"),
    "supportive": Text("supportive", "支持"),
    "leading": Text("leading", "主导"),
}
CHANNELS = {
    "meeting": Text("meeting", "会议"),
    "mail": Text("e-mail", "邮件"),
    "phone": Text("phone", "电话"),
    "im": Text("instant message", "微信等即时通信"),
    "visit": Text("visit", "现场"),
    "video": Text("video", "视频"),
}


def meant_role(side: str, role: str) -> str | None:
    """The role of a side that a word probably means that is none: `sponsor` for `sponsr`. Roles are free otherwise."""
    signing = RANKS.get(side, ())
    others = [name for name in ROLES if "." not in name and not any(name in ranks for ranks in RANKS.values())]
    known = [*signing, *others]
    if role in known or len(role) < _LONG_ENOUGH:
        return None
    found = get_close_matches(role.lower(), known, n=1, cutoff=0.8)
    return found[0] if found and found[0] != role else None


RESOURCES = {
    "work": Text("works", "工时资源"),
    "material": Text("is used up", "材料资源"),
    "cost": Text("is a cost", "成本资源"),
}


class Delegation(Part):
    """Who signs for a person while they are away; both days count."""

    to: Annotated[Handle, About("To", "受托人", links=("person",))]
    from_: Annotated[Day, Field(alias="from"), About("From", "开始日期")]
    until: Annotated[Day, About("Until", "截止日期")]
    reason: Annotated[Prose | None, About("Reason", "事由")] = None

    def covers(self, day: Day) -> bool:
        return self.from_ <= day <= self.until


class Mandate(Part):
    """How far a person may bind their party: up to `limit` (None: any amount), on the days from `from` to `until`."""

    limit: Annotated[Amount | None, About("Up to", "金额上限")] = None
    from_: Annotated[Day | None, Field(alias="from"), About("Valid from", "生效日期")] = None
    until: Annotated[Day | None, About("Valid until", "截止日期")] = None
    letter: Annotated[Evidence | None, About("Letter of authority", "授权委托书")] = None

    def covers(self, day: Day) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)

    def allows(self, amount: Money | None) -> bool:
        """True for no amount, and for one of the limit's currency that does not pass it."""
        if self.limit is None or amount is None:
            return True
        return amount.currency == self.limit.currency and abs(amount.amount) <= self.limit.amount

    @property
    def label(self) -> Text:
        """`up to ¥200,000.00, until 2026-12-31`."""
        parts = []
        if self.limit is not None:
            parts.append(Text(en="up to {limit}", zh="不超过 {limit}").format(limit=self.limit.printed()))
        if self.from_ is not None:
            parts.append(Text(en="from {day}", zh="{day} 起").format(day=self.from_))
        if self.until is not None:
            parts.append(Text(en="until {day}", zh="至 {day}").format(day=self.until))
        return Text.join(parts, en=", ", zh="，") if parts else Text("without a limit", "不限金额")


class Stand(Part):
    """Where a person stood before: for which party, on which side, in which role, up to and including a day."""

    party: Annotated[Handle | None, About("Party", "参建单位", links=("party",))] = None
    side: Annotated[Side, About("Side", "所属方", words=SIDES)]
    role: Annotated[Line, About("Role", "项目角色")]
    until: Annotated[Day, About("Until", "截止日期")]


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom a person speaks on a day."""

    side: Side
    role: str
    party: str | None


class OnboardingItem(Part):
    """Something that has to be done before somebody works here."""

    item: Annotated[Line, About("Item", "事项")]
    due: Annotated[Day | None, About("Due", "完成时限")] = None
    done: Annotated[Day | None, About("Done", "完成日期")] = None


class TrainingItem(Part):
    """Something that somebody has to learn; `session`: the training at which they did."""

    topic: Annotated[Line, About("Topic", "培训内容")]
    due: Annotated[Day | None, About("Due", "完成时限")] = None
    done: Annotated[Day | None, About("Done", "完成日期")] = None
    session: Annotated[Ref | None, About("Session", "培训场次", links=("*",))] = None


class Contact(Part):
    """A line of the communication plan: what a person is told, or asked, how often, how, and by whom."""

    what: Annotated[Line, About("What", "沟通内容")]
    every: Annotated[Every, About("Every", "周期")]
    channel: Annotated[
        Literal["meeting", "mail", "phone", "im", "visit", "video"] | None,
        About("Channel", "沟通方式", words=CHANNELS),
    ] = None
    by: Annotated[Handle | None, About("By", "我方责任人", links=("person",))] = None
    from_: Annotated[Day | None, Field(alias="from"), About("From", "开始日期")] = None


class Person(Record):
    """A stakeholder; or a team, machine or material that the plan uses like one."""

    id: Annotated[Handle, About("Handle", "代号")]
    name: Annotated[Line, About("Name", "姓名")]
    side: Annotated[Side, About("Side", "所属方", words=SIDES)]
    role: Annotated[Line, About("Role", "项目角色")]
    party: Annotated[Handle | None, About("Party", "参建单位", links=("party",))] = None
    organisation: Annotated[Line | None, About("Organisation", "单位")] = None
    department: Annotated[Line | None, About("Department", "部门")] = None
    position: Annotated[Line | None, About("Position", "职务")] = None
    email: Annotated[Line | None, About("E-mail", "邮箱", personal=True)] = None
    phone: Annotated[Line | None, About("Phone", "电话", personal=True)] = None
    channel: Annotated[Line | None, About("Preferred channel", "沟通方式")] = None
    influence: Annotated[
        Literal["low", "medium", "high"] | None, About("Influence", "影响力", internal=True, words=LEVELS)
    ] = None
    interest: Annotated[
        Literal["low", "medium", "high"] | None, About("Interest", "关注度", internal=True, words=LEVELS)
    ] = None
    attitude: Annotated[
        Literal["unaware", "resistant", "neutral", "supportive", "leading"] | None,
        About("Attitude", "态度", internal=True, words=ATTITUDES),
    ] = None
    expectations: Annotated[Prose | None, About("Needs and expectations", "需求与期望", internal=True)] = None
    strategy: Annotated[Prose | None, About("Strategy", "应对策略", internal=True)] = None
    our_contact: Annotated[Handle | None, About("Our contact", "我方对接人", internal=True, links=("person",))] = None
    authority: Annotated[Line | None, About("Authority", "授权范围")] = None
    mandates: Annotated[tuple[Mandate, ...], About("Letters of authority", "授权委托")] = ()
    before: Annotated[tuple[Stand, ...], About("Stood before", "历史任职")] = ()
    communication: Annotated[tuple[Contact, ...], About("Communication plan", "沟通计划", internal=True)] = ()
    resource: Annotated[
        Literal["work", "material", "cost"], About("Kind of resource", "资源类型", internal=True, words=RESOURCES)
    ] = "work"
    calendar: Annotated[Line | None, About("Calendar", "日历", internal=True)] = None
    rate: Annotated[Amount | None, About("Cost an hour", "小时成本", internal=True)] = None
    absent: Annotated[tuple[Day, ...], About("Absent on", "不在岗日期", internal=True, unordered=True)] = ()
    units: Annotated[Units, About("Units (percent)", "可用比例（%）", internal=True)] = Decimal(100)
    source_uid: Annotated[Line | None, About("Id in the imported file", "导入文件中的编号", internal=True)] = None
    delegations: Annotated[tuple[Delegation, ...], About("Delegations", "授权代签", internal=True)] = ()
    joined: Annotated[Day | None, About("Joined", "入场日期")] = None
    left: Annotated[Flag, About("Has left", "已离场")] = False
    left_on: Annotated[Day | None, About("Left on", "离场日期")] = None
    skills: Annotated[
        tuple[HeldSkill, ...], About("Skills", "技能", unordered=True, internal=True, option="skill")
    ] = ()
    onboarding: Annotated[tuple[OnboardingItem, ...], About("Onboarding", "入场事项", internal=True)] = ()
    training: Annotated[tuple[TrainingItem, ...], About("Training", "培训", internal=True)] = ()
    notes: Annotated[Prose | None, About("Notes", "备注", internal=True)] = None

    def can_sign_as(self, wanted: str, on: Day | None = None) -> bool:
        """True where the person may sign for `side.role`: that role, or a higher one of the same side.

        `on`: by where they stood on that day.
        """
        stood = self.stood(on) if on is not None else self
        return not self.left and covers(stood.side, stood.role, wanted)

    def stood(self, day: Day) -> Standing:
        """For whom the person spoke on a day."""
        earlier = [one for one in self.before if day <= one.until]
        then = min(earlier, key=lambda one: one.until) if earlier else self
        return Standing(then.side, then.role, then.party)

    def beyond(self, on: Day, amount: Money | None = None) -> Text | None:
        """Why the person's letters of authority do not reach that day or amount. Who has none is not bound by any."""
        valid = [one for one in self.mandates if one.covers(on)]
        if not self.mandates or any(one.allows(amount) for one in valid):
            return None
        if not valid:
            last = max(self.mandates, key=lambda one: one.until or on)
            says = Text(en="has no letter of authority for {day} ({last})", zh="其授权在 {day} 无效（{last}）")
            return says.format(day=on, last=last.label)
        most = max(valid, key=lambda one: one.limit.amount if one.limit else 0)
        return Text(en="may sign {most}, and this is {amount}", zh="其授权{most}，而本次金额为 {amount}").format(
            most=most.label, amount=amount.printed() if amount else ""
        )

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        """Each file that the person's letters of authority name, with the keys under which they do."""
        for number, mandate in enumerate(self.mandates):
            if mandate.letter is not None:
                yield ("mandates", number, "letter"), mandate.letter

    def delegates_to(self, handle: str, day: Day) -> bool:
        """True where somebody else signs for the person on that day."""
        return any(d.to == handle and d.covers(day) for d in self.delegations)


def covers(side: str, role: str, wanted: str) -> bool:
    """True where a role of a side may stand for `side.role`: it is that role, or a higher one of the same side.

    `wanted` may name several, joined by `|`: one of them is enough.
    """
    if "|" in wanted:
        return any(covers(side, role, one.strip()) for one in wanted.split("|"))
    wanted_side, _, wanted_role = wanted.partition(".")
    if wanted_side != side:
        return False
    ranks = RANKS.get(side, ())
    if role in ranks and wanted_role in ranks:
        return ranks.index(role) >= ranks.index(wanted_role)
    return role == wanted_role


def role_label(side: str, role: str) -> Text:
    """The printed word for a role of a side; a role that we do not know prints as it is written."""
    return ROLES.get(f"{side}.{role}") or ROLES.get(role) or Text.same(role)


PERSON = Kind(
    name="person",
    prefix="",
    folder="",
    model=Person,
    label=Text("person", "人员"),
    plural=Text("people", "人员"),
    storage=Storage.LIST,
    path="people.yaml",
    list_key="people",
    visibility="internal",
    columns=("name", "side", "role", "email"),
)
