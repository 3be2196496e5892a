"""The network in characters: what each task waits for and what waits for it, phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.plan import Dependency, Task
from pmkit.kernel.text import Lang, Text, display_width, pad, shorten
from pmkit.workspace.planning import Planned


def network_text(planned: Planned, lang: Lang, width: int, *, colour: bool) -> str:
    """The critical path as one chain, then a line a task: `T-001 -> T-002 name -> T-003`."""
    ws = planned.ws
    followers: dict[str, list[str]] = {}
    for task in ws.tasks:
        for text in task.after:
            link = Dependency.parse(text)
            how = text.removeprefix(link.predecessor).strip()
            followers.setdefault(link.predecessor, []).append(f"{task.id} {how}".strip())
    before = {task.id: ", ".join(task.after) for task in ws.tasks}
    room = max(16, (width - 14) // 4)
    left = min(room, max((display_width(text) for text in before.values()), default=0))
    names = max((display_width(f"{task.id} {task.name}") for task in ws.tasks), default=0)
    middle = min(names, max(20, width - left - room - 12))
    lines = [*_chain(planned, lang, width), ""]
    for phase in ws.phases:
        if phase.tasks:
            lines.append(f"{phase.id} {phase.name}")
        for part in phase.tasks:
            task = ws.get(part.id, Task)
            mark = "!" if planned.item(task.id).critical else " "
            name = pad(shorten(f"{task.id} {task.name}", middle), middle)
            waits = pad(shorten(before[task.id], left), left, right=True)
            arrow = "->" if task.after else "  "
            after = ", ".join(followers.get(task.id, ()))
            line = f"{mark} {waits} {arrow} {name}" + (f" -> {shorten(after, room)}" if after else "")
            lines.append(f"\x1b[31m{line.rstrip()}\x1b[0m" if colour and mark == "!" else line.rstrip())
    legend = Text("! critical   left: waits for, right: what waits for it", "! 关键任务   左：前置任务，右：后续任务")
    return "\n".join([*lines, "", legend.to(lang)]) + "\n"


def _chain(planned: Planned, lang: Lang, width: int) -> Iterator[str]:
    """The critical tasks in the order of their starts."""
    critical = [t for t in planned.ws.tasks if planned.item(t.id).critical and planned.percent(t.id) < 100]
    critical.sort(key=lambda task: (planned.item(task.id).early_start, planned.item(task.id).early_finish))
    line = Text("Critical: ", "关键任务：").to(lang)
    indent = " " * display_width(line)
    for number, task in enumerate(critical):
        word = f"{' -> ' if number else ''}{task.id}"
        if display_width(line) + len(word) > width:
            yield line
            line, word = indent, word.lstrip()
        line += word
    yield line if critical else line + Text("none", "无").to(lang)
