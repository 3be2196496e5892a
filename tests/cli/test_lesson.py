"""Lessons: added without names, found again, taken over into the next project."""

import json
import re

import pytest

from workspaces import once


@once
def learned(park):
    """Two lessons, one adopted."""
    park(
        "lesson add --title 接口文档应在合同中约定交付日期 --category requirements --phase 设计 --context 停车厂商未提供接口文档 "
        "--impact 联调推迟两周 --cause 合同未约定 --advice 合同中写明接口文档的交付日期和责任方 --scope 系统集成项目"
    )
    park("lesson add --title 每周五固定发周报 --valence 经验 --category communication --advice 固定时间")
    park("lesson adopt LES-001")


def test_a_lesson_names_nobody(learned):
    learned("lesson add --title 王芳审批太慢 --category management", code=4)
    assert "王芳" in learned.err
    learned("lesson add --title 审批慢 --context 联系wang.fang@customer.example无回复", code=4)
    learned.edit("lessons/LES-001.yaml", "合同未约定", "李伟忘记约定")
    assert "LES101" in learned("check", code=1)


def test_it_is_found_by_its_words(learned):
    assert "LES-001" in learned("lesson search '接口 交付'")
    assert "没有相关" in learned("lesson search 接口 --category 沟通")
    assert [one["id"] for one in json.loads(learned("lesson search 固定 --json"))] == ["LES-002"]


def test_it_is_turned_down_with_a_reason(learned):
    learned("lesson reject LES-002", code=4)
    learned("lesson reject LES-002 --note 已是公司制度")


@once
def next_project(learned):
    """A second workspace beside the first one."""
    learned.folder = learned.folder.parent
    learned("init next --name 二期项目 --code ERQI --customer 滨海集团 --lang zh --currency CNY --start 2026-03-02")
    learned.folder = learned.folder / "next"
    learned("person add li.wei --name 李伟 --side supplier --role pm --email li.wei@supplier.example")


def test_the_next_project_takes_over_what_was_adopted(next_project):
    said = next_project("lesson import ../park")
    assert "LES-001" in said
    taken = json.loads(next_project("show LES-001 --json"))
    assert taken["origin"] == "智慧园区系统集成项目"
    assert taken["status"] == "proposed"
    assert taken["title"] == "接口文档应在合同中约定交付日期"
    assert "已有，未重复导入：1 条" in next_project("lesson import ../park")
    next_project("lesson import ../park --all")
    assert "LES-002" in next_project("list lesson")
    assert "../park" in next_project("lesson search 固定 --in ../park")


def test_nobody_travels_with_a_lesson(next_project):
    """Written by hand in the other project, with the name of somebody whom this one does not know."""
    other = next_project.folder.parent / "park/lessons/LES-001.yaml"
    other.write_text(other.read_text(encoding="utf-8").replace("合同未约定", "王芳未约定"), encoding="utf-8")
    assert "含个人信息，未导入：LES-001" in next_project("lesson import ../park")
    assert not (next_project.folder / "lessons").exists()


def test_a_sheet_brings_lessons_too(park):
    park.write("lessons.csv", "经验或教训,类别,改进建议\n尽早联调,技术,每周联调一次\n")
    park("lesson import lessons.csv")
    assert "尽早联调" in park("list lesson")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_as_it_reads(learned, golden, lang):
    learned("report lessons --audience customer", code=4)
    text = learned(f"report lessons --audience internal --lang {lang} --out -")
    golden(f"lessons.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))


def test_no_customer_reads_a_lesson(learned):
    learned("export lesson --audience customer --out l.csv")
    assert "接口文档" not in (learned.folder / "l.csv").read_text(encoding="utf-8-sig")
    assert "接口文档应在" not in learned("report weekly --out -")
