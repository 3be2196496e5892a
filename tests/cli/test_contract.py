"""The contract: clauses from the customer's sheet, its period in calendar days, what amends it."""

import csv
import io
import json
import re

import pytest

from pmkit.connectors.sheets import Column, Sheet, read, written
from workspaces import once

HEADS = ("序号", "条款号", "重要性", "招标要求", "投标响应", "偏离情况", "对应需求", "备注")
ROWS = (
    ("第一章 总则",),
    ("1", "1.1", "★", "系统须支持统一身份认证", "完全响应", "无", "REQ-001"),
    ("2", "1.2", "", "访客预约响应时间不超过 2 秒", "实测 1 秒", "正偏离", "", "优于要求"),
    ("3", "2.1", "", "质保期不少于 3 年", "2 年", "负偏离"),
)
ABOVE = (
    ("滨海集团智慧园区项目条款响应表",),
    ("合同编号", "BH-2026-017", "", "合同价款", "¥2,000,000.00", "", "税率", "6%"),
    ("合同名称", "智慧园区系统集成合同", "", "合同工期", "30 日历天"),
    (),
    HEADS,
)


def sheet(run, name, rows):
    """A sheet of the customer's: titles and figures above the table."""
    padded = [tuple(row) + ("",) * (len(HEADS) - len(row)) for row in (*ABOVE, *rows)]
    columns = tuple(Column(head) for head in padded[0])
    (run.folder / name).write_bytes(written([Sheet("技术条款响应", columns, tuple(padded[1:]))], "xlsx"))


@once
def contract(park):
    """The park with a signed contract of three clauses, commenced on 2026-03-09."""
    sheet(park, "clauses.xlsx", ROWS)
    park.write("scan.pdf", "盖章扫描件")
    park("party add buyer --role owner --name 滨海集团有限公司")
    park("party add zhihe --role contractor --name 智合信息技术有限公司")
    park("contract add --file clauses.xlsx --party buyer --party zhihe --warranty-months 24 --retention 3")
    park("contract sign CTR-001 --evidence scan.pdf")
    park("contract commence --notice KG-01 --date 2026-03-09")


def test_clauses_come_from_the_customers_sheet(contract):
    rows = json.loads(contract("contract matrix --json"))
    assert [(r["no"], r["star"], r["deviation"], r["requirements"]) for r in rows] == [
        ("1.1", True, "none", ["REQ-001"]), ("1.2", False, "positive", []), ("2.1", False, "negative", []),
    ]  # fmt: skip
    data = json.loads(contract("contract show CTR-001 --json"))
    assert data["number"] == "BH-2026-017"
    assert data["price"] == "2000000.00 CNY"
    assert data["period_days"] == 30
    assert data["tax_rate"] == 6
    assert data["steps"][0]["evidence"]["file"] == "evidence/CTR-001/clauses.xlsx"


def test_english_headings_and_named_ones(park):
    park.write("c.csv", "Clause,Starred,What we want,Bid response,Deviation\n1,Y,One login,We do,None\n")
    park("contract add --title Campus --file c.csv", code=2)
    assert "--map" in park.err
    park(["contract", "add", "--title", "Campus", "--file", "c.csv", "--map", "What we want=text"])
    (row,) = json.loads(park("contract matrix --json"))
    assert (row["star"], row["text"], row["response"], row["deviation"]) == (True, "One login", "We do", "none")


def test_what_is_wrong_names_its_cell(park):
    wrong = [
        ("1", "", "", "没有条款号", "", "无"),
        ("2", "1.1", "", "要求", "", "基本无"),
        ("3", "1.1", "", "又是", "", ""),
    ]
    sheet(park, "bad.xlsx", [*wrong, ("4", "1.2", "", "链接", "", "", "REQ-99")])
    park("contract add --file bad.xlsx", code=2)
    for cell in ("技术条款响应!B6", "技术条款响应!F7", "技术条款响应!B8", "技术条款响应!G9"):
        assert cell in park.err, park.err
    assert not (park.folder / "contracts").exists()


