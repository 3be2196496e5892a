"""Training: the sheet to be signed, who came with which marks, the record."""

import json
import re

import pytest

from workspaces import once


@once
def taught(park):
    """A session for three people, of whom two came, and one unannounced."""
    park("set wang.fang organisation=滨海集团 department=信息中心 position=主任 phone=13900000001")
    park(
        "training plan --title 系统管理员培训 --time 2026-03-10T14:00 --hours 3 --place 三楼会议室 --mode 上机实操 --trainer li.wei "
        "--material 管理员手册V1.0 --outline 账号管理 --outline 报表 --requirement REQ-001 --invite wang.fang,孙莉,赵强"
    )
    park.today = "2026-03-10"
    park("training record TRN-001 --present wang.fang=92/5,孙莉=55/4,周涛 --result 上机考核 --improve 增加操作时间")


def shown(run):
    return json.loads(run("show TRN-001 --json"))


def test_who_came_with_which_marks(taught):
    data = shown(taught)
    assert data["attendees"][0] == {
        "name": "王芳", "organisation": "滨海集团 信息中心", "position": "主任", "phone": "13900000001", "present": True,
        "score": 92, "feedback": 5,
    }  # fmt: skip
    assert [(one["name"], one.get("present", False)) for one in data["attendees"]] == [
        ("王芳", True), ("孙莉", True), ("赵强", False), ("周涛", True),
    ]  # fmt: skip
    assert data["status"] == "held"
    assert "TRN-001" in taught("trace REQ-001")
    taught("training confirm TRN-001 --by wang.fang --text 情况属实")
    taught("audit")


def test_nobody_was_absent_from_what_was_not_held_yet(park):
    park("training plan --title 用户培训 --time 2026-03-09T09:00 --invite 王芳")
    assert "| 1 | 王芳 |  | / | / | / |" in park("report training TRN-001 --out -").replace(
        "| / | / | / | / |", "|  | / | / | / |"
    )
    park.today = "2026-03-09"
    park("training record TRN-001 --came 1")
    assert "| 否 |" in park("report training TRN-001 --out -")


def test_the_day_on_which_it_was_held_is_the_one_that_is_printed(park):
    park("training plan --title 用户培训 --time 2026-03-09T09:00")
    park("training record TRN-001 --came 5", code=4)
    assert "2026-03-09" in park.err
    park.today = "2026-03-12"
    park("training record TRN-001 --came 5 --expected 6 --date 2026-03-11")
    assert shown(park)["time"] == "2026-03-11T09:00"
    assert shown(park)["steps"][-1]["on"] == "2026-03-11"
    assert "2026-03-11 09:00" in park("report training TRN-001 --out -")
    park("training plan --title 管理员培训 --time 2026-03-10T09:00 --date 2026-03-05")
    park("training record TRN-002 --came 5 --expected 5")
    assert json.loads(park("show TRN-002 --json"))["steps"][-1]["on"] == "2026-03-10"  # entered late


@pytest.mark.parametrize("given", ["王芳=101", "王芳=80/6", "=80"])
def test_what_is_no_mark(taught, given):
    taught(f"training record TRN-001 --present {given}", code=2)


def test_a_session_that_nobody_recorded_is_found(park):
    park("training plan --title 用户培训 --time 2026-03-03")
    assert "TRN301" in park("check")
    park("training record TRN-001")
    assert "TRN101" in park("check")
    park("training record TRN-001 --came 20 --expected 25")
    assert "TRN" not in park("check")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_papers_as_they_read(taught, golden, lang):
    for name in ("attendance", "training"):
        text = taught(f"report {name} TRN-001 --lang {lang} --out -")
        golden(f"training-{name}.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))


def test_people_are_in_the_signed_papers_and_in_no_export(taught):
    assert "13900000001" in taught("report attendance TRN-001 --out -")
    assert "13900000001" not in taught("report training TRN-001 --out -")
    taught("export training --audience customer --out t.csv")
    text = (taught.folder / "t.csv").read_text(encoding="utf-8-sig")
    assert not re.search("孙莉|王芳|13900000001", text.replace("李伟", ""))


def test_the_record_can_be_printed_blank(park):
    assert "应到" in park("report training --blank --out -")
    park("report training", code=2)


def test_the_weekly_report_tells_of_training(taught):
    text = taught("report weekly --as-of 2026-03-13 --out -")
    assert "| TRN-001 系统管理员培训 | 李伟 | / | 100% | 应到 3 人，实到 3 人 |" in text
