"""进度计划与偏差报告: in both languages, for the customer and for us, with every picture."""

import re
from datetime import date, timedelta

import pytest

from pmkit.kernel.text import Text
from pmkit.reports.curves import Series, TimeChart
from pmkit.reports.network_chart import NetworkChart, NetworkNode
from workspaces import once


@once
def under_way(park):
    """Two reports after a baseline, a delay, costs."""
    park("set T-001 cost=20000")
    park("set T-002 cost=40000")
    park("plan task add --phase PH1 --name 资料收集 --duration 2d")
    park.today = "2026-03-02"
    park("plan baseline --name 合同基线")
    park("plan progress T-001 --percent 40 --remaining 4d --actual-cost 9000 --status-date 2026-03-06")
    park("plan progress T-001 --percent 80 --remaining 3d --actual-cost 21000 --status-date 2026-03-13")
    park("plan progress T-003 --percent 100 --actual-finish 2026-03-03 --status-date 2026-03-13")
    park.today = "2026-03-16"


def steady(text):
    """Without the commit and the version."""
    return re.sub(r"\b[0-9a-f]{9}\b", "COMMIT", re.sub(r"pmkit [0-9.]+\w*", "pmkit VERSION", text))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_in_both_languages(under_way, golden, lang):
    golden(f"report-plan.{lang}.md", steady(under_way(f"report plan --lang {lang} --out -")))


def test_earned_value_is_for_us_only(under_way):
    ours = under_way("report plan --audience internal --out -")
    assert "〔内部〕挣值" in ours
    assert "21,000.00" in ours
    theirs = under_way("report plan --out -")
    assert "挣值" not in theirs
    assert "21,000" not in theirs
    assert "60,000" not in theirs


def test_every_picture_is_there_and_the_same_each_time(under_way):
    page = under_way("report plan --format html --out -")
    assert [page.count(f'class="{name}"') for name in ("curve", "gantt", "network")] == [2, 1, 1]
    assert page == under_way("report plan --format html --out -")


def test_a_plan_without_baseline_progress_or_tasks(run):
    run("init p --name 集成项目 --code P1 --customer 客户 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "p"
    assert "尚未设立进度基准" in run("report plan --out -")
    run("plan phase add PH1 --name 实施")
    run("plan milestone add --phase PH1 --name 开工")
    assert "M-001" in run("report plan --format html --out -")


DAY = date(2026, 3, 2)


def test_the_curve_escapes_names_and_keeps_to_its_frame():
    points = tuple((DAY + timedelta(n * 7), float(n * n - 20)) for n in range(9))
    chart = TimeChart(
        Text.same("a<b"),
        (Series(Text.same("线 & <x>"), points), Series(Text.same("b"), points[:1])),
        Text.same("%"),
        DAY + timedelta(20),
    )
    (svg,) = chart.svg("zh")
    assert "<x>" not in svg
    numbers = [
        float(n) for pair in re.findall(r'points="([^"]+)"', svg) for point in pair.split() for n in point.split(",")
    ]
    assert all(0 <= x <= 720 for x in numbers[::2])
    assert all(0 <= y <= 300 for y in numbers[1::2])
    assert chart.mermaid("zh").count("\n    line [") == 2


def test_a_network_of_300_tasks_is_paged_and_every_task_is_drawn_once():
    nodes = tuple(
        NetworkNode(f"T-{n:03d}", f"任务<{n}>", f"PH{n // 60}", DAY, DAY, (f"T-{n // 2:03d}",) if n else (), critical=n % 7 == 0)
        for n in range(300)
    )  # fmt: skip
    pages = NetworkChart(nodes).svg("zh")
    assert len(pages) >= 5
    shown = [task for page in pages for task in re.findall(r"<title>(T-[0-9]+) ", page)]
    assert sorted(shown) == [node.id for node in nodes]
    for page in pages:
        assert "<1" not in page.replace("&lt;1", "")
        width = float(re.search(r'viewBox="0 0 (\d+)', page)[1])
        assert all(float(x) + 116 <= width for x in re.findall(r'<rect x="([0-9.]+)" y="[0-9.]+" width="116', page))
    assert NetworkChart(nodes).mermaid("zh").startswith("flowchart LR\n")
