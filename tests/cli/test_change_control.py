"""Change control: who may approve, what voids an approval, what refuses and says what to do instead."""

import json

import pytest

from workspaces import once

REQUEST = "change request --title 增加访客预约 --requested-by wang.fang --propose REQ-001.statement=新的描述"


@pytest.fixture
def reply(park):
    park.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")
    return park


@once
def assessed(reply):
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --price 20000")


def status(run, record="CR-001"):
    return json.loads(run(f"show {record} --json"))["status"]


def test_nothing_is_approved_before_it_is_assessed(reply):
    reply(REQUEST)
    reply("change approve CR-001 --as li.wei", code=4)
    assert "pmkit change submit CR-001" in reply.err
    reply("change apply CR-001", code=4)


def test_approvals_come_in_any_order_and_say_who_is_missing(assessed):
    said = assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert "尚缺审批：承建单位项目经理：李伟（li.wei）" in said
    assert status(assessed) == "assessed"
    assessed("change approve CR-001 --as li.wei")
    assert status(assessed) == "confirmed"


def test_the_customers_approval_needs_evidence(assessed):
    assessed("change approve CR-001 --as wang.fang", code=4)
    assert "--evidence" in assessed.err
    assessed("change approve CR-001 --as wang.fang --evidence missing.eml", code=2)


def test_a_message_is_not_enough_for_level_two_but_a_sealed_scan_is(assessed):
    assessed.write("chat.txt", "同意")
    assessed("change approve CR-001 --as wang.fang --evidence chat.txt", code=4)
    assert "邮件" in assessed.err
    assessed("change approve CR-001 --as wang.fang --evidence chat.txt --evidence-kind sealed_scan")


def test_nobody_on_our_side_approves_their_own_request(reply):
    reply("change request --title 自己提的 --requested-by li.wei --propose REQ-001.statement=新的描述")
    reply("change submit CR-001")
    reply("change assess CR-001 --price 0")
    reply("change approve CR-001 --as li.wei", code=4)
    assert "提出人" in reply.err


def test_the_customer_may_approve_what_they_asked_for(assessed):
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")


def test_somebody_whose_approval_is_not_asked_for_is_refused(assessed):
    assessed("person add zhao.liu --name 赵六 --side supplier --role engineer")
    assessed("change approve CR-001 --as zhao.liu", code=4)
    assert "无权审批" in assessed.err
    assert "李伟（li.wei）" in assessed.err


@pytest.mark.parametrize(
    ("impact", "level"),
    [
        ("--price 0", "L1"),
        ("--price 50000", "L2"),
        ("--price 50001", "L3"),
        ("--price -60000", "L3"),
        ("--price 200001", "L4"),
        ("--schedule 5d --milestone M-001", "L2"),
        ("--schedule 6d --milestone M-001", "L3"),
        ("--schedule 16d --milestone M-001", "L4"),
        ("--cost 60000", "L3"),
        ("--price 0 --supplementary-agreement", "L4"),
    ],
)
def test_the_level_goes_by_price_and_days(reply, impact, level):
    reply("person add zhao.liu --name 赵六 --side supplier --role engineer")
    reply(REQUEST)
    reply("change submit CR-001")
    reply(f"change assess CR-001 {impact}")
    reply("change approve CR-001 --as zhao.liu", code=4)
    assert f"级别 {level}" in reply.err


@pytest.mark.parametrize(("effort", "words"), [("8d", "8 人天"), ("2.5w", "2.5 人周"), ("6h", "6 人时")])
def test_the_form_writes_the_effort_out(reply, effort, words):
    reply(REQUEST)
    reply("change submit CR-001")
    reply(f"change assess CR-001 --effort {effort}")
    assert f"| **工作量** | {words} |" in reply("report change CR-001 --out -")


def test_percent_limits_count_from_the_contract_price(reply):
    reply("set project contract_price=1000000")
    reply("person add zhao.liu --name 赵六 --side supplier --role engineer")
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --price 10001")
    reply("change approve CR-001 --as zhao.liu", code=4)
    assert "级别 L3" in reply.err


def test_a_contract_milestone_raises_the_level(reply):
    reply("set M-001 contract=true")
    reply("person add zhao.liu --name 赵六 --side supplier --role engineer")
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --schedule 1d --milestone M-001")
    reply("change approve CR-001 --as zhao.liu", code=4)
    assert "级别 L3" in reply.err  # it has no float: one day moves it


