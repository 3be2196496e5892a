"""Stakeholders: the grid, who was not spoken to, the communication plan; register and contact list."""

import json

import pytest

from workspaces import once


@once
def known(park):
    park("set wang.fang influence=high interest=low attitude=neutral expectations=按期上线 our_contact=li.wei")
    park("set li.wei organisation=智和信息 position=项目经理 phone=13800000000 authority=五万元以内变更")
    park("person add ma.chao --name 马超 --side customer --role user --department 安保部")
    park("person plan wang.fang --what 月度汇报 --every month --channel meeting --by li.wei")
    park("person plan ma.chao --what 进展通报 --every week --by li.wei --from 2026-03-02")
    park.today = "2026-03-10"
    park("meeting record --title 专题会 --time 2026-03-06T10:00 --present wang.fang,li.wei")


def test_the_matrix(known):
    said = json.loads(known("person list --matrix --days 7 --json"))
    assert {p["id"]: (p["influence"], p["days_since"], p["record"]) for p in said["people"]} == {
        "wang.fang": ("high", 4, "MTG-001"), "ma.chao": (None, 8, None),
    }  # fmt: skip
    assert said["silent"] == ["ma.chao"]
    assert [(k["person"], k["due"], k["missed"]) for k in said["plan"]] == [
        ("ma.chao", "2026-03-09", True), ("wang.fang", "2026-04-07", False),  # 5 and 6 April are days off
    ]  # fmt: skip
    text = known("person list --matrix --days 7")
    assert "尚未评定：马超" in text
    assert any(line.split() == ["高", "王芳"] for line in text.splitlines())
    assert "COM310" in known("check --select COM310", code=None)
    assert "进展通报" in known("todo --mine")
    known("person list --matrix --days x", code=2)


def test_an_interview_by_the_right_channel_keeps_the_plan(known):
    known("person plan ma.chao --what 现场沟通 --every '2 weeks' --channel visit --from 2026-02-02")
    known("interview record --title 安保 --with ma.chao --mode phone --date 2026-03-10")
    missed = {k["what"]: k["missed"] for k in json.loads(known("person list --matrix --json"))["plan"]}
    assert missed == {"进展通报": False, "月度汇报": False, "现场沟通": True}


@pytest.mark.parametrize(
    "line", ["--what x --every fortnit", "--what x --every week --channel pigeon", "--what x --every week --by nobody"]
)
def test_a_plan_that_is_none_is_refused(known, line):
    before = known.git("rev-parse", "HEAD")
    known(f"person plan wang.fang {line}", code=2)
    assert known.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register_is_internal_and_the_contacts_are_not(known, golden, lang):
    known("report stakeholders --audience customer", code=4)
    head = known.git("rev-parse", "HEAD").strip()[:9]
    register = known(f"report stakeholders --audience internal --lang {lang} --out -")
    contacts = known(f"report contacts --lang {lang} --out -")
    golden(f"stakeholders.{lang}.md", register.replace(head, "COMMIT"))
    golden(f"contacts.{lang}.md", contacts.replace(head, "COMMIT"))
    assert "按期上线" not in contacts
    assert "13800000000" in contacts


def test_who_has_left_is_in_neither(known):
    known("set ma.chao left=true")
    assert "马超" not in known("report contacts --out -")
    assert "COM310" not in known("check --select COM310")
    assert "李伟" not in known("report contacts --blank --out -")
