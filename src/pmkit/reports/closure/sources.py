"""What the chapters of the closure report are made of, and the values that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.domain.kind import Record, Tracked
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience
from pmkit.reports.views.closure import Fact, Ref, Refs
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


@dataclass(frozen=True)
class Sources:
    """`seen`: what the reader may see of `whole`; `planned`: the plan, None where it cannot be computed."""

    whole: Workspace
    seen: Workspace
    planned: Planned | None
    as_of: date
    audience: Audience

    @property
    def is_internal(self) -> bool:
        return self.audience == "internal"


def refs(records: Iterable[Record | str]) -> Refs:
    """The records as what a figure comes from."""
    return tuple(Ref(one if isinstance(one, str) else one.id) for one in records)


def state_of(record: Tracked) -> Text:
    """The state of a record in words."""
    states = record.kind.states
    return states.names.get(record.status, Text.same(record.status)) if states else Text.same(record.status)


def by_state(records: Sequence[Tracked]) -> list[Fact]:
    """How many records are in each state, in the order of the workflow, each with the records themselves."""
    if not records:
        return []
    states = records[0].kind.states
    counted = Counter(one.status for one in records)
    return [
        Fact(
            Text("of them {state}", "其中{state}").format(state=text),
            str(counted[code]),
            refs(one for one in records if one.status == code),
        )
        for code, text in (states.names if states else {}).items()
        if counted[code]
    ]
