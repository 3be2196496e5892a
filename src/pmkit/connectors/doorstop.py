"""A tree of requirements kept with Doorstop: a folder is a document, a YAML or Markdown file in it an item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from pmkit.connectors.specification import Item, Specification
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text

SETTINGS = ".doorstop.yml"
_USUAL = {"active": "true", "derived": "false", "normative": "true"}
Parse = Callable[[bytes, str], Mapping[str, Any]]  # raises BadWorkspace with the place of what is wrong


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a tree holds; `unreviewed`: items without a review stamp."""

    documents: int
    items: int
    links: int
    unreviewed: int


def is_tree(paths: Mapping[str, bytes]) -> bool:
    """True where the files hold a document of Doorstop's."""
    return any(path.rsplit("/", 1)[-1] == SETTINGS for path in paths)


def specification(files: Mapping[str, bytes], parse: Parse) -> tuple[Specification, Counts]:
    """The items of all documents below a folder, in the order of documents and levels. Raises BadWorkspace."""
    problems: list[Text] = []
    items: list[Item] = []
    unreviewed = 0
    documents = list(_documents(files, parse))
    folders = {folder for folder, _ in documents}
    for folder, prefix in documents:
        found = []
        for path in sorted(files):
            if _document_of(path, folders) != folder or not _is_item(path, files[path]):
                continue
            try:
                data = _item_data(files[path], path, parse)
            except BadWorkspace as error:
                problems.append(error.says)
                continue
            unreviewed += data.get("reviewed") in (None, "")
            found.append((_level(str(data.get("level", "1"))), path, data))
        items += _outlined(prefix, sorted(found, key=lambda one: one[:2]))
    if problems:
        raise BadWorkspace(Text("the tree cannot be read", "无法读取该需求目录"), Text.join(problems, en="\n", zh="\n"))
    keys = {item.key for item in items}
    says = Text(en="{id} links to {target}, which is not there", zh="{id} 链接的 {target} 不存在")
    missing = [
        says.format(id=item.key, target=target) for item in items for target in item.derived_from if target not in keys
    ]
    links = sum(len(item.derived_from) for item in items)
    return Specification(tuple(items), tuple(missing)), Counts(len(documents), len(items), links, unreviewed)


def _documents(files: Mapping[str, bytes], parse: Parse) -> Iterator[tuple[str, str]]:
    """Folder and prefix of each document, parents before children where the settings say so."""
    found = []
    for path in sorted(files):
        folder, _, name = path.rpartition("/")
        if name == SETTINGS:
            settings = parse(files[path], path).get("settings") or {}
            found.append((str(settings.get("parent") or ""), folder, str(settings.get("prefix") or "")))
    placed: set[str] = set()
    while found:
        ready = [one for one in found if one[0] not in {other[2] for other in found if other is not one}]
        for one in ready or found[:1]:
            found.remove(one)
            if one[2] not in placed:
                placed.add(one[2])
                yield one[1], one[2]


def _document_of(path: str, folders: AbstractSet[str]) -> str | None:
    """The nearest folder upward that is a document."""
    folder = path.rpartition("/")[0]
    while folder not in folders and folder:
        folder = folder.rpartition("/")[0]
    return folder if folder in folders else None


def _is_item(path: str, data: bytes) -> bool:
    """A file of fields; other Markdown in the folder has no head."""
    name = path.rsplit("/", 1)[-1]
    return not name.startswith(".") and (
        name.endswith((".yml", ".yaml")) or (name.endswith(".md") and data.startswith(b"---\n"))
    )


def _item_data(data: bytes, path: str, parse: Parse) -> Mapping[str, Any]:
    """An item's fields; of a Markdown file those of its head, with what follows as the text."""
    if not path.endswith(".md"):
        return parse(data, path)
    _, _, rest = data.partition(b"---\n")
    head, _, body = rest.partition(b"\n---\n")
    text = body.decode("utf-8", "replace").strip("\n")
    first, _, after = text.partition("\n")
    fields = dict(parse(head + b"\n", path))
    if first.startswith("#") and not fields.get("header"):
        return fields | {"header": first.lstrip("# "), "text": after.strip("\n")}
    return fields | {"text": text}


def _level(text: str) -> tuple[int, ...]:
    """`1.10` as (1, 10): a level is no number, or 1.10 would be 1.1."""
    parts = [int(part) if part.isdigit() else 0 for part in text.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _outlined(prefix: str, found: list[tuple[tuple[int, ...], str, Mapping[str, Any]]]) -> Iterator[Item]:
    """The items of a document, each below the nearest heading that its level is in."""
    headings: dict[tuple[int, ...], str] = {}
    for level, path, data in found:
        key = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        above = (headings[level[:n]] for n in range(len(level) - 1, 0, -1) if level[:n] in headings)
        parent = next(above, None)
        if data.get("normative") == "false":
            headings.setdefault(level, key)
        links = tuple(name for link in data.get("links") or () for name in (link if isinstance(link, dict) else [link]))
        fields = {name: value for name, value in data.items() if value != _USUAL.get(name) and name != "links"}
        yield Item(key, 1, {**fields, "document": prefix}, parent, tuple(map(str, links)))
