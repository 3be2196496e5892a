"""What `plan show` and `plan drift` print: groups, critical tasks, a revision, Markdown."""

import json

from workspaces import once


@once
def two_phases(park):
    park("plan phase add PH2 --name 实施")
    park("person add zhao.min --name 赵敏 --side supplier --role engineer")
    park("plan task add --phase PH2 --name 设备安装 --duration 3d --after M-001 --owner zhao.min")
    park("plan task add --phase PH2 --name 资料整理 --duration 1d")
    park("plan milestone add --phase PH2 --name '初验|<b>' --after T-003")


def headings(text):
    return [line.strip() for line in text.splitlines()[1:] if line and not line.startswith(("  ", "!"))]


def test_tasks_stand_under_phases_owners_or_milestones(two_phases):
    assert [h.split()[0] for h in headings(two_phases("plan show"))] == ["PH1", "PH2"]
    by_owner = two_phases("plan show --by owner")
    assert headings(by_owner) == ["李伟 (li.wei)", "赵敏 (zhao.min)", "未指定责任人"]
    by_milestone = two_phases("plan show --by milestone")
    assert [h.split()[0] for h in headings(by_milestone)] == ["M-001", "M-002", "不在任何里程碑之前"]
    below = by_milestone.split("M-002 初验")[1]
    assert "T-003" in below
    assert "T-001" not in below
    assert "phase、owner、milestone" in two_phases("plan show --by colour", code=2) + two_phases.err


def test_critical_only_and_at_a_revision(two_phases):
    said = two_phases("plan show --critical")
    assert "资料整理" not in said
    assert "设备安装" in said
    before = two_phases.git("rev-list", "--max-parents=0", "HEAD").strip()
    assert "计划为空" in two_phases(f"plan show --rev {before}")


def test_drift_as_markdown_is_a_table_that_customer_text_cannot_break(two_phases):
    two_phases("plan baseline --name 合同基线")
    two_phases("set T-003 duration=13d")
    said = two_phases("plan drift --format markdown", code=1)
    assert "### 与 BL-001 比较的进度偏差" in said
    row = next(line for line in said.splitlines() if "M-002" in line)
    assert row.count(" | ") == 7
    assert "初验\\|\\<b\\>" in row
    assert "+10d" in row
    assert "**超限**" in row
    assert "- T-003 设备安装: 2026-03-25 -> 2026-04-09, +10d" in said


def test_a_working_lag_before_elapsed_work_runs_in_working_days(park):
    park("plan task add --phase PH1 --name 试运行 --duration 30ed --after 'T-001 FS+2d'")
    rows = {row["id"]: row for row in json.loads(park("plan show --json"))}
    assert rows["T-003"]["start"] == "2026-03-10T18:00"  # T-001 ends on Friday the 6th; Monday and Tuesday are the lag
    assert rows["T-003"]["finish"] == "2026-04-09T18:00"
