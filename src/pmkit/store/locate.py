"""Finding a workspace, and one record in it, on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pmkit.domain.kind import Kind
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text
from pmkit.workspace.layout import PROFILE, may_be_record, may_enter, new_path


def find_root(start: Path) -> Path:
    """The nearest folder upward with a `pmkit.yaml`. Raises BadWorkspace."""
    start = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would leave the path that the user typed
    for folder in (start, *start.parents):
        if (folder / PROFILE).is_file():
            return folder
    raise BadWorkspace(
        Text(en="no pmkit.yaml in {start} or above it", zh="在 {start} 及其上级目录中没有找到 pmkit.yaml").format(
            start=start
        ),
        Text(
            en="`pmkit init PATH ...` makes a workspace; `-C PATH` names one",
            zh="用 `pmkit init 路径 ...` 新建项目，或用 `-C 路径` 指定项目目录",
        ),
    )


def find_record(root: Path, kind: Kind, record_id: str) -> str | None:
    """The path of a record's file without reading any other: where a new one would go, else anywhere below."""
    expected = new_path(kind, record_id)
    if (root / expected).is_file():
        return expected
    found = sorted(paths_named(root, f"{record_id}."))
    own = [path for path in found if path.startswith(f"{kind.folder}/")]
    return next(iter([*own, *found]), None)


def paths_named(root: Path, start: str) -> Iterator[str]:
    """The YAML files anywhere below whose names begin so, where records can lie; names only, no file is looked at."""
    folders = [""]
    while folders:
        prefix = folders.pop()
        with os.scandir(root / prefix) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(".yaml"):
                    if name.startswith(start) and may_be_record(prefix + name):
                        yield prefix + name
                    continue
                if may_enter(prefix, name) and entry.is_dir(follow_symlinks=False):
                    folders.append(f"{prefix}{name}/")
