"""The merge of records and plan files: both edits where they are disjoint, a conflict where not, nothing ever lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.domain.registry import kind_named
from pmkit.store.merge import OURS, SPLIT, THEIRS, merge_files
from pmkit.store.yaml_read import parse
from pmkit.store.yaml_write import dump
from pmkit.workspace.merging import merged

REQUIREMENT = """\
# yaml-language-server: $schema=../.pmkit/schemas/requirement.json
title: 统一身份认证
statement: 门户、门禁和停车系统使用同一账号登录。   # 客户原话
priority: must
# 验收时逐条核对
acceptance: [三个系统用同一账号登录成功]
tags: [安全, 门户]
from: [INT-001]
status: draft
steps:
- {to: draft, on: 2026-03-03, by: li.wei}
"""
PHASE = """\
name: 需求与设计
tasks:
- id: T-001
  name: 需求调研
  duration: 5d
- id: T-002
  name: 方案设计   # 含专家评审
  duration: 10d
  after: [T-001]
"""
CHANGE = """\
title: 增加访客预约
reason: 客户新增要求
affects: [REQ-001]
status: assessed
steps:
- {to: draft, on: 2026-03-04, by: li.wei}
- {to: assessed, on: 2026-03-04, by: li.wei}
"""


def merge(base, ours, theirs, path="requirements/REQ-001.yaml"):
    text, is_clean = merge_files(path, base.encode(), ours.encode(), theirs.encode())
    return text.decode(), is_clean


def said(text):
    value, findings = parse(text, "")
    assert not findings
    return value


def test_two_fields_changed_on_two_branches_are_both_there_with_their_comments():
    ours = REQUIREMENT.replace("priority: must", "priority: should   # 二期再做")
    theirs = REQUIREMENT.replace("title: 统一身份认证", "title: 统一身份认证与单点登录")
    text, is_clean = merge(REQUIREMENT, ours, theirs)
    assert is_clean
    assert text == ours.replace("title: 统一身份认证", "title: 统一身份认证与单点登录")


def test_sets_are_joined_and_one_that_lost_an_item_loses_it():
    ours = REQUIREMENT.replace("[安全, 门户]", "[安全, 门户, 一期]")
    theirs = REQUIREMENT.replace("[安全, 门户]", "[门户, 移动端]")
    text, is_clean = merge(REQUIREMENT, ours, theirs)
    assert is_clean
    assert sorted(said(text)["tags"]) == ["一期", "移动端", "门户"]
    assert "# 客户原话" in text
    assert "# 验收时逐条核对" in text


def test_one_field_changed_twice_stands_between_markers_and_nothing_else():
    ours = REQUIREMENT.replace("priority: must", "priority: should").replace("一账号登录。", "一账号登录系统。")
    theirs = REQUIREMENT.replace("priority: must", "priority: could").replace("[INT-001]", "[INT-001, INT-002]")
    text, is_clean = merge(REQUIREMENT, ours, theirs)
    assert not is_clean
    assert f"{OURS}\npriority: should\n{SPLIT}\npriority: could\n{THEIRS}\n" in text
    assert text.count(OURS) == text.count(SPLIT) == text.count(THEIRS) == 1
    assert "一账号登录系统。   # 客户原话" in text
    assert "from: [INT-001, INT-002]" in text


def test_tasks_are_merged_by_id_wherever_they_stand():
    ours = (
        PHASE.replace("duration: 10d", "duration: 12d") + "- id: T-003\n  name: 设备选型   # 三家比选\n  duration: 3d\n"
    )
    theirs = PHASE.replace("- id: T-001\n  name: 需求调研", "- id: T-001\n  name: 需求调研与访谈\n  owner: li.wei")
    theirs += "- id: T-004\n  name: 布线设计\n  duration: 4d\n  after: [T-002]\n"
    text, is_clean = merge(PHASE, ours, theirs, "plan/PH1.yaml")
    assert is_clean
    tasks = {task["id"]: task for task in said(text)["tasks"]}
    assert list(tasks) == ["T-001", "T-002", "T-003", "T-004"]
    assert tasks["T-001"]["owner"] == "li.wei"
    assert tasks["T-002"]["duration"] == "12d"
    assert "# 含专家评审" in text
    assert "# 三家比选" in text


def test_people_are_merged_by_handle():
    people = "people:\n- id: li.wei\n  name: 李伟\n  role: pm\n  absent: [2026-03-11]\n"
    ours = people.replace("[2026-03-11]", "[2026-03-11, 2026-03-12]") + "- id: zhao.min\n  name: 赵敏\n"
    theirs = people.replace("[2026-03-11]", "[2026-03-11, 2026-04-07]") + "- id: chen.hao\n  name: 陈浩\n"
    text, is_clean = merge(people, ours, theirs, "sub/people.yaml")
    assert is_clean
    assert [one["id"] for one in said(text)["people"]] == ["li.wei", "chen.hao", "zhao.min"]
    assert sorted(said(text)["people"][0]["absent"])[1:] == ["2026-03-12", "2026-04-07"]


def test_a_task_that_one_branch_removed_and_the_other_changed_is_a_conflict():
    ours = PHASE.partition("- id: T-002")[0]
    theirs = PHASE.replace("duration: 10d", "duration: 12d")
    text, is_clean = merge(PHASE, ours, theirs, "plan/PH1.yaml")
    assert not is_clean
    assert "duration: 12d" in text.partition(SPLIT)[2]
    assert "T-001" in text.partition(OURS)[0]


def test_one_id_for_two_tasks_is_a_conflict_that_keeps_both():
    text, is_clean = merge(
        PHASE,
        PHASE + "- id: T-003\n  name: 设备选型\n  duration: 3d\n",
        PHASE + "- id: T-003\n  name: 布线设计\n  duration: 3d\n",
        "plan/PH1.yaml",
    )
    assert not is_clean
    assert "设备选型" in text
    assert "布线设计" in text


def test_states_that_both_branches_moved_are_never_joined():
    ours = REQUIREMENT.replace("status: draft", "status: reviewed") + "- {to: reviewed, on: 2026-03-05, by: li.wei}\n"
    theirs = REQUIREMENT.replace("status: draft", "status: withdrawn") + "- {to: withdrawn, on: 2026-03-05, by: zhao}\n"
    text, is_clean = merge(REQUIREMENT, ours, theirs)
    assert not is_clean
    assert "status: reviewed" in text
    assert "status: withdrawn" in text


def test_an_approval_is_never_joined_with_content_that_nobody_approved():
    approved = CHANGE.replace("status: assessed", "status: approved") + (
        "- {to: approved, on: 2026-03-05, by: li.wei}\n"
        "approvals:\n- {by: li.wei, side: supplier, role: pm, on: 2026-03-05, digest: '1:aa'}\n"
    )
    edited = CHANGE.replace("客户新增要求", "客户新增要求，含微信预约")
    for ours, theirs in ((approved, edited), (edited, approved)):
        text, is_clean = merge(CHANGE, ours, theirs, "changes/CR-001.yaml")
        assert not is_clean
        assert "客户新增要求，含微信预约" in text.partition(OURS)[0]
        marked = text.partition(OURS)[2]
        assert "status: approved" in marked
        assert "digest" in marked
    tagged = CHANGE + "tags: [二期]\n"  # no content: the approval stays what it was
    assert merge(CHANGE, approved, tagged, "changes/CR-001.yaml")[1]


def test_what_cannot_be_read_is_merged_by_lines():
    text, is_clean = merge(REQUIREMENT, REQUIREMENT + "notes: 甲\n", REQUIREMENT.replace("title: ", "title: ["))
    assert (is_clean, "notes: 甲" in text, "title: [" in text) == (True, True, True)
    both_new = merge("", "title: 甲\n", "title: 乙\n", "requirements/REQ-009.yaml")
    assert not both_new[1]
    assert "title: 甲" in both_new[0]
    assert "title: 乙" in both_new[0]


def test_line_ends_and_byte_order_mark_stay():
    base = "\ufeff" + REQUIREMENT.replace("\n", "\r\n")
    ours = base.replace("priority: must", "priority: should")
    theirs = base.replace("[安全, 门户]", "[安全]").replace("priority: must", "priority: could")
    text, is_clean = merge(base, ours, theirs)
    assert not is_clean
    assert text.startswith("\ufeff# yaml")
    assert "\n" not in text.replace("\r\n", "")


# --- for any edits ---------------------------------------------------------------------------------------------------

KIND = kind_named("phase")
words = st.sampled_from(("甲", "乙", "丙", "it's", "a: b", "yes", "1.10", "多行\n文字", " 前后 "))


def task(number):
    return st.fixed_dictionaries(
        {"id": st.just(f"T-{number:03}"), "name": words},
        optional={"duration": words, "after": st.lists(words, max_size=3, unique=True), "notes": words, "group": words},
    )


tasks = st.lists(st.integers(1, 6), unique=True, min_size=1, max_size=5).flatmap(
    lambda numbers: st.tuples(*(task(n) for n in sorted(numbers)))
)


@st.composite
def edited(draw, base):
    """What a branch made of it: fields set and removed, tasks changed, removed, added."""
    data = {**base, "tasks": [dict(one) for one in base["tasks"]]}
    for key in ("name", "notes"):
        if draw(st.booleans()):
            data[key] = draw(words)
    kept = []
    for one in data["tasks"]:
        what = draw(st.sampled_from(("keep", "keep", "change", "lose field", "remove")))
        if what == "change":
            one[draw(st.sampled_from(("name", "duration", "notes")))] = draw(words)
        elif what == "lose field":
            one.pop(draw(st.sampled_from(("duration", "after", "notes"))), None)
        if what != "remove":
            kept.append(one)
    data["tasks"] = kept + [draw(task(n)) for n in draw(st.lists(st.integers(7, 9), unique=True, max_size=2))]
    return {key: value for key, value in data.items() if value != []}


@st.composite
def three(draw):
    base = {"name": "阶段", "tasks": list(draw(tasks))}
    return base, draw(edited(base)), draw(edited(base))


def facts(data):
    """Every field of a file and of each of its tasks, by where it stands."""
    found = {(key,): value for key, value in data.items() if key != "tasks"}
    for one in data.get("tasks", ()):
        found |= {(one["id"], key): value for key, value in one.items()}
    return found


def comparable(data):
    return {key: sorted(value) if isinstance(value, list) else value for key, value in facts(data).items()}


@settings(max_examples=300, derandomize=True, deadline=None)
@given(three())
def test_both_edits_where_disjoint_a_conflict_where_not_and_the_same_from_either_side(versions):
    base, ours, theirs = versions
    left, right = merged(base, ours, theirs, KIND)
    was, mine, yours = (comparable(side) for side in (base, ours, theirs))
    new = {one["id"] for side in (ours, theirs) for one in side.get("tasks", ())} - {t["id"] for t in base["tasks"]}
    lost = {one["id"] for one in base["tasks"]} - {
        one["id"] for one in ours.get("tasks", ()) if one["id"] in {o["id"] for o in theirs.get("tasks", ())}
    }
    for where in {*was, *mine, *yours}:
        if where[0] in new | lost:
            continue  # told below, task by task
        a, b, o = mine.get(where), yours.get(where), was.get(where)
        got = comparable(left).get(where), comparable(right).get(where)
        if where[-1] == "after" and a != b and o not in (a, b):
            continue  # a set: items of both
        assert got == ((a, a) if b in (a, o) else (b, b) if a == o else (a, b)), where
    for one in new:
        sides = [[t for t in side.get("tasks", ()) if t["id"] == one] for side in (ours, theirs)]
        kept = [[t for t in side.get("tasks", ()) if t["id"] == one] for side in (left, right)]
        assert kept == ([sides[0] or sides[1]] * 2 if not all(sides) or sides[0] == sides[1] else sides)
    for one in lost:
        old, *sides = ([t for t in side.get("tasks", ()) if t["id"] == one] for side in (base, ours, theirs))
        kept = [[t for t in side.get("tasks", ()) if t["id"] == one] for side in (left, right)]
        changed = [side for side in sides if side and side != old]
        assert kept == (sides if changed else [[], []])
    swapped = merged(base, theirs, ours, KIND)
    assert (swapped[0], swapped[1]) == (right, left)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(three())
def test_the_text_says_what_the_merge_says_and_conflicts_are_marked(versions):
    base, ours, theirs = versions
    texts = [dump(side) for side in versions]
    text, is_clean = merge(*texts, path="plan/PH1.yaml")
    left, right = merged(base, ours, theirs, KIND)
    assert is_clean == (left == right)
    if is_clean:
        assert said(text) == left
        return
    sides = ["", ""]
    where = None
    for line in text.splitlines(keepends=True):
        mark = line.rstrip("\n")
        if mark in (OURS, SPLIT, THEIRS):
            where = {OURS: 0, SPLIT: 1, THEIRS: None}[mark]
            continue
        for side in (0, 1) if where is None else (where,):
            sides[side] += line
    assert [said(side) for side in sides] == [left, right]
