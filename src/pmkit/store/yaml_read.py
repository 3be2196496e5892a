"""YAML as people write it, read: text, values, and a finding with line and column for whatever is wrong.

Plain scalars stay text, exactly as written (`1.10`, `0123`, `no`); only `~`, `null` and nothing mean None. What a
value is, the field that holds it decides.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pmkit.kernel.errors import OutsideError
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text, shorten

if not hasattr(yaml, "CSafeLoader"):
    raise OutsideError(
        Text("PyYAML was installed without its C part", "PyYAML 缺少 C 扩展"),
        Text.same("pip install --force-reinstall pyyaml"),
    )

LARGEST = 4 * 1024 * 1024  # bytes of a file
DEEPEST = 100  # levels
MOST_ALIASED = 10_000  # values that aliases may add to those that are written
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

NOT_TEXT = Rule("FMT101", "not-text", "error", Text.same("{problem}"), Text.same("{hint}"))
SYNTAX = Rule("FMT102", "yaml-syntax", "error", Text.same("{problem}"), Text.same("{hint}"))
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
    "FMT105", "too-large", "error", Text.same("{problem}"), Text.same("{hint}"),
)  # fmt: skip
ATTACHMENTS = Text("keep attachments in evidence/ or documents/", "附件请放入 evidence/ 或 documents/")
NOT_A_MAPPING = Rule(
    "FMT106", "not-a-mapping", "error",
    Text("a record is lines of `key: value`", "记录应为若干“键: 值”行"), Text.same("{hint}"),
)  # fmt: skip

A_LIST = Text(
    "a file holds one record: remove the dash before its first line", "一个文件只放一条记录，请删除行首的短横线"
)
HALF_WIDTH = Text("write `key: value` with a half-width colon and a space", "请写成“键: 值”，用半角冒号加空格")
_STRANGE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|\ufffe|\uffff")
_HANZI = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")  # GB2312's rows, the everyday part of GB18030
_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_SEQ, _MAP = "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


class Loader(yaml.CSafeLoader):
    """Resolves null, and nothing else."""

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        """The tag of a node that has none of its own; PyYAML's general way takes three times as long."""
        if kind is ScalarNode:
            return _NULL if implicit[0] and value in NULLS else _STR
        return _SEQ if kind is SequenceNode else _MAP


# --- bytes to text ---------------------------------------------------------------------------------------------------


def decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """The text of a file, UTF-8 with or without BOM; else None and what is wrong with it."""
    if len(data) > LARGEST:
        problem = Text(
            en="the file has {n:,} bytes; {most:,} are allowed", zh="文件有 {n:,} 字节，上限为 {most:,} 字节"
        )
        return None, [TOO_LARGE.found(Place(path), problem=problem.format(n=len(data), most=LARGEST), hint=ATTACHMENTS)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_other_encoding(data, path, error.start)]
    bad = _STRANGE.search(text)
    if bad is None:
        return text, []
    if bad[0] == "\0" and _is_utf16(data):
        return None, [_other_encoding(data, path, 0)]
    line, column = _line_column(text, bad.start())
    problem = Text(
        en="the control character U+{code:04X} does not belong in a record", zh="文件中有控制字符 U+{code:04X}"
    )
    hint = Text("delete the character", "请删除该字符")
    found = NOT_TEXT.found(Place(path, line, column, 1), problem=problem.format(code=ord(bad[0])), hint=hint)
    return None, [found]


def _other_encoding(data: bytes, path: str, at: int) -> Finding:
    """The finding for bytes that are not UTF-8 from `at` on."""
    start = data.rfind(b"\n", 0, at) + 1
    place = Place(path, data.count(b"\n", 0, at) + 1, len(data[start:at].decode()) + 1)
    code, name = _looks_like(data)
    problem = Text(en="the file is not UTF-8; it looks like {name}", zh="文件不是 UTF-8 编码，看起来是 {name}")
    hint = Text(
        en="save it as UTF-8: `iconv -f {code} -t UTF-8 {path} > NEW`",
        zh="请另存为 UTF-8 编码：`iconv -f {code} -t UTF-8 {path} > 新文件`",
    )
    return NOT_TEXT.found(place, problem=problem.format(name=name), hint=hint.format(code=code, path=path))


