"""Reviews: material, comments with their answers, the decision at the gate, and what has to be settled to close."""

import json
import re

import pytest

from workspaces import once


@once
def reviewed(park):
    """A design review of the gate M-001 with two comments, held with one condition."""
    park.today = "2026-03-12"
    park(
        "review plan --title 设计评审 --type design --phase PH1 --gate M-001 --time 2026-03-13T14:00 --place 三楼会议室 "
        "--chair wang.fang --reviewer wang.fang --reviewer li.wei --agenda 逐章评审 --basis 合同第3条 "
        "--material '总体设计方案 V0.9' --material '接口清单 V1.1'"
    )
    park(
        "review comment REV-001 --text 缺少停车接口的数据字典 --place '3.2 外部接口' --severity serious --raised-by wang.fang"
    )
    park("review comment REV-001 --text 字号过小 --severity 建议 --raised-by wang.fang")
    park(
        "review record REV-001 --decision conditional --condition '补充数据字典（李伟，2026-03-20）' --date 2026-03-13"
    )
    park.today = "2026-03-16"


def shown(run, record_id="REV-001"):
    return json.loads(run(f"show {record_id} --json"))


def test_the_plan_of_a_review(reviewed):
    data = shown(reviewed)
    assert data["materials"] == [
        {"title": "总体设计方案", "version": "V0.9"},
        {"title": "接口清单", "version": "V1.1"},
    ]
    assert (data["phase"], data["gate"], data["status"], data["decision"]) == ("PH1", "M-001", "held", "conditional")
    assert data["conditions"] == [{"text": "补充数据字典", "owner": "li.wei", "due": "2026-03-20"}]
    assert data["comments"][1]["severity"] == "suggestion"
    assert "REV-001" in reviewed("trace M-001")


def test_it_is_closed_once_every_comment_is_answered_and_every_condition_met(reviewed):
    reviewed("review close REV-001", code=4)
    assert "尚未答复的意见：1、2；尚未落实的条件：1" in reviewed.err
    reviewed("review answer REV-001 1 --disposition adopted --owner li.wei --due 2026-03-18")
    reviewed("review answer REV-001 2 --disposition rejected", code=2)
    assert "--reason" in reviewed.err
    reviewed("review answer REV-001 2 --disposition rejected --reason 按公司模板排版")
    reviewed("review close REV-001", code=4)
    assert "pmkit review meet REV-001 1" in reviewed.err
    reviewed("review meet REV-001 1 --date 2026-03-18")
    reviewed("review meet REV-001 1", code=4)
    said = reviewed("review close REV-001")
    assert "仍待验证的意见：1" in said
    reviewed("review verify REV-001 1 --by wang.fang")
    data = shown(reviewed)
    assert data["status"] == "closed"
    assert (data["comments"][0]["verified_by"], data["comments"][1]["answer"]) == ("wang.fang", "按公司模板排版")
    reviewed("review comment REV-001 --text 迟到的意见", code=4)
    reviewed("audit")


def test_only_what_was_adopted_is_verified(reviewed):
    reviewed("review verify REV-001 1", code=4)
    assert "review answer REV-001 1" in reviewed.err
    reviewed("review answer REV-001 1 --disposition rejected --reason 不在范围内")
    reviewed("review verify REV-001 1", code=4)
    reviewed("review verify REV-001 7", code=2)


def test_a_conditional_pass_names_its_conditions_and_no_other_does(park):
    park("review plan --title 需求评审 --time 2026-03-04")
    park("review record REV-001 --decision conditional", code=2)
    assert "--condition" in park.err
    park("review record REV-001 --decision pass --condition '甲（李伟，3月20日）'", code=4)
    park("review record REV-001", code=2)
    park("review record REV-001 --decision 不通过（重新评审）")
    assert shown(park)["decision"] == "fail"
    park("review record REV-001 --decision conditional --condition '甲（李伟，3月40日）'", code=2)


def test_a_milestone_that_was_reached_before_its_review_passed_is_found(reviewed):
    reviewed("review plan --title 复评 --time 2026-03-17 --gate M-001")
    for task in ("T-001", "T-002", "M-001"):
        reviewed(f"plan progress {task} --percent 100 --date 2026-03-16")
    assert "REV201" not in reviewed("check", code=None)
    reviewed("review record REV-001 --decision fail --conclusion 需重新设计")
    assert "conditions" not in shown(reviewed)
    assert "REV201" in reviewed("check", code=None)


def test_what_is_left_of_a_review_is_due(reviewed):
    reviewed("review answer REV-001 1 --disposition partly --reason 只补接口 --owner li.wei --due 2026-03-18")
    said = reviewed("todo")
    assert "答复意见 2" in said
    assert "落实意见 1 并验证" in said
    assert "落实条件：补充数据字典" in said
    reviewed.today = "2026-03-30"
    found = {f["code"] for f in json.loads(reviewed("check --json", code=None))["findings"]}
    assert {"REV301", "REV302"} <= found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_record_as_it_reads(reviewed, golden, lang):
    reviewed("review answer REV-001 1 --disposition partly --reason 只补接口部分 --owner li.wei --due 2026-03-18")
    reviewed("review verify REV-001 1 --by wang.fang --date 2026-03-17")
    reviewed("review plan --title 上线评审 --type test --mode correspondence --time 2026-03-25")
    for name in ("review REV-001", "reviews"):
        text = reviewed(f"report {name} --lang {lang} --out -")
        golden(f"{name.split()[0]}.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))


def test_the_form_can_be_filled_in_by_hand(reviewed):
    text = reviewed("report review --blank --out -")
    assert "□通过　□有条件通过　□不通过（重新评审）" in text
    assert "REV-001" in reviewed("report review --out -")  # the newest where none is named


def test_the_weekly_report_tells_of_reviews(reviewed):
    text = reviewed("report weekly --as-of 2026-03-13 --out -")
    assert "| REV-001 设计评审 | 王芳 | / | 100% | 有条件通过；意见 2 条；待答复 2 条 |" in text
    reviewed("review plan --title 上线评审 --time 2026-03-25 --chair li.wei --reviewer wang.fang")
    assert "| REV-002 上线评审 | 李伟 | 2026-03-25 | 王芳 |" in reviewed("report weekly --as-of 2026-03-20 --out -")
