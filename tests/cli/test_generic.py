"""The verbs that every kind shares, and what they say when something is wrong."""

import json
import re

import pytest

from workspaces import once


def test_new_list_show_set_search_work_on_every_kind(park):
    park("new risk title=接口文档迟到 probability=4 impact=3 owner=li.wei cause=厂商未提供")
    park("new action title=催要接口文档 owner=wang.fang due=2026-03-10")
    park("new meeting title=项目启动会 time=2026-03-03T15:00 present=li.wei present=wang.fang")
    assert "接口文档迟到" in park("list risk")
    assert "厂商未提供" in park("show RSK-001")
    park("set RSK-001 impact=4 response=提前索取")
    assert json.loads(park("show RSK-001 --json"))["impact"] == 4
    assert [r["id"] for r in json.loads(park("search 接口文档 --json"))] == ["ACT-001", "RSK-001"]
    assert [r["id"] for r in json.loads(park("list action --where owner=wang.fang --json"))] == ["ACT-001"]
    assert json.loads(park("list action --where status!=open --json")) == []


@pytest.mark.parametrize(
    ("kind", "conditions", "found"),
    [
        ("action", ["owner=王芳"], "2"),
        ("action", ["owner=wang.fang|li.wei"], "1 2"),
        ("action", ["due<=2026-03-10"], "1"),
        ("action", ["due<today+7"], "1"),
        ("action", ["due>today+1w"], "2"),
        ("action", ["due="], "3"),
        ("action", ["due!="], "1 2"),
        ("action", ["title~文档"], "1 2"),
        ("action", ["title!~文档"], "3"),
        ("action", ["status=未完成", "owner=li.wei"], "1"),
        ("risk", ["probability>=4"], "1"),
        ("risk", ["probability<4"], "2"),
        ("risk", ["category=技术"], "1"),
        ("requirement", ["priority<=should"], "1"),
        ("requirement", ["priority>must"], ""),
        ("meeting", ["time=2026-03-03"], "1"),
        ("meeting", ["time<=2026-03-03"], "1"),
        ("meeting", ["present=王芳"], "1"),
        ("task", ["duration>=2w"], "2"),
        ("task", ["duration<40h"], ""),
        ("change", ["impact.price>20000"], "1"),
        ("change", ["impact.price=25000 CNY"], "1"),
    ],
)
def test_conditions_are_judged_by_what_the_field_holds(several, kind, conditions, found):
    line = ["list", kind, "--json", *(w for c in conditions for w in ("--where", c))]
    numbers = [r["id"].split("-")[1].lstrip("0") for r in json.loads(several(line)) if not r["id"].startswith("M-")]
    assert " ".join(numbers) == found


@once
def several(park):
    park("new action title=催要文档 owner=li.wei due=2026-03-10")
    park("new action title=提供文档 owner=wang.fang due=2026-03-20")
    park("new action title=订票")
    park("new risk title=接口 probability=4 impact=3 category=technical")
    park("new risk title=人员 probability=3")
    park("new meeting title=启动会 time=2026-03-03T15:00 present=li.wei present=wang.fang")
    park("change request --title 增加访客 --requested-by wang.fang")
    park("change submit CR-001")
    park("change assess CR-001 --price 25000 --cost 20000")


def test_lists_are_sorted_by_value_and_show_what_is_asked(several):
    assert [r["id"] for r in json.loads(several("list action --sort -due --json"))] == ["ACT-002", "ACT-001", "ACT-003"]
    assert [r["id"] for r in json.loads(several("list risk --sort probability,-title --json"))] == [
        "RSK-002",
        "RSK-001",
    ]
    text = several("list change --columns title,impact.price,status")
    assert text.splitlines()[0].split() == ["编号", "变更名称", "合同价款增减", "状态"]
    assert "25000.00 CNY" in text
    assert "下次评估" in several("list risk --columns all")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("list action --where due<明天", "2026-03-10"),
        ("list action --where due", "字段=值"),
        ("list change --where impact.prize>1", "price"),
        ("list change --where title.x=1", "title"),
        ("list action --sort duee", "due"),
        ("list action --columns tittle", "title"),
        ("list task --where duration>long", "5d"),
    ],
)
def test_conditions_that_are_none_are_told(several, line, says):
    several(line, code=2)
    assert says in several.err


def test_a_set_touches_only_the_lines_of_its_field(park):
    path = park.folder / "requirements/REQ-001.yaml"
    park.edit("requirements/REQ-001.yaml", "priority: must", "# 与客户商定\npriority:   'must'   # 不可降级")
    park("commit -m 注释")
    before = path.read_text(encoding="utf-8").splitlines()
    park("set REQ-001 priority=should")
    after = path.read_text(encoding="utf-8").splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [("priority:   'must'   # 不可降级", "priority:   'should'   # 不可降级")]


