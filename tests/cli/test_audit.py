"""The audit finds what went around the workflow in real histories, and is silent about what is honest."""

import json
import subprocess

import pytest

from workspaces import once


@once
def asked(park):
    """A change request that waits for its approvals; 赵六 is a developer of ours without authority."""
    park("person add zhao.liu --name 赵六 --side supplier --role developer --email zhao.liu@supplier.example")
    park(
        "change request --title 增加访客预约 --reason 客户新增要求 --affects REQ-001 --requested-by wang.fang "
        "--propose REQ-001.statement=门户、门禁、停车和访客预约系统使用同一账号登录。"
    )
    park("change submit CR-001")
    park("change assess CR-001 --schedule 3d --milestone M-001 --price 20000 --cost 12000")
    park.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")


@once
def applied(asked):
    asked("change approve CR-001 --as li.wei")
    asked("change approve CR-001 --as wang.fang --evidence reply.eml")
    asked("change apply CR-001")


def by_hand(run, path, old, new, message="改一下"):
    run.edit(path, old, new)
    run.git("commit", "-qam", message)


def found(run):
    """Code, record and field of each finding."""
    text = run("audit --json", code=None)
    assert run.code == (1 if json.loads(text) else 0)
    return [(f["code"], f["record"], f["field"]) for f in json.loads(text)]


def digest_of(run, record):
    return json.loads(run(f"show {record} --json"))["digest"]


APPROVAL = """approvals:
- by: {by}
  side: supplier
  role: {role}
  on: 2026-03-04
  digest: {digest}
"""


def test_an_honest_history_is_silent(applied):
    applied("change verify CR-001")
    applied("requirement review REQ-001")
    applied("undo")
    assert found(applied) == []
    assert "审计未发现绕过流程的操作" in applied("audit")


