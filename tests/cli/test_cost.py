"""Costs at the command line: budget, orders, what was spent, what is to come, ledgers with all their habits."""

import json

import pytest

from workspaces import once


@once
def budgeted(park):
    """An approved budget of 1,000,000 with reserves, spread over a category, a phase and tasks."""
    park("person add zhao.min --name 赵敏 --side supplier --role director")
    park(
        "cost budget --line labour=60000@T-001 --line labour=140000@T-002 --line hardware=700000@PH1 "
        "--contingency 50000 --management-reserve ¥60,000"
    )
    park("cost budget --category 差旅 --amount 100,000.00 --what 差旅")
    park("cost approve BUD-001 --as zhao.min")


def shown(run, *options):
    """The account in the project's currency."""
    found = json.loads(run(["cost", "show", "--json", *options]))["accounts"]
    return next(account for account in found if account["currency"] == "CNY")


def by(account, part, key):
    return next(group for group in account[f"by_{part}"] if group[part] == key)


def test_the_budget_by_phase_category_and_task(budgeted):
    account = shown(budgeted)
    assert account["total"]["budget"] == "1000000.00"
    assert by(account, "phase", "PH1")["budget"] == "900000.00"  # a task's phase is that of its plan file
    assert by(account, "phase", None)["budget"] == "100000.00"
    assert by(account, "category", "labour")["budget"] == "200000.00"
    assert by(account, "task", "T-002")["budget"] == "140000.00"
    assert (account["cost_baseline"], account["whole_budget"]) == ("1050000.00", "1110000.00")


def test_an_approved_budget_moves_by_transfers_and_applied_changes_only(budgeted):
    budgeted("cost budget --category travel --amount 1", code=4)
    assert "BUD-001 已批准" in budgeted.err
    budgeted("set BUD-001 contingency=1", code=4)
    budgeted("change request --title 增加访客预约 --reason 客户要求 --requested-by wang.fang")
    budgeted("change submit CR-001")
    budgeted("change assess CR-001 --price 0 --cost 12000 --scope 增加一个页面")
    assert shown(budgeted)["total"]["changes"] == "0.00"
    budgeted("change approve CR-001 --by li.wei")
    budgeted.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")
    budgeted("change approve CR-001 --by wang.fang --evidence reply.eml")
    assert shown(budgeted)["total"]["changes"] == "0.00"
    budgeted("change apply CR-001")
    account = shown(budgeted)
    assert (account["total"]["changes"], account["whole_budget"]) == ("12000.00", "1122000.00")
    budgeted("cost transfer --from CR-001 --line labour=13000@T-002 --reason 分配", code=4)
    assert "CR-001余额 ¥12,000.00" in budgeted.err
    budgeted("cost transfer --from CR-001 --line labour=12000@T-002 --reason 分配")
    account = shown(budgeted)
    assert by(account, "task", "T-002")["budget"] == "152000.00"
    assert account["whole_budget"] == "1122000.00"


def test_reserves_are_drawn_by_who_may_and_as_far_as_they_reach(budgeted):
    budgeted("cost transfer --from contingency --category labour --amount 50000.01 --reason 返工", code=4)
    assert "余额 ¥50,000.00" in budgeted.err
    budgeted("cost transfer --from 应急储备 --category labour --amount 20000 --task T-002 --reason 返工")
    budgeted("cost transfer --from management --category labour --amount 10000 --reason 返工", code=4)
    budgeted(
        "cost transfer --from management --category labour --amount 10000 --reason 返工 --approved-by li.wei", code=4
    )
    budgeted("cost transfer --from management --category labour --amount 10000 --reason 返工 --approved-by zhao.min")
    account = shown(budgeted)
    assert account["contingency"] == {"set_aside": "50000.00", "drawn": "20000.00", "left": "30000.00"}
    assert account["management_reserve"]["left"] == "50000.00"
    assert (account["total"]["budget"], account["whole_budget"]) == ("1030000.00", "1110000.00")
    budgeted("cost void TRF-001")
    assert shown(budgeted)["contingency"]["left"] == "50000.00"


