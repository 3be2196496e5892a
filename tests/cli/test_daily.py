"""Daily life: what is due, what differs, taking back, editing in one's own editor, several projects at a glance."""

import json
import sys

import pytest

from workspaces import once


@once
def busy(park):
    park("new action title=催要文档 owner=wang.fang due=2026-03-02")
    park("new action title=订票 owner=li.wei due=2026-03-20")
    park("new action title=远期 owner=li.wei due=2026-09-20")
    park("new risk title=接口迟到 probability=4 impact=3 owner=li.wei review_on=2026-03-06")
    park("new meeting title=启动会 time=2026-03-03T15:00 chair=li.wei")
    park("meeting hold MTG-001")
    park("meeting send MTG-001")
    park("change request --title 增加访客 --requested-by wang.fang --propose REQ-001.priority=should")
    park("change submit CR-001")


def ids(run, line):
    return [(i["id"], i["what"]["zh"]) for i in json.loads(run(f"todo {line} --json"))]


def test_everything_due_stands_in_one_list(busy):
    found = json.loads(busy("todo --json"))
    assert [(i["id"], i["what"]["en"], i["due"], i["days_late"], i["who"], i["side"]) for i in found] == [
        ("ACT-001", "Do it", "2026-03-02", 2, ["wang.fang"], "customer"),
        ("RSK-001", "Review", "2026-03-06", 0, ["li.wei"], "supplier"),
        ("T-001", "Finish the task", "2026-03-06", 0, ["li.wei"], "supplier"),
        ("MTG-001", "Confirm the minutes", "2026-03-07", 0, [], "customer"),
        ("CR-001", "Assess the impact", "2026-03-09", 0, [], "supplier"),
        ("RSK-001", "Assess", None, 0, ["li.wei"], "supplier"),
    ]
    text = busy("todo")
    assert "2 天" in text
    assert "王芳" in text
    assert "ACT-003" not in text
    assert ("ACT-003", "完成") in ids(busy, "--days 300")


def test_it_is_narrowed_to_a_person_or_the_customer(busy):
    assert ids(busy, "--customer") == [("ACT-001", "完成"), ("MTG-001", "确认纪要")]
    assert {i for i, _ in ids(busy, "--mine")} == {"RSK-001", "T-001"}
    assert ids(busy, "--mine --as wang.fang") == ids(busy, "--who wang.fang") == [("ACT-001", "完成")]
    assert busy("todo --who wang.fang --as-of 2026-01-01 --days 0") == "截至 2026-01-01 没有待办\n"
    busy("todo --who li.wie", code=2)
    assert "li.wei" in busy.err
    busy("todo --days soon", code=2)


def test_a_change_waits_for_each_missing_approval(busy):
    busy("person add zhang.san --name 张三 --side supplier --role pm")
    busy("change assess CR-001 --price 1000")
    waiting = [i for i in json.loads(busy("todo --json")) if i["id"] == "CR-001"]
    assert all(i["what"]["zh"].startswith("审批（") for i in waiting)
    assert {"li.wei", "zhang.san"} in [set(i["who"]) for i in waiting]
    busy("change approve CR-001 --by li.wei")
    assert len([i for i in json.loads(busy("todo --json")) if i["id"] == "CR-001"]) == len(waiting) - 1


def test_records_and_fields_differ_not_lines(park):
    first = park.git("rev-parse", "HEAD").strip()
    park("set REQ-001 priority=should 'statement=门户与门禁使用同一账号。' acceptance+=断网可用")
    park("new risk title=接口迟到")
    park("plan task add --phase PH1 --name 联调 --duration 2d")
    park.edit("requirements/REQ-001.yaml", "title: 统一身份认证", "# 注释\ntitle: 统一身份认证")
    found = {d["id"]: d for d in json.loads(park(f"diff {first}.. --json"))}
    assert {i: d["change"] for i, d in found.items()} == {"REQ-001": "changed", "RSK-001": "added", "T-003": "added"}
    assert {f["field"]: (f["from"], f["to"]) for f in found["REQ-001"]["fields"]} == {
        "statement": ("门户、门禁和停车系统使用同一账号登录。", "门户与门禁使用同一账号。"),
        "priority": ("must", "should"),
        "acceptance": (["三个系统用同一账号登录成功"], ["三个系统用同一账号登录成功", "断网可用"]),
    }
    text = park(f"diff {first}..HEAD")
    assert "修改  REQ-001  统一身份认证" in text
    assert "  优先级：必须 -> 应当" in text
    assert text.endswith("新增 2，修改 1，删除 0\n")
    park("plan progress T-001 --percent 40 --status-date 2026-03-06")
    assert "新增  2026-03-06  进度填报\n" in park("diff HEAD~1..HEAD")  # what has no name is called what it is
    assert park("diff") == "记录没有差异\n"  # a comment is no difference
    assert json.loads(park(f"diff HEAD..{first} --kind risk --json"))[0]["change"] == "removed"
    assert json.loads(park("diff 2000-01-01..HEAD --json", code=2) or "[]") == []


@pytest.mark.parametrize("span", ["..HEAD", "HEAD...HEAD~1", "no-such..HEAD"])
def test_states_that_are_none_are_told(park, span):
    park(f"diff {span}", code=2)


