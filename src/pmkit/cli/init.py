"""`pmkit init`: a new project in a new folder."""

from __future__ import annotations

import os
import shlex
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.generic import on_terminal
from pmkit.cli.language import h, speak, tell
from pmkit.cli.quick import QuickCommand
from pmkit.cli.session import out, parse_date, print_json, single
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Attach, Edits
from pmkit.workspace.layout import PROFILE

app = single()
_ASKED = {
    "name": h("project name", "项目名称"),
    "code": h("short code, as ZHYQ", "项目代号，如 ZHYQ"),
    "customer": h("the customer's name", "建设单位"),
    "start": h("first day, as 2026-03-02", "开始日期，如 2026-03-02"),
}


@app.command(cls=QuickCommand, help=h("Start a project in a new folder", "在新目录中建立项目"))
def init(
    path: Annotated[str, typer.Argument(metavar="PATH")],
    name: Annotated[str | None, typer.Option(help=h("project name", "项目名称"))] = None,
    code: Annotated[str | None, typer.Option(help=h("short code, as ZHYQ", "项目代号，如 ZHYQ"))] = None,
    customer: Annotated[str | None, typer.Option(help=h("the customer's name", "建设单位"))] = None,
    supplier: Annotated[str | None, typer.Option(help=h("our company's name", "承建单位"))] = None,
    lang: Annotated[str, typer.Option(help=h("zh or en", "zh 或 en"))] = "zh",
    currency: Annotated[str, typer.Option(help=h("ISO 4217", "币种（ISO 4217）"))] = "CNY",
    start: Annotated[str | None, typer.Option(metavar="DATE", help=h("first day", "开始日期"))] = None,
    timezone: Annotated[str | None, typer.Option(help=h("as Asia/Shanghai", "时区，如 Asia/Shanghai"))] = None,
    calendar: Annotated[str | None, typer.Option(help=h("CN, weekdays, DE, ...", "日历：CN、weekdays、DE 等"))] = None,
    example: Annotated[
        str | None, typer.Option(metavar="zh|en", help=h("build the example project", "生成示例项目"))
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help=h("print JSON, for programs", "输出 JSON"))] = False,
    no_commit: Annotated[
        bool, typer.Option("--no-commit", help=h("write the files, make no commit", "只写文件，不提交"))
    ] = False,
) -> None:
    root = Path(path)
    if (root / PROFILE).exists():
        raise Refused(
            Text(en="{path} is a project already", zh="{path} 已经是项目目录").format(path=root),
            Text(en="choose another folder", zh="请换一个目录"),
        )
    if example is not None:
        from pmkit.cli.example import build

        build(root, example)
        return
    given = {"name": name, "code": code, "customer": customer, "start": start}
    if on_terminal():
        given = {key: value or typer.prompt(_ASKED[key], err=True) for key, value in given.items()}
    lacking = [f"--{key}" for key, value in given.items() if not value]
    if lacking:
        raise UsageError(Text(en="missing: {what}", zh="缺少：{what}").format(what=", ".join(lacking)))
    speak(lang)
    values: dict[str, Any] = {k: v for k, v in given.items() if v} | {"language": lang, "currency": currency}
    values |= {k: v for k, v in {"supplier": supplier, "timezone": timezone, "calendar": calendar}.items() if v}
    _check_names(values)
    _write(root, values, commit=not no_commit, as_json=json_)


def _check_names(values: dict[str, Any]) -> None:
    """A time zone or calendar that does not exist is said now, not at the first report."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from pmkit.kernel.calendar import named_calendar

    if zone := values.get("timezone"):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UsageError(Text(en="there is no time zone {zone}", zh="没有时区 {zone}").format(zone=zone)) from None
    if calendar := values.get("calendar"):
        named_calendar(calendar)


def _write(root: Path, values: dict[str, Any], *, commit: bool, as_json: bool) -> None:
    from pmkit.actions.project import new_project
    from pmkit.store.git import Git
    from pmkit.store.transaction import workspace_lock, write

    today = parse_date(os.environ["PMKIT_TODAY"]) if os.environ.get("PMKIT_TODAY") else date.today()
    draft = new_project(values, Acting("init", today))  # all mistakes are found before a folder is made
    existing = root.exists()
    root.mkdir(parents=True, exist_ok=True)
    git = Git.find(root)
    if git is not None and git.ignores(root):
        git = None  # what the outer repository does not want, it cannot keep the history of
    made = git is None
    try:
        if git is None:
            git = Git.init(root)
        identity = git.identity()
    except Exception:
        _take_back(root, made=made, existing=existing)
        raise
    if (branch := git.branch()) not in {None, "main"}:  # signatures are recorded on the main branch only
        draft = new_project(values | {"main_branch": branch}, Acting("init", today))
    kept = tuple(c for c in draft.changes if not (isinstance(c, Attach) and _stands(root / c.path, c.content)))
    edits = Edits(kept, draft.action, draft.records, draft.subject, f"{identity.name} <{identity.mail}>", today)
    git.use_merge_driver()
    with workspace_lock(root, git, lambda text: out(tell(text))):
        written = write(root, edits, git=git, expected={}, commit=commit, lang=values["language"])
    if as_json:
        print_json({"id": values["code"], "path": PROFILE, "commit": written.commit, "paths": list(written.paths)})
        return
    done = (
        Text("commit {hash}", "提交 {hash}").format(hash=(written.commit or "")[:9])
        if written.commit
        else Text("not committed", "未提交")
    )
    out(f"{values['code']}  {root / PROFILE}  {tell(done)}")
    data = next(c for c in draft.changes if getattr(c, "path", "") == PROFILE).data  # type: ignore[union-attr]
    out(
        tell(
            Text("  calendar {base}, time zone {zone}", "  日历 {base}，时区 {zone}").format(
                base=data["calendar"]["base"], zone=data["timezone"]
            )
        )
    )
    enter = "" if root.resolve() == Path.cwd() else f"cd {shlex.quote(str(root))} && "
    out(
        h(
            f"  next: {enter}pmkit person add HANDLE --name ... --side supplier --role pm --email ...",
            f"  下一步：{enter}pmkit person add 代号 --name 姓名 --side supplier --role pm --email 邮箱",
        )
    )


def _stands(path: Path, content: bytes) -> bool:
    """The user's own .gitattributes or .gitignore stays; schemas are ours and are written anew."""
    return path.exists() and path.name in {".gitattributes", ".gitignore"} and path.read_bytes() != content


def _take_back(root: Path, *, made: bool, existing: bool) -> None:
    import shutil

    if made:
        shutil.rmtree(root / ".git", ignore_errors=True)
    if not existing:
        root.rmdir()
