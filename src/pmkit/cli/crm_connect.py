"""`pmkit crm connect`: find account and opportunity, see what the CRM has, write the mapping; or check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from pmkit.cli.crm_session import Exchange, exchange, mapping, with_hosts
from pmkit.cli.generic import on_terminal
from pmkit.cli.language import h
from pmkit.cli.session import Session, out, print_json
from pmkit.domain.crm import CrmLink, ModuleMap
from pmkit.kernel.errors import OutsideError, Refused, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.workspace.crm.meta import Remote


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    vendor: str
    region: str | None
    account: str | None
    opportunity: str | None
    user: str | None
    offline: bool
    self_test: bool


def connect(s: Session, asked: Asked, *, debug: bool) -> None:
    """Write crm.yaml, where there is none; else check it, and the rights, against the CRM."""
    if s.ws.of(CrmLink):
        crm = mapping(s)
        if crm.crm != asked.vendor:
            raise Refused(
                Text("the project is connected to {crm}", "项目已对接{crm}").format(crm=crm.within),
                Text("remove crm.yaml first", "请先删除 crm.yaml"),
            )
        with exchange(s, crm, debug=debug) as x:
            _check(x, asked)
        return
    raw = {"id": "crm", "crm": asked.vendor, "region": _region(asked), "user": _user(asked)}
    crm = CrmLink.model_validate({key: value for key, value in raw.items() if value is not None})
    if asked.offline:
        from pmkit.connectors.crm.defaults import offline_map

        _write(s, crm.model_copy(update={"map": tuple(offline_map(asked.vendor, s.project.language))}), [])
        return
    with exchange(s, crm, debug=debug) as x:
        made = crm.model_copy(update=_found(x, asked))
    with exchange(s, made, debug=debug) as x:
        from pmkit.workspace.crm.fit import misfits

        entries, notes = _mapped(x)
        made = made.model_copy(update={"map": tuple(_owned(s, entry) for entry in entries)})
        x.crm = with_hosts(made)
        lacking = misfits(x.crm, x.metadata())
        if not lacking:
            _probe(x)
            if asked.self_test:
                _self_test(x)
        _write(s, made, notes, lacking)


def _region(asked: Asked) -> str | None:
    from pmkit.connectors.crm.base import regions

    if asked.region or asked.offline or not on_terminal():
        return asked.region
    known = ", ".join(regions(asked.vendor))
    return str(typer.prompt(h(f"region ({known})", f"数据中心（{known}）"), default="cn", err=True)).strip()


def _user(asked: Asked) -> str | None:
    if asked.vendor != "fxiaoke" or asked.user or asked.offline:
        return asked.user
    if not on_terminal():
        raise UsageError(
            Text("which employee acts in Fxiaoke?", "请指明在纷享销客中以哪位员工的身份操作"),
            Text.same("--user 1000"),
        )
    return str(typer.prompt(h("employee id there, as 1000", "操作员工编号，如 1000"), err=True)).strip()


def _found(x: Exchange, asked: Asked) -> dict[str, str]:
    accounts, opportunities = x.client.account_modules()
    wanted = asked.account or x.s.ws.project.customer
    field = {"zoho": ("Account_Name", "Deal_Name")}.get(asked.vendor, ("name", "name"))
    account = _one(x, accounts, field[0], wanted, None, Text("account", "客户"), "--account")
    name = asked.opportunity or x.s.ws.project.name
    deal = _one(x, opportunities, field[1], name, account.id, Text("opportunity", "商机"), "--opportunity")
    return {
        "account": account.id, "account_name": account.said(field[0]),
        "opportunity": deal.id, "opportunity_name": deal.said(field[1]),
    }  # fmt: skip


def _one(x: Exchange, module: str, field: str, wanted: str, account: str | None, what: Text, option: str) -> Remote:
    """The one that is meant, by id, by name, or because there is no other; else it is asked for."""
    found = x.client.named(module, wanted, account)
    exact = [one for one in found if wanted in {one.id, one.said(field)}]
    if not exact and account is None:
        exact = list(x.client.read(module, [wanted], [field]).values()) if wanted.isalnum() and wanted.isascii() else []
    if len(exact) == 1:
        return exact[0]
    if len(found) == 1 and account is not None:
        return found[0]
    choices = exact or found
    if choices and on_terminal():
        for number, one in enumerate(choices, 1):
            out(f"  {number}. {one.said(field)}  {one.id}")
        said = int(typer.prompt(h(f"which {what.en}", f"选择{what.zh}"), type=int, err=True))
        if 1 <= said <= len(choices):
            return choices[said - 1]
    listed = "".join(f"\n  {one.said(field)}  {one.id}" for one in choices[:20])
    raise UsageError(
        Text(
            "which {what} is meant by “{wanted}”?{listed}" if choices else "there is no {what} “{wanted}”",
            "“{wanted}”对应哪个{what}？{listed}" if choices else "CRM 中没有名为“{wanted}”的{what}",
        ).format(what=what, wanted=wanted, listed=listed),
        Text("give its name or id: `{option} ...`", "请给出名称或编号：`{option} ……`").format(option=option),
    )


def _mapped(x: Exchange) -> tuple[Sequence[ModuleMap], list[Text]]:
    from pmkit.connectors.crm.defaults import default_map, default_modules
    from pmkit.workspace.crm.meta import Metadata

    modules = x.client.modules()
    fields = {name: x.client.fields(name) for name in default_modules(x.crm.crm, modules)}
    return default_map(x.crm.crm, Metadata(modules, fields), x.s.ws.project.language)


def _owned(s: Session, entry: ModuleMap) -> ModuleMap:
    """Issues that come need somebody: whoever connects, until the mapping says another."""
    if entry.kind != "issue" or s.acting.by not in s.ws.records:
        return entry
    return entry.model_copy(update={"new_here": {"owner": s.acting.by, **entry.new_here}})


def _probe(x: Exchange) -> None:
    """The first page of each listing: whether we may read it, and whether the relation is called so."""
    from pmkit.workspace.crm.compare import listings

    for listing in listings(x.crm):
        next(iter(x.client.pages(listing)), None)


def _check(x: Exchange, asked: Asked) -> None:
    x.checked_metadata()
    _probe(x)
    if asked.self_test:
        _self_test(x)
    if x.s.json:
        print_json({"crm": x.crm.crm, "user": x.client.whoami(), "entries": len(x.crm.map), "ok": True})
        return
    out(h(
        f"{x.crm.vendor.en} as {x.client.whoami()}: the mapping fits, {len(x.crm.map)} entries",
        f"{x.crm.vendor.zh}（{x.client.whoami()}）：对照表与 CRM 相符，共 {len(x.crm.map)} 项",
    ))  # fmt: skip


def _write(s: Session, crm: CrmLink, notes: Sequence[Text], lacking: Sequence[Text] = ()) -> None:
    """Write the mapping; ends with 1 where it has to be completed by hand before anything is exchanged."""
    from pmkit.actions.crm import connected

    edits = connected(crm, s.acting)
    if lacking:
        then = Text(
            "complete crm.yaml, then: `pmkit crm connect {crm}`", "请补全 crm.yaml，然后执行 `pmkit crm connect {crm}`"
        )
        s.write(edits, *notes, *lacking, then=then.format(crm=crm.crm))
        raise typer.Exit(1)
    then = Text(
        "next: `pmkit crm pull --dry-run`; crm.yaml is yours to edit",
        "下一步：`pmkit crm pull --dry-run`；crm.yaml 可自行修改",
    )
    s.write(edits, *notes, then=then)


# --- the self-test ---------------------------------------------------------------------------------------------------


def _self_test(x: Exchange) -> None:
    """A note is made, read, changed and taken away again; each step says whether it did what the documents promise."""
    from pmkit.connectors.crm.base import Change

    entry = next((e for e in x.crm.map if e.pushes and e.kind in {"communication", "meeting"}), None)
    if entry is None or x.s.dry_run:
        return
    text = next(n for f, m in entry.fields.items() if f in {"summary", "minutes"} for n in m.theirs)
    values = {name: _filled(x.crm, value) for name, value in entry.new_there.items()} | {text: "pmkit self-test"}
    title = entry.fields.get("title")
    values |= {title.theirs[0]: "pmkit self-test"} if title else {}
    made = x.client.create(entry.module, [values], None)[0]
    if not made.id:
        raise OutsideError(made.error or Text("the test record was not made", "测试记录未能建立"))
    try:
        _step(h("made", "新建"), made.id, ok=True)
        read = x.client.read(entry.module, [made.id], [text]).get(made.id)
        _step(h("read", "读取"), made.id, ok=read is not None and read.said(text) == "pmkit self-test")
        modified = read.modified if read else ""
        stale = x.client.update(entry.module, Change(made.id, {text: "x"}, _older(x.crm, modified)))
        _step(h("refused what was changed meanwhile", "拒绝写入已被改动的记录"), made.id, ok=stale.was_changed)
        saved = x.client.update(entry.module, Change(made.id, {text: "pmkit self-test 2"}, modified))
        again = x.client.read(entry.module, [made.id], [text]).get(made.id)
        ok = saved.error is None and again is not None and again.said(text) == "pmkit self-test 2"
        _step(h("changed", "修改"), made.id, ok=ok)
    finally:
        x.client.delete(entry.module, made.id)
    gone = not x.client.read(entry.module, [made.id], [text])
    _step(h("deleted", "删除"), made.id, ok=gone)


def _older(crm: CrmLink, modified: str) -> str:
    """A time of change that the record does not have any more."""
    return "2000-01-01T00:00:00+00:00" if crm.crm == "zoho" else f"{int(modified or 1) - 1}"


def _filled(crm: CrmLink, value: str) -> str:
    return value.replace("{account}", crm.account or "").replace("{opportunity}", crm.opportunity or "")


def _step(what: str, record: str, *, ok: bool) -> None:
    out(f"  {'✓' if ok else '✗'} {what}  {record}")
    if not ok:
        raise OutsideError(
            Text("the self-test failed at this step; see docs/crm.md", "自检未通过，见 docs/crm.md"),
            Text("run it with `--debug` and send us the lines", "请加 `--debug` 重新执行，并把输出发给我们"),
        )
