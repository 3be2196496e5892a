"""ReqIF (OMG formal/2016-07-01) in and out, and `.reqifz`, the same in a zip with its attachments.

Read by element names, whatever their namespace: tools write prefixes, defaults and none.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import BadZipFile, ZipFile

from pmkit.connectors.specification import Item, Specification
from pmkit.connectors.xml import Element, read
from pmkit.domain.requirements import Requirement
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.rows import Path, Row, fingerprint, value_at

NAMESPACE = "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
MOST_UNPACKED = 200 * 2**20
CHECKED = "pmkit.checked"
_BLOCKS = frozenset({
    "address", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_HIERARCHY = frozenset({"ALTERNATIVE-ID", "CHILDREN", "EDITABLE-ATTS", "OBJECT"})


def specification(name: str, data: bytes) -> Specification:
    """The requirements of a file. Raises UsageError for what is no ReqIF, BadWorkspace with all that is wrong in it."""
    if data.startswith(b"PK\x03\x04"):
        return _unpacked(name, data)
    document = read(name, data)
    if document.root.name != "REQ-IF":
        raise UsageError(
            Text(en="{name}: the root is <{tag}>, not <REQ-IF>", zh="{name}：根元素是 <{tag}>，不是 <REQ-IF>").format(
                name=name, tag=document.root.name
            )
        )
    reader = _Reader(name, document.root)
    if (document.encoding or "UTF-8").upper() != "UTF-8":
        reader.wrong(
            document.root,
            Text(en="the encoding is {e}; ReqIF is UTF-8", zh="编码为 {e}；ReqIF 应为 UTF-8"),
            e=document.encoding,
        )
    return reader.result()


def _unpacked(name: str, data: bytes) -> Specification:
    """The first specification of a zip; its other files are told, never written."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            odd = [e.filename for e in entries if _leads_outside(e.filename)]
            inner = [e for e in entries if e.filename.lower().endswith(".reqif") and e.filename not in odd]
            if not inner or sum(e.file_size for e in entries) > MOST_UNPACKED:
                why = Text("it holds no .reqif file, or too much", "其中没有 .reqif 文件，或内容过大")
                raise UsageError(
                    Text(en="cannot read {name}: {why}", zh="无法读取 {name}：{why}").format(name=name, why=why)
                )
            first = min(inner, key=lambda e: e.filename)
            found = specification(f"{name}/{first.filename}", archive.read(first))
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UsageError(
            Text(en="cannot read {name}: {why}", zh="无法读取 {name}：{why}").format(name=name, why=error)
        ) from None
    others = [e.filename for e in entries if e.filename != first.filename]
    says = Text(en="attachment not taken: {file}", zh="附件未导入：{file}")
    return replace(found, lost=(*found.lost, *(says.format(file=other) for other in others)))


def _leads_outside(path: str) -> bool:
    return path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path) or ":" in path


