"""`pmkit action`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.actions import ACTION

app = noun(ACTION)
