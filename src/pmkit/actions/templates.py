"""Taking a packaged template into the workspace, to change it there."""

from __future__ import annotations

from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Attach, Edits

FOLDER = "templates"


def eject(name: str, content: bytes, acting: Acting, *, exists: bool) -> Edits:
    """The packaged file `name` (`weekly.md.j2`, `house.css`) as the workspace's own. Refused where it has one."""
    path = f"{FOLDER}/{name}"
    if exists:
        raise Refused(
            Text(en="{path} is there already", zh="{path} 已存在").format(path=path),
            Text(en="edit that file; `pmkit template show NAME --builtin` prints the packaged one",
                 zh="请直接编辑该文件；`pmkit template show 名称 --builtin` 显示内置模板"),
        )  # fmt: skip
    subject = Text("Take over the template {name}", "取出模板 {name}").format(name=name)
    return Edits((Attach(path, content),), "template.eject", (), subject, acting.by, acting.on)
