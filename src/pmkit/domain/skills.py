"""A skill that somebody has, with its level."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pmkit.kernel.text import Text

LEVELS = {
    1: Text("knows of it", "了解"),
    2: Text("under guidance", "在指导下完成"),
    3: Text("on their own", "独立完成"),
    4: Text("guides others", "能指导他人"),
}
INDEPENDENT = 3  # the level that a task usually needs
_SKILL = re.compile(r"(?P<name>\S.*?)\s+(?P<level>[1-4])\Z")


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill by its name and its level from 1 to 4."""

    name: str
    level: int

    @staticmethod
    def parse(text: str) -> Skill:
        """`网络集成 3`. Raises ValueError."""
        match = _SKILL.match(text.strip())
        if not match:
            raise ValueError(f"not a skill: {text!r}")
        return Skill(match["name"], int(match["level"]))

    def __str__(self) -> str:
        return f"{self.name} {self.level}"
