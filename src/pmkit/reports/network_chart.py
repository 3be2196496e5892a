"""The network of a plan as SVG: phase by phase, work running to the right, as many boxes as one can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from pmkit.kernel.text import Lang, Text, shorten, wrap
from pmkit.reports.charts import FONTS, inert, svg_line, svg_rect, svg_text

_WIDTH = 720
_BOX, _TALL = 116, 52  # of a task, in SVG units
_CELLS = 20  # of a line of its name
_GAP_X, _GAP_Y = 30, 12
_COLUMNS, _ROWS = 5, 12  # of a picture
_TOP = 26
_MERMAID_MOST = 60


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A task or milestone; `before`: ids of what it waits for, in its phase or another."""

    id: str
    name: str
    phase: str
    start: date
    finish: date
    before: tuple[str, ...] = ()
    critical: bool = False
    milestone: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class NetworkChart:
    """Nodes in the plan's order, those of a phase together."""

    nodes: tuple[NetworkNode, ...]

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """Pictures phase by phase, each of at most five columns and twelve rows."""
        pages = [page for phase in dict.fromkeys(n.phase for n in self.nodes) for page in _pages(self._of(phase))]
        total = len(pages)
        critical = {node.id for node in self.nodes if node.critical}
        return tuple(_draw(page, lang, number, total, critical) for number, page in enumerate(pages, 1))

    def _of(self, phase: str) -> list[NetworkNode]:
        return [node for node in self.nodes if node.phase == phase]

    def mermaid(self, lang: Lang) -> str:  # noqa: ARG002 - every chart is asked for a language
        """Mermaid's flowchart; of a large plan the critical tasks and milestones only."""
        shown = self.nodes
        if len(shown) > _MERMAID_MOST:
            shown = tuple(node for node in shown if node.critical or node.milestone)[:_MERMAID_MOST]
        known = {node.id: f"n{number}" for number, node in enumerate(shown)}
        lines = ["flowchart LR"]
        lines += [f'    {known[node.id]}["{inert(f"{node.id} {node.name}")}"]' for node in shown]
        lines += [f"    {known[b]} --> {known[node.id]}" for node in shown for b in node.before if b in known]
        critical = [known[node.id] for node in shown if node.critical]
        if critical:
            lines += [
                "    classDef critical stroke:#b3261e,stroke-width:2px",
                f"    class {','.join(critical)} critical",
            ]
        return "\n".join(lines)


_Page = tuple[str, list[list[NetworkNode]]]  # phase, columns


def _pages(nodes: Sequence[NetworkNode]) -> Iterator[_Page]:
    """The columns of a phase: nodes by how many of the phase's own come before them; long columns in parts."""
    ranks = _ranks(nodes)
    columns: list[list[NetworkNode]] = []
    for rank in range(max(ranks.values(), default=-1) + 1):
        column = [node for node in nodes if ranks[node.id] == rank]
        columns += [column[at : at + _ROWS] for at in range(0, len(column), _ROWS)]
    for at in range(0, len(columns), _COLUMNS):
        yield nodes[0].phase, columns[at : at + _COLUMNS]


def _ranks(nodes: Sequence[NetworkNode]) -> Mapping[str, int]:
    """The length of the longest chain inside the phase that leads to each node."""
    by_id = {node.id: node for node in nodes}
    ranks: dict[str, int] = {}
    for first in nodes:
        pending = [first]
        while pending:
            node = pending[-1]
            before = [b for b in node.before if b in by_id]
            waiting = [by_id[b] for b in before if b not in ranks]
            if node.id in ranks or not waiting:
                ranks.setdefault(node.id, max((ranks[b] + 1 for b in before), default=0))
                pending.pop()
            else:
                pending += waiting
    return ranks


def _draw(page: _Page, lang: Lang, number: int, total: int, critical: set[str]) -> str:
    phase, columns = page
    rows = max(len(column) for column in columns)
    height = _TOP + rows * (_TALL + _GAP_Y) + 26
    places = {
        node.id: (8 + x * (_BOX + _GAP_X), _TOP + y * (_TALL + _GAP_Y))
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }
    title = Text(en="Network: {phase}", zh="网络图：{phase}").format(phase=phase).to(lang)
    title += f" ({number}/{total})" if total > 1 else ""
    box = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    font = f'font-family="{FONTS}" font-size="10"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" role="img" {box} {font}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        svg_text(8, 14, title, 'font-weight="bold" fill="#111" font-size="11"'),
    ]
    nodes = [node for column in columns for node in column]
    for node in nodes:
        lines += _links(node, places, critical)
    for node in nodes:
        lines += _box(node, places)
    return "\n".join([*lines, *_legend(height - 8, lang), "</svg>"])