def test_reformatting_comments_and_moves_are_silent(applied):
    text = (applied.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    applied.write(
        "requirements/REQ-001.yaml", "# 备注\n" + text.replace("priority: must", 'priority:   "must"  # 必须')
    )
    applied.git("commit", "-qam", "加注释")
    (applied.folder / "requirements/login").mkdir()
    applied.git("mv", "requirements/REQ-001.yaml", "requirements/login/REQ-001.yaml")
    applied.git("commit", "-qm", "挪到子目录")
    assert found(applied) == []


def test_squash_and_rebase_of_honest_steps_are_silent(asked):
    asked.git("checkout", "-qb", "branch")
    asked("change approve CR-001 --as li.wei")
    asked("change approve CR-001 --as wang.fang --evidence reply.eml")
    asked("change apply CR-001")
    asked.git("checkout", "-q", "main")
    asked("requirement review REQ-001")
    asked.git("merge", "-q", "--squash", "branch")
    asked.git("commit", "-qm", "并入 CR-001")
    assert found(asked) == []


def test_a_merge_of_honest_branches_is_silent(asked):
    asked.git("checkout", "-qb", "branch")
    asked("change approve CR-001 --as li.wei")
    asked.git("checkout", "-q", "main")
    asked("requirement review REQ-001")
    asked("person add sun.jian --name 孙健 --side supervisor --role engineer")
    asked.git("merge", "-q", "--no-edit", "branch")
    assert found(asked) == []


def test_a_status_jumped_by_hand(park):
    by_hand(park, "requirements/REQ-001.yaml", "status: draft", "status: accepted", "验收通过")
    text = park("audit", code=1)
    assert found(park) == [("AUD101", "REQ-001", "status")]
    assert "REQ-001 由“草稿”变为“已验收”" in text
    assert "验收通过" in text
    assert "李伟" in text


def test_a_step_that_no_verb_makes(park):
    by_hand(
        park,
        "requirements/REQ-001.yaml",
        "status: draft\nsteps:\n",
        "status: verified\nsteps:\n- to: verified\n  on: 2026-03-03\n  by: li.wei\n",
    )
    assert ("AUD101", "REQ-001", "status") in found(park)


def test_a_step_rewritten(park):
    park("requirement review REQ-001")
    by_hand(park, "requirements/REQ-001.yaml", "- to: reviewed\n  on: 2026-03-04", "- to: reviewed\n  on: 2026-02-04")
    assert ("AUD102", "REQ-001", "steps") in found(park)


def test_a_record_born_advanced(park):
    park.write(
        "requirements/REQ-002.yaml",
        "title: 访客\nstatus: accepted\nsteps:\n- to: accepted\n  on: 2026-03-03\n  by: li.wei\n",
    )
    park.git("add", "-A")
    park.git("commit", "-qm", "新需求")
    assert found(park) == [("AUD103", "REQ-002", "status")]


def test_an_approval_without_authority_at_that_time(asked):
    approval = APPROVAL.format(by="zhao.liu", role="developer", digest=digest_of(asked, "CR-001"))
    by_hand(asked, "changes/CR-001.yaml", "steps:\n", approval + "steps:\n")
    by_hand(asked, "people.yaml", "role: developer", "role: director", "赵六升任")
    assert found(asked) == [("AUD201", "CR-001", "approvals")]
    assert "无权签署" in asked("audit", code=1)


def test_an_approval_in_a_role_that_is_not_theirs(asked):
    approval = APPROVAL.format(by="zhao.liu", role="pm", digest=digest_of(asked, "CR-001"))
    by_hand(asked, "changes/CR-001.yaml", "steps:\n", approval + "steps:\n")
    assert found(asked) == [("AUD201", "CR-001", "approvals")]


def test_ones_own_request_approved(park):
    park(
        "change request --title 换接口 --reason 省事 --affects REQ-001 --requested-by li.wei --propose REQ-001.priority=should"
    )
    park("change submit CR-001")
    park("change assess CR-001 --price 0 --scope 无")
    approval = APPROVAL.format(by="li.wei", role="pm", digest=digest_of(park, "CR-001"))
    by_hand(park, "changes/CR-001.yaml", "steps:\n", approval + "steps:\n")
    assert found(park) == [("AUD202", "CR-001", "approvals")]


def test_agreed_without_approvals(asked):
    by_hand(
        asked,
        "changes/CR-001.yaml",
        "status: assessed\nsteps:\n",
        "status: confirmed\nsteps:\n",
    )
    assert ("AUD203", "CR-001", "status") in found(asked)


def test_a_request_edited_after_approval(applied):
    by_hand(applied, "changes/CR-001.yaml", "price: 20000.00 CNY", "price: 90000.00 CNY")
    assert found(applied) == [("AUD204", "CR-001", "impact")]
    assert "李伟" in applied("audit", code=1)


def test_assessing_again_is_honest(asked):
    asked("change approve CR-001 --as li.wei")
    asked("change assess CR-001 --price 30000")
    asked("change approve CR-001 --as li.wei")
    assert found(asked) == []


def test_an_approval_rewritten(applied):
    by_hand(applied, "changes/CR-001.yaml", "on: 2026-03-04\n  digest", "on: 2026-03-03\n  digest")
    assert ("AUD205", "CR-001", "approvals") in found(applied)


def test_evidence_replaced(applied):
    applied.edit("evidence/CR-001/reply.eml", "同意", "完全同意")
    applied.git("commit", "-qam", "换扫描件")
    assert found(applied) == [("AUD206", "CR-001", "evidence")]
    assert "evidence/CR-001/reply.eml" in applied("audit", code=1)


@pytest.mark.parametrize("on_a_branch", [True, False])
def test_the_matrix_loosened_for_the_approval_that_needed_it(asked, on_a_branch):
    if on_a_branch:
        asked.git("checkout", "-qb", "branch")
    loosened = (asked.folder / "pmkit.yaml").read_text(encoding="utf-8")
    asked.write("pmkit.yaml", loosened.replace("[supplier.pm, customer.pm]", "[supplier.pm]"))
    asked.git("commit", "-qam", "调整审批规则")
    asked("change approve CR-001 --as li.wei")
    asked("change apply CR-001")
    if on_a_branch:
        asked.git("checkout", "-q", "main")
        asked.git("merge", "-q", "--no-ff", "--no-edit", "branch")
    assert ("AUD207", "CR-001", "status") in found(asked)
    assert "放宽" in asked("audit", code=1)


@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (("pmkit.yaml", "[supplier.pm, customer.pm]", "[supplier.pm]"), "AUD207"),
        (("people.yaml", "role: pm", "role: developer"), None),
    ],
)
def test_rules_and_rights_of_a_branch_are_those_where_it_began(park, edit, code, is_merged):
    """Loosened before the request was even written, a right given, on the branch that then uses it."""
    if code is None:  # 李伟 may not approve on the main branch, and makes himself a manager on the other one
        park.edit(*edit)
        park("commit -m 调整角色")
        edit, code = (edit[0], edit[2], edit[1]), "AUD212"
    park.git("checkout", "-qb", "branch")
    park.edit(*edit)
    park.git("commit", "-qam", "调整")
    park.write("reply.eml", "同意")
    park("change request --title 换接口 --reason 省事 --requested-by wang.fang --propose REQ-001.priority=should")
    park("change submit CR-001")
    park("change assess CR-001 --price 0")
    park("change approve CR-001 --as li.wei")
    if code == "AUD212":
        park("change approve CR-001 --as wang.fang --evidence reply.eml")
    park("change apply CR-001")
    if is_merged:
        park.git("checkout", "-q", "main")
        park.git("merge", "-q", "--no-ff", "--no-edit", "branch")
    assert [one[0] for one in found(park)] == [code]


