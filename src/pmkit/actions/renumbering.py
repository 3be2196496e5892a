"""A record gets another number: its file moves, and every link that named it names the new one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pmkit.domain.kind import Record, Storage
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.ids import RecordId
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Change, Edits, Remove, Rename, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace

_LINK = r"(?= (?:FS|SS|FF|SF)(?:[ +-]|\Z)|\Z)"  # what may follow the id: a task's `T-002 SS+2d`


def renumber(ws: Workspace, old: str, new: str, files: Mapping[str, Any], acting: Acting) -> Edits:
    """`old` becomes `new` in its own place and wherever a value or key is that id. Raises UsageError for a bad number.

    `files`: what each file says that mentions `old`. Refused: a record whose number is on paper, or in a baseline.
    What people wrote in prose stays as it is.
    """
    record: Record = ws.get(old)
    _refuse_bad_number(ws, record, new)
    _refuse_printed(ws, record)
    changes: list[Change] = []
    moved: dict[str, str] = {}
    if record.kind.storage is Storage.FILE:
        moved[record.spot.path] = new_path(record.kind, new)
        changes.append(Rename(record.spot.path, moved[record.spot.path], record.kind.name))
    word = re.compile(re.escape(old) + _LINK)
    for path, data in files.items():
        changes += _named_anew(moved.get(path, path), (), data, word, new)
    subject = headed(new, Text(en="Renumber {old}", zh="由 {old} 改号").format(old=old))
    return Edits(tuple(changes), "workspace.renumber", (new, old), subject, acting.by, acting.on)


def _named_anew(path: str, keys: Keys, value: Any, word: re.Pattern[str], new: str) -> Iterator[Change]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if word.fullmatch(key):
                yield Remove(path, (*keys, key))
                yield Set(path, (*keys, new), inner)
            else:
                yield from _named_anew(path, (*keys, key), inner, word, new)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _named_anew(path, (*keys, at), inner, word, new)
    elif isinstance(value, str) and (match := word.match(value)):
        yield Set(path, keys, new + value[match.end() :])


def _refuse_bad_number(ws: Workspace, record: Record, new: str) -> None:
    old_id, new_id = RecordId.find(record.id), RecordId.find(new)
    if old_id is None:
        raise UsageError(Text(en="{id} has no number", zh="{id} 没有编号").format(id=record.id))
    if new_id is None or new_id.prefix != old_id.prefix or str(new_id) != new:
        raise UsageError(
            Text(en="`{new}` is no number for a {kind}", zh="`{new}` 不是{kind}的编号").format(
                new=new, kind=record.kind.label
            ),
            Text(en="like {prefix}-{number}", zh="例如 {prefix}-{number}").format(
                prefix=old_id.prefix, number=f"{old_id.number:03d}"
            ),
        )
    if new in ws.records:
        raise Refused(Text(en="{id} exists already", zh="{id} 已存在").format(id=new))


def _refuse_printed(ws: Workspace, record: Record) -> None:
    from pmkit.domain.signoffs import SignOff

    signed = [link.holder for link in ws.links if link.target == record.id and link.holder in ws.records]
    papers = [one for one in signed if ws.records[one].kind is SignOff.kind]
    if record.kind is SignOff.kind:
        papers.append(record.id)
    frozen = [
        line.id for line in ws.baselines if any(record.id in {item.id, item.phase} for item in line.items)
    ]  # fmt: skip
    if papers or frozen:
        raise Refused(
            Text(
                en="{id} keeps its number: it stands on {where}", zh="{id} 的编号不能改：{where} 中已使用该编号"
            ).format(id=record.id, where=", ".join(dict.fromkeys([*papers, *frozen]))),
            Text("renumber the other record of that number", "请为另一条同号记录改号"),
        )
