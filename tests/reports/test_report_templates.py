from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import report_samples as samples

from pmkit.kernel.errors import BadWorkspace, PmkitError, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.templates import packaged_templates, read_style, render, template_names


@dataclass(frozen=True)
class Owner:
    name: str = "李伟"
    phone: str | None = None


@dataclass(frozen=True)
class View:
    title: str = "a|b"
    due: date = date(2026, 3, 6)
    owner: Owner = field(default_factory=Owner)
    price: Money = field(default_factory=lambda: Money(Decimal(20000), "CNY"))
    word: Text = field(default_factory=lambda: Text("open", "未关闭"))
    share: Decimal = Decimal("40.0")
    items: tuple[str, ...] = ("<", "x")
    prose: str = "**粗**\n\n# 标题\n\n:::sign\n:::"


@pytest.fixture
def printed(tmp_path: Path):
    """`printed(source)`: what a user's template of that source prints of the view above."""
    folder = tmp_path / "templates"
    folder.mkdir()

    def run(source: str, view: object = View(), lang="zh", **others: str) -> str:
        (folder / "mine.md.j2").write_text(source, encoding="utf-8")
        for name, text in others.items():
            (folder / f"{name}.md.j2").write_text(text, encoding="utf-8")
        return render("mine", view, lang, folder)

    return run


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ view.title }}", r"a\|b"),
        ("{{ view.owner.phone }}", "/"),
        ("{{ view.due }} {{ view.due | longdate }}", "2026-03-06 2026年3月6日"),
        ("{{ view.price }}", "¥20,000.00"),
        ("{{ view.word }}", "未关闭"),
        ("{{ view.share }} {{ view.share ~ '%' }}", "40 40%"),
        ("{{ label.owner }}", "责任人"),
        ("{{ t(en='No. {n}', zh='第{n}期', n=4) }}", "第4期"),
        ("{{ t(en='x', zh='{a}', a='{b}') }}", "{b}"),
        ("{{ view.prose | markdown }}", "**粗**\n\n**标题**\n\n\\:\\::sign \\:\\:\\:"),
        # A macro's Markdown stays Markdown, text that meets it does not become Markdown.
        ("{% macro m() %}**x**{% endmacro %}{{ m() ~ view.title }}", r"**x**a\|b"),
        ("{% macro m() %}**x**{% endmacro %}{{ m() + view.title }}", r"**x**a\|b"),
        ("{% macro m() %}**x**{% endmacro %}{{ [m(), view.title] | join('|') }}", r"**x**\|a\|b"),
        ("{{ view.items | join('、') }}", r"\<、x"),
        ("{% set s %}**{{ view.title }}**{% endset %}{{ s }}", r"**a\|b**"),
        ("{{ view.title | e }}{{ '**' }}", r"a\|b\*\*"),
        ("{{ view.title | replace('a', '*') }}", r"\*\|b"),
    ],
)
def test_what_a_value_prints(printed, source, expected):
    assert printed(source) == expected


def test_the_language_chooses_the_words(printed):
    source = "{{ t(en='Week', zh='周') }} {{ label.owner }} {{ view.word }} {{ view.due | longdate }}"
    assert printed(source, lang="en") == "Week Owner open 6 March 2026"


@pytest.mark.parametrize(
    ("source", "says", "fix"),
    [
        ("x\n{{ view.titel }}", "templates/mine.md.j2:2: there is no field `titel`", "did you mean `title`?"),
        ("{{ view.owner.nmae }}", "templates/mine.md.j2:1: there is no field `nmae`", "did you mean `name`?"),
        ("{{ label.ownr }}", "templates/mine.md.j2:1: there is no field `ownr`", "did you mean `owner`?"),
        ("{{ viw }}", "templates/mine.md.j2:1: there is no field `viw`", ""),
        ("{% for x in view.itms %}{% endfor %}", "templates/mine.md.j2:1: there is no field `itms`", "did you mean `items`?"),
        ("a\n{% if %}", "templates/mine.md.j2:2: Expected an expression, got 'end of statement block'", None),
        ("{{ view.title | safe }}", "templates/mine.md.j2:1: No filter named 'safe'.", None),
        ("{% include 'wekly.md.j2' %}", "templates/mine.md.j2:1: there is no template `wekly.md.j2`", "did you mean `weekly.md.j2`?"),
        ("{{ 1 / 0 }}", "templates/mine.md.j2:1: ZeroDivisionError: division by zero", None),
        ("{{ t(en='x') }}", None, None),
        ("{{ view.owner.phone + 1 }}", None, None),
    ],
)  # fmt: skip
def test_a_broken_template_is_named_with_its_line(printed, source, says, fix):
    with pytest.raises(BadWorkspace) as broken:
        printed(source)
    assert broken.value.says.en.startswith("templates/mine.md.j2:")
    if says:
        assert broken.value.says.en == says
        assert broken.value.says.zh.startswith(says.split(": ")[0])
    if fix is not None:
        assert broken.value.fix.en == fix


