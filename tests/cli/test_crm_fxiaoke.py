"""纷享销客, both ways, against a server on loopback that does what its documents say."""

import json
import shutil
from pathlib import Path

import pytest

from fakes import fxiaoke
from fakes.fxiaoke import ACCOUNT, CHANGE, DEAL, NEED, Fxiaoke, error
from fakes.server import Response
from workspaces import once

SECRETS = {"APP_ID": fxiaoke.APP, "APP_SECRET": fxiaoke.SECRET, "PERMANENT_CODE": fxiaoke.CODE}
WRITES = ("/create", "/update", "/invalid", "/delete")


@pytest.fixture
def crm(monkeypatch):
    """The server, and the environment that leads to it. Waits are told, not waited for."""
    server = Fxiaoke()
    monkeypatch.setenv("PMKIT_CRM_API", server.url)
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"PMKIT_FXIAOKE_{name}", value)
    server.waits = []
    monkeypatch.setattr("pmkit.connectors.crm.wire.pause", server.waits.append)
    yield server
    server.close()


@once
def synced(park, crm):
    """Connected; a contact, a need, a work order and a follow-up came, and ours went there."""
    park("crm connect fxiaoke --user 1000")
    crm.put(
        "ContactObj",
        None,
        name="张敏",
        account_id=ACCOUNT,
        email="zhang.min@binhai.example",
        mobile1="13800000000",
        job_title="主任",
    )
    crm.put(
        NEED,
        None,
        name="访客预约",
        field_st001__c="访客可在手机上预约。",
        field_op111__c=DEAL,
        field_pr001__c=crm.option(NEED, "field_pr001__c", "高"),
    )
    crm.put("CasesObj", None, name="GD-1", title="登录很慢", problem_description="早高峰要一分钟。", account_id=ACCOUNT,
            priority=crm.option("CasesObj", "priority", "高"), case_status=crm.option("CasesObj", "case_status", "待处理"))  # fmt: skip
    crm.put(
        "ActiveRecordObj", None, active_record_content="客户询问何时联调。", new_opportunity_id=DEAL, account_id=ACCOUNT
    )
    park("issue open --title 摄像头离线 --severity serious --owner li.wei")
    park("meeting record --title 周例会 --time 2026-03-04 --present wang.fang,li.wei --decision 下周一联调")
    park(
        "change request --title 增加访客 --reason 客户新增 --affects REQ-001 --requested-by wang.fang --propose REQ-001.title=访客"
    )
    park("crm sync")
    state = {"rows": crm.rows, "clock": crm.clock, "last": crm.last}
    (park.home / "fxiaoke.json").write_text(json.dumps(state), encoding="utf-8")


@pytest.fixture
def world(synced, crm):
    """The project and the CRM that agree."""
    state = json.loads((synced.home / "fxiaoke.json").read_text(encoding="utf-8"))
    crm.rows, crm.clock, crm.last = state["rows"], state["clock"], state["last"]
    crm.calls.clear()
    return synced


def writes(crm):
    return [call for call in crm.calls if call.endswith(WRITES)]


def of(crm, name, key, value):
    return next(row for row in crm.rows[name].values() if row.get(key) == value)


