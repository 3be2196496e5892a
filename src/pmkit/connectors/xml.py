"""XML in, the one place that reads it: every element knows its line, and nothing outside the file is ever read.

A document type is refused before it can declare an entity: bombs and files of the machine come in that way only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

MOST_BYTES = 200 * 2**20
DEEPEST = 200  # elements inside each other


@dataclass(slots=True)
class Element:
    """An element by its local name, without its namespace; `text`: what stands before its first child.

    `tail`: what stands behind its end; `line` and `column` from 1, where its tag begins.
    """

    name: str
    attributes: dict[str, str]
    line: int
    column: int
    text: str = ""
    tail: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """The first child of this name."""
        return next((one for one in self.children if one.name == name), None)

    def all(self, *names: str) -> Iterator[Element]:
        """The elements that a path of names leads to: `all("Tasks", "Task")`."""
        if not names:
            yield self
            return
        for one in self.children:
            if one.name == names[0]:
                yield from one.all(*names[1:])

    def value(self, name: str) -> str | None:
        """The text of the first child of this name, without blanks around it; None where there is none."""
        found = self.child(name)
        return found.text.strip() if found is not None else None

    def inside(self) -> Iterator[Element]:
        """The element and all below it, in the order of the file."""
        yield self
        for one in self.children:
            yield from one.inside()

    def plain(self) -> str:
        """All text in it, tags left out."""
        return self.text + "".join(one.plain() + one.tail for one in self.children)


@dataclass(frozen=True, slots=True)
class Document:
    """The root, and the encoding that the file declares (None: UTF-8 by default)."""

    root: Element
    encoding: str | None


def read(name: str, data: bytes) -> Document:
    """The tree of an XML file; `name` is for messages. Raises UsageError with the line of what cannot be read."""
    if len(data) > MOST_BYTES:
        raise _unreadable(name, 0, Text(en="it is larger than {n} MB", zh="文件超过 {n} MB").format(n=MOST_BYTES >> 20))
    builder = _Builder(name)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        why = Text.same(expat.errors.messages[error.code]) if error.code else Text.same(str(error))
        raise _unreadable(name, error.lineno, why) from None
    if builder.root is None:
        raise _unreadable(name, 1, Text("it holds no element", "文件中没有元素"))
    return Document(builder.root, builder.encoding)


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Element | None = None
        self.encoding: str | None = None
        self._open: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding

    def _doctype(self, *_: object) -> None:
        raise _unreadable(
            self.name, self.parser.CurrentLineNumber,
            Text("it has a document type (`<!DOCTYPE`), which pmkit does not read",
                 "含有文档类型声明（`<!DOCTYPE`），pmkit 不予读取"),
            Text("save the file anew from the program that it comes from", "请用原程序重新导出该文件"),
        )  # fmt: skip

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            why = Text(en="elements are nested deeper than {n}", zh="元素嵌套超过 {n} 层").format(n=DEEPEST)
            raise _unreadable(self.name, self.parser.CurrentLineNumber, why)
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        at = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        element = Element(tag.rpartition("}")[2], plain, *at)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        inside = self._open[-1]
        if inside.children:
            inside.children[-1].tail += text
        else:
            inside.text += text


def _unreadable(name: str, line: int, why: Text, fix: Text | None = None) -> UsageError:
    where = f"{name}:{line}" if line else name
    return UsageError(
        Text(en="cannot read {where}: {why}", zh="无法读取 {where}：{why}").format(where=where, why=why), fix
    )
