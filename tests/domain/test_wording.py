"""Hints on wording: what they must find, what they must leave alone, and how often they strike in real requirements."""

import csv
from collections import Counter

import pytest

from pmkit.domain.wording import is_binding, promises, vague_words, weak_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("系统应支持门禁、停车、视频等系统的接入。", ["等"]),
        ("支持导出报表等功能。", ["等"]),
        ("接口故障应尽快恢复。", ["尽快"]),
        ("界面友好，操作简单易用。", ["界面友好", "简单易用"]),
        ("响应时间较快，预留若干接口。", ["较快", "若干"]),
        ("包括但不限于查询、打印等等。", ["包括但不限于", "等等"]),
        ("The system shall be user-friendly, easy to use etc.", ["etc.", "user-friendly", "easy to use"]),
        ("Faults shall be repaired as soon as possible.", ["as soon as possible"]),
        ("Reports, including but not limited to usage, shall be printed; the format is TBD.", ["including but not limited to", "TBD"]),
    ],
)  # fmt: skip
def test_vague(text, found):
    assert vague_words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "按等级保护二级要求建设。",
        "门禁、停车、视频等三个系统使用同一账号。",
        "等待时间不超过 2 秒，数据等效、等值、相等、均等、平等、同等。",
        "由高等级向低等级流转，中等规模，一等品，供应商等距布点。",
        "故障应及时（10 分钟内）通知值班员。",
        "界面应易学。新员工培训 2 小时后能独立操作。",
        "及时性指标达到 99%，易用性测试由第三方完成。",
        "The system shall be easy to use: any task takes at most 3 clicks.",
        "The product shall be easy to learn. New users shall learn it within two days.",
        "The system shall fetch the sketch and stretch it.",
        "",
    ],
)
def test_not_vague(text):
    assert vague_words(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("系统应支持导出报表，并支持打印。", 2),
        ("系统应记录登录日志；审计员应能查询。", 2),
        ("系统应支持：1）查询；2）导出；3）打印。", 3),
        ("应急预案应在 3 天内提交，同时应组织演练。", 2),
        ("The system shall log every login and the auditor shall see the log.", 2),
        ("The system shall print reports. The system shall export reports.", 2),
        ("系统应记录日志。日志应保存 180 天。", 1),
        ("系统应使用同一账号登录。", 1),
        ("版本 1.2 应兼容 1.1。", 1),
        ("门户可查询车位余量，数据延迟不超过 60 秒。", 0),
        ("The search shall be fast. Results shall be returned within 15 seconds.", 1),
        ("The system shall read and write files.", 1),
    ],
)
def test_promises(text, count):
    assert promises(text) == count


def test_weak_words_and_binding():
    assert weak_words("系统应灵活支持各种终端。") == ["灵活", "各种"]
    assert weak_words("系统应快速打开首页，不超过 2 秒。") == []
    assert weak_words("The system shall respond quickly.") == ["quickly"]
    assert is_binding("系统应支持登录。")
    assert is_binding("The system will log in.")
    assert not is_binding("三个系统使用同一账号登录。")


def test_what_they_find_in_the_promise_sentences(shared_data):
    """Of 272 real requirements 10 are vague, and are; 12 state two things, a third of those the same thing twice."""
    with (shared_data / "promise-nfr/nfr_odd_projects.csv").open(encoding="utf-8") as file:
        rows = [row[1] for row in csv.reader(file, quotechar="'", escapechar="\\")][1:]
    assert len(rows) == 272
    assert Counter(word for row in rows for word in vague_words(row)) == {
        "including but not limited to": 5, "but not limited to": 1, "intuitive": 2, "easy to use": 1,
        "in a timely manner": 1,
    }  # fmt: skip
    assert sum(promises(row) > 1 for row in rows) == 12


@pytest.mark.parametrize(
    "text", ["The wallet is shallow.", "The system shall work.", "Mustard and shallots.", "It works."]
)
def test_the_quick_way_says_what_the_slow_one_does(text):
    assert (promises(text) > 1) == (promises(text + "。") > 1)