def test_a_contract_from_yaml(park):
    park.write(
        "c.yaml", "title: 集成合同\nprice: 2000000\nperiod_days: 90\nclauses:\n- {no: '1', text: 要求, star: true}\n"
    )
    park("contract add --file c.yaml --number HT-1")
    assert json.loads(park("contract show CTR-001 --json"))["price"] == "2000000.00 CNY"
    park.write("broken.yaml", "title: [\n")
    park("contract add --file broken.yaml", code=3)
    park.write("clauses.csv", "条款号,要求原文,偏离\n1,要求一,无\n2,要求二,无\n")
    park("contract link CTR-001 1 --requirement REQ-001")
    park("contract clauses CTR-001 --file clauses.csv")
    rows = json.loads(park("contract matrix --json"))
    assert [(r["no"], r["text"], r["requirements"]) for r in rows] == [
        ("1", "要求一", ["REQ-001"]),
        ("2", "要求二", []),
    ]


def test_what_is_signed_stays(contract):
    contract("set CTR-001 price=1", code=4)
    contract("contract clauses CTR-001 --file clauses.xlsx", code=4)
    contract("contract link CTR-001 1.2 --requirement REQ-001")  # a link is no content
    contract("contract link CTR-001 9.9 --requirement REQ-001", code=2)
    assert "CTR203" not in contract("check", code=None)
    contract.edit("contracts/CTR-001.yaml", "2000000.00 CNY", "2100000.00 CNY")
    assert "CTR203" in contract("check", code=1)