def test_the_supervisor_is_asked_where_there_is_one(assessed):
    assessed("person add sun.jian --name 孙监理 --side supervisor --role engineer")
    assessed("change approve CR-001 --as li.wei")
    said = assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert "监理单位监理工程师：孙监理（sun.jian）" in said
    assert status(assessed) == "assessed"


def test_editing_an_approved_request_voids_the_approvals(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assessed.edit("changes/CR-001.yaml", "to: 新的描述", "to: 偷偷改的描述")
    assessed("commit -m 改", code=3)
    assert "CHG201" in assessed.err
    assessed("check", code=1)
    assessed("change apply CR-001 --no-commit", code=4)
    assert "2 项审批已失效" in assessed.err


def test_assessing_again_voids_the_approvals(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assessed("change assess CR-001 --price 30000")
    assert status(assessed) == "assessed"
    assessed("change apply CR-001", code=4)
    assert "CHG202" in assessed("check")


def test_a_record_that_changed_meanwhile_is_not_overwritten(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assessed("set REQ-001 statement=另一个描述")
    assessed("change apply CR-001", code=4)
    assert "REQ-001.statement" in assessed.err
    assert "另一个描述" in assessed("show REQ-001")


def test_own_identity_forbids_approving_in_another_name(assessed, monkeypatch):
    assessed.edit("pmkit.yaml", "approval:\n", "approval:\n  own_identity: true\n")
    assessed("commit -m 须本人审批")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "assistant@supplier.example")
    assessed("change approve CR-001 --as li.wei", code=4)
    assert "own_identity" in assessed.err


def test_lists_are_proposed_with_plus_and_minus(reply):
    reply("change request --title 验收标准 --requested-by wang.fang --propose REQ-001.acceptance+=停车道闸同样适用 "
          "--propose REQ-001.acceptance-=三个系统用同一账号登录成功 --propose REQ-001.priority=should")  # fmt: skip
    edits = {e["field"]: e for e in json.loads(reply("show CR-001 --json"))["edits"]}
    assert edits["acceptance"]["from"] == ["三个系统用同一账号登录成功"]
    assert edits["acceptance"]["to"] == ["停车道闸同样适用"]
    assert (edits["priority"]["from"], edits["priority"]["to"]) == ("must", "should")


@pytest.mark.parametrize(
    ("proposal", "code", "says"),
    [
        ("REQ-009.title=x", 2, "REQ-009"),
        ("REQ-001.titel=x", 2, "title"),
        ("REQ-001.priority=urgent", 2, "priority"),
        ("REQ-001.status=confirmed", 4, "status"),
        ("REQ-001.title=统一身份认证", 2, "已是该内容"),
        ("REQ-001", 2, "字段=值"),
        ("title=x", 2, "编号.字段=值"),
    ],
)
def test_what_could_not_be_applied_is_not_proposed(reply, proposal, code, says):
    reply(f"change request --title x --requested-by wang.fang --propose {proposal}", code=code)
    assert says in reply.err
    assert not (reply.folder / "changes").exists()


def test_edits_may_come_from_a_file(reply):
    reply.write("edits.yaml", "- {record: REQ-001, field: title, to: 统一登录}\n")
    reply("change request --title 改名 --requested-by wang.fang --propose @edits.yaml")
    assert json.loads(reply("show CR-001 --json"))["edits"][0]["to"] == "统一登录"
    reply.write("edits.yaml", "- {record: REQ-001\n")
    reply("change request --title 改名 --requested-by wang.fang --propose @edits.yaml", code=3)
    assert "edits.yaml:" in reply.err


def test_records_can_be_added_and_withdrawn(reply):
    reply("change request --title 增删 --requested-by wang.fang")
    reply.edit(
        "changes/CR-001.yaml", "status: draft",
        "withdraw: [REQ-001]\nadd:\n- kind: requirement\n  fields:\n    title: 访客预约\n    statement: 访客可在线预约。\nstatus: draft",
    )  # fmt: skip
    reply("commit -m 新增需求")
    reply("change submit CR-001")
    reply("change assess CR-001 --price 0")
    reply("change approve CR-001 --as li.wei")
    reply("change approve CR-001 --as wang.fang --evidence reply.eml")
    reply("change apply CR-001")
    assert status(reply, "REQ-001") == "withdrawn"
    assert json.loads(reply("show REQ-002 --json"))["statement"] == "访客可在线预约。"


def test_defer_resume_reject_withdraw(reply):
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change defer CR-001 --note 等待预算")
    reply("change submit CR-001")
    reply("change revise CR-001")
    reply("change withdraw CR-001 --date 2026-03-09")
    steps = json.loads(reply("show CR-001 --json"))["steps"]
    assert [s["to"] for s in steps] == ["draft", "submitted", "deferred", "submitted", "draft", "withdrawn"]
    assert steps[2]["note"] == "等待预算"
    assert steps[-1]["on"] == "2026-03-09"
    reply("change submit CR-001", code=4)


def test_evidence_that_is_replaced_is_found(assessed):
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert "CHG203" not in assessed("check")
    assessed.write("evidence/CR-001/reply.eml", "其他内容")
    assert "CHG203" in assessed("check", code=1)


def approved(run, change="CR-001", impact="--price 0"):
    """A change that 李伟 and 王芳 agreed to."""
    run(f"change submit {change}")
    run(f"change assess {change} {impact}")
    run(f"change approve {change} --as li.wei")
    run(f"change approve {change} --as wang.fang --evidence reply.eml")


def test_requirements_are_added_and_withdrawn_from_the_command_line(reply):
    reply("requirement add --title 大屏展示 --priority could --source 访谈")
    reply.write("new.yaml", "title: 访客预约\nstatement: 访客可在线预约。\npriority: should\n")
    reply("change request --title 增删 --requested-by wang.fang --add-requirement new.yaml --withdraw REQ-002")
    change = json.loads(reply("show CR-001 --json"))
    assert change["affects"] == ["REQ-002"]
    assert change["add"] == [{"kind": "requirement", "fields": {"title": "访客预约", "statement": "访客可在线预约。", "priority": "should"}}]  # fmt: skip
    approved(reply)
    assert "已修改：REQ-002, REQ-003" in reply("change apply CR-001")
    added = json.loads(reply("show REQ-003 --json"))
    assert (added["statement"], added["from"], added["status"]) == ("访客可在线预约。", ["CR-001"], "draft")
    assert status(reply, "REQ-002") == "withdrawn"
    assert reply.git("status", "--porcelain", "-uno") == ""


def test_what_a_change_added_says_what_was_approved_until_it_is_signed(reply):
    reply.write("new.yaml", "title: 访客预约\nstatement: 访客可在线预约。\npriority: should\n")
    reply("change request --title 新增 --requested-by wang.fang --add-requirement new.yaml")
    approved(reply)
    reply("change apply CR-001")
    (added,) = json.loads(reply("show CR-001 --json"))["results"]
    file = f"requirements/{added['record']}.yaml"
    reply(f"set {added['record']} statement=访客可现场预约。", code=4)
    assert "由已批准的 CR-001 新增" in reply.err
    reply(f"requirement review {added['record']}")
    reply("requirement export out.csv")
    reply.write("out.csv", (reply.folder / "out.csv").read_text(encoding="utf-8-sig").replace("在线预约", "现场预约"))
    assert "CR-002" in reply("requirement import out.csv --dry-run")
    reply.write(file, (reply.folder / file).read_text(encoding="utf-8").replace("在线预约", "现场预约"))
    assert "CHG211" in reply("check", code=1)
    reply.git("checkout", file)
    reply(f"change request --title 改 --requested-by wang.fang --propose {added['record']}.statement=访客可现场预约。")
    approved(reply, "CR-002")
    reply("change apply CR-002")
    assert "CHG211" not in reply("check", code=None)
    (reply.folder / file).unlink()
    assert "现已不存在" in reply("check", code=None)


@pytest.mark.parametrize(
    ("proposal", "says"),
    [
        ("--add-requirement new.yaml", "`priority`"),
        ("--withdraw T-001", "T-001"),
        ("--withdraw REQ-009", "REQ-009"),
        ("--propose REQ-001.priority=urgent", "priority"),
    ],
)
def test_a_request_that_could_never_be_applied_is_no_request(reply, proposal, says):
    reply.write("new.yaml", "title: 访客预约\npriority: sofort\n")
    reply(f"change request --title x --requested-by wang.fang {proposal}", code=2)
    assert says in reply.err
    assert not (reply.folder / "changes").exists()


def test_a_draft_is_changed_by_propose_and_by_nothing_else_later(reply):
    reply("requirement add --title 大屏展示 --priority could --source 访谈")
    reply(REQUEST + " --propose REQ-001.priority=should --withdraw REQ-002")
    reply("change propose CR-001 --propose REQ-001.title=统一登录 --drop REQ-001.priority --drop REQ-002")
    change = json.loads(reply("show CR-001 --json"))
    assert [e["field"] for e in change["edits"]] == ["statement", "title"]
    assert "withdraw" not in change
    reply("change propose CR-001 --drop REQ-001.priority", code=2)
    reply("change submit CR-001")
    reply("change propose CR-001 --drop REQ-001.title", code=4)
    assert "pmkit change revise CR-001" in reply.err
    reply("change assess CR-001 --price 0")
    reply("set CR-001 reason=换个说法", code=4)
    assert "pmkit change assess" in reply.err
    reply("change revise CR-001")
    reply("set CR-001 reason=换个说法")


@once
def two(reply):
    """CR-001 and CR-002, both agreed, both about the statement and the criteria of REQ-001."""
    reply("change request --title 访客 --requested-by wang.fang --propose REQ-001.acceptance+=访客码可通行")
    said = reply("change request --title 车牌 --requested-by wang.fang --propose REQ-001.acceptance+=车牌可通行")
    assert "注意" not in said  # nobody assessed the first one yet
    approved(reply)
    reply("change submit CR-002")
    reply("change assess CR-002 --price 0")
    reply("change approve CR-002 --as li.wei")
    said = reply("change approve CR-002 --as wang.fang --evidence reply.eml")
    assert "注意：CR-001（客户已确认）也涉及 REQ-001.acceptance" in said


def test_of_two_changes_of_one_field_the_second_waits_until_it_is_assessed_again(two):
    assert "CHG206" in two("check")
    two("change apply CR-001")
    two("change apply CR-002", code=4)
    assert "已由 CR-001 修改" in two.err
    assert "pmkit change assess CR-002" in two.err
    assert "CHG207" in two("check", code=0)
    assert "REQ-001.acceptance 已有变化" in two("change assess CR-002")
    two("change apply CR-002", code=4)
    two("change approve CR-002 --as li.wei")
    two("change approve CR-002 --as wang.fang --evidence reply.eml")
    two("change apply CR-002")
    criteria = json.loads(two("show REQ-001 --json"))["acceptance"]
    assert criteria == ["三个系统用同一账号登录成功", "访客码可通行", "车牌可通行"]
    assert "CHG" not in two("check")


def test_apply_is_all_or_nothing(two):
    two("change revise CR-002", code=4)
    two("requirement add --title 大屏展示 --priority could --source 访谈")
    two("change request --title 三处 --requested-by wang.fang --withdraw REQ-002 "
        "--propose REQ-001.title=统一登录 --propose REQ-001.priority=should --propose T-002.duration=12d")  # fmt: skip
    approved(two, "CR-003")
    two("set T-002 duration=11d")
    two("set REQ-001 priority=could")
    before = two.git("rev-parse", "HEAD")
    two("change apply CR-003", code=4)
    assert "T-002.duration" in two.err
    assert "REQ-001.priority" in two.err  # every obstacle at once
    assert two.git("rev-parse", "HEAD") == before
    assert two.git("status", "--porcelain", "-uno") == ""
    assert json.loads(two("show REQ-001 --json"))["title"] == "统一身份认证"


def test_assessing_again_without_a_change_leaves_the_approvals(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change assess CR-001 --price 20000", code=4)
    assert "已有审批继续有效" in assessed.err


def test_somebody_named_signs_for_a_person_who_is_away(assessed):
    assessed("person add zhang.san --name 张三 --side supplier --role engineer")
    assessed("person delegate li.wei --to zhang.san --from 2026-03-10 --until 2026-03-14 --reason 出差")
    assessed("change approve CR-001 --as zhang.san", code=4)  # not yet
    said = assessed("change approve CR-001 --as zhang.san --date 2026-03-12")
    assert "建设单位项目负责人" in said
    approval = json.loads(assessed("show CR-001 --json"))["approvals"][0]
    assert (approval["by"], approval["for"], approval["role"], approval["level"]) == ("zhang.san", "li.wei", "pm", "L2")
    assessed("change approve CR-001 --as li.wei --date 2026-03-15", code=4)  # that right was used
    assert "CHG2" not in assessed("check")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml --date 2026-03-15")
    assert status(assessed) == "confirmed"
    assert "AUD" not in assessed("audit", code=None)


def test_nobody_gets_round_their_own_request_through_somebody_else(reply):
    reply("person add zhang.san --name 张三 --side supplier --role engineer")
    reply("person delegate li.wei --to zhang.san --from 2026-03-01 --until 2026-03-31")
    reply("change request --title 自己提的 --requested-by li.wei --propose REQ-001.statement=新的描述")
    reply("change submit CR-001")
    reply("change assess CR-001 --price 0")
    reply("change approve CR-001 --as zhang.san --for li.wei", code=4)
    assert "提出人" in reply.err
    reply("person delegate li.wei --to wang.fang --from 2026-03-01 --until 2026-03-31", code=4)


def test_one_of_several_and_all_of_several(assessed):
    assessed.edit(
        "pmkit.yaml", "    all: [supplier.pm, customer.pm]\n    if_any",
        "    all: [supplier.pm, supplier.director]\n    any: [customer.pm, supervisor.chief]\n    if_any",
    )  # fmt: skip
    assessed("commit -m 修改审批矩阵")
    assessed("person add zhao.min --name 赵敏 --side supplier --role director")
    said = assessed("change approve CR-001 --as zhao.min")
    assert "承建单位项目经理" in said  # a director's approval counts once
    assert "建设单位项目负责人或监理单位总监理工程师" in said
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert status(assessed) == "approved"  # one of two sides is no confirmation by the customer
    assert "pmkit change apply CR-001" in assessed("change show CR-001")


@pytest.mark.parametrize(
    ("edit", "assess", "level"),
    [
        ("", "--removes-contract-scope", "L4"),
        ("", "--changes-party", "L4"),
        ("  always_L4: [party change]\n", "--removes-contract-scope", "L1"),
        ("  at_least: {functional: L3}\n", "", "L3"),
        ("  at_least: {contract: L3}\n", "", "L1"),
    ],
)
def test_some_changes_are_never_small(reply, edit, assess, level):
    if edit:
        reply.edit("pmkit.yaml", "approval:\n", "approval:\n" + edit)
        reply("commit -m 规则")
    reply(REQUEST)
    reply("change submit CR-001")
    assert f"级别 {level} " in reply(f"change assess CR-001 --price 0 {assess}")


def test_the_final_acceptance_is_never_moved_by_a_small_change(reply):
    reply("set M-001 stage=final_acceptance deadline=2026-03-31")
    reply("change request --title 延期 --requested-by wang.fang --propose M-001.deadline=2026-04-10")
    reply("change submit CR-001")
    assert "级别 L4" in reply("change assess CR-001 --price 0")


def test_changes_add_up(reply):
    reply("set project contract_price=1000000")
    reply(REQUEST)
    approved(reply, "CR-001", "--price 9000")
    reply("change apply CR-001")
    reply("person add zhao.min --name 赵敏 --side supplier --role director")
    reply("change request --title 二期 --requested-by wang.fang --propose REQ-001.title=统一登录")
    reply("change submit CR-002")
    assert "变更累计金额已达合同价款的 5.9%" in reply("change assess CR-002 --price 50000")
    reply("change assess CR-002 --price 95000 --supplementary-agreement")
    reply("change approve CR-002 --as zhao.min", code=4)
    assert "超过上限 10%" in reply.err


def test_a_change_in_force_is_judged_by_the_rules_it_was_approved_by(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assessed("change apply CR-001")
    assessed("set li.wei role=engineer left=true")
    assessed("set project contract_price=100000")  # 20000 would be L4 today
    assert "CHG201" not in assessed("check")


def test_an_urgent_request_has_a_day(reply):
    reply(REQUEST + " --urgency emergency --date 2026-03-02")
    reply("change submit CR-001 --date 2026-03-02")
    assert "应于 2026-03-03 前答复" in reply("check")


def test_the_plan_is_run_with_and_without_the_change(reply):
    reply("deliverable add --title 设计文件 --requirement REQ-001")
    reply("change request --title 加长 --requested-by wang.fang --affects REQ-001 --propose T-002.duration=13d")
    reply("change submit CR-001")
    said = reply("change assess CR-001 --price 0 --schedule 5d --milestone M-001")
    assert "按变更内容排程：M-001 设计评审通过 2026-03-20 → 2026-03-25（+3 天）" in said
    assert "顺延全部用完时：M-001 设计评审通过 2026-03-20 → 2026-03-27（+5 天）" in said
    assert "交付物：DLV-001 设计文件" in said
    data = json.loads(reply("change show CR-001 --json"))
    assert data["level"] == "L2"
    assert data["missing"] == ["supplier.pm", "customer.pm"]
    labels = [line["label"]["en"] for line in data["computed"]]
    assert labels == ["Plan with the proposed edits", "Plan with the allowance used up", "Requirements", "Tasks", "Deliverables"]  # fmt: skip
    reply("change assess CR-001 --propose x", code=2)


def test_each_step_says_what_comes_next(reply):
    assert "下一步：提交评估：`pmkit change submit CR-001`" in reply(REQUEST)
    assert "`pmkit change assess CR-001" in reply("change submit CR-001")
    said = reply("change assess CR-001 --price 0")
    assert "尚缺审批：承建单位项目经理：李伟（li.wei）；建设单位项目负责人：王芳（wang.fang）" in said
    assert "`pmkit change approve CR-001" in said
    reply("change approve CR-001 --as li.wei")
    assert "`pmkit change apply CR-001`" in reply("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert "`pmkit change verify CR-001" in reply("change apply CR-001")
    assert "`pmkit change close CR-001`" in reply("change verify CR-001 --by wang.fang --note 抽查通过")
    assert "流程已结束" in reply("change close CR-001")


def test_what_the_customer_confirmed_is_withdrawn_by_a_change_only(reply):
    reply("requirement review REQ-001")
    reply("signoff prepare requirements --version 1.0")
    reply("signoff record SGN-001 --by wang.fang --evidence reply.eml")
    reply("requirement withdraw REQ-001", code=4)
    assert "pmkit change request --title ... --withdraw REQ-001" in reply.err
    reply("change request --title 取消 --reason 预算 --requested-by wang.fang --withdraw REQ-001")
    approved(reply)
    reply("change apply CR-001")
    assert status(reply, "REQ-001") == "withdrawn"
    reply("check")
    reply("audit")


# --- meetings, emergencies, what was turned down, what was not right -------------------------------------------------


@once
def weighty(reply):
    """A change of level 3, with its board's meeting planned."""
    reply("person add zhao.min --name 赵敏 --side supplier --role director")
    reply("person add chen.guang --name 陈光 --side customer --role sponsor")
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --price 60000")
    reply("meeting add --title 变更控制委员会 --time 2026-03-04 --type topic")


def test_a_level_that_asks_for_a_meeting_gets_one(weighty):
    weighty("change approve CR-001 --as zhao.min", code=4)
    assert "须经会议（CCB）审议" in weighty.err
    assert "--meeting" in weighty.err
    weighty("change approve CR-001 --as zhao.min --meeting MTG-001", code=4)
    assert "`pmkit meeting hold MTG-001`" in weighty.err
    weighty("meeting hold MTG-001 --date 2026-03-04")
    weighty("change approve CR-001 --as zhao.min --meeting MTG-001 --date 2026-03-03", code=4)
    assert "晚于" in weighty.err
    weighty("change approve CR-001 --as zhao.min --meeting MTG-001 --date 2026-03-05")
    weighty(  # the board met once; the other approval is of the same meeting
        "change approve CR-001 --as chen.guang --date 2026-03-05 --evidence reply.eml --evidence-kind sealed_scan"
    )
    change = json.loads(weighty("show CR-001 --json"))
    assert [a["meeting"] for a in change["approvals"]] == ["MTG-001", "MTG-001"]
    assert "变更控制委员会（MTG-001）审议同意" in weighty("report change CR-001 --out -")
    weighty("change apply CR-001 --date 2026-03-05")
    assert "CR-001" in weighty("trace MTG-001")


def test_an_emergency_takes_any_word_and_then_wants_the_paper(reply):
    reply.write("chat.txt", "同意，先改")
    reply(f"{REQUEST} --urgency emergency --reason 系统中断")
    reply("change submit CR-001 --date 2026-03-03")
    reply("change assess CR-001 --price 20000 --date 2026-03-03")
    assert "CHG301" in reply("check --as-of 2026-03-05")  # 24 elapsed hours for the answer
    reply("change approve CR-001 --as li.wei --date 2026-03-03")
    reply("change approve CR-001 --as wang.fang --date 2026-03-03 --evidence chat.txt")
    assert status(reply) == "confirmed"
    assert "CHG304" not in reply("check --as-of 2026-03-06")
    assert "应于 2026-03-06 前补交" in reply("check --as-of 2026-03-07")
    assert "补交书面审批" in reply("todo --customer --as-of 2026-03-04")
    reply("change paper CR-001 --by li.wei --evidence reply.eml", code=4)
    assert "王芳" in reply.err
    reply("change paper CR-001 --by wang.fang --evidence chat.txt --evidence-kind message", code=4)
    reply("change paper CR-001 --by wang.fang --evidence reply.eml --date 2026-03-06")
    assert "CHG304" not in reply("check --as-of 2026-03-20")
    assert status(reply) == "confirmed"
    reply("audit")


def test_one_person_counts_once_however_often_they_approve(reply):
    reply("person add zhao.min --name 赵敏 --side supplier --role director")
    profile = (
        (reply.folder / "pmkit.yaml")
        .read_text(encoding="utf-8")
        .replace("all: [supplier.pm, customer.pm]", "all: [supplier.pm, supplier.pm]")
    )
    reply.write("pmkit.yaml", profile)
    reply("commit")
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --price 20000")
    reply("change approve CR-001 --as zhao.min")
    text = (reply.folder / "changes/CR-001.yaml").read_text(encoding="utf-8")
    approval = text[text.index("approvals:\n") + len("approvals:\n") :].split("- to:")[0].rstrip("\n")
    reply.write("changes/CR-001.yaml", text.replace("approvals:\n", f"approvals:\n{approval}\n"))
    assert json.loads(reply("change show CR-001 --json"))["missing"] == ["supplier.pm"]


@pytest.mark.parametrize(("verb", "state"), [("reject", "rejected"), ("defer", "deferred")])
def test_what_is_turned_down_has_a_reason_and_the_customers_word(assessed, verb, state):
    assessed(f"change {verb} CR-001", code=2)
    assert "--reason" in assessed.err
    assessed(f"change {verb} CR-001 --reason 预算不足 --by wang.fang", code=4)
    assert "--evidence" in assessed.err
    assessed(f"change {verb} CR-001 --reason 预算不足 --by wang.fang --evidence reply.eml")
    change = json.loads(assessed("show CR-001 --json"))
    last = change["steps"][-1]
    assert (change["status"], last["note"], last["by"]) == (state, "预算不足", "wang.fang")
    assert last["evidence"]["file"] == "evidence/CR-001/reply.eml"
    assessed.write("evidence/CR-001/reply.eml", "另一封信")
    assert "CHG203" in assessed("check", code=1)


def test_a_rejection_stands_on_the_form(assessed):
    assessed("change reject CR-001 --reason 超出本期预算 --by wang.fang --evidence reply.eml")
    form = assessed("report change CR-001 --out -")
    assert "☑不同意" in form
    assert "超出本期预算" in form


def test_a_failed_verification_sends_the_change_back(assessed):
    assessed("change approve CR-001 --as li.wei")
    assessed("change approve CR-001 --as wang.fang --evidence reply.eml")
    assessed("change apply CR-001 --date 2026-03-05")
    assessed("change verify CR-001 --failed", code=2)
    assert "--note" in assessed.err
    assert "重新验证" in assessed(
        "change verify CR-001 --failed --by wang.fang --note 闸机仍显示旧名称 --date 2026-03-09"
    )
    assert status(assessed) == "applied"
    assert "闸机仍显示旧名称" in assessed("check --as-of 2026-03-10")
    assert "☑验证不通过" in assessed("report change CR-001 --out -")
    assert "整改并重新验证" in assessed("todo --as-of 2026-03-10")
    assessed("change close CR-001", code=4)
    assessed("change verify CR-001 --note 已整改 --date 2026-03-11")
    assert "CHG305" not in assessed("check --as-of 2026-03-12")
    assert "☑验证通过" in assessed("report change CR-001 --out -")
    assessed("audit")
