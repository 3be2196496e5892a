"""Earned value for people and programs. What has no value is `n/a`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text, display_width, pad
from pmkit.schedule.evm import FACTORS, TIME_ESTIMATES
from pmkit.workspace.earned import Earned

NONE = Text("n/a", "n/a")
_TIME_FORMULAS = {
    ("PV", "1"): "PD - SV x PD / BAC", ("PV", "SPI"): "PD / SPI", ("PV", "SCI"): "PD / SCI",
    ("ED", "1"): "AT + max(PD, AT) - AT x SPI", ("ED", "SPI"): "AT + (max(PD, AT) - AT x SPI) / SPI",
    ("ED", "SCI"): "AT + (max(PD, AT) - AT x SPI) / SCI", ("ES", "1"): "AT + (PD - ES)",
    ("ES", "SPI(t)"): "AT + (PD - ES) / SPI(t)", ("ES", "SCI(t)"): "AT + (PD - ES) / SCI(t)",
}  # fmt: skip


def earned_text(earned: Earned, lang: Lang) -> str:
    """A figure a line: abbreviation, what it is, value."""
    head = Text(
        en="earned value as of {day}, planned value from {baseline}, amounts in {currency}",
        zh="截至 {day} 的挣值，计划价值取自{baseline}，金额单位 {currency}",
    ).format(day=earned.status_date, baseline=_source(earned), currency=earned.currency)
    rows = [(short, label.to(lang), value) for short, label, value in figures(earned)]
    left = max(len(short) for short, _, _ in rows)
    middle = max(display_width(label) for _, label, _ in rows)
    right = max(display_width(value) for _, _, value in rows)
    lines = [
        f"  {pad(short, left)}  {pad(label, middle)}  {pad(value, right, right=True)}" for short, label, value in rows
    ]
    lines.insert(5, "")
    notes = [] if earned.figures.ac is not None else [
        "", Text("no actual cost is known: `pmkit cost actual --category labour --amount 12000 --task T-001`",
                 "尚未填报实际成本：`pmkit cost actual --category labour --amount 12000 --task T-001`").to(lang),
    ]  # fmt: skip
    if earned.apart:
        says = Text(en="not in these figures: amounts in {all}", zh="以上数字不含 {all} 的金额")
        notes += ["", says.format(all=", ".join(earned.apart)).to(lang)]
    return "\n".join([head.to(lang), "", *lines, *notes]) + "\n"


def _source(earned: Earned) -> Text:
    if earned.baseline is None:
        return Text("the plan itself (no baseline)", "计划本身（尚无进度基准）")
    return Text(en="{id}", zh="进度基准 {id}").format(id=earned.baseline)


def figures(earned: Earned) -> list[tuple[str, Text, str]]:
    """Abbreviation, name and printed value of every figure."""
    f = earned.figures
    rows = [
        ("BAC", Text("budget at completion", "完工预算"), amount(f.bac)),
        ("PV", Text("planned value", "计划价值"), amount(f.pv)),
        ("EV", Text("earned value", "挣值"), amount(f.ev)),
        ("AC", Text("actual cost", "实际成本"), amount(f.ac)),
        ("ES", Text("earned schedule", "挣得进度"), _time(earned, f.es)),
        ("SV", Text("schedule variance, EV - PV", "进度偏差（EV - PV）"), amount(f.sv)),
        ("CV", Text("cost variance, EV - AC", "成本偏差（EV - AC）"), amount(f.cv)),
        ("SPI", Text("schedule performance index, EV / PV", "进度绩效指数（EV / PV）"), index(f.spi)),
        ("CPI", Text("cost performance index, EV / AC", "成本绩效指数（EV / AC）"), index(f.cpi)),
        ("SV(t)", Text("schedule variance in days, ES - AT", "时间进度偏差（ES - AT）"), _time(earned, f.sv_t)),
        ("SPI(t)", Text("schedule performance index in time, ES / AT", "时间进度绩效指数（ES / AT）"), index(f.spi_t)),
    ]
    for name in FACTORS:
        formula = "AC + (BAC - EV)" if name == "1" else f"AC + (BAC - EV) / {f'({name})' if ' ' in name else name}"
        label = Text(en="estimate at completion, {f}", zh="完工估算，{f}").format(f=formula)
        rows.append(("EAC", label, amount(f.eac(name))))
    to_keep = Text("to keep {of}, (BAC - EV) / ({of} - AC)", "按 {of} 完成所需绩效指数，(BAC - EV) / ({of} - AC)")
    finish = Text("estimated finish, {f}", "预计完成日期，{f}")
    return [
        *rows,
        ("ETC", Text("estimate to complete, EAC - AC, by CPI", "完工尚需估算，EAC - AC，按 CPI"), amount(f.etc())),
        ("VAC", Text("variance at completion, BAC - EAC, by CPI", "完工偏差，BAC - EAC，按 CPI"), amount(f.vac())),
        ("TCPI", to_keep.format(of="BAC"), index(f.tcpi_bac)),
        ("TCPI", to_keep.format(of="EAC"), index(f.tcpi_eac())),
        *(("EAC(t)", finish.format(f=_TIME_FORMULAS[way]), _day(earned, f.eac_t(*way))) for way in TIME_ESTIMATES),
    ]


def amount(value: Decimal | None) -> str:
    return NONE.en if value is None else f"{value.quantize(Decimal('0.01')):,f}"


def index(value: Decimal | None) -> str:
    return NONE.en if value is None else f"{value.quantize(Decimal('0.001')):f}"


def _time(earned: Earned, minutes: Decimal | None) -> str:
    days = earned.days(minutes)
    return NONE.en if days is None else f"{plain(days.quantize(Decimal('0.01')))}d"


def _day(earned: Earned, minutes: Decimal | None) -> str:
    if minutes is None or minutes > 100 * 366 * 1440:
        return NONE.en
    return earned.day_of(minutes).isoformat()


def earned_json(earned: Earned) -> dict[str, Any]:
    """The stable shape of `plan evm --json`: amounts and indices as decimal text, null where there is no value."""
    f = earned.figures
    found: dict[str, Any] = {
        "status_date": earned.status_date.isoformat(), "baseline": earned.baseline, "currency": earned.currency,
        "bac": f.bac, "pv": f.pv, "ev": f.ev, "ac": f.ac, "sv": f.sv, "cv": f.cv, "spi": f.spi, "cpi": f.cpi,
        "es_days": earned.days(f.es), "at_days": earned.days(f.at), "pd_days": earned.days(f.pd),
        "sv_t_days": earned.days(f.sv_t), "spi_t": f.spi_t,
    }  # fmt: skip
    found = {key: _text(value) for key, value in found.items()}
    found["eac"] = {name: _text(f.eac(name)) for name in FACTORS}
    found |= {"etc": _text(f.etc()), "vac": _text(f.vac())}
    found |= {"tcpi_bac": _text(f.tcpi_bac), "tcpi_eac": _text(f.tcpi_eac())}
    finish = {f"{method} {name}": _day(earned, f.eac_t(method, name)) for method, name in TIME_ESTIMATES}
    found["eac_t"] = {key: None if day == NONE.en else day for key, day in finish.items()}
    return found | {"estimated_finish": found["eac_t"]["ES SPI(t)"]}


def _text(value: Any) -> Any:
    return plain(value.quantize(Decimal("0.000001"))) if isinstance(value, Decimal) else value
