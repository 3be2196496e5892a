"""Meetings: series and their dates, minutes read from a file, actions carried over, the document in both languages."""

import json

import pytest

from workspaces import once

MINUTES = """\
# 周例会

时间：2026-03-06（周五）15:00-16:30
地点：三楼会议室
主持人：王芳
记录人：李伟
建设单位：王芳（信息中心主任）
承建单位：李伟
请假：无
抄送：监理部

## 一、上次事项落实
无

## 二、议题与讨论要点
### 1. 接口进度
停车系统接口文档下周提供。

- 门禁已联调
- 访客待定

### 机房
供电不足。

## 三、议定事项
- 三月底前完成联调
- 接口资料由信息中心
  统一提供

## 四、待办事项
- [ ] 提供接口文档 @wang.fang 2026-03-20
- 核对点位表（李伟，3月12日）

## 五、需协调事项
- 机房供电

## 附件
- 会议签到表
"""
SECOND = """\
# 周例会
时间：2026-03-13 15:00
参会人员：王芳、李伟
## 上次事项落实
- [x] ACT-002 点位表已核对
- [ ] ACT-001 厂商未回复，2026-03-27
## 待办事项
| 序号 | 事项 | 责任人 | 时限 |
|---|---|---|---|
| 1 | 提交周报 | 李伟 | 3月18日 |
"""
ENGLISH = """\
# Weekly meeting

Time: 2026-03-06 15:00
Present: wang.fang, li.wei

## Topics
Interfaces: documents come next week

## Decisions
- Finish by the end of March

## Actions
- [ ] Send the documents @wang.fang 2026-03-20

## Next meeting
2026-03-13 15:00
"""


@once
def weekly(park):
    """The weekly meeting is planned and was held twice."""
    park(
        "meeting plan --series 周例会 --every week --on fri --at 15:00 --with wang.fang,li.wei --from 2026-03-06 "
        "--until 2026-10-31 --place 三楼会议室"
    )
    park.write("minutes.md", MINUTES)
    park.write("second.md", SECOND)
    park.today = "2026-03-07"
    park("meeting record --series 周例会 --notes minutes.md --action '补充门禁清单 @王芳 3月18日'")
    park.today = "2026-03-13"
    park("meeting record msr-1 --notes second.md --decision 停车接口改用新版本")


def fields(run, record_id, *keys):
    data = json.loads(run(f"show {record_id} --json"))
    return {key: data.get(key) for key in keys}


def dates(run, line):
    return [one["time"] for one in json.loads(run(f"{line} --json"))]


def test_a_series_has_its_dates(park):
    said = park(
        "meeting plan --series 周例会 --every week --on fri --at 15:00 --with wang.fang,li.wei --until 2026-09-30"
    )
    assert "每周五 15:00：2026-03-06、2026-03-13" in said
    assert fields(park, "MSR-001", "title", "type", "every", "on", "at", "with", "until") == {
        "title": "周例会", "type": "weekly", "every": "week", "on": "fri", "at": "15:00",
        "with": ["wang.fang", "li.wei"], "until": "2026-09-30",
    }  # fmt: skip
    assert dates(park, "meeting next --days 14") == ["2026-03-06T15:00", "2026-03-13T15:00"]
    assert dates(park, "meeting next --as-of 2026-09-20 --days 60") == ["2026-09-24T15:00"]  # Mid-Autumn is on the 25th
    assert "周例会" in park("meeting next")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("previous_workday", ["2026-09-30", "2026-10-09"]),  # National Day: 1 to 7 October 2026
        ("next", ["2026-09-28", "2026-10-08", "2026-10-09"]),  # 25 September is Mid-Autumn
        ("skip", ["2026-10-09"]),
        ("keep", ["2026-10-02", "2026-10-09"]),
    ],
)
def test_a_day_off_moves_the_meeting(park, rule, expected):
    park(f"meeting plan --series 周例会 --every week --on fri --at 15:00 --on-holiday {rule}")
    assert [one[:10] for one in dates(park, "meeting next --as-of 2026-09-28 --days 13")] == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--every month --on 'last thu' --at 10:00", ["2026-03-26T10:00", "2026-04-30T10:00"]),
        (
            "--every 双周 --on 'Friday 15:00'",
            ["2026-03-06T15:00", "2026-03-20T15:00", "2026-04-03T15:00", "2026-04-17T15:00", "2026-04-30T15:00"],
        ),
        ("--every month --on 15", ["2026-03-13", "2026-04-15"]),  # 15 March is a Sunday
        ("--rule 'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;UNTIL=20260401T000000Z'", ["2026-03-31"]),
    ],
)
def test_other_recurrences(park, options, expected):
    park(f"meeting plan --series 会 --from 2026-03-02 {options}")
    assert dates(park, "meeting next --days 60") == expected


