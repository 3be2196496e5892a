"""Payments at the command line: what each node still lacks, applied, certified, invoiced, received, overdue."""

import json

import pytest

from workspaces import once


@once
def contracted(park):
    """A contract of 2,000,000.01 with the usual five nodes; the third hangs on a milestone of the plan."""
    park("set project contract_no=BH-2026-017 contract_price=2000000.01")
    park("set M-001 stage=preliminary_acceptance")
    park("payment usual")


def shown(run, payment):
    return json.loads(run(f"show {payment} --json"))


def test_the_usual_nodes_come_to_the_price(contracted):
    rows = json.loads(contracted("payment ready --json", code=None))
    assert [row["amount"] for row in rows] == [
        "600000.01 CNY", "600000.00 CNY", "400000.00 CNY", "340000.00 CNY", "60000.00 CNY",
    ]  # fmt: skip
    assert shown(contracted, "PAY-003")["milestone"] == "M-001"
    contracted("payment usual", code=4)


def test_ready_says_what_is_missing(contracted):
    assert "PAY-001  预付款  600000.01 CNY  可申请" in contracted("payment ready")  # the next one: nothing missing
    said = contracted("payment ready PAY-003", code=1)
    assert "里程碑 M-001 设计评审通过 未达到，预计 2026-03-20" in said
    assert "缺少文件：初验报告" in said
    contracted("payment apply PAY-003", code=4)
    assert "缺少文件：初验报告" in contracted.err
    contracted.write("report.pdf", "x")
    contracted("payment paper PAY-003 --need 初验报告 --file report.pdf")
    paper = shown(contracted, "PAY-003")["papers"][0]
    assert paper["sha256"] == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    for task in ("T-001", "T-002", "M-001"):
        contracted(f"plan progress {task} --percent 100")
    assert json.loads(contracted("payment ready PAY-003 --json"))[0]["ready"] is True
    contracted("payment apply PAY-003")


def test_a_record_is_a_paper_once_it_is_signed(contracted):
    contracted("meeting add --title 到货验收会 --time 2026-03-03T15:00")
    contracted("payment paper PAY-002 --need receipts --record MTG-001")
    assert "缺少文件：到货签收单" in contracted("payment ready PAY-002", code=1)
    for step in ("hold MTG-001", "send MTG-001", "confirm MTG-001 --by wang.fang --text 同意"):
        contracted(f"meeting {step}")
    contracted("payment ready PAY-002")
    contracted("payment paper PAY-002 --need 终验报告 --number 1", code=2)
    assert "PAY-002 不需要“终验报告”" in contracted.err


def test_from_application_to_money(contracted):
    contracted("payment apply PAY-001 --amount 700000", code=4)
    assert "该节点金额为 ¥600,000.01" in contracted.err
    contracted("payment apply PAY-001")
    contracted("payment certify PAY-001 --amount 600001", code=4)
    contracted("payment certify PAY-001 --amount 590000 --note 扣减样品款")
    contracted("cost invoice PAY-001 --number 2611200001 --amount 300000 --tax-rate 13% --type special")
    contracted("payment invoice PAY-001 --number 2611200001", code=4)
    assert "INV-001 已使用该发票号码" in contracted.err
    contracted("payment invoice PAY-001 --number 2611200002 --amount 290000.01", code=4)
    contracted("payment invoice PAY-001 --number 2611200002 --date 2026-03-10")
    contracted("payment receive PAY-001 --amount 100000 --date 2026-03-20")
    aged = json.loads(contracted("payment ageing --as-of 2026-05-15 --json"))
    assert [(o["invoice"], o["amount"], o["days_overdue"]) for o in aged["open"]] == [
        ("INV-001", "200000.00", 42), ("INV-002", "290000.00", 36),
    ]  # fmt: skip
    assert aged["ageing"]["CNY"]["31-60"] == "490000.00"
    contracted("payment receive PAY-001 --amount 290000 --invoice INV-002 --date 2026-05-16")
    contracted("payment receive PAY-001 --amount 200000.01", code=4)
    contracted("payment receive PAY-001 --date 2026-05-20")
    assert shown(contracted, "PAY-001")["status"] == "paid"
    assert "没有未收款项" in contracted("payment ageing --as-of 2026-06-01")
    contracted("payment apply PAY-001", code=4)


def test_the_weekly_report_and_todo_tell_what_is_open(contracted):
    contracted("payment invoice PAY-001 --number 1")
    for task in ("T-001", "T-002", "M-001"):
        contracted(f"plan progress {task} --percent 100")
    inside = contracted("report weekly --audience internal --as-of 2026-04-10 --out -")
    assert "| 预付款 | ¥600,000.01 | 2026-04-03 | / | 已逾期 7 天 |" in inside
    outside = contracted("report weekly --as-of 2026-04-10 --out -")
    assert "600,000" not in outside
    todo = contracted("todo --days 900")
    assert "催收 ¥600,000.01" in todo
    contracted("payment paper PAY-003 --need 初验报告 --number CY-001")
    todo = contracted("todo --days 900")
    assert "提交付款申请" in todo


def test_an_invoice_taken_back_counts_no_more(contracted):
    contracted("payment invoice PAY-001 --number 1")
    contracted("cost void INV-001 --note 开错抬头")
    contracted("payment invoice PAY-001 --number 1")
    assert shown(contracted, "INV-002")["amount"] == "600000.01 CNY"


def test_both_languages(contracted, golden, monkeypatch):
    contracted("payment invoice PAY-001 --number 1")
    golden("payment.zh.txt", contracted("payment ready", code=1) + contracted("payment ageing --as-of 2026-04-10"))
    monkeypatch.setenv("PMKIT_LANG", "en")
    golden("payment.en.txt", contracted("payment ready", code=1) + contracted("payment ageing --as-of 2026-04-10"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("payment apply PAY-009", "没有 PAY-009"),
        ("payment receive PAY-001 --amount 0", "到账金额应大于零"),
        ("payment receive PAY-001 --amount 五", "不是金额"),
        ("payment receive PAY-001 --invoice INV-009", "没有 INV-009"),
        ("payment paper PAY-001 --need 发票", "请指明文件依据"),
    ],
)
def test_mistakes_are_told(contracted, line, says):
    contracted(line, code=2)
    assert says in contracted.err
