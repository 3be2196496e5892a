"""Stages: entry conditions with what is missing, results under the customer's name, trial run, warranty, handover."""

import json

import pytest

from workspaces import once


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


WAIVED = "--reason 建设单位同意 --by wang.fang --evidence scan.pdf"


@once
def tested(park):
    """A signed requirement whose one case passed, and a deliverable that is not handed over yet."""
    park("requirement review REQ-001")
    park("signoff prepare REQ-001")
    park.write("scan.pdf", "已签字")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("acceptance case generate")
    park("acceptance case ready CAS-001")
    park("deliverable add --title 统一认证平台 --requirement REQ-001")
    park.today = "2026-06-01"


@once
def preliminary(tested):
    """The preliminary acceptance, held on a round in which everything passed."""
    tested("deliverable submit DLV-001 --note 已部署")
    tested(
        ["acceptance", "plan", "--stage", "preliminary", "--on", "2026-06-10", "--basis", "合同", "--method", "测试",
         "--panel", "王芳；组长", "--panel", "陈明；省信息中心；高级工程师；专家"]
    )  # fmt: skip
    tested("acceptance round start")
    tested("acceptance round record RND-001 CAS-001 --result pass")
    tested("acceptance round finish RND-001")
    tested("acceptance apply --stage preliminary")
    tested.today = "2026-06-10"
    tested("acceptance hold --stage preliminary --place 三楼会议室")


@once
def accepted(preliminary):
    """It passed with one item left open; training was held and the go-live is waived."""
    preliminary(
        ["acceptance", "conclude", "--stage", "preliminary", "--result", "pass", "--by", "wang.fang", "--evidence",
         "scan.pdf", "--opinion", "同意通过初验", "--item", "补充操作手册（李伟，2026-06-20）"]
    )  # fmt: skip
    preliminary("training plan --title 管理员培训 --time 2026-06-05")
    preliminary("training record TRN-001 --present 王芳")
    preliminary(f"acceptance waive go_live --stage preliminary {WAIVED}")


def test_a_stage_is_entered_once_its_conditions_hold(tested):
    tested("acceptance apply --stage preliminary", code=4)
    assert "DLV-001  统一认证平台 未提交" in tested.err
    assert "pmkit deliverable submit DLV-001" in tested.err
    assert "pmkit acceptance waive deliverables --stage preliminary" in tested.err
    entry = json.loads(tested("acceptance entry --stage preliminary --json", code=1))
    assert [(one["condition"], one["holds"]) for one in entry] == [("deliverables", False)]
    tested(
        "acceptance waive deliverables --stage preliminary --reason 现场交付 --by li.wei --evidence scan.pdf", code=4
    )
    tested("acceptance waive deliverables --stage preliminary --reason 现场交付 --by wang.fang", code=4)
    tested(f"acceptance waive delivrables --stage preliminary {WAIVED}", code=2)
    assert "deliverables" in tested.err
    tested(f"acceptance waive deliverables --stage preliminary {WAIVED}")
    tested("acceptance entry --stage preliminary")
    tested("acceptance apply --stage preliminary")
    waiver = shown(tested, "ACC-001")["waivers"][0]
    assert (waiver["what"], waiver["by"], waiver["evidence"]["file"]) == (
        "deliverables", "wang.fang", "evidence/ACC-001/scan.pdf",
    )  # fmt: skip
    tested("audit")


def test_what_was_agreed_and_held_stands_in_the_record(preliminary):
    data = shown(preliminary, "ACC-001")
    assert data["panel"][0] == {"name": "王芳", "duty": "组长"}
    assert data["panel"][1] == {"name": "陈明", "organisation": "省信息中心", "position": "高级工程师", "duty": "专家"}
    assert (data["time"], data["rounds"], data["status"]) == ("2026-06-10", ["RND-001"], "held")
    preliminary("acceptance plan --stage preliminary --scope 全部", code=4)
    preliminary("acceptance apply --stage preliminary", code=4)
    preliminary("acceptance plan --stage trial", code=2)


