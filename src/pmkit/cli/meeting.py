"""`pmkit meeting`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.meetings import MEETING

app = noun(MEETING)
