"""`pmkit merge-driver`: what git calls to merge a record or a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, Session, command, out, print_json, read_file, single
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = single()


_Base = Annotated[str, typer.Argument(metavar="[%O]", help=h("the version that both come from", "共同祖先版本"))]
_Ours = Annotated[str, typer.Argument(metavar="[%A]", help=h("ours, and the result", "我方版本，结果也写入此文件"))]
_Theirs = Annotated[str, typer.Argument(metavar="[%B]", help=h("theirs", "对方版本"))]
_Path = Annotated[str, typer.Argument(metavar="[%P]", help=h("path of the file", "文件路径"))]


def _merge(
    s: Session,
    base: _Base = "",
    ours: _Ours = "",
    theirs: _Theirs = "",
    path: _Path = "",
    install: Annotated[
        bool, typer.Option("--install", help=h("let git call it in this clone", "让本克隆中的 git 使用它"))
    ] = False,
) -> None:
    from pmkit.store.git import MERGE_DRIVER, Git
    from pmkit.store.merge import merge_files

    if install:
        git = Git.find(Path(s.workspace or "."))
        if git is None:
            raise UsageError(Text("there is no git repository here", "此处不是 git 仓库"))
        git.use_merge_driver()
        if s.json:
            print_json({"driver": MERGE_DRIVER})
        else:
            out(tell(Text("git merges records field by field now", "git 现在按字段合并记录")))
        return
    if not path:
        raise UsageError(
            Text("git calls this with four files", "该命令由 git 以四个参数调用"),
            Text("`pmkit merge-driver --install` lets it", "请执行 `pmkit merge-driver --install` 启用"),
        )
    merged, is_clean = merge_files(path, read_file(base), read_file(ours), read_file(theirs))
    Path(ours).write_bytes(merged)
    if not is_clean:
        raise typer.Exit(1)


command(app, "merge-driver", h("Merge records field by field, for git", "按字段合并记录（供 git 调用）"), READING)(
    _merge
)
