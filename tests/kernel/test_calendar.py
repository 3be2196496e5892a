"""Working calendars: against two independent tables of China's holidays, and by hand."""

import csv
import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.calendar import (
    AROUND_THE_CLOCK,
    DAY,
    LAST,
    Timeline,
    WorkCalendar,
    clock,
    moment_of,
    named_calendar,
    parse_hours,
    start_of,
)
from pmkit.kernel.errors import MissingExtra, UsageError

WEEK = WorkCalendar()
CN = named_calendar("CN")
DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))


def days(first: date, last: date):
    return (first + timedelta(n) for n in range((last - first).days + 1))


# --- China


def test_every_day_of_every_published_year_is_as_chinesecalendar_has_it():
    years = sorted({day.year for day in constants.holidays})
    assert CN.known_until >= date(years[-1], 12, 31)
    differ = [d for d in days(date(years[0], 1, 1), date(years[-1], 12, 31)) if CN.is_workday(d) != chinese_calendar.is_workday(d)]  # fmt: skip
    assert differ == []


def test_holiday_cn_lists_the_same_days(shared_data):
    seen = 0
    for path in sorted((shared_data / "holiday-cn").glob("20*.json")):
        for day in json.loads(path.read_text(encoding="utf-8"))["days"]:
            assert CN.is_workday(date.fromisoformat(day["date"])) is not day["isOffDay"], day
            seen += 1
    assert seen > 100


def test_every_month_has_the_known_number_of_working_days(shared_data):
    with (shared_data / "holiday-cn/known.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        year = int(row["year"])
        assert CN.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == int(row["working_days_in_year"])
        for month in range(1, 13):
            last = (date(year, month, 28) + timedelta(4)).replace(day=1) - timedelta(1)
            before = date(year, month, 1) - timedelta(1)
            assert CN.workdays_between(before, last) == int(row[f"m{month}"]), (year, month)
    assert rows


def test_a_make_up_day_may_stand_in_the_year_before_its_notice():
    assert CN.is_workday(date(2018, 12, 29))
    assert not CN.is_workday(date(2018, 12, 31))


def test_past_the_published_years_the_weekday_rule_applies():
    assert CN.known_until == date(2026, 12, 31)
    assert CN.is_workday(date(2027, 10, 1))
    assert not CN.is_workday(date(2027, 10, 2))


# --- names


def test_a_country_has_its_weekend_holidays_and_worked_weekend_days():
    germany, israel, hungary = named_calendar("DE"), named_calendar("IL"), named_calendar("HU")
    assert not germany.is_workday(date(2028, 10, 3))  # a Tuesday
    assert not germany.is_workday(date(2026, 12, 25))
    assert germany.is_workday(date(2026, 12, 28))
    assert israel.is_workday(date(2026, 11, 22))  # a Sunday
    assert not israel.is_workday(date(2026, 11, 20))  # a Friday
    assert hungary.is_workday(date(2026, 8, 8))  # a Saturday, worked for Friday the 21st


def test_a_country_that_publishes_few_years_is_no_warning():
    assert not named_calendar("IN").is_workday(date(2026, 1, 26))


@pytest.mark.parametrize(("name", "hint"), [("cn", "CN"), ("weekday", "weekdays"), ("DEE", ""), ("中国", ""), ("", "")])
def test_an_unknown_name_is_said_with_the_nearest_one(name, hint):
    with pytest.raises(UsageError) as caught:
        named_calendar(name)
    assert name in caught.value.says.en
    assert name in caught.value.says.zh
    assert hint in caught.value.fix.en


def test_without_the_extra_its_name_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra) as caught:
        named_calendar("DE")
    assert caught.value.fix.en == "pip install 'pmkit[holidays]'"
    assert named_calendar("CN").name == "CN"


def test_the_package_for_other_countries_is_loaded_for_them_only():
    code = "import sys; from pmkit.kernel.calendar import named_calendar; named_calendar('CN'); print('holidays' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "False"


# --- days


