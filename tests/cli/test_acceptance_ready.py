"""What is missing before the customer can accept: every group, and the command that mends each."""

import json

from workspaces import once


@once
def promised(park):
    """A signed requirement, a training held, a duty, a change and an issue that are open."""
    park("requirement review REQ-001")
    park("signoff prepare requirements")
    park.write("scan.pdf", "已签字")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("training plan --title 管理员培训 --time 2026-03-05")
    park("duty add --what 门禁权限 --owner wang.fang --due 2026-03-09")
    park("issue open --title 登录偶发超时 --severity serious")
    park("issue open --title 页面字号偏小 --severity minor")
    park("change request --title 增加访客 --requested-by wang.fang --propose REQ-001.priority=should")
    park("new meeting title=启动会 time=2026-03-03T15:00")


def missing(run, *groups):
    said = run("acceptance ready --json " + " ".join(f"--group {one}" for one in groups), code=1)
    return {g["group"]: [(m["about"], m["mend"]) for m in g["missing"]] for g in json.loads(said)}


def test_every_group_names_what_is_missing(promised):
    found = missing(promised)
    assert list(found)[:4] == ["requirements", "deliverables", "documents", "defects"]
    assert [about for about, _ in found["requirements"]] == ["REQ-001", "REQ-001"]
    assert [about for about, _ in found["defects"]] == ["ISS-001", "ISS-002"]
    assert found["changes"] == [("CR-001", "pmkit change show CR-001")]
    assert found["minutes"] == [("MTG-001", "pmkit meeting record MTG-001")]
    assert found["training"] == [("TRN-001", "pmkit training record TRN-001")]
    assert found["duties"] == [("DUT-001", "pmkit duty done DUT-001")]
    assert dict(found["documents"])["KGBS"] == "pmkit document register FILE --type 开工报审表 --phase 启动"
    said = promised("acceptance ready --group defects", code=1)
    assert "严重：登录偶发超时（待分析）" in said
    assert "pmkit issue analyse ISS-001 --cause 文本" in said


def test_a_group_is_complete_once_everything_is_done(promised):
    promised("duty done DUT-001")
    assert "齐备" in promised("acceptance ready --group duties")
    promised("acceptance ready --group dutys", code=2)
    assert "duties" in promised.err


def test_meetings_to_come_are_not_missing(promised):
    promised("acceptance ready --group minutes --as-of 2026-03-03")
    promised("acceptance ready --group minutes --as-of 2026-03-04", code=1)
