"""Stakeholders on a screen: the influence/interest grid, who was not spoken to, the communication plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from pmkit.domain.people import CHANNELS, LEVELS, SIDES, Person
from pmkit.kernel.recurrence import rule_words
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.model import Workspace
from pmkit.workspace.stakeholders import class_of, plan_kept, spoken, stakeholders


def as_text(ws: Workspace, as_of: date, days: int, lang: Lang, width: int) -> str:
    """Three parts, each with its heading."""
    people = stakeholders(ws)
    parts = [
        Text("Influence and interest", "影响力/关注度矩阵").to(lang),
        _grid(people, lang, width),
        Text("Not spoken to for {n} days or more", "{n} 天以上未沟通").format(n=days).to(lang),
        _silent(ws, people, as_of, days, lang, width),
        Text("Communication plan", "沟通计划执行情况").to(lang),
        _plan(ws, as_of, lang, width),
    ]
    return "\n".join(f"{head}\n{body}" for head, body in zip(parts[::2], parts[1::2], strict=True))


def _grid(people: list[Person], lang: Lang, width: int) -> str:
    """Rows by influence from high to low, columns by interest from low to high."""
    heads = [
        Text("influence / interest", "影响力＼关注度").to(lang),
        *(LEVELS[level].to(lang) for level in ("low", "medium", "high")),
    ]
    rows = []
    for influence in ("high", "medium", "low"):
        cells = [
            Text.join(Text.same(p.name) for p in people if (p.influence, p.interest) == (influence, interest)).to(lang)
            for interest in ("low", "medium", "high")
        ]
        rows.append([LEVELS[influence].to(lang), *cells])
    text = table(heads, rows, width)
    unknown = [p for p in people if class_of(p) is None]
    if unknown:
        names = Text.join(Text.same(p.name) for p in unknown)
        said = Text(
            "not rated: {names} (pmkit set HANDLE influence=high interest=low)",
            "尚未评定：{names}（pmkit set 代号 influence=high interest=low）",
        )
        text += said.format(names=names).to(lang) + "\n"
    return text


def _silent(ws: Workspace, people: list[Person], as_of: date, days: int, lang: Lang, width: int) -> str:
    told = spoken(ws, as_of)
    rows = []
    for person in people:
        last = next(iter(told.get(person.id, ())), None)
        passed = (as_of - (last.on if last else ws.project.first_day)).days
        if passed >= days:
            rows.append(
                [
                    person.name,
                    SIDES[person.side].to(lang),
                    (class_of(person) or Text.same("-")).to(lang),
                    f"{last.on} {CHANNELS[last.channel].to(lang)} {last.record}"
                    if last
                    else Text("never", "无").to(lang),
                    str(passed),
                ]
            )
    if not rows:
        return Text("nobody", "没有").to(lang) + "\n"
    heads = (
        Text("Name", "姓名"), Text("Side", "所属方"), Text("Class", "分类"), Text("Last", "最近一次"),
        Text("Days", "天数"),
    )  # fmt: skip
    return table([h.to(lang) for h in heads], sorted(rows, key=lambda r: -int(r[4])), width, right=(4,))


def _plan(ws: Workspace, as_of: date, lang: Lang, width: int) -> str:
    rows = []
    for kept in plan_kept(ws, as_of):
        line, last = kept.line, kept.last
        state = Text("missed", "未按计划") if kept.is_missed(as_of) else Text("kept", "按计划")
        rows.append(
            [
                kept.person.name, line.what, rule_words(line.every, None).to(lang),
                CHANNELS[line.channel].to(lang) if line.channel else Text("any", "不限").to(lang),
                ws.person_name(line.by), f"{last.on} {last.record}" if last else Text("never", "无").to(lang),
                str(kept.due), state.to(lang),
            ]
        )  # fmt: skip
    if not rows:
        said = Text(
            "none: pmkit person plan HANDLE --what TEXT --every week",
            "尚未制定：pmkit person plan 代号 --what 内容 --every week",
        )
        return said.to(lang) + "\n"
    heads = (
        Text("Name", "姓名"), Text("What", "沟通内容"), Text("Every", "周期"), Text("Channel", "方式"),
        Text("By", "我方责任人"), Text("Last", "最近一次"), Text("Due", "下次期限"), Text("State", "执行情况"),
    )  # fmt: skip
    return table([h.to(lang) for h in heads], rows, width)


def as_json(ws: Workspace, as_of: date, days: int) -> dict[str, Any]:
    """The same for programs; `silent` are those not spoken to for `days` days or more."""
    told = spoken(ws, as_of)
    people, silent = [], []
    for person in stakeholders(ws):
        last = next(iter(told.get(person.id, ())), None)
        passed = (as_of - (last.on if last else ws.project.first_day)).days
        people.append(
            {
                "id": person.id, "name": person.name, "side": person.side, "influence": person.influence,
                "interest": person.interest, "attitude": person.attitude, "days_since": passed,
                "last": last.on.isoformat() if last else None, "channel": last.channel if last else None,
                "record": last.record if last else None,
            }
        )  # fmt: skip
        if passed >= days:
            silent.append(person.id)
    return {
        "people": people,
        "silent": silent,
        "plan": [
            {
                "person": k.person.id, "what": k.line.what, "every": k.line.every, "channel": k.line.channel,
                "by": k.line.by, "last": k.last.on.isoformat() if k.last else None, "due": k.due.isoformat(),
                "missed": k.is_missed(as_of),
            }
            for k in plan_kept(ws, as_of)
        ],
    }  # fmt: skip
