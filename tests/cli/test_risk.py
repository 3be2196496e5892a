"""`pmkit risk`: rating in levels and figures, the response, the next look, and what becomes of it."""

import json
import re

import pytest
import xlsxwriter

from workspaces import once


@once
def rated(park):
    """A risk in figures: 40 %, 8 days, 60 000 of a contract of two millions."""
    park("set project contract_price=2000000")
    park("risk add --title 停车系统接口文档迟到 --chance 40 --delay 8d --cost 60000 --task T-001=3d --owner li.wei")


def risk(run, record_id="RSK-001"):
    return json.loads(run(f"show {record_id} --json"))


def test_figures_give_the_levels(rated):
    """40 % is level 3 (up to 50), 8 days are level 3 (up to 10), 3 % of the price are level 3; the highest counts."""
    found = risk(rated)
    assert (found["probability"], found["impacts"], found["impact"]) == (3, {"schedule": 3, "cost": 3}, 3)
    assert found["tasks"] == {"T-001": "3d"}
    out = rated("risk assess RSK-001 --on-quality 5")
    assert "RSK-001：3 × 5 = 15，极高；下次评估 2026-03-11" in out
    assert risk(rated)["impacts"] == {"schedule": 3, "cost": 3, "quality": 5}
    rated("risk review RSK-001 --chance 10")  # a limit belongs to the lower level
    assert (risk(rated)["probability"], risk(rated)["status"]) == (1, "assessed")
    rated("risk review RSK-001 --impact 2")  # a plain impact replaces the aspects
    assert "impacts" not in risk(rated)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("risk assess RSK-002", "RSK-002 尚未评级"),
        ("risk assess RSK-001 --probability 9", "`9` 大于 5"),
        ("risk assess RSK-001 --probability 5", "`5` 与发生概率 40% 对应的 3 级不符"),
        ("risk assess RSK-001 --task T-009=2d", "没有 T-009"),
        ("risk assess RSK-001 --task T-001", "未写明延误时间"),
        ("risk assess RSK-001 --residual high", "不是评级"),
        ("risk assess RSK-001 --task T-001=3x", "不是工期"),
        ("risk set RSK-001 strategy=exploit", "`exploit`（开拓）不适用于威胁"),
        ("risk set RSK-001 category=天气", "不在可选值之内：technical"),
        ("risk add --title 甲 --category 天气", "不在可选值之内：technical"),
    ],
)
def test_what_does_not_fit_is_refused(rated, line, says):
    rated("risk add --title 停电 --owner li.wei")
    rated(line, code=2)
    assert says in rated.err


def test_a_response_is_made_of_actions(rated):
    rated("risk respond RSK-001 --response 先按抓包结果开发", code=4)
    assert "pmkit risk assess RSK-001" in rated.err
    rated("risk assess RSK-001")
    rated("risk respond RSK-001", code=2)
    assert "RSK-001 尚无应对措施" in rated.err
    rated(
        "risk respond RSK-001 --strategy mitigate --response 先按抓包结果开发 --trigger 3月13日仍未收到 --residual 2x3 "
        "--action '每周催厂商；2026-03-13' --action '请信息中心协调；wang.fang；2026-03-20'"
    )
    found = risk(rated)
    assert (found["status"], found["residual"]) == ("responding", {"probability": 2, "impact": 3})
    first, second = risk(rated, "ACT-001"), risk(rated, "ACT-002")
    assert (first["from"], first["owner"], first["due"]) == ("RSK-001", "li.wei", "2026-03-13")
    assert (second["owner"], second["visibility"]) == ("wang.fang", "internal")  # seen by whom sees the risk
    rated("risk respond RSK-001 --due 2026-03-27 --action 备一套模拟接口 --action '试连；2026-03-16'")
    assert [risk(rated, one)["due"] for one in ("ACT-003", "ACT-004")] == ["2026-03-27", "2026-03-16"]
    assert [s["to"] for s in risk(rated)["steps"]] == ["open", "assessed", "responding"]
    rated("risk respond RSK-001", code=4)
    assert "RSK-001：开始应对" in rated.git("log", "--format=%s")


def test_one_that_happens_opens_the_issue(rated):
    out = rated("risk occur RSK-001 --note 厂商换人 --due 2026-03-20")
    assert "ISS-001" in out
    issue = risk(rated, "ISS-001")
    assert (issue["from"], issue["due"]) == (["RSK-001"], "2026-03-20")
    assert risk(rated)["status"] == "occurred"
    assert "ISS-001" in rated("trace RSK-001")
    rated("risk occur RSK-001", code=4)
    assert "ISS-001" in rated.err


