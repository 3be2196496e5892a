"""Surveys: answers recorded in a line, averages and trend, follow-up for low scores; who answered stays with us."""

import json
import re

import pytest

from workspaces import once


@once
def asked(park):
    """A survey that two people have answered, one of them badly served by the weekly reports."""
    park("set wang.fang department=信息中心 position=主任")
    park("survey create --title 实施期满意度调查 --to wang.fang --reply-by 2026-03-20 --item 移动端体验 --owner li.wei")
    park(
        "survey record SRV-001 --respondent wang.fang --scores '5 4 4 3 5 2 4 4 5 - 4 4' --scores 移动端体验=4 --recommend 8 "
        "--best 服务态度 --improve 沟通 --remark 沟通及时=周报常迟"
    )
    park("survey record SRV-001 --respondent 陈光 --scores '5,4,4,5,5,4,4,4,5,4,4,4' --recommend 9")


def summary(run, survey="SRV-001"):
    (found,) = json.loads(run(f"survey summary {survey} --json"))
    return found


def test_what_it_comes_to(asked):
    """By hand: communication (2 + 4) / 2 = 3.00, training 4 by one alone; 12 scores of 48 and 12 of 52 are 100 / 24."""
    found = summary(asked)
    assert found["items"]["communication"] == "3.00"
    assert found["items"]["training"] == "4.00"
    assert found["items"]["移动端体验"] == "4.00"
    assert found["score"] == "4.17"
    assert found["recommend"] == "8.50"
    assert found["low_items"] == ["communication"]


def test_the_next_one_tells_what_moved(asked):
    asked("survey create --title 验收后满意度调查 --stage 验收后")
    asked("survey record SRV-002 --scores '5 4 4 4 5 5'")
    found = summary(asked, "SRV-002")
    assert found["score_change"] == "0.33"
    assert "沟通及时  5.00    +2.00" in asked("survey summary SRV-002")


def test_a_low_score_wants_something_done(asked):
    assert "SRV201" in asked("check", code=None)
    assert "--from SRV-001" in asked("survey summary")
    asked("action add --title 每周五准时发周报 --owner li.wei --due 2026-03-27 --from SRV-001")
    assert "SRV201" not in asked("check", code=None)
    assert summary(asked)["follow_ups"] == ["ACT-001"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--scores '5 4 6'", "6"),
        ("--scores 伙食=5", "伙食"),
        ("--scores '- - -'", "--scores"),
        ("--scores '5 5 5 5 5 5 5 5 5 5 5 5 5 5'", "13"),
        ("--scores 5 --recommend 11", "11"),
        ("--scores 5 --remark 伙食=好", "伙食"),
    ],
)
def test_what_is_no_answer(asked, options, says):
    asked(f"survey record SRV-001 {options}", code=2)
    assert says in asked.err


def test_nobody_answers_twice_and_nothing_comes_after_the_end(asked):
    asked("survey record SRV-001 --respondent 王芳 --scores 5", code=4)
    asked("survey close SRV-001")
    asked("survey record SRV-001 --scores 5", code=4)
    assert "pmkit survey reopen SRV-001" in asked.err
    asked("survey create --title 空的")
    asked("survey close SRV-002", code=4)
    asked("survey cancel SRV-002")


def test_who_answered_what_stays_with_us(asked):
    """Neither the questionnaire that the customer gets nor an export for the customer holds answers or names."""
    customers = asked("report survey SRV-001 --out -")
    assert "□0　□1" in customers
    assert not re.search(r"王芳|周报常迟|☑8|4\.1", customers)
    asked("export survey --audience customer --out srv.csv")
    assert not re.search("王芳|周报常迟|信息中心", (asked.folder / "srv.csv").read_text(encoding="utf-8-sig"))
    asked("report surveys --audience customer", code=4)
    assert "--audience internal" in asked.err
    assert "王芳" not in asked("report surveys --audience internal --out -")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_documents_as_they_read(asked, golden, lang):
    asked("action add --title 每周五准时发周报 --owner li.wei --due 2026-03-27 --from SRV-001")
    for name, report in {
        "survey-blank": "survey --blank",
        "survey": "survey SRV-001 --audience internal",
        "surveys": "surveys --audience internal",
    }.items():
        text = asked(f"report {report} --lang {lang} --out -")
        golden(f"{name}.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))