def test_orders_actuals_and_what_is_still_to_come(budgeted):
    budgeted("cost commit --title 服务器 --vendor 华信 --order-no HX-1 --category hardware --amount 600000 --phase PH1")
    budgeted(
        "cost actual --title 预付款 --order ORD-001 --category hardware --amount 180000 --phase PH1 --voucher 记-1"
    )
    budgeted("cost actual --title 人工 --line labour=70000@T-001 --line labour=30000@T-002")
    account = shown(budgeted)
    hardware, labour = by(account, "category", "hardware"), by(account, "category", "labour")
    assert (hardware["ordered"], hardware["open_orders"], hardware["etc"]) == ("600000.00", "420000.00", "520000.00")
    assert (labour["actual"], labour["etc"], labour["eac"]) == ("100000.00", "100000.00", "200000.00")
    budgeted("cost forecast --category labour --remaining 130000 --task T-002 --reason 返工")
    budgeted("cost forecast --category labour --remaining 120000 --task T-002")  # the same day again: corrected
    assert by(shown(budgeted), "category", "labour")["variance"] == "-20000.00"
    budgeted("cost close ORD-001")  # nothing more is paid on it: the rest of the budget is what is left
    assert by(shown(budgeted), "category", "hardware")["open_orders"] == "0.00"
    budgeted("cost void CST-001 --note 重复入账")
    assert by(shown(budgeted), "category", "hardware")["actual"] == "0.00"


def test_an_entry_without_a_title_is_called_by_its_categories(budgeted):
    budgeted("cost actual --line travel=5 --line labour=7 --line travel=1")
    assert json.loads(budgeted("show CST-001 --json"))["title"] == "差旅、人工"


def test_reports_and_figures_of_a_project_without_costs(park):
    assert "0.00" in park("cost show")
    for report in ("cost", "cost-plan", "cost-summary", "payments"):
        assert "本期无" in park(f"report {report} --out -")
    park("cost budget --category 人工 --amount 100")
    park("report cost --out -")


def test_what_is_dated_later_does_not_count_yet(budgeted):
    budgeted("cost actual --title 甲 --category travel --amount 500 --date 2026-03-10")
    assert shown(budgeted, "--as-of", "2026-03-09")["total"]["actual"] == "0.00"
    assert shown(budgeted, "--as-of", "2026-03-10")["total"]["actual"] == "500.00"


def test_currencies_stand_apart(budgeted):
    budgeted(["cost", "actual", "--title", "许可", "--category", "software", "--amount", "3000 USD"])
    found = {a["currency"]: a for a in json.loads(budgeted("cost show --json"))["accounts"]}
    assert found["USD"]["total"]["actual"] == "3000.00"
    assert found["CNY"]["total"]["actual"] == "0.00"
    text = budgeted("cost show")
    assert "币种 CNY" in text
    assert "币种 USD" in text


def test_both_languages_on_the_terminal(budgeted, golden, monkeypatch):
    budgeted("cost actual --title 甲 --category travel --amount 500")
    golden("cost-show.zh.txt", budgeted("cost show --by phase"))
    monkeypatch.setenv("PMKIT_LANG", "en")
    golden("cost-show.en.txt", budgeted("cost show --by phase"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("cost budget", "请给出预算明细或储备"),
        ("cost actual --title 甲 --category 团建 --amount 5", "`团建` 不是成本科目"),
        ("cost actual --title 甲 --category travel --amount 五元", "`五元` 不是金额"),
        ("cost actual --title 甲 --category travel", "明细缺少金额"),
        ("cost actual --title 甲 --line travel", "不是成本明细"),
        ("cost actual --title 甲 --line travel=5@T-099", "没有 T-099"),
        ("cost actual --title 甲 --line travel=5 --order ORD-009", "没有 ORD-009"),
        ("cost void CST-009", "没有 CST-009"),
    ],
)
def test_mistakes_are_told(budgeted, line, says):
    budgeted(line, code=2)
    assert says in budgeted.err


