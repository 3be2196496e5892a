"""Cases from acceptance criteria, rounds with results and defects, the walk in the terminal, results out of files."""

import json

import pytest

from terminals import PMKIT, Terminal
from workspaces import once


@once
def cases(park):
    """A signed requirement with three criteria, a case for each, ready to be run; the second requirement is a draft."""
    park("set REQ-001 acceptance+=登录不超过2秒 acceptance+=退出后不能再访问")
    park("requirement add --title 访客预约 --accept 当天可约 --priority should")
    park("requirement review REQ-001")
    park("signoff prepare REQ-001")
    park.write("scan.pdf", "已签字")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("acceptance case generate")
    park("acceptance case ready CAS-001 CAS-002 CAS-003")


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def results(run, record_id="RND-001"):
    return [(one["case"], one["result"]) for one in shown(run, record_id).get("results", [])]


def test_skeletons_come_from_the_criteria_of_signed_requirements_once(cases):
    data = shown(cases, "CAS-002")
    assert (data["title"], data["criterion"], data["requirements"]) == (
        "统一身份认证：登录不超过2秒", "登录不超过2秒", ["REQ-001"],
    )  # fmt: skip
    assert "REQ-001" in data["seen"]
    assert "均已有用例" in cases("acceptance case generate")
    assert "没有验收用例" not in cases("acceptance ready --group requirements", code=1)
    cases("acceptance case cancel CAS-003 --note 重复", code=None)
    cases("acceptance case generate --requirement REQ-002 --stage final")
    data = shown(cases, "CAS-004")
    assert (data["requirements"], data["stage"], data["priority"]) == (["REQ-002"], "final", "other")


def test_only_the_customer_waives_a_case_with_evidence(cases):
    cases("acceptance case waive CAS-003 --reason 本期不考核", code=4)
    assert "不代表建设单位" in cases.err
    cases("acceptance case waive CAS-003 --reason 本期不考核 --by wang.fang", code=4)
    assert "--evidence" in cases.err
    cases("acceptance case waive CAS-003 --reason 本期不考核 --by wang.fang --evidence scan.pdf")
    step = shown(cases, "CAS-003")["steps"][-1]
    assert (step["to"], step["by"], step["note"]) == ("waived", "wang.fang", "本期不考核")
    assert step["evidence"]["file"] == "evidence/CAS-003/scan.pdf"
    cases("audit")


def test_a_round_takes_results_with_evidence_and_opens_defects(cases):
    cases.write("shot.png", "截图")
    cases("acceptance round start --stage preliminary --tester li.wei")
    cases("acceptance round start", code=4)
    cases("acceptance round record RND-001 CAS-001 --result fail", code=2)
    assert "--defect" in cases.err
    cases("acceptance round record RND-001 CAS-001 --result blocked", code=2)
    cases(
        ["acceptance", "round", "record", "RND-001", "CAS-001", "--result", "不通过", "--evidence", "shot.png",
         "--actual", "第三次登录超时", "--defect", "登录偶发超时；严重；李伟；2026-03-10"]
    )  # fmt: skip
    issue = shown(cases, "ISS-001")
    assert (issue["title"], issue["severity"], issue["owner"], issue["due"]) == (
        "登录偶发超时", "serious", "li.wei", "2026-03-10",
    )  # fmt: skip
    assert (issue["from"], issue["affects"]) == (["CAS-001", "RND-001"], ["REQ-001"])
    assert shown(cases, "CAS-001")["status"] == "failed"
    found = shown(cases, "RND-001")["results"][0]
    assert found["issues"] == ["ISS-001"]
    assert found["evidence"][0]["file"] == "evidence/RND-001/shot.png"
    cases("acceptance round record RND-001 CAS-002 CAS-009 --result pass", code=2)
    cases("acceptance round record RND-001 CAS-002 --result pass")
    cases("acceptance round finish RND-001", code=4)
    assert "CAS-003" in cases.err
    assert "通过 1、不通过 1、未执行 1" in cases("acceptance round finish RND-001 --skip 环境未就绪")
    assert results(cases) == [("CAS-001", "fail"), ("CAS-002", "pass"), ("CAS-003", "skipped")]
    cases("acceptance round record RND-001 CAS-003 --result pass", code=4)
    cases("audit")


@once
def failed(cases):
    """The first round: one failed, two passed."""
    cases("acceptance round start")
    cases(["acceptance", "round", "record", "RND-001", "CAS-001", "--result", "fail", "--defect", "登录超时; serious"])
    cases("acceptance round record RND-001 CAS-002 CAS-003 --result pass")
    cases("acceptance round finish RND-001")


def test_the_next_round_runs_what_failed_or_was_affected(failed):
    failed("acceptance round start --stage preliminary")
    assert shown(failed, "RND-002")["cases"] == ["CAS-001"]
    failed("acceptance round record RND-002 CAS-001 --result pass")
    failed("acceptance round finish RND-002")
    failed("acceptance round start", code=4)
    assert "没有需要执行的用例" in failed.err
    failed("set CAS-002 expected=不超过2秒")  # it says something else than when it was run
    failed("acceptance round start")
    assert shown(failed, "RND-003")["cases"] == ["CAS-002"]