def test_an_error_below_a_users_template_is_the_users(printed):
    """A packaged macro given something that it cannot print fails at the line that gave it."""
    with pytest.raises(BadWorkspace) as broken:
        printed("{% from 'blocks.md.j2' import head %}\n\n{{ head(view) }}")
    assert broken.value.says.en == "templates/mine.md.j2:3: there is no field `project`"


def test_a_bug_in_a_packaged_template_is_not_blamed_on_the_user():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("weekly", Owner(), "zh")


@pytest.mark.parametrize(
    "source",
    [
        "{{ view.__class__ }}",
        "{{ view.title.__class__.__mro__ }}",
        "{{ ''.join.__globals__ }}",
        "{{ t.__globals__ }}",
        "{{ view.title | attr('__class__') }}",
        "{{ '{0.__class__}'.format(view) }}",
        "{{ range(10000000) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for i in range(9000) %}{% for j in range(9000) %}xxxxxxxx{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}x{% endmacro %}{{ m().join(['<', '**']) }}",
        "{% macro m() %}%s{% endmacro %}{{ m() % '**' }}",
        "{{ view.items.append(1) }}",
        "{% include '../secret.md.j2' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'builtin/../../secret.md.j2' %}",
        "{% include 'link.md.j2' %}",
        "{{ lipsum() }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ 1 | random }}",
    ],
)
def test_the_sandbox_holds(printed, tmp_path, source):
    (tmp_path / "secret.md.j2").write_text("geheim", encoding="utf-8")
    (tmp_path / "templates/link.md.j2").symlink_to(tmp_path / "secret.md.j2")
    with pytest.raises(BadWorkspace):
        printed(source)


def lines_of(folder: Path) -> list[str]:
    files = sorted((folder / "hostile-strings").glob("jinja2*.txt")) + sorted(
        (folder / "hostile-strings").glob("ssti*.txt")
    )
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def test_published_attacks_as_templates_print_text_or_are_refused(printed, shared_data):
    for attack in lines_of(shared_data):
        try:
            text = printed(attack)
        except PmkitError:
            continue
        assert not any(
            leak in text for leak in ("root:", "uid=", "<class", "<module", "<function", "<built-in", "0x7f")
        ), attack


def test_published_attacks_as_data_stay_as_they_are(printed, shared_data):
    from pmkit.reports.formats.tokens import Words, parse

    for attack in lines_of(shared_data):
        (paragraph,) = parse(printed("> {{ view.title }}", View(title=attack)))[0].blocks
        assert all(isinstance(part, Words) for part in paragraph.inside)
        assert "".join(part.text for part in paragraph.inside).split() == attack.split()


def test_the_users_folder_goes_before_the_packaged_one_and_can_build_on_it(tmp_path):
    (tmp_path / "weekly.md.j2").write_text(
        '{% extends "builtin/weekly.md.j2" %}\n{% block summary %}本周平稳。{{ super() }}{% endblock %}\n',
        encoding="utf-8",
    )
    mine, packaged = (render("weekly", samples.weekly(), "zh", folder) for folder in (tmp_path, None))
    assert "本周平稳。本周完成" in mine
    assert mine.replace("本周平稳。", "") == packaged


def test_a_block_of_ones_own_may_use_the_shared_macros(tmp_path):
    (tmp_path / "weekly.md.j2").write_text(
        '{% extends "builtin/weekly.md.j2" %}{% from "blocks.md.j2" import lamp %}'
        "{% block summary %}{{ lamp(view.overall) }}{% endblock %}",
        encoding="utf-8",
    )
    assert "本周小结\n\n<amber>预警" in render("weekly", samples.weekly(), "zh", tmp_path)


def test_a_template_that_extends_itself_is_told_how(tmp_path):
    (tmp_path / "weekly.md.j2").write_text('{% extends "weekly.md.j2" %}', encoding="utf-8")
    with pytest.raises(BadWorkspace) as broken:
        render("weekly", samples.weekly(), "zh", tmp_path)
    assert "builtin/" in broken.value.fix.en


def test_an_unknown_name_is_a_usage_error():
    with pytest.raises(UsageError) as refused:
        render("wekly", View(), "zh")
    assert refused.value.fix.en == "did you mean `weekly`?"


def test_a_template_that_is_not_utf8(tmp_path):
    (tmp_path / "mine.md.j2").write_bytes("周报".encode("gb18030"))
    with pytest.raises(BadWorkspace, match=r"mine\.md\.j2 is not UTF-8"):
        render("mine", View(), "zh", tmp_path)


def test_packaged_templates_are_found_and_named():
    assert {"weekly", "change"} <= set(template_names())
    assert "blocks" not in template_names()
    assert (packaged_templates() / "house.css").is_file()


def test_a_style_of_ones_own_replaces_the_packaged_one(tmp_path):
    assert "@page" in read_style(None) == read_style(tmp_path)
    (tmp_path / "house.css").write_text("body { color: red }", encoding="utf-8")
    assert read_style(tmp_path) == "body { color: red }"