def test_planned_costs_of_tasks_become_the_budget_once(park):
    park("set T-001 cost=20000")
    park("set T-002 cost=40000")
    park("cost budget --from-plan --category 人工")
    assert by(shown(park), "task", "T-002")["budget"] == "40000.00"
    park("cost budget --from-plan", code=2)
    assert "都已列入预算" in park.err


# --- ledgers ---------------------------------------------------------------------------------------------------------

LEDGER = """\
智慧园区项目费用明细账,,,,,,
编制单位：财务部,,,,,,
记账日期,凭证号,摘要,费用类别,借方金额,供应商,审核人
2026/3/2,记-001,"高铁票 上海,北京",差旅费,"￥1,106.00",中国铁路,赵
2026/3/2,记-002,出租车,差旅费,30.00,,赵
2026/3/2,记-002,出租车,差旅费,30.00,,赵
2026年3月3日,记-003,二月工资,工资薪金,"４５，０００.50元",,赵
2026/3/3,记-004,退票,差旅费,(88.00),中国铁路,赵
合计,,,,"46,078.50",,
"""


def test_a_ledger_as_the_finance_department_sends_it(budgeted):
    path = budgeted.folder / "三月台账.csv"
    path.write_bytes(LEDGER.encode("gb18030"))
    said = json.loads(budgeted(["cost", "import", path.name, "--json"]))
    assert (said["new"], said["known"], said["near"]) == (5, 0, [])
    account = shown(budgeted)
    assert by(account, "category", "travel")["actual"] == "1078.00"
    assert by(account, "category", "labour")["actual"] == "45000.50"
    head = budgeted.git("rev-parse", "HEAD")
    again = budgeted(["cost", "import", path.name])
    assert "新增 0 行，已有 5 行" in again
    assert budgeted.git("rev-parse", "HEAD") == head
    later = LEDGER.replace("合计", "2026/3/4,记-009,住宿,差旅费,1280.5,如家,赵\n合计")
    path.write_bytes(later.encode("gb18030"))
    assert json.loads(budgeted(["cost", "import", path.name, "--json"]))["new"] == 1
    text = budgeted(["cost", "import", path.name])
    for line in ("“工资薪金”归入人工：1 行", "已跳过合计行：1 行", "未采用的列：审核人"):
        assert line in text


def test_what_looks_like_something_booked_is_listed(budgeted):
    budgeted("cost actual --title 住宿 --vendor 如家 --category travel --amount 1280.5")
    budgeted("cost actual --title 住宿 --vendor 如家 --category travel --amount 1280.5")
    budgeted.write(
        "near.csv",
        "日期,金额,供应商,摘要,凭证号\n2026-03-04,1280.50,如家,住宿,\n2026-03-05,1280.50,如家,住宿费,\n2026-06-01,1280.50,如家,住宿费,\n",
    )
    said = json.loads(budgeted("cost import near.csv --category travel --json"))
    assert (said["new"], said["known"]) == (2, 1)
    assert said["near"] == [{"row": 3, "like": "CST-001"}]
    budgeted("cost actual --title 住宿 --vendor 如家 --category travel --amount 1280.5")
    assert "可能与 CST-001, CST-002, CST-004 重复" in budgeted(
        "cost actual --title 住宿 --vendor 如家 --category travel --amount 1280.5"
    )


def test_a_mapping_names_columns_and_categories(budgeted):
    budgeted.write("own.csv", "Buchung,Betrag,Art,Haben\n2026-03-02,120.00,团建,\n2026-03-03,,团建,20\n")
    budgeted("cost import own.csv", code=2)
    assert "没有金额列" in budgeted.err
    mapping = "--map Buchung=on --map Betrag=amount --map Art=category --map Haben=credit"
    budgeted(f"cost import own.csv {mapping}", code=2)
    assert "C2：`团建` 不是成本科目" in budgeted.err
    budgeted(f"cost import own.csv {mapping} --category-of 团建=other")
    assert by(shown(budgeted), "category", "other")["actual"] == "100.00"


