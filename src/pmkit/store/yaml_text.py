"""YAML as people write it: read with places, edited in place, written anew.

Plain scalars stay text, exactly as written (`1.10`, `0123`, `no`); only `~`, `null` and nothing mean None. What a
value is, the field that holds it decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pmkit.kernel.errors import OutsideError, Refused
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Keys, Place
from pmkit.kernel.text import Text

if not hasattr(yaml, "CSafeLoader"):
    raise OutsideError(
        Text("PyYAML was installed without its C part", "PyYAML 缺少 C 扩展"),
        Text.same("pip install --force-reinstall pyyaml"),
    )

LARGEST = 4 * 1024 * 1024  # bytes
DEEPEST = 100  # levels
MOST_NODES = 200_000  # after aliases are expanded

NOT_TEXT = Rule(
    "FMT101", "not-text", "error", Text("{problem}", "{problem}"), Text("save it as UTF-8", "请另存为 UTF-8 编码")
)
SYNTAX = Rule("FMT102", "yaml-syntax", "error", Text("{problem}", "{problem}"), Text("{hint}", "{hint}"))
KEY_TWICE = Rule(
    "FMT103", "key-twice", "error",
    Text("`{key}` stands here and in line {line}", "`{key}` 重复：第 {line} 行已有"),
    Text("keep one of them", "请保留其中一行"),
)  # fmt: skip
NOT_ALLOWED = Rule(
    "FMT104", "yaml-feature", "error",
    Text("{what} is not allowed in a record", "记录文件中不允许使用{what}"),
    Text("write the value itself", "请直接写出值"),
)  # fmt: skip
TOO_LARGE = Rule(
    "FMT105", "too-large", "error", Text("{problem}", "{problem}"),
    Text("keep attachments in evidence/ or documents/", "附件请放入 evidence/ 或 documents/"),
)  # fmt: skip
NOT_A_MAPPING = Rule(
    "FMT106", "not-a-mapping", "error",
    Text("a record is lines of `key: value`", "记录应为若干“键: 值”行"), Text("{hint}", "{hint}"),
)  # fmt: skip


class EditRefused(Refused):
    """An edit that could not be made without changing something else."""


class _Loader(yaml.CSafeLoader):
    """Resolves null, and nothing else."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML declares it per instance
        first: [("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"))] for first in ("~", "n", "N", "")
    }


# --- reading ---------------------------------------------------------------------------------------------------------


def decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """The text of a file, UTF-8 with or without BOM; else None and what is wrong with it."""
    if len(data) > LARGEST:
        problem = Text(en="the file has {n} MiB; {most} are allowed", zh="文件有 {n} MiB，上限为 {most} MiB")
        found = problem.format(n=len(data) // 1024 // 1024, most=LARGEST // 1024 // 1024)
        return None, [TOO_LARGE.found(Place(path), None, problem=found)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        problem = Text(en="the file is not UTF-8; it looks like {what}", zh="文件不是 UTF-8 编码，看起来是 {what}")
        return None, [NOT_TEXT.found(Place(path, line, column), None, problem=problem.format(what=_encoding(data)))]
    bad = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if bad:
        line, column = _line_column(text, bad.start())
        problem = Text(
            en="the control character U+{code:04X} does not belong in a text file", zh="文件中有控制字符 U+{code:04X}"
        )
        return None, [NOT_TEXT.found(Place(path, line, column, 1), None, problem=problem.format(code=ord(bad[0])))]
    return text, []


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:200].count(0) > 20:
        return "UTF-16"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return "Latin-1"
    return "GB18030" if any("\u4e00" <= ch <= "\u9fff" for ch in text) else "Latin-1"


def parse(text: str, path: str) -> tuple[Any, list[Finding]]:
    """What the text says, None where it does not parse; and everything that is wrong with it."""
    body = text.removeprefix("\ufeff")
    if _may_be_deep(body) and (found := _too_deep(body, path)):
        return None, [found]
    try:
        node = yaml.compose(body, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, [_syntax(error, body, path)]
    except RecursionError:
        return None, [TOO_LARGE.found(Place(path), None, problem=Text("nested too deep", "嵌套过深"))]
    if node is None:
        return {}, []
    build = _Build(path)
    value = build.value(node, ())
    if not build.findings and isinstance(value, str):
        build.findings.append(_full_width(body, path))
        return None, build.findings
    return (None if build.broken else value), build.findings


class _Build:
    """Values out of nodes, with a finding for each that a record may not hold."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.broken = False
        self._nodes = 0

    def value(self, node: Node, above: tuple[int, ...]) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or id(node) in above:
            self._refuse(node, Text("an alias that expands without end", "无限展开的别名"))
            return None
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag[18:] not in {"str", "seq", "map", "null"}:
            self._refuse(node, Text(en=f"the tag {node.tag}", zh=f"标签 {node.tag}"))
            return None
        if isinstance(node, ScalarNode):
            return None if node.tag.endswith(":null") else str(node.value)
        if self.broken:
            return None
        inside = (*above, id(node))
        if isinstance(node, SequenceNode):
            return [self.value(item, inside) for item in node.value]
        return self._mapping(node, inside) if isinstance(node, MappingNode) else None

    def _mapping(self, node: MappingNode, inside: tuple[int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else None
            if key is None or key_node.tag.endswith(":null"):
                self._refuse(key_node, Text("a key that is not text", "非文本的键"))
                continue
            if key == "<<":
                self._refuse(key_node, Text("the merge key `<<`", "合并键 `<<`"))
                continue
            if key in found:
                self.findings.append(KEY_TWICE.found(_place(key_node, self.path), None, key=key, line=lines[key]))
                continue
            lines[key] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, inside)
        return found

    def _refuse(self, node: Node, what: Text) -> None:
        if not self.broken:
            self.findings.append(NOT_ALLOWED.found(_place(node, self.path), None, what=what))
        self.broken = True


def _place(node: Node, path: str) -> Place:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 0
    return Place(path, start.line + 1, start.column + 1, max(0, width))


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > DEEPEST or "- - - - " in text or " " * (2 * DEEPEST) in text


def _too_deep(text: str, path: str) -> Finding | None:
    """The place where nesting passes the limit; the event parser does not recurse."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                depth += 1
                if depth > DEEPEST:
                    mark = event.start_mark
                    place = Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path)
                    problem = Text(en="nested deeper than {n} levels", zh="嵌套超过 {n} 层").format(n=DEEPEST)
                    return TOO_LARGE.found(place, None, problem=problem)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


_PROBLEMS = (
    ("found character '\\t'", Text("a tab is used for indentation", "用制表符缩进"), Text("use spaces", "请改用空格")),
    ("found unexpected end of stream", Text("a quote is not closed", "引号没有闭合"), Text("close it", "请补上引号")),
    (
        "mapping values are not allowed",
        Text("a `: ` stands where none can be, or the indentation is off", "此处不应出现“: ”，或缩进不对"),
        Text("put the text in quotes, or indent like the lines above", "请给文字加引号，或与上面的行对齐"),
    ),
    (
        "could not find expected ':'",
        Text("a key without `:`", "键后面没有冒号"),
        Text("write `key: value` with a half-width colon and a space", "请写成“键: 值”，半角冒号加空格"),
    ),
    (
        "did not find expected key",
        Text("the indentation does not match the lines above", "缩进与上面的行不一致"),
        Text("indent like its siblings", "请与同级的行对齐"),
    ),
    (
        "cannot start any token",
        Text("a text may not start with this character", "文字不能以该字符开头"),
        Text("put the text in quotes", "请给文字加引号"),
    ),
    ("but found another document", Text("more than one document", "有多个文档"), Text("remove `---`", "请删除 `---`")),
    ("undefined alias", Text("an alias to nothing", "引用了不存在的锚点"), Text("write the value", "请直接写出值")),
)  # fmt: skip


def _syntax(error: yaml.YAMLError, text: str, path: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or error)
    place = Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path)
    problem, hint = Text(en=f"not YAML: {said}", zh=f"不符合 YAML 语法：{said}"), Text.same("pmkit explain FMT102")
    for sign, says, fix in _PROBLEMS:
        if sign in said:
            problem, hint = says, fix
            break
    lines = text.split("\n")
    around = lines[max(0, place.line - 2) : place.line]
    if any(re.match(r"\s*[\w-]+：", line) for line in around):
        problem = Text("a full-width colon `：` stands after a key", "键后面误用了全角冒号“：”")
        hint = Text("write `key: value` with a half-width colon and a space", "请写成“键: 值”，半角冒号加空格")
    return SYNTAX.found(place, None, problem=problem, hint=hint)


