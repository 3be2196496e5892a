"""SEC: what must not lie in the folder, or lead out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import Record, about, attribute_names
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.workspace.layout import stays_below
from pmkit.workspace.model import Workspace

_SECRET = re.compile(
    r"(?:密码|口令|passw(?:or)?d|pwd|secret|token|api[_ -]?key)\s*[:：=]\s*"
    r"(?=[!-~]*[0-9])(?=[!-~]*[A-Za-z])[!-~]{8,}"  # letters and figures: a value, not a rule about values
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.IGNORECASE,
)


@check(
    "SEC102",
    "evidence-outside",
    severity="error",
    says=Text("{id}: {file} leads out of the workspace", "{id}：{file} 超出了项目目录"),
    fix=Text("keep the file below `evidence/` and name it from there", "请把文件放入 `evidence/` 并改写路径"),
)
def evidence_outside(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What lies elsewhere is not in the history, and another machine does not have it."""
    for change in ws.changes:
        for keys, evidence in change.filed:
            if not stays_below(evidence.file):
                yield hit(change.at(*keys, "file"), change.id, id=change.id, file=evidence.file)


@check(
    "SEC103",
    "secret-in-record",
    severity="warning",
    says=Text("{id}: `{field}` seems to hold a password or key", "{id} 的 `{field}` 疑似写有密码或密钥"),
    fix=Text(
        "take it out, and change the password where it is used: git keeps what was committed",
        "请删除，并在使用处更换密码：已提交的内容会留在 git 历史中",
    ),
)
def secret_in_record(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Everybody who has the folder has the password, and so has everybody who gets the document."""
    for record in ws.records.values():
        for keys, text in _texts(record, ()):
            if (":" in text or "：" in text or "=" in text or "-----" in text) and _SECRET.search(text):
                field = ".".join(str(key) for key in keys if not isinstance(key, int))
                yield hit(record.at(*keys), record.id, id=record.id, field=field)


_NO_PROSE = frozenset({"id", "kind", "status", "to", "by", "recorded_by", "digest", "sha256", "file"})


@cache
def _prose_fields(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Key and attribute of the fields in which somebody may have written a sentence."""
    names = attribute_names(model)
    return tuple(
        (key, names[key])
        for key, what in about(model).items()
        if not (what.links or what.words or key in _NO_PROSE) and _holds_text(model.model_fields[names[key]].annotation)
    )


def _holds_text(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return not issubclass(annotation, Record) and bool(_prose_fields(annotation))  # a task is looked at by itself
    return annotation is str or any(_holds_text(inner) for inner in get_args(annotation))


def _texts(part: BaseModel, above: Keys) -> Iterator[tuple[Keys, str]]:
    """Every sentence of a record, with the keys that lead to it."""
    for key, attribute in _prose_fields(type(part)):
        value = getattr(part, attribute)
        if isinstance(value, str):
            yield (*above, key), value
        elif value:
            yield from _texts_in(value, (*above, key))


def _texts_in(value: Any, at: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _texts_in(item, (*at, position))
    elif isinstance(value, BaseModel):
        yield from _texts(value, at)
