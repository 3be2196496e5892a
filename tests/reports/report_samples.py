"""Views as a real project would fill them: 智慧园区一期, with its parties, its troubles and its paper."""

from __future__ import annotations

import base64
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.changes import SIDES_OF_COST, TYPES, URGENCIES
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.charts import GanttChart, GanttRow
from pmkit.reports.views.blocks import Basis, Choice, Head, Photo, Prepared, Signature, sign_boxes
from pmkit.reports.views.change import VERDICTS, YES, ChangeForm, Edit, ImpactAssessment
from pmkit.reports.views.weekly import (
    Awaited,
    Change,
    Concern,
    Delivery,
    Done,
    Figure,
    Health,
    Milestone,
    Needed,
    Next,
    NotDone,
    Receipt,
    Staff,
    StaffChange,
    WeeklyReport,
)

PROJECT = "智慧园区综合管理平台一期项目"
EMPLOYER = "滨江高新技术产业园区管理委员会"
CONTRACTOR = "云岭系统集成股份有限公司"
SUPERVISOR = "衡信工程监理有限公司"
HOLIDAYS = {date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)}
BASIS = Basis(commit="4b1f09c2", as_of=date(2026, 3, 27), status_date=date(2026, 3, 26), version="0.1.0")
HEAD = Head(
    project=PROJECT,
    contract_no="BJGX-2026-HT-017",
    form_no="ZHYQ-SS-BGSQ-003",
    employer=EMPLOYER,
    contractor=CONTRACTOR,
    supervisor=SUPERVISOR,
    date=date(2026, 3, 25),
)
# 2 x 2 grey pixels.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNo+M/wvwEACQAC/4nBZ9YAAAAASUVORK5CYII="
)


def day_off(day: date) -> bool:
    return day.weekday() >= 5 or day in HOLIDAYS


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def gantt() -> GanttChart:
    def task(id_: str, name: str, phase: str, start: str, finish: str, base: tuple[str, str] | None, percent: int,
             critical: bool = False, milestone: bool = False) -> GanttRow:  # fmt: skip
        base_start, base_finish = (d(base[0]), d(base[1])) if base else (None, None)
        return GanttRow(id_, name, phase, d(start), d(finish), base_start, base_finish, percent, critical, milestone)

    need, build, accept = "需求与设计", "采购与实施", "试运行与验收"
    rows = (
        task("T-001", "需求调研与访谈", need, "03-02", "03-06", ("03-02", "03-06"), 100),
        task("T-002", "需求规格说明书编制、评审", need, "03-09", "03-17", ("03-09", "03-13"), 100, critical=True),
        task(
            "T-003",
            "总体方案与接口设计（统一身份认证、门禁、停车、访客）",
            need,
            "03-16",
            "03-27",
            ("03-16", "03-24"),
            70,
            critical=True,
        ),
        task("M-001", "设计评审通过", need, "03-30", "03-30", ("03-25", "03-25"), 0, critical=True, milestone=True),
        task("T-010", "服务器与网络设备采购", build, "03-18", "04-10", ("03-18", "04-08"), 35),
        task("T-011", "平台软件开发与配置", build, "03-31", "05-08", ("03-26", "04-30"), 0, critical=True),
        task("T-012", "机房安装、布线", build, "04-13", "04-17", ("04-09", "04-15"), 0),
        task("T-013", "门禁与停车系统对接", build, "04-20", "05-13", None, 0, critical=True),
        task("M-002", "系统上线", build, "05-14", "05-14", ("05-11", "05-11"), 0, critical=True, milestone=True),
        task("T-020", "试运行（30 个日历天）", accept, "05-15", "06-13", ("05-12", "06-10"), 0, critical=True),
        task("M-003", "终验", accept, "06-16", "06-16", ("06-12", "06-12"), 0, critical=True, milestone=True),
    )
    return GanttChart(rows, as_of=BASIS.as_of, status_date=BASIS.status_date, is_day_off=day_off)


def long_gantt(rows: int) -> GanttChart:
    first = date(2026, 3, 2)
    return GanttChart(
        tuple(
            GanttRow(
                f"T-{n:03d}", f"第{n}项工作内容", f"第{n // 15 + 1}阶段", first + timedelta(days=2 * n),
                first + timedelta(days=2 * n + 9), first + timedelta(days=2 * n), first + timedelta(days=2 * n + 7),
                max(0, 100 - 6 * n), critical=n % 4 == 0, milestone=n % 15 == 14,
            )
            for n in range(rows)
        ),
        as_of=date(2026, 4, 1),
        status_date=date(2026, 4, 1),
    )  # fmt: skip


