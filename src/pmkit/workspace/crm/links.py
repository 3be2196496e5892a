"""Which record is linked to what in the CRM, and how each field of both last stood.

Lines of JSON in `crm/links/`, a hundred records a file, because two machines that sync on two branches both add lines:
git joins them (`merge=union`), and of two lines for one link the one that was written more often counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.ids import RecordId, natural_order
from pmkit.kernel.text import Text
from pmkit.workspace.layout import CRM_LINKS, PER_FOLDER

ATTRIBUTES = f"{CRM_LINKS}/.gitattributes"
MERGED = b"*.jsonl merge=union\n"
Base = tuple[str, str]  # a mark of our value, and one of theirs


def mark(value: str) -> str:
    """Twelve hex digits that tell one value from another; nothing for an empty one."""
    return hashlib.sha256(value.encode()).hexdigest()[:12] if value else ""


@dataclass(frozen=True, slots=True)
class Link:
    """A record and the CRM's record for it. `modified`: theirs when last seen; `base`: both sides, field by field.

    `writes` counts how often the line was written.
    """

    record: str
    module: str
    id: str
    modified: str = ""
    base: Mapping[str, Base] = field(default_factory=dict)
    writes: int = 1

    def synced(self, modified: str, base: Mapping[str, Base]) -> Link:
        """The link after some of its fields were brought to the same state."""
        return replace(self, modified=modified, base={**self.base, **base}, writes=self.writes + 1)

    @property
    def line(self) -> str:
        data = {"record": self.record, "module": self.module, "id": self.id, "modified": self.modified}
        return json.dumps(data | {"writes": self.writes, "base": dict(sorted(self.base.items()))}, ensure_ascii=False)

    @property
    def path(self) -> str:
        """The file that holds it."""
        number = RecordId.find(self.record)
        name = f"{number.prefix}-{number.number // PER_FOLDER}xx" if number else "other"
        return f"{CRM_LINKS}/{name}.jsonl"


class Links:
    """All links of a workspace, found from either end."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._by_record: dict[tuple[str, str], Link] = {}
        self._by_remote: dict[tuple[str, str], Link] = {}
        self.twins: list[tuple[Link, Link]] = []  # one of theirs that two records claim
        self._touched: set[str] = set()
        for link in sorted(links, key=lambda one: (one.writes, one.line)):
            self._put(link)
        self._touched.clear()

    def __iter__(self) -> Iterator[Link]:
        return iter(self._by_record.values())

    def __len__(self) -> int:
        return len(self._by_record)

    def of(self, record: str, module: str) -> Link | None:
        return self._by_record.get((record, module))

    def to(self, module: str, remote: str) -> Link | None:
        return self._by_remote.get((module, remote))

    def put(self, link: Link) -> None:
        """A new link, or a new state of one."""
        self._put(link)

    def drop(self, link: Link) -> None:
        self._by_record.pop((link.record, link.module), None)
        self._by_remote.pop((link.module, link.id), None)
        self._touched.add(link.path)

    def _put(self, link: Link) -> None:
        other = self._by_remote.get((link.module, link.id))
        if other is not None and other.record != link.record:
            first, second = sorted((other, link), key=lambda one: natural_order(one.record))
            self.twins.append((first, second))
            self._by_remote[link.module, link.id] = first
        else:
            self._by_remote[link.module, link.id] = link
        self._by_record[link.record, link.module] = link
        self._touched.add(link.path)

    def changed(self) -> dict[str, bytes]:
        """What each file holds that does not hold it yet."""
        lines: dict[str, list[Link]] = {path: [] for path in self._touched}
        for link in self:
            if link.path in lines:
                lines[link.path].append(link)
        return {path: _text(found) for path, found in sorted(lines.items())}


def _text(links: Iterable[Link]) -> bytes:
    ordered = sorted(links, key=lambda one: (natural_order(one.record), one.module))
    return "".join(f"{one.line}\n" for one in ordered).encode()


def parse_links(texts: Mapping[str, str]) -> Links:
    """The links of all files. Raises BadWorkspace with every line that is none."""
    found: list[Link] = []
    wrong: list[Text] = []
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                found.append(_link(json.loads(line)))
            except (ValueError, TypeError, KeyError):
                wrong.append(Text.same(f"{path}:{number}"))
    if wrong:
        raise BadWorkspace(
            Text("these lines are no links to a CRM: {lines}", "以下各行不是有效的 CRM 链接：{lines}").format(
                lines=Text.join(wrong)
            ),
            Text(
                "take them from an earlier commit: `git log -p {path}`", "请从之前的提交中恢复：`git log -p {path}`"
            ).format(path=CRM_LINKS),
        )
    return Links(found)


def _link(data: Mapping[str, object]) -> Link:
    base = data["base"]
    if not isinstance(base, Mapping):
        raise TypeError
    pairs = {str(key): (str(one), str(other)) for key, (one, other) in base.items()}
    record, module, remote = (str(data[key]) for key in ("record", "module", "id"))
    return Link(record, module, remote, str(data["modified"]), pairs, int(str(data["writes"])))
