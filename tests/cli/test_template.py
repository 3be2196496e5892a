"""`pmkit template`: the packaged templates, and a workspace's own."""

from __future__ import annotations

import json

from pmkit.reports.catalogue import REPORTS
from pmkit.reports.templates import packaged_files, template_names


def test_every_report_has_its_template(park):
    listed = {one["name"]: one for one in json.loads(park("template list --json"))}
    assert {report.name for report in REPORTS} <= listed.keys()
    assert set(template_names()) <= listed.keys()
    assert not any(one["own"] for one in listed.values())
    assert "项目周报" in park("template list")


def test_take_one_over_and_change_it(park):
    park("template eject weekly")
    assert park.git("log", "-1", "--format=%s").strip() == "取出模板 weekly.md.j2"
    own = park.folder / "templates/weekly.md.j2"
    assert own.read_text(encoding="utf-8") == park("template show weekly --builtin")
    before = park("report weekly --out -")
    own.write_text(own.read_text(encoding="utf-8").replace("一、总体状态", "一、本周总体状态"), encoding="utf-8")
    assert park("report weekly --out -") == before.replace("一、总体状态", "一、本周总体状态")
    assert "一、本周总体状态" in park("template show weekly")
    assert "自有模板 1 个，全部可用" in park("template check")
    park("template eject weekly", code=4)
    assert "templates/weekly.md.j2 已存在" in park.err


def test_every_mistake_is_told_with_its_line(park):
    park("template eject weekly")
    park("template eject change")
    weekly, change = park.folder / "templates/weekly.md.j2", park.folder / "templates/change.md.j2"
    weekly.write_text("# {{ view.title(lang) }}\n\n{{ view.summry }}\n", encoding="utf-8")
    change.write_text("# {{ view.title(lang) }}\n{% if %}\n", encoding="utf-8")
    (park.folder / "templates/wekly.md.j2").write_text("x", encoding="utf-8")
    said = park("template check", code=3)
    assert "templates/wekly.md.j2：没有同名的内置模板" in said
    assert "templates/weekly.md.j2:3：没有字段 `summry`" in park.err
    assert "`summary`" in park.err
    assert "templates/change.md.j2:2：模板语法错误" in park.err


def test_the_fields_of_each_are_told(park):
    lacking = []
    for report in REPORTS:
        said = park(f"template show {report.name} --fields", code=None)
        assert park.code or len(said.splitlines()) > 3
        if park.code:
            assert park.err.endswith("所需的数据\n")
            lacking.append(report.name)
    assert set(lacking) == {"requirements-diff", "agenda"}  # nothing is signed, no meeting planned
    assert "  drift: int | Decimal | None" in park("template show weekly --fields")


def test_shared_parts_have_no_fields_and_unknown_names_a_neighbour(park):
    park("template show blocks --fields", code=2)
    assert "由其他模板引用" in park.err
    park("template show wekly", code=2)
    assert "`weekly`" in park.err
    assert packaged_files()["house.css"] == "house.css"
    assert "@page" in park("template show house.css")