class _Reader:
    """One file: its definitions by identifier, and everything that is wrong in it."""

    def __init__(self, name: str, root: Element) -> None:
        self.name = name
        self.root = root
        self.problems: list[Text] = []
        self.names: dict[str, str] = {}
        self.words: dict[str, str] = {}
        for element in root.inside():
            identifier = element.attributes.get("IDENTIFIER", "")
            if element.name.startswith("ATTRIBUTE-DEFINITION-"):
                self.names[identifier] = element.attributes.get("LONG-NAME") or identifier
            elif element.name == "ENUM-VALUE":
                self.words[identifier] = element.attributes.get("LONG-NAME") or identifier

    def wrong(self, element: Element, says: Text, **values: Any) -> None:
        where = Text.same(f"{self.name}:{element.line}")
        self.problems.append(Text.join([where, says.format(**values)], en=": ", zh="："))

    def result(self) -> Specification:
        objects = self._objects()
        self._header()
        parents = self._parents(objects)
        links = self._links(objects)
        if self.problems:
            raise BadWorkspace(
                Text(en="{name} is no valid ReqIF", zh="{name} 不是有效的 ReqIF 文件").format(name=self.name),
                Text.join(self.problems, en="\n", zh="\n"),
            )
        order = [*parents, *(key for key in objects if key not in parents)]
        items = [
            replace(objects[key], parent=parents.get(key), derived_from=tuple(links.get(key, ()))) for key in order
        ]
        return Specification(tuple(items), tuple(self._lost()))

    def _header(self) -> None:
        for header in self.root.all("THE-HEADER", "REQ-IF-HEADER"):
            for attribute in header.attributes.keys() - {"IDENTIFIER"}:
                self.wrong(
                    header,
                    Text(en="{id}: {a} is an element of the header, not an attribute",
                         zh="{id}：{a} 应为表头的子元素，不是属性"),
                    id=header.attributes.get("IDENTIFIER", "-"), a=attribute,
                )  # fmt: skip
            version = header.value("REQ-IF-VERSION")
            if version is not None and not re.fullmatch(r"1\.0(\.\d+)?", version):
                self.wrong(header, Text(en="the version is {v}; it must be 1.0", zh="版本为 {v}，应为 1.0"), v=version)

    def _objects(self) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for element in self.root.inside():
            if element.name != "SPEC-OBJECT":
                continue
            key = element.attributes.get("IDENTIFIER", "")
            if not key or key in found:
                says = Text(en="a SPEC-OBJECT without IDENTIFIER", zh="SPEC-OBJECT 缺少 IDENTIFIER")
                twice = Text(en="{id} stands twice", zh="{id} 重复")
                self.wrong(element, twice if key else says, id=key)
                continue
            fields = dict(self._values(element))
            if name := element.attributes.get("LONG-NAME"):
                fields.setdefault("LONG-NAME", name)
            found[key] = Item(key, element.line, fields)
        return found

    def _values(self, owner: Element) -> Iterator[tuple[str, str]]:
        """The attribute values of an object by the long names of their definitions; enumerations in words."""
        for value in (v for values in owner.all("VALUES") for v in values.children):
            definition = next((d.text.strip() for one in value.all("DEFINITION") for d in one.children), "")
            name = self.names.get(definition) or definition or value.name
            if value.name == "ATTRIBUTE-VALUE-XHTML":
                content = value.child("THE-VALUE")
                yield name, plain_text(content) if content is not None else ""
            elif value.name == "ATTRIBUTE-VALUE-ENUMERATION":
                chosen = [ref.text.strip() for one in value.all("VALUES") for ref in one.children]
                yield name, ", ".join(self.words.get(word, word) for word in chosen)
            else:
                yield name, value.attributes.get("THE-VALUE", "")

    def _parents(self, objects: Mapping[str, Item]) -> dict[str, str | None]:
        """Each object that stands in an outline, in its order, with what it stands below; the first place counts."""
        found: dict[str, str | None] = {}

        def walk(children: Iterable[Element], parent: str | None) -> None:
            for node in children:
                for odd in node.children:
                    if odd.name not in _HIERARCHY:
                        says = Text(en="{id}: unexpected element {tag}", zh="{id}：不应有元素 {tag}")
                        self.wrong(odd, says, id=node.attributes.get("IDENTIFIER", "-"), tag=odd.name)
                key = next((ref.text.strip() for ref in node.all("OBJECT", "SPEC-OBJECT-REF")), "")
                if key and key not in objects:
                    self.missing.append(key)
                elif key:
                    found.setdefault(key, parent if parent != key else None)
                walk(node.all("CHILDREN", "SPEC-HIERARCHY"), key if key in objects else parent)

        self.missing: list[str] = []
        for element in self.root.inside():
            if element.name == "SPECIFICATION":
                walk(element.all("CHILDREN", "SPEC-HIERARCHY"), None)
        return found

    def _links(self, objects: Mapping[str, Item]) -> dict[str, list[str]]:
        """Object -> those that its relations lead to. An end that is missing, or unknown, is wrong."""
        found: dict[str, list[str]] = {}
        for relation in self.root.inside():
            if relation.name != "SPEC-RELATION":
                continue
            ends = []
            for end in ("SOURCE", "TARGET"):
                key = next((ref.text.strip() for one in relation.all(end) for ref in one.children), None)
                identifier = relation.attributes.get("IDENTIFIER", "-")
                if key is None:
                    self.wrong(
                        relation,
                        Text(en="SPEC-RELATION {id}: {end} is missing", zh="SPEC-RELATION {id}：缺少 {end}"),
                        id=identifier,
                        end=end,
                    )
                elif key not in objects:
                    says = Text(
                        en="SPEC-RELATION {id}: {end} names {key}, which is no SPEC-OBJECT here",
                        zh="SPEC-RELATION {id}：{end} 指向的 {key} 不存在",
                    )
                    self.wrong(relation, says, id=identifier, end=end, key=key)
                else:
                    ends.append(key)
            if len(ends) == 2 and ends[1] not in found.setdefault(ends[0], []):
                found[ends[0]].append(ends[1])
        return found

    def _lost(self) -> Iterator[Text]:
        for key in dict.fromkeys(self.missing):
            yield Text(en="the outline names {key}, which is not in the file", zh="目录中的 {key} 不在文件内").format(
                key=key
            )
        groups = sum(1 for e in self.root.inside() if e.name == "RELATION-GROUP")
        if groups:
            yield Text(en="{n} relation groups are not kept", zh="{n} 个关系组未保留").format(n=groups)