def weekly() -> WeeklyReport:
    """What the customer gets."""
    return WeeklyReport(
        project=PROJECT,
        contract_no="BJGX-2026-HT-017",
        employer=EMPLOYER,
        contractor=CONTRACTOR,
        supervisor=SUPERVISOR,
        number=4,
        start=d("03-23"),
        finish=d("03-27"),
        prepared_by="李伟",
        reviewed_by="赵海峰",
        to=("王芳（建设单位项目负责人）", "陈立群（总监理工程师）"),
        cc=("项目领导小组",),
        audience="customer",
        overall="amber",
        overall_remarks=Text("Worst of the aspects below", "取以下各维度中最差者"),
        health=(
            Health("schedule", "amber", Text("Unapproved drift of 2 days at M-001", "M-001 未经批准偏差 2 天")),
            Health(
                "scope", "green", Text("One change under way, within its answer time", "1 项变更处理中，未超答复期限")
            ),
            Health("quality", "green", Text("No open critical defect", "无未关闭的严重缺陷")),
            Health("risk", "amber", Text("RSK-002 is high and has a measure", "RSK-002 为高风险，已制定应对措施")),
        ),
        planned=31,
        actual=27,
        summary=(
            "本周完成需求规格说明书**评审修改**并报送签认；接口设计因停车系统厂商资料未到而滞后。\n\n"
            "1. 访客预约需求按变更 CR-003 处理，\n   影响分析已提交；\n2. 下周集中完成设计评审。\n"
        ),
        milestones=(
            Milestone("设计评审通过", True, d("03-25"), d("03-30"), 3, 1, 2, Text("behind", "滞后")),
            Milestone("系统上线", True, d("05-11"), d("05-14"), 3, 3, 0, Text("drift approved", "偏差已批准")),
            Milestone("终验", True, d("06-12"), d("06-16"), 2, 2, 0, Text("drift approved", "偏差已批准")),
        ),
        done=(
            Done("需求规格说明书评审修改", "李伟", d("03-25"), 100, "需求规格说明书 V1.0"),
            Done("服务器采购合同签订", "周敏", d("03-26"), 100, "采购合同，供货期 15 天"),
            Done("总体方案设计", "孙浩", d("03-27"), 70, "方案初稿"),
        ),
        not_done=(NotDone("停车系统接口设计", "孙浩", d("03-27"), 40, "停车系统厂商接口文档尚未提供（见 DUT-002）"),),
        next_week=(
            Next("总体方案与接口设计定稿", "孙浩", d("03-30"), "停车系统厂商、信息中心"),
            Next("组织设计评审会", "李伟", d("03-30"), "建设单位、监理单位"),
            Next("机房勘察与安装条件确认", "吴刚", d("04-02"), None),
        ),
        concerns=(
            Concern(
                "ISS-004",
                "停车系统厂商接口文档未提供",
                "接口设计无法定稿，影响 M-001",
                "建设单位协调厂商，我方先按通用协议设计",
                "孙浩",
                d("03-30"),
                Text("being solved", "处理中"),
            ),
            Concern(
                "RSK-002",
                "服务器到货晚于计划",
                "安装推迟 3～5 天",
                "备选型号已报价；每周核对排产",
                "周敏",
                d("04-08"),
                Text("responding", "应对中"),
            ),
        ),
        needed=(
            Needed(
                "DUT-002", "提供停车系统接口文档与测试环境", "信息中心", d("03-24"), 3, "每延后 1 天，设计评审顺延 1 天"
            ),
            Needed("CR-003", "批复变更申请“增加访客预约”", "王芳", d("04-01"), 0, "不批复则按原范围实施"),
        ),
        changes=(
            Change("CR-003", "增加访客预约", "王芳", 3, Money(Decimal(20000), "CNY"), Text("assessed", "已评估")),
        ),
        awaited=(
            Awaited("需求确认单 ZHYQ-XQ-XQQR-001", d("03-25"), d("04-08"), Text("out for signature", "送签中")),
            Awaited("第3次周例会纪要", d("03-23"), d("03-26"), Text("1 day overdue", "逾期 1 天")),
        ),
        deliveries=(
            Delivery("应用服务器", 4, 0, 0, 0),
            Delivery("门禁控制器", 36, 12, 0, 0),
        ),
        staff=(
            Staff("李伟", Text("Project manager", "项目经理"), "统筹、评审、例会"),
            Staff("孙浩", Text("Architect", "架构师"), "总体方案与接口设计"),
        ),
        staff_changes=(StaffChange(date(2026, 3, 25), "孙浩", Text("Architect", "架构师"), Text("joined", "入场")),),
        quality=(),
        photos=(Photo("evidence/SIT-001/机房 勘察.png", "机房现场勘察（3月26日）", lambda: PNG),),
        gantt=gantt(),
        basis=BASIS,
    )


