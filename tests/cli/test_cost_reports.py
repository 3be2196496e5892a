"""The documents of costs and payments, in both languages: what our house reads, what the customer signs."""

import re

import pytest

from workspaces import once


@once
def spent(park):
    """Three weeks of a project: budget, order, expenses in two currencies, an estimate, a change, three payment nodes."""
    park("person add zhao.min --name 赵敏 --side supplier --role director")
    park("set project contract_no=BH-2026-017 contract_price=2000000 supplier=智和信息技术有限公司")
    park("cost budget --line labour=60000@T-001 --line labour=140000@T-002 --line hardware=700000@PH1 --line travel=20000 "
         "--contingency 50000 --management-reserve 60000")  # fmt: skip
    park("cost approve BUD-001 --as zhao.min")
    park("plan baseline --name 合同基线")
    park("change request --title 增加访客预约 --reason 客户要求 --requested-by wang.fang")
    park("change submit CR-001")
    park("change assess CR-001 --price 0 --cost 12000 --scope 增加一个页面")
    park("change approve CR-001 --by li.wei")
    park.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")
    park("change approve CR-001 --by wang.fang --evidence reply.eml")
    park("change apply CR-001")
    park("cost transfer --from CR-001 --line labour=12000@T-002 --reason 访客预约")
    park(
        "payment add --title 预付款 --share 30 --clause 第5.1条 --need contract --need invoice --account '工行 6222 0000'"
    )
    park(
        "payment add --title 初验款 --share 60 --milestone M-001 --need preliminary_report --condition 初验合格后15日内"
    )
    park("payment add --title 质保金 --share 10 --need warranty_completion")
    park("payment apply PAY-001")
    park("payment certify PAY-001 --amount 590000")
    park("payment invoice PAY-001 --number 2611200001 --tax-rate 13 --due 2026-03-10")
    park("payment receive PAY-001 --amount 390000 --date 2026-03-09")
    park("plan progress T-001 --percent 60 --remaining 2d --status-date 2026-03-06")
    park("plan progress T-001 --percent 100 --status-date 2026-03-13")
    park("plan progress T-002 --percent 30 --remaining 7d --status-date 2026-03-13")
    park("cost commit --title 服务器 --vendor 华信科技 --order-no HX-1 --category hardware --amount 600000 --phase PH1")
    park("cost actual --title 预付款 --order ORD-001 --category hardware --amount 180000 --phase PH1 --date 2026-03-06")
    park("cost actual --title 人工 --line labour=75000@T-001 --line labour=30000@T-002 --date 2026-03-13")
    park(
        ["cost", "actual", "--title", "许可", "--category", "software", "--amount", "3000 USD", "--date", "2026-03-12"]
    )
    park("cost forecast --category labour --remaining 130000 --task T-002 --reason 接口文档迟到 --date 2026-03-13")
    park("cost transfer --from contingency --line labour=15000@T-002 --reason 设计返工 --approved-by li.wei")
    park.today = "2026-03-15"


def scrubbed(text):
    return re.sub(r"(提交|commit) [0-9a-f]{9}", r"\1 123456789", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "report", ["cost", "cost-plan", "cost-summary", "payments --audience internal", "payments", "payment PAY-001"]
)
def test_the_document(spent, golden, report, lang):
    name = report.replace(" --audience ", "-").replace(" PAY-001", "")
    golden(f"{name}.{lang}.md", scrubbed(spent(f"report {report} --lang {lang} --out -")))


def test_the_blank_form_and_the_pictures(spent, golden):
    golden("payment-blank.zh.md", spent("report payment --blank --out -"))
    html = spent("report cost --format html --lang zh --out -")
    assert html.count('class="curve"') == html.count('class="bars"') == 1
    assert "PAY-003" in spent("report payment --out -")  # the newest where none is named


@pytest.mark.parametrize("report", ["cost", "cost-plan", "cost-summary"])
def test_what_is_of_our_own_house_is_refused_to_the_customer(spent, report):
    spent(f"report {report} --audience customer --out -", code=4)
    assert "为内部文件，不得外发" in spent.err
    path = spent(f"report {report}").strip()
    assert "-internal-zh.md" in path


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("report", ["payments", "payment PAY-001", "weekly", "plan", "changes", "change CR-001"])
def test_nothing_of_our_costs_reaches_the_customer(spent, report, form):
    text = spent(f"report {report} --format {form} --out -")
    inside = (
        "180,000",
        "600,000.00 CNY",
        "12,000",
        "华信",
        "HX-1",
        "2611200001",
        "应急储备",
        "ORD-001",
        "CST-",
        "INV-001",
        "已逾期",
    )
    assert [word for word in inside if word in text] == []


def test_sheets_and_lists_for_the_customer_have_none_either(spent):
    for kind in ("budget", "commitment", "cost", "forecast", "transfer", "invoice"):
        spent(f"export {kind} --audience customer --format csv --out {kind}.csv")
        assert len((spent.folder / f"{kind}.csv").read_text(encoding="utf-8-sig").splitlines()) == 1, kind


def test_amounts_in_words_on_the_application(spent):
    text = spent("report payment PAY-001 --out -")
    assert "人民币陆拾万元整" in text
    assert "人民币伍拾玖万元整" in text
