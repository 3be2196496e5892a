"""The main job: a change requested, approved and applied; drift caught; the report; all as a user types it."""

import json
import re
import subprocess

import pytest

from workspaces import once

PROPOSED = "门户、门禁、停车和访客预约系统使用同一账号登录。"
REPLY = "From: wang.fang@customer.example\r\nSubject: Re: CR-001\r\n\r\n同意。\r\n"


@once
def changed(park):
    """The workspace after CR-001 was applied and the first progress reported."""
    park("plan baseline --name 合同基线")
    park(
        "change request --title 增加访客预约 --reason 客户新增要求 --affects REQ-001 --requested-by wang.fang "
        f"--propose REQ-001.statement={PROPOSED}"
    )
    park("change submit CR-001")
    park(
        "change assess CR-001 --schedule 3d --milestone M-001 --price 20000 --cost 12000 "
        "--scope 新增访客预约接口 --risk 接口文档未到"
    )
    park.today = "2026-03-05"
    park.write("reply.eml", REPLY)
    park("change approve CR-001 --as li.wei --comment 同意")
    park("change approve CR-001 --as wang.fang --evidence reply.eml")
    park("change apply CR-001")
    park.today = "2026-03-06"
    park("plan progress T-001 --percent 40 --remaining 8d --status-date 2026-03-06")


def test_plan_show_has_the_dates_of_the_calendar(park):
    rows = {row["id"]: row for row in json.loads(park("plan show --json"))}
    assert rows["T-001"]["start"] == "2026-03-02T09:00"
    assert rows["T-001"]["finish"] == "2026-03-06T18:00"
    assert rows["M-001"] | {"owner": None} == {
        "id": "M-001", "name": "设计评审通过", "phase": "PH1", "kind": "milestone", "start": "2026-03-20T18:00",
        "finish": "2026-03-20T18:00", "duration_minutes": 0, "total_float_minutes": 0, "free_float_minutes": 0,
        "critical": True, "percent": 0.0, "owner": None, "source_uid": None,
    }  # fmt: skip


def test_drift_splits_into_approved_and_unexplained(changed):
    said = changed("plan drift --fail-over 2d", code=1)
    assert "M-001 设计评审通过：基准 2026-03-20，预测 2026-04-01，偏差 8d = 3d 已批准（CR-001）+ 5d 未经批准" in said
    assert (
        changed("plan drift --fail-over 6d").splitlines()[1:2] == said.replace("x M-001", "  M-001").splitlines()[1:2]
    )
    figures = json.loads(changed("plan drift --json"))
    milestone = next(i for i in figures["items"] if i["id"] == "M-001")
    assert (milestone["finish_drift_days"], milestone["approved_days"], milestone["unexplained_days"]) == (8, 3, 5)
    assert milestone["approved_by"] == ["CR-001"]
    assert figures["failed"] is False  # exactly the profile's 5d does not pass


def test_drift_in_english_reads_as_the_manual_says(changed, monkeypatch):
    monkeypatch.setenv("PMKIT_LANG", "en")
    assert (
        "M-001 设计评审通过: baseline 2026-03-20, forecast 2026-04-01, drift 8d = 3d approved by CR-001 + 5d unexplained"
        in changed("plan drift --fail-over 2d", code=1)
    )


def test_apply_makes_exactly_the_approved_edit(changed):
    record = (changed.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert f"statement: {PROPOSED}\n" in record
    touched = changed.git("log", "-1", "--format=", "--name-only", "--grep=change.apply").split()
    assert touched == ["changes/CR-001.yaml", "requirements/REQ-001.yaml"]
    shown = json.loads(changed("show CR-001 --json"))
    assert [step["to"] for step in shown["steps"]] == ["draft", "submitted", "assessed", "confirmed", "applied"]
    assert shown["results"][0]["record"] == "REQ-001"
    assert shown["results"][0]["after"] == json.loads(changed("show REQ-001 --json"))["digest"]
    assert (changed.folder / "evidence/CR-001/reply.eml").read_bytes() == REPLY.encode()


def test_every_command_made_one_commit_with_trailers(changed):
    trailers = changed.git(
        "log",
        "--format=%(trailers:key=Pmkit-Action,valueonly,separator=%x2C)%x00%(trailers:key=Pmkit-By,valueonly,separator=%x2C)",
    )
    actions = [row.split("\0") for row in trailers.splitlines()]
    assert [a for a, _ in reversed(actions)] == [
        "project.init", "person.add", "person.add", "requirement.add", "plan.phase", "plan.task", "plan.task",
        "plan.milestone", "plan.baseline", "change.request", "change.submit", "change.assess", "change.approve",
        "change.approve", "change.apply", "plan.progress",
    ]  # fmt: skip
    assert actions[2][1] == "wang.fang"
    assert (
        changed.git("log", "-1", "--skip=2", "--format=%(trailers:key=Pmkit-Recorded-By,valueonly)").strip() == "li.wei"
    )
    assert changed.git("status", "--porcelain").split() == ["??", "reply.eml"]


def test_log_tells_the_life_of_the_change(changed):
    events = json.loads(changed("log CR-001 --json"))
    assert [e["action"] for e in events] == [
        "change.request", "change.submit", "change.assess", "change.approve", "change.approve", "change.apply",
    ]  # fmt: skip
    assert events[1]["date"] == "2026-03-04"
    assert {"field": "status", "from": "draft", "to": "submitted"} in events[1]["changes"]
    said = changed("log CR-001")
    assert "状态：已评估 -> 客户已确认" in said
    assert "王芳（李伟记录）" in said
    assert "变更内容：+ REQ-001 需求描述：门户、门禁和停车系统使用同一账号登录。 -> " in said
    assert "内部成本：12000.00 CNY" in said
    assert not re.search(r"\b(record|field|scope|cost|from|to)\b", re.sub(r"change\.[a-z]+", "", said))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["md", "html"])