def test_a_word_stands_for_its_choice(park):
    park("set REQ-001 priority=可选")
    assert json.loads(park("show REQ-001 --json"))["priority"] == "could"
    made = json.loads(park("requirement add --title 夜间值守 --priority Must --category 性能 --json"))["id"]
    shown = json.loads(park(f"show {made} --json"))
    assert (shown["priority"], shown["category"]) == ("must", "performance")
    park("set REQ-001 priority=要紧", code=2)


def test_lists_grow_and_shrink(park):
    park("set REQ-001 acceptance+=停车道闸同样适用")
    assert len(json.loads(park("show REQ-001 --json"))["acceptance"]) == 2
    park("set REQ-001 acceptance-=停车道闸同样适用")
    park("set REQ-001 acceptance-=没有这一条", code=2)
    park("set REQ-001 source=")
    assert "source" not in json.loads(park("show REQ-001 --json"))


def test_ids_are_never_used_again(park):
    park("risk add --title 甲 --owner li.wei")
    park("risk add --title 乙 --owner li.wei")
    park.git("rm", "-q", "risks/RSK-002.yaml")
    park.git("commit", "-qm", "删除")
    assert json.loads(park("risk add --title 丙 --owner li.wei --json"))["id"] == "RSK-003"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("show REQ-002", 2, "没有 REQ-002"),
        ("show REQ-01O", 2, "REQ-001"),
        ("show ../pmkit", 2, "没有 ../pmkit"),
        ("list requirments", 2, "requirement"),
        ("list requirement --where statsu=draft", 2, "status"),
        ("set REQ-001 priority=urgent", 2, "must、should"),
        ("set REQ-001 priority", 2, "字段=值"),
        ("set REQ-001 owner=zhang.san", 2, "person add"),
        ("set REQ-001 title=统一身份认证", 4, "无需修改"),
        ("set T-001 duration=-3d", 2, "工期"),
        ("set T-001 duration=三天", 2, "3d"),
        ("new action title=x due=2026-02-30", 2, "不是存在的日期"),
        ("new action", 2, "title"),
        ("new task name=x", 2, "pmkit plan task add"),
        ("new change title=x", 2, "pmkit change request"),
        ("new project name=x", 2, "pmkit init"),
        ("new person name=李四 side=supplier role=pm", 2, "id"),
        ("new risk title=x probability=9", 2, "大于 5"),
        ("person add li.wei --name 李伟 --side supplier --role pm", 4, "已存在"),
        ("person add 李伟 --name 李伟 --side supplier --role pm", 2, "li.wei"),
        ("plan task add --phase PH9 --name x --duration 1d", 2, "没有 PH9"),
        ("plan task add --phase PH1 --name x", 2, "--duration"),
        ("plan task add --phase PH1 --name x --duration 1d --after T-099", 2, "T-099"),
        ("plan progress T-001 --percent 140", 2, "大于 100"),
        ("plan drift --fail-over 3weeks", 2, "5d"),
        ("risk add --title x --date 2026-13-01", 2, "2026-03-06"),
        ("report weakly", 2, "weekly"),
        ("report weekly --format odt", 2, "md"),
        ("requirement reveiw REQ-001", 2, "review"),
        ("show REQ-001 --rev no-such-tag", 2, "no-such-tag"),
        ("show REQ-001 --as-json", 2, "--as-json"),
    ],
)
def test_mistakes_are_told_with_the_way_out(park, line, code, says):
    head = park.git("rev-parse", "HEAD")
    park.write("plan/baselines/.keep", "")
    if "drift" in line:
        park("plan baseline --name 基准")
        head = park.git("rev-parse", "HEAD")
    park(line, code=code)
    assert says in park.err, park.err
    assert park.git("rev-parse", "HEAD") == head


def test_english_messages_are_english(park, monkeypatch):
    monkeypatch.setenv("PMKIT_LANG", "en")
    park("show REQ-002", code=2)
    assert park.err == "pmkit: there is no REQ-002\n  fix: did you mean `REQ-001`?\n"


def test_a_state_of_the_past_can_be_read(park):
    park("set REQ-001 title=统一登录")
    before = park.git("rev-parse", "HEAD~1").strip()
    assert json.loads(park(f"show REQ-001 --rev {before} --json"))["title"] == "统一身份认证"
    assert "统一身份认证" in park(f"list requirement --rev {before}")


def test_undo_takes_back_the_last_step(park):
    park("requirement review REQ-001")
    park("undo")
    assert json.loads(park("show REQ-001 --json"))["status"] == "draft"
    park("undo", code=4)


