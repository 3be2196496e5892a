"""Traceability: both ways over every link, coverage, what became suspect and its review, the matrix in every format."""

import json
import re

import pytest

from workspaces import once


@once
def linked(park):
    """REQ-001 comes from MTG-001, T-002 works on it, DLV-001 holds it, CAS-001 shows it; REQ-002 is only written."""
    park("meeting add --title 需求讨论会 --time 2026-03-03T09:00")
    park("set REQ-001 from+=MTG-001")
    park("requirement add --title 访客预约 --priority must --source 招标文件")
    park("set T-002 requirements+=REQ-001")
    park("deliverable add --title 统一认证平台 --requirement REQ-001 --task T-002")
    park("acceptance case add --title 登录用例 --requirement REQ-001 --deliverable DLV-001 --expected 一次登录")


def test_a_requirement_is_traced_both_ways(linked):
    assert linked("trace REQ-001") == (
        "需求 REQ-001 统一身份认证 [草稿]\n"
        "\n来源\n"
        "└─ 会议 MTG-001 需求讨论会 [已安排]\n"
        "\n去向\n"
        "├─ 验收用例 CAS-001 登录用例 [草稿]\n"
        "├─ 交付物 DLV-001 统一认证平台 [待提交]\n"
        "│  └─ 验收用例 CAS-001 登录用例 [草稿]\n"
        "└─ 任务 T-002 方案设计\n"
        "   └─ 交付物 DLV-001 统一认证平台 [待提交] （见上）\n"
    )
    up = json.loads(linked("trace CAS-001 --json"))["upstream"]
    assert [node["id"] for node in up] == ["DLV-001", "REQ-001"]
    assert [node["id"] for node in up[0]["upstream"]] == ["REQ-001", "T-002"]


def test_the_coverage_names_what_is_missing(linked):
    figures = {one["what"]: one for one in json.loads(linked("trace --json"))["coverage"]}
    assert (figures["case"]["must"], figures["case"]["of_must"], figures["case"]["lacking"]) == (1, 2, ["REQ-002"])
    assert figures["source"]["lacking"] == []
    assert figures["passed"]["all"] == 0
    linked("acceptance case ready CAS-001")
    linked("acceptance case pass CAS-001")
    assert "1/2 50%" in linked("trace").splitlines()[-1]


def test_a_link_is_suspect_once_its_far_end_changed_until_somebody_looked(linked):
    assert "没有待复核的链接" in linked("link list")
    linked("set REQ-001 statement=另一个描述")
    suspects = {(one["record"], one["target"]) for one in json.loads(linked("link list --json"))}
    assert suspects == {("T-002", "REQ-001"), ("DLV-001", "REQ-001"), ("CAS-001", "REQ-001")}
    assert linked("trace REQ-001").count("▲") == 4  # three links and the legend
    assert [f["code"] for f in json.loads(linked("check --json"))["findings"] if f["code"] == "REF204"] == [
        "REF204"
    ] * 3
    before = (linked.folder / "deliverables/DLV-001.yaml").read_text(encoding="utf-8").splitlines()
    linked("link review DLV-001")
    after = (linked.folder / "deliverables/DLV-001.yaml").read_text(encoding="utf-8").splitlines()
    assert [a[:10] for a, b in zip(after, before, strict=True) if a != b] == ["  REQ-001:"]
    assert {one["record"] for one in json.loads(linked("link list REQ-001 --json"))} == {"T-002", "CAS-001"}
    linked("link review REQ-001")  # the links that lead to it
    assert json.loads(linked("link list --json")) == []
    log = linked("log DLV-001")
    assert log.rstrip().endswith("链接复核：REQ-001")  # which link was looked at, not its digest
    assert not re.search(r"\b1:[0-9a-f]{8}", log)
    assert "链接复核：REQ-001\n" in linked("diff HEAD~1..HEAD")
    assert "链接复核" not in linked("show DLV-001")
    linked("link review REQ-001", code=4)
    assert "pmkit link list" in linked.err


def test_steps_and_notes_make_no_link_suspect(linked):
    linked("requirement review REQ-001")
    linked("set REQ-001 notes=随手记 owner= ")
    assert json.loads(linked("link list --json")) == []


def test_a_link_that_goes_is_forgotten(linked):
    linked("set DLV-001 tasks-=T-002")
    assert set(json.loads(linked("show DLV-001 --json"))["seen"]) == {"REQ-001"}
    linked("set DLV-001 requirements-=REQ-001")
    assert "seen" not in json.loads(linked("show DLV-001 --json"))


