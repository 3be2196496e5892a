"""Section 2, below the milestones: the days on which the work was ordered to stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.kernel.text import Text
from pmkit.workspace.letters import suspensions as ordered
from pmkit.workspace.letters import told
from pmkit.workspace.model import Workspace


def suspensions(ws: Workspace, as_of: date) -> Iterator[Text]:
    """Each suspension that had begun, in a sentence."""
    for one in ordered(ws):
        if one.start <= as_of:
            yield told(one, as_of)
