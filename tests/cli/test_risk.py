"""`pmkit risk`: rating in levels and figures, the response, the next look, and what becomes of it."""

import json

import pytest

from workspaces import once


@once
def rated(park):
    """A risk in figures: 40 %, 8 days, 60 000 of a contract of two millions."""
    park("set project contract_price=2000000")
    park("risk add --title 停车系统接口文档迟到 --chance 40 --delay 8d --cost 60000 --task T-001=3d --owner li.wei")


def risk(run, record_id="RSK-001"):
    return json.loads(run(f"show {record_id} --json"))


def test_figures_give_the_levels(rated):
    """40 % is level 3 (up to 50), 8 days are level 3 (up to 10), 3 % of the price are level 3; the highest counts."""
    found = risk(rated)
    assert (found["probability"], found["impacts"], found["impact"]) == (3, {"schedule": 3, "cost": 3}, 3)
    assert found["tasks"] == {"T-001": "3d"}
    out = rated("risk assess RSK-001 --on-quality 5")
    assert "RSK-001：3 × 5 = 15，极高；下次评估 2026-03-11" in out
    assert risk(rated)["impacts"] == {"schedule": 3, "cost": 3, "quality": 5}
    rated("risk review RSK-001 --chance 10")  # a limit belongs to the lower level
    assert (risk(rated)["probability"], risk(rated)["status"]) == (1, "assessed")
    rated("risk review RSK-001 --impact 2")  # a plain impact replaces the aspects
    assert "impacts" not in risk(rated)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("risk assess RSK-002", "RSK-002 尚未评级"),
        ("risk assess RSK-001 --probability 9", "`9` 大于 5"),
        ("risk assess RSK-001 --probability 5", "`5` 与发生概率 40% 对应的 3 级不符"),
        ("risk assess RSK-001 --task T-009=2d", "没有 T-009"),
        ("risk assess RSK-001 --task T-001", "未写明延误时间"),
        ("risk assess RSK-001 --residual high", "不是评级"),
        ("risk assess RSK-001 --task T-001=3x", "不是工期"),
        ("risk set RSK-001 strategy=exploit", "`exploit`（开拓）不适用于威胁"),
        ("risk set RSK-001 category=天气", "不在可选值之内：technical"),
        ("risk add --title 甲 --category 技术", "是否想写 `technical`"),
    ],
)
def test_what_does_not_fit_is_refused(rated, line, says):
    rated("risk add --title 停电 --owner li.wei")
    rated(line, code=2)
    assert says in rated.err


def test_a_response_is_made_of_actions(rated):
    rated("risk respond RSK-001 --response 先按抓包结果开发", code=4)
    assert "pmkit risk assess RSK-001" in rated.err
    rated("risk assess RSK-001")
    rated("risk respond RSK-001", code=2)
    assert "RSK-001 尚无应对措施" in rated.err
    rated(
        "risk respond RSK-001 --strategy mitigate --response 先按抓包结果开发 --trigger 3月13日仍未收到 --residual 2x3 "
        "--action '每周催厂商；2026-03-13' --action '请信息中心协调；wang.fang；2026-03-20'"
    )
    found = risk(rated)
    assert (found["status"], found["residual"]) == ("responding", {"probability": 2, "impact": 3})
    first, second = risk(rated, "ACT-001"), risk(rated, "ACT-002")
    assert (first["from"], first["owner"], first["due"]) == ("RSK-001", "li.wei", "2026-03-13")
    assert (second["owner"], second["visibility"]) == ("wang.fang", "internal")  # seen by whom sees the risk
    rated("risk respond RSK-001 --action 备一套模拟接口")
    assert [s["to"] for s in risk(rated)["steps"]] == ["open", "assessed", "responding"]
    rated("risk respond RSK-001", code=4)
    assert "RSK-001：开始应对" in rated.git("log", "--format=%s")


def test_one_that_happens_opens_the_issue(rated):
    out = rated("risk occur RSK-001 --note 厂商换人 --due 2026-03-20")
    assert "ISS-001" in out
    issue = risk(rated, "ISS-001")
    assert (issue["from"], issue["due"]) == (["RSK-001"], "2026-03-20")
    assert risk(rated)["status"] == "occurred"
    assert "ISS-001" in rated("trace RSK-001")
    rated("risk occur RSK-001", code=4)
    assert "ISS-001" in rated.err


def test_the_profile_says_how_risks_are_rated(park):
    park.edit("pmkit.yaml", "currency: CNY", "currency: CNY\nrisk:\n  scale: 3\n  categories: [technical, 数据]")
    park("commit -m 评级规则")
    park("risk add --title 迁移丢数 --category 数据 --chance 61 --on-quality 3 --owner li.wei")
    out = park("risk assess RSK-001")
    assert "3 × 3 = 9，极高" in out
    park("risk assess RSK-001 --on-quality 4", code=2)
    assert "`4` 超出项目概况规定的 3 级" in park.err


def test_the_lamp_of_risk(rated):
    def lamp():
        return json.loads(rated("status --json"))["health"]["risk"]

    assert lamp() == "green"
    rated("risk assess RSK-001 --on-quality 4")
    assert lamp() == "amber"  # high, no measure
    rated("risk assess RSK-001 --on-quality 5")
    assert lamp() == "red"  # extreme, nobody agreed the response
    rated("risk respond RSK-001 --strategy accept")
    assert lamp() == "green"