def test_both_sides_have_what_the_other_said(world, crm):
    need = json.loads(world("show REQ-002 --json"))
    assert (need["title"], need["statement"], need["priority"]) == ("访客预约", "访客可在手机上预约。", "must")
    case = next(i for i in json.loads(world("list issue --json")) if i["title"] == "登录很慢")
    assert (case["severity"], case["description"]) == ("serious", "早高峰要一分钟。")
    assert json.loads(world("show zhang.min --json"))["position"] == "主任"
    assert json.loads(world("list communication --json"))[0]["summary"] == "客户询问何时联调。"
    assert "纷享销客（李伟记录）" in world("log REQ-002")
    assert world.git("log", "-2", "--format=%s").splitlines()[1].startswith("从纷享销客读入：新增人员 1 条、")
    ours = of(crm, NEED, "name", "统一身份认证")
    assert ours["field_ab1cd__c"] == "ZHYQ:REQ-001"
    assert ours["field_op111__c"] == DEAL
    assert ours["owner"] == ["1000"]
    assert ours["field_stat1__c"] == crm.option(NEED, "field_stat1__c", "待处理")
    change = of(crm, CHANGE, "name", "增加访客")
    assert "REQ-001 名称: 统一身份认证 -> 访客" in change["field_ct001__c"]
    assert crm.rows["NewOpportunityObj"][DEAL]["pmkit_milestones__c"] == "M-001 设计评审通过：预测 2026-03-20"
    minutes = next(r for r in crm.rows["ActiveRecordObj"].values() if "下周一联调" in r["active_record_content"])
    assert minutes["active_record_content"].endswith("[ZHYQ:MTG-001]")
    assert minutes["related_object_data"] == [{"describe_api_name": "NewOpportunityObj", "id": DEAL}]
    assert "王芳" not in minutes["active_record_content"]
    assert of(crm, "CasesObj", "title", "登录很慢")["pmkit_id__c"].startswith("ZHYQ:ISS-")
    assert json.loads(world("audit --json")) == []


def test_a_sync_without_changes_writes_nothing(world, crm):
    head = world.git("rev-parse", "HEAD")
    said = json.loads(world("crm sync --json"))
    assert (said["commits"], writes(crm)) == ([], [])
    assert world.git("rev-parse", "HEAD") == head


def test_each_side_changes_a_field_and_a_clash_is_settled(world, crm):
    row = of(crm, NEED, "name", "访客预约")
    crm.put(NEED, row["_id"], field_st001__c="甲。乙。")
    world("set REQ-002 title=访客登记")
    world("crm sync")
    assert json.loads(world("show REQ-002 --json"))["statement"] == "甲。乙。"
    assert crm.rows[NEED][row["_id"]]["name"] == "访客登记"
    crm.put(NEED, row["_id"], field_st001__c="甲。丙。")
    world("set REQ-002 statement=丁。乙。")
    world("crm sync", code=1)
    world("crm resolve REQ-002 --take merge")
    assert crm.rows[NEED][row["_id"]]["field_st001__c"] == "丁。丙。"
    crm.calls.clear()
    world("crm sync")
    assert writes(crm) == []


def test_invalidated_there_is_shown_as_gone(world, crm):
    crm.put(NEED, of(crm, NEED, "name", "访客预约")["_id"], life_status="invalid")
    assert [one["id"] for one in json.loads(world("crm sync --json"))["found"]["gone_there"]] == ["REQ-002"]
    assert (world.folder / "requirements/REQ-002.yaml").exists()


def test_somebody_was_faster_is_seen_before_the_write(world, crm, monkeypatch):
    """No conditional update: the record is read just before. What comes between these two calls is lost, as documented."""
    row = of(crm, NEED, "name", "访客预约")
    world("set REQ-002 title=访客登记")
    handle = crm.handle

    def meanwhile(request):
        """Somebody edits it between our listing and the look just before the write."""
        if request.path.startswith("/cgi/crm/custom") and '"IN"' in json.dumps(request.body):
            crm._store(NEED, row["_id"], {"name": "他们的"}, "1001")
        return handle(request)

    monkeypatch.setattr(crm, "handle", meanwhile)
    assert "再次同步" in world("crm push", code=1)
    assert crm.rows[NEED][row["_id"]]["name"] == "他们的"


@pytest.mark.parametrize("code", [-1, 30004, 14001, 50009])
def test_busy_codes_are_tried_again(world, crm, code):
    crm.fault("/cgi/crm/custom/v2/data/query", error(code), times=2)
    world("crm sync")
    assert len(crm.waits) == 2


@pytest.mark.parametrize(("code", "word"), [(30002, "零点"), (30003, "额度"), (20021, "授权")])
def test_final_codes_end_the_command_at_once(world, crm, code, word):
    crm.fault("/cgi/crm/custom/v2/data/query", error(code), times=9)
    world("crm sync", code=5)
    assert word in world.err
    assert crm.waits == []


