"""Batch entry: a sheet for every kind, out and back, with every mistake told by its cell."""

import io
import json
import zipfile

import pytest

from pmkit.actions.imports import FROM_ROWS
from pmkit.connectors.records import fields_of, headings
from pmkit.connectors.sheets import Column, Sheet, read, written
from pmkit.domain.registry import kinds
from workspaces import once


@once
def full(park):
    """A record of many kinds."""
    park("new risk title=接口文档迟到 probability=4 impact=3 owner=li.wei due=2026-04-01 tags=接口 tags=厂商")
    park("new meeting title=启动会 time=2026-03-03T15:00 present=li.wei present=wang.fang decisions=每周五例会")
    park.edit(
        "meetings/MTG-001.yaml",
        "decisions:",
        "topics:\n- title: 范围\n  discussion: |\n    第一行\n    第二行\ndecisions:",
    )
    park("commit -m 议题")
    park("new action title=催要文档 owner=wang.fang due=2026-03-10 from=MTG-001")
    park("change request --title 增加访客 --requested-by wang.fang --propose REQ-001.priority=should")
    park("plan baseline --name 基准")
    park("plan progress T-001 --percent 20")


def csv(run, name, text):
    (run.folder / name).write_text(text, encoding="utf-8")
    return name


def sheet(run, name):
    (grid,) = read(name, (run.folder / name).read_bytes())
    return [list(row) for row in grid.rows]


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_every_kind_goes_out_and_comes_back_unchanged(full, format_):
    head = full.git("rev-parse", "HEAD")
    for kind in kinds():
        said = json.loads(full(f"export {kind.name} --format {format_} --json"))
        assert said["kind"] == kind.name
        assert len(sheet(full, said["path"])) == said["records"] + 1
        back = json.loads(full(f"import {kind.name} {said['path']} --json"))
        assert (back["new"], back["changed"], back["unchanged"]) == ([], {}, said["records"])
    assert full.git("rev-parse", "HEAD") == head


def test_every_kind_has_an_empty_sheet_or_names_its_command(full):
    for kind in kinds():
        if kind.added_by and kind not in FROM_ROWS:
            full(f"export {kind.name} --blank", code=2)
            assert kind.added_by in full.err
            continue
        full(f"export {kind.name} --blank --format csv")
        rows = sheet(full, f"{kind.name}-blank.csv")
        assert rows[1][0] == "（示例）"
        assert all(heading for heading in rows[0])
        said = json.loads(full(f"import {kind.name} {kind.name}-blank.csv --json"))
        assert (said["new"], said["changed"]) == ([], {})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_columns_of_a_kind_share_a_heading(lang):
    for kind in kinds():
        names = [text.to(lang).casefold() for text in headings(kind).values()]
        assert len(names) == len(set(names)), kind.name
        assert len(names) == len(fields_of(kind))


def test_the_empty_sheet_offers_what_can_be_chosen(full):
    full("export requirement --blank --out r.xlsx")
    book = zipfile.ZipFile(io.BytesIO((full.folder / "r.xlsx").read_bytes()))
    strings = book.read("xl/sharedStrings.xml").decode()
    for word in ("必须", "功能", "李伟 (li.wei)", "草稿", "名称 *"):
        assert word in strings
    assert book.read("xl/worksheets/sheet1.xml").count(b'type="list"') >= 6
    full("export requirement --blank --lang en --out e.csv")
    assert "Title *" in sheet(full, "e.csv")[0]


def test_a_filled_sheet_makes_records_once(full):
    full("export requirement --blank --out r.csv")
    head, example, first, second, *rest = sheet(full, "r.csv")
    at = {name.rstrip(" *"): n for n, name in enumerate(head)}
    first[at["名称"]], first[at["优先级"]], first[at["责任人"]] = "门禁联动", "必须", "李伟"
    first[at["验收标准"]] = "开门不超过 1 秒\n断电可开"
    second[at["名称"]], second[at["上级需求"]], second[at["类别"]] = "访客预约", "门禁联动", "Interface"
    rows = tuple(map(tuple, [example, first, second, *rest]))
    filled = written([Sheet("x", tuple(Column(h) for h in head), rows)], "csv")
    (full.folder / "r.csv").write_bytes(filled)
    commits = int(full.git("rev-list", "--count", "HEAD"))
    assert json.loads(full("import requirement r.csv --dry-run --json"))["new"] == ["REQ-002", "REQ-003"]
    assert not (full.folder / "requirements/REQ-002.yaml").exists()
    assert json.loads(full("import requirement r.csv --json"))["new"] == ["REQ-002", "REQ-003"]
    assert int(full.git("rev-list", "--count", "HEAD")) == commits + 1
    one, two = (json.loads(full(f"show {i} --json")) for i in ("REQ-002", "REQ-003"))
    assert (one["priority"], one["owner"], one["acceptance"]) == ("must", "li.wei", ["开门不超过 1 秒", "断电可开"])
    assert (two["parent"], two["category"], two["status"]) == ("REQ-002", "interface", "draft")
    # again, with another title: the row's key tells which it is
    (full.folder / "r.csv").write_bytes(filled.decode("utf-8-sig").replace("访客预约", "访客登记", 1).encode())
    said = json.loads(full("import requirement r.csv --json"))
    assert (said["new"], said["changed"]) == ([], {"REQ-003": ["title"]})