def test_weekly_report_has_the_same_bytes_each_time(changed, lang, form):
    first = changed(f"report weekly --as-of 2026-03-06 --lang {lang} --format {form} --out -")
    assert first == changed(f"report weekly --as-of 2026-03-06 --lang {lang} --format {form} --out -")
    assert "2026-04-01" in first
    assert ("项目周报" if lang == "zh" else "Weekly report") in first
    assert "12,000" not in first  # own cost is internal


def test_weekly_report_tells_the_drift_and_the_delay(changed, golden):
    text = changed("report weekly --as-of 2026-03-06 --lang zh --out -")
    assert "| 设计评审通过 | 2026-03-20 | 2026-04-01 | 8 | 3 | 5 | 预警 |" in text
    assert "| 1 | T-001 需求调研 | 李伟 | 2026-03-06 | 40% | 原因待填报 |" in text
    assert "| 1 | 实施变更：CR-001 增加访客预约 | 李伟 | / | 100% | |" in text
    assert "| 2 | 编制需求：REQ-001 统一身份认证 | 李伟 | / | 100% | |" in text
    internal = changed("report weekly --as-of 2026-03-06 --audience internal --lang zh --out -")
    assert "¥12,000.00" in internal


def test_a_person_sets_the_overall_state_with_a_printed_reason(changed):
    text = changed(
        ["report", "weekly", "--lang", "zh", "--out", "-", "--overall", "green", "--because", "补救措施已商定"]
    )
    assert "| 总体 | ● 正常 | 补救措施已商定（人工判定；按规则为预警：" in text
    assert "| 进度 | ● 预警 |" in text  # what the rules say stays where it stands
    for line in (
        "report weekly --overall amber",
        "report weekly --because x",
        "report monthly --overall red --because x",
    ):
        changed(line, code=2)
        assert "--overall amber --because" in changed.err
    changed("report weekly --overall blue --because x", code=2)


def test_change_form_has_the_capital_words_and_the_fingerprint(changed):
    text = changed("report change CR-001 --lang zh --out -")
    assert "☑需求　□设计　☑进度　☑价款" in text  # what its edits and its impact show
    assert "| 滨海集团 王芳 |" in text
    assert "已按批准内容修改：REQ-001" in text
    assert "人民币贰万元整" in text
    assert "12,000" not in text
    digest = json.loads(changed("show CR-001 --json"))["digest"]
    assert digest[2:6].upper() in text
    assert "变更申请单" in changed("report change --blank --lang zh --out -")


def test_status_and_check_are_quiet_about_what_is_in_order(changed):
    assert "未经批准偏差 5 天" in changed("status")
    state = json.loads(changed("status --json"))
    assert state["milestones"][0]["forecast"] == "2026-04-01"
    assert changed("check --format github") == ""
    assert json.loads(changed("check --json"))["errors"] == 0


def test_drift_does_not_depend_on_the_clock(changed):
    changed.today = "2031-01-01"
    assert "偏差 8d = 3d" in changed("plan drift --fail-over 6d")


def test_what_is_ahead_needs_no_approval(park):
    park("plan baseline --name 合同基线")
    park("plan progress T-001 --percent 100 --actual-finish 2026-03-05 --status-date 2026-03-05")
    said = park("plan drift --fail-over 0d")
    assert "基准 2026-03-20，预测 2026-03-19，偏差 -1d，提前\n" in said
    assert "未超过阈值" in said


def test_drift_against_a_commit_and_a_day(changed):
    before = changed.git("log", "--format=%H", "--grep=plan.baseline").strip()
    assert "偏差 8d" in changed(f"plan drift --against {before} --fail-over 9d")
    assert "没有提交" in (changed("plan drift --against 2020-01-01", code=2) or changed.err)


def test_dry_run_and_no_commit(park):
    head = park.git("rev-parse", "HEAD")
    said = json.loads(park("requirement add --title 访客预约 --dry-run --json"))
    assert (said["id"], said["path"], said["commit"]) == ("REQ-002", "requirements/REQ-002.yaml", None)
    assert not (park.folder / "requirements/REQ-002.yaml").exists()
    park("requirement add --title 访客预约 --no-commit")
    assert (park.folder / "requirements/REQ-002.yaml").exists()
    assert park.git("rev-parse", "HEAD") == head


def test_written_json_names_id_path_and_commit(park):
    said = json.loads(park("risk add --title 接口文档迟到 --json"))
    assert (said["id"], said["path"]) == ("RSK-001", "risks/RSK-001.yaml")
    assert said["commit"] == park.git("rev-parse", "HEAD").strip()


def test_what_is_staged_or_dirty_stays_as_it_was(park):
    park.write("staged.txt", "mine")
    park.git("add", "staged.txt")
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: should")
    before = park.git("status", "--porcelain")
    park("risk add --title 接口文档迟到")
    assert park.git("status", "--porcelain") == before
    park("requirement review REQ-001", code=4)  # the file holds an edit of the user's own
    assert "pmkit commit" in park.err
    park("commit -m 优先级下调")
    park("requirement review REQ-001")


def test_the_program_as_a_process(park):
    """Start-up, exit code and streams of the real program."""
    import sys
    from pathlib import Path

    pmkit = Path(sys.executable).with_name("pmkit")
    done = subprocess.run([pmkit, "--version"], capture_output=True, check=True, text=True)
    assert done.stdout.startswith("pmkit ")
    done = subprocess.run([pmkit, "show", "REQ-404"], cwd=park.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "REQ-404" in done.stderr