def test_undo_says_what_it_takes_back_and_why_it_does_not(park):
    park("requirement review REQ-001")
    head = park.git("rev-parse", "HEAD")
    assert json.loads(park("undo --dry-run --json"))["undone"]["subject"] == "REQ-001：标记为已评审"
    assert park.git("rev-parse", "HEAD") == head
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: should")
    park("undo", code=4)
    assert "REQ-001.yaml" in park.err
    park.git("checkout", "--", "requirements/REQ-001.yaml")
    assert "“REQ-001：标记为已评审”" in park("undo")
    park("undo", code=4)
    assert "该提交本身就是撤销" in park.err
    park.write("notes.txt", "x")
    park.git("add", "notes.txt")
    park.git("commit", "-qm", "手工")
    park("undo", code=4)
    assert "不是由 pmkit 提交的" in park.err
    assert "git revert" in park.err


@pytest.fixture
def editor(park, monkeypatch):
    def use(*replacements):
        """An editor that replaces texts in the file and closes."""
        park.write("../editor.py", f"import sys\np = sys.argv[1]\nt = open(p).read()\nfor a, b in {replacements!r}:\n"
                   "    assert a in t\n    t = t.replace(a, b)\nopen(p, 'w').write(t)\n")  # fmt: skip
        monkeypatch.setenv("EDITOR", f"{sys.executable} {park.folder.parent / 'editor.py'}")

    return use


def test_an_edit_is_checked_and_committed(park, editor):
    editor(("priority: must", "priority: should"))
    assert json.loads(park("edit REQ-001 --json"))["path"] == "requirements/REQ-001.yaml"
    assert park.git("log", "-1", "--format=%(trailers:key=Pmkit-Action,valueonly)").strip() == "requirement.edit"
    editor()
    assert park("edit REQ-001") == "没有修改\n"


def test_a_wrong_edit_is_kept_and_told(park, editor):
    head = park.git("rev-parse", "HEAD")
    editor(("priority: must", "priority: mustt"))
    park("edit REQ-001", code=3)
    assert "requirements/REQ-001.yaml:5:11: 错误 FMT111" in park.err
    assert "git checkout -- requirements/REQ-001.yaml" in park.err
    assert "mustt" in (park.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    park.git("checkout", "--", "requirements/REQ-001.yaml")
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: should")
    park("edit REQ-001", code=4)  # edits of one's own are not mixed in
    park.git("checkout", "--", "requirements/REQ-001.yaml")
    editor(("owner: li.wei", "owner: nobody"))
    park("edit REQ-001", code=3)
    assert "REF202" in park.err
    park.git("checkout", "--", "requirements/REQ-001.yaml")
    editor(("status: draft", "status: reviewed"), ("- to: draft", "- to: reviewed"))
    park("edit REQ-001", code=4)
    assert "pmkit requirement review REQ-001" in park.err
    assert park.git("rev-parse", "HEAD") == head
    park.git("checkout", "--", "requirements/REQ-001.yaml")
    park("requirement review REQ-001")
    park("signoff prepare REQ-001")
    editor(("priority: must", "priority: should"))
    park("edit REQ-001", code=4)
    assert "pmkit signoff withdraw SGN-001" in park.err


def test_an_editor_that_fails_is_told(park, monkeypatch):
    monkeypatch.setenv("EDITOR", "no-such-editor")
    park("edit REQ-001", code=5)
    assert "EDITOR" in park.err
    monkeypatch.setenv("EDITOR", "false")
    park("edit REQ-001", code=2)


def test_several_projects_take_one_line_each(park):
    park.folder = park.folder.parent
    park("init other --name 医院集成 --code YY --customer 人民医院 --lang zh --start 2026-03-02")
    (park.folder / "broken").mkdir()
    park.write("broken/pmkit.yaml", "format: 1\nname: [\n")
    text = park("status park other")
    assert len(text.splitlines()) == 3
    assert "ZHYQ 智慧园区系统集成项目" in text
    assert "M-001 设计评审通过" in text
    found = json.loads(park("status park broken nowhere other --json", code=3))
    assert [row.get("project") for row in found] == ["ZHYQ", None, None, "YY"]
    assert found[0]["milestones"][0]["id"] == "M-001"
    assert "error" in found[1]
    assert "无法读取" in park("status broken", code=3)


def test_the_lamp_of_the_customers_part(park):
    def lamp():
        return json.loads(park("status --json"))["health"]

    def line():
        return next(text for text in park("status").splitlines() if "客户配合" in text)

    assert lamp()["customer"] == "green"
    park("duty add --what 提供机房门禁权限 --owner wang.fang --due 2026-03-06 --blocks T-001")
    park("duty add --what 提供点位表 --owner wang.fang --due 2026-03-06")
    park("interview record --title 安防需求访谈 --with wang.fang --by li.wei --purpose 弄清现状")
    park("send INT-001 --reply-by 2026-03-11")
    park.today = "2026-03-09"
    assert lamp()["customer"] == "green"  # three days are no more than three
    park.today = "2026-03-10"
    assert lamp()["customer"] == "amber"
    assert "DUT-001、DUT-002 逾期超过 3 天" in line()
    park.today = "2026-03-17"
    assert lamp()["customer"] == "red"
    assert "DUT-001 逾期超过 10 天" in line()  # nothing waits for the other
    park("duty done DUT-001")
    park("duty done DUT-002")
    assert "INT-001 逾期未回复超过 5 天" in line()
    park.today = "2026-03-27"
    assert lamp()["customer"] == "red"
    weekly = {who: park(f"report weekly --audience {who} --out -") for who in ("customer", "internal")}
    assert "客户配合（内部）" in weekly["internal"]
    assert "客户配合（内部）" not in weekly["customer"]
    park("confirm INT-001 --by wang.fang --text 无异议")
    assert lamp()["customer"] == "green"
