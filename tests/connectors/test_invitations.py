"""Calendar files of other programs: what is read, and what is refused with its line; known answers of a whole folder."""

import csv
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from pmkit.connectors.ics.invitation import read_invitation
from pmkit.kernel.errors import UsageError

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@b\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n"


def read(*lines):
    text = EVENT.format("".join(f"{line}\r\n" for line in lines))
    return read_invitation("invite.ics", text.encode(), SHANGHAI).entries[0]


def test_files_are_read_or_refused_as_their_table_says(shared_data):
    folder = shared_data / "ical"
    rows = list(csv.DictReader((folder / "known.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 70
    for row in rows:
        broken = row["icalendar_verdict"] != "parsed" or row["property_errors"] != "0"
        data = (folder / row["file"]).read_bytes()
        if broken:
            with pytest.raises(UsageError) as refused:
                read_invitation(row["file"], data, SHANGHAI)
            assert re.match(re.escape(row["file"]) + r":[0-9]+: [^\n]+\Z", refused.value.says.en)
            continue
        found = read_invitation(row["file"], data, SHANGHAI)
        assert found.calendars == int(row["calendars"])
        for name in ("VEVENT", "VTODO", "VALARM", "VTIMEZONE"):
            assert found.counts.get(name, 0) == int(row[name]), (row["file"], name)
        assert len(found.entries) == int(row["VEVENT"])
        assert sum(entry.rule is not None for entry in found.entries) == int(row["events_with_RRULE"])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("calendars__broken_ical.ics", 4),
        ("calendars__issue_1081_invalid_rrule_freq.ics", 7),
        ("calendars__issue_1081_invalid_start_valid_end.ics", 6),
        ("calendars__issue_104_broken_calendar.ics", 13),
    ],
)
def test_the_line_that_is_wrong_is_named(shared_data, name, line):
    with pytest.raises(UsageError, match=f"{name}:{line}: "):
        read_invitation(name, (shared_data / "ical" / name).read_bytes(), SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "at", "until"),
    [
        ("DTSTART:20260325T060000Z", "DTEND:20260325T073000Z", datetime(2026, 3, 25, 14), "15:30"),
        ("DTSTART;TZID=America/New_York:20260325T090000", "DURATION:PT1H", datetime(2026, 3, 25, 21), "22:00"),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20260701T090000", "DURATION:PT9H", datetime(2026, 7, 1, 15), None),
        ("DTSTART:20260325T140000", "DTEND:20260325T150000", datetime(2026, 3, 25, 14), "15:00"),
        ("DTSTART;VALUE=DATE:20260325", "DTEND;VALUE=DATE:20260326", date(2026, 3, 25), None),
    ],
)  # fmt: skip
def test_times_are_the_projects(start, end, at, until):
    entry = read(start, end)
    assert (entry.at, entry.until) == (at, until)


def test_a_rule_keeps_the_clock_of_its_zone():
    entry = read("DTSTART;TZID=Europe/London:20260306T090000", "RRULE:FREQ=WEEKLY;UNTIL=20260930T235959Z")
    assert (entry.at, entry.zone, entry.rule) == (
        datetime(2026, 3, 6, 9),
        "Europe/London",
        "FREQ=WEEKLY;UNTIL=20261001",
    )


def test_who_invites_and_who_is_invited():
    entry = read(
        "DTSTART:20260325T060000Z", "ORGANIZER;CN=Chen:MAILTO:Chen@Customer.example",
        "ATTENDEE:mailto:a@x.example", 'ATTENDEE;CN="B, C":mailto:b@x.example', "STATUS:CANCELLED", "SEQUENCE:3",
    )  # fmt: skip
    assert (entry.organizer, entry.mails) == ("chen@customer.example", ("a@x.example", "b@x.example"))
    assert (entry.cancelled, entry.sequence) == (True, 3)
