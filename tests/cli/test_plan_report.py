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


def test_the_legend_of_many_lines_stays_inside():
    names = [
        "项目启动与策划完成",
        "需求调研与分析完成",
        "总体与详细设计完成",
        "设备采购与到货验收完成",
        "机房与弱电施工完成",
    ]
    lines = tuple(
        Series(Text.same(f"M-00{n} {name}"), ((DAY, 1.0), (DAY + timedelta(30), float(n))))
        for n, name in enumerate(names)
    )
    (svg,) = TimeChart(Text.same("t"), lines, Text.same("天"), ceiling=5).svg("zh")
    height = float(re.search(r'viewBox="0 0 720 (\d+)', svg)[1])
    placed = {
        name: (float(x), float(y))
        for x, y, name in re.findall(r'<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>(M-[^<]+)<', svg)
    }
    assert len(placed) == 5
    assert len({y for _, y in placed.values()}) > 1
    for name, (x, y) in placed.items():
        assert x + 5.4 * sum(2 if ord(ch) > 0x2E80 else 1 for ch in name) <= 720
        assert y <= height


def test_names_break_where_reading_allows():
    from pmkit.reports.network_chart import _two_lines

    assert _two_lines("到货验收停车场车牌识别一体机（25）") == ("到货验收停车场车牌识", "别一体机（25）")
    assert _two_lines("安装访客预约小程序（19）") == ("安装访客预约小程序", "（19）")
    assert _two_lines("确认能耗采集网关（15）") == ("确认能耗采集网关", "（15）")
    assert _two_lines("Commission the access controllers") == ("Commission the", "access controllers")
    assert _two_lines("短名") == ("短名",)


def test_pictures_on_the_terminal(under_way, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    curve = under_way("plan chart s-curve")
    for words in ("100% |", "50% |", "* 计划（进度基准）", "o 实际完成", "+ 预测", "| 状态日期 2026-03-13"):
        assert words in curve
    assert "M-001" in under_way("plan chart drift")
    network = under_way("plan chart network")
    assert "关键任务：T-001 -> T-002 -> M-001" in network
    assert "T-001 -> T-002" in network
    assert "!" in network
    shown = under_way("plan chart gantt")
    assert ": 基准完成" in shown
    assert "| 进度截至 2026-03-13" in shown
    for text in (curve, network, shown):
        assert max(sum(2 if ord(ch) > 0x2E80 else 1 for ch in line) for line in text.splitlines()) <= 90
    under_way("plan chart drfit", code=2)
    assert "drift" in under_way.err
    under_way("plan chart network --picture ../net.svg")
    assert (under_way.folder.parent / "net.svg").read_text(encoding="utf-8").startswith("<svg")


def test_nothing_to_draw_is_said(park):
    park("plan chart drift", code=2)
    assert "至少两个状态日期" in park.err


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
