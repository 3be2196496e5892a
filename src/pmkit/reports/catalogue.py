"""Every report by name: what it is called, and whether it is of one record. Its template has the same name."""

from __future__ import annotations

from dataclasses import dataclass

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean


@dataclass(frozen=True, slots=True)
class Report:
    """A document that `pmkit report NAME` writes; `kind`: of whose records it is the form, None for the project's.

    `has_blank`: a document of the whole project that can be printed empty, as every form can. `internal`: no customer
    may see any of it. `beside`: another document of the record than the one that says what it says, and is confirmed.
    `personal`: it holds what FORMS calls personal data, so it is sent on paper and by mail, never put into a portal.
    """

    name: str
    title: Text
    kind: str | None = None
    has_blank: bool = False
    internal: bool = False
    beside: bool = False
    personal: bool = False


REPORTS = (
    Report("weekly", Text("weekly report", "项目周报")),
    Report("monthly", Text("monthly report", "项目月报")),
    Report("plan", Text("plan and progress report", "进度计划与偏差报告")),
    Report("requirements", Text("requirements specification", "需求规格说明书")),
    Report("fit-gap", Text("fit-gap table", "需求满足方式对照表"), has_blank=True),
    Report("signoff", Text("sign-off sheet", "需求确认单"), kind="signoff"),
    Report("interview", Text("interview record", "需求访谈记录"), kind="interview", personal=True),
    Report("communication", Text("communication record", "沟通记录"), kind="communication"),
    Report("letter", Text("letter", "函件"), kind="letter"),
    Report("letters", Text("register of letters", "收发文登记表"), has_blank=True),
    Report("changes", Text("change register", "变更登记表")),
    Report("issues", Text("issue log", "问题清单"), has_blank=True),
    Report("duties", Text("matters needed from the owner", "客户配合事项清单"), has_blank=True),
    Report("risks", Text("risk register", "风险登记册"), has_blank=True),
    Report("review", Text("review record", "评审记录"), kind="review"),
    Report("reviews", Text("register of reviews", "评审登记表")),
    Report("training", Text("training record", "培训记录"), kind="training", personal=True),
    Report("support", Text("register of service requests", "服务请求登记表")),
    Report("lessons", Text("lessons learned", "经验教训"), internal=True),
    Report("survey", Text("satisfaction survey", "客户满意度调查表"), kind="survey", personal=True),
    Report("surveys", Text("summary of the surveys", "客户满意度调查汇总"), internal=True),
    Report("quality-plan", Text("quality management plan", "质量管理计划")),
    Report("quality-check", Text("quality check record", "质量检查记录"), kind="quality-check"),
    Report("nonconformity", Text("nonconformity report", "不符合项报告"), kind="nonconformity"),
    Report("quality", Text("quality report", "质量报告")),
    Report("requirements-diff", Text("changes of the requirements", "需求差异对照表")),
    Report("team", Text("team report", "团队报告")),
    Report("raci", Text("responsibility matrix", "责任分配矩阵"), has_blank=True),
    Report("documents", Text("document register", "文档清单")),
    Report("papers", Text("register of signed papers", "文件签章登记表"), has_blank=True),
    Report("traceability", Text("traceability matrix", "需求跟踪矩阵")),
    Report("stakeholders", Text("stakeholder register", "干系人登记册"), internal=True, personal=True),
    Report("contacts", Text("contact list", "项目通讯录"), has_blank=True, personal=True),
    Report("agenda", Text("agenda", "会议议程"), kind="meeting", beside=True),
    Report("attendance", Text("attendance sheet", "会议签到表"), kind="meeting", beside=True, personal=True),
    Report("minutes", Text("minutes", "会议纪要"), kind="meeting"),
    Report("cost", Text("cost report", "成本报告"), internal=True),
    Report("cost-plan", Text("cost management plan", "成本管理计划"), internal=True),
    Report("cost-summary", Text("final cost summary", "成本总结"), internal=True),
    Report("contract-matrix", Text("contract compliance matrix", "合同响应对照表"), has_blank=True),
    Report("payments", Text("payment nodes, receivables ledger", "付款节点表、收款台账")),
    Report("payment", Text("payment application", "付款申请表"), kind="payment"),
    Report("closure", Text("closure report, final report", "结项报告、项目总结报告")),
    Report("items", Text("item list, delivery and installation", "设备清单及到货与实施表")),
    Report("receipt", Text("delivery receipt", "到货签收单"), kind="receipt"),
    Report("site-record", Text("site record", "现场记录"), kind="site-record"),
    Report("change", Text("change request form", "变更申请单"), kind="change"),
)


def report_named(name: str) -> Report:
    """The report called `name`. Raises UsageError with the nearest name."""
    for report in REPORTS:
        if report.name == name:
            return report
    known = [report.name for report in REPORTS]
    hint = did_you_mean(name, known)
    raise UsageError(
        Text(en="there is no report called `{name}`", zh="没有名为 `{name}` 的报告").format(name=name),
        hint if hint.en else Text.join(Text.same(one) for one in known),
    )
