"""Service requests: by when somebody has to answer, who was late, what was done."""

import json
import re

import pytest

from workspaces import once


@once
def called(park):
    """Three requests: one answered in time, one late, one of a Friday evening that may wait until Monday."""
    park.today = "2026-03-06"
    park(
        "support log --title 门禁无法开门 --severity 致命 --channel phone --at 2026-03-06T09:00 --reported-by wang.fang --owner li.wei"
    )
    park("support respond SUP-001 --responded-at 2026-03-06T10:30")
    park(
        "support resolve SUP-001 --resolved-at 2026-03-06T12:15 --cause 控制器死机 --solution 重启并升级固件 --date 2026-03-06"
    )
    park("support log --title 报表打不开 --severity serious --at 2026-03-06T09:00 --owner li.wei")
    park("support respond SUP-002 --responded-at 2026-03-06T14:30")
    park("support log --title 字体太小 --at 2026-03-06T17:30 --owner li.wei")


def findings(run):
    return [f["record"] for f in json.loads(run("check --json", code=None))["findings"] if f["code"] == "SUP301"]


def test_the_times_run_as_the_contract_says(called):
    """Two elapsed hours for a fatal one; a working day for a normal one, from Friday 17:30 to Monday 17:30."""
    said = called("support log --title 又死机 --severity fatal --at 2026-03-06T23:00 --owner li.wei")
    assert "应于 2026-03-07 01:00 前响应" in said
    assert "应于 2026-03-09 17:30 前响应" in called("support log --title 小问题 --at 2026-03-06T17:30 --owner li.wei")


def test_who_answered_late_is_found(called):
    assert findings(called) == ["SUP-002"]
    called.today = "2026-03-10"
    assert findings(called) == ["SUP-002", "SUP-003"]
    called("set project support.serious=6eh", code=None)
    called.edit("pmkit.yaml", "currency: CNY", "currency: CNY\nsupport: {serious: 6eh}")
    assert findings(called) == ["SUP-003"]


def test_it_is_resolved_with_what_was_done(called):
    called("support resolve SUP-002", code=4)
    assert "--solution" in called.err
    called("support resolve SUP-002 --solution 已修复 --resolved-at 2026-03-06T16:00")
    called("support close SUP-002 --by wang.fang")
    called("support reopen SUP-002")
    called("audit")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register_as_it_reads(called, golden, lang):
    text = called(f"report support --lang {lang} --as-of 2026-03-07 --out -")
    golden(f"support.{lang}.md", re.sub(r"[0-9a-f]{9}", "COMMIT", text))
