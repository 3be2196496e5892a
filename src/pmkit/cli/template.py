"""`pmkit template`: what documents are made of, and the workspace's own versions of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pmkit.actions.templates import FOLDER, eject
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, out, print_json
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import LANGS, Text, did_you_mean
from pmkit.reports.document import View
from pmkit.reports.templates import packaged_files, read_packaged

app = group(h("Templates of the documents", "文档模板"))
NAME = Annotated[str, typer.Argument(metavar="NAME")]


def _list(s: Session) -> None:
    from pmkit.output.tables import table, terminal_width
    from pmkit.reports.catalogue import REPORTS

    titles = {report.name: tell(report.title) for report in REPORTS}
    found = [
        {"name": name, "file": file, "title": titles.get(name), "own": _own(s, file).is_file()}
        for name, file in packaged_files().items()
    ]
    if s.json:
        print_json(found)
        return
    heads = [h("Name", "名称"), h("Document", "文档"), h("From", "来源")]
    rows = [
        [str(one["name"]), str(one["title"] or ""), f"{FOLDER}/{one['file']}" if one["own"] else h("built in", "内置")]
        for one in found
    ]
    sys.stdout.write(table(heads, rows, terminal_width()))


def _show(
    s: Session,
    name: NAME,
    builtin: Annotated[bool, typer.Option("--builtin", help=h("the packaged one", "显示内置模板"))] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help=h("the fields that it can print", "列出可用的数据字段"))
    ] = False,
) -> None:
    if fields:
        for depth, field, kind in _fields(s, name):
            out(f"{'  ' * depth}{field}: {kind}")
        return
    file = _file(name)
    own = _own(s, file)
    sys.stdout.write(own.read_text(encoding="utf-8") if own.is_file() and not builtin else read_packaged(file))


def _fields(s: Session, name: str) -> Iterator[tuple[int, str, str]]:
    from pmkit.reports.catalogue import REPORTS
    from pmkit.reports.templates import view_fields

    _file(name)
    view = next(_views(s, name), None)
    if view is None and any(report.name == name for report in REPORTS):
        raise UsageError(
            Text(en="this project has nothing for `{name}` to show yet", zh="本项目尚无 `{name}` 所需的数据").format(
                name=name
            )
        )
    if view is None:
        raise UsageError(Text(en="`{name}` is part of other templates", zh="`{name}` 由其他模板引用").format(name=name))
    return view_fields(type(view))


def _eject(s: Session, name: NAME) -> None:
    file = _file(name)
    s.write(eject(file, read_packaged(file).encode(), s.acting, exists=_own(s, file).exists()))


def _check(s: Session) -> None:
    """Fill each of the workspace's own templates, for both audiences and in both languages; every mistake at once."""
    from pmkit.reports.document import compose

    folder = s.root / FOLDER
    known = packaged_files()
    own = [name for name, file in known.items() if _own(s, file).is_file()]
    unknown = [path.name for path in sorted(folder.glob("*.j2")) if path.name not in known.values()]
    wrong: dict[str, BadWorkspace] = {}
    for name in own:
        for view in _views(s, name):
            for lang in LANGS:
                try:
                    compose(name, view, lang, folder)
                except BadWorkspace as error:
                    wrong.setdefault(error.says.en, error)
    if s.json:
        print_json({"own": own, "unknown": unknown, "wrong": [tell(error.says) for error in wrong.values()]})
    else:
        for file in unknown:
            out(h(f"{FOLDER}/{file} replaces no packaged template", f"{FOLDER}/{file}：没有同名的内置模板"))
    if wrong:
        says = Text.join((error.says for error in wrong.values()), en="\n", zh="\n")
        fixes = dict.fromkeys(error.fix for error in wrong.values() if error.fix is not None)
        raise BadWorkspace(says, Text.join(fixes, en="\n", zh="\n") if fixes else None)
    if not s.json:
        out(h(f"templates of your own: {len(own)}, all in order", f"自有模板 {len(own)} 个，全部可用"))


def _views(s: Session, name: str) -> Iterator[View]:
    """What template `name` may have to show: of each audience, of a record and of none; nothing for a shared part."""
    from pmkit.cli.rendering.base import sample_views
    from pmkit.reports.catalogue import REPORTS

    for report in REPORTS:
        if report.name == name:
            yield from sample_views(s, report)


def _file(name: str) -> str:
    """The packaged file of a template, named with or without its endings. Raises UsageError with the nearest name."""
    known = packaged_files()
    plain = name.removesuffix(".md.j2")
    if plain not in known:
        raise UsageError(
            Text(en="no template is called `{name}`", zh="没有名为 `{name}` 的模板").format(name=name),
            did_you_mean(plain, known),
        )
    return known[plain]


def _own(s: Session, file: str) -> Path:
    return s.root / FOLDER / file


command(app, "list", h("Which there are, and which are your own", "列出模板，及其中自有的模板"))(_list)
command(app, "show", h("Print a template, or the fields that it can print", "显示模板内容或可用字段"))(_show)
command(app, "eject", h("Take one into the workspace, to change it", "取出模板到项目中，以便修改"), WRITING)(_eject)
command(app, "check", h("Try your own templates", "检查自有模板是否可用"))(_check)