def test_the_matrix_changed_before_a_request_is_honest(park):
    loosened = (park.folder / "pmkit.yaml").read_text(encoding="utf-8").replace("customer.pm", "customer.sponsor")
    park.write("pmkit.yaml", loosened)
    park.git("commit", "-qam", "调整审批规则")
    park(
        "change request --title 换接口 --reason 省事 --affects REQ-001 --requested-by wang.fang --propose REQ-001.priority=should"
    )
    assert found(park) == []


def test_approvals_in_signed_commits(asked, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    (tmp_path / "signers").write_text(f"li.wei@supplier.example {key.with_suffix('.pub').read_text()}")
    asked.edit("pmkit.yaml", "approval:\n", "approval:\n  signed_commits: true\n")
    asked("commit")
    asked("change approve CR-001 --as li.wei")
    assert found(asked) == [("AUD208", "CR-001", "approvals")]
    for name, value in {
        "commit.gpgsign": "true",
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
    }.items():
        asked.git("config", name, value)
    asked("undo")
    asked("change approve CR-001 --as li.wei")
    assert len(found(asked)) == 1
    assert "数字签名：li.wei@supplier.example" in asked("log CR-001")
    (tmp_path / "signers").write_text("")
    assert len(found(asked)) == 2
    assert "数字签名未能验证" in asked("log CR-001")


def test_a_message_that_hides_what_the_commit_did(park):
    park("action add --title 提供接口文档 --owner wang.fang --due 2026-03-13", code=0)
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: should")
    park.edit("actions/ACT-001.yaml", "提供接口文档", "提供全部接口文档")
    park.git("commit", "-qam", "ACT-001: 补充\n\nPmkit-Record: ACT-001\nPmkit-Action: action.set\nPmkit-By: li.wei\n")
    assert found(park) == [("AUD301", "REQ-001", None)]


def test_only_what_came_after_a_revision(park):
    by_hand(park, "requirements/REQ-001.yaml", "status: draft", "status: accepted")
    park("requirement add --title 门禁对接")
    assert found(park) == [("AUD101", "REQ-001", "status")]
    assert json.loads(park("audit --since HEAD~1 --json")) == []
    assert park("audit --since nirgends", code=2) == ""


def test_a_shallow_clone_is_refused(park, tmp_path):
    park.git("clone", "-q", "--depth=1", f"file://{park.folder}", str(tmp_path / "shallow"))
    park.folder = tmp_path / "shallow"
    park("audit", code=3)
    assert "git fetch --unshallow" in park.err


def test_the_number_of_git_processes_does_not_grow(park, monkeypatch, tmp_path):
    def processes():
        trace = tmp_path / "trace"
        monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
        trace.unlink(missing_ok=True)
        park("audit")
        monkeypatch.delenv("GIT_TRACE2_EVENT")
        return trace.read_text().count('"event":"start"') if trace.exists() else 0

    few = processes()
    for number in range(5):
        park(f"set REQ-001 rationale=理由{number}")
    assert processes() == few


# --- what was signed -------------------------------------------------------------------------------------------------


@once
def signed(park):
    """REQ-001 signed by both sides, with its tag."""
    park("requirement review REQ-001")
    park("signoff prepare requirements --version 1.0")
    park("signoff record SGN-001 --by li.wei")
    park.write("scan.pdf", "%PDF-1.4 signed")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf --evidence-kind sealed_scan")
    (park.folder / "scan.pdf").unlink()


def test_a_signature_and_a_change_after_it_are_silent(signed):
    signed(
        "change request --title 增加访客 --reason 新增 --affects REQ-001 --requested-by wang.fang "
        "--propose REQ-001.statement=含访客预约。"
    )
    signed("change submit CR-001")
    signed("change assess CR-001 --price 20000 --cost 12000")
    signed.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")
    signed("change approve CR-001 --as li.wei")
    signed("change approve CR-001 --as wang.fang --evidence reply.eml")
    (signed.folder / "reply.eml").unlink()
    signed("change apply CR-001")
    signed("undo")
    signed("change apply CR-001")
    assert found(signed) == []


def test_signed_content_edited_by_hand_and_put_back(signed):
    by_hand(signed, "requirements/REQ-001.yaml", "priority: must", "priority: could", "降低优先级")
    assert found(signed) == [("AUD209", "REQ-001", "priority")]
    by_hand(signed, "requirements/REQ-001.yaml", "priority: could", "priority: must", "改回来")
    assert len(found(signed)) == 1


def test_signed_content_edited_on_a_branch_in_a_renamed_file(signed):
    signed.git("checkout", "-qb", "branch")
    signed.git("mv", "requirements/REQ-001.yaml", "requirements/REQ-001.tmp")
    (signed.folder / "requirements/sub").mkdir()
    signed.git("mv", "requirements/REQ-001.tmp", "requirements/sub/REQ-001.yaml")
    signed.edit("requirements/sub/REQ-001.yaml", "priority: must", "priority: could")
    signed.git("commit", "-qam", "整理目录")
    signed.git("checkout", "-q", "main")
    signed("requirement add --title 门禁对接")
    signed.git("merge", "-q", "--no-ff", "--no-edit", "branch")
    assert found(signed) == [("AUD209", "REQ-001", "priority")]


def test_a_signed_record_deleted(signed):
    signed.git("rm", "-q", "requirements/REQ-001.yaml")
    signed.git("commit", "-qm", "清理")
    assert found(signed) == [("AUD209", "REQ-001", None)]
    assert "删除" in signed("audit", code=1)


def test_a_signoff_rewritten(signed):
    by_hand(signed, "signoffs/SGN-001.yaml", 'version: "1.0"', 'version: "2.0"')
    assert ("AUD210", "SGN-001", "version") in found(signed)


def test_a_signature_moved_to_another_day(signed):
    text = (signed.folder / "signoffs/SGN-001.yaml").read_text(encoding="utf-8")
    head, _, tail = text.partition("signed:")
    signed.write("signoffs/SGN-001.yaml", head + "signed:" + tail.replace("on: 2026-03-04", "on: 2026-02-04", 1))
    signed.git("commit", "-qam", "补日期")
    assert ("AUD210", "SGN-001", "signed") in found(signed)


def test_a_scan_and_a_signed_document_replaced(signed):
    for path in ("evidence/SGN-001/scan.pdf", *filter(None, signed.git("ls-files", "-z", "documents").split("\0"))):
        signed.write(path, "another")
    signed.git("commit", "-qam", "更换文件")
    assert {code for code, record, _ in found(signed)} == {"AUD206"}
    assert len(found(signed)) > 1


def test_a_tag_moved_deleted_or_left_behind_by_rewritten_history(signed):
    signed("requirement add --title 门禁对接")
    signed.git("tag", "-f", "-a", "-m", "x", "signoff/SGN-001", "HEAD")
    assert found(signed) == [("AUD303", "SGN-001", None)]
    signed.git("tag", "-d", "signoff/SGN-001")
    assert found(signed) == [("AUD304", "SGN-001", None)]
    signed.git("tag", "-a", "-m", "x", "signoff/SGN-001", "HEAD~1")
    assert found(signed) == []
    signed.git("tag", "-f", "signoff/SGN-001", "HEAD~1")
    assert found(signed) == [("AUD305", "SGN-001", None)]
    signed.git("reset", "-q", "--soft", "HEAD~2")
    signed.git("commit", "-qm", "合并提交")
    assert ("AUD302", "SGN-001", None) in found(signed)
    assert "历史被改写" in signed("audit", code=1)


def test_an_approved_budget_moves_by_revision_only(park):
    park("person add zhao.min --name 赵敏 --side supplier --role director --email zhao.min@supplier.example")
    park("cost budget --category travel --amount 100000 --what 差旅")
    park("cost approve BUD-001 --as zhao.min")
    assert found(park) == []
    by_hand(park, "costs/budgets/BUD-001.yaml", "100000", "150000")
    assert found(park) == [("AUD213", "BUD-001", "lines")]
    by_hand(park, "costs/budgets/BUD-001.yaml", "150000", "100000")
    park("cost revise BUD-001")
    by_hand(park, "costs/budgets/BUD-001.yaml", "100000", "120000")
    park("cost approve BUD-001 --as zhao.min")
    assert [code for code, *_ in found(park)] == ["AUD213", "AUD213"]