def test_customs_need_no_options(park):
    park("meeting plan --series 月度例会")
    park("meeting plan --series 现场碰头会 --from 2026-03-05")
    assert fields(park, "MSR-001", "every", "on", "at", "with") == {
        "every": "month", "on": "last thu", "at": "10:00", "with": ["li.wei", "wang.fang"],
    }  # fmt: skip
    assert dates(park, "meeting next --series MSR-002 --days 6") == [
        "2026-03-05T08:30", "2026-03-06T08:30", "2026-03-09T08:30", "2026-03-10T08:30",
    ]  # fmt: skip
    park.today = "2026-03-20"
    assert "COM305" not in park("check --select COM")  # of site meetings no minutes are kept


@pytest.mark.parametrize(
    "line",
    [
        "--series x",
        "--series x --every fortnite",
        "--series x --every week --on 15",
        "--series x --every week --on fri --at 25:00",
        "--series x --rule FREQ=HOURLY",
        "--series x --every week --on fri --until 2026-01-01",
        "--series x --every week --on fri --timezone Mars/Base",
        "--series MSR-009 --every week",
        "--title x",
    ],
)
def test_what_is_no_series_is_refused_and_nothing_is_written(park, line):
    park(f"meeting plan {line}", code=2)
    assert not (park.folder / "meetings").exists()


def test_one_meeting_of_a_series_is_moved_or_cancelled(park):
    park("meeting plan --series 周例会 --every week --on fri --at 15:00")
    park("meeting plan --series 周例会 --occurrence 2026-03-13 --time 2026-03-12T10:00")
    park("meeting plan --series 周例会 --occurrence 2026-03-20")
    park("meeting cancel MTG-002 --note 客户出差")
    assert dates(park, "meeting next --days 24") == ["2026-03-06T15:00", "2026-03-12T10:00", "2026-03-27T15:00"]
    park("meeting plan --series 周例会 --occurrence 2026-03-21", code=4)
    park("meeting plan --series 周例会 --occurrence 2026-03-13", code=4)
    park("meeting plan --series 周例会 --at 16:00 --on thu")
    assert dates(park, "meeting next --days 8") == ["2026-03-05T16:00", "2026-03-12T10:00", "2026-03-12T16:00"]
    park("meeting series end MSR-001")
    assert dates(park, "meeting next --days 8") == ["2026-03-12T10:00"]


def test_a_missed_meeting_is_found(weekly):
    weekly.today = "2026-03-21"
    found = weekly("check --select COM305", code=None)
    assert found.count("COM305") == 1
    assert "2026-03-20" in found
    weekly("meeting record --series 周例会 --time 2026-03-20T15:00")
    assert "COM305" not in weekly("check --select COM305")


def test_minutes_become_fields_and_actions(weekly):
    assert fields(weekly, "MTG-001", "number", "time", "until", "present", "cc", "decisions", "next_at", "status") == {
        "number": 1, "time": "2026-03-06T15:00", "until": "16:30", "present": ["wang.fang", "li.wei"], "cc": ["监理部"],
        "decisions": ["三月底前完成联调", "接口资料由信息中心统一提供"], "next_at": "2026-03-13T15:00", "status": "held",
    }  # fmt: skip
    assert fields(weekly, "MTG-001", "topics")["topics"] == [
        {"title": "接口进度", "discussion": "停车系统接口文档下周提供。\n\n- 门禁已联调\n- 访客待定\n"},
        {"title": "机房", "discussion": "供电不足。"},
    ]
    assert [
        tuple(fields(weekly, f"ACT-00{n}", "title", "owner", "due", "from", "status").values()) for n in (1, 3)
    ] == [
        ("提供接口文档", "wang.fang", "2026-03-20", "MTG-001", "open"),
        ("补充门禁清单", "wang.fang", "2026-03-18", "MTG-001", "open"),
    ]
    steps = json.loads(weekly("show MTG-001 --json"))["steps"]
    assert [(step["to"], step["on"]) for step in steps] == [("planned", "2026-03-06"), ("held", "2026-03-06")]


