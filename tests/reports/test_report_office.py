"""Word and PDF: the same tree on paper, in fonts that have Chinese, the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import docx
import pypdf
import pytest
import report_samples as samples
import typst
from docx.oxml.ns import qn
from test_report_documents import DOCUMENTS, HOSTILE

from pmkit.kernel.errors import BadWorkspace, OutsideError
from pmkit.kernel.text import LANGS
from pmkit.reports.document import compose, write
from pmkit.reports.formats import typeset
from pmkit.reports.formats.breaks import pieces
from pmkit.reports.formats.tokens import Table, parse
from pmkit.reports.formats.widths import shares
from pmkit.reports.views.blocks import Photo

HAS_CHINESE = bool(set(typeset._CHINESE) & set(typst.Fonts().families()))
chinese_font = pytest.mark.skipif(not HAS_CHINESE, reason="no Chinese font is installed: apt install fonts-noto-cjk")


def word(name, lang):
    template, view = DOCUMENTS[name]
    return docx.Document(BytesIO(write(compose(template, view, lang), "docx")))


def pages(view, template, lang):
    read = pypdf.PdfReader(BytesIO(write(compose(template, view, lang), "pdf")))
    return read, [page.extract_text() for page in read.pages]


def text_of(made):
    """All that a reader of the Word file sees, line by line, tables cell by cell."""
    lines = []
    for block in made.iter_inner_content():
        if isinstance(block, docx.table.Table):
            for row in block.rows:
                seen: list = []
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.append(cell._tc)
                lines.append(" | ".join(docx.table._Cell(tc, block).text.replace("\n", " / ") for tc in seen))
        elif block.text.strip():
            lines.append(f"[{block.style.name}] {block.text}" if block.style.name != "Normal" else block.text)
    return "\n".join(lines) + "\n"


@chinese_font  # its charts are drawn
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["weekly", "change", "change-blank"])
def test_word_as_it_reads(golden, name, lang):
    golden(f"reports/{name}.{lang}.docx.txt", text_of(word(name, lang)))


@pytest.mark.parametrize("lang", LANGS)
def test_word_can_be_worked_with(lang):
    made = word("change", lang)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Header", "Footer"):
        fonts = made.styles[name].element.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) in {"微软雅黑", "Microsoft YaHei"}
        assert not [key for key in fonts.keys() if "Theme" in key]  # noqa: SIM118 - an XML element
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for table in made.tables for row in table.rows[:1]]
    assert any(heads)
    fields = [e.text.strip() for e in made.sections[0].footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    widths = [int(col.get(qn("w:w"))) for col in made.tables[0]._tbl.tblGrid]
    assert all(widths)
    assert made.core_properties.created.date() == samples.BASIS.as_of


def test_word_lists_its_chapters_and_lies_on_its_side_for_a_register():
    source = "# T\n\n:::contents\n:::\n\n## 1 Scope\n\n### 1.1 Part\n\n:::register 50 50\n| a | b |\n|---|---|\n| 1 | 2 |\n:::\n"
    document = replace(compose("change", samples.change(), "en"), blocks=parse(source))
    made = docx.Document(BytesIO(write(document, "docx")))
    assert [p.style.name for p in made.paragraphs if p.style.name != "Normal"] == ["Title", "Heading 1", "Heading 2"]
    codes = [e.text.split()[0] for e in made.element.iter(qn("w:instrText"))]
    assert codes == ["TOC", "PAGEREF", "PAGEREF"]
    anchors = {e.get(qn("w:name")) for e in made.element.iter(qn("w:bookmarkStart"))}
    assert {e.get(qn("w:anchor")) for e in made.element.iter(qn("w:hyperlink"))} == anchors
    assert made.sections[0].page_width > made.sections[0].page_height


def test_hostile_text_is_text_in_word():
    wild = samples.hostile(samples.change(), HOSTILE)
    made = docx.Document(BytesIO(write(compose("change", wild, "zh"), "docx")))
    assert "<script>alert(1)</script> | x | :::sign" in text_of(made)
    assert not list(made.element.iter(qn("w:hyperlink")))
    tame = docx.Document(BytesIO(write(compose("change", samples.hostile(samples.change(), "甲"), "zh"), "docx")))
    assert [len(t.rows) for t in made.tables] == [len(t.rows) for t in tame.tables]


@chinese_font
@pytest.mark.parametrize(("name", "lang", "count"), [("change", "zh", 2), ("change", "en", 2), ("weekly", "zh", 3)])
def test_pdf_says_what_the_document_says(name, lang, count):
    template, view = DOCUMENTS[name]
    read, texts = pages(view, template, lang)
    assert len(texts) == count
    for number, text in enumerate(texts, start=1):
        said = f"第 {number} 页 共 {count} 页" if lang == "zh" else f"Page {number} of {count}"
        assert said.replace(" ", "") in text.replace(" ", "")
    assert view.project in "".join(texts) if hasattr(view, "project") else True
    assert read.metadata.title == view.title(lang)
    assert read.metadata.creation_date.date() == samples.BASIS.as_of
    assert read.outline or name == "change"  # a form has no chapters
    embedded = [f["/FontDescriptor"] for page in read.pages for f in _fonts(page)]
    assert embedded
    assert all("/FontFile2" in f or "/FontFile3" in f for f in embedded)
    assert not [line for text in texts for line in text.split("\n") if re.match("[，。）、；：]", line)]


def _fonts(page):
    for font in page["/Resources"]["/Font"].values():
        yield from (f.get_object() for f in font.get_object().get("/DescendantFonts", [font]))


@chinese_font
def test_the_same_pdf_is_the_same_bytes():
    once, again = (write(compose("weekly", samples.weekly(), "zh"), "pdf") for _ in range(2))
    assert once == again


@chinese_font
def test_hostile_text_is_text_in_pdf():
    _, texts = pages(samples.hostile(samples.change(), '甲 #read("/etc/passwd") $x$ ' + HOSTILE), "change", "zh")
    said = "".join(texts).replace("\n", "").replace("\u200b", "").replace(" ", "")
    assert '#read("/etc/passwd")$x$<script>alert(1)</script>|x|:::sign' in said
    assert "root:" not in said


def test_without_a_chinese_font_there_is_no_page_of_boxes(monkeypatch, tmp_path):
    monkeypatch.setenv(typeset.FONTS_IN, str(tmp_path))
    typeset._fonts.cache_clear()
    typeset._families.cache_clear()
    try:
        with pytest.raises(OutsideError) as raised:
            write(compose("change", samples.change(), "zh"), "pdf")
        assert "fonts-noto-cjk" in raised.value.fix.zh
        plain = replace(compose("change", samples.change(), "en"), title="T", foot="", blocks=parse("# Plain\n\nText"))
        assert write(plain, "pdf").startswith(b"%PDF-")
    finally:
        typeset._fonts.cache_clear()
        typeset._families.cache_clear()


@chinese_font
def test_what_no_format_can_carry_is_replaced_on_paper():
    view = samples.hostile(samples.weekly(), "甲\x00\x1b\ud800乙")
    assert "甲\ufffd\ufffd\ufffd乙" in text_of(docx.Document(BytesIO(write(compose("weekly", view, "zh"), "docx"))))
    assert pages(view, "weekly", "zh")[1]


@chinese_font
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_broken_photo_is_named(form):
    photo = Photo("sites/photos/机房.jpg", "机房", lambda: b"not a picture")
    with pytest.raises(BadWorkspace) as raised:
        write(compose("weekly", replace(samples.weekly(), photos=(photo,)), "zh"), form)
    assert raised.value.says.zh == "sites/photos/机房.jpg 不是可识别的图片"


def test_short_columns_keep_their_width():
    rows = "| REQ-001 | " + "长" * 40 + " | 2026-03-06 |"
    (table,) = parse(f"| 编号 | 说明 | 日期 |\n|---|---|---|\n{rows}\n")
    assert isinstance(table, Table)
    first, middle, last = shares(table)
    assert first + middle + last == pytest.approx(1)
    assert (first, last) == (pytest.approx(0.10), pytest.approx(0.13))


def test_an_address_may_break_behind_its_sign():
    """In a narrow column it would run into the next one."""
    assert list(pieces("liu.yang@binhai.example")) == [("liu.yang@\u200bbinhai.example", False)]
    assert list(pieces("找 @wang.fang")) == [("找 @wang.fang", False)]