def _looks_like(data: bytes) -> tuple[str, str]:
    """An encoding as `iconv` and as people call it."""
    if _is_utf16(data):
        return "UTF-16", "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "LATIN1", "Latin-1"
    # Nearly any accented text passes for GB18030; only Chinese is mostly made of GB2312 pairs.
    high = sum(byte >= 0x80 for byte in data)
    return ("GB18030", "GB18030") if 4 * len(_HANZI.findall(data)) > high else ("LATIN1", "Latin-1")


def _is_utf16(data: bytes) -> bool:
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or 4 * data[:400].count(0) > len(data[:400])


def _line_column(text: str, index: int) -> tuple[int, int]:
    """Where the character at `index` stands, counted from 1; a BOM takes no column."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + (not text.startswith("\ufeff", start))


# --- text to values --------------------------------------------------------------------------------------------------


def parse_record(text: str, path: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What a record's file says, None where it says nothing usable; and everything that is wrong with it."""
    value, findings = parse(text, path)
    if isinstance(value, list):
        return None, [*findings, NOT_A_MAPPING.found(Place(path), hint=A_LIST)]
    return value, findings


def parse(text: str, path: str) -> tuple[Any, list[Finding]]:
    """The mapping or list that the text is, None where it is neither; and everything that is wrong with it.

    Nothing but an empty text gives an empty mapping. Of a key that stands twice the first counts.
    """
    body = text.removeprefix("\ufeff")
    if (found := _dangerous(body, path)) is not None:
        return None, [found]
    try:
        node = yaml.compose(body, Loader=Loader)
    except yaml.YAMLError as error:
        return None, [_syntax(error, body, path)]
    if node is None:
        return {}, []
    build = _Build(path, len(body))
    value = build.value(node, ())
    if build.broken:
        return None, build.findings
    if not isinstance(value, (dict, list)):
        is_empty = value is None and node.value == ""
        return ({}, []) if is_empty else (None, [_not_a_mapping(body, path)])
    return value, build.findings


def unquoted(text: str) -> dict[str, bool | int]:
    """The numbers and flags that a sound text says without quotes, by how they are read: as words."""
    found: dict[str, bool | int] = {}
    for event in yaml.parse(text.removeprefix("\ufeff"), Loader=Loader):
        if isinstance(event, yaml.ScalarEvent) and not event.style:
            word = event.value
            if word in {"true", "false"}:
                found[word] = word == "true"
            elif _NUMBER.fullmatch(word):
                found[word] = int(word)
    return found