def test_minutes_tick_off_what_was_open(weekly):
    assert fields(weekly, "ACT-002", "status", "result") == {"status": "done", "result": "点位表已核对"}
    assert fields(weekly, "ACT-001", "status", "result", "due", "extended_to") == {
        "status": "open", "result": "厂商未回复", "due": "2026-03-20", "extended_to": "2026-03-27",
    }  # fmt: skip
    weekly.today = "2026-03-21"
    assert [one["id"] for one in json.loads(weekly("action list --overdue --json"))] == ["ACT-003", "ACT-004"]
    weekly("action done ACT-003 --note 清单已补充")
    assert "ACT-003" not in weekly("action list --overdue")


def test_a_planned_meeting_is_recorded_where_it_stands(weekly):
    weekly("meeting plan --series 周例会 --time 2026-03-19T10:00")
    weekly.today = "2026-03-19"
    weekly("meeting record --series 周例会 --decision 通过")
    assert fields(weekly, "MTG-003", "number", "time", "status", "occurrence") == {
        "number": 3, "time": "2026-03-19T10:00", "status": "held", "occurrence": "2026-03-20",
    }  # fmt: skip
    weekly("meeting record MTG-003 --decision 再议 --absent wang.fang")
    assert fields(weekly, "MTG-003", "decisions", "absent") == {"decisions": ["通过", "再议"], "absent": ["wang.fang"]}
    weekly("meeting send MTG-003")
    weekly("meeting confirm MTG-003 --by wang.fang --text 纪要无异议")
    weekly("meeting record MTG-003 --decision 太晚了", code=4)


def test_a_meeting_is_recorded_once(weekly):
    """The same minutes typed twice would leave two records and each action twice."""
    weekly.write(
        "minutes.md", "# 周例会\n\n会议时间：2026-03-27 15:00\n\n## 待办事项\n- [ ] 提供点位表 @王芳 2026-04-03\n"
    )
    count = len(weekly("list meeting --json").split('"id"'))
    weekly.today = "2026-03-27"
    made = json.loads(weekly("meeting record --series 周例会 --notes minutes.md --json"))
    weekly("meeting record --series 周例会 --notes minutes.md", code=4)
    assert f"pmkit meeting record {made['id']}" in weekly.err
    weekly("meeting record --title 周例会 --time 2026-03-27", code=4)
    weekly("meeting record --title 接口专题会 --time 2026-03-27 --decision 另议")  # another one of that day
    weekly("meeting record --series 周例会 --time 2026-03-26 --decision 提前召开")
    assert len(weekly("list meeting --json").split('"id"')) == count + 3
    weekly.edit("minutes.md", "点位表 @王芳 2026-04-03\n", "点位表 @王芳 2026-04-03\n- [ ] 复核清单 @李伟 2026-04-01\n")
    again = json.loads(weekly(f"meeting record {made['id']} --notes minutes.md --json"))
    assert len(made["actions"]) == len(again["actions"]) == 1
    assert weekly("list action --where title=提供点位表").count("提供点位表") == 1


def test_english_minutes(park):
    park.write("minutes.md", ENGLISH)
    park("meeting record --notes minutes.md --type weekly")
    assert fields(park, "MTG-001", "title", "topics", "decisions", "next_at") == {
        "title": "Weekly meeting", "topics": [{"title": "Interfaces", "discussion": "documents come next week"}],
        "decisions": ["Finish by the end of March"], "next_at": "2026-03-13T15:00",
    }  # fmt: skip
    assert fields(park, "ACT-001", "title", "owner")["owner"] == "wang.fang"


