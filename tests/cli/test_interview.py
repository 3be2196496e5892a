"""Interviews: notes become fields, mistakes are told by line, the record prints in both languages."""

import json

import pytest

from workspaces import once

NOTES = """\
# 安防需求访谈

时间：2026-03-03 09:00-11:30
地点：滨海集团三楼会议室
方式：现场
访谈对象：王芳（信息中心主任）
记录人：李伟

## 一、访谈目的
弄清门禁、停车两个系统的现状。

## 业务现状与痛点
- 账号互不相通。
- 访客登记靠纸面。

## 问答
1. 问：现在用几套账号？
   答：三套，互不相通。
   离职人员要逐套注销。
   需求：统一身份认证

### 门禁记录要保留多久？
近两年的要迁移。
→ 历史数据迁移

| 序号 | 问题 | 回答要点 | 形成需求 |
|---|---|---|---|
| 3 | 谁批准变更？ | 分管领导 | |

## 达成一致
- 三个系统用同一账号登录
- 接口资料由信息中心
  统一提供

## 待确认事项
- 提供门禁点位表（王芳，3月10日）
- 停车厂商联系人 (2026-03-12, 停车厂商)
- 是否含访客（临时）登记

## 收到的资料
- 门禁点位表（草稿）.xlsx
"""
ENGLISH = """\
# Security interview

Time: 2026-03-03
Interviewees: wang.fang

## 1. Purpose
See how it is done today.

## Questions and answers
Q: How many accounts?
A: Three.
Requirement: REQ-001

## Open points
| No. | Open point | Owner | Due |
|---|---|---|---|
| 1 | List of doors | wang.fang | 2026-03-10 |
"""


@once
def noted(park):
    park.write("notes.md", NOTES)
    park("interview record --with wang.fang --by li.wei --date 2026-03-03 --notes notes.md")


def test_notes_become_fields(noted):
    data = json.loads(noted("show INT-001 --json"))
    assert {k: data[k] for k in ("title", "time", "until", "mode", "with", "by", "minutes_by")} == {
        "title": "安防需求访谈", "time": "2026-03-03T09:00", "until": "11:30", "mode": "onsite",
        "with": ["wang.fang"], "by": ["li.wei"], "minutes_by": "li.wei",
    }  # fmt: skip
    assert data["answers"] == [
        {
            "question": "现在用几套账号？",
            "answer": "三套，互不相通。\n离职人员要逐套注销。",
            "leads_to": "统一身份认证",
        },
        {"question": "门禁记录要保留多久？", "answer": "近两年的要迁移。", "leads_to": "历史数据迁移"},
        {"question": "谁批准变更？", "answer": "分管领导"},
    ]
    assert data["agreed"] == ["三个系统用同一账号登录", "接口资料由信息中心统一提供"]
    assert data["open_points"] == [
        {"text": "提供门禁点位表", "owner": "wang.fang", "due": "2026-03-10"},
        {"text": "停车厂商联系人", "owner": "停车厂商", "due": "2026-03-12"},
        {"text": "是否含访客（临时）登记"},
    ]
    assert data["documents"] == ["门禁点位表（草稿）.xlsx"]
    assert data["steps"] == [{"to": "recorded", "on": "2026-03-03", "by": "li.wei"}]
    assert "Pmkit-Action: interview.record" in noted.git("log", "-1", "--format=%B")


def test_english_notes_and_options_that_win(park):
    park.write("notes.md", ENGLISH)
    park("interview record --title Other --time 14:00-15:00 --place Hall --notes notes.md")
    data = json.loads(park("show INT-001 --json"))
    assert (data["title"], data["time"], data["until"]) == ("Other", "2026-03-03T14:00", "15:00")
    assert data["answers"] == [{"question": "How many accounts?", "answer": "Three.", "leads_to": "REQ-001"}]
    assert data["open_points"] == [{"text": "List of doors", "owner": "wang.fang", "due": "2026-03-10"}]


def test_every_wrong_line_is_told_and_nothing_is_written(park):
    park.write(
        "bad.md",
        "时间：上周三\n访谈对相：王芳\n访谈对象：王方\n方式：面谈\n## 问与答\n## 问答\n没头没脑\n答：先答\n"
        "## 待确认事项\n- 事（王芳，2026-02-30）\n",
    )
    park("interview record --title x --notes bad.md", code=2)
    for line in (1, 2, 3, 4, 5, 7, 8, 10):
        assert f"bad.md:{line}：" in park.err
    assert "是否想写 `访谈对象`" in park.err
    assert "2026-02-30" in park.err
    assert not (park.folder / "interviews").exists()


def test_an_interview_needs_a_subject_and_known_people(park):
    park("interview record --with wang.fang", code=2)
    park("interview record --title x --with wang.fan", code=2)
    assert "wang.fang" in park.err
    park("interview record --title x --time 9点", code=2)


def test_a_requirement_comes_from_an_interview(noted):
    noted("requirement add --title 历史数据迁移 --from INT-001 --priority must")
    noted("set REQ-001 from+=INT-001 source=")
    noted("requirement add --title 别的 --from INT-009", code=2)
    text = noted("report interview INT-001 --out -")
    assert "| 1 | 现在用几套账号？ | 三套，互不相通。<br>离职人员要逐套注销。 | REQ-001 统一身份认证 |" in text
    assert "REQ-002 历史数据迁移" in text
    assert "REQ103" not in noted("check", code=None).replace("REQ-001", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_record_for_the_customer(noted, golden, lang):
    noted("requirement add --title 访客预约 --from INT-001 --priority should --statement x --accept y")
    noted("requirement add --title 内部备忘 --from INT-001 --priority should --visibility internal")
    noted("interview send INT-001 --date 2026-03-04")
    text = noted(f"report interview INT-001 --lang {lang} --out -")
    golden(f"interview.{lang}.md", text[: text.index("数据截至" if lang == "zh" else "Data as of")])
    assert "内部备忘" not in text
    blank = noted(f"report interview --blank --lang {lang} --out -")
    assert "王芳" not in blank
    assert "<td>" in noted(f"report interview INT-001 --lang {lang} --format html --out -")
