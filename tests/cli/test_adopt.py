"""A project already running starts with a quiet check."""

import json


def test_findings_at_adoption_are_counted_until_their_record_is_touched(park):
    park("requirement add --title 门禁对接 --owner li.wei")
    park("requirement add --title 停车对接 --owner li.wei")
    before = json.loads(park("check --json"))
    assert before["warnings"] > 2
    assert before["adopted"] == 0
    assert "直到相应记录被改动" in park("adopt check")
    quiet = json.loads(park("check --json --fail-on warning"))
    assert (quiet["findings"], quiet["adopted"]) == ([], before["warnings"])
    assert f"{before['warnings']} 个接入时已有的问题未列出" in park("check")
    assert json.loads(park("audit --json")) == []

    park("set REQ-002 statement=查询门禁记录。")
    touched = json.loads(park("check --json"))
    assert {f["record"] for f in touched["findings"]} == {"REQ-002"}
    assert touched["adopted"] + len(touched["findings"]) <= before["warnings"]
    park("requirement add --title 新需求")
    assert "REQ-004" in {f["record"] for f in json.loads(park("check --json"))["findings"]}

    assert json.loads(park("show ADP-001 --json"))["findings"][0]["check"]
    park("adopt withdraw ADP-001")
    assert json.loads(park("check --json"))["adopted"] == 0


def test_nothing_to_adopt(park):
    assert "没有需要接入的问题" in park("adopt check")
    park("set REQ-001 priority=", code=None)
    park("adopt check --dry-run")
    assert park.git("status", "--porcelain") == ""
