"""The matrix of risks and their ratings over time, for a person and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.domain.rating import BANDS, Band
from pmkit.domain.risks import Risk
from pmkit.kernel.text import Lang, Text, display_width, pad, shorten
from pmkit.output.tables import coloured, table
from pmkit.workspace.model import Workspace
from pmkit.workspace.risks import Matrix, Rated

# Colour behind a cell, and a sign that says the same without colour.
_BEHIND: dict[Band, str] = {
    "low": "\x1b[30;42m", "medium": "\x1b[30;43m", "high": "\x1b[30;48;5;208m", "extreme": "\x1b[37;41m",
}  # fmt: skip
_SIGNS: dict[Band, str] = {"low": "  ", "medium": " .", "high": " !", "extreme": "!!"}
_MOST = 4  # lines of a cell


def matrix_text(found: Matrix, lang: Lang, width: int) -> str:
    """The matrix, probability upwards and impact to the right; ids in the cells, then the list by score."""
    levels = range(1, found.scale.scale + 1)
    names = [_level(found, level, lang) for level in levels]
    label = max(map(display_width, names))
    cell = max(8, min(16, (width - label - 2) // len(levels) - 1))
    lines = [Text("Probability (upwards) and impact", "概率（纵向）与影响程度（横向）").to(lang)]
    for probability in reversed(levels):
        cells = [_cell(found, probability, impact, cell, lang) for impact in levels]
        for row in range(max(map(len, cells))):
            parts = [
                _painted(found.band(probability, impact), pad(own[row] if row < len(own) else "", cell))
                for impact, own in zip(levels, cells, strict=True)
            ]
            lines.append(f"{pad(names[probability - 1] if not row else '', label)}  {' '.join(parts)}".rstrip())
    lines.append(f"{pad('', label)}  {' '.join(pad(name, cell) for name in names)}".rstrip())
    lines.append("")
    counts = [Text("{band} {n}", "{band} {n}").format(band=BANDS[band], n=n) for band, n in found.counts().items() if n]
    if counts:
        lines.append(Text.join(counts).to(lang))
    ranked = sorted((r for risks in found.cells.values() for r in risks), key=lambda r: -(r.score or 0))
    lines += [f"  {risk.id}  {shorten(risk.title, max(10, width - 12))}" for risk in ranked]
    if found.unrated:
        ids = ", ".join(risk.id for risk in found.unrated)
        lines.append(Text("not rated: {ids}", "尚未评级：{ids}").format(ids=ids).to(lang))
    return "\n".join(lines) + "\n"


def _level(found: Matrix, level: int, lang: Lang) -> str:
    return f"{level} {found.scale.level_name(level).to(lang)}"


def _cell(found: Matrix, probability: int, impact: int, width: int, lang: Lang) -> list[str]:
    band = found.band(probability, impact)
    ids = [risk.id for risk in found.at(probability, impact)]
    shown = ids if len(ids) <= _MOST else [*ids[: _MOST - 1], f"+{len(ids) - _MOST + 1}"]
    head = f"{_SIGNS[band]}{BANDS[band].to(lang)}"
    if shown and display_width(f" {head} {shown[0]}") <= width:
        return [shorten(f" {head} {shown[0]}", width), *(shorten(f"   {one}", width) for one in shown[1:])]
    return [shorten(f" {head}", width), *(shorten(f"   {one}", width) for one in shown)]


def _painted(band: Band, text: str) -> str:
    return f"{_BEHIND[band]}{text}\x1b[0m" if coloured() else text


def matrix_json(found: Matrix) -> dict[str, Any]:
    """The stable shape of `risk matrix --json`."""
    return {
        "scale": found.scale.scale,
        "cells": [
            {
                "probability": probability,
                "impact": impact,
                "score": probability * impact,
                "band": found.band(probability, impact),
                "risks": [risk.id for risk in risks],
            }
            for (probability, impact), risks in sorted(found.cells.items(), reverse=True)
        ],
        "counts": found.counts(),
        "unrated": [risk.id for risk in found.unrated],
    }


def history_text(ws: Workspace, risks: Sequence[tuple[Risk, Sequence[Rated]]], lang: Lang, width: int) -> str:
    """Of one risk every rating with who gave it; of several the run of their scores."""
    if len(risks) == 1:
        ((risk, found),) = risks
        heads = [
            Text("On", "日期"), Text("Rating", "评级"), Text("Band", "等级"), Text("By", "评估人"),
            Text("Remarks", "说明"),
        ]  # fmt: skip
        rows = [
            [
                f"{one.on}", f"{one.probability} × {one.impact} = {one.score}", _band(ws, one, lang),
                ws.person_name(one.by), one.note,
            ]
            for one in found
        ]  # fmt: skip
        return f"{risk.id}  {risk.title}\n" + table([head.to(lang) for head in heads], rows, width)
    heads = [
        Text("Risk", "风险"),
        Text("Score over time", "风险值变化"),
        Text("Band", "等级"),
        Text("Since", "最近评级"),
    ]
    rows = [
        [
            f"{risk.id} {risk.title}", " → ".join(str(one.score) for one in found), _band(ws, found[-1], lang),
            f"{found[-1].on}",
        ]
        for risk, found in risks
        if found
    ]  # fmt: skip
    return table([head.to(lang) for head in heads], rows, width)


def _band(ws: Workspace, rated: Rated, lang: Lang) -> str:
    band = ws.project.risk.band(rated.score)
    return BANDS[band].to(lang) if band else ""


def history_json(ws: Workspace, risks: Sequence[tuple[Risk, Sequence[Rated]]]) -> list[Mapping[str, Any]]:
    """The stable shape of `risk history --json`."""
    return [
        {
            "id": risk.id,
            "title": risk.title,
            "ratings": [
                {
                    "on": one.on.isoformat(),
                    "by": one.by,
                    "probability": one.probability,
                    "impact": one.impact,
                    "score": one.score,
                    "band": ws.project.risk.band(one.score),
                    "note": one.note or None,
                }
                for one in found
            ],
        }
        for risk, found in risks
    ]
