"""Text of records is text, wherever a template prints it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pmkit.reports.formats.markdown import escape_markdown, plain_lines, write_prose
from pmkit.reports.formats.tokens import (
    Break,
    Cell,
    Code,
    Emphasis,
    Heading,
    Link,
    Listing,
    Paragraph,
    Quote,
    Strong,
    Table,
    Verbatim,
    Words,
    parse,
    parse_prose,
)

SYNTAX = "`*_[]()<>|#~$^&\\!-+=.:;{}%/\"'@1a. \t\n中，"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(SYNTAX), st.sampled_from(SYNTAX), st.characters()), max_size=40)
NASTY = [
    "<script>alert(1)</script>", ":::sign", "::: form 1 2", "{{ 7*7 }}", "![x](http://evil.example/x.png)", "**",
    "```mermaid\ngraph TD\n```", "~~~", "<", "^", "<br>", "<red>", "a\\", "\\|", "|", "# h", "1. x", "1) x", "- x",
    "+ x", "* x", "---", "===", "> q", "    code", "\tcode", "[a]: http://x", "[a](http://x)", "<http://x.example>",
    "&lt;b&gt;", "&#60;", "a\n\n# b", "a\n===", "\x00", "\ud800", "\u2028# x", "| a |\n|---|\n| b |", "　　首行缩进",
]  # fmt: skip


def shown(inside) -> str:
    """What a reader sees; a Break is a line end. Anything but text is a forgery."""
    assert all(isinstance(part, (Words, Break)) for part in inside), inside
    return "".join("\n" if isinstance(part, Break) else part.text for part in inside)


def letters(text: str) -> str:
    """What must survive: all but spaces and line ends, which formats treat each in their own way."""
    return re.sub(r"\s", "", text)


def contexts(source: str):
    """The source in each place where a template may put a value, read back."""
    (paragraph,) = parse(f"x {source} y\n") or [None]
    yield ("x ", " y"), paragraph.inside
    (table,) = parse(f"| a | b |\n|---|---|\n| {source} | c |\n")
    yield ("", ""), table.rows[0][0].inside
    assert shown(table.rows[0][1].inside) == "c"
    (form,) = parse(f":::form 50 50\n|  |  |\n|---|---|\n| l | {source} |\n:::\n")
    assert len(form.rows[0]) == 2, "a text merged cells"
    assert not form.rows[0][1].is_label
    yield ("", ""), form.rows[0][1].inside
    (heading,) = parse(f"## h {source}\n")
    yield ("h ", ""), heading.inside
    (listing,) = parse(f"- l {source}\n")
    yield ("l ", ""), listing.items[0][0].inside


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TEXTS)
def test_any_text_stays_text_in_every_place(text):
    for (before, after), inside in contexts(escape_markdown(text)):
        assert letters(shown(inside)) == letters(before + "".join(plain_lines(text)) + after)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TEXTS)
@example("")
def test_any_text_stays_text_at_the_beginning_of_a_line(text):
    blocks = parse(f"before\n\n{escape_markdown(text)}\n\nafter\n")
    assert all(isinstance(block, Paragraph) for block in blocks), blocks
    read = "".join(shown(block.inside) for block in blocks)
    assert letters(read) == letters("before" + "".join(plain_lines(text)) + "after")


@pytest.mark.parametrize("text", NASTY)
def test_known_tricks_stay_text(text):
    test_any_text_stays_text_in_every_place.hypothesis.inner_test(text)
    test_any_text_stays_text_at_the_beginning_of_a_line.hypothesis.inner_test(text)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TEXTS, TEXTS)
def test_two_texts_side_by_side_build_nothing_together(one, other):
    for block in parse(f"{escape_markdown(one)}{escape_markdown(other)}\n"):
        assert isinstance(block, Paragraph)
        shown(block.inside)


def test_a_line_end_in_a_text_is_a_line_end_in_a_cell():
    assert escape_markdown("第一行\n\n  第二行\r\n") == "第一行<br>第二行"


def test_ordinary_text_stays_readable():
    plain = "REQ-012（V1.0）：响应时间 < 2s".replace("<", "≤")
    assert escape_markdown(plain) == plain
    assert escape_markdown("3 - 2 = 1; a/b (c) “d”! 09:30") == "3 - 2 = 1; a/b (c) “d”! 09:30"


def blocks_in(blocks):
    for block in blocks:
        yield block
        match block:
            case Listing():
                for item in block.items:
                    yield from blocks_in(item)
            case Quote():
                yield from blocks_in(block.blocks)


def inlines_in(inside):
    for part in inside:
        yield part
        if isinstance(part, (Strong, Emphasis, Link)):
            yield from inlines_in(part.inside)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.one_of(
        TEXTS, st.lists(st.sampled_from([*NASTY, "**粗**", "- 项", "1. 项", "\n\n", "`c`"]), max_size=6).map("\n".join)
    )
)
def test_prose_brings_no_directive_picture_html_or_heading(text):
    """What an author wrote as Markdown is read, cleaned and written anew; the template's parser then sees only that."""
    for block in blocks_in(parse(write_prose(parse_prose(text)))):
        assert isinstance(block, (Paragraph, Listing, Quote, Verbatim, Table)) or type(block).__name__ == "Rule"
        assert not isinstance(block, Heading)
        assert not isinstance(block, Table) or block.style == "list"


def test_prose_keeps_what_its_author_meant():
    text = "# 小结\n\n本周**完成**评审：\n\n1. 甲\n2. 乙 `T-001`\n\n> 引文\n\n[链接](https://example.com/a_b)\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
    heading, paragraph, listing, quote, link, table = parse(write_prose(parse_prose(text)))
    assert heading == Paragraph((Strong((Words("小结"),)),))
    assert Strong((Words("完成"),)) in paragraph.inside
    assert [item[0].inside[0] for item in listing.items] == [Words("甲"), Words("乙 ")]
    assert Code("T-001") in listing.items[1][0].inside
    assert quote == Quote((Paragraph((Words("引文"),)),))
    assert link.inside == (Link("https://example.com/a_b", (Words("链接"),)),)
    assert table.rows == ((Cell((Words("1"),), 0), Cell((Words("2"),), 1, "right")),)


def test_prose_wrapped_between_chinese_characters_gains_no_space():
    assert write_prose(parse_prose("影响分析\n已提交\nand sent\nout")) == "影响分析已提交 and sent out"
