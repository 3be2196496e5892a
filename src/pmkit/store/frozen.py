"""The guard that every write passes: what is signed or out for signature changes by an applied change, or not at all.

It costs nothing until a command would change the content of a record that exists; then it reads the sign-offs and
changes that mention the record, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.kind import Kind, Record, Storage, about, content
from pmkit.domain.plan import PHASE, TASK
from pmkit.domain.registry import kind_of_id
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text, shorten
from pmkit.store.loader import load_file
from pmkit.store.locate import paths_named
from pmkit.store.tree import Files
from pmkit.workspace.edits import Append, Edits, Remove, Rename, Set
from pmkit.workspace.layout import may_be_record
from pmkit.workspace.signing import agreed_additions, prepared_records, signed_records, walk

R = TypeVar("R", bound=Record)
Read = Callable[[str], bytes | None]


def may_touch_content(edits: Edits) -> set[str]:
    """The files of which an edit may change signed content; steps, links and remarks are left out unread."""
    found = set()
    for change in edits.changes:
        if isinstance(change, Rename):
            found.add(change.path)
        elif isinstance(change, Set | Append | Remove):
            kind = _kind_of(change.path)
            if kind is not None and (kind.storage is not Storage.FILE or _is_content(kind, change)):
                found.add(change.path)
    return found


def _is_content(kind: Kind, change: Set | Append | Remove) -> bool:
    keys = change.keys
    if kind is PHASE and len(keys) > 2 and keys[0] == TASK.list_key:
        kind, keys = TASK, keys[2:]  # a value of one task
    what = about(kind.model).get(str(keys[0])) if keys else None
    return what is None or what.content


def _kind_of(path: str) -> Kind | None:
    if not path.endswith(".yaml") or not may_be_record(path):
        return None
    kind = kind_of_id(path.rsplit("/", 1)[-1].removesuffix(".yaml"))
    return kind if kind is not None and (kind.signable or kind is PHASE or kind is SignOff.kind) else None


def refuse_frozen(
    root: Path,
    contents: Mapping[str, bytes | None],
    only: Iterable[str] | None = None,
    before: Read | None = None,
    *,
    taking_back: bool = False,
) -> None:
    """Refused where writing `contents` would change what is signed, or out for signature, past change control.

    `contents`: what each file will hold, None for one that goes; `only`: those to look at; `before`: what a file
    held, by default what is on the disk; `taking_back`: a whole commit goes, and a sign-off may go with it. A file
    that cannot be read is left to those who report such things.
    """
    paths = [path for path in (contents if only is None else only) if _kind_of(path) is not None]
    if not paths:
        return
    read = before or (lambda path: _on_disk(root, path))
    old = {r.id: r for path in paths for r in _records(path, read(path))}
    new = {r.id: r for path in paths for r in _records(path, contents[path])}
    differing = {
        record_id: new.get(record_id)
        for record_id, record in old.items()
        if _counts(record) and (record_id not in new or new[record_id].digest != record.digest)
    }
    if not differing:
        return
    signoffs = [record for one in differing if isinstance(record := old[one], SignOff)]
    wrong = [] if taking_back else [_signoff_edited(signoff) for signoff in signoffs]
    of_records = {one: after for one, after in differing.items() if not isinstance(old[one], SignOff)}
    wrong += _frozen(root, contents, old, of_records)
    if wrong:
        says, fixes = zip(*wrong, strict=True)
        raise Refused(Text.join(says, en="\n", zh="\n"), Text.join(dict.fromkeys(fixes), en="\n  ", zh="\n  "))


def _counts(record: Record) -> bool:
    return record.kind.signable or (isinstance(record, SignOff) and record.status in {"prepared", "signed"})


def _on_disk(root: Path, path: str) -> bytes | None:
    try:
        return (root / path).read_bytes()
    except OSError:
        return None


def _records(path: str, data: bytes | None) -> list[Record]:
    return load_file(Files({path: data}), path)[0] if data is not None else []


def _signoff_edited(signoff: SignOff) -> tuple[Text, Text]:
    return (
        Text(en="{id} is {state}; what was put before the signers does not change", zh="{id} {state}，内容不得修改")
        .format(id=signoff.id, state=signoff.kind.states.names[signoff.status] if signoff.kind.states else ""),
        Text(en="`pmkit signoff withdraw {id}` and prepare anew", zh="请用 `pmkit signoff withdraw {id}` 撤回后重送")
        .format(id=signoff.id)
        if signoff.status == "prepared"
        else Text("`pmkit signoff prepare ...` a new one", "请用 `pmkit signoff prepare ...` 重新送签"),
    )  # fmt: skip


def _frozen(
    root: Path, contents: Mapping[str, bytes | None], old: Mapping[str, Record], differing: Mapping[str, Record | None]
) -> list[tuple[Text, Text]]:
    signoffs = list(mentioning(root, SignOff, differing, contents))
    signed, prepared = signed_records(signoffs), prepared_records(signoffs)
    found: list[tuple[Text, Text]] = []
    changes: list[ChangeRequest] | None = None
    for record_id, after in differing.items():
        before = old[record_id]
        if record_id in prepared:
            signoff = prepared[record_id][0]
            says = Text(
                en="{id} is out for signature in {signoff}; {what}",
                zh="{id} 正在 {signoff} 中送签，不得修改：{what}",
            ).format(id=record_id, signoff=signoff.id, what=_difference(before, after))
            fix = Text(
                en="`pmkit signoff withdraw {signoff}` frees it",
                zh="如需修改，请先用 `pmkit signoff withdraw {signoff}` 撤回送签",
            ).format(signoff=signoff.id)
            found.append((says, fix))
        elif record_id in signed:
            signoff, start = signed[record_id]
            if changes is None:
                changes = list(mentioning(root, ChangeRequest, differing, contents))
            if after is None or walk(record_id, signoff, start, changes)[0] != after.digest:
                says = Text(
                    en="{id} is signed ({signoff}) and changes only by an approved change: {what}",
                    zh="{id} 已签认（{signoff}），未经变更不得修改：{what}",
                ).format(id=record_id, signoff=signoff.id, what=_difference(before, after))
                found.append((says, _change_to_raise(before, after)))
    unsigned = {one: after for one, after in differing.items() if one not in {*signed, *prepared}}
    return [*found, *_added(root, contents, old, unsigned)]


def _added(
    root: Path, contents: Mapping[str, bytes | None], old: Mapping[str, Record], differing: Mapping[str, Record | None]
) -> Iterator[tuple[Text, Text]]:
    """What a change added, in the words that were approved, and nobody signed yet."""
    if differing:
        changes = mentioning(root, ChangeRequest, differing, contents)
        for change, _, record_id, today in agreed_additions((), changes):
            after = differing.get(record_id)
            if record_id in differing and (after is None or after.digest != today):
                says = Text(
                    en="{id} was added by {change} and changes only by an approved change: {what}",
                    zh="{id} 由已批准的 {change} 新增，未经变更不得修改：{what}",
                ).format(id=record_id, change=change.id, what=_difference(old[record_id], after))
                yield says, _change_to_raise(old[record_id], after)


def _difference(before: Record, after: Record | None) -> Text:
    """The labels of the content fields that differ."""
    if after is None:
        return Text("it would be deleted", "将被删除")
    return Text.join(about(type(before))[key].label for key in _differing_keys(before, after))


def _differing_keys(before: Record, after: Record) -> list[str]:
    old, new = content(before), content(after)
    return [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]


def _change_to_raise(before: Record, after: Record | None) -> Text:
    """The change request to raise, as a command to paste."""
    if after is None:
        return Text.same(f"pmkit change request --title '...' --withdraw {before.id}")
    new = content(after)
    proposals = []
    for key in _differing_keys(before, after):
        value = new.get(key, "")
        text = value if isinstance(value, str) else "..."
        plain = shorten(" ".join(text.split()), 60).replace("'", "’")
        proposals.append(f"--propose '{before.id}.{key}={plain}'")
    return Text(
        en="raise a change request: pmkit change request --title '...' {edits}",
        zh="请提出变更申请：pmkit change request --title '……' {edits}",
    ).format(edits=" ".join(proposals))


def mentioning(
    root: Path, model: type[R], ids: Iterable[str], contents: Mapping[str, bytes | None] | None = None
) -> Iterator[R]:
    """The records of a kind whose text names one of `ids`; what `contents` says wins over the disk."""
    overlay = contents or {}
    pattern = re.compile(rb"(?<![\w-])(?:" + b"|".join(re.escape(one.encode()) for one in ids) + rb")(?![\w-])")
    for path in dict.fromkeys([*sorted(paths_named(root, f"{model.kind.prefix}-")), *overlay]):
        if kind_of_id(path.rsplit("/", 1)[-1].removesuffix(".yaml")) is not model.kind:
            continue
        data = overlay[path] if path in overlay else _on_disk(root, path)
        if data is not None and pattern.search(data):
            yield from (r for r in _records(path, data) if isinstance(r, model))