class _Build:
    """Values out of nodes, with a finding for each that a record may not hold."""

    def __init__(self, path: str, length: int) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.broken = False
        self._refused: set[Place | Spot] = set()
        self._left = length + MOST_ALIASED  # a value that is written takes at least one character

    def value(self, node: Node, above: tuple[Node, ...]) -> Any:
        """The value that a node is; `above`: the lists and mappings it stands in."""
        self._left -= 1
        if isinstance(node, ScalarNode):
            if node.tag == _STR:
                return node.value
            if node.tag != _NULL or node.value not in NULLS:
                self._not_allowed(node, _tag(node))
        elif self._left < 0 and self.broken:
            pass  # looking on could take an alias bomb's time
        elif self._left < 0 or any(node is one for one in above):
            self._not_allowed(node, Text("an alias that expands without end", "无限展开的别名"))
        elif len(above) >= DEEPEST:
            self._refuse(_too_deep(_place(node, self.path)))
        elif isinstance(node, SequenceNode) and node.tag == _SEQ:
            inside = (*above, node)
            return [self.value(item, inside) for item in node.value]
        elif isinstance(node, MappingNode) and node.tag == _MAP:
            return self._mapping(node, (*above, node))
        else:
            self._not_allowed(node, _tag(node))
        return None

    def _mapping(self, node: MappingNode, inside: tuple[Node, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            are_text = type(key_node) is ScalarNode is type(value_node) and key_node.tag == _STR == value_node.tag
            if are_text and key not in found and key != "<<":  # nearly always
                found[key] = value_node.value
                self._left -= 1
            elif not isinstance(key_node, ScalarNode) or key_node.tag == _NULL:
                self._not_allowed(key_node, Text("a key that is not text", "非文本的键"))
            elif key_node.tag != _STR:
                self._not_allowed(key_node, _tag(key_node))
            elif key == "<<" and not key_node.style:
                self._not_allowed(key_node, Text("the merge key `<<`", "合并键 `<<`"))
            elif key in found:
                at = _place(key_node, self.path)
                first = next(one for one, _ in node.value if one.value == key)
                self.findings.append(KEY_TWICE.found(at, key=_shown(key), line=first.start_mark.line + 1))
            else:
                found[key] = self.value(value_node, inside)
        return found

    def _not_allowed(self, node: Node, what: Text) -> None:
        self._refuse(NOT_ALLOWED.found(_place(node, self.path), what=what))

    def _refuse(self, finding: Finding) -> None:
        if finding.at not in self._refused:  # an alias leads to the same place again
            self.findings.append(finding)
            self._refused.add(finding.at)
        self.broken = True


def _tag(node: Node) -> Text:
    name = _shown(str(node.tag).replace("tag:yaml.org,2002:", "!!"))
    return Text(en="the tag `{tag}`", zh="标签 `{tag}`").format(tag=name)


def _shown(text: str) -> str:
    """Text of the file as it may stand in a message: short, and without what a terminal would obey."""
    return shorten("".join(ch if ch.isprintable() else "\ufffd" for ch in text), 60)


def _place(node: Node, path: str) -> Place:
    start, end = node.start_mark, node.end_mark
    return Place(path, start.line + 1, start.column + 1, end.column - start.column if end.line == start.line else 0)


# --- what libyaml must not be given ----------------------------------------------------------------------------------


def _dangerous(body: str, path: str) -> Finding | None:
    """Text that would hang or crash libyaml: a `%TAG` is compared with all others, a level is a call on the stack."""
    if "%TAG" in body and (directive := re.search(r"(?:\A|[\n\r])(%TAG)\b", body)):
        place = Place(path, *_line_column(body, directive.start(1)), 4)
        return NOT_ALLOWED.found(place, what=Text("the directive `%TAG`", "指令 `%TAG`"))
    # Up to 1,000 levels are safe, and `_Build` counts them. Block levels need a column each, flow levels a bracket.
    deep = len(body) > 1000 and (body.count("[") + body.count("{") > 1000 or re.search(r"[-?: \t]{1000}", body))
    return _deeper(body, path) if deep else None


def marks(event: yaml.Event) -> tuple[Any, Any]:
    """Where an event begins and ends; libyaml marks every one, though its type stubs leave that open."""
    return event.start_mark, event.end_mark


def _deeper(body: str, path: str) -> Finding | None:
    """The place where nesting passes the limit; libyaml's events come without recursion."""
    depth = 0
    try:
        for event in yaml.parse(body, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                mark, _ = marks(event)
                return _too_deep(Place(path, mark.line + 1, mark.column + 1, 1))
    except yaml.YAMLError as error:
        return _syntax(error, body, path)
    return None


def _too_deep(place: Place) -> Finding:
    problem = Text(f"nested deeper than {DEEPEST} levels", f"嵌套超过 {DEEPEST} 层")
    return TOO_LARGE.found(place, problem=problem, hint=Text("write it flat", "请减少嵌套层次"))


# --- syntax errors in plain words ------------------------------------------------------------------------------------

_QUOTE_IT = Text("put the text in quotes", "请给文字加引号")
_ALIGN = Text("indent like its siblings, with spaces", "请用空格与同级的行对齐")
_TAB = Text("a tab is used for indentation", "缩进用了制表符"), Text("indent with spaces", "请改用空格缩进")
_PROBLEMS = (
    ("tab character", *_TAB),
    ("unexpected end of stream", Text("a quote is not closed", "引号没有闭合"), Text("close it", "请补上引号")),
    (
        "mapping values are not allowed",
        Text("a `: ` stands where none can be, or the indentation is off", "此处不应出现“: ”，或缩进不对"),
        Text("put the text in quotes, or indent like the lines above", "请给文字加引号，或与上面的行对齐"),
    ),
    ("could not find expected ':'", Text("a key without `:`", "键后面没有冒号"), HALF_WIDTH),
    (
        "expected ',' or",
        Text("a bracket is not closed, or a comma is missing", "括号没有闭合，或缺少逗号"),
        Text("write `[a, b]` or `{key: value}`", "请写成 `[a, b]` 或 `{键: 值}`"),
    ),
    ("did not find expected", Text("the line does not fit those above", "该行与上面的行对不上"), _ALIGN),
    ("are not allowed in this context", Text("a `- ` stands where no list can be", "此处不能写列表项“- ”"), _ALIGN),
    ("cannot start any token", Text("a text may not start with `{sign}`", "文字不能以 `{sign}` 开头"), _QUOTE_IT),
    (
        "unknown escape character",
        Text("`\\` in double quotes starts an escape", "双引号中的 `\\` 是转义符"),
        Text("use single quotes, or write `\\\\`", "请改用单引号，或写成 `\\\\`"),
    ),
)  # fmt: skip
_COMPOSING = (
    ("another document", Text("a second document", "第二个文档")),
    ("undefined alias", Text("an alias to nothing", "指向不存在锚点的别名")),
    ("second occurrence", Text("an anchor given twice", "重复定义的锚点")),
)
# Where these are noticed says little; where they began is where the mistake is.
_BEGAN = ("could not find expected ':'", "unexpected end of stream", "expected ',' or")


_CONFLICT = re.compile(r"^<<<<<<<(?: |$)", re.MULTILINE)


def _syntax(error: yaml.YAMLError, body: str, path: str) -> Finding:
    """Libyaml's error as a finding, at the line that wants mending."""
    if (conflict := _CONFLICT.search(body)) is not None:
        at = Place(path, body.count("\n", 0, conflict.start()) + 1, 1)
        problem = Text("a conflict of a merge is open", "合并冲突尚未解决")
        hint = Text(
            "keep one of the two, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
            "请保留其中一方，并删除 `<<<<<<<`、`=======`、`>>>>>>>` 三行",
        )
        return SYNTAX.found(at, problem=problem, hint=hint)
    said = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if any(sign in said for sign in _BEGAN):
        mark = getattr(error, "context_mark", None) or mark
    place = Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path)
    if "maximum nesting depth" in said:
        return _too_deep(place)
    if isinstance(error, ComposerError):
        what = next((what for sign, what in _COMPOSING if sign in said), Text.same(said))
        return NOT_ALLOWED.found(place, what=what)
    if (colon := _full_width_colon(said, body, place)) is not None:
        problem = Text("a full-width colon `：` stands after a key", "键后面误用了全角冒号“：”")
        return SYNTAX.found(colon, problem=problem, hint=HALF_WIDTH)
    sign = body[mark.index : mark.index + 1] if mark is not None else ""
    rows = ((says.format(sign=sign), fix) for known, says, fix in _PROBLEMS if known in said)
    otherwise = (
        Text(f"not YAML: {_shown(said)}", f"不符合 YAML 语法：{_shown(said)}"),
        Text.same("pmkit explain FMT102"),
    )
    problem, hint = _TAB if sign == "\t" else next(rows, otherwise)
    return SYNTAX.found(place, problem=problem, hint=hint)


def _full_width_colon(said: str, body: str, place: Place) -> Place | None:
    """The `：` in place of `: ` that may be behind an error: in the line itself, or the one on which it hangs."""
    if not any(sign in said for sign in ("could not find expected ':'", "mapping values", "did not find expected key")):
        return None
    lines = body.split("\n")
    for number in (place.line, place.line - 1):
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        if match := re.match(r"\s*(?:- +)?[\w-]+(：)", line):
            return Place(place.path, number, match.start(1) + 1, 1)
    return None


def _not_a_mapping(body: str, path: str) -> Finding:
    """The finding for a file that is one piece of text, at the colon that is written wrong."""
    for number, line in enumerate(body.split("\n"), 1):
        if match := re.match(r"\s*[\w-]+([：:])", line):
            return NOT_A_MAPPING.found(Place(path, number, match.start(1) + 1, 1), hint=HALF_WIDTH)
    return NOT_A_MAPPING.found(Place(path), hint=HALF_WIDTH)