def _full_width(text: str, path: str) -> Finding:
    for number, line in enumerate(text.split("\n"), 1):
        if "：" in line:
            hint = Text("write `key: value` with a half-width colon, not `：`", "请用半角冒号加空格，不要用“：”")
            return NOT_A_MAPPING.found(Place(path, number, line.index("：") + 1, 1), None, hint=hint)
    return NOT_A_MAPPING.found(Place(path), None, hint=Text.same("key: value"))


def _line_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


# --- writing ---------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[A-Za-z0-9_./\u00a1-\ufeff\U00010000-\U0010ffff][^\x00-\x1f\x7f-\x9f]*\Z")
_OTHER = re.compile(
    r"""(?ix) (?: ~ | null | true | false | yes | no | on | off | y | n
    | [-+]? [0-9][0-9_]* (?: : [0-5]?[0-9] )* (?: \. [0-9_]* )? (?: e [-+]? [0-9]+ )?
    | [-+]? \. [0-9_]+ (?: e [-+]? [0-9]+ )? | [-+]? \. inf | \. nan | 0x[0-9a-f_]+ | 0o?[0-7_]+ | 0b[01_]+
    | = | << ) \Z"""
)
_WIDTH = 100


def dump(data: Mapping[str, Any], *, hint: str | None = None) -> str:
    """A whole file in block style; its first line names the JSON Schema at `hint`."""
    head = f"# yaml-language-server: $schema={hint}\n" if hint else ""
    return head + "".join(f"{line}\n" for line in _mapping_lines(data, 0))


def _mapping_lines(data: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(_key(key), value, indent)


def _key(key: Any) -> str:
    """A key; words such as `on` stay plain, for keys are always text here."""
    text = str(key)
    return (
        text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text) else _double(text) if not _can_be_plain(text) else text
    )


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    """`key: value` as lines; `indent` is the key's column."""
    lead = " " * indent + key + ":"
    if isinstance(value, Mapping) and value:
        yield lead
        yield from _mapping_lines(value, indent + 2)
    elif isinstance(value, (list, tuple)) and value:
        flow = _flow(value) if all(_is_scalar(v) and "\n" not in str(v) for v in value) else None
        if flow is not None and len(lead) + 1 + len(flow) <= _WIDTH:
            yield f"{lead} {flow}"
        else:
            yield lead
            for item in value:
                yield from _item(item, indent)
    elif isinstance(value, str) and "\n" in value and _fits_block(value):
        yield f"{lead} {_block_head(value)}"
        yield from _block_lines(value, indent + 2)
    else:
        yield f"{lead} {_inline(value)}".rstrip()


def _item(value: Any, indent: int) -> Iterator[str]:
    """`- value` as lines; `indent` is the dash's column."""
    dash = " " * indent + "- "
    if isinstance(value, Mapping) and value:
        lines = list(_mapping_lines(value, indent + 2))
        yield dash + lines[0][indent + 2 :]
        yield from lines[1:]
    elif isinstance(value, (list, tuple)) and value:
        yield dash + _flow(value)
    elif isinstance(value, str) and "\n" in value and _fits_block(value):
        yield f"{dash}{_block_head(value)}"
        yield from _block_lines(value, indent + 2)
    else:
        yield dash + _inline(value)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (Mapping, list, tuple))


