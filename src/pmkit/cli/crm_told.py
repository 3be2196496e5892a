"""A comparison with a CRM in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pmkit.cli.language import tell
from pmkit.domain.crm import RECKONED, CrmLink
from pmkit.domain.kind import about
from pmkit.domain.registry import kind_named
from pmkit.kernel.text import Text, shorten

if TYPE_CHECKING:
    from pmkit.workspace.crm.compare import Clash, Comparison, Pair
    from pmkit.workspace.crm.links import Link

_SHOWN = 20  # lines of a section
_WIDTH = 40


def field_label(kind: str, name: str) -> Text:
    """What a field of ours is called."""
    if name in RECKONED.get(kind, {}):
        return RECKONED[kind][name]
    what = about(kind_named(kind).model).get(name.partition(".")[0])
    return what.label if what is not None else Text.same(name)


def sections(crm: CrmLink, found: Comparison, *, pull: bool = True, push: bool = True) -> Iterator[str]:
    """The comparison, section by section; what is empty is left out. `pull`, `push`: also what would be done."""
    if pull:
        yield from _section(_title("comes from {crm}", "从{crm}读入", crm), [*_arrivals(found), *_pulls(found)])
    if push:
        yield from _section(_title("goes to {crm}", "写入{crm}", crm), [*_departures(found), *_pushes(found)])
    yield from _section(
        Text("changed on both sides, untouched: `pmkit crm resolve ID --take local|remote|merge`",
             "双方都有改动，未作处理：`pmkit crm resolve 编号 --take local|remote|merge`"),
        [line for pair in found.conflicts for line in _clashes(pair, pair.conflicts)],
    )  # fmt: skip
    yield from _section(
        _title("edited in {crm}, where only we write", "在{crm}中被改动（该字段只由本方写入）", crm),
        [line for pair in found.edited_there for line in _clashes(pair, pair.theirs)],
    )
    yield from _section(
        Text(
            "proposed for the profile: `pmkit set project FIELD=VALUE`",
            "对项目概况的建议：`pmkit set project 字段=值`",
        ),
        [_say("  {field} ({label}): {here} -> {there}", "  {field}（{label}）：{here} -> {there}",
              field=one.field, label=field_label("project", one.field), here=_cut(one.here), there=_cut(one.there))
         for one in found.proposals],
    )  # fmt: skip
    yield from _section(
        _title("gone from {crm}, or moved out of our sight; kept here", "{crm}中已不存在或不可见（本方保留）", crm),
        [f"  {_link(link)}" for link in found.gone_there],
    )
    yield from _section(
        _title("gone from here; kept in {crm}", "本方已删除（{crm}中保留）", crm),
        [f"  {_link(link)}" for link in found.gone_here],
    )
    yield from _section(
        _title("internal now, but in {crm} from before", "已改为内部，但{crm}中仍有旧记录", crm),
        [f"  {_link(link)}" for link in found.hidden],
    )
    yield from _section(
        Text("made by another copy of this project that is not merged here: `git pull`",
             "由本项目的其他副本建立、尚未合并到此处：请先 `git pull`"),
        [f"  {key}  {module} {remote}" for module, remote, key in found.elsewhere],
    )  # fmt: skip
    yield from _section(Text("notes", "说明"), [f"  {tell(note)}" for note in found.notes])


def _title(en: str, zh: str, crm: CrmLink) -> Text:
    said = Text(en, zh).format(crm=crm.within)
    return Text(said.en, said.zh.strip())


def _section(title: Text, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield tell(title)
    yield from lines[:_SHOWN]
    if more := len(lines[_SHOWN:]):
        yield _say("  ... and {n} more", "  ……及另外 {n} 条", n=more)


def _say(en: str, zh: str, **values: Any) -> str:
    return tell(Text(en, zh).format(**values))


def _arrivals(found: Comparison) -> Iterator[str]:
    for one in found.arrivals:
        name = next((one.values[k] for k in ("title", "name", "summary") if one.values.get(k)), one.remote.id)
        yield f"  + {tell(kind_named(one.entry.kind).label)}  {_cut(name)}  ({one.entry.module} {one.remote.id})"


def _pulls(found: Comparison) -> Iterator[str]:
    for pair in found.pairs:
        if pair.is_new:
            yield _say("  = {id} is {module} {remote}", "  = {id} 对应 {module} {remote}", id=pair.id,
                       module=pair.entry.module, remote=pair.remote.id)  # fmt: skip
        for name, value in pair.pull.items():
            yield f"  ~ {pair.id}  {tell(field_label(pair.entry.kind, name))}: -> {_cut(value)}"


def _departures(found: Comparison) -> Iterator[str]:
    for one in found.departures:
        yield f"  + {one.record.id}  {_cut(one.record.name_to_show)} -> {one.entry.module}"


def _pushes(found: Comparison) -> Iterator[str]:
    for pair in found.pushes:
        for name, value in pair.push.items():
            yield f"  ~ {pair.id}  {pair.entry.module}.{name}: -> {_cut(value)}"


def _clashes(pair: Pair, clashes: Sequence[Clash]) -> Iterator[str]:
    says = Text("  ! {id}  {label}: here “{here}”, there “{there}”", "  ! {id}  {label}：本方“{here}”，对方“{there}”")
    for one in clashes:
        label = field_label(pair.entry.kind, one.field)
        yield tell(says.format(id=pair.id, label=label, here=_cut(one.here), there=_cut(one.there)))


def _link(link: Link) -> str:
    return f"{link.record}  {link.module} {link.id}"


def _cut(text: str) -> str:
    return shorten(" ".join(text.split()), _WIDTH)


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "new_here": [
            {"kind": a.entry.kind, "module": a.entry.module, "remote": a.remote.id, "values": dict(a.values)}
            for a in found.arrivals
        ],
        "changed_there": [
            {"id": p.id, "module": p.entry.module, "remote": p.remote.id, "values": p.pull}
            for p in found.pairs
            if p.pull
        ],
        "new_there": [{"id": d.record.id, "module": d.entry.module} for d in found.departures],
        "changed_here": [
            {"id": p.id, "module": p.entry.module, "remote": p.remote.id, "values": p.push} for p in found.pushes
        ],
        "conflicts": [_clash_json(p, c) for p in found.conflicts for c in p.conflicts],
        "edited_there": [_clash_json(p, c) for p in found.edited_there for c in p.theirs],
        "proposals": [{"field": c.field, "here": c.here, "there": c.there} for c in found.proposals],
        "gone_there": [_link_json(one) for one in found.gone_there],
        "gone_here": [_link_json(one) for one in found.gone_here],
        "internal_now": [_link_json(one) for one in found.hidden],
        "elsewhere": [{"module": m, "remote": r, "id": k} for m, r, k in found.elsewhere],
        "notes": [{"en": n.en, "zh": n.zh} for n in found.notes],
        "unchanged": found.same,
    }


def _clash_json(pair: Pair, clash: Clash) -> dict[str, Any]:
    return {
        "id": pair.id, "module": pair.entry.module, "remote": pair.remote.id, "field": clash.field,
        "here": clash.here, "there": clash.there,
    }  # fmt: skip


def _link_json(link: Link) -> dict[str, str]:
    return {"id": link.record, "module": link.module, "remote": link.id}
