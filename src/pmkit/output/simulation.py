"""What a simulation found, for a person and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pmkit.domain.plan import Task
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.schedule.simulation import Event, Outcome, Simulated
from pmkit.workspace.planning import Planned

PERCENTILES = (50, 80, 90)
_BARS = 16  # lines of the histogram at most
_TASKS = 15  # tasks by criticality at most


def simulation_text(
    planned: Planned,
    found: Simulated,
    lang: Lang,
    width: int,
    events: Sequence[Event] = (),
    without: Simulated | None = None,
) -> str:
    """Milestones with their percentiles, the project's finish as a histogram, the tasks that decide it.

    `events`: the risks that were drawn too; `without`: the same runs without them.
    """
    ws = planned.ws
    heads = [
        Text("Finish", "完成"),
        Text("Plan", "计划"),
        *(Text.same(f"P{percent}") for percent in PERCENTILES),
        Text("In time", "按期概率"),
    ]
    rows = [
        _row(f"{milestone} {ws.get(milestone, Task).name}", outcome) for milestone, outcome in found.milestones.items()
    ]
    rows.append(_row(Text("the whole project", "整个项目").to(lang), found.project))
    if without is not None:
        rows.append(_row(Text("the same without risks", "整个项目（不计风险）").to(lang), without.project))
    return "\n".join(
        [
            Text("{runs} runs, seed {seed}", "模拟 {runs} 次，种子 {seed}")
            .format(runs=f"{found.runs:,}", seed=found.seed)
            .to(lang),
            *_events(planned, events, lang),
            table([head.to(lang) for head in heads], rows, width, right=(5,)),
            histogram_text(found.project, lang, width),
            _criticality(planned, found, lang, width),
        ]
    )


def _events(planned: Planned, events: Sequence[Event], lang: Lang) -> Iterator[str]:
    """The risks that take part, each with its chance and what it delays."""
    if events:
        yield Text("with risks (--no-risks leaves them out):", "计入风险（--no-risks 可不计入）：").to(lang)
    for event in events:
        day = planned.calendar.day_minutes
        tasks = Text.join(
            Text.same(f"{task} {'+' if minutes > 0 else '-'}{plain(Decimal(abs(minutes)) / day)}d")
            for task, minutes in event.minutes.items()
        )
        yield f"  {event.id}  {event.chance:.0%}  {tasks.to(lang)}  {planned.ws.get(event.id).name_to_show}"


def _row(name: str, outcome: Outcome) -> list[str]:
    dates = [f"{outcome.percentile(percent):%Y-%m-%d}" for percent in PERCENTILES]
    return [name, f"{outcome.planned:%Y-%m-%d}", *dates, f"{outcome.chance:.0%}"]


def histogram_text(outcome: Outcome, lang: Lang, width: int) -> str:
    """Runs by the day on which the project ended: a bar a stretch of days, with the share that has ended by then."""
    spread = outcome.spread(_BARS)
    most = max(count for _, count in spread)
    total = sum(count for _, count in spread)
    room = max(10, min(60, width - 30))
    marks = {f"P{percent}": outcome.percentile(percent).date() for percent in PERCENTILES}
    marks[Text("plan", "计划").to(lang)] = outcome.planned.date()
    lines = [Text("Finish of the project, runs by day", "项目完成日期分布").to(lang)]
    done, before = 0, None
    for last, count in spread:
        done += count
        if not count:
            continue  # weekends and holidays
        here = [name for name, day in marks.items() if day <= last and (before is None or day > before)]
        bar = "#" * max(1 if count else 0, count * room // most)
        lines.append(f"{last:%Y-%m-%d} {done / total:>5.0%} {bar}{' <' + ' '.join(here) if here else ''}".rstrip())
        before = last
    return "\n".join(lines) + "\n"


def _criticality(planned: Planned, found: Simulated, lang: Lang, width: int) -> str:
    ranked = sorted(found.criticality.items(), key=lambda item: -item[1])
    shown = [(task_id, share) for task_id, share in ranked if share >= 0.005][:_TASKS]
    heads = [Text("On the critical path in", "处于关键路径的概率").to(lang), ""]
    rows = [[f"{task_id} {planned.ws.get(task_id, Task).name}", f"{share:.0%}"] for task_id, share in shown]
    return table(heads, rows, width, right=(1,))


def simulation_json(
    planned: Planned, found: Simulated, events: Sequence[Event] = (), without: Simulated | None = None
) -> dict[str, Any]:
    """The stable shape of `plan simulate --json`."""

    def outcome(of: Outcome) -> dict[str, Any]:
        return {
            "planned": of.planned.isoformat(timespec="minutes"),
            **{f"p{percent}": of.percentile(percent).isoformat(timespec="minutes") for percent in PERCENTILES},
            "in_time": round(of.chance, 4),
        }

    return {
        "runs": found.runs,
        "seed": found.seed,
        "numpy": found.vectorised,
        "project": outcome(found.project),
        "p80_without_risks": outcome(without.project)["p80"] if without is not None else None,
        "risks": [
            {"id": event.id, "chance": round(event.chance, 4), "minutes": dict(event.minutes)} for event in events
        ],
        "milestones": [
            {"id": milestone, "name": planned.ws.get(milestone, Task).name, **outcome(of)}
            for milestone, of in found.milestones.items()
        ],
        "criticality": {task_id: round(share, 4) for task_id, share in found.criticality.items()},
        "histogram": [{"until": day.isoformat(), "runs": count} for day, count in found.project.spread(_BARS)],
    }
