"""`pmkit crm`: exchange with Zoho CRM or 纷享销客, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, one_of, out, print_json
from pmkit.domain.crm import VENDORS
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.workspace.crm.compare import Comparison

app = group(h("Exchange with a CRM: Zoho CRM, Fxiaoke", "与 CRM 交换数据：Zoho CRM、纷享销客"))
Debug = Annotated[bool, typer.Option("--debug", help=h("print each call, without secrets", "显示每次调用（不含密钥）"))]
TAKES = ("local", "remote", "merge")


def _connect(
    s: Session,
    vendor: Annotated[str, typer.Argument(metavar="zoho|fxiaoke", help=h("which CRM", "CRM 系统"))],
    region: Annotated[
        str | None, typer.Option(help=h("data centre: cn, us, eu, ...", "数据中心：cn、us、eu 等"))
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            help=h("the customer's name or id there (default: the profile's)", "客户名称或编号（默认取建设单位）")
        ),
    ] = None,
    opportunity: Annotated[
        str | None, typer.Option(help=h("the opportunity's name or id there", "商机名称或编号"))
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(help=h("Fxiaoke: the employee that acts there, as 1000", "纷享销客：操作员工编号，如 1000")),
    ] = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", help=h("ask nobody: a mapping for sheets", "不联网，只生成用于表格交换的对照表")),
    ] = False,
    self_test: Annotated[
        bool,
        typer.Option(
            "--self-test",
            help=h("make, read, change and delete a note there", "在对方新建、读取、修改并删除一条测试记录"),
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    from pmkit.cli.crm_connect import Asked, connect

    one_of(vendor, VENDORS)
    connect(s, Asked(vendor, region, account, opportunity, user, offline, self_test), debug=debug)


def _status(
    s: Session,
    offline: Annotated[bool, typer.Option("--offline", help=h("ask nobody", "不联网"))] = False,
    debug: Debug = False,
) -> None:
    from pmkit.cli.crm_session import compared, exchange, links_of, mapping
    from pmkit.cli.crm_told import as_json, sections

    crm = mapping(s)
    links = links_of(s)
    linked: dict[str, dict[str, int]] = {}
    for link in links:
        record = s.whole.records.get(link.record)
        kind = "project" if link.record == "project" else record.kind.name if record is not None else "?"
        linked.setdefault(link.module, {})[kind] = linked.setdefault(link.module, {}).get(kind, 0) + 1
    last = _last_sync(s)
    found = None
    requests = 0
    if not offline:
        with exchange(s, crm, debug=debug) as x:
            found = compared(x, links)
            requests = x.wire.requests
    if s.json:
        print_json(
            {
                "crm": crm.crm, "account": crm.account_name, "opportunity": crm.opportunity_name, "linked": linked,
                "twins": [[one.record, other.record] for one, other in links.twins], "last_sync": last,
                "pending": as_json(found) if found is not None else None, "requests": requests,
            }
        )  # fmt: skip
        return
    names = "  ".join(name for name in (tell(crm.vendor), crm.account_name, crm.opportunity_name) if name)
    out(names)
    out(h(f"last sync: {last or 'never'}", f"上次同步：{last or '尚未同步'}"))
    for module, kinds in sorted(linked.items()):
        out(f"  {module}: " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
    for one, other in links.twins:
        out(h(
            f"  {one.record} and {other.record} are linked to one record there ({one.module} {one.id})",
            f"  {one.record} 与 {other.record} 对应同一条 CRM 记录（{one.module} {one.id}）",
        ))  # fmt: skip
    if found is not None:
        _tell(crm, found, sections)


def _tell(crm: Any, found: Comparison, sections: Any) -> None:
    lines = list(sections(crm, found))
    for line in lines:
        out(line)
    if not lines:
        out(h(f"both sides agree ({found.same} records)", f"双方一致（{found.same} 条记录）"))


def _last_sync(s: Session) -> str | None:
    """When a pull or push last left something here."""
    from pmkit.store.history import commits
    from pmkit.workspace.layout import CRM_LINKS

    if s.git is None:
        return None
    found = commits(s.git, [CRM_LINKS])
    return found[0].time.strftime("%Y-%m-%d %H:%M") if found else None


def _pull(s: Session, debug: Debug = False) -> None:
    _run(s, pull=True, push=False, debug=debug)


def _push(s: Session, debug: Debug = False) -> None:
    _run(s, pull=False, push=True, debug=debug)


def _sync(s: Session, debug: Debug = False) -> None:
    _run(s, pull=True, push=True, debug=debug)


def _run(s: Session, *, pull: bool, push: bool, debug: bool) -> None:
    from pmkit.cli.crm_session import compared, exchange, links_of, mapping
    from pmkit.cli.crm_sync import Ended, do_pull, do_push, report

    crm = mapping(s)
    links = links_of(s)
    ended = Ended()
    with exchange(s, crm, debug=debug) as x:
        found = compared(x, links)
        if not s.dry_run:
            if pull:
                do_pull(x, found, links, ended)
            if push:
                do_push(x, found, links, ended, claim=pull)
        ended.requests = x.wire.requests
    report(s, crm, found, ended, pull=pull, push=push)


def _resolve(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    take: Annotated[
        str,
        typer.Option(
            metavar="local|remote|merge",
            help=h("whose word counts", "以哪一方为准：local 本方、remote 对方、merge 合并"),
        ),
    ],
    debug: Debug = False,
) -> None:
    from pmkit.cli.crm_session import compared, exchange, links_of, mapping
    from pmkit.cli.crm_sync import resolve
    from pmkit.workspace.model import normal_id

    one_of(take, TAKES)
    crm = mapping(s)
    links = links_of(s)
    with exchange(s, crm, debug=debug) as x:
        found = compared(x, links)
        wanted = [p for p in found.pairs if p.id == normal_id(record_id) and (p.conflicts or p.theirs)]
        if not wanted:
            raise Refused(
                Text("{id} has no conflict with the CRM", "{id} 与 CRM 没有冲突").format(id=record_id),
                Text("`pmkit crm status` lists them", "`pmkit crm status` 可列出冲突"),
            )
        resolve(x, wanted, links, take)


def _import(
    s: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=h("a CSV or Excel file of the CRM", "CRM 导出的 CSV 或 Excel 文件"))
    ],
    module: Annotated[
        str | None,
        typer.Option(
            help=h(
                "which module it is of (default: by the sheet's or file's name)", "所属对象（默认按工作表或文件名判断）"
            )
        ),
    ] = None,
) -> None:
    from pmkit.cli.crm_sheets import take_in

    take_in(s, file, module)


def _export(
    s: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=h("an Excel or CSV file to write", "要写出的 Excel 或 CSV 文件"))
    ],
    module: Annotated[str | None, typer.Option(help=h("only this module", "仅该对象"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=h("replace the file", "覆盖已有文件"))] = False,
) -> None:
    from pmkit.cli.crm_sheets import write_out_sheets

    write_out_sheets(s, file, module, overwrite=overwrite)


command(
    app, "connect", h("Connect the project: account, opportunity, mapping", "对接 CRM：确定客户、商机和对照表"), WRITING
)(_connect)
command(app, "status", h("What is linked, pending and in conflict", "查看链接、待同步内容与冲突"), READING)(_status)
command(app, "pull", h("Take in what the CRM has", "从 CRM 读入"), WRITING)(_pull)
command(app, "push", h("Tell the CRM how the project stands", "向 CRM 写入项目进展"), WRITING)(_push)
command(app, "sync", h("Pull, then push", "先读入，再写入"), WRITING)(_sync)
command(app, "resolve", h("Settle a conflict", "处理冲突"), WRITING)(_resolve)
command(app, "import", h("Take in a file that the CRM exported", "读入 CRM 导出的文件"), WRITING)(_import)
command(app, "export", h("Write a file that the CRM can import", "导出可供 CRM 导入的文件"), READING)(_export)
