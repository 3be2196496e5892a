"""Service requests: log one, and say by when it has to be answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pmkit.actions.records import NextId, add
from pmkit.domain.problems import validated
from pmkit.domain.support import SUPPORT, SupportRequest
from pmkit.workspace.edits import Acting, Create, Edits
from pmkit.workspace.model import Workspace
from pmkit.workspace.support import answer_by


def log(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> tuple[Edits, datetime]:
    """A new request, and the moment by which it has to be answered."""
    edits = add(ws, SUPPORT, values, next_id, acting)
    made = next(change.data for change in edits.changes if isinstance(change, Create))
    return edits, answer_by(ws, validated(SupportRequest, {"id": edits.records[0], **made}))
