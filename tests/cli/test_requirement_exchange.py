"""Requirements from and for other tools, through the command line."""

import json
import shutil
from collections import Counter

import pytest

from workspaces import once


@once
def empty(run):
    run("init p --name 园区 --code ZHYQ --customer 滨海集团 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "p"


def listed(run):
    return {r["id"]: r for r in json.loads(run("list requirement --json"))}


def test_reqif_comes_in_with_its_outline_and_links_and_comes_again_without_change(empty, shared_data):
    file = shared_data / "reqif/eclipse-rmf/RMF_CustomerRequirementsSpecification.reqif"
    assert "新增 36，修改 0，未变 0" in empty(["requirement", "import", str(file)])
    found = listed(empty)
    assert len(found) == 36
    assert sum(len(r.get("derived_from", [])) for r in found.values()) == 3
    assert any("parent" in r for r in found.values())
    assert empty.git("rev-list", "--count", "HEAD").strip() == "2"
    assert "新增 0，修改 0，未变 36" in empty(["requirement", "import", str(file)])
    assert empty.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["out.reqif", "out.xlsx", "out.csv"])
def test_what_goes_out_comes_back_and_conflicts_are_shown(park, name):
    park(["requirement", "add", "--title", "=1+1", "--statement", "第一行\n第二行", "--parent", "REQ-001"])
    before = listed(park)
    park(f"requirement export {name}")
    assert "新增 0，修改 0，未变 2" in park(f"requirement import {name}")
    assert listed(park) == before
    if not name.endswith(".reqif"):
        return
    park.edit(name, "统一身份认证", "统一身份认证与授权")
    park("requirement import out.reqif")
    assert listed(park)["REQ-001"]["title"] == "统一身份认证与授权"
    park("set REQ-001 title=别的标题")
    park.edit(name, "统一身份认证与授权", "第三个标题")
    park("requirement import out.reqif", code=None)
    assert park.code in {2, 4}
    assert "REQ-001 在导出之后已被修改" in park.err
    assert listed(park)["REQ-001"]["title"] == "别的标题"


def test_a_tree_of_documents(empty, shared_data, tmp_path):
    tree = tmp_path / "tree"
    shutil.copytree(shared_data / "doorstop/rpmget", tree)
    text = empty(["requirement", "import", str(tree)])
    assert "3 个文档，28 个条目，21 个链接，其中 0 条在原工具中未评审" in text
    found = listed(empty)
    assert len(found) == 28
    assert sum(len(r.get("derived_from", [])) for r in found.values()) == 21
    assert any(r["attributes"].get("doc", {}).get("by") == "sarnold" for r in found.values())
    assert empty("check --select REF", code=0)


def test_a_csv_of_another_tool_with_its_own_headings_and_quotes(empty, shared_data):
    file = str(shared_data / "promise-nfr/nfr_odd_projects.csv")
    options = ["--quote", "'", "--map", "RequirementText=statement", "--map", "class=tags", "--map", "ProjectID=source"]
    assert "新增 272，修改 0，未变 0" in empty(["requirement", "import", file, *options])
    assert Counter(r["tags"][0] for r in listed(empty).values()) == {
        "F": 134, "SE": 27, "O": 27, "US": 25, "PE": 18, "LF": 12, "A": 10, "SC": 9, "MN": 6, "L": 4,
    }  # fmt: skip
    assert "新增 0，修改 0，未变 272" in empty(["requirement", "import", file, *options])


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("a.reqif", "<REQ-IF", 2, "无法读取 a.reqif:1"),
        ("a.reqif", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><REQ-IF>&e;</REQ-IF>", 2, "DOCTYPE"),
        ("a.reqif", "<html/>", 2, "<html>"),
        ("a.reqif", "<REQ-IF><SPEC-OBJECT/></REQ-IF>", 3, "a.reqif:1：SPEC-OBJECT 缺少 IDENTIFIER"),
        ("a.reqifz", "PK\x03\x04 no zip", 2, "无法读取 a.reqifz"),
        ("a.csv", "名称,不认识\nx,y\n", 2, "B1：需求没有字段“不认识”"),
    ],
)
def test_what_cannot_be_read_writes_nothing(empty, name, content, code, said):
    empty.write(name, content)
    empty(f"requirement import {name}", code=code)
    assert said in empty.err
    assert listed(empty) == {}


def test_wrong_options_are_told(empty):
    empty.write("a.csv", "x\ny\n")
    empty("requirement import a.csv --map x=titel", code=2)
    assert "title" in empty.err
    empty("requirement import a.csv --map x", code=2)
    assert "列名=字段" in empty.err
    empty("requirement import a.csv --quote ab", code=2)
    assert "--quote" in empty.err
    empty("requirement import .", code=2)
    assert ".doorstop.yml" in empty.err
    empty("requirement import nowhere.reqif", code=2)
    assert "nowhere.reqif" in empty.err


@pytest.mark.parametrize("name", ["out.reqif", "out.csv"])
def test_changes_to_what_is_signed_come_back_as_one_request_and_to_drafts_as_edits(park, name):
    park("requirement add --title 门禁对接 --statement 查询门禁记录。")
    park("requirement review REQ-001")
    park("signoff prepare REQ-001 --version 1.0")
    park("signoff record SGN-001 --by li.wei")
    park.write("scan.pdf", "%PDF-1.4")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park(f"requirement export {name}")
    park.edit(name, "使用同一账号登录", "使用同一账号和口令登录")
    park.edit(name, "查询门禁记录", "查询近 90 天门禁记录")
    said = park(f"requirement import {name}")
    assert "以下内容已签认，所做修改列入变更申请 CR-001：REQ-001 (statement)" in said
    found = listed(park)
    assert found["REQ-001"]["statement"] == "门户、门禁和停车系统使用同一账号登录。"
    assert found["REQ-002"]["statement"] == "查询近 90 天门禁记录。"
    (change,) = json.loads(park("list change --json"))
    assert (change["title"], change["status"]) == ("返回文件中对 REQ-001 的修改", "draft")
    assert change["edits"] == [
        {
            "record": "REQ-001",
            "field": "statement",
            "from": "门户、门禁和停车系统使用同一账号登录。",
            "to": "门户、门禁和停车系统使用同一账号和口令登录。",
        }
    ]
    park(f"requirement export {name} --overwrite")
    park.edit(name, "使用同一账号登录", "使用同一账号和口令登录")
    assert "所做修改已在变更申请中" in park(f"requirement import {name}")
    assert len(json.loads(park("list change --json"))) == 1
    assert json.loads(park("audit --json")) == []
    park("change submit CR-001")


def test_somebody_unknown_who_brings_back_what_is_signed_is_told_how_to_say_who_they_are(park, monkeypatch):
    park("requirement review REQ-001")
    park("signoff prepare REQ-001 --version 1.0")
    park("signoff record SGN-001 --by li.wei")
    park.write("scan.pdf", "%PDF-1.4")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("requirement export out.csv")
    park.edit("out.csv", "使用同一账号登录", "使用同一账号和口令登录")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "nobody@elsewhere.example")
    park("requirement import out.csv", code=2)
    assert "请用 `--as 代号`" in park.err
    park("requirement import out.csv --as li.wei")
    assert len(json.loads(park("list change --json"))) == 1
