"""The links to a CRM on disk."""

from __future__ import annotations

from pathlib import Path

from pmkit.kernel.errors import BadWorkspace, reason
from pmkit.kernel.text import Text
from pmkit.store.tree import Stamp
from pmkit.workspace.crm.links import Links, parse_links
from pmkit.workspace.layout import CRM_LINKS


def read_links(root: Path, stamps: dict[str, Stamp]) -> Links:
    """All of them. `stamps` learns what each file was when it was read. Raises BadWorkspace."""
    texts: dict[str, str] = {}
    for file in sorted((root / CRM_LINKS).glob("*.jsonl")):
        path = file.relative_to(root).as_posix()
        try:
            info = file.lstat()
            texts[path] = file.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            why = reason(error) if isinstance(error, OSError) else Text("it is no UTF-8", "不是 UTF-8 文本")
            raise BadWorkspace(
                Text("cannot read {path}: {why}", "无法读取 {path}：{why}").format(path=path, why=why)
            ) from None
        stamps[path] = (info.st_mtime_ns, info.st_size)
    return parse_links(texts)
