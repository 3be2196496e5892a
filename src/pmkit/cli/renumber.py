"""`pmkit renumber`: another number for a record, with everything that names it."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, single
from pmkit.domain.kind import Record
from pmkit.kernel.errors import UsageError
from pmkit.kernel.ids import RecordId
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Edits

app = single()


def _renumber(
    s: Session,
    record_id: Annotated[str, typer.Argument(metavar="ID", help=h("the record", "记录编号"))],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ID", help=h("its new number, else the next one", "新编号，默认取下一个空号")),
    ] = None,
) -> None:
    record: Record = s.whole.get(record_id)
    found = RecordId.find(record.id)
    if found is None:
        raise UsageError(
            Text(en="{id} has no number to change", zh="{id} 没有可改的编号").format(id=record.id),
            Text("handles of people and parties stay: documents name them", "人员和单位的代号不改：各类文件中已使用"),
        )
    new = to.strip().upper() if to else s.next_id(found.prefix)
    edits, told = renumbering(s, record.id, new)
    note = _LOOK.format(old=record.id, paths=Text.join(map(Text.same, told)), new=new)
    s.write(edits, *([note] if told else []))


def renumbering(s: Session, old: str, new: str) -> tuple[Edits, list[str]]:
    """The edits that give a record another number, and the files whose prose still names the old one."""
    from pmkit.actions.renumbering import renumber
    from pmkit.store.yaml_read import parse

    word = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
    paths = sorted({record.spot.path for record in s.whole.records.values()})
    texts = {path: s.text_of(path) or "" for path in paths}
    files = {path: parse(text, path)[0] for path, text in texts.items() if word.search(text)}
    told = [path for path, data in files.items() if any(word.search(text, 1) for text in _texts(data))]
    return renumber(s.ws, old, new, files, s.acting), told


_LOOK = Text(
    en="{old} still stands in the text of {paths}; look whether that means {new}",
    zh="以下文件的文字中仍有 {old}：{paths}，请核对是否应为 {new}",
)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


_HELP = h("Give a record another number, everywhere it is named", "为记录改号，并更新所有引用")
command(app, "renumber", _HELP, WRITING)(_renumber)
