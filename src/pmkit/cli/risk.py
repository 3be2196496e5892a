"""`pmkit risk`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.risks import RISK

app = noun(RISK)
