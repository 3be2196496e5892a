"""The project profile, `pmkit.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.acceptance_rules import AcceptanceRules
from pmkit.domain.approval import DEFAULT_LEVELS, DEFAULT_NO_CONTRACT_PRICE, ApprovalPolicy
from pmkit.domain.document_rules import DocumentRules
from pmkit.domain.kind import About, Kind, Part, Record, Storage
from pmkit.domain.mailing import ConfirmSettings, MailSettings, RobotSettings
from pmkit.domain.papers import PaperRules
from pmkit.domain.rating import RiskScale
from pmkit.domain.response_times import ResponseTimes
from pmkit.domain.site_rules import SiteRules
from pmkit.domain.team_rules import TeamRules
from pmkit.domain.values import Amount, Day, Line, Moment, Prose, Span, Units
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

FORMAT = 1


def default_policy() -> ApprovalPolicy:
    """The approval rules of a profile that has none of its own."""
    return ApprovalPolicy.model_validate({"levels": DEFAULT_LEVELS, "no_contract_price": DEFAULT_NO_CONTRACT_PRICE})


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


Hours = tuple[Annotated[Line, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$")], ...]


class CalendarSettings(Part):
    """A working calendar: a named base, and what differs from it, which wins."""

    base: Annotated[Line, About("Base", "基础日历")] = "weekdays"
    weekdays: Annotated[tuple[Weekday, ...], About("Working weekdays", "工作日")] = ()
    hours: Annotated[Hours, About("Working hours", "工作时间")] = ()
    week: Annotated[Mapping[Weekday, Hours], About("Hours by weekday", "各星期的工作时间")] = {}
    days_off: Annotated[tuple[Day, ...], About("Days off", "放假日")] = ()
    extra_work: Annotated[tuple[Day, ...], About("Extra working days", "调休上班日")] = ()
    special: Annotated[Mapping[Day, Hours], About("Days with hours of their own", "特定日期的工作时间")] = {}


class Thresholds(Part):
    """When drift and silence become findings."""

    drift: Annotated[Line, About("Unexplained drift", "未经批准偏差"), Field(pattern=r"^[0-9.]+(d|%)$")] = "5d"
    milestones: Annotated[Mapping[str, Line], About("Per milestone", "按里程碑", links=("task",))] = {}
    stale_progress: Annotated[Span, About("Progress is stale after", "进度填报过期")] = Duration.parse("7ed")


class CostRules(Part):
    """When costs and receipts become findings, and what the internal lamp of cost goes by (FORMS §3)."""

    cpi_amber: Annotated[Units, About("CPI: amber below", "CPI 预警下限")] = Decimal("0.95")
    cpi_red: Annotated[Units, About("CPI: red below", "CPI 严重下限")] = Decimal("0.90")
    eac_amber: Annotated[Units, About("EAC: amber above (% of the budget)", "EAC 预警上限（占预算 %）")] = Decimal(103)
    eac_red: Annotated[Units, About("EAC: red above (% of the budget)", "EAC 严重上限（占预算 %）")] = Decimal(108)
    overrun: Annotated[Units, About("Overrun of a category (%)", "单科目超支上限（%）")] = Decimal(10)
    contingency_left: Annotated[Units, About("Contingency left, at least (%)", "应急储备余额下限（%）")] = Decimal(20)
    payment_due: Annotated[Span, About("Invoices are due after", "发票付款期限")] = Duration.parse("30ed")


class CheckSettings(Part):
    """Which checks the project wants beside the usual ones, and which it does not want."""

    also: Annotated[tuple[Line, ...], About("Opinions to run too", "另行启用的检查项")] = ()
    ignore: Annotated[tuple[Line, ...], About("Ignored checks", "不启用的检查项")] = ()


class Project(Record):
    """The project: who, for whom, from when, by which rules."""

    format: Annotated[int, About("Format", "格式版本")]
    name: Annotated[Line, About("Project", "项目名称", content=True)]
    code: Annotated[
        Line, About("Code", "项目代号", content=True), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=32)
    ]
    customer: Annotated[Line, About("Customer", "建设单位", content=True)]
    supplier: Annotated[Line | None, About("Supplier", "承建单位", content=True)] = None
    supervisor: Annotated[Line | None, About("Supervisor", "监理单位", content=True)] = None
    contract_no: Annotated[Line | None, About("Contract no.", "合同编号", content=True)] = None
    contract_price: Annotated[Amount | None, About("Contract price", "合同价款", content=True)] = None
    objectives: Annotated[tuple[Prose, ...], About("Objectives", "项目目标", content=True, option="objective")] = ()
    scope: Annotated[Prose | None, About("Scope", "项目范围", content=True)] = None
    language: Annotated[Literal["zh", "en"], About("Language", "语言")]
    currency: Annotated[Line, About("Currency", "币种"), Field(pattern=r"^[A-Z]{3}$")]
    timezone: Annotated[Line, About("Time zone", "时区")]
    start: Annotated[Moment, About("Start", "开始日期", content=True)]
    today: Annotated[Day | None, About("Today (examples and archives)", "当前日期（示例与归档项目）")] = None
    main_branch: Annotated[Line, About("Main branch", "主分支")] = "main"
    calendar: Annotated[CalendarSettings, About("Calendar", "日历")] = CalendarSettings()
    calendars: Annotated[Mapping[Line, CalendarSettings], About("Further calendars", "其他日历")] = {}
    thresholds: Annotated[Thresholds, About("Thresholds", "阈值")] = Thresholds()
    cost: Annotated[CostRules, About("Cost control", "成本控制")] = CostRules()
    checks: Annotated[CheckSettings, About("Checks", "检查")] = CheckSettings()
    risk: Annotated[RiskScale, About("Rating of risks", "风险评级规则")] = RiskScale()
    team: Annotated[TeamRules, About("Team", "团队规则")] = TeamRules()
    documents: Annotated[DocumentRules, About("Documents", "文档管理规则")] = DocumentRules()
    paper: Annotated[PaperRules, About("Paper", "纸质文件签署")] = PaperRules()
    acceptance: Annotated[AcceptanceRules, About("Acceptance", "验收规则")] = AcceptanceRules()
    mail: Annotated[MailSettings, About("Mail", "邮件", internal=True)] = MailSettings()
    robots: Annotated[
        Mapping[Literal["wecom", "dingtalk", "feishu"], RobotSettings], About("Group robots", "群机器人", internal=True)
    ] = {}
    confirm: Annotated[ConfirmSettings, About("Confirmation", "确认与回复")] = ConfirmSettings()
    site: Annotated[SiteRules, About("Site and deliveries", "现场与到货规则")] = SiteRules()
    support: Annotated[ResponseTimes, About("Response times", "响应时限")] = ResponseTimes()
    approval: Annotated[ApprovalPolicy, About("Approval", "审批规则"), Field(default_factory=default_policy)]

    @property
    def first_day(self) -> date:
        """The day of the start, which may have a time of day."""
        return self.start.date() if isinstance(self.start, datetime) else self.start


PROJECT = Kind(
    name="project",
    prefix="",
    folder="",
    model=Project,
    label=Text("project profile", "项目概况"),
    plural=Text("project profile", "项目概况"),
    storage=Storage.SINGLE,
    path="pmkit.yaml",
    added_by="pmkit init",
    columns=("name", "customer", "start"),
)
