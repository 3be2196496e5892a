"""Sign-off: what is put out is frozen, what is signed changes by a change only, and what went around it is found."""

import hashlib
import json
import re

import pytest

from workspaces import once

RECORD = "signoff record SGN-001 --by wang.fang --date 2026-03-10 --evidence scan.pdf"


@once
def reviewed(park):
    """Two reviewed requirements and a draft one."""
    park.write("scan.pdf", "%PDF signed")
    park.write("reply.eml", "同意")
    park("requirement add --title 访客预约 --statement 访客可预约。 --priority should --source 合同 --accept 可预约")
    park("requirement add --title 大屏 --statement 大屏展示。 --priority could --source 合同 --accept 可展示")
    park("requirement review REQ-001")
    park("requirement review REQ-002")


@once
def prepared(reviewed):
    reviewed("signoff prepare requirements --version 1.0")


@once
def signed(prepared):
    prepared.today = "2026-03-11"
    prepared(RECORD)


def shown(run, record):
    return json.loads(run(f"show {record} --json"))


def apply_change(run, number, *proposals):
    """A change of level 1 from request to apply."""
    edits = " ".join(f"--propose '{p}'" for p in proposals)
    run(f"change request --title 变更{number} --requested-by wang.fang {edits}")
    run(f"change submit CR-00{number}")
    run(f"change assess CR-00{number} --price 0")
    run(f"change approve CR-00{number} --as li.wei")
    run(f"change approve CR-00{number} --as wang.fang --evidence reply.eml")
    run(f"change apply CR-00{number}")


def codes(run):
    return sorted({f["code"] for f in json.loads(run("check --json", code=None))["findings"]} - {"REQ103"})


# --- prepare ---------------------------------------------------------------------------------------------------------


