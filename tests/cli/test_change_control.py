"""Change control: who may approve, what voids an approval, what refuses and says what to do instead."""

import json

import pytest

REQUEST = "change request --title 增加访客预约 --requested-by wang.fang --propose REQ-001.statement=新的描述"


@pytest.fixture
def reply(park):
    park.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")
    return park


@pytest.fixture
def assessed(reply):
    reply(REQUEST)
    reply("change submit CR-001")
    reply("change assess CR-001 --price 20000")
    return reply


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