def test_a_link_to_another_kind_is_refused(linked):
    linked("set DLV-001 requirements+=T-001", code=2)
    assert "只能填写需求，T-001 是任务" in linked.err


def test_opinions_name_the_musts_that_lead_nowhere_and_links_that_nobody_reviewed(linked):
    linked.edit("plan/PH1.yaml", "requirements: [REQ-001]", "requirements: [REQ-001, REQ-002]")
    linked("commit -m 手工关联")
    codes = {(f["code"], f["record"]) for f in json.loads(linked("check --select REF --json"))["findings"]}
    assert codes == {("REF205", "T-002"), ("REF207", "REQ-002"), ("REF208", "REQ-002")}
    linked("link review T-002")
    linked("set T-002 requirements-=REQ-002")
    codes = {(f["code"], f["record"]) for f in json.loads(linked("check --select REF --json"))["findings"]}
    assert codes == {("REF206", "REQ-002"), ("REF207", "REQ-002"), ("REF208", "REQ-002")}


def test_impact_names_everything_downstream_and_the_milestones_behind(linked):
    found = json.loads(linked("impact REQ-001 --json"))
    assert {node["id"]: node["path"] for node in found["downstream"]} == {
        "T-002": ["REQ-001", "T-002"], "DLV-001": ["REQ-001", "DLV-001"], "CAS-001": ["REQ-001", "CAS-001"],
    }  # fmt: skip
    assert found["milestones"] == [{"id": "M-001", "title": "设计评审通过", "after": ["REQ-001", "T-002", "M-001"]}]
    assert "2026-03-20" in linked("impact REQ-001")
    assert "没有受其影响的记录" in linked("impact REQ-002")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_matrix_is_a_document(linked, golden, lang):
    linked("set REQ-001 statement=另一个描述")
    linked("link review T-002 DLV-001")
    text = linked(f"trace --matrix --format md --lang {lang}")
    golden(f"traceability.{lang}.md", text.replace(linked.git("rev-parse", "HEAD")[:9], "123456789"))
    page = linked(f"report traceability --format html --lang {lang} --out -")
    assert "landscape" in page
    assert "▲ <span" in page


def test_the_matrix_is_a_table_for_spreadsheets(linked):
    linked(["set", "REQ-002", "title==cmd()"])
    text = linked("trace --matrix --format csv")
    assert text.startswith("\ufeff序号,需求编号")
    rows = text.splitlines()
    assert rows[1] == "1,REQ-001,统一身份认证,必须,功能,访谈 2026-03-03；MTG-001,,T-002,DLV-001,CAS-001,,,草稿,"
    assert ",=cmd()" not in text
    linked("trace --matrix --format xlsx --out matrix.xlsx")
    assert (linked.folder / "matrix.xlsx").read_bytes().startswith(b"PK")
    assert json.loads(linked("trace --matrix --json"))[0]["tasks"] == "T-002"


def test_the_customer_sees_no_link_to_what_is_internal(linked):
    linked("set CAS-001 visibility=internal")
    assert "CAS-001" in linked("trace --matrix --format csv")
    assert "CAS-001" not in linked("trace --matrix --format csv --audience customer")


def test_mistakes_are_told(linked):
    linked("trace REQ-009", code=2)
    linked("trace REQ-001 --matrix", code=2)
    linked("trace REQ-001 --format html", code=2)
    linked("trace --matrix --format docx", code=2)
    linked("trace --matrix --format csv --out no/such/folder/m.csv", code=5)


def test_a_requirement_names_the_objectives_that_it_serves(park):
    park("requirement add --title 安防大屏 --statement 展示。 --objective OBJ-001", code=2)
    assert "an objective" not in json.dumps(json.loads(park("trace --json")))
    park("objective add --title 通行提速 --measure 平均通行时间 --target '≤2 秒'")
    digest = json.loads(park("show REQ-001 --json"))["digest"]
    park("set REQ-001 objectives=OBJ-001")
    assert json.loads(park("show REQ-001 --json"))["digest"] == digest  # no content: it may be told after signing
    (row,) = json.loads(park("trace --matrix --json"))
    assert row["objectives"] == "OBJ-001"
    figures = {one["what"]: one for one in json.loads(park("trace --json"))["coverage"]}
    assert figures["objective"]["all"] == 1
    assert "REQ-001" in park("trace OBJ-001")
    assert "| REQ-001 | 统一身份认证 | 访谈 2026-03-03 | OBJ-001 |" in park("report requirements --out -")
    park("objective withdraw OBJ-001")
    assert json.loads(park("trace --matrix --json"))[0]["objectives"] == ""
