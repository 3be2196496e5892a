"""The table of commands. A command's module is imported only when that command runs."""

from __future__ import annotations

from copy import copy
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from pmkit.cli.language import h, language
from pmkit.cli.quick import QuickGroup
from pmkit.kernel.text import Text

# name -> (module and Typer app, help); in the order of a working day
LAZY: dict[str, tuple[str, Text]] = {
    "init": ("pmkit.cli.init:app", Text("Start a project in a new folder", "在新目录中建立项目")),
    "status": ("pmkit.cli.status:app", Text("The project on one screen", "一屏看清项目状态")),
    "todo": ("pmkit.cli.todo:app", Text("What is due, across all kinds", "到期与待办事项")),
    "party": ("pmkit.cli.party:app", Text("Parties of the project", "参建单位")),
    "person": ("pmkit.cli.person:app", Text("Stakeholders of all sides", "各方人员（干系人）")),
    "interview": ("pmkit.cli.interview:app", Text("Requirement interviews", "需求访谈")),
    "requirement": ("pmkit.cli.requirement:app", Text("Requirements", "需求")),
    "objective": ("pmkit.cli.objective:app", Text("Objectives of the project", "项目目标")),
    "signoff": (
        "pmkit.cli.signoff:app",
        Text("What the customer signed, and whether it still says that", "签认：送签、记录、核验"),
    ),
    "paper": ("pmkit.cli.paper:app", Text("Where signed papers lie and what they lack", "纸质文件：送签、盖章与归档")),
    "change": ("pmkit.cli.change:app", Text("Change requests and their approval", "变更申请与审批")),
    "plan": ("pmkit.cli.plan:app", Text("Plan, progress, baselines, drift", "计划、进度、基准与偏差")),
    "meeting": ("pmkit.cli.meeting:app", Text("Meetings and minutes", "会议与纪要")),
    "calendar": ("pmkit.cli.calendar:app", Text("Meetings as calendar files", "会议日历文件")),
    "action": ("pmkit.cli.action:app", Text("Action items", "待办事项")),
    "review": ("pmkit.cli.review:app", Text("Reviews and gate decisions", "评审与放行结论")),
    "training": ("pmkit.cli.training:app", Text("Training sessions", "培训")),
    "support": ("pmkit.cli.support:app", Text("Service requests", "服务请求")),
    "lesson": ("pmkit.cli.lesson:app", Text("Lessons learned", "经验教训")),
    "survey": ("pmkit.cli.survey:app", Text("Satisfaction surveys", "满意度调查")),
    "duty": ("pmkit.cli.duty:app", Text("What the customer owes", "需建设单位配合事项")),
    "send": ("pmkit.cli.send:app", Text("Send a document, record what went out", "发送文件并留下发文记录")),
    "confirm": ("pmkit.cli.confirm:app", Text("File the customer's confirmation", "归档客户的确认")),
    "inbox": ("pmkit.cli.inbox:app", Text("Sort replies onto what they answer", "将收到的回复归到对应记录")),
    "dispatch": ("pmkit.cli.dispatch:app", Text("What went out and what came back", "发文与回复记录")),
    "letter": (
        "pmkit.cli.letter:app",
        Text("Letters between the parties and their replies", "函件：联系单、通知、指令及回复"),
    ),
    "comm": ("pmkit.cli.comm:app", Text("Communication records", "沟通记录")),
    "crm": ("pmkit.cli.crm:app", Text("Exchange with a CRM: Zoho CRM, Fxiaoke", "与 CRM 交换数据：Zoho CRM、纷享销客")),
    "trace": ("pmkit.cli.trace:trace_app", Text("Where a record comes from and leads to", "查看记录的来源与去向")),
    "impact": (
        "pmkit.cli.trace:impact_app",
        Text("Everything that follows from a record", "列出受某条记录影响的全部内容"),
    ),
    "link": ("pmkit.cli.link:app", Text("Suspect links and their review", "待复核的链接及其复核")),
    "deliverable": ("pmkit.cli.deliverable:app", Text("Deliverables", "交付物")),
    "acceptance": ("pmkit.cli.acceptance:app", Text("Acceptance by the customer", "客户验收")),
    "trial": ("pmkit.cli.trial:app", Text("Trial runs", "试运行")),
    "warranty": ("pmkit.cli.warranty:app", Text("Warranty", "质保")),
    "close": (
        "pmkit.cli.close:close_app",
        Text("Close the project: report, tag, archive", "项目结项：报告、标签与归档"),
    ),
    "reopen": ("pmkit.cli.close:reopen_app", Text("Open a closed project again", "重新打开已结项的项目")),
    "archive": ("pmkit.cli.archive:app", Text("The archive of a closed project", "结项归档文件")),
    "item": (
        "pmkit.cli.item:app",
        Text("The item list: ordered, arrived, installed", "设备清单：已订、到货、安装、调试"),
    ),
    "receipt": ("pmkit.cli.receipt:app", Text("Deliveries as they were counted", "到货登记与签收")),
    "team": (
        "pmkit.cli.team:app",
        Text("The team: members, skills, responsibilities, load", "团队：人员、技能、责任与负荷"),
    ),
    "document": ("pmkit.cli.document:app", Text("The register of documents", "文档登记：版本、发布、缺漏与核对")),
    "risk": ("pmkit.cli.risk:app", Text("Risks", "风险")),
    "issue": ("pmkit.cli.issue:app", Text("Issues", "问题")),
    "cost": ("pmkit.cli.cost:app", Text("Budget, orders, actual costs, forecasts", "预算、订单、实际成本与估算")),
    "contract": ("pmkit.cli.contract:app", Text("Contract, clauses, supplementary agreements", "合同、条款与补充协议")),
    "payment": ("pmkit.cli.payment:app", Text("Payment nodes, invoices, receipts", "付款节点、发票与回款")),
    "quality": (
        "pmkit.cli.quality:app",
        Text("Quality plan, checks, nonconformities", "质量计划、检查与不符合项"),
    ),
    "report": ("pmkit.cli.report:app", Text("Documents for the customer and for us", "生成文档与报告")),
    "site": (
        "pmkit.cli.site_record:app",
        Text(
            "Work on site, with photos; the portal for the customer", "现场记录：安装、调试、日志、签证；客户门户网页"
        ),
    ),
    "template": ("pmkit.cli.template:app", Text("Templates of the documents", "文档模板")),
    "check": ("pmkit.cli.check:app", Text("Find what breaks the agreement", "检查项目数据与约定")),
    "waiver": ("pmkit.cli.waiver:app", Text("Findings that are allowed for a while", "检查项的限期豁免")),
    "explain": ("pmkit.cli.explain:app", Text("What a finding means and how to mend it", "解释检查结果及处理办法")),
    "new": ("pmkit.cli.generic:new_app", Text("Add a record of any kind", "新增任意类型的记录")),
    "list": ("pmkit.cli.listing:list_app", Text("List the records of a kind", "列出某类记录")),
    "show": ("pmkit.cli.generic:show_app", Text("Show one record", "查看一条记录")),
    "set": ("pmkit.cli.generic:set_app", Text("Set fields of a record", "修改记录的字段")),
    "edit": ("pmkit.cli.edit:app", Text("Open a record in your editor", "用编辑器打开记录")),
    "search": ("pmkit.cli.listing:search_app", Text("Search all records for a text", "全文搜索记录")),
    "diff": ("pmkit.cli.diff:app", Text("Records and fields that differ", "比较两个状态的差异")),
    "export": ("pmkit.cli.sheets:export_app", Text("Write records as a sheet to fill in", "导出记录或空白填报表")),
    "import": ("pmkit.cli.sheets:import_app", Text("Take records from a sheet", "从表格批量导入记录")),
    "adopt": ("pmkit.cli.adopt:app", Text("Take in what was agreed before pmkit", "接入已在进行的项目")),
    "log": ("pmkit.cli.log:app", Text("Who did what and when, field by field", "谁在何时改了什么，逐字段列出")),
    "audit": ("pmkit.cli.audit:app", Text("What was done around the workflow", "审计绕过流程的操作")),
    "commit": ("pmkit.cli.commit:app", Text("Check and commit what was edited by hand", "检查并提交手工修改")),
    "sync": ("pmkit.cli.sync:app", Text("Bring this clone and the host together", "与远程仓库同步")),
    "renumber": ("pmkit.cli.renumber:app", Text("Give a record another number", "为记录改号")),
    "merge-driver": (
        "pmkit.cli.merge_driver:app",
        Text("Merge records field by field, for git", "按字段合并记录（供 git 调用）"),
    ),
    "undo": ("pmkit.cli.undo:app", Text("Revert the last commit made by pmkit", "撤销 pmkit 的上一次提交")),
    "schema": (
        "pmkit.cli.schema:app",
        Text("Write the JSON Schemas of the record files", "写出记录文件的 JSON Schema"),
    ),
    "completion": ("pmkit.cli.completion:app", Text("Completion in your shell", "终端命令补全")),
    "ci": ("pmkit.cli.ci:app", Text("Write the pipeline that runs the checks", "生成运行检查的流水线配置")),
}