def _links(node: NetworkNode, places: Mapping[str, tuple[int, int]], critical: set[str]) -> Iterator[str]:
    """Arrows from boxes of the picture; what stands elsewhere is named above the box."""
    x, y = places[node.id]
    for before in node.before:
        if before not in places:
            continue
        bx, by = places[before]
        both = node.critical and before in critical
        style = 'stroke="#b3261e" stroke-width="1.6"' if both else 'stroke="#8a8a86" stroke-width="0.9"'
        start, end = (bx + _BOX, by + _TALL / 2), (x, y + _TALL / 2)
        bend = max(14.0, (end[0] - start[0]) / 2)
        curve = f"C{start[0] + bend:.1f} {start[1]:.1f} {end[0] - bend:.1f} {end[1]:.1f} {end[0] - 4} {end[1]:.1f}"
        path = f"M{start[0]} {start[1]:.1f}{curve}"
        yield f'<path d="{path}" fill="none" {style}/>'
        yield f'<path d="M{end[0]} {end[1]:.1f}l-5 -2.6v5.2z" fill="{"#b3261e" if both else "#8a8a86"}"/>'


def _box(node: NetworkNode, places: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    x, y = places[node.id]
    fill = "#ececea" if node.done else "#fdeceb" if node.critical else "#eef3fa"
    stroke = 'stroke="#b3261e" stroke-width="1.6"' if node.critical else 'stroke="#3c6ca8" stroke-width="0.8"'
    corner = ' rx="12"' if node.milestone else ' rx="2"'
    yield f"<g><title>{escape(f'{node.id} {node.name}')}</title>"
    yield svg_rect(x, y, _BOX, _TALL, f'fill="{fill}" {stroke}{corner}')
    elsewhere = [before for before in node.before if before not in places]
    head = f"{node.id} ← {', '.join(elsewhere)}" if elsewhere else node.id
    inset = 9 if node.milestone else 5
    yield svg_text(x + inset, y + 11, shorten(head, 21), 'fill="#555" font-size="8.5"')
    for line, words in enumerate(_two_lines(" ".join(node.name.split()))):
        yield svg_text(x + inset, y + 23 + 12 * line, words, 'fill="#111" font-size="10"')
    span = f"{node.finish:%m-%d}" if node.milestone else f"{node.start:%m-%d} - {node.finish:%m-%d}"
    yield svg_text(x + inset, y + _TALL - 5, span, 'fill="#444" font-size="8.5"')
    yield "</g>"


def _two_lines(name: str) -> tuple[str, ...]:
    """A name on one line or two, cut where it is longer still."""
    first, *rest = wrap(name, _CELLS) or [""]
    return (first, shorten(name[len(first) :].lstrip(), _CELLS)) if rest else (first,)


def _legend(y: float, lang: Lang) -> Iterator[str]:
    x = 8.0
    for words, style in (
        (Text("critical", "关键任务"), 'fill="#fdeceb" stroke="#b3261e" stroke-width="1.6"'),
        (Text("not critical", "非关键任务"), 'fill="#eef3fa" stroke="#3c6ca8" stroke-width="0.8"'),
        (Text("done", "已完成"), 'fill="#ececea" stroke="#3c6ca8" stroke-width="0.8"'),
        (Text("milestone (rounded)", "里程碑（圆角）"), 'fill="#eef3fa" stroke="#3c6ca8" stroke-width="0.8" rx="4"'),
    ):
        yield svg_rect(x, y - 8, 18, 9, style)
        yield svg_text(x + 22, y, words.to(lang), 'fill="#333" font-size="9"')
        x += 22 + len(words.to(lang)) * (9.5 if lang == "zh" else 5.2) + 16
    away = Text("← T-001: waits for a task on another picture", "← T-001：前置任务在其他图中")
    yield svg_line(x, y - 10, x, y + 1, 'stroke="#ccc" stroke-width="0.6"')
    yield svg_text(x + 8, y, away.to(lang), 'fill="#333" font-size="9"')