def test_the_profile_says_how_risks_are_rated(park):
    park.edit("pmkit.yaml", "currency: CNY", "currency: CNY\nrisk:\n  scale: 3\n  categories: [technical, 数据]")
    park("commit -m 评级规则")
    park("risk add --title 迁移丢数 --category 数据 --chance 61 --on-quality 3 --owner li.wei")
    out = park("risk assess RSK-001")
    assert "3 × 3 = 9，极高" in out
    park("risk assess RSK-001 --on-quality 4", code=2)
    assert "`4` 超出项目概况规定的 3 级" in park.err


def test_the_lamp_of_risk(rated):
    def lamp():
        return json.loads(rated("status --json"))["health"]["risk"]

    assert lamp() == "green"
    rated("risk assess RSK-001 --on-quality 4")
    assert lamp() == "amber"  # high, no measure
    rated("risk assess RSK-001 --on-quality 5")
    assert lamp() == "red"  # extreme, nobody agreed the response
    rated("risk respond RSK-001 --strategy accept")
    assert lamp() == "green"


# --- registers of other tools: shared/data/risk-registers/README.md --------------------------------------------------

GROUND = (
    "--value 'owner:System Engineer=li.wei' --value category:Tampering=technical --value category:DoS=technical "
    "--value 'category:Elevation of Privilege=technical' --value 'category:Information Disclosure=technical' "
    "--value category:Spoofing=technical --value category:Repudiation=technical --scale 3"
)
PROCUREMENT = (
    "--value probability:LOW=2 --value probability:MEDIUM=3 --value probability:HIGH=4 --value impact:MEDIUM=3 "
    "--value impact:HIGH=4 --value impact:CRITICAL=5 --value status:CONTROLLED=responding --value status:MITIGATED=closed"
)
INCIDENTS = (
    "--value 'probability:Very High=5' --value probability:High=4 --value impact:Severe=5 --value impact:Moderate=3 "
    "--value 'category:Data Security=technical' --value 'category:Data Quality=technical' "
    "--value 'status:Active - Mitigation Required=assessed'"
)


@pytest.mark.parametrize(
    ("name", "options", "rows", "scores", "left_out"),
    [
        ("ground-station", GROUND, 7, {}, ["ResidualRisk"]),  # score = likelihood x impact holds in all rows
        ("procurement-poc", PROCUREMENT, 15, {}, []),  # it states no score
        (
            "incident-derived",
            INCIDENTS,
            2,
            {"RISK-001": ("63.71", "25"), "RISK-002": ("42.81", "12")},
            ["Incident_Count", "Avg_Resolution_Hours", "Recurrence_Rate_%"],
        ),
    ],
)
def test_registers_of_other_tools_map_in(park, shared_data, name, options, rows, scores, left_out):
    file = shared_data / f"risk-registers/{name}.csv"
    done = json.loads(park(f"risk import {file} {options} --json"))
    assert (len(done["new"]), done["left_out"]) == (rows, left_out)
    found = {d["key"]: (d["stated"], d["computed"]) for d in done["differences"] if d["what"] == "score"}
    assert found == scores
    assert len(json.loads(park("list risk --json"))) == rows
    again = json.loads(park(f"risk import {file} {options} --json"))
    assert (again["new"], again["changed"], again["unchanged"]) == ([], {}, rows)
    assert "RSK105" not in park("check", code=None)


def test_words_of_a_scale_are_asked_for_all_at_once(park, shared_data):
    park(f"risk import {shared_data}/risk-registers/procurement-poc.csv", code=2)
    assert "概率 `probability`：HIGH（3 行）、MEDIUM（7 行）、LOW（5 行）" in park.err
    assert "--value impact:CRITICAL=1..5" in park.err
    assert not (park.folder / "risks").exists()
    park(f"risk import {shared_data}/risk-registers/procurement-poc.csv {PROCUREMENT}")
    first = risk(park)
    assert (first["title"], first["probability"], first["impact"], first["status"]) == ("Scope creep", 4, 4, "open")
    assert [s["to"] for s in risk(park, "RSK-003")["steps"]] == ["open", "assessed", "responding"]


def test_chances_and_amounts_give_the_levels(park):
    park("set project contract_price=1000000")
    park.write("r.csv", '编号,风险描述,概率,影响,预期货币值\nF1,停电,40%,"¥60,000",24000\nF2,涨价,5%,20000,2000\n')
    out = park("risk import r.csv")
    assert "F2：文件预期值为 2000，概率×费用为 1000.00 CNY" in out
    assert "F1：" not in out
    found = risk(park)
    assert (found["chance"], found["cost"], found["probability"], found["impact"]) == (40, "60000.00 CNY", 3, 5)


