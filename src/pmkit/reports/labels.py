"""The labels that documents share, both languages in one table: a form says 责任人 everywhere or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from pmkit.kernel.duration import Duration, plain
from pmkit.kernel.text import Lang, Text

LABELS: Mapping[str, Text] = {
    # what a thing is
    "no": Text("No.", "序号"),
    "ref": Text("Ref.", "编号"),
    "title": Text("Title", "名称"),
    "description": Text("Description", "描述"),
    "category": Text("Category", "类别"),
    "priority": Text("Priority", "优先级"),
    "source": Text("Source", "来源"),
    "status": Text("Status", "状态"),
    "remarks": Text("Remarks", "说明"),
    "version": Text("Version", "版本"),
    "date": Text("Date", "日期"),
    "from_to": Text("From–to", "起止"),
    "place": Text("Place", "地点"),
    "organisation": Text("Organisation", "单位"),
    "unit": Text("Unit", "单位"),
    "department": Text("Department", "部门"),
    "position": Text("Position", "职务"),
    "grade": Text("Grade", "职称"),
    "contact": Text("Contact", "联系方式"),
    "name": Text("Name", "姓名"),
    "role": Text("Role", "角色"),
    # who does what by when
    "raised_by": Text("Raised by", "提出人"),
    "responsible_party": Text("Responsible party", "责任单位"),
    "owner": Text("Owner", "责任人"),
    "due": Text("Due", "完成时限"),
    "planned_finish": Text("Planned finish", "计划完成"),
    "actual_finish": Text("Actual finish", "实际完成"),
    "progress": Text("Progress", "完成情况"),
    "result": Text("Result", "成果"),
    "days_overdue": Text("Days overdue", "逾期（天）"),
    "cause": Text("Cause", "原因"),
    "impact": Text("Impact", "影响"),
    "action": Text("Action", "措施"),
    "opinion": Text("Opinion", "意见"),
    "conclusion": Text("Conclusion", "结论"),
    "condition": Text("Condition", "条件"),
    "basis": Text("Basis", "依据"),
    # goods and money
    "quantity": Text("Quantity", "数量"),
    "unit_price": Text("Unit price", "单价"),
    "amount": Text("Amount", "合价"),
    "in_words": Text("In words", "大写"),
    "make": Text("Make", "品牌"),
    "model": Text("Model", "规格型号"),
    "serial_no": Text("Serial no.", "序列号"),
    "indicator": Text("Indicator", "指标"),
    "target": Text("Target", "目标"),
    "actual": Text("Actual", "实际"),
    "met": Text("Met", "达标"),
    # the plan
    "milestone": Text("Milestone", "里程碑"),
    "baseline": Text("Baseline", "基准"),
    "forecast": Text("Forecast", "预测"),
    "drift": Text("Drift", "偏差"),
    "approved_drift": Text("Approved drift", "已批准偏差"),
    "unexplained_drift": Text("Unexplained drift", "未经批准偏差"),
    "deliverable": Text("Deliverable", "交付物"),
    "acceptance_case": Text("Acceptance case", "验收用例"),
    "open_item": Text("Open item", "遗留问题"),
    # paper
    "project": Text("Project", "项目名称"),
    "contract_no": Text("Contract no.", "合同编号"),
    "form_no": Text("Form no.", "文件编号"),
    "employer": Text("Owner", "建设单位"),
    "contractor": Text("Contractor", "承建单位"),
    "supervisor": Text("Supervisor", "监理单位"),
    "user": Text("User", "使用单位"),
    "signature": Text("Signature", "签字"),
    "authorised_signature": Text("Authorised signature", "授权代表签字"),
    "name_title": Text("Name, title", "姓名、职务"),
    "seal": Text("Company stamp, if any", "盖章"),
    "countersignature": Text("Countersignature", "会签"),
    "to": Text("To", "主送"),
    "cc": Text("Cc", "抄送"),
    "received": Text("Received", "签收"),
    "prepared_by": Text("Prepared by", "编制"),
    "reviewed_by": Text("Reviewed by", "审核"),
    "approved_by": Text("Approved by", "批准"),
    "fingerprint": Text("Fingerprint", "文件校验码"),
    "annex": Text("Annex", "附件"),
    "supervisor_opinion": Text("Supervisor’s opinion", "监理意见"),
    "agree": Text("Approved", "同意"),
    "agree_as_noted": Text("Approved as noted", "修改后同意"),
    "disagree": Text("Rejected", "不同意"),
    "none_in_period": Text("None in this period", "本期无"),
    "internal": Text("Internal", "内部"),
}


def words(lang: Lang) -> SimpleNamespace:
    """The labels in one language, for a template: `label.owner`."""
    return SimpleNamespace(**{key: text.to(lang) for key, text in LABELS.items()})


def day_in_words(day: object, lang: Lang) -> str:
    """A date as forms print it: `2026年3月6日`, `6 March 2026`. `day` is a date or a datetime."""
    from datetime import date

    if not isinstance(day, date):
        raise TypeError(f"not a date: {day!r}")
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_SPANS = {
    "min": Text("min", "分钟"), "h": Text("h", "小时"), "d": Text("d", "天"), "w": Text("w", "周"),
    "eh": Text("elapsed h", "小时（连续）"), "ed": Text("calendar days", "个日历天"),
    "ew": Text("calendar weeks", "个日历周"),
}  # fmt: skip


def duration_words(span: Duration) -> Text:
    """A duration as a document says it: `8 天`, `30 个日历天`."""
    return Text.join((Text.same(plain(span.amount)), _SPANS[span.unit]), en=" ", zh=" ")