def test_hand_edits_are_checked_before_they_are_committed(park):
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: mustt")
    park("commit", code=3)
    assert "requirements/REQ-001.yaml:5:11: 错误 FMT111" in park.err
    park.edit("requirements/REQ-001.yaml", "priority: mustt", "priority: should")
    park("commit -m 优先级下调")
    assert park.git("log", "-1", "--format=%s%n%(trailers:key=Pmkit-Record,valueonly)").split() == [
        "优先级下调",
        "REQ-001",
    ]


def test_outside_a_workspace(run):
    run("status", code=3)
    assert "pmkit init" in run.err
    run("init . --name x --code X --customer y", code=2)
    assert "--start" in run.err
    run("init there --name x --code X --customer y --start 2026-03-02 --timezone Mars/Phobos", code=2)
    assert not (run.folder / "there").exists()


def test_no_identity_writes_nothing(park, monkeypatch):
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    park("risk add --title x", code=2)
    assert "git config" in park.err
    assert not (park.folder / "risks").exists()


def test_a_workspace_inside_a_larger_repository(run):
    run.git("init", "-q", "-b", "main")
    run.write("code.py", "print()\n")
    run.git("add", "code.py")
    run.git("commit", "-qm", "code")
    run("init docs/park --name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02")
    run("-C docs/park person add li.wei --name 李伟 --side supplier --role pm")
    run("requirement add --title 需求 -C docs/park")
    assert run.git("log", "-1", "--format=", "--name-only").split() == ["docs/park/requirements/REQ-001.yaml"]
    assert "REQ-001" in run("list requirement -C docs/park")
    assert not (run.folder / "docs/park/.git").exists()


def test_schemas_accept_what_pmkit_writes(park):
    from jsonschema import Draft202012Validator

    park("risk add --title 接口文档迟到 --owner li.wei")
    park("plan baseline --name 基准")
    for path in [p for p in park.folder.rglob("*.yaml") if ".git" not in p.parts]:
        first, _, rest = path.read_text(encoding="utf-8").partition("\n")
        schema = json.loads((path.parent / first.partition("$schema=")[2]).read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(_as_editors_read(rest))
    assert json.loads(park("schema requirement"))["title"] == "需求 / requirement"


def _as_editors_read(text):
    """The data as an editor's YAML 1.2 core reader sees it, dates as text."""
    import yaml

    class Core(yaml.SafeLoader):
        pass

    kept = {"int", "float", "null"}
    Core.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in found if tag.rsplit(":", 1)[1] in kept]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))
    return yaml.load(text, Core)


@pytest.mark.parametrize(("lang", "base", "zone"), [("zh", "CN", "Asia/Shanghai"), ("en", "weekdays", "UTC")])
def test_init_prints_and_writes_calendar_and_zone(run, lang, base, zone):
    said = run(f"init p --name x --code X --customer y --lang {lang} --currency EUR --start 2026-03-02")
    assert base in said
    assert zone in said
    profile = (run.folder / "p/pmkit.yaml").read_text(encoding="utf-8")
    assert f"calendar:\n  base: {base}\n" in profile
    assert f"timezone: {zone}\n" in profile
    assert run.git("-C", "p", "status", "--porcelain") == ""


def test_init_in_an_ignored_folder_makes_its_own_repository(run):
    """Else the demo in `build/` would write its history into the repository around it."""
    run.git("init", "-q", "-b", "main")
    run.write(".gitignore", "/build/\n")
    run.git("add", ".gitignore")
    run.git("commit", "-qm", "code")
    run("init build/park --name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02")
    assert (run.folder / "build/park/.git").is_dir()
    assert run.git("rev-list", "--count", "HEAD").strip() == "1"


def test_several_records_move_in_one_commit_or_none_of_them(park):
    park("requirement add --title 门禁对接")
    park("requirement add --title 停车对接")
    before = park.git("rev-parse", "HEAD")
    park("requirement verify REQ-001 REQ-002", code=4)
    assert "REQ-001" in park.err
    assert "REQ-002" in park.err
    assert park.git("rev-parse", "HEAD") == before
    park("requirement review REQ-001 REQ-002 REQ-003 REQ-001 --note 评审会通过")
    assert park.git("rev-list", "--count", f"{before.strip()}..HEAD").strip() == "1"
    assert park.git("log", "-1", "--format=%(trailers:key=Pmkit-Record,valueonly)").split() == [
        "REQ-001",
        "REQ-002",
        "REQ-003",
    ]
    assert [r["status"] for r in json.loads(park("list requirement --json"))] == ["reviewed"] * 3
