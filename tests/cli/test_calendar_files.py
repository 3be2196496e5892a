"""Calendar files: what is written is read by an independent library, keeps its names, counts its versions up."""

import json
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from workspaces import once

SHANGHAI = ZoneInfo("Asia/Shanghai")
INVITE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mail//
METHOD:{method}
BEGIN:VEVENT
UID:abc@customer.example
DTSTAMP:20260318T010000Z
SEQUENCE:{sequence}
SUMMARY:项目领导小组会
DTSTART:202603{day}T060000Z
DTEND:202603{day}T073000Z
LOCATION:滨海集团五楼
ORGANIZER;CN=王芳:mailto:wang.fang@customer.example
ATTENDEE:mailto:li.wei@supplier.example
ATTENDEE:mailto:someone@else.example
END:VEVENT
END:VCALENDAR
"""


@once
def dated(park):
    park(
        "meeting plan --series 周例会 --every week --on fri --at 15:00 --with wang.fang,li.wei --from 2026-03-06 --until 2026-10-31"
    )
    park("meeting plan --title 启动会 --time 2026-03-05T14:00 --with wang.fang,li.wei --place 三楼会议室，请带身份证")


def exported(run, options=""):
    run(f"calendar export team.ics {options}")
    return Calendar.from_ical((run.folder / "team.ics").read_bytes())


def events(calendar):
    """Entries by UID and the moment that they replace."""
    return {
        (str(e["UID"]), e["RECURRENCE-ID"].dt if "RECURRENCE-ID" in e else None): e for e in calendar.walk("VEVENT")
    }


def days(calendar, uid="MSR-001@ZHYQ.pmkit"):
    """When a series meets: its rule unfolded by the library's own rule, less and with its exceptions."""
    from dateutil.rrule import rrulestr

    found = events(calendar)
    master = found[uid, None]
    start = master["DTSTART"].dt
    moments = set(rrulestr(master["RRULE"].to_ical().decode(), dtstart=start))
    left_out = master.get("EXDATE")
    for one in left_out if isinstance(left_out, list) else [left_out] if left_out else []:
        moments -= {d.dt for d in one.dts}
    for (name, replaced), event in found.items():
        if name == uid and replaced is not None:
            assert replaced in moments, "an exception to what the rule does not have"
            moments.remove(replaced)
            if event["STATUS"] != "CANCELLED":
                moments.add(event["DTSTART"].dt)
    return sorted(moments)


def test_the_file_holds_to_the_standard(dated):
    calendar = exported(dated)
    assert [str(calendar[key]) for key in ("VERSION", "METHOD", "X-WR-CALNAME")] == [
        "2.0",
        "PUBLISH",
        "智慧园区系统集成项目",
    ]
    assert not any(component.errors for component in calendar.walk())
    data = (dated.folder / "team.ics").read_bytes()
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert all(line.decode() for line in data.split(b"\r\n")[:-1]), "a character is cut in two"
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "ORGANIZER", "STATUS"} <= set(event)
        assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
        assert "ATTENDEE" not in event, "RFC 5546, 3.2.1: none in what is published"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert "三楼会议室，请带身份证" in [str(event.get("LOCATION")) for event in calendar.walk("VEVENT")]
    first = (dated.folder / "team.ics").read_bytes()
    exported(dated)
    assert (dated.folder / "team.ics").read_bytes() == first, "the same meetings are the same file"


def test_the_series_meets_in_the_file_when_it_meets_here(dated):
    dated("meeting plan --series 周例会 --occurrence 2026-03-13 --time 2026-03-12T10:00")
    dated("meeting plan --series 周例会 --occurrence 2026-03-20")
    dated("meeting cancel MTG-003")
    found = days(exported(dated))
    assert datetime(2026, 3, 12, 10, tzinfo=SHANGHAI) in found
    here = [one["time"] for one in json.loads(dated("meeting next --days 300 --json")) if one["series"]]
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in found] == here
    assert "2026-09-30T15:00" in here, "before National Day"


@pytest.mark.parametrize("rule", ["skip", "next", "keep"])
def test_days_off_are_exceptions(park, rule):
    park(f"meeting plan --series 会 --every day --at 09:00 --until 2026-05-31 --on-holiday {rule}")
    found = days(exported(park))
    here = [one["time"] for one in json.loads(park("meeting next --days 120 --json"))]
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in found] == here


def test_what_changes_counts_up_and_keeps_its_name(dated):
    before = events(exported(dated))
    assert {event["SEQUENCE"] for event in before.values()} == {0}
    dated("set MTG-001 time=2026-03-05T16:00")
    after = events(exported(dated))
    assert set(before) == set(after)
    assert [after[key]["SEQUENCE"] for key in (("MTG-001@ZHYQ.pmkit", None), ("MSR-001@ZHYQ.pmkit", None))] == [1, 0]
    dated("meeting cancel MTG-001")
    dated("meeting plan --series 周例会 --at 16:00")
    last = events(exported(dated))
    gone = last["MTG-001@ZHYQ.pmkit", None]
    assert (gone["SEQUENCE"], gone["STATUS"]) == (2, "CANCELLED")
    assert last["MSR-001@ZHYQ.pmkit", None]["SEQUENCE"] == 1
    assert last["MSR-001@ZHYQ.pmkit", None]["DTSTART"].dt.hour == 16
    dated("meeting series end MSR-001 --date 2026-03-10")
    assert [d.date() for d in days(exported(dated))] == [date(2026, 3, 6)]


