"""Load, histogram and fever chart as SVG, in the style of the Gantt chart: no clock, no font file, no library.

Colours differ in lightness as well, and what matters has a sign of its own, so that the pictures read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape

from pmkit.domain.plan import BUFFERS, Task
from pmkit.kernel.text import Lang, Text, shorten
from pmkit.reports.charts import FONTS, svg_line, svg_rect, svg_text
from pmkit.schedule.buffers import RED, YELLOW, BufferState, border
from pmkit.schedule.simulation import Simulated
from pmkit.workspace.planning import Planned
from pmkit.workspace.resources import Load

_WIDTH = 720
_BLUE, _RED, _GREY, _INK = "#3c6ca8", "#b3261e", "#8a8a85", "#222"
_PEOPLE = 20  # a picture's rows of the load chart at most; the busiest come first
_MOST_USED = Decimal(150)  # percent of a buffer that its picture shows
_PERCENTILES = (50, 80, 90)


def _document(height: float, title: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" '
        f'height="{height:.0f}" font-family="{FONTS}" font-size="10" fill="{_INK}" role="img">'
        f"<title>{escape(title, quote=False)}</title>"
        f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#fff"/>' + "".join(body) + "</svg>\n"
    )


# --- load ------------------------------------------------------------------------------------------------------------


def load_chart(planned: Planned, loads: Sequence[Load], lang: Lang) -> str:
    """A strip of columns a person: the load of each period against what the person gives; over it the column is red."""
    title = Text("Load of people", "人员负荷").to(lang)
    people: dict[str, list[Load]] = {}
    for load in loads:
        people.setdefault(load.person, []).append(load)
    busiest = sorted(
        people, key=lambda p: (-sum(bool(load.over) for load in people[p]), -sum(x.work for x in people[p]))
    )
    shown = [person for person in people if person in busiest[:_PEOPLE]]
    names, row, top = 96.0, 46.0, 30.0
    count = max((len(of) for of in people.values()), default=1)
    step = (_WIDTH - names - 12) / max(1, count)
    most = max([Decimal(100), *(x.percent for of in people.values() for x in of if x.percent is not None)])
    most = min(most, Decimal(250))
    body = [svg_text(6, 16, title, 'font-size="13" font-weight="bold"')]
    for number, person in enumerate(shown):
        base = top + (number + 1) * row - 8
        tall = row - 14
        body.append(svg_text(6, base - tall / 2 + 3, shorten(planned.ws.person_name(person), 15), 'font-size="10.5"'))
        for at, load in enumerate(people[person]):
            percent = most if load.percent is None else min(load.percent, most)
            high = float(percent / most) * tall
            x = names + at * step
            if load.work:
                colour = _RED if load.over else _BLUE
                body.append(svg_rect(x + 0.6, base - high, max(1.0, step - 1.2), high, f'fill="{colour}"'))
                sign = "!" if load.over else ""
                label = f"{load.percent:.0f}%{sign}" if step >= 26 and load.percent is not None else sign
                if label:
                    body.append(svg_text(x + step / 2, base - high - 2, label, 'font-size="7.5" text-anchor="middle"'))
        limit = base - float(100 / most) * tall
        body.append(
            svg_line(names, limit, _WIDTH - 12, limit, f'stroke="{_INK}" stroke-width="0.7" stroke-dasharray="3 2"')
        )
        body.append(svg_line(names, base, _WIDTH - 12, base, f'stroke="{_GREY}" stroke-width="0.6"'))
    bottom = top + len(shown) * row
    every = max(1, int(-(-44 // step)))
    periods = [(load.first, load.last) for load in (people[shown[0]] if shown else [])]
    for at, (first, _) in enumerate(periods):
        if at % every == 0:
            shown_day = _period(first, at - every < 0 or periods[at - every][0].year != first.year)
            body.append(svg_text(names + at * step, bottom + 6, shown_day, f'font-size="8.5" fill="{_GREY}"'))
    legend = Text(
        "dashed: all that the person gives; red and !: more at once than that",
        "虚线：可用工时；红色和 !：同时安排的工作超过可用工时",
    ).to(lang)
    if len(people) > len(shown):
        rest = Text(" - {n} more people", "；另有 {n} 人未列出").format(n=len(people) - len(shown)).to(lang)
        legend += rest
    body.append(svg_text(names, bottom + 22, legend, 'font-size="9"'))
    return _document(bottom + 32, title, body)


def _period(first: date, is_new_year: bool) -> str:
    """A period by its first day, which tells the year where that is a new one."""
    return f"{first:%y-%m-%d}" if is_new_year else f"{first:%m-%d}"


# --- simulation ------------------------------------------------------------------------------------------------------


def histogram_chart(planned: Planned, found: Simulated, lang: Lang) -> str:
    """Runs by the day on which the project ends, the share that has ended by then, and the days that matter."""
    title = (
        Text("{name}: when it ends, {runs} runs", "{name}：完成日期分布（模拟 {runs} 次）")
        .format(name=planned.ws.project.name, runs=f"{found.runs:,}")
        .to(lang)
    )
    spread = found.project.spread(40)
    left, right, top, bottom = 44.0, 40.0, 64.0, 270.0
    step = (_WIDTH - left - right) / len(spread)
    most = max(count for _, count in spread)
    body = [svg_text(6, 16, shorten(title, 100), 'font-size="13" font-weight="bold"')]
    for share in (0, 25, 50, 75, 100):
        y = bottom - (bottom - top) * share / 100
        body.append(svg_line(left, y, _WIDTH - right, y, 'stroke="#ddd" stroke-width="0.6"'))
        body.append(svg_text(_WIDTH - right + 4, y + 3, f"{share}%", f'font-size="8.5" fill="{_GREY}"'))
    done, points = 0, []
    for at, (_, count) in enumerate(spread):
        high = (bottom - top) * count / most
        body.append(
            svg_rect(
                left + at * step + 0.5,
                bottom - high,
                step - 1,
                high,
                f'fill="#b5cbe8" stroke="{_BLUE}" stroke-width="0.5"',
            )
        )
        done += count
        points.append(f"{left + (at + 1) * step:.1f},{bottom - (bottom - top) * done / found.runs:.1f}")
    body.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{_INK}" stroke-width="1.4"/>')
    every = max(1, int(-(-42 // step)))
    for at, (last, _) in enumerate(spread):
        if at % every == 0:
            body.append(svg_text(left + at * step, bottom + 13, f"{last:%m-%d}", f'font-size="8.5" fill="{_GREY}"'))
    marks = [(Text("plan", "计划").to(lang), found.project.planned.date())]
    marks += [(f"P{percent}", found.project.percentile(percent).date()) for percent in _PERCENTILES]
    for level, (name, day) in enumerate(marks):
        x = left + _column(spread, day) * step
        dash = "none" if level == 0 else "4 2"
        colour = _RED if level == 0 else "#0b6e4f"
        y = 30.0 + 9 * level
        body.append(svg_line(x, y, x, bottom, f'stroke="{colour}" stroke-width="1.2" stroke-dasharray="{dash}"'))
        anchor = "end" if x > _WIDTH - 110 else "start"
        body.append(
            svg_text(
                x + (-3 if anchor == "end" else 3),
                y + 6,
                f"{name} {day:%Y-%m-%d}",
                f'font-size="9" fill="{colour}" text-anchor="{anchor}"',
            )
        )
    words = Text(
        "columns: runs that end then; line: share of runs that have ended (right scale)",
        "柱：当日完成的次数；线：累计完成概率（右轴）",
    )
    body.append(svg_text(left, bottom + 30, words.to(lang), 'font-size="9"'))
    return _document(bottom + 40, title, body)


def _column(spread: Sequence[tuple[date, int]], day: date) -> float:
    """Where a day stands among the columns: at its column's middle, before the first one or after the last."""
    for at, (last, _) in enumerate(spread):
        if day <= last:
            return 0.0 if at == 0 and len(spread) > 1 and (last - day) > (spread[1][0] - last) else at + 0.5
    return float(len(spread))


