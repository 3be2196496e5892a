"""`pmkit plan level`: what it writes, that it says why, and that it can be repeated and taken back."""

import json


def overloaded(park):
    """张三 on two tasks at once, and one of 李伟 that follows."""
    park("person add zhang.san --name 张三 --side supplier --role engineer")
    park("person add wang.wu --name 王五 --side supplier --role developer --units 50")
    park("plan task add --phase PH1 --name 机房勘察 --duration 4d --owner zhang.san --after T-001")
    park("set T-002 resources+=zhang.san")
    park("plan task add --phase PH1 --name 勘察报告 --duration 1d --owner li.wei --after T-003")
    park("plan task add --phase PH1 --name 方案定稿 --duration 2d --owner wang.wu --after T-002")
    return park


def test_levelling_delays_by_one_commit_and_names_the_causes(park):
    overloaded(park)
    before = json.loads(park("plan show --json"))
    out = park("plan level")
    assert "张三至 03-20 在做 T-002 方案设计" in out
    assert "跟随 T-003 机房勘察" in out
    assert "由 2026-03-24 变为 2026-03-27" in out
    assert park.git("log", "-1", "--format=%s%n%(trailers:key=Pmkit-Action,valueonly)").split("\n")[:2] == [
        "计划：资源平衡，1 项任务",
        "plan.level",
    ]
    after = {task["id"]: task for task in json.loads(park("plan show --json"))}
    assert after["T-003"]["start"] == "2026-03-23T09:00"
    assert after["T-004"]["start"] == "2026-03-27T09:00"
    assert park("check")
    head = park.git("rev-parse", "HEAD")
    assert "无需写入" in park("plan level")
    assert park.git("rev-parse", "HEAD") == head
    park("plan level --clear")
    assert json.loads(park("plan show --json")) == before
    assert "未做资源平衡" in park("plan level --clear")


def test_a_dry_run_and_json_say_the_same_and_write_nothing(park):
    overloaded(park)
    head = park.git("rev-parse", "HEAD")
    said = json.loads(park("plan level --dry-run --json"))
    assert said["commit"] is None
    assert said["delays"][0] == {
        "id": "T-003", "start_before": "2026-03-09T09:00", "start": "2026-03-23T09:00", "finish": "2026-03-26T18:00",
        "delay_minutes": 4800, "within_float": False, "person": "zhang.san", "because_of": ["T-002"],
    }  # fmt: skip
    assert park.git("rev-parse", "HEAD") == head
    assert park.git("status", "--porcelain") == ""


def test_priority_decides_who_waits(park):
    overloaded(park)
    park("set T-003 priority=900")
    out = park("plan level")
    assert "张三至 03-12 在做 T-003 机房勘察" in out


def test_part_time_shares_add_up_to_what_a_person_gives(park):
    overloaded(park)
    park(["set", "T-002", "resources=wang.wu 50%"])
    park(["plan", "task", "add", "--phase", "PH1", "--name", "接口清单", "--duration", "2d", "--after", "T-001",
          "--resource", "wang.wu 25%"])  # fmt: skip
    assert "在做 T-005 方案定稿" in park("plan level")
    park(["plan", "task", "add", "--phase", "PH1", "--name", "值守", "--duration", "2d", "--resource", "wang.wu 80%"])
    assert "T-007 值守 对王五的占用超过其可用比例" in park("plan level")


def test_a_started_task_stays_and_the_others_wait_for_its_rest(park):
    overloaded(park)
    park.today = "2026-03-10"
    park("plan progress T-001 --percent 100 --actual-finish 2026-03-06")
    park("plan progress T-002 --percent 10 --actual-start 2026-03-09")
    assert "在做 T-002 方案设计" in park("plan level")
    shown = {task["id"]: task for task in json.loads(park("plan show --json"))}
    assert shown["T-002"]["start"] == "2026-03-09T09:00"
    assert shown["T-003"]["start"] > shown["T-002"]["finish"]


def test_what_is_no_share_or_rule_is_refused(park):
    assert "li.wei 50%" in (park(["set", "T-001", "resources=li.wei half"], code=2) or park.err)
    park("plan level --priority fastest", code=2)
    assert "late-start" in park.err
