"""Deliverables: versions with the hash of their file, and the customer's name under what was taken."""

import hashlib
import json

from workspaces import once


@once
def planned(park):
    """A deliverable that is planned, and a file to hand over."""
    park(
        "deliverable add --title 统一认证平台 --requirement REQ-001 --accept 三系统接入 --owner li.wei --due 2026-03-20"
    )
    park.write("release.zip", "第一版")
    park.write("scan.pdf", "已签收")


def shown(run, record_id="DLV-001"):
    return json.loads(run(f"show {record_id} --json"))


def test_each_version_has_its_file_and_hash(planned):
    planned("deliverable submit DLV-001 release.zip --version V1.0")
    data = shown(planned)
    digest = hashlib.sha256("第一版".encode()).hexdigest()
    assert (data["status"], data["versions"][0]["version"], data["versions"][0]["sha256"]) == (
        "submitted",
        "1.0",
        digest,
    )
    kept = planned.folder / "documents/DLV-001/release_V1.0.zip"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest
    planned("deliverable submit DLV-001 release.zip", code=4)
    planned.write("release.zip", "第二版")
    planned("deliverable submit DLV-001 release.zip --version 1.0", code=4)
    planned("deliverable submit DLV-001 release.zip --outside --note 修复登录")
    assert shown(planned)["versions"][1]["version"] == "1.1"
    assert "未登记 0 个" in planned("document verify")
    planned("audit")


def test_a_registered_document_is_handed_over_in_its_version(planned):
    planned.write("手册.docx", "手册")
    planned("document register 手册.docx --type 用户手册 --phase 验收")
    planned("deliverable submit DLV-001 --document DOC-001", code=4)
    planned("document submit DOC-001")
    planned("document release DOC-001")
    planned("deliverable submit DLV-001 --document DOC-001")
    version = shown(planned)["versions"][0]
    assert (version["version"], version["document"]) == ("1.0", "DOC-001")
    assert version["sha256"] == shown(planned, "DOC-001")["sha256"]


def test_the_customer_takes_it_with_name_and_evidence_or_sends_it_back(planned):
    planned("deliverable submit DLV-001 release.zip")
    planned("deliverable accept DLV-001 --evidence scan.pdf", code=4)
    planned("deliverable accept DLV-001 --by wang.fang", code=4)
    planned("deliverable reject DLV-001 --by wang.fang --reason 缺少部署说明")
    assert shown(planned)["steps"][-1]["note"] == "缺少部署说明"
    assert "pmkit deliverable submit DLV-001" in planned("acceptance ready --group deliverables", code=1)
    planned.write("release.zip", "含部署说明")
    planned("deliverable submit DLV-001 release.zip")
    planned("deliverable accept DLV-001 --by wang.fang --evidence scan.pdf")
    step = shown(planned)["steps"][-1]
    assert (step["to"], step["by"]) == ("accepted", "wang.fang")
    assert step["evidence"]["sha256"] == hashlib.sha256("已签收".encode()).hexdigest()
    assert "齐备" in planned("acceptance ready --group deliverables")
    planned.write("release.zip", "初验整改")  # what was taken may be handed over again, and is then to be taken again
    planned("deliverable submit DLV-001 release.zip")
    assert shown(planned)["status"] == "submitted"
    planned("audit")
