"""Customer duties: asked for, reminded of, done; their delay moves the plan and is kept apart from ours."""

import email
import json
import re
from email import policy

import pytest

from workspaces import once


@once
def waiting(park):
    """机房施工 waits for the customer's access; 王芳 owes it by the day before; a frozen plan."""
    park("plan task add --phase PH1 --name 机房施工 --duration 5d --after T-001 --owner li.wei")
    park("plan milestone add --phase PH1 --name 机房交付 --after T-003")
    park("plan baseline --name 合同基线")
    park(
        "duty add --what 提供机房门禁权限 --owner wang.fang --due 2026-03-06 --blocks T-003 --type access --basis 合同5.2"
    )


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def milestone(run, record_id="M-002", code=None):
    found = json.loads(run("plan drift --json", code=code))
    return next(item for item in found["items"] if item["id"] == record_id)


def progress(run, day):
    run("plan progress T-001 --percent 100 --actual-start 2026-03-02 --actual-finish 2026-03-06 --date " + day)


def test_in_time_it_moves_nothing(waiting):
    assert milestone(waiting, code=0)["finish_drift_days"] == 0
    waiting("duty done DUT-001 --date 2026-03-05")
    assert shown(waiting, "DUT-001")["status"] == "done"
    assert milestone(waiting, code=0)["finish_drift_days"] == 0
    assert json.loads(waiting("duty effect --json"))["duties"] == []


def test_what_its_delay_has_cost_is_named_and_excuses_nothing(waiting):
    """Due on the 6th, not there on the 20th: ten working days, all of them the customer's, and still exit 1."""
    progress(waiting, "2026-03-20")
    found = milestone(waiting, code=1)
    assert (found["finish_drift_days"], found["unexplained_days"], found["customer_days"]) == (10, 10, 10)
    assert found["late_duties"] == ["DUT-001"]
    assert "其中配合事项 DUT-001 影响 10d" in waiting("plan drift", code=1)
    assert "DUT-001" in waiting("plan drift --format markdown", code=1)
    waiting("duty done DUT-001 --date 2026-03-24")
    later = milestone(waiting, code=1)
    assert (later["finish_drift_days"], later["customer_days"]) == (12, 12)


def test_our_own_delay_beside_it_stays_ours(waiting):
    """T-001 ends on the 11th instead of the 6th (3 days, ours); the access comes on the 13th (2 days more)."""
    waiting("plan progress T-001 --percent 100 --actual-start 2026-03-02 --actual-finish 2026-03-11 --date 2026-03-13")
    waiting("duty done DUT-001 --date 2026-03-13")
    found = milestone(waiting, code=0)
    assert (found["finish_drift_days"], found["unexplained_days"], found["customer_days"]) == (5, 5, 2)


def test_an_approved_change_goes_first(waiting):
    """Two of the ten days are granted by a change; the customer's part is named inside the rest."""
    progress(waiting, "2026-03-20")
    waiting("change request --title 门禁权限推迟的工期 --reason 现场 --affects M-002 --requested-by wang.fang")
    waiting("change submit CR-001")
    waiting("change assess CR-001 --milestone M-002 --schedule 2d")
    waiting.write("reply.eml", "Subject: CR-001\n\n同意\n")
    waiting("change approve CR-001 --as li.wei")
    waiting("change approve CR-001 --as wang.fang --evidence reply.eml")
    waiting("change apply CR-001")
    found = milestone(waiting, code=1)
    assert (found["approved_days"], found["unexplained_days"], found["customer_days"]) == (2, 8, 8)


def test_the_clock_does_not_move_the_plan(waiting):
    """Drift goes by the status date: whenever it is asked for, the same commit says the same."""
    progress(waiting, "2026-03-13")
    before = waiting("plan drift --json", code=None)
    waiting.today = "2026-06-01"
    assert waiting("plan drift --json", code=None) == before


def test_an_earlier_day_is_seen_as_it_was_known_then(waiting):
    """A duty asked for later, or provided later, does not change what the plan said before."""
    progress(waiting, "2026-03-13")
    waiting("duty add --what 提供配电 --owner wang.fang --due 2026-03-25 --blocks T-003 --date 2026-03-16")
    waiting("duty done DUT-001 --date 2026-03-16")
    then = json.loads(waiting("plan drift --json --as-of 2026-03-13", code=None))
    found = next(item for item in then["items"] if item["id"] == "M-002")
    assert (found["forecast_finish"], found["customer_days"]) == ("2026-03-20", 5)
    assert milestone(waiting)["forecast_finish"] == "2026-04-01"


def test_a_promised_day_counts(waiting):
    progress(waiting, "2026-03-13")
    assert milestone(waiting)["customer_days"] == 5
    waiting("set DUT-001 expected=2026-03-18")
    assert milestone(waiting)["customer_days"] == 8


def test_two_that_hold_the_same_work_are_named_together(waiting):
    waiting("duty add --what 提供配电 --owner wang.fang --due 2026-03-06 --blocks T-003")
    progress(waiting, "2026-03-13")
    found = milestone(waiting)
    assert (found["customer_days"], found["late_duties"]) == (5, ["DUT-001", "DUT-002"])
    effect = json.loads(waiting("duty effect --json"))
    assert [duty["cost"] for duty in effect["duties"]] == [{}, {}]
    assert {
        "id": "M-002",
        "name": "机房交付",
        "without_delay": "2026-03-13",
        "forecast": "2026-03-20",
        "cost_days": 5.0,
    } in (effect["items"])


def test_what_is_not_needed_any_more_holds_nothing(waiting):
    progress(waiting, "2026-03-13")
    waiting("duty cancel DUT-001", code=4)
    waiting("duty cancel DUT-001 --note 改走临时通道")
    assert milestone(waiting)["customer_days"] == 0


