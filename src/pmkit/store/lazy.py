"""A workspace that reads a record when it is asked for: `show REQ-001` opens two files, whatever lies beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pmkit.domain.kind import Kind, Record, Storage
from pmkit.domain.project import PROJECT, Project
from pmkit.domain.registry import kind_named, kind_of_id
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Text
from pmkit.store.loader import load_file, load_folder, load_profile
from pmkit.store.locate import find_record
from pmkit.store.places import placed
from pmkit.store.tree import Folder, Stamp
from pmkit.workspace.layout import PROFILE
from pmkit.workspace.model import Records, Workspace, in_order

R = TypeVar("R", bound=Record)


class LazyRecords(Records):
    """Records read one file at a time. A broken file raises BadWorkspace when it is met, with what is wrong in it."""

    def __init__(self, root: Path, project: Project, stamps: dict[str, Stamp]) -> None:
        super().__init__({})
        self._root = root
        self._project = project
        self._stamps = stamps
        self._files: dict[str, list[Record]] = {}
        self._listed: dict[Kind, dict[str, Record]] = {}
        self._kinds: dict[Kind, tuple[Record, ...]] = {}

    def __getitem__(self, record_id: str) -> Record:
        kind = kind_of_id(record_id)
        if record_id == self._project.id:
            return self._project
        if kind is None:
            raise KeyError(record_id)
        if kind.storage is Storage.FILE:
            path = find_record(self._root, kind, record_id)
            if path is None:
                raise KeyError(record_id)
            return next(r for r in self._read(path) if r.id == record_id)
        found = self._items(kind).get(record_id)
        if found is None and kind.name == "person":  # parties have handles, too
            found = self._items(kind_named("party")).get(record_id)
        if found is None:
            raise KeyError(record_id)
        return found

    def _items(self, kind: Kind) -> dict[str, Record]:
        if kind not in self._listed:
            self._listed[kind] = {record.id: record for record in self.of(kind.model)}
        return self._listed[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._everything)

    def __len__(self) -> int:
        return len(self._everything)

    def of(self, model: type[R]) -> tuple[R, ...]:
        kind = model.kind
        if kind not in self._kinds:
            self._kinds[kind] = tuple(in_order(self._of_kind(kind)))
        return self._kinds[kind]  # type: ignore[return-value]

    def _of_kind(self, kind: Kind) -> list[Record]:
        if kind is PROJECT:
            return [self._project]
        if kind.name == "task":
            phases = self.of(kind_named("phase").model)
            return [r for phase in phases for r in self._read(phase.spot.path) if r.kind is kind]
        if kind.path is not None:
            return self._read(kind.path) if (self._root / kind.path).exists() else []
        return [
            record
            for path in self._paths
            if _may_hold(path, kind)
            for record in self._read(path)
            if record.kind is kind
        ]

    @cached_property
    def _paths(self) -> list[str]:
        return [entry.path for entry in Folder(self._root).entries()]

    @cached_property
    def _everything(self) -> dict[str, Record]:
        return dict(load_folder(self._root).workspace.records)

    def _read(self, path: str) -> list[Record]:
        if path not in self._files:
            tree = Folder(self._root)
            self._stamp(path)
            records, findings = load_file(tree, path)
            _refuse_broken(tree, path, findings)
            self._files[path] = records
        return self._files[path]

    def _stamp(self, path: str) -> None:
        try:
            info = (self._root / path).stat()
        except OSError:
            return
        self._stamps[path] = (info.st_mtime_ns, info.st_size)


def _may_hold(path: str, kind: Kind) -> bool:
    """True for a record's file by its name, and for a link in place of the kind's folder: reading that is refused."""
    if not path.endswith(".yaml"):
        return f"{kind.folder}/".startswith(f"{path}/")
    return kind_of_id(path.rsplit("/", 1)[-1].removesuffix(".yaml")) is kind


def _refuse_broken(tree: Folder, path: str, findings: list[Finding]) -> None:
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        raise BadWorkspace(
            Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=path),
            Text(en="mend what is listed above", zh="请先改正上面列出的问题"),
            placed(tree, errors),
        )


def open_workspace(root: Path, stamps: dict[str, Stamp]) -> Workspace:
    """A workspace to read from record by record. `stamps` learns what each file was when it was read."""
    info = (root / PROFILE).stat()
    stamps[PROFILE] = (info.st_mtime_ns, info.st_size)
    project = load_profile(Folder(root))
    return Workspace(project, LazyRecords(root, project, stamps))