def test_prepare_commits_the_sheet_the_document_and_their_hashes(prepared):
    data = shown(prepared, "SGN-001")
    assert [r["id"] for r in data["records"]] == ["REQ-001", "REQ-002"]
    assert [d["name"] for d in data["documents"]] == ["requirements", "sheet"]
    for document in data["documents"]:
        content = (prepared.folder / document["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == document["sha256"]
        assert document["program"].startswith("pmkit ")
    changed = prepared.git("show", "--name-only", "-z", "--format=", "HEAD").split("\0")
    assert set(filter(None, changed)) == {"signoffs/SGN-001.yaml", *(d["file"] for d in data["documents"])}
    mark = data["over_all"][2:14].upper()
    sheet = (prepared.folder / data["documents"][1]["file"]).read_text(encoding="utf-8")
    assert f"{mark[:4]}-{mark[4:8]}-{mark[8:]}" in sheet
    assert data["documents"][0]["sha256"][:12].upper() in sheet
    assert "大屏" not in sheet
    assert "☑全部" in sheet


def test_prepare_names_each_file_once_and_what_comes_next(reviewed):
    said = reviewed("signoff prepare requirements --version 1.0")
    files = ["signoffs/SGN-001.yaml", *(d["file"] for d in shown(reviewed, "SGN-001")["documents"])]
    assert [said.count(file) for file in files] == [1, 1, 1]
    assert "pmkit signoff record SGN-001 --by 代号 --date 日期 --evidence scan.pdf" in said


def test_only_what_is_reviewed_and_the_customers_is_put_out(reviewed):
    reviewed("signoff prepare REQ-003", code=4)
    assert "REQ-003" in reviewed.err
    reviewed("requirement add --title 内部 --visibility internal")
    reviewed("requirement review REQ-004")
    reviewed("signoff prepare REQ-004", code=4)
    reviewed("signoff prepare requirements")
    assert [r["id"] for r in shown(reviewed, "SGN-001")["records"]] == ["REQ-001", "REQ-002"]
    assert shown(reviewed, "SGN-001")["version"] == "1.0"
    reviewed("signoff prepare REQ-001", code=4)
    assert "SGN-001" in reviewed.err
    reviewed("signoff prepare requirements", code=4)
    reviewed("requirement review REQ-003")
    reviewed("signoff prepare requirements --version V1.0", code=4)
    reviewed("signoff prepare CR-001", code=2)
    reviewed("signoff prepare T-001", code=4)


def test_what_is_out_for_signature_is_frozen_until_withdrawn(prepared):
    prepared("set REQ-001 statement=新的描述", code=4)
    assert "pmkit signoff withdraw SGN-001" in prepared.err
    prepared("set REQ-001 customer_owner=wang.fang tags+=一期")
    prepared("set SGN-001 title=别的", code=4)
    prepared("signoff withdraw SGN-001")
    prepared("set REQ-001 statement=新的描述")
    prepared(RECORD, code=4)
    prepared("signoff prepare requirements --version 1.0")
    assert shown(prepared, "SGN-002")["records"][0]["digest"] == shown(prepared, "REQ-001")["digest"]


def test_dry_run_writes_nothing(reviewed):
    reviewed("signoff prepare requirements --dry-run")
    assert not (reviewed.folder / "signoffs").exists()
    assert not (reviewed.folder / "documents").exists()


# --- record ----------------------------------------------------------------------------------------------------------


def test_a_signature_confirms_the_records_and_tags_the_commit(signed):
    assert shown(signed, "SGN-001")["status"] == "signed"
    for record in ("REQ-001", "REQ-002"):
        assert shown(signed, record)["status"] == "confirmed"
        step = shown(signed, record)["steps"][-1]
        assert step == {
            "to": "confirmed", "on": "2026-03-10", "by": "wang.fang", "recorded_by": "li.wei", "note": "SGN-001"
        }  # fmt: skip
    assert shown(signed, "REQ-003")["status"] == "draft"
    head = signed.git("rev-parse", "HEAD")
    assert signed.git("rev-parse", "signoff/SGN-001^{commit}") == head
    assert signed.git("cat-file", "-t", "signoff/SGN-001") == "tag\n"
    assert shown(signed, "SGN-001")["over_all"] in signed.git("cat-file", "-p", "signoff/SGN-001")
    assert "Pmkit-Recorded-By: li.wei" in signed.git("log", "-1", "--format=%B")
    assert codes(signed) == []


def test_the_customers_signature_needs_evidence_and_the_main_branch(prepared):
    prepared("signoff record SGN-001 --by wang.fang", code=4)
    assert "--evidence" in prepared.err
    prepared(RECORD + " --no-commit", code=2)
    prepared.git("switch", "-qc", "side")
    prepared(RECORD, code=4)
    assert "main" in prepared.err
    prepared.git("switch", "-q", "--detach")
    prepared(RECORD, code=4)
    prepared.git("switch", "-q", "main")
    prepared(RECORD)


def test_several_signers_of_both_sides(prepared):
    prepared("person add zhao.lei --name 赵磊 --side supplier --role director")
    prepared("person add chen.hua --name 陈华 --side customer --role user")
    prepared("person add sun.jian --name 孙健 --side supervisor --role engineer")
    said = prepared("signoff record SGN-001 --by li.wei")
    assert "尚缺建设单位有权签署人：王芳 (wang.fang)" in said
    prepared("signoff record SGN-001 --by chen.hua --evidence scan.pdf")
    assert shown(prepared, "SGN-001")["status"] == "prepared"
    prepared(RECORD)
    tag = prepared.git("rev-parse", "signoff/SGN-001^{commit}")
    prepared("signoff record SGN-001 --by sun.jian --evidence scan.pdf")
    prepared("signoff record SGN-001 --by sun.jian --evidence scan.pdf", code=4)
    prepared("signoff record SGN-001 --by zhao.lei --refuse REQ-001", code=4)
    prepared("signoff record SGN-001 --by zhao.lei")
    data = shown(prepared, "SGN-001")
    assert [s["by"] for s in data["signed"]] == ["li.wei", "chen.hua", "wang.fang", "sun.jian", "zhao.lei"]
    assert shown(prepared, "REQ-001")["status"] == "confirmed"
    assert prepared.git("rev-parse", "signoff/SGN-001^{commit}") == tag
    assert codes(prepared) == []


def test_a_partial_and_conditional_signature(prepared):
    prepared.write("c.txt", "")
    prepared(RECORD + " --refuse REQ-009", code=2)
    prepared(RECORD + " --refuse REQ-001,REQ-002", code=4)
    prepared(RECORD + " --conditional REQ-002 --condition '补充接口清单（王方，2026-02-30）'", code=2)
    prepared([*RECORD.split(), "--refuse", "REQ-001", "--conditional", "REQ-002",
              "--condition", "补充接口清单（王芳，3月20日）", "--condition", "明确容量"])  # fmt: skip
    data = shown(prepared, "SGN-001")
    assert (data["refused"], data["conditional"]) == (["REQ-001"], ["REQ-002"])
    assert data["conditions"] == [
        {"text": "补充接口清单", "owner": "wang.fang", "due": "2026-03-20"}, {"text": "明确容量"}
    ]  # fmt: skip
    assert shown(prepared, "REQ-001")["status"] == "reviewed"
    prepared("set REQ-001 statement=还可以改")
    prepared("set REQ-002 statement=不能改", code=4)
    prepared("signoff verify")
    prepared.today = "2026-03-23"
    assert codes(prepared) == ["SGN302"]
    prepared("signoff meet SGN-001 3", code=2)
    prepared("signoff meet SGN-001 1")
    prepared("signoff meet SGN-001 1", code=4)
    assert codes(prepared) == []
    text = prepared("report signoff SGN-001 --out -")
    assert "☑不确认" in text
    assert "☑有条件" in text
    assert "☑修改后同意" in text


def test_a_refused_sheet_frees_its_records(prepared):
    prepared("signoff reject SGN-001 --by wang.fang --note 内容不全")
    prepared("set REQ-001 statement=新的描述")
    assert shown(prepared, "REQ-001")["status"] == "reviewed"
    assert codes(prepared) == []


def test_what_differs_from_the_paper_cannot_be_recorded(prepared):
    prepared.edit("requirements/REQ-002.yaml", "访客可预约。", "访客不可预约。")
    prepared.git("commit", "-qam", "by hand")
    assert codes(prepared) == ["SGN206"]
    prepared(RECORD, code=4)
    assert "REQ-002" in prepared.err
    prepared.edit("requirements/REQ-002.yaml", "访客不可预约。", "访客可预约。")
    prepared.git("commit", "-qam", "back")
    sheet = shown(prepared, "SGN-001")["documents"][1]["file"]
    prepared.write(sheet, "another sheet")
    prepared(RECORD, code=4)
    assert sheet in prepared.err


def test_a_tag_that_stands_already_is_not_moved(prepared):
    prepared.git("tag", "signoff/SGN-001", "HEAD~1")
    prepared(RECORD, code=5)
    assert "git tag -d signoff/SGN-001" in prepared.err
    assert shown(prepared, "SGN-001")["status"] == "prepared"


# --- frozen ----------------------------------------------------------------------------------------------------------


def test_signed_content_refuses_and_names_the_change_to_raise(signed):
    signed("set REQ-001 statement=新的描述 priority=could", code=4)
    assert "SGN-001" in signed.err
    assert "--propose 'REQ-001.statement=新的描述' --propose 'REQ-001.priority=could'" in signed.err
    signed("set REQ-001 owner=wang.fang tags+=一期 notes=备注")
    signed("requirement implement REQ-001")
    signed("set SGN-001 title=别的", code=4)
    signed("set SGN-001 refused+=REQ-001", code=4)
    assert codes(signed) == []


def test_commit_refuses_hand_edits_of_what_is_signed(signed):
    before = signed.git("rev-parse", "HEAD")
    signed.edit("requirements/REQ-001.yaml", "priority: must", "priority: could")
    signed("commit", code=4)
    assert "--propose 'REQ-001.priority=could'" in signed.err
    signed.edit("requirements/REQ-001.yaml", "priority: could", "priority: must   # 客户强调")
    signed("commit")
    (signed.folder / "requirements/REQ-002.yaml").rename(signed.folder / "requirements/note.txt")
    signed("commit", code=4)
    assert "--withdraw REQ-002" in signed.err
    (signed.folder / "requirements/note.txt").rename(signed.folder / "requirements/REQ-002.yaml")
    (signed.folder / "requirements/late").mkdir()
    (signed.folder / "requirements/REQ-002.yaml").rename(signed.folder / "requirements/late/REQ-002.yaml")
    signed("commit")
    (signed.folder / "signoffs/SGN-001.yaml").unlink()
    signed("commit", code=4)
    assert before != signed.git("rev-parse", "HEAD")


def test_a_milestone_is_signed_and_frozen_in_its_phase(park):
    park.write("scan.pdf", "%PDF")
    park("signoff prepare M-001 --version 1.0")
    park("set T-001 duration=6d")
    park("set M-001 name=别的名称", code=4)
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("set M-001 deadline=2026-05-01", code=4)
    assert "pmkit change request" in park.err
    park("plan task add --phase PH1 --name 新任务 --duration 1d")
    park("signoff verify")
    park.edit("plan/PH1.yaml", "name: 设计评审通过", "name: 初步评审")
    park.git("commit", "-qam", "by hand")
    assert "M-001.name（名称）：与 SGN-001 签认内容不一致：设计评审通过 -> 初步评审" in park("signoff verify", code=1)
    assert codes(park) == ["SGN201"]


def test_objectives_are_signed_and_answered(park):
    park.write("scan.pdf", "%PDF")
    park("objective add --title 通行提速 --measure 平均通行时间 --target '≤2 秒'")
    park("signoff prepare objectives", code=4)
    park("objective review OBJ-001")
    park("signoff prepare objectives")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("set OBJ-001 target='≤3 秒'", code=4)
    park("set OBJ-001 result='1.8 秒'")
    park("objective achieve OBJ-001")
    park("signoff verify")
    assert "项目目标确认单" in park("report signoff SGN-001 --out -")


# --- changes, verify, check ------------------------------------------------------------------------------------------


def test_an_applied_change_is_no_gap_and_waits_for_the_next_signature(signed):
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    said = signed("signoff verify")
    assert "REQ-001 统一身份认证：SGN-001 签认，已按 CR-001 变更，尚未重新签认" in said
    assert "已按 CR-001 变更，尚未重新签认" in signed("show REQ-001")
    assert "CR-001" in signed("report requirements --out -")
    assert codes(signed) == []
    signed.today = "2026-03-26"
    assert codes(signed) == ["SGN303"]
    apply_change(signed, 2, "REQ-001.statement=门户、门禁和停车系统使用同一账号登录。")
    apply_change(signed, 3, "REQ-001.priority=should", "REQ-001.statement=五个系统。")
    signed("signoff verify SGN-001")
    signed.edit("requirements/REQ-001.yaml", "五个系统。", "六个系统。")
    signed.git("commit", "-qam", "by hand")
    said = signed("signoff verify", code=1)
    assert "REQ-001.statement（需求描述）：与 SGN-001 签认内容不一致：五个系统。 -> 六个系统。" in said
    assert "priority" not in said
    signed("set REQ-001 statement=五个系统。")
    signed("signoff verify")


def test_a_newer_signature_supersedes_an_older_one(signed):
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    signed("signoff prepare requirements")
    data = shown(signed, "SGN-002")
    assert [r["id"] for r in data["records"]] == ["REQ-001"]
    assert (data["version"], data["includes"]) == ("2.0", ["CR-001"])
    signed("signoff record SGN-002 --by wang.fang --evidence scan.pdf")
    assert "0 项已变更未重新签认" in signed("signoff verify")
    signed("signoff verify SGN-001")
    signed("set REQ-001 statement=新的描述", code=4)
    assert "SGN-002" in signed.err
    signed("signoff prepare requirements --all --version 2.1")
    assert [r["id"] for r in shown(signed, "SGN-003")["records"]] == ["REQ-001", "REQ-002"]


def test_a_change_waits_while_its_record_is_out_for_signature(signed):
    signed("signoff prepare REQ-001")
    signed("change request --title 变更 --requested-by wang.fang --propose REQ-001.statement=新的描述")
    signed("change submit CR-001")
    signed("change assess CR-001 --price 0")
    signed("change approve CR-001 --as li.wei")
    signed("change approve CR-001 --as wang.fang --evidence reply.eml")
    signed("change apply CR-001", code=4)
    assert "pmkit signoff withdraw SGN-002" in signed.err
    signed("signoff withdraw SGN-002")
    signed("change apply CR-001")
    signed("signoff verify")


def edited_on_the_spot(run):
    run.edit("requirements/REQ-002.yaml", "访客可预约。", "访客不可预约。")
    run.git("commit", "-qam", "small fix")


def edited_on_a_merged_branch(run):
    run.git("switch", "-qc", "side")
    edited_on_the_spot(run)
    run.git("switch", "-q", "main")
    run("requirement add --title 别的 --source x --priority must --statement x --accept y")
    run.git("merge", "-q", "--no-edit", "side")


def edited_in_a_renamed_file(run):
    run.edit("requirements/REQ-002.yaml", "访客可预约。", "访客不可预约。")
    (run.folder / "requirements/second").mkdir()
    run.git("mv", "requirements/REQ-002.yaml", "requirements/second/REQ-002.yaml")
    run.git("commit", "-qam", "tidy up")


@pytest.mark.parametrize("edit", [edited_on_the_spot, edited_on_a_merged_branch, edited_in_a_renamed_file])
def test_hand_edits_are_found_with_who_when_and_which_commit(signed, edit, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_NAME", "赵六")
    edit(signed)
    said = signed("signoff verify", code=1)
    assert "REQ-002.statement（需求描述）：与 SGN-001 签认内容不一致：访客可预约。 -> 访客不可预约。" in said
    hashes = signed.git("log", "--format=%H %an %s").splitlines()
    culprit = next(h.split()[0] for h in hashes if h.endswith(("small fix", "tidy up")))
    assert f"提交 {culprit[:9]}，赵六" in said
    assert codes(signed) == ["SGN201"]
    finding = json.loads(signed("check --json", code=1))["findings"][0]
    assert finding["args"]["commit"] == culprit
    departure = json.loads(signed("signoff verify --json", code=1))["records"][1]["departures"][0]
    assert (departure["from"], departure["to"], departure["by"]) == ("访客可预约。", "访客不可预约。", "赵六")


def test_a_deleted_record_is_found(signed):
    signed.git("rm", "-q", "requirements/REQ-002.yaml")
    signed.git("commit", "-qm", "clean up")
    said = signed("signoff verify", code=1)
    assert "REQ-002：SGN-001 已签认，现已不存在" in said
    assert signed.git("rev-parse", "HEAD")[:9] in said
    assert codes(signed) == ["SGN202"]


def test_squashed_history_still_tells_that_it_differs(signed):
    edited_on_the_spot(signed)
    tree = signed.git("rev-parse", "HEAD^{tree}").strip()
    squashed = signed.git("commit-tree", "-m", "all in one", tree).strip()
    signed.git("reset", "-q", "--hard", squashed)
    assert "历史中查不到签认时的内容，无法指明何时改了什么" in signed("signoff verify", code=1)
    assert codes(signed) == ["SGN201"]


def test_a_sign_off_that_was_edited_is_found(signed):
    digest = shown(signed, "REQ-002")["digest"]
    edited_on_the_spot(signed)
    signed.edit("signoffs/SGN-001.yaml", digest, shown(signed, "REQ-002")["digest"])
    signed.git("commit", "-qam", "cover it up")
    assert "被改动过" in signed("signoff verify", code=1)
    assert codes(signed) == ["SGN203"]


def test_other_evidence_is_found(signed):
    signed.write("evidence/SGN-001/scan.pdf", "%PDF another")
    assert "evidence/SGN-001/scan.pdf" in signed("signoff verify", code=1)
    assert codes(signed) == ["SGN203"]
    (signed.folder / "evidence/SGN-001/scan.pdf").unlink()
    assert "不存在" in signed("signoff verify", code=1)


def test_a_signature_without_evidence_and_a_confirmation_without_a_signature_are_found(signed):
    text = (signed.folder / "signoffs/SGN-001.yaml").read_text(encoding="utf-8")
    start = text.index("  evidence:")
    end = text.index("\n", text.index("sha256", start)) + 1
    signed.write("signoffs/SGN-001.yaml", text[:start] + text[end:])
    assert codes(signed) == ["SGN204"]
    signed.git("checkout", "-q", "signoffs")
    signed.edit("requirements/REQ-003.yaml", "status: draft", "status: confirmed")
    signed.edit("requirements/REQ-003.yaml", "to: draft", "to: confirmed")
    assert codes(signed) == ["SGN205"]


def test_paper_that_does_not_come_back_is_told(prepared):
    prepared.today = "2026-03-18"
    assert codes(prepared) == []
    prepared.today = "2026-03-19"
    assert codes(prepared) == ["SGN301"]


def test_formatting_does_not_matter(signed):
    signed.edit("requirements/REQ-002.yaml", "statement: 访客可预约。", "# 说明\nstatement:   '访客可预约。'")
    path = signed.folder / "requirements/REQ-002.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    signed.git("commit", "-qam", "reformat")
    signed("signoff verify")
    assert codes(signed) == []


def test_nothing_signed(park):
    assert "没有已签认的内容" in park("signoff verify")


# --- adopt, undo -----------------------------------------------------------------------------------------------------


def test_a_signature_from_before_pmkit_is_adopted(reviewed):
    reviewed.write("old.docx", "old text")
    reviewed("adopt signoff requirements --by li.wei --date 2025-12-01 --evidence scan.pdf", code=4)
    reviewed("adopt signoff requirements --by wang.fang --date 2025-12-01", code=4)
    reviewed("adopt signoff requirements --by wang.fang --date 2025-12-01 --evidence scan.pdf --document old.docx")
    data = shown(reviewed, "SGN-001")
    assert (data["adopted"], data["status"], data["steps"][0]["by"]) == (True, "signed", "li.wei")
    assert [r["id"] for r in data["records"]] == ["REQ-001", "REQ-002", "REQ-003"]
    assert [s["to"] for s in shown(reviewed, "REQ-003")["steps"]] == ["draft", "reviewed", "confirmed"]
    assert data["signed"][0]["on"] == "2025-12-01"
    assert "Pmkit-Action: adopt.signoff" in reviewed.git("log", "-1", "--format=%B")
    assert reviewed.git("rev-parse", "signoff/SGN-001^{commit}") == reviewed.git("rev-parse", "HEAD")
    assert codes(reviewed) == []
    reviewed("audit")
    reviewed("set REQ-003 statement=改", code=4)
    reviewed.write("documents/SGN-001/old.docx", "another text")
    assert codes(reviewed) == ["SGN203"]


def test_the_honest_way_leaves_nothing_for_the_audit(signed):
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    signed("signoff prepare requirements")
    signed("signoff record SGN-002 --by wang.fang --evidence scan.pdf")
    assert "未发现" in signed("audit")


def test_undo_takes_a_signature_back_with_its_tag(signed):
    assert "signoff/SGN-001" in signed("undo")
    assert signed.git("tag") == ""
    assert shown(signed, "SGN-001")["status"] == "prepared"
    assert shown(signed, "REQ-001")["status"] == "reviewed"
    signed(RECORD)
    assert codes(signed) == []
    assert "未发现" in signed("audit")


def test_undo_takes_back_what_was_put_out(prepared):
    prepared("undo")
    assert not (prepared.folder / "signoffs").exists()
    prepared("set REQ-001 statement=新的描述")


def test_undo_of_a_change_leads_back_to_what_was_signed(signed):
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    signed("undo")
    assert "0 项已变更未重新签认" in signed("signoff verify")
    assert shown(signed, "CR-001")["status"] == "confirmed"


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_fit_gap_table_is_read_and_signed(reviewed, golden, lang):
    reviewed("set REQ-001 fit=configured solution=对接统一认证平台")
    reviewed("set REQ-002 fit=custom solution=开发访客预约模块")
    text = reviewed(f"report fit-gap --version 1.0 --lang {lang} --out -")
    golden(f"fit-gap.{lang}.md", text[: text.index("数据截至" if lang == "zh" else "Data as of")])
    assert "统一认证" not in reviewed(f"report fit-gap --blank --lang {lang} --out -")
    reviewed("signoff prepare fit-gap")
    assert [d["name"] for d in shown(reviewed, "SGN-001")["documents"]] == ["fit-gap", "sheet"]
    reviewed("set REQ-002 fit=configured", code=4)


def test_the_weekly_report_shows_what_waits_for_a_signature(signed):
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    signed("interview record --title 安防访谈 --with wang.fang")
    signed("interview send INT-001")
    text = signed("report weekly --out -")
    assert "| REQ-001 统一身份认证（SGN-001 签认） | / | / | 已按 CR-001 变更，尚未重新签认 |" in text
    assert "需求访谈记录 INT-001 安防访谈" in text
    assert "变更后未重新签认" not in text
    signed.today = "2026-03-26"
    assert "变更后未重新签认：REQ-001" in signed("report weekly --out -")
    signed("signoff prepare REQ-001 --reply-by 2026-04-02")
    text = signed("report weekly --out -")
    assert "| 确认单 SGN-002 需求签认 V2.0 | 2026-03-26 | 2026-04-02 | 待签署 |" in text
    assert "尚未重新签认 |" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_documents(signed, golden, lang):
    signed.write(
        "requirements/specification.md",
        "# 说明书\n## 目的\n规定*门户*的需求。\n## 数据字典\n| 字段 | 说明 |\n|---|---|\n| a | b |\n",
    )
    signed("interview record --title 安防访谈 --with wang.fang --place 三楼")
    signed("objective add --title 通行提速 --measure 平均通行时间 --target '≤2 秒'")
    signed("requirement add --title 人脸识别 --statement 二期再做。 --priority wont --from INT-001 --accept x")
    signed("requirement review REQ-004")
    signed("set REQ-003 visibility=internal")
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    until = "数据截至" if lang == "zh" else "Data as of"
    text = signed(f"report requirements --lang {lang} --out -")
    golden(f"requirements.{lang}.md", text[: text.index(until)])
    assert "大屏" not in text
    sheet = signed(f"report signoff SGN-001 --lang {lang} --out -")
    sheet = re.sub(
        r"(SHA-256\D*?(?:12 位：)?)[0-9A-F]{12}", r"\g<1>0123456789AB", sheet
    )  # of a text that names a commit
    golden(f"signoff.{lang}.md", sheet[: sheet.index(until)])
    html = signed(f"report requirements --lang {lang} --format html --out -")
    assert 'href="#s1"' in html
    assert '<h2 id="s1">' in html
    assert "☑" not in signed(f"report signoff --blank --lang {lang} --out -")


def test_a_version_means_one_text(signed):
    """FORMS §3: V0.1 a draft, V1.0 the first that is signed, V1.1 a change, V2.0 signed anew; no number twice."""

    def version():
        return re.search(r"\| \*\*版本\*\* \| (\S+)", signed("report requirements --out -"))[1]

    assert version() == "V2.0（草稿）"  # with REQ-003, which nobody signed
    assert "| **版本** | V1.0 |" in signed("report requirements --rev signoff/SGN-001 --out -")
    assert "大屏展示" not in signed("report requirements --version 1.0 --out -")
    signed("requirement reject REQ-003")
    assert version() == "V1.0"
    apply_change(signed, 1, "REQ-001.statement=四个系统使用同一账号登录。")
    text = signed("report requirements --out -")
    assert version() == "V1.1"
    assert "已按 CR-001 变更，尚未重新签认" in text
    row = next(line for line in text.splitlines() if line.startswith("| V1.1 |"))
    assert row.split(" | ")[3:] == ["CR-001", "李伟", "李伟、王芳 |"]  # who made the change, not who asked for it
    signed("report requirements --version 1.0 --out -", code=2)
    assert "--rev signoff/SGN-001" in signed.err
    assert "| **版本** | V1.0 |" in signed("report requirements --version 1.0 --rev signoff/SGN-001 --out -")
    apply_change(signed, 2, "REQ-002.priority=could")
    assert version() == "V1.2"
    signed("signoff prepare requirements --version 1.1", code=4)
    assert "CR-001" in signed.err
    signed("requirement add --title 新需求 --statement 另有要求。 --accept x")
    assert version() == "V2.0（草稿）"
    signed("requirement reject REQ-004")
    assert version() == "V1.2"
    signed("signoff prepare requirements --all")
    assert version() == "V2.0"


def test_before_anything_is_signed_the_specification_is_a_draft(park):
    assert "| **版本** | V0.1 |" in park("report requirements --out -")


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_what_is_to_be_signed_comes_as_word_and_pdf(park, form):
    park("requirement review REQ-001")
    park(f"signoff prepare requirements --format {form}")
    files = list((park.folder / "documents/SGN-001").iterdir())
    assert {file.suffix for file in files} == {f".{form}"}
    assert len(files) == 2  # the specification, and the sheet that names its hash


def test_what_a_change_withdrew_waits_for_no_signature(signed):
    signed("change request --title 不做预约 --requested-by wang.fang --withdraw REQ-002")
    signed("change submit CR-001")
    signed("change assess CR-001 --price 0")
    signed("change approve CR-001 --as li.wei")
    signed("change approve CR-001 --as wang.fang --evidence reply.eml")
    signed("change apply CR-001")
    said = signed("signoff verify")
    assert "已按 CR-001 撤销" in said
    assert "0 项已变更未重新签认" in said