def test_a_register_in_excel_maps_in_and_its_scores_are_compared(park):
    with xlsxwriter.Workbook(str(park.folder / "r.xlsx")) as book:
        sheet = book.add_worksheet("风险")
        sheet.write_row(0, 0, ["编号", "风险名称", "类别", "概率", "影响程度", "得分", "应对措施"])
        sheet.write_row(1, 0, ["A1", "雨季停工", "外部", 3, 4, 15, "提前排水"])
        sheet.write_row(2, 0, ["A2", "人员离职", "管理", 2, 3, 6])
    out = park("risk import r.xlsx")
    assert "A1：文件风险值为 15，概率×影响程度为 12" in out
    assert "A2" not in out
    assert "| 提前排水 |" in park("report risks --audience internal --out -")  # no strategy, no colon before it
    park("risk export --out back.xlsx")
    assert json.loads(park("risk import back.xlsx --json"))["unchanged"] == 2


def test_a_scale_of_its_own_is_converted_in_proportion(park, shared_data):
    file = shared_data / "risk-registers/ground-station.csv"
    out = park(f"risk import {file} {GROUND}")
    assert "R1：文件等级为 High，按评级规则为极高" in out  # 9 of 9
    assert "R5" not in out  # 4 of 9 is medium there and here
    ratings = [(r["probability"], r["impact"]) for r in json.loads(park("list risk --json"))]
    assert ratings[:2] == [(5, 5), (5, 3)]


def test_export_and_import_are_a_round_trip(rated):
    rated("risk assess RSK-001 --on-quality 4 --residual 1x2")
    rated("risk export --out r.csv")
    assert json.loads(rated("import risk r.csv --json"))["unchanged"] == 1
    assert json.loads(rated("risk import r.csv --json"))["unchanged"] == 1


# --- matrix, history, register ---------------------------------------------------------------------------------------


@pytest.fixture
def told(rated):
    """Two threats and an opportunity, one of them rated three times."""
    rated("risk assess RSK-001 --on-quality 4 --residual 2x3 --date 2026-03-04")
    rated("risk respond RSK-001 --strategy mitigate --response 先按抓包结果开发 --action '催厂商；li.wei；2026-03-13'")
    rated("risk review RSK-001 --chance 20 --note 已收到样例 --date 2026-03-11")
    rated("set RSK-001 visibility=customer")
    rated("risk add --title 人员不足 --probability 5 --impact 3 --owner li.wei --cause 同时做两个项目")
    rated("risk add --title 提前到货 --nature opportunity --chance 50 --delay 4d --owner li.wei")
    return rated


def test_the_matrix(told):
    out = told("risk matrix")
    assert "5 极高" in out
    assert "!!极高 RSK-002" in out
    assert "RSK-003" not in out  # an opportunity
    cells = json.loads(told("risk matrix --json"))
    assert {tuple(c["risks"]): (c["probability"], c["impact"], c["band"]) for c in cells["cells"]} == {
        ("RSK-002",): (5, 3, "extreme"),
        ("RSK-001",): (2, 4, "medium"),
    }
    left = json.loads(told("risk matrix --residual --json"))["cells"]
    assert {"probability": 2, "impact": 3, "score": 6, "band": "medium", "risks": ["RSK-001"]} in left
    told("risk matrix --picture m.svg")
    assert "RSK-002" in (told.folder / "m.svg").read_text(encoding="utf-8")


def test_the_history_of_ratings_comes_out_of_git(told):
    (found,) = json.loads(told("risk history RSK-001 --json"))
    assert [(r["on"], r["score"]) for r in found["ratings"]] == [
        ("2026-03-04", 9),
        ("2026-03-04", 12),
        ("2026-03-11", 8),
    ]
    assert found["ratings"][-1]["note"] == "已收到样例"
    assert "9 → 12 → 8" in told("risk history")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register(told, golden, lang):
    internal = told(f"report risks --audience internal --lang {lang} --out -")
    customer = told(f"report risks --lang {lang} --out -")
    for name, text in (("internal", internal), ("customer", customer)):
        golden(f"risks-{name}.{lang}.md", scrubbed(text))
    assert "人员不足" not in customer
    assert "12,000" in internal  # 20 % of 60 000
    assert "12,000" not in customer
    assert "9 → 12 → 8" not in customer
    assert "RSK-" not in told(f"report risks --blank --lang {lang} --out -")


def scrubbed(text):
    """Without the commit that the document was made from."""
    return re.sub(r"(commit|提交) [0-9a-f]{9}", r"\1 123456789", text)
