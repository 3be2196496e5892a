"""Recurring days: what people write, what RFC 5545 calls it, and the dates of the standard's own examples."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmkit.kernel.calendar import WEEKDAYS
from pmkit.kernel.recurrence import checked_rule, days_of, parse_every, parse_on, rule_of, rule_words


@pytest.mark.parametrize(
    ("said", "every"),
    [
        ("week", "week"),
        ("2 weeks", "2 weeks"),
        ("1 week", "week"),
        ("每周", "week"),
        ("周", "week"),
        ("双周", "2 weeks"),
        ("每季度", "3 months"),
    ],
)
def test_how_often(said, every):
    assert parse_every(said) == every
    assert parse_every(every) == every


@pytest.mark.parametrize(
    ("said", "day", "clock"),
    [
        ("fri", "fri", None), ("Friday 15:00", "fri", "15:00"), ("mon,thu", "mon,thu", None),
        ("last Thursday 10:00", "last thu", "10:00"), ("最后一个周四 10：00", "last thu", "10:00"), ("星期一、周四", "mon,thu", None),
        ("2nd tue", "second tue", None), ("15日", "15", None), ("31", "31", None),
    ],
)  # fmt: skip
def test_on_which_day(said, day, clock):
    assert parse_on(said) == (day, clock)
    assert parse_on(day) == (day, None)


@pytest.mark.parametrize("text", ["", "frid", "32", "0", "fifth mon", "fri 25:00", "week"])
def test_what_is_no_day(text):
    with pytest.raises(ValueError):
        parse_on(text)


# RFC 5545, 3.8.5.3: rules of its examples with the first days that it prints for them.
@pytest.mark.parametrize(
    ("rule", "start", "days"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", date(1997, 9, 2), ["1997-09-02", "1997-09-16", "1997-09-30", "1997-10-14"]),
        ("FREQ=MONTHLY;BYDAY=1FR", date(1997, 9, 5), ["1997-09-05", "1997-10-03", "1997-11-07", "1997-12-05"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU", date(1997, 9, 7), ["1997-09-07", "1997-09-28", "1997-11-02", "1997-11-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", date(1997, 9, 28), ["1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", date(1997, 9, 29), ["1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30"]),
    ],
)  # fmt: skip
def test_the_examples_of_the_standard(rule, start, days):
    assert checked_rule(rule) == (rule, None)
    assert [str(day) for day in days_of(rule, start, start, date(1997, 12, 31))][:4] == days


def test_an_end_goes_out_of_the_rule():
    assert checked_rule("RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260930T160000Z") == (
        "FREQ=WEEKLY;BYDAY=FR",
        date(2026, 9, 30),
    )


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,10", "BYDAY=MO", "hello", "FREQ=WEEKLY;BYDAY=XX"])
def test_rules_that_meetings_have_not(rule):
    with pytest.raises(ValueError):
        checked_rule(rule)


@given(st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.integers(1, 4))
def test_weekly_days_fall_on_their_weekdays(days, interval):
    start = date(2026, 3, 2)
    rule = rule_of("week" if interval == 1 else f"{interval} weeks", ",".join(days))
    found = list(days_of(rule, start, start, date(2026, 5, 31)))
    assert {WEEKDAYS[day.weekday()] for day in found} == days
    assert all(((day - start).days // 7) % interval == 0 for day in found)
    assert rule_words("week", "fri").zh == "每周五"
