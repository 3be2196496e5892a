"""`pmkit waiver`."""

from __future__ import annotations

from pmkit.cli.generic import noun
from pmkit.domain.waivers import WAIVER

app = noun(WAIVER)
