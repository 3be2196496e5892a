"""The parts of a requirements specification that no record holds: Markdown beside the requirements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pmkit.kernel.text import Text

FILE = "requirements/specification.md"

SECTIONS = {
    "purpose": Text("Purpose", "目的"),
    "scope": Text("Background and scope", "背景与范围"),
    "terms": Text("Definitions and abbreviations", "术语和缩略语"),
    "references": Text("References", "引用文件"),
    "overview": Text("Overview of this document", "文档概述"),
    "goals": Text("Goals", "建设目标"),
    "system": Text("System and its surroundings", "系统组成与外部关系"),
    "users": Text("Users and roles", "用户与角色"),
    "environment": Text("Operating environment", "运行环境"),
    "constraints": Text("Constraints", "约束"),
    "assumptions": Text("Assumptions and dependencies", "假设与依赖"),
    "out_of_scope": Text("Out of scope", "本期不包含内容"),
}
_OTHER_NAMES = {
    "背景": "scope", "范围": "scope", "项目范围": "scope", "background": "scope", "scope": "scope",
    "术语": "terms", "缩略语": "terms", "术语缩略语": "terms", "terms": "terms", "definitions": "terms",
    "概述": "overview", "overview": "overview", "目标": "goals", "objectives": "goals",
    "系统组成": "system", "外部关系": "system", "system": "system", "用户": "users", "users": "users",
    "environment": "environment", "假设": "assumptions", "依赖": "assumptions", "assumptions": "assumptions",
    "假设与依赖（含需客户配合的条件）": "assumptions", "dependencies": "assumptions", "不包含内容": "out_of_scope",
}  # fmt: skip
_NAMES = _OTHER_NAMES | {name.casefold(): key for key, text in SECTIONS.items() for name in (text.en, text.zh, key)}
_HEADING = re.compile(r"(#{1,3})\s+(.*\S)\s*\Z")
_NUMBER = re.compile(r"\A(?:[0-9]+(?:\.[0-9]+)*\.?|[一二三四五六七八九十]+、)\s*")


@dataclass(frozen=True, slots=True)
class Prose:
    """The sections by name, and what stands under headings of its own, in order: the appendices."""

    sections: dict[str, str]
    appendices: tuple[tuple[str, str], ...]


def parse_specification(text: str) -> Prose:
    """The sections of the file; a heading that is no section's starts an appendix."""
    sections: dict[str, str] = {}
    appendices: list[tuple[str, str]] = []
    title = ""
    lines: list[str] = []

    def finish() -> None:
        body = "\n".join(lines).strip()
        key = _NAMES.get(_NUMBER.sub("", title).strip().casefold())
        if key is not None:
            sections[key] = f"{sections[key]}\n\n{body}" if sections.get(key) else body
        elif title and body:
            appendices.append((_NUMBER.sub("", title).strip(), body))

    for line in text.removeprefix("\ufeff").splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        finish()
        title, lines = heading[2].strip("# "), []
    finish()
    return Prose(sections, tuple(appendices))
