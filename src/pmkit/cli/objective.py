"""`pmkit objective`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.objectives import OBJECTIVE

app = noun(OBJECTIVE)