def test_without_id_and_key_the_name_tells_and_empty_cells_keep_what_is_there(full):
    csv(full, "r.csv", "名称,优先级\n统一身份认证,应当\n")
    assert json.loads(full("import requirement r.csv --json"))["changed"] == {"REQ-001": ["priority"]}
    csv(full, "r.csv", "名称,优先级,责任人\n统一身份认证,,\n")
    assert json.loads(full("import requirement r.csv --json"))["unchanged"] == 1
    assert json.loads(full("show REQ-001 --json"))["owner"] == "li.wei"
    csv(full, "r.csv", "编号,责任人\nreq-1,\n")
    assert json.loads(full("import requirement r.csv --json"))["changed"] == {"REQ-001": ["owner"]}
    assert "owner" not in json.loads(full("show REQ-001 --json"))


def test_headings_of_either_language_and_keys_below_a_title_in_the_encoding_of_excel(full):
    text = "需求清单（2026 版）\n\nid,Title *,优先级,statement,备注\n（示例）,x,,,\n,车牌识别,Should,识别率 99%,=1+1\n"
    (full.folder / "r.csv").write_bytes(text.encode("gb18030"))
    assert json.loads(full("import requirement r.csv --json"))["new"] == ["REQ-002"]
    record = json.loads(full("show REQ-002 --json"))
    assert (record["priority"], record["notes"]) == ("should", "=1+1")
    full("export requirement --out back.csv")
    assert "'=1+1" in (full.folder / "back.csv").read_text(encoding="utf-8-sig")


def test_all_mistakes_are_told_at_once_by_cell(full):
    csv(
        full,
        "r.csv",
        "编号,名称,优先机,优先级,责任人,上级需求,状态\nREQ-099,a,,重要,赵六,REQ-077,\n,,,必须,,,\n"
        "REQ-001,统一身份认证,,,,,已评审\n,新的,,,,,已确认\n,新的,,,,,\nRSK-001,风险,,,,,\n",
    )
    head = full.git("rev-parse", "HEAD")
    out = json.loads(full("import requirement r.csv --json", code=2))
    cells = {m["cell"]: m["message"]["zh"] for m in out["mistakes"]}
    assert list(cells) == ["C1", "A2", "D2", "E2", "B3", "G4", "G5", "A6", "A7"]
    assert "优先级" in cells["C1"]
    assert "REQ-001" in cells["A2"]
    assert "must" in cells["D2"]
    assert "pmkit requirement review REQ-001" in cells["G4"]
    full("import requirement r.csv", code=2)
    for cell in cells:
        assert f"  {cell}：" in full.err
    assert full.git("rev-parse", "HEAD") == head
    csv(full, "r.csv", "编号,名称,上级需求\n,甲,REQ-077\n")
    full("import requirement r.csv", code=2)
    assert "C2：" in full.err


def test_only_the_workflow_refuses_with_4(full):
    csv(full, "r.csv", "编号,状态\nREQ-001,已评审\n")
    full("import requirement r.csv", code=4)
    assert "pmkit requirement review REQ-001" in full.err


def test_a_row_that_was_not_touched_never_takes_back_newer_work(full):
    full("export requirement --out r.xlsx")
    full("set REQ-001 priority=could")
    assert json.loads(full("import requirement r.xlsx --json"))["unchanged"] == 1
    assert json.loads(full("show REQ-001 --json"))["priority"] == "could"
    rows = sheet(full, "r.xlsx")
    rows[1][rows[0].index("名称 *")] = "统一登录"
    data = written([Sheet("r", tuple(Column(h) for h in rows[0]), (tuple(rows[1]),))], "xlsx")
    (full.folder / "r.xlsx").write_bytes(data)
    full("import requirement r.xlsx", code=4)
    assert "A2：REQ-001 在导出之后已被修改" in full.err
    full("set REQ-001 priority=must")
    assert json.loads(full("import requirement r.xlsx --json"))["changed"] == {"REQ-001": ["title"]}