def plain_text(content: Element) -> str:
    """XHTML as lines of text: a line a block, an item of a list with its dash; pictures by their name."""
    lines = "".join(_pieces(content)).split("\n")
    kept = [" ".join(line.split()) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n ")


def _pieces(element: Element) -> Iterator[str]:
    yield element.text
    for child in element.children:
        name = child.name.lower()
        block = "\n" if name in _BLOCKS else ""
        yield block + ("- " if name == "li" else "")
        if name == "object":
            yield f"[{child.attributes.get('data', '')}]"
        yield from _pieces(child)
        yield block
        yield child.tail


# --- writing ---------------------------------------------------------------------------------------------------------

# The attributes that we write, and the field behind each; other tools know the first three by these names.
_OURS: Mapping[str, str] = {
    "ReqIF.Name": "title", "ReqIF.Text": "statement", "Rationale": "rationale", "Category": "category",
    "Priority": "priority", "Fit": "fit", "Solution": "solution", "Acceptance": "acceptance", "Source": "source",
}  # fmt: skip
_ID, _STATUS = "ReqIF.ForeignID", "Status"
_FIELDS = (_ID, *_OURS, _STATUS, CHECKED)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A requirement to write: its identifier in the file, its values by our ReqIF names, when it last moved."""

    key: str
    values: Mapping[str, str]
    changed: date
    parent: str | None = None
    derived_from: tuple[str, ...] = ()


def outgoing(requirement: Requirement) -> Outgoing:
    """A requirement as it is written, with the fingerprint that tells later whether somebody touched it."""
    fields = {name: _text(value_at(requirement, (key,))) for name, key in _OURS.items()}
    said = {_ID: requirement.id, **fields, _STATUS: requirement.status, CHECKED: fingerprint(_values(requirement))}
    changed = requirement.steps[-1].on if requirement.steps else date(2000, 1, 1)
    values = {name: text for name, text in said.items() if text}
    return Outgoing(requirement.id, values, changed, requirement.parent, requirement.derived_from)


def _values(requirement: Requirement) -> dict[Path, Any]:
    keys = (*_OURS.values(), "parent", "derived_from")
    return {(key,): value_at(requirement, (key,)) for key in keys}


def _text(value: Any) -> str:
    """A field as an attribute: criteria a line each, as JSON where one has lines of its own."""
    if isinstance(value, list):
        odd = any("\n" in item or item.startswith("[") for item in value)
        return json.dumps(value, ensure_ascii=False) if odd else "\n".join(value)
    return "" if value is None else str(value)


def rows_of_ours(found: Specification) -> list[Row]:
    """The rows of a file that pmkit wrote, each with its record's id; what was emptied in it is cleared."""
    rows = []
    ids = {item.key: str(item.fields.get(_ID, item.key)) for item in found.items}
    for item in found.items:
        values: dict[Path, Any] = {(key,): str(item.fields.get(name, "")) or None for name, key in _OURS.items()}
        criteria = str(item.fields.get("Acceptance", ""))
        listed = json.loads(criteria) if criteria.startswith("[") else criteria.splitlines()
        values |= {("acceptance",): listed or None, ("parent",): ids.get(item.parent or "")}
        values[("derived_from",)] = [ids[key] for key in item.derived_from] or None
        status, checked = str(item.fields.get(_STATUS, "")), str(item.fields.get(CHECKED, ""))
        rows.append(Row(item.line - 1, values, ids[item.key], status=status, checked=checked))
    return rows


def is_ours(found: Specification) -> bool:
    """True for a file that pmkit wrote, whatever another tool did to it since."""
    return bool(found.items) and all(CHECKED in item.fields for item in found.items)


def written(title: str, items: Sequence[Outgoing], made: date, author: str) -> bytes:
    """A ReqIF 1.0 file of one specification; the same items and day give the same bytes."""
    stamp = f"{made.isoformat()}T00:00:00Z"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<REQ-IF xmlns="{NAMESPACE}">',
        '<THE-HEADER><REQ-IF-HEADER IDENTIFIER="pmkit-header">',
        f"<COMMENT>{escape(author)}</COMMENT><CREATION-TIME>{stamp}</CREATION-TIME>",
        "<REQ-IF-TOOL-ID>pmkit</REQ-IF-TOOL-ID><REQ-IF-VERSION>1.0</REQ-IF-VERSION>",
        f"<SOURCE-TOOL-ID>pmkit</SOURCE-TOOL-ID><TITLE>{escape(title)}</TITLE>",
        "</REQ-IF-HEADER></THE-HEADER>",
        "<CORE-CONTENT><REQ-IF-CONTENT>",
        (
            f'<DATATYPES><DATATYPE-DEFINITION-STRING IDENTIFIER="pmkit-text" LAST-CHANGE="{stamp}" LONG-NAME="Text" '
            'MAX-LENGTH="1000000"/></DATATYPES>'
        ),
        "<SPEC-TYPES>",
        f'<SPEC-OBJECT-TYPE IDENTIFIER="pmkit-requirement" LAST-CHANGE="{stamp}" LONG-NAME="Requirement">',
        "<SPEC-ATTRIBUTES>",
        *(_definition(number, name, stamp) for number, name in enumerate(_FIELDS)),
        "</SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>",
        f'<SPEC-RELATION-TYPE IDENTIFIER="pmkit-derived" LAST-CHANGE="{stamp}" LONG-NAME="Derived from"/>',
        f'<SPECIFICATION-TYPE IDENTIFIER="pmkit-specification" LAST-CHANGE="{stamp}" LONG-NAME="Specification"/>',
        "</SPEC-TYPES>",
        "<SPEC-OBJECTS>",
        *(_object(item) for item in items),
        "</SPEC-OBJECTS>",
        "<SPEC-RELATIONS>",
        *(_relation(item, target) for item in items for target in item.derived_from),
        "</SPEC-RELATIONS>",
        f'<SPECIFICATIONS><SPECIFICATION IDENTIFIER="pmkit-all" LAST-CHANGE="{stamp}" LONG-NAME={quoteattr(title)}>',
        "<TYPE><SPECIFICATION-TYPE-REF>pmkit-specification</SPECIFICATION-TYPE-REF></TYPE>",
        _children(items),
        "</SPECIFICATION></SPECIFICATIONS>",
        "</REQ-IF-CONTENT></CORE-CONTENT>",
        "</REQ-IF>",
    ]
    return ("\n".join(line for line in lines if line) + "\n").encode()


