"""Whole documents: goldens in both languages and formats, hostile text, the shape of HTML and Markdown."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import LANGS
from pmkit.reports.document import FORMATS, compose, write
from pmkit.reports.formats.tokens import Cell, Strong, Words, parse
from pmkit.reports.views.change import blank_change

DOCUMENTS = {
    "weekly": ("weekly", samples.weekly()),
    "weekly-internal": ("weekly", samples.weekly_internal()),
    "weekly-empty": ("weekly", samples.weekly_empty()),
    "change": ("change", samples.change()),
    "change-internal": ("change", replace(samples.change(), audience="internal")),
    "change-blank": ("change", blank_change(samples.HEAD)),
}
SECTIONS = ("总体状态", "里程碑", "本周完成", "下周计划", "问题与风险", "需协调、配合、决策事项", "变更", "待回复、待签署文件",
            "到货与实施", "投入人员", "质量与安全", "照片")  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script> | x | :::sign\n:::sign\n{{ 7*7 }} ![x](http://evil.example/x.png) ** <br> <red> < ^\n"
    "```mermaid\ngraph TD\n```\n# h\n- l\n1. n\n[a](javascript:x) http://x.example <img src=x onerror=y> &lt;b&gt; \\"
)


class Page(HTMLParser):
    """The elements of a page in order, with their attributes; and its text."""

    VOLATILE = ("br", "wbr", "span")  # what the writer itself makes of line ends, long words, dates

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOLATILE:
            loose = {"alt", "src", "x", "x1", "x2", "width"}
            self.elements.append((tag, tuple((k, None if k in loose else v) for k, v in attrs)))

    def handle_data(self, data):
        self.text += data


def shape(markdown: str) -> list[str]:
    """What a reader of Markdown with HTML and every extra allowed would build, without text, line ends and dates."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    kinds = []
    for token in parser.parse(markdown):
        kinds.append(token.type + token.tag)
        kinds += [c.type for c in token.children or () if c.type not in ("text", "softbreak") and c.content != "<br>"]
    return kinds


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_as_they_read(golden, name, form, lang):
    template, view = DOCUMENTS[name]
    document = replace(compose(template, view, lang), style="/* house.css */")
    golden(f"reports/{name}.{lang}.{form}", write(document, form).decode())


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "pdf"])
def test_the_same_view_gives_the_same_bytes(form):
    once, again = (write(compose("weekly", samples.weekly(), "zh"), form) for _ in range(2))
    assert once == again


def heart(template: str, view: object, lang, form) -> str:
    return write(compose(template, view, lang), form).decode()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["weekly", "weekly-internal", "change"])
def test_hostile_text_builds_nothing(name, lang):
    template, view = DOCUMENTS[name]
    tame, wild = samples.hostile(view, "甲"), samples.hostile(view, HOSTILE)
    page, plain = Page(heart(template, wild, lang, "html")), Page(heart(template, tame, lang, "html"))
    assert page.elements == plain.elements
    assert "<script>alert(1)</script> | x | :::sign" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "49" not in page.text
    assert shape(heart(template, wild, lang, "md")) == shape(heart(template, tame, lang, "md"))


@settings(max_examples=12, derandomize=True, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("`*_[]<>|#~$^&\\!-+=.:{}\n 1a中"), st.characters()), min_size=1, max_size=30
    )
)
def test_any_text_builds_nothing(text):
    tame, wild = samples.hostile(samples.change(), "甲"), samples.hostile(samples.change(), f"甲{text}")
    assert Page(heart("change", wild, "zh", "html")).elements == Page(heart("change", tame, "zh", "html")).elements
    assert shape(heart("change", wild, "zh", "md")) == shape(heart("change", tame, "zh", "md"))


def test_a_summary_is_markdown_and_no_more():
    view = replace(samples.weekly(), summary="**要点**\n\n# 大\n\n:::sign\n\n" + HOSTILE)
    page = Page(heart("weekly", view, "zh", "html"))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == 1
    assert "script" not in tags
    assert [dict(attrs).get("src") for tag, attrs in page.elements if tag == "img"] == [None]
    assert not any((value or "").startswith("javascript") for _, attrs in page.elements for _, value in attrs)
    assert "要点" in page.text


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("lang", LANGS)
def test_html_asks_nobody_for_anything(name, lang):
    page = Page(heart(*DOCUMENTS[name], lang, "html"))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base"}
    text = heart(*DOCUMENTS[name], lang, "html")
    assert "url(" not in text
    assert "@import" not in text
    assert text.count("http") == text.count("http-equiv") + text.count("http://www.w3.org/2000/svg")
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in text


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("lang", LANGS)
def test_no_markup_is_left_over(name, lang):
    """Neither directives nor bold that CommonMark did not close."""
    assert ":::" not in heart(*DOCUMENTS[name], lang, "md")
    text = Page(heart(*DOCUMENTS[name], lang, "html")).text.split("</style>")[-1]
    assert not [mark for mark in ("**", ":::", "&#92;", "|---") if mark in text.partition("main>")[0]]


@pytest.mark.parametrize("view", [samples.weekly(), samples.weekly_internal(), samples.weekly_empty()])
def test_sections_never_vanish(view):
    headings = [
        line.removeprefix("## ") for line in heart("weekly", view, "zh", "md").splitlines() if line.startswith("## ")
    ]
    assert [h.partition("、")[2] for h in headings[:12]] == list(SECTIONS)
    assert headings[12] == "甘特图"
    internal = ["〔内部〕成本", "〔内部〕回款"]
    assert headings[13:] == (internal if view.audience == "internal" else [])