class LazyGroup(QuickGroup):
    """A group whose commands are stubs until one of them runs: help, order and typos need no imports."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, text) in LAZY.items():
            self.commands.setdefault(name, TyperCommand(name, help=text.to(language())))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in LAZY:
            self.commands[args[0]] = load(args[0], *args[1:2])
        return super().resolve_command(ctx, args)


def load(name: str, verb: str = "") -> Any:
    """The real command behind a name of the table; of its verbs only the one that is asked for, where it is one."""
    module, attribute = LAZY[name][0].split(":")
    found: typer.Typer = getattr(import_module(module), attribute)
    wanted = [command for command in found.registered_commands if command.name == verb]
    if wanted and found.registered_callback:
        found = copy(found)
        found.registered_commands, found.registered_groups = wanted, []
    command = get_command(found)
    command.name = name
    command.help = LAZY[name][1].to(language())
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=h(
        "Keep the customer's side of a system-integration project under control.",
        "集成项目管理：把客户签认的需求、批准的变更、确认的纪要和计划偏差管起来。",
    ),
)


def _version(asked: bool) -> None:
    if asked:
        from pmkit import __version__

        typer.echo(f"pmkit {__version__}")
        raise typer.Exit


_WORKSPACE = typer.Option(
    "-C", "--workspace", metavar="PATH", help=h("the project's folder", "项目目录（默认向上查找）")
)
_VERSION = typer.Option("--version", is_eager=True, callback=_version, help=h("print the version", "显示版本号"))


@app.callback()
def _root(workspace: Annotated[str, _WORKSPACE] = "", version: Annotated[bool, _VERSION] = False) -> None:
    """Options of the program itself; `language.named_workspace` reads the workspace off the command line."""
