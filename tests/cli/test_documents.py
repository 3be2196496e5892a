"""The document register: versions, files and their hashes, numbers, signatures, what is missing."""

import hashlib
import json

import pytest

from workspaces import once

PLAN = "管理计划".encode()
SHA = hashlib.sha256(PLAN).hexdigest()


@once
def filed(run, park):
    """A management plan as a draft, an interface paper released and signed by the customer, a design on a wiki."""
    (run.home / "plan.docx").write_bytes(PLAN)
    (run.home / "接口.pdf").write_bytes("接口".encode())
    (run.home / "scan.pdf").write_bytes(b"%PDF signed")
    run(f"document register {run.home}/plan.docx --title 项目管理计划 --type 项目管理计划 --phase QD")
    run(
        f"document register {run.home}/接口.pdf --type 接口确认单 --phase 设计 --medium both --copies 4 --external-no J-8"
    )
    run("document register https://wiki.example/design --title 总体设计 --type 总体与详细设计 --phase 设计")
    run("document release DOC-002 DOC-003 --reviewed-by wang.fang")
    run(f"document sign DOC-002 --by wang.fang --evidence {run.home}/scan.pdf --sealed --location 档案柜3-2")
    run.today = "2026-03-06"


def record(run, document="DOC-001"):
    return json.loads(run(f"show {document} --json"))


def plan_file(run, version):
    return run.folder / f"documents/DOC-001/ZHYQ-QD-XMGL-001_项目管理计划_V{version}.docx"


def test_a_file_is_registered_with_number_hash_and_a_telling_name(filed):
    one = record(filed)
    assert (one["number"], one["version"], one["status"]) == ("ZHYQ-QD-XMGL-001", "0.1", "draft")
    assert (one["sha256"], one["size"], one["phase"]) == (SHA, len(PLAN), "启动")
    assert (filed.folder / one["file"]).read_bytes() == PLAN
    assert one["owner"] == one["prepared_by"] == "li.wei"
    assert "visibility" not in one  # the customer does not sign it
    paper = record(filed, "DOC-002")
    assert (paper["title"], paper["visibility"], paper["status"]) == ("接口", "customer", "released")
    assert filed.git("status", "--porcelain") == ""


def test_a_released_text_gets_whole_numbers_and_revisions_go_up(filed):
    filed("document submit DOC-001")
    filed("document release DOC-001")
    assert (record(filed)["version"], plan_file(filed, "1.0").read_bytes()) == ("1.0", PLAN)
    filed("document revise DOC-001", code=4)
    assert "没有变化" in filed.err
    plan_file(filed, "1.0").write_bytes(PLAN + "改".encode())
    assert "DOC301" in filed("check", code=1)
    filed("document release DOC-001", code=4)
    filed("document revise DOC-001 --change 补充风险应对")
    assert "DOC301" not in filed("check", code=None)
    one = record(filed)
    assert (one["version"], one["status"], one["change"]) == ("1.1", "draft", "补充风险应对")
    assert [e["version"] for e in one["earlier"]] == ["0.1", "1.0"]
    filed("document release DOC-001")
    assert record(filed)["version"] == "1.1"
    filed(f"document revise DOC-001 {filed.home}/接口.pdf --whole")
    assert record(filed)["version"] == "2.0"
    filed("document revise DOC-001 --version 1.5", code=2)
    assert "1.5" in filed.err


@pytest.mark.parametrize("mark", ["秘密", "机密", "绝密"])
def test_marks_of_state_secrets_are_refused(filed, mark):
    filed(f"document register --title 方案 --classification {mark}", code=2)
    assert "涉密项目不得使用本工具" in filed.err
    filed.edit("documents/DOC-001.yaml", "owner: li.wei", f"owner: li.wei\nclassification: {mark}")
    assert "国家秘密" in filed("check", code=3)


def test_verify_finds_changed_missing_and_unregistered_files(filed):
    assert filed("document verify").endswith("变动或缺失 0 个，未登记 0 个；外部地址 1 个，未核对\n")
    plan_file(filed, "0.1").write_bytes(b"other")
    (filed.folder / record(filed, "DOC-002")["file"]).unlink()
    filed.write("documents/compose.yaml", "services: {}\n")  # no record: the register holds DOC files alone
    found = json.loads(filed("document verify --json", code=1))
    assert [one["id"] for one in found["changed"]] == ["DOC-001"]
    assert [one["id"] for one in found["missing"]] == ["DOC-002"]
    assert found["unregistered"] == ["documents/compose.yaml"]
    codes = {f["code"] for f in json.loads(filed("check --json", code=1))["findings"]}
    assert {"DOC301", "DOC302"} <= codes
    assert "FMT115" not in codes


def test_files_outside_are_verified_where_they_can_be_reached(filed):
    filed(f"document register {filed.home}/plan.docx --outside --title 副本")
    assert record(filed, "DOC-004")["place"] == str(filed.home / "plan.docx")
    filed("document verify")
    (filed.home / "plan.docx").write_bytes(b"changed")
    assert "DOC-004" in filed("document verify", code=1)
    (filed.home / "plan.docx").unlink()
    assert "不存在" in filed("document verify", code=1)


