"""The team: members, skills and gaps, the responsibility matrix, onboarding, load, recognition."""

import json

import pytest

from workspaces import once


@once
def team(run, park):
    """赵磊 joins 李伟; a deliverable, a matrix, skills of which one is short, somebody thanked."""
    run("team add zhao.lei --name 赵磊 --role engineer --skill '网络集成 3' --date 2026-03-02")
    run("team add li.wei --date 2026-03-02")
    run("team onboard zhao.lei --date 2026-03-02")
    run("deliverable add --title 设计说明书 --owner li.wei --requirement REQ-001")
    run("team raci DLV-001 --responsible zhao.lei --consulted wang.fang")
    run("team raci 变更评审 --accountable li.wei --informed wang.fang")
    run("team raci 成本核算 --accountable li.wei --visibility internal")
    run("team skill 数据迁移 --member li.wei --level 2")
    run("team skill 数据迁移 --task T-001")
    run("team recognise zhao.lei --reason 提前完成割接 --type bonus --amount 500")


def test_a_stakeholder_joins_without_being_typed_again(team):
    one = json.loads(team("person show li.wei --json"))
    assert (one["joined"], one["name"]) == ("2026-03-02", "李伟")
    team("team add li.wei", code=4)
    members = {m["id"]: m for m in json.loads(team("team list --json"))}
    assert set(members) == {"li.wei", "zhao.lei"}
    assert members["zhao.lei"]["skills"] == {"网络集成": 3}


def test_skills_that_are_short_are_found_on_tasks_and_in_roles(team):
    team("team skill 网络集成 --role engineer --people 2")
    found = json.loads(team("team skill --json"))
    assert found["skills"] == {"数据迁移": {"li.wei": 2}, "网络集成": {"zhao.lei": 3}}
    assert [(g["need"], g["wanted"], g["have"]) for g in found["gaps"]] == [("SKL-001", 1, 0), ("SKL-002", 2, 1)]
    assert "角色“工程师” 需要 2 人具备“网络集成”3 级，现有 1 人" in team("team skill")
    assert team("check --select TEA208 --json", code=0).count("TEA208") >= 2
    team("team skill 数据迁移 --member li.wei --level 3")
    assert json.loads(team("team skill --json"))["gaps"][0]["need"] == "SKL-002"
    team("team skill 数据迁移 --member li.wei --level 0")
    assert "数据迁移" not in json.loads(team("team skill --json"))["skills"]["数据迁移"]
    team("team skill 数据迁移 --member li.wei --level 7", code=2)
    team("set li.wei skills+=网络", code=2)
    assert "级别 1-4" in team.err


def test_a_row_takes_the_owner_of_its_record_and_has_one_accountable(team):
    rows = {row["name"]: row["letters"] for row in json.loads(team("team raci --json"))}
    assert rows["设计说明书"] == {"li.wei": "A", "zhao.lei": "R", "wang.fang": "C"}
    team("team raci 变更评审 --accountable li.wei --accountable zhao.lei", code=2)
    team("team raci DLV-009 --accountable li.wei", code=2)
    team("team raci DLV-001 --accountable zhao.lei")
    rows = {row["name"]: row["letters"] for row in json.loads(team("team raci --json"))}
    assert rows["设计说明书"] == {"zhao.lei": "A/R", "wang.fang": "C"}
    team.edit("team/raci/RAC-002.yaml", "accountable: [li.wei]", "accountable: [li.wei, zhao.lei]")
    assert "TEA203" in team("check", code=1)


def test_a_deliverable_stands_in_the_matrix_with_its_owner(team):
    team("deliverable add --title 用户手册 --owner zhao.lei --requirement REQ-001")
    rows = {row["name"]: row for row in json.loads(team("team raci --json"))}
    assert rows["用户手册"]["letters"] == {"zhao.lei": "A"}
    assert rows["用户手册"]["id"] is None


def test_onboarding_is_ticked_off_and_late_items_are_found(team):
    team("team onboard zhao.lei --done 1,2 --training 施工安全培训 --due 2026-03-05")
    shown = team("team onboard zhao.lei")
    assert "1 ☑ 签署保密协议" in shown
    assert "6 □ 施工安全培训  应于 2026-03-05 完成" in shown
    found = {f["code"] for f in json.loads(team("check --as-of 2026-03-10 --json"))["findings"]}
    assert {"TEA301", "TEA302"} <= found
    assert "入场事项：安全与保密教育" in team("todo --days 30")
    team("team onboard zhao.lei --done 1", code=4)
    team("team onboard zhao.lei --done 9", code=2)
    team("team onboard zhao.lei --all")
    assert "□" not in team("team onboard zhao.lei")
    team("team onboard zhao.lei --all", code=4)


def test_who_leaves_is_off_the_list_and_in_the_weekly_report(team):
    team("team leave zhao.lei")
    assert "zhao.lei" not in team("team list")
    assert "TEA207" in team("check", code=None)
    weekly = team("report weekly --out -")
    assert "2026-03-02　赵磊（工程师）入场" in weekly
    assert "2026-03-04　赵磊（工程师）离场" in weekly
    team("team leave zhao.lei", code=4)


def test_what_the_team_says_among_itself_stays_there(team):
    team("team log 割接方案先内部评审 --with zhao.lei --promise '准备割接脚本 @zhao.lei 2026-03-09'")
    team("comm log --channel phone --summary 客户催进度 --with wang.fang")
    (said,) = json.loads(team("team log --json"))
    assert (said["text"], said["people"]) == ("割接方案先内部评审", ["li.wei", "zhao.lei"])
    assert json.loads(team(f"show {said['id']} --json"))["visibility"] == "internal"
    assert "割接方案先内部评审" in team("team log")
    assert "割接方案先内部评审" in team("report team --audience internal --out -")
    assert "割接方案先内部评审" not in team("report team --out -")


def test_load_is_that_of_the_plan(team):
    assert json.loads(team("team load --json")) == json.loads(team("plan load --json"))


def test_what_does_not_hold_any_more_is_withdrawn(team):
    team("team withdraw RAC-002 SKL-001 RWD-001 --note 合并")
    assert "变更评审" not in team("team raci")
    assert "没有技能缺口" in team("team skill")
    team("team withdraw RAC-002", code=4)
    team("team withdraw REQ-001", code=2)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["team", "raci"])
@pytest.mark.parametrize("audience", ["customer", "internal"])
def test_the_documents_print(team, golden, name, audience, lang):
    text = team(f"report {name} --lang {lang} --audience {audience} --out -")
    golden(f"{name}-{audience}.{lang}.md", text.replace(team.git("rev-parse", "HEAD")[:9], "COMMIT"))
    if audience == "customer":
        assert not [word for word in ("成本核算", "提前完成割接", "数据迁移", "500") if word in text]


def test_the_matrix_prints_blank(team):
    assert "建设单位" in team("report raci --blank --out -")
