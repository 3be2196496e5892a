"""Issues: from open to closed, by the verbs that say what is missing; a risk that happened becomes one."""

import json
import re

import pytest

from workspaces import once


@once
def troubled(park):
    """An issue that 王芳 raised, and a risk."""
    park(
        "issue open --title 门禁读卡器误报 --severity serious --raised-by wang.fang --owner li.wei --due 2026-03-10 "
        "--description 高峰期约百分之三误报"
    )
    park(
        "risk add --title 停车接口文档迟到 --probability 3 --impact 4 --owner li.wei --category supply --cause 厂商未排期 "
        "--effect 联调推迟 --contingency 先用模拟接口"
    )


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def test_an_issue_goes_from_open_to_closed(troubled):
    troubled("issue analyse ISS-001")
    assert shown(troubled, "ISS-001")["status"] == "analysing"
    troubled("issue analyse ISS-001 --cause 固件版本旧 --impact 影响试运行指标")
    assert shown(troubled, "ISS-001")["status"] == "solving"
    troubled("issue hold ISS-001 --note 等厂商发布新固件")
    troubled("issue resume ISS-001")
    troubled("issue resolve ISS-001 --action 升级固件 --date 2026-03-06")
    troubled("issue verify ISS-001 --by wang.fang --date 2026-03-09 --note 连续三天无误报")
    troubled("issue close ISS-001 --date 2026-03-10")
    data = shown(troubled, "ISS-001")
    assert (data["status"], data["cause"], data["action"]) == ("closed", "固件版本旧", "升级固件")
    assert [(s["to"], s["by"]) for s in data["steps"]][-3:] == [
        ("resolved", "li.wei"),
        ("resolved", "wang.fang"),
        ("closed", "li.wei"),
    ]
    assert "Pmkit-Action: issue.close" in troubled.git("log", "-1", "--format=%B")
    troubled("audit")


def test_a_step_says_what_it_lacks(troubled):
    troubled("issue resolve ISS-001", code=4)
    assert "--cause" in troubled.err
    assert "--action" in troubled.err
    troubled("issue hold ISS-001", code=4)
    assert "--note" in troubled.err
    troubled("issue resolve ISS-001 --cause 固件 --action 升级")
    troubled("issue close ISS-001", code=4)
    assert "pmkit issue verify ISS-001" in troubled.err


def test_what_failed_verification_has_to_be_verified_again(troubled):
    troubled("issue resolve ISS-001 --cause 固件 --action 升级")
    troubled("issue verify ISS-001 --by wang.fang")
    troubled("issue reopen ISS-001 --note 又出现误报")
    troubled("issue resolve ISS-001 --action 更换读卡器")
    troubled("issue close ISS-001", code=4)
    troubled("issue verify ISS-001 --by wang.fang")
    assert len(troubled("issue close ISS-001").splitlines()) == 1, "nothing comes after, and no empty line says so"


def test_what_is_no_issue_is_closed_with_its_reason(troubled):
    troubled("issue close ISS-001", code=4)
    troubled("issue close ISS-001 --note 与设计一致，不是问题")
    assert "ISS103" not in troubled("check", code=None)


def test_escalation_is_kept_and_ends_the_finding(troubled):
    troubled.today = "2026-03-10"
    assert "ISS302" in troubled("check", code=None)
    troubled("issue escalate ISS-001 --to wang.fang --note 请协调厂商")
    assert "ISS302" not in troubled("check", code=None)
    assert shown(troubled, "ISS-001")["escalations"] == [
        {"to": "wang.fang", "on": "2026-03-10", "by": "li.wei", "note": "请协调厂商"}
    ]
    troubled("issue escalate ISS-001 --to wang.fang", code=4)
    troubled("issue escalate ISS-001 --to nobody", code=2)


def test_a_risk_that_happened_becomes_an_issue_in_one_commit(troubled):
    before = troubled.git("rev-list", "--count", "HEAD")
    troubled("issue from-risk RSK-001 --note 厂商书面通知延期 --due 2026-03-20")
    assert int(troubled.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert shown(troubled, "RSK-001")["status"] == "occurred"
    issue = shown(troubled, "ISS-002")
    assert issue["from"] == ["RSK-001"]
    assert (issue["title"], issue["cause"], issue["action"]) == ("停车接口文档迟到", "厂商未排期", "先用模拟接口")
    assert (issue["severity"], issue["due"]) == ("serious", "2026-03-20")
    assert "ISS-002" in troubled("trace RSK-001")
    troubled("issue from-risk RSK-001", code=4)
    assert "ISS-002" in troubled.err


def test_what_is_known_inside_only_stays_inside(troubled):
    """A risk is internal unless it says otherwise: what it becomes is no more public than it was."""
    troubled("issue from-risk RSK-001")
    assert shown(troubled, "ISS-002")["visibility"] == "internal"
    troubled("risk add --title 客户也知道的风险 --visibility customer --probability 1 --impact 1")
    troubled("issue from-risk RSK-002")
    assert shown(troubled, "ISS-003")["visibility"] == "customer"
    assert (
        shown(troubled, "ISS-003")["owner"] == "li.wei"
    )  # the risk names nobody: whoever opens it, until somebody else


def test_a_risk_that_was_closed_did_not_happen(troubled):
    troubled("risk close RSK-001")
    troubled("issue from-risk RSK-001", code=4)


@pytest.mark.parametrize("severity", ["serous", "very"])
def test_a_choice_is_named(troubled, severity):
    troubled(f"issue open --title 甲 --severity {severity}", code=2)
    assert "serious" in troubled.err


@once
def logged(troubled):
    """Issues in several states, one of them known inside only."""
    troubled("issue analyse ISS-001 --cause 固件版本旧 --impact 影响试运行指标 --category technical --urgency urgent")
    troubled("issue escalate ISS-001 --to wang.fang")
    troubled("issue from-risk RSK-001")
    troubled("issue open --title 道闸不抬杆 --raised-by wang.fang --owner li.wei --due 2026-03-06 --severity fatal")
    troubled("issue resolve ISS-003 --cause 线缆松动 --action 重新接线 --date 2026-03-05")
    troubled("issue verify ISS-003 --by wang.fang --date 2026-03-06")
    troubled("issue close ISS-003 --date 2026-03-06")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_log_as_it_reads(logged, golden, lang):
    text = logged(f"report issues --lang {lang} --as-of 2026-03-20 --out -")
    golden(f"issues.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))


def test_the_customer_reads_nothing_internal(logged):
    assert "停车接口" not in logged("report issues --out -")
    inside = logged("report issues --audience internal --out -")
    assert "停车接口文档迟到" in inside
    assert "RSK-001" in inside


def test_the_log_can_be_filled_in_by_hand(logged):
    text = logged("report issues --blank --out -")
    assert "门禁" not in text
    assert "| 12 |" in text