def test_the_result_needs_the_customer_evidence_and_what_the_rules_demand(preliminary):
    preliminary("acceptance conclude --stage preliminary --result pass", code=4)
    preliminary("acceptance conclude --stage preliminary --result pass --by wang.fang", code=4)
    assert "--evidence" in preliminary.err
    preliminary("issue open --title 登录超时 --severity serious")
    preliminary("acceptance case add --title 访客预约 --requirement REQ-001")
    preliminary("acceptance conclude --stage preliminary --result pass --by wang.fang --evidence scan.pdf", code=4)
    assert "必测用例通过 1/2，要求 100%：CAS-002" in preliminary.err
    assert "遗留严重缺陷 1 个，上限 0 个：ISS-001" in preliminary.err
    preliminary("acceptance conclude --stage preliminary --result remedy --by wang.fang --evidence scan.pdf", code=2)
    preliminary(
        ["acceptance", "conclude", "--stage", "preliminary", "--result", "整改后通过", "--by", "wang.fang",
         "--evidence", "scan.pdf", "--item", "修复登录超时"], code=2
    )  # fmt: skip
    assert "缺少责任方或期限" in preliminary.err
    preliminary(
        ["acceptance", "conclude", "--stage", "preliminary", "--result", "整改后通过", "--by", "wang.fang",
         "--evidence", "scan.pdf", "--item", "修复登录超时（李伟，2026-06-15）", "--item", "补手册（李伟，2026-06-20）"]
    )  # fmt: skip
    assert shown(preliminary, "ACC-001")["status"] == "remedying"
    preliminary("acceptance recheck 1 --stage preliminary", code=4)
    preliminary("acceptance recheck 1 --stage preliminary --by wang.fang --note 已修复")
    assert shown(preliminary, "ACC-001")["status"] == "remedying"
    preliminary("acceptance recheck 1 --stage preliminary --by wang.fang", code=4)
    preliminary("acceptance recheck 2 --stage preliminary --by wang.fang")
    assert shown(preliminary, "ACC-001")["status"] == "accepted"
    preliminary("audit")


def test_normal_defects_may_stay_open_with_a_day(preliminary):
    preliminary("issue open --title 页面字号 --severity normal")
    conclude = "acceptance conclude --stage preliminary --result pass --by wang.fang --evidence scan.pdf"
    preliminary(conclude, code=4)
    assert "pmkit issue set ISS-001 due=" in preliminary.err
    preliminary("issue set ISS-001 due=2026-06-30")
    preliminary(conclude)


def test_a_stage_that_failed_is_held_anew(preliminary):
    preliminary("acceptance conclude --stage preliminary --result fail --by wang.fang --evidence scan.pdf")
    preliminary("trial start", code=4)
    assert "初验通过：ACC-001  不通过" in preliminary.err
    preliminary("acceptance apply --stage preliminary")
    assert shown(preliminary, "ACC-002")["status"] == "applied"
    preliminary("acceptance withdraw --stage preliminary")
    preliminary("acceptance hold --stage preliminary", code=4)


@once
def running(accepted):
    """A trial run of two figures from 2026-06-10 on."""
    accepted(["trial", "start", "--figure", "可用率；>= 99.9 %", "--figure", "界面；操作顺畅", "--owner", "li.wei"])


def status(run, day):
    return json.loads(run(f"trial status TRL-001 --as-of {day} --json"))


def test_trial_days_are_calendar_days_both_ends_counted(running):
    assert status(running, "2026-06-10")["days"] == 1
    found = status(running, "2026-07-09")
    assert (found["days"], found["minimum_days"], found["earliest_end"]) == (30, 30, "2026-07-09")
    assert status(running, "2026-06-20")["earliest_end"] == "2026-07-09"


def test_a_fatal_incident_starts_the_clock_again_and_opens_an_issue(running):
    running.today = "2026-06-25"
    running("trial log 巡检正常")
    said = running(
        "trial log 认证服务宕机 --severity 致命 --at 2026-06-24T22:00 --downtime 2h --cause 磁盘写满 --action 扩容"
    )
    assert "重新计时" in said
    entry = shown(running, "TRL-001")["log"][1]
    assert (entry["severity"], entry["restarts"], entry["issue"], entry["downtime"]) == ("fatal", True, "ISS-001", "2h")
    issue = shown(running, "ISS-001")
    assert (issue["severity"], issue["from"], issue["cause"]) == ("fatal", ["TRL-001"], "磁盘写满")
    found = status(running, "2026-06-25")
    assert (found["clock_start"], found["days"], found["earliest_end"]) == ("2026-06-25", 1, "2026-07-24")
    running("trial log 页面偶发错位 --severity minor")
    assert status(running, "2026-06-25")["clock_start"] == "2026-06-25"