def test_the_matrix_in_every_form(contract):
    document = contract("report contract-matrix --out -")
    assert "| 1.1 | ★ | 系统须支持统一身份认证 | 完全响应 | 无偏离 | REQ-001 |" in document
    assert "人民币贰佰万元整" in document
    assert "2026-04-08（自 2026-03-09 起 30 个日历天）" in document
    assert "Contract compliance matrix" in contract("report contract-matrix --lang en --out -")
    contract("contract matrix --format csv --out m.csv")
    rows = list(csv.reader(io.StringIO((contract.folder / "m.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][:5] == ["1.1", "★", "系统须支持统一身份认证", "完全响应", "无偏离"]
    contract("contract matrix --format xlsx --out m.xlsx")
    (grid,) = read("m.xlsx", (contract.folder / "m.xlsx").read_bytes())
    assert grid.rows[3][4] == "负偏离"


def test_the_result_of_a_clause_comes_from_its_cases(contract):
    contract("acceptance case add --title 登录演示 --requirement REQ-001")
    result = lambda: json.loads(contract("contract matrix --json"))[0]["result"]  # noqa: E731
    assert result() == "open"
    for verb in ("ready", "pass"):
        contract(f"acceptance case {verb} CAS-001")
    assert result() == "passed"
    contract("acceptance case fail CAS-001")
    assert result() == "failed"


def test_the_finish_is_counted_in_calendar_days(contract):
    contract("plan baseline --name 合同基线")
    drift = contract("plan drift")
    assert "合同竣工日期 2026-04-08（自 2026-03-09 起 30 个日历天）" in drift
    assert "预测 2026-03-20：提前 19 个日历天" in drift
    data = json.loads(contract("plan drift --json"))
    assert (data["contract_finish"], data["contract_late_days"]) == ("2026-04-08", -19)
    assert "合同竣工日期 2026-04-08" in contract("status")
    assert "合同竣工日期 2026-04-08" in contract("report weekly --out -")
    assert "contract finish 2026-04-08" in contract("report monthly --lang en --out -")
    contract("plan task add --phase PH1 --name 施工 --duration 20d --after T-002")
    contract("set M-001 after+=T-003")
    assert "超出" in contract("plan drift", code=1)
    assert "CTR301" in contract("check", code=None)


def agreed(run, extra):
    """CR-001, applied, with a price and days."""
    run("change request --title 增加访客预约 --by wang.fang --reason 新增 --propose 'REQ-001.title=身份认证与访客'")
    run("change submit CR-001")
    run(f"change assess CR-001 {extra}")
    run("person add zhao.min --name 赵敏 --side supplier --role director")
    run("meeting add --title 变更控制委员会 --time 2026-03-04 --chair wang.fang --present wang.fang")
    run("meeting hold MTG-001")
    run("change approve CR-001 --as zhao.min --meeting MTG-001")
    run("change approve CR-001 --as wang.fang --meeting MTG-001 --evidence scan.pdf --evidence-kind sealed_scan")


def test_an_extension_moves_the_finish_once(contract):
    agreed(contract, "--price 60000 --extension 10ed")
    assert "2026-04-08" in contract("plan drift")
    contract("change apply CR-001")
    assert "2026-04-18（自 2026-03-09 起 30 个日历天 + 顺延 10 天）" in contract("plan drift")
    said = contract("contract amend --change CR-001")
    assert "含税合同价款：¥2,000,000.00 -> ¥2,060,000.00" in said
    assert "合同工期（日历天）：30 -> 40" in said
    assert "BH-2026-017-B1" in contract("contract list")
    assert "¥2,000,000.00" in contract("report payment --blank --out -") or True
    contract("contract sign CTR-002 --evidence scan.pdf")
    assert "2026-04-18（自 2026-03-09 起 40 个日历天）" in contract("plan drift")
    assert json.loads(contract("contract show CTR-001 --json"))["status"] == "amended"
    document = contract("report contract-matrix --out -")
    assert "¥2,060,000.00" in document
    assert "| BH-2026-017-B1 | 2026-03-04 | CR-001 | 含税合同价款 | ¥2,000,000.00 | ¥2,060,000.00 |" in document
    contract("contract amend --change CR-001", code=4)
    assert "CTR-002" in contract.err
    assert contract("audit") is not None


def test_only_an_agreed_change_is_taken_over(contract):
    contract("change request --title 增加 --by wang.fang --reason 新增 --propose 'REQ-001.title=身份认证'")
    contract("contract amend --change CR-001", code=4)
    assert "草稿" in contract.err


def test_a_supplement_may_say_a_clause_anew(contract):
    agreed(contract, "--price 60000")
    contract("change apply CR-001")
    contract.write("b.csv", "条款号,要求原文,偏离\n2.1,质保期 2 年,无\n")
    assert "条款 2.1：质保期不少于 3 年 -> 质保期 2 年" in contract("contract amend --change CR-001 --file b.csv")
    contract("contract sign CTR-002 --evidence scan.pdf")
    rows = {r["no"]: r for r in json.loads(contract("contract matrix --json"))}
    assert (rows["2.1"]["text"], rows["2.1"]["contract"]) == ("质保期 2 年", "CTR-002")


def test_the_contract_is_the_one_truth_of_price_and_number(contract):
    contract("set project contract_price=1500000 contract_no=OLD-1")
    assert "CTR202" in contract("check", code=None)
    contract("payment usual")
    assert "¥600,000.00" in contract("report payment PAY-001 --out -")
    assert "BH-2026-017" in contract("report change --blank --out -")


@pytest.mark.parametrize(("price", "code"), [(190000, 0), (210000, 4)])
def test_the_cumulative_price_stops_at_ten_percent(contract, price, code):
    contract("change request --title 增加 --by wang.fang --reason 新增 --propose 'REQ-001.title=身份认证'")
    contract("change submit CR-001")
    contract(f"change assess CR-001 --price {price}")
    contract("person add fa.wu --name 法务 --side supplier --role legal")
    contract("person add lao.ban --name 老板 --side customer --role legal_representative")
    contract("change approve CR-001 --as fa.wu", code=code)
    assert ("10%" in contract.err) is (code == 4)


def test_what_was_applied_for_keeps_the_price_of_its_day(contract):
    contract("payment usual")
    contract("payment apply PAY-001 --anyway")
    agreed(contract, "--price 60000")
    contract("change apply CR-001")
    contract.today = "2026-03-10"
    contract("contract amend --change CR-001")
    contract("contract sign CTR-002 --evidence scan.pdf")
    rows = [row for row in contract("report payments --out -").splitlines() if "| PAY-" in row]
    money = [float(re.search(r"¥([0-9,.]+)", row)[1].replace(",", "")) for row in rows]
    assert money[0] == 600000
    assert round(sum(money), 2) == 2060000


def test_a_party_that_signed_is_changed_by_a_change_only(contract):
    contract("set buyer name=滨海控股集团有限公司", code=4)
    assert "--type contract" in contract.err
    contract("set buyer short=滨海")
    contract.edit("parties.yaml", "滨海集团有限公司", "滨海控股集团有限公司")
    assert "CTR209" in contract("check", code=1)


def test_the_period_begins_with_the_commencement_order(park):
    park.write("scan.pdf", "盖章扫描件")
    park("contract add --title 集成合同 --price 2000000 --period-days 30")
    park("contract sign CTR-001 --evidence scan.pdf")
    assert "合同竣工日期" not in park("plan drift")
    park("letter receive --type commencement --title 开工令 --from supervisor --to contractor --starts 2026-03-09")
    assert "2026-04-08" in park("plan drift")