def test_the_effect_in_words(waiting):
    progress(waiting, "2026-03-13")
    text = waiting("duty effect --as-of 2026-03-13")
    assert re.search(r"DUT-001 .*2026-03-06 .*7 .*M-002 5 天", text)
    assert re.search(r"M-002 机房交付 +2026-03-13 +2026-03-20 +5", text)


def test_a_polite_reminder(waiting):
    waiting.today = "2026-03-05"
    before = waiting.git("rev-parse", "HEAD")
    text = waiting("duty remind --dry-run")
    assert text.startswith("收件人：王芳 <wang.fang@customer.example>\n主题：【ZHYQ】项目配合事项提醒（1 项）")
    assert "请于 2026-03-06 前完成（还有 1 天）；完成后方可开展：机房施工" in text
    assert waiting.git("rev-parse", "HEAD") == before
    waiting.today = "2026-03-09"
    late = waiting("duty remind DUT-001 --dry-run")
    assert "原定 2026-03-06 完成，烦请尽快安排" in late
    assert not re.search("逾期|拖延|延误|责任", late)
    waiting("duty remind --record --channel 电话")
    assert shown(waiting, "DUT-001")["reminders"] == [{"on": "2026-03-09", "by": "li.wei", "channel": "电话"}]
    waiting("duty done DUT-001")
    assert "没有需要提醒" in waiting("duty remind")


def test_a_reminder_is_one_mail_a_person_and_goes_out_once_a_day(waiting):
    waiting("person add ma.chao --name 马超 --side customer --role pm --email ma.chao@customer.example")
    waiting("duty add --what 提供点位表 --owner wang.fang --due 2026-03-10")
    waiting("duty add --what 确认网络方案 --owner ma.chao --due 2026-03-09")
    waiting("duty add --what 内部考虑 --owner ma.chao --due 2026-03-09 --visibility internal")
    waiting("duty remind")
    mails = {
        who: email.message_from_bytes(
            (waiting.folder / f"reports/duties-2026-03-04-{who}.eml").read_bytes(), policy=policy.default
        )
        for who in ("wang.fang", "ma.chao")
    }
    assert [(m["To"], m["Subject"]) for m in mails.values()] == [
        ("王芳 <wang.fang@customer.example>", "【ZHYQ】项目配合事项提醒（2 项）"),
        ("马超 <ma.chao@customer.example>", "【ZHYQ】项目配合事项提醒（1 项）"),
    ]
    words = mails["ma.chao"].get_body(("plain",)).get_content()
    assert "确认网络方案" in words
    assert "内部考虑" not in words + mails["ma.chao"].get_body(("html",)).get_content()
    assert shown(waiting, "DUT-003")["reminders"] == [{"on": "2026-03-04", "by": "li.wei", "channel": "mail"}]
    assert {shown(waiting, f"DSP-00{n}")["message_id"] for n in (1, 2)} == {m["Message-ID"] for m in mails.values()}
    before = waiting.git("rev-parse", "HEAD")
    assert "今日已提醒：DUT-001、DUT-002、DUT-003" in waiting("duty remind")
    assert waiting.git("rev-parse", "HEAD") == before
    sent_again = json.loads(waiting("duty remind DUT-003 --again --json"))
    assert [one["to"] for one in sent_again] == ["ma.chao"]
    assert sent_again[0]["message_id"] != mails["ma.chao"]["Message-ID"]
    waiting.today = "2026-03-05"
    waiting("duty remind DUT-001")


def test_who_cannot_be_written_to_is_named_before_anything_goes_out(waiting):
    waiting("person add ma.chao --name 马超 --side customer --role pm")
    waiting("duty add --what 确认网络方案 --owner ma.chao --due 2026-03-09")
    waiting("duty add --what 提供点位表 --due 2026-03-09")
    waiting("duty remind", code=2)
    assert "pmkit set ma.chao email=" in waiting.err
    assert "pmkit set DUT-003 owner=" in waiting.err
    waiting("duty remind --channel 电话", code=2)
    assert "--record" in waiting.err
    assert not list((waiting.folder / "reports").glob("*.eml"))


def test_what_we_owe_ourselves_is_an_action(waiting):
    waiting("duty add --what 写方案 --owner li.wei --due 2026-03-06", code=4)
    assert "pmkit action add" in waiting.err
    waiting("duty add --what 写方案 --owner wang.fang --due 2026-03-06 --blocks REQ-001", code=2)


def test_the_customer_finds_it_on_the_list_of_what_is_due(waiting):
    assert "DUT-001" in waiting("todo --customer")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register_as_it_reads(waiting, golden, lang):
    progress(waiting, "2026-03-13")
    waiting("duty add --what 确认网络方案 --due 2026-03-20 --type decision")
    waiting("duty add --what 提供点位表 --owner wang.fang --due 2026-03-05 --type data")
    waiting("duty done DUT-003 --date 2026-03-04 --note 电子版")
    waiting("duty add --what 内部考虑 --due 2026-03-20 --visibility internal")
    text = waiting(f"report duties --lang {lang} --as-of 2026-03-13 --out -")
    golden(f"duties.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))


def test_the_weekly_report_asks_politely(waiting):
    progress(waiting, "2026-03-13")
    text = waiting("report weekly --as-of 2026-03-13 --out -")
    line = next(line for line in text.splitlines() if line.startswith("| DUT-001"))
    assert line == (
        "| DUT-001 | 提供机房门禁权限 | 王芳 | 2026-03-06 | 7 | 涉及 T-003 机房施工；预计影响：机房交付 5 个工作日 |"
    )