def test_days_of_a_suspension_do_not_count(running):
    running("trial suspend TRL-001 --date 2026-06-20", code=4)  # why?
    running("trial suspend TRL-001 --note 机房停电 --date 2026-06-20")
    assert status(running, "2026-06-24")["days"] == 10
    running("trial resume TRL-001 --date 2026-06-25")
    found = status(running, "2026-06-25")
    assert (found["days"], found["earliest_end"]) == (11, "2026-07-14")
    running("audit")


def test_it_passes_once_days_figures_and_incidents_allow(running):
    running("trial log 宕机 --severity fatal --date 2026-06-12")
    finish = "trial finish --result pass --by wang.fang --evidence scan.pdf"
    running.today = "2026-07-01"
    running(finish, code=4)
    assert "最早 2026-07-12 期满" in running.err
    assert "可用率（>= 99.9 %）：未填写实际值" in running.err
    assert "ISS-001 尚未关闭" in running.err
    running("trial log --measured 可用率=99.5%")
    running("trial log --measured 界面=很好", code=2)
    running("trial log --measured '可用率=99.5 s'", code=2)
    running("trial log --measured 界面=达标")
    running("issue close ISS-001 --note 误报")
    running.today = "2026-07-12"
    running(finish, code=4)
    assert "可用率（>= 99.9 %）：未达标" in running.err
    running("trial finish --result pass --measured 可用率=99.95% --evidence scan.pdf", code=4)
    running(f"{finish} --measured 可用率=99.95% --users 使用顺畅")
    data = shown(running, "TRL-001")
    assert (data["status"], data["result"], data["steps"][-1]["by"]) == ("passed", "pass", "wang.fang")
    running("trial log 晚到", code=2)
    running("audit")


def test_a_trial_run_is_extended_or_fails(running):
    running("trial finish --result extend --extend 5d --note 指标不稳", code=2)
    running("trial finish --result extend --extend 15ed", code=2)
    running("trial finish --result extend --extend 15ed --note 指标不稳")
    assert status(running, "2026-06-20")["minimum_days"] == 45
    running("trial finish --result fail --note 多次宕机")
    assert shown(running, "TRL-001")["status"] == "failed"


@once
def final(accepted):
    """The final acceptance has passed; what was not shown was waived."""
    accepted("trial start --min 5ed")
    accepted.today = "2026-07-20"
    accepted("trial finish --result pass --by wang.fang --evidence scan.pdf")
    accepted(["acceptance", "plan", "--stage", "final", "--report", "第三方测试报告；省软件评测中心"])
    accepted("payment add --title 质保金 --amount 30000 --need warranty_completion --need invoice")


def enter_final(run):
    for what in ("documents", "user_report"):
        run(f"acceptance waive {what} --stage final {WAIVED}")
    run("acceptance outside 第三方测试报告 --stage final --number T-8 --evidence scan.pdf")
    run("acceptance recheck 1 --stage preliminary --by wang.fang")
    run("acceptance apply --stage final")
    run(["acceptance", "hold", "--stage", "final", "--panel", "王芳；组长"])


def test_final_acceptance_asks_for_trial_punch_list_reports_and_papers(final):
    final("acceptance apply --stage final", code=4)
    for says in ("初验遗留问题已整改", "用户使用报告", "第三方测试报告", "资料齐全"):
        assert says in final.err
    enter_final(final)
    final("acceptance conclude --stage final --result pass --by wang.fang --evidence scan.pdf")
    data = shown(final, "ACC-002")
    assert (data["status"], data["warranty_from"]) == ("accepted", "2026-07-20")
    assert data["reports"][0]["number"] == "T-8"