def _inline(value: Any) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        return _flow(value)
    return _scalar(value)


def _flow(value: Any) -> str:
    """A value on one line: `[a, b]`, `{to: draft, by: li.wei}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    text = _scalar(value)
    plain = text[:1] not in {'"', "'"}
    return _double(str(value)) if plain and isinstance(value, str) and re.search(r"[,\[\]{}:?]", text) else text


def _fits_block(text: str) -> bool:
    """True where a block literal says the text exactly: printable lines, none that starts or ends in blanks."""
    lines = text.split("\n")
    return (
        not re.search(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]", text)
        and not any(line != line.rstrip() or (line[:1] == " ") for line in lines)
        and bool(lines[0])
        and not text.endswith("\n\n")
    )


def _block_head(text: str) -> str:
    return "|" if text.endswith("\n") else "|-"


def _block_lines(text: str, indent: int) -> Iterator[str]:
    for line in text.removesuffix("\n").split("\n"):
        yield (" " * indent + line) if line else ""


def _scalar(value: Any, style: str | None = None) -> str:
    """A scalar on one line, in the style that stood there before where that can say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if style == "'" and not re.search(
        r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]", text
    ):
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not _can_be_plain(text):
        return _double(text)
    return text


def _can_be_plain(text: str) -> bool:
    if not _PLAIN.match(text) or text != text.strip() or "\ufeff" in text or re.search("[\u2028\u2029\x85]", text):
        return False
    if _OTHER.match(text) or text.startswith(("---", "...")):
        return False
    return ": " not in text and " #" not in text and not text.endswith(":")