# --- buffers ---------------------------------------------------------------------------------------------------------


def fever_chart(planned: Planned, past: Sequence[Sequence[BufferState]], lang: Lang) -> str:
    """A panel a buffer: green, yellow and red ground, and the way from status date to status date."""
    title = Text("Fever chart", "缓冲消耗图").to(lang)
    names = [state.id for state in past[-1]] if past else []
    wide, tall, gap, top = 300.0, 190.0, 48.0, 46.0
    body = [svg_text(6, 16, title, 'font-size="13" font-weight="bold"')]
    for number, buffer_id in enumerate(names):
        left = 40 + (number % 2) * (wide + gap)
        base = top + (number // 2) * (tall + 62) + tall
        body += _panel(planned, [s for then in past for s in then if s.id == buffer_id], left, base, wide, tall, lang)
    height = top + -(-max(1, len(names)) // 2) * (tall + 62)
    return _document(height, title, body)


def _panel(
    planned: Planned, trail: Sequence[BufferState], left: float, base: float, wide: float, tall: float, lang: Lang
) -> list[str]:
    most = min(_MOST_USED, max([Decimal(100), *(state.used_percent for state in trail)]))

    def x(done: Decimal) -> float:
        return left + wide * float(done) / 100

    def y(used: Decimal) -> float:
        return base - tall * float(min(used, most) / most)

    def ground(points: Sequence[tuple[Decimal, Decimal]], colour: str) -> str:
        shown = " ".join(f"{x(done):.1f},{y(used):.1f}" for done, used in points)
        return f'<polygon points="{shown}" fill="{colour}"/>'

    zero, full = Decimal(0), Decimal(100)
    parts = [
        ground([(zero, zero), (full, zero), (full, border(YELLOW, full)), (zero, border(YELLOW, zero))], "#d7ecd9"),
        ground([(zero, YELLOW[0]), (full, YELLOW[1]), (full, RED[1]), (zero, RED[0])], "#fbe7a1"),
        ground([(zero, RED[0]), (full, RED[1]), (full, most), (zero, most)], "#f0a79f"),
    ]
    task = planned.ws.get(trail[-1].id, Task)
    kind = BUFFERS[task.buffer or "project"].to(lang)
    heading = Text("{name} ({kind})", "{name}（{kind}）").format(name=task.name, kind=kind).to(lang)
    parts.append(svg_text(left, base - tall - 8, shorten(f"{task.id} {heading}", 46), 'font-size="10.5"'))
    for zone, done, used in (
        (Text("act", "超限"), Decimal(6), most * Decimal("0.8")),
        (Text("plan", "预警"), Decimal(80), (border(YELLOW, Decimal(80)) + border(RED, Decimal(80))) / 2 - 2),
        (Text("fine", "正常"), Decimal(85), Decimal(15)),
    ):
        parts.append(svg_text(x(done), y(used), zone.to(lang), 'font-size="9" fill="#555"'))
    for share in (0, 50, 100):
        parts.append(
            svg_text(left - 4, y(Decimal(share)) + 3, f"{share}%", f'font-size="8" fill="{_GREY}" text-anchor="end"')
        )
        parts.append(
            svg_text(x(Decimal(share)), base + 11, f"{share}%", f'font-size="8" fill="{_GREY}" text-anchor="middle"')
        )
    points = [(x(min(full, state.done_percent)), y(state.used_percent)) for state in trail]
    way = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    parts.append(f'<polyline points="{way}" fill="none" stroke="{_INK}" stroke-width="1.3"/>')
    for number, (a, b) in enumerate(points):
        radius, colour = (4.2, _INK) if number == len(points) - 1 else (2.4, "#fff")
        parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius}" fill="{colour}" stroke="{_INK}"/>')
    last, (a, b) = trail[-1], points[-1]
    label = f"{last.status_date:%m-%d}" if last.status_date else ""
    if last.used_percent > most:
        label += f" {last.used_percent:.0f}%"  # above the picture, and so at its edge
    anchor = "end" if a > left + wide - 60 else "start"
    down = 11 if b < base - tall + 8 else -6
    parts.append(svg_text(a + (-7 if anchor == "end" else 7), b + down, label, f'font-size="9" text-anchor="{anchor}"'))
    axis = Text("up: buffer used; right: chain done", "纵轴：缓冲消耗；横轴：关键链完成").to(lang)
    parts.append(svg_text(left, base + 24, axis, f'font-size="8.5" fill="{_GREY}"'))
    return parts