def test_the_standard_day_has_eight_hours_and_the_week_forty():
    assert (WEEK.day_minutes, WEEK.week_minutes) == (480, 2400)
    assert (AROUND_THE_CLOCK.day_minutes, AROUND_THE_CLOCK.week_minutes) == (1440, 10080)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 3, 20), date(2026, 4, 1), 8),  # Friday to Wednesday: 23 24 25 26 27 30 31 1
        (date(2026, 4, 1), date(2026, 3, 20), -8),
        (date(2026, 3, 20), date(2026, 3, 20), 0),
        (date(2026, 3, 20), date(2026, 3, 22), 0),  # Friday to Sunday
        (date(2026, 3, 21), date(2026, 3, 23), 1),  # Saturday to Monday
        (date(2026, 3, 22), date(2026, 3, 20), 0),
    ],
)
def test_drift_counts_the_days_after_the_first(first, last, expected):
    assert WEEK.workdays_between(first, last) == expected


@settings(max_examples=150, derandomize=True)
@given(DAYS, DAYS)
def test_counting_days_is_looking_at_each_of_them(first, last):
    earlier, later = sorted((first, last))
    counted = sum(CN.is_workday(day) for day in days(earlier + timedelta(1), later))
    assert CN.workdays_between(earlier, later) == counted
    assert CN.workdays_between(later, earlier) == -counted


def test_neighbouring_working_days_skip_the_holiday():
    assert CN.next_workday(date(2026, 2, 14)) == date(2026, 2, 24)  # Spring Festival, after a worked Saturday
    assert CN.previous_workday(date(2026, 2, 24)) == date(2026, 2, 14)
    assert WEEK.next_workday(date(2026, 3, 6)) == date(2026, 3, 9)


def test_a_calendar_without_working_days_is_refused_when_one_is_sought():
    with pytest.raises(UsageError):
        WorkCalendar("never", weekly=((),) * 7).next_workday(date(2026, 1, 1))


# --- one calendar from another


def test_the_projects_days_win_over_the_table_and_the_table_over_the_week():
    sunday, holiday, make_up = date(2026, 3, 1), date(2026, 10, 1), date(2026, 10, 10)
    assert (CN.is_workday(holiday), CN.is_workday(make_up), CN.is_workday(sunday)) == (False, True, False)
    own = CN.changed(extra_work=[holiday, sunday], days_off=[make_up])
    assert (own.is_workday(holiday), own.is_workday(make_up), own.is_workday(sunday)) == (True, False, True)


def test_an_extra_working_day_comes_before_every_other_rule():
    sunday = date(2026, 3, 1)
    assert WEEK.changed(extra_work=[sunday], days_off=[sunday]).is_workday(sunday)
    assert WorkCalendar(extra_work=frozenset([sunday]), days_off=frozenset([sunday])).is_workday(sunday)