def test_a_git_lfs_pointer_counts_as_its_file(filed):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{SHA}\nsize {len(PLAN)}\n"
    plan_file(filed, "0.1").write_text(pointer, encoding="utf-8")
    filed("document verify")
    assert "DOC301" not in filed("check", code=None)
    filed("commit")
    assert "DOC301" not in filed("check --rev HEAD", code=None)
    filed.write("documents/drawing.dwg", pointer)
    filed(f"document register {filed.folder}/documents/drawing.dwg --title 图纸")
    one = record(filed, "DOC-004")
    assert (one["sha256"], one["size"], one["file"]) == (SHA, len(PLAN), "documents/drawing.dwg")


def test_missing_lists_what_a_phase_lacks_with_the_command(filed):
    found = {n["code"]: n for n in json.loads(filed("document missing --all --json", code=1))}
    assert found["JKQR"]["has"] == ["DOC-002"]
    assert not found["JKQR"]["missing"]
    assert found["XMGL"]["mend"] == "pmkit document submit DOC-001"
    assert found["SSFA"]["mend"] == "pmkit document register FILE --type 实施方案 --phase 设计"
    assert found["QDHY"]["mend"] == "pmkit meeting add --type kickoff"
    assert not found["SHTZ"]["missing"]  # where it applies
    filed(found["XMGL"]["mend"])
    found = {n["code"]: n for n in json.loads(filed("document missing 启动 --json", code=1))}
    assert found["XMGL"]["mend"] == "pmkit document release DOC-001"
    assert "SSFA" not in found


def test_records_of_pmkit_answer_for_their_papers(filed):
    filed("review plan --title 需求评审 --type requirement --time 2026-03-05 --chair li.wei")
    found = {n["code"]: n for n in json.loads(filed("document missing 需求 --all --json", code=1))}
    assert (found["XQPS"]["has"], found["XQPS"]["mend"]) == (["REV-001"], "pmkit review record REV-001")
    filed("review record REV-001 --decision pass")
    filed("review close REV-001")
    found = {n["code"]: n for n in json.loads(filed("document missing 需求 --all --json", code=1))}
    assert not found["XQPS"]["missing"]
    filed("meeting add --title 启动会 --type kickoff --time 2026-03-05T10:00")
    found = {n["code"]: n for n in json.loads(filed("document missing 启动 --all --json", code=1))}
    assert found["QDHY"]["mend"] == "pmkit meeting hold MTG-001"


def test_the_profile_says_what_a_phase_requires(filed):
    filed.edit(
        "pmkit.yaml",
        "approval:",
        "documents:\n  required:\n    设计: {signed: [接口确认单], filed: [机房布置图]}\napproval:",
    )
    filed("commit")
    assert "机房布置图（归档）：未登记" in filed("document missing 设计", code=1)
    filed("document register --title 布置图 --type 机房布置图 --phase 设计")
    assert record(filed, "DOC-004")["number"] == "ZHYQ-SJ-QT-001"
    filed("set DOC-004 location=档案柜")
    filed("document release DOC-004")
    assert "缺 0 项" in filed("document missing 设计")


def test_the_monthly_report_tells_of_papers_and_their_signatures(filed):
    lines = filed("report monthly --out -").splitlines()
    assert [line for line in lines if line.startswith("| DOC-002") and line.endswith("| 2026-03-04 | 已发布 |")]
    assert [line for line in lines if line.startswith("| DOC-002") and line.endswith("建设单位已签署 |")]
    assert not [line for line in lines if "DOC-001" in line]  # internal, and a draft


def test_numbers_follow_the_projects_rule(filed):
    filed.edit("pmkit.yaml", "approval:", "documents:\n  number: '{kind}/{year}-{seq}'\napproval:")
    filed("commit")
    filed("document register --title 甲 --type 实施方案 --phase 设计")
    filed("document register --title 乙 --type 实施方案 --phase 设计")
    assert [record(filed, f"DOC-00{n}")["number"] for n in (4, 5)] == ["SSFA/2026-1", "SSFA/2026-2"]
    filed("document register --title 丙 --number SSFA/2026-1", code=4)
    filed.edit("pmkit.yaml", "'{kind}/{year}-{seq}'", "'{kind.__class__}'")
    filed("check", code=3)
    assert "文件编号规则" in filed.err


def test_a_file_is_registered_once(filed):
    filed(f"document register {plan_file(filed, '0.1')}", code=4)
    assert "pmkit document revise DOC-001" in filed.err
    filed("document register https://wiki.example/design --title 又一份", code=4)


def test_what_is_superseded_says_by_what(filed):
    filed("document supersede DOC-003 --with DOC-002 --note 合并")
    assert record(filed, "DOC-002")["supersedes"] == ["DOC-003"]
    filed("document supersede DOC-003", code=4)
    filed("document sign DOC-001 --by wang.fang --evidence " + str(filed.home / "scan.pdf"), code=4)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("audience", ["customer", "internal"])
def test_the_register_prints(filed, golden, lang, audience):
    filed("document supersede DOC-003 --with DOC-002")
    text = filed(f"report documents --lang {lang} --audience {audience} --out -")
    head = filed.git("rev-parse", "HEAD")[:9]
    golden(f"documents-{audience}.{lang}.md", text.replace(head, "COMMIT"))
    assert ("项目管理计划" in text) == (audience == "internal")
