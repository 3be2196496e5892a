"""`pmkit requirement`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.requirements import REQUIREMENT

app = noun(REQUIREMENT)