def test_every_wrong_line_is_told_and_nothing_is_written(park):
    park.write(
        "bad.md",
        "时间：上周五\n主持：王方\n随便一句\n## 上次事项\n- ACT-001 说明\n## 代办事项\n## 待办事项\n- [ ] 做 @张三 2026-03-20\n"
        "- [x] 已经做了\n- [ ] 做 @王芳 2026-02-30\n## 下次会议\n下周\n",
    )
    park("meeting record --title x --notes bad.md", code=2)
    for line in (1, 2, 3, 5, 6, 8, 9, 10, 12):
        assert f"bad.md:{line}：" in park.err, line
    assert "docs/minutes.md" in park.err
    park.write("bad.md", "# x\n## 上次事项落实\n- [x] ACT-009 没有\n- [x] ACT-010 也没有\n")
    park("meeting record --notes bad.md", code=2)
    assert "bad.md:3：" in park.err
    assert "bad.md:4：" in park.err
    park("meeting record --title x --action '做 @li.wie 2026-03-20'", code=2)
    assert "li.wei" in park.err
    assert not (park.folder / "meetings").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_minutes_for_the_customer(weekly, golden, lang):
    weekly("action add --title 内部核算 --owner li.wei --due 2026-03-20 --from MTG-001 --visibility internal")
    text = weekly(f"report minutes MTG-002 --lang {lang} --out -")
    assert "内部核算" not in text
    golden(f"minutes.{lang}.md", text.replace(weekly.git("rev-parse", "HEAD").strip()[:9], "COMMIT"))


def test_minutes_can_be_printed_blank(park):
    text = park("report minutes --blank --out -")
    assert "会议纪要" in text
    assert "/" not in text.replace("地点/线上", "").replace("整理/审核", "").replace("请假/缺席", "")
    park("report minutes --out -", code=2)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_agenda_brings_what_is_open_and_how_the_plan_stands(weekly, golden, lang):
    weekly("plan baseline --name 基准")
    weekly("plan progress T-001 --percent 60 --remaining 4d --status-date 2026-03-13")
    text = weekly(f"report agenda MSR-001 --lang {lang} --out -")
    golden(f"agenda.{lang}.md", text.replace(weekly.git("rev-parse", "HEAD").strip()[:9], "COMMIT"))


def test_the_agenda_goes_by_the_type_of_meeting(weekly):
    weekly("requirement add --title 访客预约 --statement 可线上预约。 --priority should")
    weekly("meeting plan --title 需求评审会 --time 2026-03-20T09:00 --about REQ-001 --about REQ-002 --agenda 逐条评审")
    text = weekly("report agenda MTG-003 --out -")
    assert "| REQ-002 | 访客预约 | 可线上预约。 | 草稿 |" in text
    assert "逐条评审" in text
    assert "ACT-001" not in text, "the weekly meeting follows its own actions"
    weekly("meeting plan --title 项目启动会 --time 2026-03-20T10:00")
    weekly("set project objectives+=五个子系统统一登录")
    text = weekly("report agenda MTG-004 --out -")
    assert "五个子系统统一登录" in text
    assert "设计评审通过" in text
    weekly("deliverable add --title 接口说明书 --requirement REQ-001")
    weekly("meeting plan --title 初步验收会 --type acceptance --time 2026-03-20T11:00")
    assert "接口说明书" in weekly("report agenda MTG-005 --out -")
    weekly("report agenda REQ-001 --out -", code=2)
    weekly("report agenda --blank --out -", code=2)


def test_the_attendance_sheet(weekly):
    weekly("set wang.fang department=信息中心 phone=13900000000")
    weekly("meeting plan --series 周例会")
    text = weekly("report attendance MTG-003 --out -")
    assert "| 1 | 王芳 | 滨海集团　信息中心 | | 13900000000 | |" in text
    assert text.count("\n| 8 |") == 1
    blank = weekly("report attendance --blank --out - --lang en")
    assert "Attendance sheet of the meeting" in blank
    assert "王芳" not in blank
