from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.text import LANGS
from pmkit.reports.charts import ROWS_A_PICTURE, GanttChart, GanttRow

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 3, 2)


def row(**changes: object) -> GanttRow:
    return replace(GanttRow("T-001", "任务", "阶段", DAY, date(2026, 3, 6)), **changes)


def drawn(chart: GanttChart, lang="zh") -> ET.Element:
    (svg,) = chart.svg(lang)
    return ET.fromstring(svg)


def words(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def one(**changes: object) -> ET.Element:
    return drawn(GanttChart((row(**changes),), as_of=DAY))


@pytest.mark.parametrize("lang", LANGS)
def test_the_sample_chart(golden, lang):
    golden(f"reports/gantt.{lang}.svg", "\n".join(samples.gantt().svg(lang)) + "\n")
    golden(f"reports/gantt.{lang}.mmd", samples.gantt().mermaid(lang) + "\n")


def test_a_chart_says_its_content_in_words():
    svg = drawn(samples.gantt())
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "甘特图"
    assert "需求调研与访谈：2026-03-02 至 2026-03-06，完成 100%" in svg.find(f"{SVG}desc").text


def test_critical_shows_without_colour():
    """A thicker outline, for prints are black and white."""

    def widest(svg: ET.Element) -> float:
        return max(
            float(r.get("stroke-width", 0))
            for g in svg.findall(f"{SVG}g")
            for r in g.iter(f"{SVG}rect")
            if g.get("transform") is None
        )

    assert widest(one(critical=True)) > 2 * widest(one(critical=False))


def test_progress_baseline_and_milestone_have_their_own_shapes():
    def shapes(svg: ET.Element, tag: str) -> int:
        return sum(len(g.findall(f"{SVG}{tag}")) for g in svg.findall(f"{SVG}g") if g.get("transform") is None)

    assert shapes(one(), "rect") == 1
    assert shapes(one(percent=40), "rect") == 2
    assert shapes(one(percent=40, baseline_start=DAY, baseline_finish=DAY), "rect") == 3
    assert shapes(one(milestone=True), "rect") == 0
    assert shapes(one(milestone=True), "path") == 1


def test_days_off_are_asked_of_the_calendar():
    def shaded(**calendar: object) -> int:
        chart = GanttChart((row(finish=date(2026, 3, 20)),), as_of=DAY, **calendar)
        return chart.svg("zh")[0].count('fill="#f0f0ee"/>')

    assert shaded() == 3
    assert shaded(is_day_off=lambda day: day.weekday() >= 5 or day == date(2026, 3, 11)) == 4
    assert shaded(is_day_off=lambda _: False) == 0


def test_status_line_and_report_line_stand_apart():
    both = drawn(GanttChart((row(),), as_of=date(2026, 3, 5), status_date=date(2026, 3, 4)))
    labels = {t.text: t.get("text-anchor") for t in both.iter(f"{SVG}text") if "日期" in (t.text or "")}
    assert labels == {"状态日期 03-04": "end", "报告日期 03-05": "start"}
    same = drawn(GanttChart((row(),), as_of=DAY, status_date=DAY))
    assert [w for w in words(same) if "日期" in w] == ["状态日期 03-02"]


@pytest.mark.parametrize(("rows", "pictures"), [(1, 1), (40, 1), (52, 1), (53, 3), (140, 4)])
def test_long_plans_go_over_several_pictures(rows, pictures):
    chart = samples.long_gantt(rows)
    svgs = [ET.fromstring(svg) for svg in chart.svg("zh")]
    assert len(svgs) == pictures
    named = [w for svg in svgs[1 if pictures > 1 else 0 :] for w in words(svg) if w.endswith("项工作内容")]
    assert named == [r.name for r in chart.rows]
    assert all(float(svg.get("height")) <= 960 for svg in svgs), "taller than A4 leaves room for"
    assert all(sum(w.endswith("阶段") for w in words(svg)) >= 1 for svg in svgs)
    assert ROWS_A_PICTURE == 56


def test_a_long_plan_begins_with_its_phases_and_each_picture_has_its_own_days():
    """A plan of three years, a week a task: on one axis for all no bar could be seen."""
    rows = tuple(
        row(id=f"T-{n:03}", name=f"任务{n}", phase=f"第{n // 30}阶段", start=DAY + timedelta(7 * n), finish=DAY + timedelta(7 * n + 4))
        for n in range(150)
    )  # fmt: skip
    chart = GanttChart(
        (*rows, row(id="M-001", name="终验", phase="第4阶段", finish=rows[-1].finish, milestone=True)), as_of=DAY
    )
    overview, *pages = (ET.fromstring(svg) for svg in chart.svg("zh"))
    assert [w for w in words(overview) if "阶段" in w or w == "终验"] == [
        "阶段与里程碑",
        *(f"第{n}阶段" for n in range(5)),
        "终验",
    ]
    assert not any(w.startswith("任务") for w in words(overview))
    assert any(w.startswith("报告日期") for w in words(overview))
    for svg in pages:
        bars = [
            float(r.get("width"))
            for g in svg.findall(f"{SVG}g")
            if g.get("transform") is None
            for r in g.iter(f"{SVG}rect")
        ]
        assert min(bars) > 5
        assert any("年" in w for w in words(svg))


def test_a_buffer_is_no_task():
    assert "缓冲" not in words(one())
    svg = one(buffer=True)
    assert "缓冲" in words(svg)
    dashed = [r for g in svg.findall(f"{SVG}g") if g.get("transform") is None for r in g.iter(f"{SVG}rect")]
    assert [r.get("stroke-dasharray") for r in dashed] == ["3 2"]


@pytest.mark.parametrize("days", [1, 20, 90, 400, 1500, 9000])
@pytest.mark.parametrize("lang", LANGS)
def test_axis_labels_do_not_touch_each_other(days, lang):
    svg = drawn(GanttChart((row(finish=DAY + timedelta(days=days)),), as_of=DAY), lang)
    for y in ("28.0", "44.0"):
        size = 10 if y == "28.0" else 8.5
        labels = [
            (float(t.get("x")), t.text) for t in svg.iter(f"{SVG}text") if t.get("y") == y and float(t.get("x")) > 190
        ]
        for (left, text), (right, _) in pairwise(labels):
            cells = sum(2 if ord(ch) > 0x2E80 else 1 for ch in text)
            assert left + cells * size * 0.5 <= right
        assert all(x < 720 for x, _ in labels)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_name_is_text_in_both_languages_of_drawing(name, phase):
    name = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", name)
    phase = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", phase)
    chart = GanttChart((row(name=name, phase=phase), row(id="T-002")), as_of=DAY)
    tags = [element.tag for element in drawn(chart).iter()]
    assert tags == [element.tag for element in drawn(GanttChart((row(), row(id="T-002", phase="p")), as_of=DAY)).iter()]
    lines = chart.mermaid("zh").split("\n")
    assert len(lines) == 10
    assert all(line.count(":") == 1 for line in lines if ", r" in line or ":r" in line)
    assert not any(sign in line for line in lines[6:] for sign in ";#%`<>")


def test_mermaid_tags_and_ids():
    chart = GanttChart(
        (
            row(percent=100),
            row(id="T-002", percent=40, critical=True),
            row(id="M-001", milestone=True, phase="二"),
            row(id="section x", phase="二"),
        ),
        as_of=DAY,
    )
    assert chart.mermaid("en").split("\n")[6:] == [
        "    section 阶段",
        "    T-001 任务 :done, r1, 2026-03-02, 2026-03-06",
        "    T-002 任务 :crit, active, r2, 2026-03-02, 2026-03-06",
        "    section 二",
        "    M-001 任务 :milestone, r3, 2026-03-06, 0d",
        "    · section x 任务 :r4, 2026-03-02, 2026-03-06",
    ]
