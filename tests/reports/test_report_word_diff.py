"""Word by word: both texts come back whole, and only what differs is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmkit.reports.formats.markdown import write_prose
from pmkit.reports.formats.tokens import Deleted, Inserted, Paragraph, parse
from pmkit.reports.word_diff import word_diff


def shown(pieces):
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]", "break": "|"}
    return "".join(marks[p.how].format(p.text) for p in pieces)


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("门禁和停车系统", "门禁、停车系统", "门禁[-和-]停车系统", "门禁[+、+]停车系统"),
        ("within 3 seconds", "within 5 seconds", "within [-3-] seconds", "within [+5+] seconds"),
        ("并发 1,000 用户", "并发 2,000 用户", "并发 [-1,000-] 用户", "并发 [+2,000+] 用户"),
        ("甲\n乙", "甲\n乙\n丙", "甲|乙", "甲|乙|[+丙+]"),
        ("", "新", "", "[+新+]"),
    ],
)
def test_the_words_that_differ_are_marked(before, after, left, right):
    assert tuple(map(shown, word_diff(before, after))) == (left, right)


@given(st.text(alphabet="ab 门禁、\n", max_size=40), st.text(alphabet="ab 门禁、\n", max_size=40))
def test_both_texts_come_back_whole(before, after):
    def whole(pieces):
        return "".join("\n" if p.how == "break" else p.text for p in pieces)

    left, right = word_diff(before, after)
    assert (whole(left), whole(right)) == (before, after)
    if before == after:
        assert {p.how for p in left} <= {"same", "break"}


def test_marks_need_their_end_and_text_cannot_forge_them():
    (block,) = parse("a <ins>b</ins> <del>c</del> <ins>d")
    assert isinstance(block, Paragraph)
    assert [type(part) for part in block.inside if not hasattr(part, "text")] == [Inserted, Deleted]
    assert write_prose([block]) == "a <ins>b</ins> <del>c</del> \\<ins>d"
