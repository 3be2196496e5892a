"""Steps that could not follow each other, or were rewritten."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.audit.base import Remembered, Suspicion, found, is_adopted, new_in, state_name, without
from pmkit.checks.audit.rules import BORN_ADVANCED, BUDGET_EDITED, STATUS_JUMPED, STEPS_REWRITTEN
from pmkit.domain.costs import Budget
from pmkit.domain.kind import States, Step, Tracked
from pmkit.kernel.text import Text
from pmkit.workspace.history import Deed, Moment


def steps(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """Steps that could not follow each other, steps that were rewritten."""
    after = deed.after
    if not isinstance(after, Tracked) or after.kind.states is None or remembered.undoes(moment, deed):
        return
    states = after.kind.states
    olds = [old for old in deed.before if isinstance(old, Tracked)]
    said = {"id": after.id, "kind": after.kind.name}
    if not olds:
        first = after.steps[0].to if after.steps else after.status
        if first != states.initial and not is_adopted(moment):
            yield found(moment, BORN_ADVANCED, deed.path, after.id, "status", **said, after=state_name(states, first))
            return
        news: list[Step] = list(after.steps)
    else:
        lost = [without(old.steps, after.steps) for old in olds]
        if all(lost):
            yield found(
                moment, STEPS_REWRITTEN, deed.path, after.id, "steps", **said, step=_step_words(states, lost[0][0])
            )
        news = new_in(after.steps, [old.steps for old in olds])
    jump = _jump(after, news, states) or _bare_status(after, olds)
    if jump is not None:
        before, now = jump
        yield found(
            moment, STATUS_JUMPED, deed.path, after.id, "status",
            **said, before=state_name(states, before), after=state_name(states, now),
        )  # fmt: skip


def approved_budget(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """A budget that says something else than when it was approved, without having been revised."""
    after = deed.after
    olds = [old for old in deed.before if isinstance(old, Budget)]
    if not isinstance(after, Budget) or not olds or remembered.undoes(moment, deed):
        return
    stayed = after.status == "approved" and all(old.status == "approved" for old in olds)
    revised = any(step.to != "approved" for step in new_in(after.steps, [old.steps for old in olds]))
    if stayed and not revised and all(old.digest != after.digest for old in olds):
        yield found(moment, BUDGET_EDITED, deed.path, after.id, "lines", id=after.id)


def _jump(record: Tracked, news: list[Step], states: States) -> tuple[str, str] | None:
    """The first new step that no move of the workflow makes from the step before it."""
    for earlier, later in zip(record.steps, record.steps[1:], strict=False):
        if later in news and not any(earlier.to in move.sources and later.to == move.to for move in states.moves):
            return earlier.to, later.to
    return None


def _bare_status(record: Tracked, olds: list[Tracked]) -> tuple[str, str] | None:
    """A status that was changed, and is not where the steps lead."""
    reached = record.steps[-1].to if record.steps else ""
    if record.status == reached or any(old.status == record.status for old in olds):
        return None
    return (olds[0].status if olds else reached or record.status), record.status


def _step_words(states: States, step: Step) -> Text:
    return Text(en="{to} on {on} by {by}", zh="{on} {by} {to}").format(
        to=state_name(states, step.to), on=step.on, by=step.by
    )
