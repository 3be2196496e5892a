"""How soon service requests have to be answered: a part of the profile."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Work
from pmkit.kernel.duration import Duration


class ResponseTimes(Part):
    """The time to answer by severity; elapsed hours (`eh`) run day and night, `1d` is a working day."""

    fatal: Annotated[Work, About("Fatal", "致命")] = Duration.parse("2eh")
    serious: Annotated[Work, About("Serious", "严重")] = Duration.parse("4eh")
    normal: Annotated[Work, About("Normal", "一般")] = Duration.parse("1d")
    minor: Annotated[Work, About("Minor", "轻微")] = Duration.parse("1d")

    def of(self, severity: str) -> Duration:
        found: Duration = getattr(self, severity)
        return found
