"""Communication records: what was said outside meetings, and what was promised."""

import hashlib
import json

import pytest

from workspaces import once


@once
def called(park):
    """王芳 rang up; we promised something, so did she."""
    park.write("shot.png", "a picture")
    park(
        [
            "comm", "log", "--channel", "phone", "--with", "wang.fang", "--date", "2026-03-03", "--time", "09:30",
            "--summary", "访客要求线上预约，方案周五前给出", "--title", "访客预约", "--position", "希望首批覆盖总部大楼",
            "--promise", "周五前给出方案 @li.wei 2026-03-13", "--promise", "提供访客流程（王芳，3月10日）",
            "--follow-up", "方案给出后开专题会", "--about", "REQ-001", "--attach", "shot.png",
        ]
    )  # fmt: skip


def show(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def test_what_was_said_and_promised_is_kept(called):
    data = show(called, "COM-001")
    assert (data["time"], data["with"], data["by"], data["about"]) == (
        "2026-03-03T09:30",
        ["wang.fang"],
        ["li.wei"],
        ["REQ-001"],
    )
    assert data["promises"] == [
        {"text": "周五前给出方案", "owner": "li.wei", "due": "2026-03-13"},
        {"text": "提供访客流程", "owner": "wang.fang", "due": "2026-03-10"},
    ]
    digest = hashlib.sha256(b"a picture").hexdigest()
    assert data["attachments"] == [{"file": "evidence/COM-001/shot.png", "sha256": digest}]
    assert called.git("log", "-1", "--format=%(trailers:key=Pmkit-Record,valueonly,separator=%x20)").split() == [
        "COM-001", "ACT-001", "ACT-002",
    ]  # fmt: skip
    (called.folder / "evidence/COM-001/shot.png").write_text("another")
    assert "COM201" in called("check", code=None)


def test_a_promise_is_an_action_that_is_missed_when_it_is_late(called):
    action = show(called, "ACT-001")
    assert (action["title"], action["owner"], action["due"], action["from"]) == (
        "周五前给出方案", "li.wei", "2026-03-13", "COM-001",
    )  # fmt: skip
    called.today = "2026-03-16"
    assert {r["id"] for r in json.loads(called("action list --overdue --json"))} == {"ACT-001", "ACT-002"}
    called("action done ACT-001 --note 方案已发")
    assert "已完成" in called("report communication COM-001 --out -")


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        ("给出方案 @wang.fan 2026-03-13", "wang.fang"),
        ("给出方案 @li.wei 2026-02-30", "2026-02-30"),
        ("@li.wei 2026-03-13", "承诺"),
    ],
)
def test_a_promise_that_cannot_be_read_is_told(park, promise, told):
    park(["comm", "log", "--channel", "im", "--summary", "x", "--promise", promise], code=2)
    assert told in park.err
    assert not (park.folder / "communications").exists()


def test_internal_talk_stays_with_us(park):
    park("comm log --channel im --summary 内部商量 --visibility internal --promise '算成本 @li.wei'")
    park("report communication COM-001 --out -", code=2)
    park("send COM-001", code=4)
    assert show(park, "ACT-001").get("visibility") == "internal"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_record_for_the_customer(called, golden, lang):
    called(["send", "COM-001", "--date", "2026-03-04"])
    called(["confirm", "COM-001", "--by", "wang.fang", "--text", "确认", "--date", "2026-03-05"])
    text = called(f"report communication COM-001 --lang {lang} --out -")
    golden(f"communication.{lang}.md", text[: text.index("数据截至" if lang == "zh" else "Data as of")])
    blank = called(f"report communication --blank --lang {lang} --out -")
    assert "王芳" not in blank