def weekly_internal() -> WeeklyReport:
    report = weekly()
    return replace(
        report,
        audience="internal",
        health=(*report.health, Health("cost", "red", "CPI 0.89")),
        figures=(
            Figure(Text("Estimate at completion (EAC)", "完工估算 EAC"), Money(Decimal(1086000), "CNY").printed()),
            Figure(Text("Cost performance index (CPI)", "成本绩效指数 CPI"), "0.89", "采购提前付款"),
        ),
        receipts=(
            Receipt("预付款（30%）", Money(Decimal(360000), "CNY"), d("03-15"), Money(Decimal(360000), "CNY"), "已收"),
            Receipt("到货款（30%）", Money(Decimal(360000), "CNY"), None, None, "未到期"),
        ),
    )


def weekly_empty() -> WeeklyReport:
    """The first week: nothing has happened, every section still stands."""
    return replace(
        weekly(),
        contract_no=None, supervisor=None, reviewed_by=None, to=(), cc=(), overall="green", overall_remarks=None,
        health=(Health("schedule", "green"),), planned=None, actual=None, summary=None,
        milestones=(), done=(), not_done=(), next_week=(), concerns=(), needed=(), changes=(), awaited=(),
        deliveries=(), staff=(), staff_changes=(), quality=(), photos=(), gantt=None,
    )  # fmt: skip


def change() -> ChangeForm:
    """CR-003 as it goes to the customer for approval: our side has agreed, theirs has not."""
    contractor, supervisor, employer = sign_boxes(HEAD)
    return ChangeForm(
        head=HEAD,
        audience="customer",
        ref="CR-003",
        name="增加访客预约",
        type=Choice.of(TYPES, "requirement"),
        urgency=Choice.of(URGENCIES, "normal"),
        requested_by="建设单位 王芳",
        requested_on=d("03-20"),
        answer_by=d("04-01"),
        reason="园区三月起执行访客实名登记，现有前台登记方式高峰时排队超过 20 分钟。\n建设单位要求访客可提前预约，到访时凭码通行。",
        edits=(
            Edit(
                "REQ-012 需求描述",
                "访客由前台登记后发放临时卡。",
                "访客可通过小程序预约，经被访人确认后凭二维码通行；前台登记保留。",
            ),
            Edit("REQ-031（新增）", None, "访客预约记录保存不少于 6 个月，可按日期、单位查询。"),
        ),
        alternatives="备选：仅开放网页预约，不接小程序，工期减少 1 天。不变更：维持前台登记，排队问题不解决，二期另行建设。",
        impact=ImpactAssessment(
            assessed_by="孙浩",
            assessed_on=d("03-24"),
            scope="新增访客预约子功能 1 项，修改需求 1 项，新增需求 1 项",
            schedule="M-002 系统上线 +3 天；M-003 终验 +2 天",
            extension="5 个日历天",
            price=Money(Decimal(20000), "CNY").printed(),
            price_in_words="贰万元整",
            borne_by=Choice.of(SIDES_OF_COST, "customer"),
            effort="12 人天",
            dependencies="依赖园区小程序开放接口",
            own_cost="¥12,000.00",
            quality="增加验收用例 4 个",
            risk="小程序审核周期不确定（RSK-006）",
            documents="需求规格说明书、接口设计说明、用户手册；门禁系统、园区小程序",
            supplementary_agreement=Choice(YES),
        ),
        implementation="批准后纳入第二轮开发：接口开发 5 天，页面与流程 4 天，联调测试 3 天。",
        implemented_by="孙浩",
        planned_finish=d("05-08"),
        level=Text("L2 normal", "L2 一般"),
        ccb_opinion="同意提交建设单位审批。",
        sign=(
            replace(contractor, opinion="agree", signed_by="李伟 项目经理", date=d("03-25")),
            supervisor,
            employer,
        ),
        verdict=Choice.of(VERDICTS),
        result="",
        verified_by="",
        verified_on="",
        closed_on="",
        prepared=Prepared(
            Signature("孙浩", d("03-24")), Signature("李伟", d("03-25")), Signature("赵海峰", d("03-25"))
        ),
        fingerprint="9F2C-77AB-51EE",
        copies=4,
        copies_each=None,
        basis=BASIS,
    )


def hostile(value: object, text: str) -> object:
    """`value` with `text` in place of every text of a record, all the way down; program words and Markdown stay."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(hostile(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, (Text, Money, Basis)):
        # These name alternatives of the program, not texts of a record; the summary is typed as Markdown.
        kept = {"audience", "overall", "lamp", "aspect", "opinion", "party", "summary"}
        changed = {
            f.name: hostile(getattr(value, f.name), text) for f in fields(value) if f.name not in kept and f.init
        }
        return replace(value, **changed)
    return value