def test_the_profile_says_what_a_stage_asks_for(tested):
    tested.edit(
        "pmkit.yaml", "\ncurrency:", "\nacceptance: {enter: {preliminary: []}, pass: {must_cases: 50}}\ncurrency:"
    )
    tested("commit -m 验收规则")
    tested("acceptance apply --stage preliminary")


def test_the_warranty_runs_for_months_and_ends_once_everything_is_done(final):
    final("warranty start", code=4)
    enter_final(final)
    final("acceptance conclude --stage final --result pass --by wang.fang --evidence scan.pdf")
    said = final("warranty start --inspect-every 6")
    data = shown(final, "WAR-001")
    assert (data["start"], data["months"], data["acceptance"], data["payment"]) == (
        "2026-07-20",
        12,
        "ACC-002",
        "PAY-001",
    )
    assert "2027-07-19" in final.git("log", "-1", "--format=%s"), said
    final.today = "2027-01-15"
    final(
        [
            "warranty",
            "inspect",
            "机房与门禁巡检",
            "--customer",
            "wang.fang",
            "--defect",
            "控制器离线；一般；李伟；2027-01-20",
        ]
    )
    assert shown(final, "WAR-001")["inspections"][0]["issues"] == ["ISS-001"]
    end = "warranty end --by wang.fang --evidence scan.pdf"
    final(end, code=4)
    assert "质保期至 2027-07-19" in final.err
    assert "ISS-001 尚未关闭" in final.err
    final("issue close ISS-001 --note 已更换")
    final.today = "2027-07-20"
    final(end, code=4)
    assert "2027-07-15 应做的巡检未做" in final.err
    final("warranty inspect 期满前巡检 --date 2027-07-14")
    final(end)
    assert shown(final, "WAR-001")["status"] == "completed"
    assert shown(final, "PAY-001")["papers"][0]["record"] == "WAR-001"
    assert "质保期满" not in final("payment ready PAY-001", code=None)
    final("audit")


@pytest.mark.parametrize(
    ("start", "months", "end"), [("2026-01-31", 1, "2026-02-27"), ("2024-02-29", 12, "2025-02-27")]
)
def test_a_month_ends_with_its_last_day(start, months, end):
    from datetime import date

    from pmkit.domain.warranties import Warranty

    warranty = Warranty.model_validate(
        {"id": "WAR-001", "title": "质保", "start": start, "months": months, "status": "running"}
    )
    assert warranty.end == date.fromisoformat(end)


def test_a_handover_list_holds_lines_and_no_password(park):
    park.write("scan.pdf", "已签字")
    park("acceptance handover add --title 移交清单 --giver li.wei --receiver wang.fang")
    park("acceptance handover sign HND-001 --by wang.fang --evidence scan.pdf", code=4)
    park(
        [
            "acceptance",
            "handover",
            "line",
            "HND-001",
            "--section",
            "设备",
            "交换机；S5735；SN-1；1 台；机房；完好",
            "机柜",
        ]
    )
    park(["acceptance", "handover", "line", "HND-001", "--section", "accounts", "管理员；密码：abc"], code=4)
    park(["acceptance", "handover", "line", "HND-001", "--section", "钥匙串", "钥匙"], code=2)
    lines = shown(park, "HND-001")["lines"]
    assert lines[0] == {
        "section": "equipment", "name": "交换机", "model": "S5735", "number": "SN-1", "quantity": "1 台",
        "place": "机房", "condition": "完好",
    }  # fmt: skip
    park("acceptance handover sign HND-001 --by wang.fang", code=4)
    park("acceptance handover sign HND-001 --by wang.fang --evidence scan.pdf")
    park(["acceptance", "handover", "line", "HND-001", "--section", "设备", "机柜"], code=4)
    park("audit")


def test_what_was_waived_is_no_longer_missing_and_is_counted(tested):
    assert "REQ-001" in tested("acceptance ready --group requirements", code=1)
    tested(f"acceptance waive REQ-001 --stage final {WAIVED}")
    said = tested("acceptance ready --group requirements")
    assert "已豁免 1 项" in said
    found = json.loads(tested("acceptance ready --group requirements --json"))
    assert [one["about"] for one in found[0]["waived"]] == ["REQ-001"]