def _definition(number: int, name: str, stamp: str) -> str:
    return (
        f'<ATTRIBUTE-DEFINITION-STRING IDENTIFIER="pmkit-a{number}" LAST-CHANGE="{stamp}" LONG-NAME="{name}"><TYPE>'
        "<DATATYPE-DEFINITION-STRING-REF>pmkit-text</DATATYPE-DEFINITION-STRING-REF></TYPE>"
        "</ATTRIBUTE-DEFINITION-STRING>"
    )


def _object(item: Outgoing) -> str:
    values = "".join(
        f"<ATTRIBUTE-VALUE-STRING THE-VALUE={_attribute(item.values[name])}><DEFINITION>"
        f"<ATTRIBUTE-DEFINITION-STRING-REF>pmkit-a{number}</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION>"
        "</ATTRIBUTE-VALUE-STRING>"
        for number, name in enumerate(_FIELDS)
        if item.values.get(name)
    )
    return (
        f'<SPEC-OBJECT IDENTIFIER={quoteattr(item.key)} LAST-CHANGE="{item.changed.isoformat()}T00:00:00Z">'
        f"<VALUES>{values}</VALUES>"
        "<TYPE><SPEC-OBJECT-TYPE-REF>pmkit-requirement</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>"
    )


def _attribute(text: str) -> str:
    """A value in quotation marks; line ends as references, or a reader would make blanks of them."""
    clean = "".join(ch if ch in "\t\n\r" or " " <= ch <= "\ud7ff" or ch > "\udfff" else "\ufffd" for ch in text)
    return quoteattr(clean, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _relation(item: Outgoing, target: str) -> str:
    return (
        f"<SPEC-RELATION IDENTIFIER={quoteattr(f'{item.key}--{target}')} "
        f'LAST-CHANGE="{item.changed.isoformat()}T00:00:00Z">'
        f"<TARGET><SPEC-OBJECT-REF>{escape(target)}</SPEC-OBJECT-REF></TARGET>"
        f"<SOURCE><SPEC-OBJECT-REF>{escape(item.key)}</SPEC-OBJECT-REF></SOURCE>"
        "<TYPE><SPEC-RELATION-TYPE-REF>pmkit-derived</SPEC-RELATION-TYPE-REF></TYPE></SPEC-RELATION>"
    )


def _children(items: Sequence[Outgoing]) -> str:
    """The outline. An item whose parent is not written stands at the top."""
    keys = {item.key for item in items}
    below: dict[str | None, list[Outgoing]] = {}
    for item in items:
        below.setdefault(item.parent if item.parent in keys else None, []).append(item)

    def nested(parent: str | None) -> str:
        if parent not in below:
            return ""
        inner = "".join(
            f"<SPEC-HIERARCHY IDENTIFIER={quoteattr(f'at-{item.key}')} "
            f'LAST-CHANGE="{item.changed.isoformat()}T00:00:00Z">'
            f"{nested(item.key)}"
            f"<OBJECT><SPEC-OBJECT-REF>{escape(item.key)}</SPEC-OBJECT-REF></OBJECT></SPEC-HIERARCHY>"
            for item in below[parent]
        )
        return f"<CHILDREN>{inner}</CHILDREN>"

    return nested(None)