def _double(text: str) -> str:
    """Double quotes by hand: PyYAML would escape every emoji."""
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
    made = []
    for ch in text:
        code = ord(ch)
        if ch in named:
            made.append(named[ch])
        elif code < 0x20 or 0x7F <= code < 0xA0 or ch in "\u2028\u2029\ufeff" or 0xFFFE <= code <= 0xFFFF:
            made.append(f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")
        else:
            made.append(ch)
    return '"' + "".join(made) + '"'


# --- finding and editing ---------------------------------------------------------------------------------------------


def _compose(body: str) -> Node | None:
    return yaml.compose(body, Loader=_Loader)


def _child(node: Node | None, key: str | int) -> tuple[Node | None, Node | None]:
    """The key's node (None in a list) and the value's."""
    if isinstance(node, MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == key:
                return key_node, value_node
    if isinstance(node, SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return None, node.value[key]
    return None, None


def locate(text: str, keys: Keys, *, of_key: bool = False) -> tuple[int, int, int]:
    """Line, column (from 1, in characters) and width of what `keys` lead to, or of the nearest parent that is there."""
    body = text.removeprefix("\ufeff")
    try:
        node = _compose(body)
    except yaml.YAMLError:
        return 1, 1, 0
    shown = None
    for position, key in enumerate(keys):
        key_node, child = _child(node, key)
        if child is None:
            break
        is_last = position == len(keys) - 1
        shown = key_node if key_node is not None and (of_key or not is_last or _is_wide(child)) else child
        node = child
    if shown is None:
        return 1, 1, 0
    place = _place(shown, "")
    return place.line, place.column, place.width


def _is_wide(node: Node) -> bool:
    return not isinstance(node, ScalarNode) or node.start_mark.line != node.end_mark.line or not node.value


def set_value(text: str, keys: Keys, value: Any) -> str:
    """The text with `value` at `keys`; only the lines of that value change. A missing last key is added."""
    body, wrap = _unwrapped(text)
    parent, key_node, node = _walk(body, keys)
    if node is None:
        new = _with_new_key(body, parent, keys, value)
    elif key_node is None:
        new = _replace_item(body, parent, node, value)
    else:
        new = _replace_value(body, key_node, node, value, flow=bool(parent.flow_style))
    return wrap(_verified(body, new, keys, lambda data: _assign(data, keys, value)))


def append_item(text: str, keys: Keys, value: Any) -> str:
    """The text with `value` as the last item of the list at `keys`; a missing or empty list is made."""
    body, wrap = _unwrapped(text)
    _, _, node = _walk(body, keys)
    if node is None or not isinstance(node, SequenceNode) or not node.value:
        return set_value(text, keys, [value]) if _is_scalar(value) else wrap(_listed(body, keys, value))
    if node.flow_style:
        end = node.end_mark.index - 1
        at = node.value[-1].end_mark.index
        new = body[:at] + ", " + _flow(value) + body[at:end] + body[end:]
    else:
        last = node.value[-1]
        column = node.start_mark.column
        flow = isinstance(value, Mapping) and all(isinstance(n, MappingNode) and n.flow_style for n in node.value)
        lines = [" " * column + "- " + _flow(value)] if flow else list(_item(value, column))
        new = _insert_after(body, _last_line(body, last), lines)
    return wrap(_verified(body, new, keys, lambda data: _append(data, keys, value)))


def remove(text: str, keys: Keys) -> str:
    """The text without the key or list item at `keys`."""
    body, wrap = _unwrapped(text)
    parent, key_node, node = _walk(body, keys)
    if node is None:
        return text
    if parent.flow_style:
        kept = _removed(_data(parent), keys[-1])
        new = body[: parent.start_mark.index] + _flow(kept) + body[parent.end_mark.index :]
    elif len(parent.value) == 1:
        return set_value(text, keys[:-1], [] if isinstance(parent, SequenceNode) else {}) if len(keys) > 1 else wrap("")
    else:
        first = (key_node or node).start_mark.line
        lines = body.split("\n")
        if key_node is None and parent.value[0] is node and parent.start_mark.line != first:
            first = parent.start_mark.line
        del lines[first : _last_line(body, node) + 1]
        new = "\n".join(lines)
    return wrap(_verified(body, new, keys, lambda data: _delete(data, keys)))


def _unwrapped(text: str) -> tuple[str, Callable[[str], str]]:
    """The text without BOM and with LF ends, and the function that puts both back."""
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    crlf = body.count("\r\n") > 0 and body.count("\r\n") == body.count("\n")
    if crlf:
        body = body.replace("\r\n", "\n")

    def wrap(new: str) -> str:
        return bom + (new.replace("\n", "\r\n") if crlf else new)

    return body, wrap


def _walk(body: str, keys: Keys) -> tuple[Any, Node | None, Node | None]:
    """Parent, key node and value node of what `keys` lead to; the value None where only the last key is missing."""
    node = _compose(body)
    if node is None:
        node = MappingNode("tag:yaml.org,2002:map", [], _no_mark(), _no_mark())
    parent, key_node = None, None
    for position, key in enumerate(keys):
        if not isinstance(node, (MappingNode, SequenceNode)):
            raise _refused(keys)
        parent = node
        key_node, child = _child(node, key)
        if child is None:
            if position < len(keys) - 1 or isinstance(key, int):
                raise _refused(keys)
            return parent, None, None
        if not _is_inside(child, parent):
            raise _refused(keys)
        node = child
    return parent, key_node, node


def _no_mark() -> yaml.Mark:
    return yaml.Mark("", 0, 0, 0, None, 0)


def _is_inside(child: Node, parent: Node) -> bool:
    """False for an alias: its marks point at the anchor."""
    return bool(parent.start_mark.index <= child.start_mark.index <= child.end_mark.index <= parent.end_mark.index)


def _refused(keys: Keys) -> EditRefused:
    where = ".".join(map(str, keys))
    return EditRefused(
        Text(
            en="`{where}` cannot be edited without touching something else", zh="无法只修改 `{where}` 而不影响其他内容"
        ).format(where=where),
        Text("edit the file by hand, then `pmkit commit`", "请手工修改文件，再执行 `pmkit commit`"),
    )


def _last_line(body: str, node: Node) -> int:
    """The line on which a value's text ends, without the comments and blank lines below it."""
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        inner = last[1] if isinstance(last, tuple) else last
        first: int = (last[0] if isinstance(last, tuple) else last).start_mark.line
        return max(_last_line(body, inner), first)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        lines = body.split("\n")
        line = min(int(node.end_mark.line), len(lines)) - 1
        column = _indent(lines[node.start_mark.line])
        while line > node.start_mark.line and (
            line >= len(lines) or not lines[line].strip() or _indent(lines[line]) <= column
        ):
            line -= 1
        return line
    return int(node.end_mark.line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _insert_after(body: str, line: int, new: list[str]) -> str:
    lines = body.split("\n")
    if line == len(lines) - 1 and lines[-1] != "":
        return "\n".join([*lines, *new])
    return "\n".join([*lines[: line + 1], *new, *lines[line + 1 :]])


def _with_new_key(body: str, parent: Any, keys: Keys, value: Any) -> str:
    key = _key(keys[-1])
    if not isinstance(parent, MappingNode):
        raise _refused(keys)
    if parent.flow_style:
        end = parent.end_mark.index - 1
        at = parent.value[-1][1].end_mark.index if parent.value else parent.start_mark.index + 1
        comma = ", " if parent.value else ""
        return f"{body[:at]}{comma}{key}: {_flow(value)}{body[at:end]}{body[end:]}"
    if not parent.value:
        lines = list(_entry(key, value, 0))
        return body + ("" if not body or body.endswith("\n") else "\n") + "".join(f"{line}\n" for line in lines)
    column = parent.value[0][0].start_mark.column
    last = max(_last_line(body, parent), parent.value[-1][0].start_mark.line)
    return _insert_after(body, last, list(_entry(key, value, column)))


def _replace_value(body: str, key_node: Node, node: Node, value: Any, *, flow: bool) -> str:
    """The value behind a key, in its old style where that can say it; a comment behind it stays."""
    colon = body.index(":", key_node.end_mark.index)
    if flow:
        start = node.start_mark.index if node.end_mark.index > node.start_mark.index else colon + 1
        lead = "" if body[start - 1] == " " else " "
        return body[:start] + lead + _flow(value) + body[max(start, node.end_mark.index) :]
    column = key_node.start_mark.column
    one_line = node.start_mark.line == node.end_mark.line and node.start_mark.line == key_node.start_mark.line
    if isinstance(node, ScalarNode) and one_line and _is_scalar(value) and "\n" not in str(value):
        rendered = _scalar(value, node.style) if value != "" else '""'
        if node.end_mark.index == node.start_mark.index:
            return body[: colon + 1] + (f" {rendered}" if rendered else "") + body[colon + 1 :]
        if node.style is None and rendered[:1] not in {'"', "'"} and not rendered:
            return body[: colon + 1] + body[node.end_mark.index :]
        return body[: node.start_mark.index] + rendered + body[node.end_mark.index :]
    if isinstance(node, (SequenceNode, MappingNode)) and node.flow_style and one_line and not _is_scalar(value):
        return body[: node.start_mark.index] + _flow(value) + body[node.end_mark.index :]
    lines = body.split("\n")
    first, last = key_node.start_mark.line, max(key_node.start_mark.line, _last_line(body, node))
    before = lines[first][: key_node.start_mark.column]
    key = body[key_node.start_mark.index : key_node.end_mark.index]
    new = list(_entry(key, value, column))
    new[0] = before + new[0][column:]
    comment = _comment_behind(lines, node, first, last)
    if comment:
        new[0] += comment
    return "\n".join([*lines[:first], *new, *lines[last + 1 :]])


def _comment_behind(lines: list[str], node: Node, first: int, last: int) -> str:
    """A comment on the line of a value that is replaced whole."""
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        match = re.search(r"[|>][+-]?[0-9]?[+-]?(\s+#.*)\Z", lines[first])
        return match[1] if match else ""
    if first != last:
        match = re.search(r":(\s+#.*)\Z", lines[first])
        return match[1] if match else ""
    rest = lines[last][node.end_mark.column :] if node.end_mark.line == last else ""
    return rest if re.match(r"\s+#", rest) else ""


def _replace_item(body: str, parent: Any, node: Node, value: Any) -> str:
    if parent.flow_style or (
        isinstance(node, ScalarNode)
        and node.start_mark.line == node.end_mark.line
        and "\n" not in str(value)
        and _is_scalar(value)
    ):
        rendered = _flow(value) if parent.flow_style else _scalar(value, getattr(node, "style", None))
        return body[: node.start_mark.index] + rendered + body[node.end_mark.index :]
    lines = body.split("\n")
    column = parent.start_mark.column
    first, last = node.start_mark.line, _last_line(body, node)
    return "\n".join([*lines[:first], *_item(value, column), *lines[last + 1 :]])


def _listed(body: str, keys: Keys, value: Any) -> str:
    """A list of one mapping where nothing, or an empty list, stood."""
    parent, key_node, node = _walk(body, keys)
    if node is None:
        new = _with_new_key(body, parent, keys, [value])
    elif parent.flow_style or key_node is None:
        raise _refused(keys)
    else:
        if isinstance(node, ScalarNode) and node.value:
            raise _refused(keys)
        new = _replace_empty(body, key_node, node, value)
    return _verified(body, new, keys, lambda data: _assign(data, keys, [value]))


def _replace_empty(body: str, key_node: Node, node: Node, value: Any) -> str:
    """`key:` or `key: []` becomes a block list with one item."""
    lines = body.split("\n")
    line = key_node.end_mark.line
    rest = (
        lines[line][node.end_mark.column :]
        if node.end_mark.line == line and node.end_mark.index > node.start_mark.index
        else ""
    )
    colon = lines[line].index(":", key_node.end_mark.column)
    tail = rest if re.match(r"\s+#", rest) else "" if rest.strip() == "" else rest
    if not (node.end_mark.index > node.start_mark.index):
        tail = lines[line][colon + 1 :].rstrip()
    lines[line] = lines[line][: colon + 1] + tail
    return "\n".join([*lines[: line + 1], *_item(value, key_node.start_mark.column), *lines[line + 1 :]])


# --- the safety net: what was meant, and what came of it -------------------------------------------------------------


def _verified(body: str, new: str, keys: Keys, change: Any) -> str:
    """The new text, where it says just what the old one said with the change made to it."""
    before, found = parse(body, "")
    after, more = parse(new, "")
    if found or more:
        raise _refused(keys)
    if after != _as_text(change(before)):
        raise _refused(keys)
    return new


def _as_text(value: Any) -> Any:
    """A value as the reader gives it back."""
    if isinstance(value, Mapping):
        return {str(k): _as_text(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_text(v) for v in value]
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _assign(data: Any, keys: Keys, value: Any) -> Any:
    target = data
    for key in keys[:-1]:
        target = target[key]
    target[keys[-1]] = value
    return data


def _append(data: Any, keys: Keys, value: Any) -> Any:
    target = data
    for key in keys:
        target = target[key]
    target.append(value)
    return data


def _delete(data: Any, keys: Keys) -> Any:
    target = data
    for key in keys[:-1]:
        target = target[key]
    del target[keys[-1]]
    return data


def _data(node: Any) -> Any:
    return _Build("").value(node, ())


def _removed(data: Any, key: Any) -> Any:
    del data[key]
    return data