def test_a_new_version_of_what_a_case_shows_has_it_run_again(failed):
    failed("deliverable add --title 认证平台 --requirement REQ-001")
    failed("deliverable submit DLV-001 --note 部署在生产环境 --date 2026-03-06")
    failed("acceptance round start --date 2026-03-06")
    assert shown(failed, "RND-002")["cases"] == ["CAS-001", "CAS-002", "CAS-003"]


def test_in_a_pipe_the_walk_says_what_to_do(cases):
    cases("acceptance round start")
    cases("acceptance run RND-001", code=2)
    assert "pmkit acceptance round record RND-001" in cases.err


def test_the_walk_takes_one_key_a_result_and_goes_on_where_it_was_left(cases):
    cases("acceptance round start")
    walk = [str(PMKIT), "acceptance", "run", "RND-001"]
    terminal = Terminal(cases, walk)
    terminal.wait_for("[1/3] CAS-001").wait_for("> ").type("x").wait_for("x\r\n").type("p")
    terminal.wait_for("[2/3] CAS-002").wait_for("> ").type("q")
    said, code = terminal.end()
    assert code == 0, said
    assert results(cases) == [("CAS-001", "pass")]
    terminal = Terminal(cases, walk)
    terminal.wait_for("[2/3] CAS-002").wait_for("> ").type("f").wait_for("缺陷:").type("登录要 5 秒\n")
    terminal.wait_for("4 轻微").type("2").wait_for("[3/3] CAS-003").type("b").wait_for("原因:").type("停电\n")
    said, code = terminal.end()
    assert code == 0, said
    assert "[1/3]" not in said
    assert results(cases) == [("CAS-001", "pass"), ("CAS-002", "fail"), ("CAS-003", "blocked")]
    assert (shown(cases, "ISS-001")["title"], shown(cases, "ISS-001")["severity"]) == ("登录要 5 秒", "serious")
    assert cases.git("log", "--format=%s", "-1").strip() == "RND-001：CAS-003 阻塞"


JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="login" tests="6">
  <testcase classname="login.Basic" name="test_CAS_001_three_systems" time="1.2"/>
  <testcase classname="login.Basic" name="again [CAS-1]"/>
  <testcase classname="login.Speed" name="two_seconds">
    <properties><property name="pmkit" value="CAS-002"/></properties>
    <failure message="5.1 s &gt; 2 s">Traceback</failure></testcase>
  <testcase classname="login.Logout" name="no_access"><skipped message="环境未就绪"/></testcase>
  <testcase classname="other.Thing" name="unrelated"/>
</testsuite></testsuites>
"""


def test_junit_results_find_their_cases(cases):
    cases("set CAS-003 automated+=login.Logout.no_access")
    cases.write("results.xml", JUNIT)
    cases("acceptance import results.xml", code=2)
    assert "round start" in cases.err
    cases("acceptance round start --case CAS-001,CAS-002")
    said = json.loads(cases("acceptance import results.xml --json --dry-run"))
    assert said["unmatched"] == ["other.Thing.unrelated"]
    assert said["not_in_round"] == ["CAS-003"]
    assert said["results"][0] == {
        "case": "CAS-001", "result": "pass",
        "tests": ["login.Basic.test_CAS_001_three_systems", "login.Basic.again [CAS-1]"],
    }  # fmt: skip
    assert results(cases) == []
    said = cases("acceptance import results.xml --severity serious")
    assert "other.Thing.unrelated" in said
    assert results(cases) == [("CAS-001", "pass"), ("CAS-002", "fail")]
    assert shown(cases, "RND-001")["results"][0]["evidence"][0]["file"] == "evidence/RND-001/results.xml"
    issue = shown(cases, "ISS-001")
    assert (issue["severity"], issue["from"]) == ("serious", ["CAS-002", "RND-001"])
    assert "5.1 s > 2 s" in issue["description"]
    cases("acceptance import results.xml")  # the same again: no second issue
    assert shown(cases, "RND-001")["results"][-1]["issues"] == ["ISS-001"]
    cases("show ISS-002", code=2)


def test_a_mapping_file_names_the_cases_of_foreign_tests(cases):
    cases.write("results.xml", JUNIT.replace("CAS_001_", "").replace("[CAS-1]", "").replace("CAS-002", "-"))
    cases("acceptance round start")
    cases("acceptance import results.xml", code=2)
    assert "--map" in cases.err
    cases.write("map.csv", "测试,用例\nlogin.Basic.*,CAS-001\nno_access,CAS-3\n")
    cases("acceptance import results.xml --map map.csv")
    assert results(cases) == [("CAS-001", "pass"), ("CAS-003", "skipped")]
    cases.write("map.csv", "login.Basic.*,CAS-001\nno_access,REQ-3\n")
    cases("acceptance import results.xml --map map.csv", code=2)
    assert "map.csv:2" in cases.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuites>&b;</testsuites>', "1"),
        ("<testsuites><testcase", "1"),
        ("<html/>", "JUnit XML"),
        ("", "results.xml"),
    ],
)
def test_what_is_no_junit_is_refused(cases, text, says):
    cases("acceptance round start")
    cases.write("results.xml", text)
    cases("acceptance import results.xml", code=2)
    assert says in cases.err
    assert results(cases) == []
