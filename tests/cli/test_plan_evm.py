"""Earned value at the command line: planned costs, progress and actual costs, all as a user types them."""

import json

from workspaces import once


@once
def costed(park):
    park("set T-001 cost=20000")
    park("set T-002 cost=40000 accrual=start")
    park("plan baseline --name 合同基线")
    park("plan progress T-001 --percent 60 --remaining 3d --actual-cost 15000 --status-date 2026-03-06")


def test_the_figures_of_a_status_date(costed):
    found = json.loads(costed("plan evm --status-date 2026-03-06 --json"))
    assert found.pop("eac_t") == {
        "PV 1": "2026-03-24", "PV SPI": "2026-04-03", "PV SCI": "2026-04-15", "ED 1": "2026-03-24", "ED SPI": "2026-04-03",
        "ED SCI": "2026-04-13", "ES 1": "2026-03-24", "ES SPI(t)": "2026-04-03", "ES SCI(t)": "2026-04-13",
    }  # fmt: skip
    assert found | {"eac": None} == {
        "status_date": "2026-03-06", "baseline": "BL-001", "currency": "CNY", "bac": "60000", "pv": "20000", "ev": "12000",
        "ac": "15000", "sv": "-8000", "cv": "-3000", "spi": "0.6", "cpi": "0.8", "es_days": "3", "at_days": "5",
        "pd_days": "15", "sv_t_days": "-2", "spi_t": "0.6", "eac": None, "etc": "60000", "vac": "-15000",
        "tcpi_bac": "1.066667", "tcpi_eac": "0.8", "estimated_finish": "2026-04-03",
    }  # fmt: skip
    assert found["eac"] == {
        "1": "63000", "CPI": "75000", "SPI": "95000", "SPI(t)": "95000", "SCI": "115000", "SCI(t)": "115000",
        "0.8 CPI + 0.2 SPI": "78157.894737", "0.8 CPI + 0.2 SPI(t)": "78157.894737",
    }  # fmt: skip


def test_what_is_not_known_is_not_made_up(costed):
    early = json.loads(costed("plan evm --status-date 2026-03-01 --json"))
    assert (early["pv"], early["ev"], early["ac"]) == ("0", "0", None)
    assert (early["spi"], early["cpi"], early["spi_t"], early["tcpi_bac"]) == (None, None, None, None)
    said = costed("plan evm --status-date 2026-03-01")
    assert "n/a" in said
    assert "尚未填报实际成本" in said


def test_both_languages_and_the_formula_used(costed, monkeypatch, golden):
    golden("plan-evm.zh.txt", costed("plan evm"))
    monkeypatch.setenv("PMKIT_LANG", "en")
    golden("plan-evm.en.txt", costed("plan evm"))


def test_without_costs_or_with_two_currencies_it_says_so(park):
    park("plan evm", code=2)
    assert "没有计划成本" in park.err
    park("set T-001 cost=20000")
    park("set T-002 cost='3000 USD'")
    park("plan evm", code=2)
    assert "CNY, USD" in park.err


def test_costs_younger_than_the_baseline(park):
    """Figures cannot be had, and the command says why; the report of the plan is printed without them."""
    park("plan baseline --name 合同基线")
    park("set T-001 cost=20000")
    park("plan evm", code=2)
    assert "BL-001 中的任务都没有计划成本" in park.err
    assert "## 三" in park("report plan --audience internal --out -")
    park("plan baseline --name 成本基线")
    assert "20,000.00" in park("report plan --audience internal --out -")


def test_actual_cost_is_internal(costed):
    costed("report weekly --audience customer --out -")
    shown = costed("report weekly --audience customer --out -")
    assert "15000" not in shown
    assert "15,000" not in shown
