"""`pmkit plan load`, `what-if`, `compress`, `buffer`, and their pictures."""

import json
from xml.etree import ElementTree as ET

from workspaces import once


@once
def busy(park):
    """张三 full-time on T-002 and half-time on a task beside it."""
    park("person add zhang.san --name 张三 --side supplier --role engineer")
    park("set T-002 resources+=zhang.san")
    park(["plan", "task", "add", "--phase", "PH1", "--name", "接口联调", "--duration", "6d", "--after", "T-001",
          "--resource", "zhang.san 50%"])  # fmt: skip


def head(park) -> str:
    return park.git("rev-parse", "HEAD") + park.git("status", "--porcelain")


def test_load_by_week_names_who_is_overloaded_with_what(busy):
    out = busy("plan load")
    assert "03-02   03-09   03-16" in out
    assert "张三       -   150%!   110%!" in out
    assert "张三 03-09..03-13：T-002 方案设计、T-003 接口联调" in out
    rows = json.loads(busy("plan load --json --by month"))
    (zhang,) = [row for row in rows if row["person"] == "zhang.san"]
    assert zhang["work_minutes"] == 13 * 480
    assert zhang["available_minutes"] == 22 * 480
    assert zhang["overloaded"] == [f"2026-03-{day:02d}" for day in (9, 10, 11, 12, 13, 16)]
    assert zhang["tasks"] == {"T-002": 4800.0, "T-003": 1440.0}
    busy("plan level")
    assert "没有人员超负荷" in busy("plan load")


def test_an_absence_is_no_room_and_the_work_waits(busy):
    busy("set zhang.san absent+=2026-03-09")
    rows = json.loads(busy("plan load --json --by day --person zhang.san"))
    monday = next(row for row in rows if row["from"] == "2026-03-09")
    assert (monday["work_minutes"], monday["available_minutes"]) == (0, 0)


def test_what_if_tells_which_milestones_move_and_writes_nothing(busy):
    before = head(busy)
    out = busy("plan what-if T-002 --duration 12d")
    assert "M-001 设计评审通过  2026-03-20  2026-03-24      +2" in out
    assert "未写入任何内容" in out
    said = json.loads(busy("plan what-if T-002 --duration 12d --propose T-001.duration=2d --json"))
    moved = {row["id"]: row for row in said["moved"]}
    assert (moved["M-001"]["finish"], moved["M-001"]["days"]) == ("2026-03-19T18:00", -1)
    assert said["finish"] == "2026-03-19T18:00"
    assert "没有里程碑变动" in busy("plan what-if T-003 --duration 7d")
    assert head(busy) == before


def test_what_if_refuses_what_could_not_be_written(busy):
    busy("plan what-if T-002 --duration 12", code=2)
    assert "不是工期" in busy.err
    busy("plan what-if T-099 --duration 12d", code=2)
    busy("plan what-if T-002", code=2)
    busy("plan what-if T-001 --after M-001", code=2)
    assert "循环依赖" in busy.err
    busy("plan what-if --propose nonsense", code=2)


def test_compress_proposes_the_cheapest_crashes_and_overlaps(busy):
    busy("set T-002 crash_duration=6d crash_cost=8000 overlap=1d")
    busy("set T-001 crash_duration=4d crash_cost=3000")
    before = head(busy)
    out = busy("plan compress --to 2026-03-18")
    assert "T-002 方案设计  与 T-001 搭接 1d" in out
    assert "T-002 方案设计  赶工 1d，工期压缩到 9d" in out
    assert "合计 2,000.00 CNY" in out
    said = json.loads(busy("plan compress --to 2026-03-18 --json"))
    assert (said["cost"], said["finish"]) == ("2000.00", "2026-03-18T18:00")
    assert "仍达不到要求" in busy("plan compress --to 2026-03-10", code=1)
    assert "无需压缩" in busy("plan compress --to 2026-03-20")
    assert head(busy) == before


def test_a_buffer_takes_the_delay_before_the_milestone_behind_it(busy):
    busy("plan buffer", code=2)
    assert "没有缓冲" in busy.err
    busy("plan task add --phase PH1 --name 项目缓冲 --duration 5d --buffer project --after T-002")
    busy("plan milestone add --phase PH1 --name 合同里程碑 --contract --after T-004")
    busy("plan baseline --name 合同基准")
    busy("plan progress T-001 --percent 100 --actual-finish 2026-03-10 --date 2026-03-10")
    busy.today = "2026-03-10"
    (state,) = json.loads(busy("plan buffer --json"))
    assert state == {
        "id": "T-004", "name": "项目缓冲", "kind": "project", "size_minutes": 2400, "used_minutes": 960,
        "used_percent": 40.0, "chain_done_percent": 33.3, "zone": "yellow", "chain": ["T-001", "T-002"],
    }  # fmt: skip
    drift = {item["id"]: item["finish_drift_days"] for item in json.loads(busy("plan drift --json"))["items"]}
    assert (drift["M-001"], drift["M-002"]) == (2.0, 0.0)
    out = busy("plan buffer")
    assert "黄区：预警" in out
    assert "缓冲消耗图：T-004 项目缓冲" in out
    busy("plan progress T-002 --percent 5 --remaining 20d --date 2026-03-11")
    busy.today = "2026-03-11"
    (state,) = json.loads(busy("plan buffer --json"))
    assert state["used_percent"] > 100
    assert state["zone"] == "red"
    drift = {item["id"]: item["finish_drift_days"] for item in json.loads(busy("plan drift --json", code=1))["items"]}
    assert drift["M-002"] == drift["T-002"] - 5


def test_pictures_are_well_formed_and_say_their_names(busy, tmp_path):
    busy("set T-002 best=8d worst=18d")
    busy("plan task add --phase PH1 --name '缓冲 <A> & B' --duration 5d --buffer feeding --after T-002")
    busy("plan progress T-001 --percent 50 --date 2026-03-04")
    for command, expected in (("load", "张三"), ("simulate --runs 200", "P80"), ("buffer", "缓冲 <A> & B")):
        path = tmp_path / "picture.svg"
        assert busy(f"plan {command} --picture {path}").strip() == str(path)
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert expected in "".join(root.itertext())
    busy("plan load --picture /nowhere/picture.svg", code=5)
    assert "/nowhere/picture.svg" in busy.err


def test_an_overload_is_a_finding_until_the_plan_is_levelled(busy):
    out = busy("check --select PLN309", code=None)
    assert "PLN309 张三 在 2026-03-09 至 2026-03-16 同时承担的工作超过可用工时：T-002, T-003" in out
    busy("plan level")
    assert "PLN309" not in busy("check --select PLN309", code=None)