def test_hours_and_weekdays_of_a_project():
    own = WEEK.changed(weekdays=["sun", "mon"], hours=parse_hours(["08:00-12:00"]), extra_work=[date(2026, 3, 7)])
    assert (own.day_minutes, own.week_minutes) == (240, 480)
    assert [own.is_workday(date(2026, 3, n)) for n in range(1, 8)] == [True, True, False, False, False, False, True]
    assert own.spans_on(start_of(date(2026, 3, 7)) // DAY) == ((480, 720),)


def test_nothing_changed_is_the_same_calendar():
    assert CN.changed() == CN
    assert CN.without(()) is CN


def test_a_weekday_that_is_none_is_refused():
    with pytest.raises(UsageError, match="Monday"):
        WEEK.changed(weekdays=["Monday"])


def test_an_absence_takes_the_day_even_a_make_up_day():
    away = CN.without([date(2026, 10, 10), date(2026, 3, 4)])
    assert not away.is_workday(date(2026, 10, 10))
    assert not away.is_workday(date(2026, 3, 4))
    assert away.known_until == CN.known_until


@pytest.mark.parametrize(
    "hours", [["9-12"], ["09:00"], ["12:00-09:00"], ["09:00-12:00", "11:00-13:00"], ["09:60-10:00"], ["23:00-24:01"], ["09:00-09:00"], ["-1:00-2:00"]]
)  # fmt: skip
def test_hours_that_are_none_are_refused(hours):
    with pytest.raises(UsageError):
        parse_hours(hours)


def test_hours_may_touch_and_end_at_midnight():
    assert parse_hours(["09:00-12:00", "12:00-24:00"]) == ((540, 720), (720, 1440))


# --- the clock


def test_between_two_working_minutes_the_offset_stands_still_and_has_two_sides():
    line = Timeline((WEEK,))
    line.anchor(date(2026, 3, 2))  # a Monday
    friday = clock(datetime(2026, 3, 6, 18))
    offset = line.offset(friday)
    assert offset == 5 * 480
    assert {line.offset(friday + n) for n in range(0, 2 * DAY, 97)} == {offset}
    assert moment_of(line.finishing(offset)) == datetime(2026, 3, 6, 18)
    assert moment_of(line.starting(offset)) == datetime(2026, 3, 9, 9)
    assert line.offset(clock(datetime(2026, 3, 2, 12, 30))) == 180  # noon stands still, too


@settings(max_examples=150, derandomize=True)
@given(
    st.lists(st.datetimes(datetime(2012, 1, 1), datetime(2032, 1, 1)), min_size=1, max_size=4),
    st.sampled_from([WEEK, CN]),
)
def test_offsets_and_the_clock_translate_both_ways_from_any_side(moments, calendar):
    line = Timeline((calendar,))
    for moment in moments:
        at = clock(moment)
        offset = line.offset(at)
        assert line.offset(line.starting(offset)) == line.offset(line.finishing(offset)) == offset
        assert line.finishing(offset) <= line.starting(offset)
        in_work = line.starting(offset) == at
        assert in_work or line.finishing(offset) <= at <= line.starting(offset)
        assert line.offset(at + 1) - offset == in_work


@settings(max_examples=60, derandomize=True)
@given(st.lists(DAYS, min_size=2, max_size=5))
def test_working_time_between_two_days_does_not_depend_on_what_was_asked_before(asked):
    line = Timeline((CN,))
    offsets = [line.offset(start_of(day) + DAY) for day in asked]
    expected = [480 * CN.workdays_between(asked[0], day) for day in asked]
    assert [offset - offsets[0] for offset in offsets] == expected


def test_earlier_years_can_be_asked_for_at_any_time():
    line = Timeline((WEEK,))
    line.anchor(date(2026, 1, 1))
    line.offset(start_of(date(2026, 6, 1)))
    line.anchor(date(1999, 1, 1))  # too late, and without harm
    assert line.offset(start_of(date(2023, 1, 1))) == -480 * WEEK.workdays_between(
        date(2022, 12, 31), date(2025, 12, 31)
    )


def test_the_union_of_calendars_is_worked_when_one_of_them_is():
    late = WorkCalendar("late", weekly=(((600, 1200),),) * 6 + ((),), day_hours=((600, 1200),))
    line = Timeline((WEEK, late))
    monday, saturday = start_of(date(2026, 3, 2)) // DAY, start_of(date(2026, 3, 7)) // DAY
    assert line.spans_on(monday) == ((540, 1200),)
    assert line.spans_on(saturday) == ((600, 1200),)


@pytest.mark.parametrize("at", [-1, start_of(LAST) + DAY + 1, 10**15])
def test_outside_1970_to_2199_there_is_no_time(at):
    with pytest.raises(OverflowError):
        Timeline((WEEK,)).offset(at)


def test_the_last_day_there_is_ends():
    line = Timeline((WEEK,))
    offset = line.offset(start_of(LAST) + DAY)
    assert moment_of(line.finishing(offset)) == datetime(2199, 12, 31, 18)
    with pytest.raises(OverflowError):
        line.starting(offset)
    with pytest.raises(OverflowError):
        line.finishing(line.offset(0))
    assert moment_of(line.starting(line.offset(0))) == datetime(1970, 1, 1, 9)


def test_work_in_a_calendar_without_any_is_never_done():
    never = Timeline((WorkCalendar("never", weekly=((),) * 7),))
    with pytest.raises(OverflowError):
        never.starting(0)
    with pytest.raises(OverflowError):
        never.finishing(0)
