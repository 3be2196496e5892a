"""How soon site work and deliveries have to be on paper: a part of the profile."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Work
from pmkit.kernel.duration import Duration


class SiteRules(Part):
    """Calendar days, in whole days. What is left out is as pmkit has it."""

    entered_within: Annotated[Work, About("Site work entered within", "现场记录录入期限")] = Duration.parse("3ed")
    signed_within: Annotated[Work, About("Receipts signed within", "到货签收期限")] = Duration.parse("3ed")

    @staticmethod
    def days(span: Duration) -> int:
        """A span in whole calendar days."""
        return int(span.minutes(day=1440, week=10080)) // 1440