def test_an_invitation_names_who_is_invited(dated):
    calendar = exported(dated, "--meeting MTG-001")
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:li.wei@supplier.example"
    assert [str(one) for one in event["ATTENDEE"]] == [
        "mailto:wang.fang@customer.example", "mailto:li.wei@supplier.example",
    ]  # fmt: skip
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    dated("meeting cancel MTG-001")
    assert exported(dated, "--meeting MTG-001")["METHOD"] == "CANCEL"
    (one,) = exported(dated, "--meeting MSR-001").walk("VEVENT")[:1]
    assert one["RRULE"]["BYDAY"] == ["FR"]
    dated("calendar export x.ics --meeting REQ-001", code=2)
    dated("calendar export x.ics --meeting MTG-009", code=2)


def test_other_files_are_not_overwritten_and_more_can_be_in_it(dated):
    dated.write("mine.ics", "BEGIN:VCALENDAR\r\nPRODID:-//other//\r\nEND:VCALENDAR\r\n")
    dated("calendar export mine.ics", code=4)
    dated("calendar export mine.ics --overwrite")
    dated("action add --title 催文档 --owner wang.fang --due 2026-03-20")
    dated("action add --title 内部核算 --owner li.wei --due 2026-03-20 --visibility internal")
    dated("meeting plan --title 内部碰头 --time 2026-03-06T09:00 --visibility internal")
    text = (
        (dated.folder / "team.ics").read_text(encoding="utf-8") if exported(dated, "--milestones --deadlines") else ""
    )
    assert "设计评审通过" in text
    assert "催文档" in text
    assert "内部" not in text
    everything = exported(dated, "--deadlines --audience internal")
    assert "内部碰头" in {str(e["SUMMARY"]) for e in everything.walk("VEVENT")}
    own = exported(dated, "--who wang.fang --deadlines")
    assert {str(e["SUMMARY"]) for e in own.walk("VEVENT")} == {"周例会", "启动会", "期限：ACT-001 催文档"}


def test_an_invitation_is_planned_moved_and_called_off(park):
    def take(method, sequence, day):
        park.write("invite.ics", INVITE.format(method=method, sequence=sequence, day=day))
        return park("calendar import invite.ics")

    said = take("REQUEST", 0, 25)
    assert "someone@else.example" in said
    shown = json.loads(park("show MTG-001 --json"))
    assert {k: shown[k] for k in ("title", "type", "time", "until", "place", "chair", "with", "status")} == {
        "title": "项目领导小组会", "type": "steering", "time": "2026-03-25T14:00", "until": "15:30",
        "place": "滨海集团五楼", "chair": "wang.fang", "with": ["li.wei"], "status": "planned",
    }  # fmt: skip
    assert "没有需要安排的会议" in take("REQUEST", 0, 25)
    take("REQUEST", 2, 26)
    assert json.loads(park("show MTG-001 --json"))["time"] == "2026-03-26T14:00"
    assert "比 MTG-001 的版本旧" in take("REQUEST", 1, 27)
    assert ("abc@customer.example", None) in events(exported(park)), "it keeps the name that it came with"
    take("CANCEL", 3, 26)
    assert json.loads(park("show MTG-001 --json"))["status"] == "cancelled"
    assert "Pmkit-Action: calendar.import" in park.git("log", "-1", "--format=%B")
    assert "没有需要安排的会议" in take("REQUEST", 4, 28), "what is closed stays as it is"


def test_a_series_that_is_invited_to(park):
    text = INVITE.format(method="REQUEST", sequence=0, day="06").replace(
        "LOCATION", "RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z\nLOCATION"
    )
    moved = re.search("BEGIN:VEVENT.*END:VEVENT\n", text, re.DOTALL)[0].replace(
        "RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z\n", ""
    )
    moved = moved.replace("DTSTART:20260306T06", "RECURRENCE-ID:20260313T060000Z\nDTSTART:20260312T02").replace(
        "DTEND:20260306T07", "DTEND:20260312T03"
    )
    park.write("invite.ics", text.replace("END:VCALENDAR", moved + "END:VCALENDAR"))
    said = json.loads(park("calendar import invite.ics --json"))
    assert said["planned"] == ["MSR-001", "MTG-001"]
    here = [one["time"] for one in json.loads(park("meeting next --days 60 --json"))]
    assert here == ["2026-03-06T14:00", "2026-03-12T10:00", "2026-03-20T14:00", "2026-03-27T14:00"]


def test_our_own_file_changes_nothing_and_a_broken_one_is_refused(dated):
    exported(dated)
    assert "是本项目导出的" in dated("calendar import team.ics")
    head = dated.git("rev-parse", "HEAD")
    dated.write("bad.ics", INVITE.format(method="REQUEST", sequence=0, day="99"))
    dated("calendar import bad.ics", code=2)
    assert "bad.ics:10：无法读取 `DTSTART:20260399T060000Z`" in dated.err
    dated.write("none.ics", "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR\n")
    assert "1 VTODO" in dated("calendar import none.ics")
    dated("calendar import missing.ics", code=2)
    assert dated.git("rev-parse", "HEAD") == head
