"""The mapping held against what the CRM says of itself: every mistake at once, before anything is written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from pmkit.domain.crm import RECKONED, STATES_OF_TASK, CrmLink, ModuleMap
from pmkit.domain.kind import about
from pmkit.domain.registry import kind_named
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.crm.meta import FieldInfo, Metadata

LAMPS = ("green", "amber", "red")


def misfits(crm: CrmLink, meta: Metadata) -> list[Text]:
    """What the CRM does not have, does not take, or asks for beside."""
    found: list[Text] = []
    for entry in crm.map:
        told = Text("{module} ↔ {kind}: {says}", "{module} ↔ {kind}：{says}")
        found += [told.format(module=entry.module, kind=entry.kind, says=says) for says in _of_entry(entry, meta)]
    return list(dict.fromkeys(found))


def _of_entry(entry: ModuleMap, meta: Metadata) -> Iterator[Text]:
    if entry.module not in meta.modules:
        says = Text("the CRM has no such module, or none for us; {hint}", "CRM 中没有该对象或无权访问；{hint}")
        yield says.format(hint=did_you_mean(entry.module, meta.modules)).stripped()
        return
    fields = meta.fields.get(entry.module, {})
    names = [*entry.their_fields, *(entry.new_there if entry.pushes else ())]
    for name in dict.fromkeys(names):
        if name not in fields:
            says = Text("there is no field `{name}`; {hint}", "没有字段 `{name}`；{hint}")
            yield says.format(name=name, hint=did_you_mean(name, fields)).stripped()
    for ours, mapped in entry.fields.items():
        theirs = [fields[name] for name in mapped.theirs if name in fields]
        for info in theirs:
            if entry.way(ours) != "pull":
                yield from _written(entry, ours, info, mapped.values)
            elif info.choices:
                yield from _unknown_choices(info, mapped.values.values())
    if entry.key and entry.key in fields and not fields[entry.key].writable and entry.pushes:
        yield Text("`{name}` is read-only there", "`{name}` 在 CRM 中只读").format(name=entry.key)
    if entry.pushes and not entry.is_project:
        given = {name for ours, m in entry.fields.items() if entry.way(ours) != "pull" for name in m.theirs}
        given |= {*entry.new_there, entry.key or "", entry.marker or ""}
        for info in fields.values():
            if info.required and info.writable and info.name not in given and info.type != "user":
                says = Text(
                    "new records need `{name}` ({label}): map it, or give it under `new_there:`",
                    "新建记录必填 `{name}`（{label}）：请加入对照，或写入 `new_there:`",
                )
                yield says.format(name=info.name, label=info.label)


def _written(entry: ModuleMap, ours: str, info: FieldInfo, values: Mapping[str, str]) -> Iterator[Text]:
    if not info.writable:
        yield Text("`{name}` is read-only there", "`{name}` 在 CRM 中只读").format(name=info.name)
    if not info.choices:
        return
    yield from _unknown_choices(info, values.values())
    lacking = [word for word in words_of(entry.kind, ours) if word not in values and word not in info.choices]
    if lacking:
        says = Text(
            "`{field}`: {words} have no counterpart among the choices of `{name}`",
            "`{field}`：{words} 在 `{name}` 的选项中没有对应值",
        )
        yield says.format(field=ours, name=info.name, words=Text.join(map(Text.same, lacking)))


def _unknown_choices(info: FieldInfo, given: object) -> Iterator[Text]:
    for value in dict.fromkeys(given):  # type: ignore[call-overload]
        if value not in info.choices:
            says = Text("`{value}` is no choice of `{name}`; {hint}", "`{value}` 不是 `{name}` 的选项；{hint}")
            yield says.format(value=value, name=info.name, hint=did_you_mean(value, info.choices)).stripped()


def words_of(kind_name: str, field: str) -> tuple[str, ...]:
    """The choices of a field of ours; empty for free text."""
    kind = kind_named(kind_name)
    if field == "status" and kind.states is not None:
        return tuple(kind.states.names)
    if field in RECKONED.get(kind_name, {}):
        return {"state": STATES_OF_TASK, "health": LAMPS}.get(field, ())
    info = next((i for n, i in kind.model.model_fields.items() if (i.alias or n) == field), None)
    if info is None or not about(kind.model)[field].words:
        return ()
    return tuple(_literals(info.annotation))


def _literals(annotation: object) -> Iterator[str]:
    for inner in get_args(annotation):
        if isinstance(inner, str):
            yield inner
        else:
            yield from _literals(inner)
