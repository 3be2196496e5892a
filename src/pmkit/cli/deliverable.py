"""`pmkit deliverable`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.deliverables import DELIVERABLE

app = noun(DELIVERABLE)
