"""Reviewing links: somebody looked at what changed at the far end, and the link still holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pmkit.domain.kind import Record
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Change, Edits, Set, headed
from pmkit.workspace.links import Trace, keeps_seen, seen_by


def review(trace: Trace, ids: Sequence[str], of: Collection[str], acting: Acting) -> Edits:
    """Each record's links hold what their far ends say today. `of`: only links to these; empty for all.

    An id whose own links are all in order stands for the links that lead to it. Refused where nothing is to be seen.
    """
    pairs: dict[str, list[str]] = {}
    for record_id in ids:
        own = [(record_id, target) for target in trace.upstream(record_id)]
        others = [(holder, record_id) for holder in trace.downstream(record_id)]
        wanted = [pair for pair in own if _is_open(trace, *pair)] or [p for p in others if _is_open(trace, *p)]
        for holder, target in wanted:
            if not of or target in of:
                pairs.setdefault(holder, []).append(target)
    if not pairs:
        raise Refused(
            Text(en="no link of {ids} is waiting for a review", zh="{ids} 没有待复核的链接").format(ids=", ".join(ids)),
            Text(en="`pmkit link list` names those that are", zh="可用 `pmkit link list` 查看待复核的链接"),
        )
    changes: list[Change] = []
    for holder, targets in pairs.items():
        record: Record = trace.ws.get(holder)
        at = record.at("seen")
        changes.append(
            Set(at.path, at.keys, {**seen_by(record), **{target: trace.digest(target) for target in targets}})
        )
    reviewed = Text("Review links to {targets}", "复核指向 {targets} 的链接")
    subject = Text.join(
        (
            headed(holder, reviewed.format(targets=Text.join(map(Text.same, targets))))
            for holder, targets in pairs.items()
        ),
        en="; ",
        zh="；",
    )
    return Edits(tuple(changes), "link.review", tuple(pairs), subject, acting.by, acting.on)


def _is_open(trace: Trace, holder: str, target: str) -> bool:
    """True for a link that is suspect, or of which nobody ever said what its far end was."""
    record = trace.ws.records[holder]
    if not keeps_seen(record):
        return False
    return target not in seen_by(record) or trace.suspect(holder, target) is not None


def known(trace: Trace, text: str) -> str:
    """The id of a record that links can be reviewed of. Raises UsageError."""
    record: Record = trace.ws.get(text)
    if record.id not in trace.ws.records:
        raise UsageError(Text(en="{id} has no links", zh="{id} 没有链接").format(id=text))
    return record.id