def test_a_whole_plan_comes_in_with_links_between_its_rows(full):
    csv(
        full,
        "t.csv",
        "阶段,名称,工期,前置任务,责任人,里程碑\nPH1,联调,5d,T-002,李伟,\nph1,试运行,30ed,联调 FS+2d,王芳,\nPH1,上线,,试运行,,是\n",
    )
    assert json.loads(full("import task t.csv --json"))["new"] == ["T-003", "T-004", "M-002"]
    tasks = {t["id"]: t for t in json.loads(full("list task --json"))}
    assert tasks["T-004"]["after"] == ["T-003 FS+2d"]
    assert tasks["M-002"]["after"] == ["T-004"]
    assert tasks["M-002"]["milestone"] is True
    assert json.loads(full("import task t.csv --json"))["unchanged"] == 3
    csv(full, "t.csv", "阶段,名称,工期,前置任务\nPH9,x,,T-099\n,y,三天,\n")
    full("import task t.csv", code=2)
    for cell in ("A2：", "C2：", "A3：", "C3："):
        assert cell in full.err


def test_people_phases_and_changes_come_in_too(full):
    csv(full, "p.csv", "代号,姓名,所属方,项目角色\nzhao.liu,赵六,承建单位,engineer\n")
    assert json.loads(full("import person p.csv --json"))["new"] == ["zhao.liu"]
    assert json.loads(full("import person p.csv --json"))["unchanged"] == 1
    csv(full, "p.csv", "代号,姓名,所属方,项目角色\nzhao.liu,赵六,施工方,engineer\nZhao Liu,赵六,承建单位,engineer\n")
    full("import person p.csv", code=2)
    assert "C2：" in full.err
    assert "A3：" in full.err
    csv(full, "h.csv", "编号,名称\nPH2,实施\n")
    assert json.loads(full("import phase h.csv --json"))["new"] == ["PH2"]
    csv(
        full,
        "c.csv",
        '变更名称,提出人,变更内容,影响分析：合同价款增减\n增加车位,王芳,"- record: REQ-001\n  field: statement\n  to: 新描述",20000\n',
    )
    assert json.loads(full("import change c.csv --json"))["new"] == ["CR-002"]
    change = json.loads(full("show CR-002 --json"))
    assert change["affects"] == ["REQ-001"]
    assert change["edits"][0]["from"] == "门户、门禁和停车系统使用同一账号登录。"
    assert change["impact"]["price"] == "20000.00 CNY"


def test_a_sheet_for_the_customer_holds_nothing_internal(full):
    full("set REQ-001 notes=内部底价")
    full("export requirement --audience customer --out r.csv")
    text = (full.folder / "r.csv").read_text(encoding="utf-8-sig")
    assert "内部底价" not in text
    assert "备注" not in text
    full("export risk --audience customer --out k.csv")
    assert len(sheet(full, "k.csv")) == 1


def test_files_are_not_replaced_unasked(full):
    full("export requirement")
    full("export requirement", code=4)
    assert "--overwrite" in full.err
    full("export requirement --overwrite")
    full("import requirement nothing.csv", code=2)
    full("import requirment requirement.xlsx", code=2)
    assert "requirement" in full.err
    full("import requirement requirement.xlsx --sheet 没有", code=2)
    csv(full, "r.csv", "名称,我方编号\n甲,1\n")
    full("import requirement r.csv", code=2)
    assert "B1：" in full.err
    assert "我方编号" in full("import requirement r.csv --skip-unknown")


def test_a_record_changed_by_nobody_else_between_sheets_of_two_people(full):
    """Two people fill in copies of one empty sheet: the same keys, other names; the second is told, not mixed in."""
    csv(full, "a.csv", "行标识,名称\nk-1,甲\n")
    assert json.loads(full("import risk a.csv --json"))["new"] == ["RSK-002"]
    csv(full, "b.csv", "行标识,名称\nk-1,甲\nk-1,乙\n")
    full("import risk b.csv", code=2)
    assert "A3：" in full.err


def test_what_is_out_for_signature_is_refused(full):
    full("requirement review REQ-001")
    full("signoff prepare REQ-001")
    head = full.git("rev-parse", "HEAD")
    csv(full, "r.csv", "编号,名称\nREQ-001,统一登录\n")
    full("import requirement r.csv", code=4)
    assert "pmkit signoff withdraw SGN-001" in full.err
    csv(full, "r.csv", "编号,标签\nREQ-001,一期\n")
    assert json.loads(full("import requirement r.csv --json"))["changed"] == {"REQ-001": ["tags"]}
    assert full.git("rev-parse", "HEAD~1") == head