def test_an_ended_token_is_asked_for_once(world, crm):
    world("crm status")
    crm.token = "another"
    calls = crm.token_calls
    world("crm status")
    assert crm.token_calls == calls + 1
    crm.fault("/query", error(20016), times=9)
    world("crm status", code=5)
    assert crm.token_calls == calls + 2


@pytest.mark.parametrize("how", ["drop", "hang", "busy", "no id"])
def test_nothing_is_made_twice_after_a_lost_answer(world, crm, monkeypatch, how):
    monkeypatch.setenv("PMKIT_CRM_TIMEOUT", "0.3")
    world("issue open --title 新问题 --owner li.wei")
    world("comm log --channel phone --summary 新沟通")
    if how == "drop":
        crm.fault("/create", drop="after", times=2)
    elif how == "hang":
        crm.fault("/create", hang=True)
    elif how == "busy":
        crm.fault("/create", error(50009))
    else:
        crm.answers_id = False
    world("crm push")
    for name, text in (("CasesObj", "新问题"), ("ActiveRecordObj", "新沟通")):
        assert sum(text in str(row) for row in crm.rows[name].values()) == 1
    crm.calls.clear()
    world("crm sync")
    assert writes(crm) == []


def test_two_copies_that_make_the_same_in_one_moment_end_with_one(world, crm):
    """Keys are not unique here: the lower id stays, whoever made the other takes it away."""
    world("issue open --title 新问题 --owner li.wei")
    crm.rows["CasesObj"]["000000000000000000000001"] = {
        "_id": "000000000000000000000001", "title": "新问题", "pmkit_id__c": "ZHYQ:ISS-003", "account_id": "elsewhere",
        "create_time": 1, "last_modified_time": 1, "version": "1", "life_status": "normal",
    }  # fmt: skip
    world("crm push")
    assert [r["_id"] for r in crm.rows["CasesObj"].values() if r["title"] == "新问题"] == ["000000000000000000000001"]
    assert "000000000000000000000001" in (world.folder / "crm/links/ISS-0xx.jsonl").read_text(encoding="utf-8")


def test_paging_goes_by_ids_and_keeps_the_pace(world, crm, monkeypatch):
    """An offset would end at 10,000; more calls in 20 seconds than allowed wait for the oldest of them."""
    monkeypatch.setattr("pmkit.connectors.crm.fxiaoke.CALLS", 10)
    for n in range(1250):
        crm.rows[NEED][f"7{n:023x}"] = {
            "_id": f"7{n:023x}", "name": f"需求{n}", "field_op111__c": DEAL, "create_time": crm.clock, "version": "1",
            "last_modified_time": crm.clock, "life_status": "normal",
        }  # fmt: skip
    said = json.loads(world("crm pull --dry-run --json"))
    assert len(said["found"]["new_here"]) == 1250
    assert sum(call.endswith("custom/v2/data/query") for call in crm.calls) == 13 + 1
    assert crm.waits[0] == pytest.approx(20, abs=5)


def test_secrets_stay_out_of_everything(world, crm):
    crm.fault("/query", error(20012, f"bad {fxiaoke.SECRET} {fxiaoke.CODE}"))
    world("crm status --debug", code=5)
    crm.token = ""
    said = world.err + world("crm sync --debug") + world.err
    secrets = [fxiaoke.SECRET, fxiaoke.CODE, "fx-token"]
    assert [one for one in secrets if one in said] == []
    for path in world.folder.rglob("*"):
        assert not path.is_file() or not [one for one in secrets if one.encode() in path.read_bytes()]


def test_self_test_and_missing_secrets(world, crm, monkeypatch):
    assert world("crm connect fxiaoke --self-test").count("✓") == 5
    assert not any("self-test" in str(row) for row in crm.rows["ActiveRecordObj"].values())
    monkeypatch.delenv("PMKIT_FXIAOKE_APP_SECRET")
    shutil.rmtree(Path.home() / ".cache/pmkit")
    world("crm status", code=2)
    assert "PMKIT_FXIAOKE_APP_SECRET" in world.err


def test_a_gateway_that_is_none(world, crm):
    crm.fault("/object/list", Response(200, "<html>"))
    world("crm status", code=5)