def test_every_mistake_of_a_ledger_at_its_cell_and_nothing_written(budgeted):
    budgeted.write(
        "bad.csv", "日期,金额,科目,任务\n2026-13-02,5,差旅,\n2026-03-02,甲,差旅,\n,7,差旅,\n2026-03-02,,差旅,\n"
    )
    head = budgeted.git("rev-parse", "HEAD")
    budgeted("cost import bad.csv", code=2)
    for at in ("A2", "B3", "A4", "B5"):
        assert f"  {at}：" in budgeted.err
    assert budgeted.git("rev-parse", "HEAD") == head


def test_a_workbook_of_a_budget(park, tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(park.folder / "预算.xlsx")) as book:
        page = book.add_worksheet("预算")
        rows = [
            ["科目", "阶段", "预算金额", "说明"],
            ["硬件", "需求与设计", 500000, "服务器"],
            ["人工", "", 120000.5, ""],
        ]
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    park("cost import 预算.xlsx --into budget")
    account = shown(park)
    assert by(account, "phase", "PH1")["budget"] == "500000.00"
    assert account["total"]["budget"] == "620000.50"
    assert "新增 0 行，已有 2 行" in park("cost import 预算.xlsx --into budget")


# --- what the entries feed -------------------------------------------------------------------------------------------


def test_budget_and_actual_costs_flow_into_earned_value(budgeted):
    """200,000 of labour by task, 700,000 of the phase and 100,000 of the project over 5 and 10 days: a third and two."""
    budgeted("plan baseline --name 合同基线")
    budgeted("plan progress T-001 --percent 60 --remaining 3d --actual-cost 1 --status-date 2026-03-06")
    budgeted("cost actual --title 人工 --line labour=200000@T-001 --date 2026-03-06")
    budgeted("cost actual --title 人工 --line labour=999@T-001 --date 2026-03-07")
    budgeted(["cost", "actual", "--title", "许可", "--category", "software", "--amount", "3000 USD"])
    found = json.loads(budgeted("plan evm --status-date 2026-03-06 --json"))
    assert found["bac"] == "1000000"
    first = 60000 + 233333.34 + 33333.33  # T-001: its own, and a third of both lots; what rounding leaves goes first
    assert float(found["pv"]) == pytest.approx(first, abs=0.02)
    assert float(found["ev"]) == pytest.approx(first * 0.6, abs=0.02)
    assert found["ac"] == "200000"
    assert "以上数字不含 USD 的金额" in budgeted("plan evm --status-date 2026-03-06")


def test_the_lamp_of_cost_is_internal(budgeted):
    budgeted("plan progress T-001 --percent 60 --remaining 3d --status-date 2026-03-06")
    budgeted("cost actual --title 人工 --line labour=250000@T-001 --date 2026-03-06")
    assert json.loads(budgeted("status --as-of 2026-03-08 --json"))["health"]["cost"] == "red"
    assert "成本      严重      CPI 0.78" in budgeted("status --as-of 2026-03-08")
    inside = budgeted("report weekly --audience internal --as-of 2026-03-08 --out -")
    assert "| 成本（内部） | ● 严重 |" in inside
    assert "| 实际成本 AC | ¥250,000.00 |" in inside
    outside = budgeted("report weekly --as-of 2026-03-08 --out -")
    for word in ("成本", "250,000", "CPI"):
        assert word not in outside
    budgeted.edit(
        "pmkit.yaml",
        "currency: CNY",
        "currency: CNY\ncost: {cpi_red: 0.5, cpi_amber: 0.6, eac_red: 150, eac_amber: 140}",
    )
    assert json.loads(budgeted("status --as-of 2026-03-08 --json"))["health"]["cost"] == "green"


def test_a_narrow_terminal_shows_fewer_columns_and_cuts_no_figure(budgeted, monkeypatch):
    budgeted("cost actual --title 甲 --line hardware=123456.78@PH1")
    for width in (60, 80, 100, 140):
        monkeypatch.setenv("COLUMNS", str(width))
        said = budgeted("cost show --by phase")
        assert "…" not in said
        assert "123,456.78" in said or width < 70
        assert ("加宽终端" in said) is (width < 140)