def test_an_empty_week_says_so_in_every_section():
    text = heart("weekly", samples.weekly_empty(), "zh", "md")
    assert text.count("本期无。") == 14
    assert "计划完成 /，实际完成 /。" in text
    assert heart("weekly", samples.weekly_empty(), "en", "md").count("None in this period.") == 14


@pytest.mark.parametrize("lang", LANGS)
def test_the_customer_sees_no_internal_word(lang):
    text = heart("weekly", samples.weekly(), lang, "md") + heart("change", samples.change(), lang, "md")
    assert not [word for word in ("内部成本", "〔内部〕", "（内部）", "internal", "EAC", "12,000") if word in text]
    assert "12,000" in heart("change", replace(samples.change(), audience="internal"), lang, "md")


def test_health_is_a_word_beside_the_colour():
    text = heart("weekly", samples.weekly_internal(), "zh", "html")
    assert '<span class="lamp amber" aria-hidden="true">●</span> 预警' in text
    assert '<span class="lamp red" aria-hidden="true">●</span> 严重' in text
    assert "● 正常" in heart("weekly", samples.weekly(), "zh", "md")


def test_a_choice_prints_every_option():
    text = heart("change", samples.change(), "zh", "md")
    assert "☑需求　□设计　□进度　□价款　□设备材料　□人员　□合同" in text
    blank = heart("change", blank_change(samples.HEAD), "zh", "md")
    assert "☑" not in blank
    assert "□需求　□设计" in blank


def test_signature_boxes_stand_in_signing_order_with_room():
    text = heart("change", samples.change(), "zh", "html")
    places = [text.index(f'<th scope="col">{party}：') for party in ("承建单位", "监理单位", "建设单位")]
    assert places == sorted(places)
    assert text.count('<tr class="room"><td></td><td></td><td></td></tr>') == 1
    no_supervisor = replace(samples.HEAD, supervisor=None)
    two = heart("change", blank_change(no_supervisor), "zh", "html")
    assert "监理单位" not in two
    assert '<tr class="room"><td></td><td></td></tr>' in two


def test_the_fingerprint_is_on_every_page():
    text = heart("change", samples.change(), "zh", "html")
    margin = text[text.index("@page { @bottom-left") :].partition("\n")[0]
    assert "9F2C-77AB-51EE" in margin
    assert 'counter(page) " 页 共 " counter(pages)' in margin


def test_a_page_margin_cannot_be_left_by_its_text():
    view = replace(samples.change(), fingerprint='"; } </style><script>x')
    text = heart("change", view, "zh", "html")
    assert text.count("</style>") == 1
    assert "<script" not in text


@pytest.mark.parametrize("form", ["md", "html"])
def test_what_no_format_can_carry_is_replaced_everywhere(form):
    text = heart("weekly", samples.hostile(samples.weekly(), "甲\x00\x1b\ud800乙"), "zh", form)
    assert "甲\ufffd\ufffd\ufffd乙" in text
    assert text.encode().decode() == text
    assert not {*text} & {*"\x00\x1b"}


def test_a_style_cannot_end_its_element():
    text = write(replace(compose("change", samples.change(), "zh"), style="</style><script>x"), "html").decode()
    assert text.count("</style>") == 1


def test_a_photo_is_data_in_html_and_an_address_in_markdown():
    html, md = (heart("weekly", samples.weekly(), "zh", form) for form in ("html", "md"))
    assert '<img src="data:image/png;base64,iVBOR' in html
    assert "![机房现场勘察（3月26日）](../evidence/SIT-001/机房%20勘察.png)" in md


def test_merged_cells():
    (form,) = parse(":::form 20 40 40\n|  |  |  |\n|---|---|---|\n| **a** | b | < |\n| ^ | c | d |\n:::\n")
    assert form.widths == (20, 40, 40)
    assert form.rows == (
        (Cell((Strong((Words("a"),)),), 0, is_label=True, rows=2), Cell((Words("b"),), 1, columns=2)),
        (Cell((Words("c"),), 1), Cell((Words("d"),), 2)),
    )


@pytest.mark.parametrize(
    "source",
    [
        ":::from\n:::\n",
        ":::form\nno table\n:::\n",
        ":::form a b\n| a |\n|---|\n| b |\n:::\n",
        ":::form\n|  |\n|---|\n| a |\n\n| b |\n:::\n",
        ":::form\n|  |  |\n|---|---|\n| < | a |\n:::\n",
        ":::form\n|  |  |\n|---|---|\n| ^ | a |\n:::\n",
        ":::form\n|  |  |\n|---|---|\n| a | < |\n| ^ | b |\n:::\n",
    ],
)
def test_a_wrong_directive_is_refused(source):
    with pytest.raises(BadWorkspace):
        parse(source)


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_that_is_not_there_is_refused(tmp_path, form):
    (tmp_path / "weekly.md.j2").write_text(":::picture gant\n:::\n", encoding="utf-8")
    with pytest.raises(BadWorkspace) as refused:
        write(compose("weekly", samples.weekly(), "zh", tmp_path), form)
    assert refused.value.fix.en == "did you mean `gantt`?"
