"""`cli/rendering/`: every report of the catalogue has its function there."""

from __future__ import annotations

from importlib import import_module

from pmkit.cli.rendering import base
from pmkit.reports.catalogue import REPORTS


def test_every_report_has_its_function_and_no_other_is_named():
    assert {report.name for report in REPORTS} == base._HOMES.keys()
    for name, home in base._HOMES.items():
        assert callable(getattr(import_module(f"pmkit.cli.rendering.{home}"), name.replace("-", "_")))


def test_a_form_without_a_number_is_the_newest_one(park):
    park("report minutes", code=2)
    assert "--blank" in park.err
    park("meeting record --title 启动会 --type kickoff --time 2026-03-03T14:00 --present wang.fang --decision 每周例会")
    park("meeting plan --title 方案专题会 --time 2026-03-06T14:00")
    park("meeting plan --title 内部准备会 --time 2026-03-05T14:00 --visibility internal")
    assert park("report minutes").strip().endswith("minutes-MTG-001-zh.md")
    assert park("report agenda").strip().endswith("agenda-MTG-002-zh.md")
    assert park("report attendance --audience internal").strip().endswith("attendance-MTG-003-internal-zh.md")
    for command, name in (
        ("comm log --channel phone --summary 电话 --with wang.fang", "communication"),
        ("training plan --title 用户培训 --time 2026-03-09", "training"),
        ("survey create --title 中期调查", "survey"),
        ("review plan --title 设计评审 --time 2026-03-09T09:00", "review"),
    ):
        park(command)
        assert f"{name}-" in park(f"report {name}")
        assert "-001-zh.md" in park(f"report {name}")
    for name in ("issues", "reviews", "lessons", "surveys", "monthly", "weekly"):
        park(f"report {name}")


def test_charts_of_english_documents_have_no_wide_signs(park):
    park("plan baseline --name 合同基线")
    park("plan progress T-001 --percent 50")
    text = park("report plan --lang en --out -")
    assert 'title "S-curve: percent of all work"' in text
    assert 'y-axis "%"' in text
    assert not set("：％；＃") & set(text)
