"""The splice editor under attack: any text that people write, any value; what comes back says just what was meant."""

import re
from collections import Counter
from itertools import dropwhile

import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pmkit.store.yaml_read import Loader
from pmkit.store.yaml_text import EditRefused, append_item, dump, locate, parse, remove, set_value

settings.register_profile("editor", max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

# --- texts as people write them --------------------------------------------------------------------------------------

WORDS = ["统一身份认证", "门户：登录", "a", "on", "no", "1.10", "0123", "12:30", "2026-03-06", "~x", "null", "#1", "- x",
         "a: b", "a #b", "{x}", "[y]", "'", '"', "\\", "🎉", "é", "&a", "*b", "!t", "%", "@", "`", "|", ">", "?", ":",
         "-", "---", "...", "a,b", " lead", "trail ", "\t", "\u200b", "\u2028", "\x85", "\x07", "\ufeff", "=", "<<"]  # fmt: skip
texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=12),
    st.lists(st.sampled_from([*WORDS, "", "  indented", "第二行"]), min_size=1, max_size=4).map("\n".join),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map("".join),
)
scalars = st.one_of(texts, st.none(), st.booleans(), st.integers(-9, 99_999))
names = st.sampled_from(["title", "note", "owner", "on", "键", "a.b", "x y", "steps", "from", "1", "a:b", "'q'"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
comments = st.sampled_from(["", "", "", " # 说明", "  # c: d", " #"])
plain_words = st.sampled_from(["统一登录", "must", "2026-03-06", "li.wei", "1.10", "门户、门禁"])


@st.composite
def written(draw, indent, depth=0):
    """How a value stands behind `key:`: the rest of its line, and lines below (without the parent's indent)."""
    pad = " " * indent
    style = draw(st.sampled_from(["plain", "single", "double", "empty", "flow", "flowmap", "literal", "folded", "list",
                                  "map", "items", "far"] if depth < 2 else ["plain", "single", "empty", "flow"]))  # fmt: skip
    word, comment = draw(plain_words), draw(comments)
    if style == "plain":
        return f" {word}{comment}", []
    if style == "single":
        return f" '{word}''s'{comment}", []
    if style == "double":
        return f' "{word} \\u2014 \\"x\\""{comment}', []
    if style == "empty":
        return draw(st.sampled_from(["", " ~", " null", " []", " {}"])) + comment, []
    if style == "flow":
        return f" [{word}, '{word}', \"b, c\"]{comment}", []
    if style == "flowmap":
        return f" {{to: {word}, by: [x, y]}}{comment}", []
    if style == "far":  # the value on a line of its own
        return comment, [f"{pad}  {word}"]
    if style in ("literal", "folded"):
        head = ("|" if style == "literal" else ">") + draw(st.sampled_from(["", "-", "+"]))
        lines = draw(st.lists(st.sampled_from(["一行", "two words", "# no comment", "a: b"]), min_size=1, max_size=3))
        between = draw(st.sampled_from([[], [""]]))
        return f" {head}{comment}", [f"{pad}  {line}" for line in lines] + between
    below = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()) and draw(st.booleans()):
            below.append(draw(st.sampled_from([f"{pad}  # zwischen", ""])))
        if style == "list":
            below.append(f"{pad}- {draw(plain_words)}{draw(comments)}")
        elif style == "map":
            key = f"k{len(below)}"
            rest, more = draw(written(indent + 2, depth + 1))
            below += [f"{pad}  {key}:{rest}", *more]
        else:
            key = f"k{len(below)}"
            rest, more = draw(written(indent + 2, depth + 1))
            below += [f"{pad}- id: {key}", f"{pad}  v:{rest}", *more]
    return comment, below


@st.composite
def documents(draw):
    """A whole file: a mapping of a few keys, with comments, blank lines, its own line ends, with or without BOM."""
    lines = draw(st.sampled_from([[], ["# yaml-language-server: $schema=x"], ["---"], ["# c", ""]]))
    keys = draw(st.lists(st.sampled_from(["title", "statement", "on", "owner", "键", '"q x"', "edits"]), min_size=1,
                         max_size=4, unique=True))  # fmt: skip
    for key in keys:
        rest, below = draw(written(0))
        lines += draw(st.sampled_from([[], [], ["# 上面的说明"], [""]]))
        lines += [f"{key}:{rest}", *below]
    lines += draw(st.sampled_from([[], [], ["# Ende"], [""]]))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = newline.join(lines) + draw(st.sampled_from([newline, ""]))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text


def paths(value, above=()):
    """Every path of keys into a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*above, name)
            yield from paths(inner, (*above, name))
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield (*above, position)
            yield from paths(inner, (*above, position))


# --- what was meant, said independently ------------------------------------------------------------------------------


def read_back(value):
    """A value as any reader of this format gives it: scalars are text."""
    if isinstance(value, dict):
        return {str(k): read_back(v) for k, v in value.items()}
    if isinstance(value, list):
        return [read_back(v) for v in value]
    if value is None or isinstance(value, str):
        return value
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def read(text):
    value, findings = parse(text, "")
    assert findings == []
    return value


def at(value, keys):
    for key in keys:
        value = value[key]
    return value


def same(got, meant):
    """Equal, where text and None differ only in that an empty one is none."""
    if isinstance(meant, dict):
        return isinstance(got, dict) and list(got) == list(meant) and all(same(got[k], meant[k]) for k in meant)
    if isinstance(meant, list):
        return isinstance(got, list) and len(got) == len(meant) and all(map(same, got, meant))
    return got == meant


def lines_of(text, keys):
    """The first and the last line of an entry, from PyYAML's own marks, with the key and comments inside it."""
    node = yaml.compose(text.removeprefix("\ufeff"), Loader=Loader)
    first, last = 0, text.count("\n")
    for key in keys:
        if isinstance(key, int):
            node = node.value[key]
            first = node.start_mark.line
        else:
            name, node = next(pair for pair in node.value if pair[0].value == key)
            first = name.start_mark.line
        end = node.end_mark
        last = end.line - (end.column == 0 and end.line > first)
    return first, last


def untouched(old, new, keys, *, is_gone=False):
    """Lines before the entry and behind it are the same ones, in their order; of one that is gone an inner comment
    right behind it may go too."""
    before, after = (text.removeprefix("\ufeff").split("\n") for text in (old, new))
    first, last = lines_of(old, keys)
    assert after[:first] == before[:first]
    kept = [line.rstrip("\r") for line in before[last + 1 :] if line.strip("\r")]
    if is_gone:
        kept = list(dropwhile(lambda line: re.match(" +#", line), kept))
    rest = [line.rstrip("\r") for line in after[first:] if line.strip("\r")]
    assert rest[len(rest) - len(kept) :] == kept


@settings(settings.get_profile("editor"))
@given(documents(), st.data())
def test_setting_a_value_says_just_that_and_touches_its_lines_only(text, data):
    value = read(text)
    keys = data.draw(st.sampled_from(list(paths(value))))
    meant = data.draw(values)
    try:
        new = set_value(text, keys, meant)
    except EditRefused:
        event("refused")
        return
    event("edited")
    expected = read(text)
    at(expected, keys[:-1])[keys[-1]] = read_back(meant)
    assert same(read(new), expected)
    untouched(text, new, keys)
    assert new.startswith("\ufeff") == text.startswith("\ufeff")
    if "\r\n" in text:
        assert not re.search(r"(?<!\r)\n", new)


@settings(settings.get_profile("editor"))
@given(documents(), st.data())
def test_a_new_key_adds_lines_and_keeps_every_other(text, data):
    value = read(text)
    above = data.draw(st.sampled_from([(), *(p for p in paths(value) if isinstance(at(value, p), dict))]))
    meant = data.draw(values)
    try:
        new = set_value(text, (*above, "neu"), meant)
    except EditRefused:
        event("refused")
        return
    expected = read(text)
    at(expected, above)["neu"] = read_back(meant)
    assert same(read(new), expected)
    lines, others = (Counter(t.removeprefix("\ufeff").replace("\r", "").split("\n")) for t in (text, new))
    lost = lines - others - Counter({"": 9})
    assert lost.total() <= (1 if above else 0), lost  # a flow mapping, or `{}`, is its own line


@settings(settings.get_profile("editor"))
@given(documents(), st.data())
def test_an_appended_item_comes_last(text, data):
    value = read(text)
    lists = [p for p in paths(value) if isinstance(at(value, p), (list, type(None)))]
    keys = data.draw(st.sampled_from([("neu",), *lists]))
    meant = data.draw(values)
    try:
        new = append_item(text, keys, meant)
    except EditRefused:
        event("refused")
        return
    expected = read(text)
    held = at(expected, keys[:-1])
    known = held.get(keys[-1]) if isinstance(held, dict) else held[keys[-1]]
    changed = [*(known or []), read_back(meant)]
    held[keys[-1]] = changed
    assert same(read(new), expected)


@settings(settings.get_profile("editor"))
@given(documents(), st.data())
def test_a_removed_entry_is_gone_and_nothing_else(text, data):
    value = read(text)
    keys = data.draw(st.sampled_from(list(paths(value))))
    try:
        new = remove(text, keys)
    except EditRefused:
        event("refused")
        return
    expected = read(text)
    held = at(expected, keys[:-1])
    del held[keys[-1]]
    assert same(read(new), expected)
    # The last entry leaves `[]` or `{}` in its parent's line; below a dash the next key moves up to it.
    on_dash = len(keys) > 1 and isinstance(keys[-2], int) and keys[-1] == next(iter(at(value, keys[:-1])))
    untouched(text, new, keys if len(keys) == 1 or (held and not on_dash) else keys[:-1], is_gone=True)
    assert remove(text, (*keys[:-1], "gibt es nicht")) == text


@settings(settings.get_profile("editor"))
@given(documents(), st.lists(st.tuples(st.integers(0, 99), texts), min_size=3, max_size=6))
def test_edit_after_edit_loses_nothing(text, edits):
    """What one edit wrote, the next one can edit."""
    expected = read(text)
    for pick, meant in edits:
        keys = list(paths(expected))[pick % len(list(paths(expected)))]
        try:
            text = set_value(text, keys, meant)
        except EditRefused:
            event("refused")
            continue
        at(expected, keys[:-1])[keys[-1]] = meant
        assert same(read(text), expected)


@settings(settings.get_profile("editor"))
@given(st.dictionaries(names, values, max_size=5))
def test_what_is_dumped_reads_back(data):
    assert same(read(dump(data)), read_back(data))
    assert same(read(dump(data, hint="x.json")), read_back(data))


@settings(settings.get_profile("editor"))
@given(documents())
def test_every_path_is_found_where_the_yaml_library_sees_it(text):
    lines = text.removeprefix("\ufeff").split("\n")
    for keys in paths(read(text)):
        line, column, width = locate(text, keys, of_key=True)
        assert line - 1 == lines_of(text, keys)[0] or isinstance(keys[-1], int)
        if isinstance(keys[-1], str):
            shown = lines[line - 1][column - 1 : column - 1 + width]
            assert shown.strip("\"'") == keys[-1]


# --- one by one ------------------------------------------------------------------------------------------------------

RECORD = """\
# yaml-language-server: $schema=../.pmkit/schemas/requirement.json
title: '统一身份认证'   # 标题
statement: |
  门户登录。

  # 不是注释
priority: must
steps:
- to: draft   # 第一步
  by: li.wei
# 末尾
"""


@pytest.mark.parametrize(
    ("keys", "value", "old", "new"),
    [
        (("title",), "新", "title: '统一身份认证'   # 标题\n", "title: '新'   # 标题\n"),
        (("title",), "it's", "title: '统一身份认证'   # 标题\n", "title: 'it''s'   # 标题\n"),
        (("priority",), "should", "priority: must\n", "priority: should\n"),
        (("priority",), "a: b", "priority: must\n", 'priority: "a: b"\n'),
        (("priority",), None, "priority: must\n", "priority:\n"),
        (("steps", 0, "by"), "wang.fang", "  by: li.wei\n", "  by: wang.fang\n"),
        (("steps", 0, "to"), "reviewed", "- to: draft   # 第一步\n", "- to: reviewed   # 第一步\n"),
        (("statement",), "一行\n两行\n", "  门户登录。\n\n  # 不是注释\n", "  一行\n  两行\n"),
    ],
)
def test_an_edit_is_the_smallest_diff(keys, value, old, new):
    assert set_value(RECORD, keys, value) == RECORD.replace(old, new)
    crlf = RECORD.replace("\n", "\r\n")
    assert set_value(crlf, keys, value) == crlf.replace(old.replace("\n", "\r\n"), new.replace("\n", "\r\n"))
    assert set_value("\ufeff" + RECORD, keys, value) == "\ufeff" + RECORD.replace(old, new)


def test_a_step_goes_below_the_last_one_and_above_the_closing_comment():
    new = append_item(RECORD, ("steps",), {"to": "reviewed", "by": "li.wei"})
    assert new == RECORD.replace("# 末尾", "- to: reviewed\n  by: li.wei\n# 末尾")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: &x 1\nb: *x\n", ("b",)),
        ("a: &x {k: 1}\nb: *x\n", ("b", "k")),
        ("a: 1\na: 2\n", ("a",)),
        ("a: !!python/object:os.system x\n", ("a",)),
        ("a: [1\n", ("a",)),
        ("a：1\n", ("a",)),
    ],
)
def test_what_cannot_be_edited_safely_is_refused_or_only_the_alias_goes(text, keys):
    """An alias is replaced where it stands; its anchor is never touched."""
    try:
        new = set_value(text, keys, "neu")
    except EditRefused:
        return
    assert text.startswith("a: &x")
    assert new.split("\n")[0] == text.split("\n")[0]
    assert at(read(new), keys) == "neu"
    assert read(new)["a"] == read(text)["a"]


def test_text_that_no_file_can_hold_is_refused():
    with pytest.raises(EditRefused):
        set_value("a: 1\n", ("a",), "\ud800")
