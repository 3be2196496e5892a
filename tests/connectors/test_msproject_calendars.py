"""Calendars of MSPDI: what a file says of weekdays, days and recurring exceptions, as our settings."""

from datetime import date

import pytest

from pmkit.connectors import xml
from pmkit.connectors.msproject.calendars import read_calendars, settings
from pmkit.domain.project import CalendarSettings
from pmkit.workspace.calendars import calendar_of

HOURS = "<WorkingTimes><WorkingTime><FromTime>{}:00</FromTime><ToTime>{}:00</ToTime></WorkingTime></WorkingTimes>"


def calendars(inside):
    data = f"<Project><Calendars>{inside}</Calendars></Project>".encode()
    return read_calendars(xml.read("x.xml", data).root)


def base(more="", uid=1):
    return f"<Calendar><UID>{uid}</UID><Name>c{uid}</Name><IsBaseCalendar>1</IsBaseCalendar>{more}</Calendar>"


def exception(first, last, more):
    period = f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"
    return f"<Exceptions><Exception>{period}{more}<DayWorking>0</DayWorking></Exception></Exceptions>"


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("first", "last", "rule", "expected"),
    [
        ("2026-05-01", "2026-05-05", "<Type>1</Type>", days(*(f"2026-05-0{n}" for n in range(1, 6)))),
        ("2026-05-01", "2026-05-09", "<Type>1</Type><Period>4</Period>", days("2026-05-01", "2026-05-05", "2026-05-09")),
        # every second week on Tuesday (4) and Friday (32), weeks beginning on Sunday
        ("2026-03-02", "2026-03-31", "<Type>6</Type><Period>2</Period><DaysOfWeek>36</DaysOfWeek>",
         days("2026-03-03", "2026-03-06", "2026-03-17", "2026-03-20", "2026-03-31")),
        ("2026-01-01", "2026-06-30", "<Type>4</Type><Period>2</Period><MonthDay>31</MonthDay>",
         days("2026-01-31", "2026-03-31", "2026-05-31")),
        # the second Friday, the last weekday, of each month
        ("2026-01-01", "2026-03-31", "<Type>5</Type><Period>1</Period><MonthItem>8</MonthItem><MonthPosition>1</MonthPosition>",
         days("2026-01-09", "2026-02-13", "2026-03-13")),
        ("2026-01-01", "2026-03-31", "<Type>5</Type><Period>1</Period><MonthItem>1</MonthItem><MonthPosition>4</MonthPosition>",
         days("2026-01-30", "2026-02-27", "2026-03-31")),
        ("2024-01-01", "2027-12-31", "<Type>2</Type><Month>11</Month><MonthDay>25</MonthDay>",
         days("2024-12-25", "2025-12-25", "2026-12-25", "2027-12-25")),
        # the first Monday of September, three times
        ("2024-01-01", "2029-12-31", "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>3</Occurrences><Type>3</Type><Month>8</Month><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition>",
         days("2024-09-02", "2025-09-01", "2026-09-07")),
    ],
)  # fmt: skip
def test_recurring_exceptions(first, last, rule, expected):
    (calendar,) = calendars(base(exception(first, last, rule))).values()
    assert sorted(calendar.days) == expected
    assert set(calendar.days.values()) == {()}


def test_hours_by_weekday_and_for_a_day_and_what_a_base_says():
    week = "<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking>" + HOURS.format("22:00", "00:00") + "</WeekDay><WeekDay><DayType>3</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays>"  # fmt: skip
    half = "<Exceptions><Exception><TimePeriod><FromDate>2026-03-06T00:00:00</FromDate><ToDate>2026-03-06T23:59:00</ToDate></TimePeriod><DayWorking>1</DayWorking>" + HOURS.format("08:00", "12:00") + "</Exception></Exceptions>"  # fmt: skip
    derived = "<Calendar><UID>2</UID><Name>他的日历</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>1</BaseCalendarUID></Calendar>"
    found = calendars(base(week + half) + derived)
    made = {uid: calendar_of(CalendarSettings.model_validate(settings(c))) for uid, c in found.items()}
    for calendar in made.values():
        at = date(2026, 3, 2).toordinal() - 719163
        assert calendar.spans_on(at) == ((1320, 1440),)  # Monday night
        assert calendar.spans_on(at + 1) == ()
        assert calendar.spans_on(at + 2) == ((480, 720), (780, 1020))  # what a file leaves out is MS Project's day
        assert calendar.spans_on(at + 4) == ((480, 720),)
        assert calendar.spans_on(at + 5) == ()
    assert found["2"].name == "他的日历"


def test_calendars_in_a_circle_and_periods_without_end_do_no_harm():
    circle = "".join(
        f"<Calendar><UID>{a}</UID><Name>{a}</Name><BaseCalendarUID>{b}</BaseCalendarUID></Calendar>"
        for a, b in ((1, 2), (2, 1))
    )
    assert set(calendars(circle)) == {"1", "2"}
    (endless,) = calendars(base(exception("1984-01-01", "2149-12-31", "<Type>1</Type>"))).values()
    assert endless.days == {}
