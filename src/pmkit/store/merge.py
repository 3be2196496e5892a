"""Three texts of a file to one: what git's merge driver does with records and plan files.

Where git's own merge by lines says just what both sides said, its text is kept, with the comments of both. Else our
text is edited in place until it says so. A field that both changed stands between conflict markers, and nothing else.
A file that cannot be read, or is no record, is merged by lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pmkit.domain.kind import Kind
from pmkit.kernel.place import Keys
from pmkit.store.git import merge_lines
from pmkit.store.loader import kind_at
from pmkit.store.yaml_edit import append_item, remove, set_value
from pmkit.store.yaml_read import decode, parse, unquoted
from pmkit.store.yaml_write import EditRefused
from pmkit.workspace.edits import Append, Remove, Set
from pmkit.workspace.merging import merged

OURS, SPLIT, THEIRS = "<<<<<<< ours", "=======", ">>>>>>> theirs"


def merge_files(path: str, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """The merged file, and whether it is free of conflicts. `path`: of the file, below the top of the repository."""
    by_lines, is_clean = _by_lines(base, ours, theirs)
    old, mine, other_side = (_data(side) for side in (base, ours, theirs))
    kind = _kind(path)
    is_one_thing = bool(old) or (kind is not None and not kind.prefix)  # two that were given one id stay apart
    if old is None or not is_one_thing or not mine or not other_side or not path.endswith(".yaml"):
        return by_lines, is_clean
    one, other = merged(old, mine, other_side, kind)
    if is_clean and one == other == _data(by_lines):
        return by_lines, True
    text, newline = ours.decode(), b"\r\n" if b"\r\n" in ours else b"\n"
    try:
        plain = {word: value for side in (ours, theirs) for word, value in unquoted(side.decode()).items()}
        left = _saying(text, mine, one, plain)
        right = left if one == other else _saying(left, one, other, plain)
    except EditRefused:
        return (by_lines, False) if not is_clean else (_whole(ours, theirs, newline), False)
    return _marked(left, right, newline.decode()).encode(), one == other


def _by_lines(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
    with TemporaryDirectory(prefix="pmkit-merge-") as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, content in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(content)
        return merge_lines(Path(folder), *(file.name for file in files))


def _data(content: bytes) -> Mapping[str, Any] | None:
    """What a file says; None where it cannot be read as a mapping."""
    if not content.strip():
        return {}
    text, findings = decode(content, "")
    if text is None or findings:
        return None
    value, findings = parse(text, "")
    return value if not findings and isinstance(value, Mapping) else None


def _kind(path: str) -> Kind | None:
    """The kind of a file, whichever folder of the repository the workspace is."""
    parts = path.split("/")
    return next((kind for n in range(len(parts)) if (kind := kind_at("/".join(parts[n:]))) is not None), None)


def _saying(text: str, before: Mapping[str, Any], after: Mapping[str, Any], plain: Mapping[str, bool | int]) -> str:
    """The text of `before` edited until it says `after`; `plain` words without quotes. Raises EditRefused."""
    for edit in _edits((), before, after):
        if isinstance(edit, Set):
            text = set_value(text, edit.keys, _as_written(edit.value, plain))
        elif isinstance(edit, Append):
            text = append_item(text, edit.keys, _as_written(edit.value, plain))
        else:
            text = remove(text, edit.keys)
    return text


def _as_written(value: Any, plain: Mapping[str, bool | int]) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_written(inner, plain) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_written(inner, plain) for inner in value]
    return plain.get(value, value) if isinstance(value, str) else value


def _edits(keys: Keys, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Set | Append | Remove]:
    for key in dict.fromkeys((*after, *before)):
        at = (*keys, key)
        if key not in after:
            yield Remove("", at)
        elif key not in before:
            yield Set("", at, after[key])
        elif before[key] != after[key]:
            yield from _changed(at, before[key], after[key])


def _changed(keys: Keys, old: Any, new: Any) -> Iterator[Set | Append | Remove]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old and new:
        yield from _edits(keys, old, new)
        return
    if not _have_ids(old) or not _have_ids(new):
        yield Set("", keys, new)
        return
    ids = [item["id"] for item in new]
    places = {item["id"]: n for n, item in enumerate(old)}
    kept = [one for one in places if one in ids]
    if ids[: len(kept)] != kept:  # in another order, or something new in the middle
        yield Set("", keys, new)
        return
    for item in new[: len(kept)]:
        before = old[places[item["id"]]]
        if before != item:
            yield from _edits((*keys, places[item["id"]]), before, item)
    for one, place in reversed(places.items()):
        if one not in ids:
            yield Remove("", (*keys, place))
    for item in new[len(kept) :]:
        yield Append("", keys, item)


def _have_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) and "id" in item for item in value)


def _marked(ours: str, theirs: str, newline: str) -> str:
    """Our text, with the lines in which theirs differs between markers."""
    left, right = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    found: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found += left[i1:i2]
            continue
        found += [OURS + newline, *_ended(left[i1:i2], newline), SPLIT + newline]
        found += [*_ended(right[j1:j2], newline), THEIRS + newline]
    return "".join(found)


def _ended(lines: list[str], newline: str) -> list[str]:
    return [line if line.endswith("\n") else line + newline for line in lines]


def _whole(ours: bytes, theirs: bytes, newline: bytes) -> bytes:
    """Both files whole between markers: where no edit can say what was meant."""
    parts = [OURS.encode(), ours.rstrip(b"\r\n"), SPLIT.encode(), theirs.rstrip(b"\r\n"), THEIRS.encode()]
    return newline.join(parts) + newline
