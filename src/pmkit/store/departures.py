"""Since which commit, and by whom, a signed record says something else: one pass over history, only when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.domain.kind import Record, content
from pmkit.domain.plan import PHASE, TASK
from pmkit.domain.registry import kind_of_id
from pmkit.store.git import Git
from pmkit.store.history import commits
from pmkit.store.loader import load_file
from pmkit.store.tree import Files
from pmkit.workspace.history import Commit
from pmkit.workspace.model import Workspace
from pmkit.workspace.signing import Departure, Standing

_GONE = "-"


@dataclass(frozen=True, slots=True)
class _Version:
    """A record as a commit left it; None where the commit removed it."""

    commit: Commit
    record: Record | None


def departures(git: Git | None, ws: Workspace, standings: Sequence[Standing]) -> dict[str, list[Departure]]:
    """For each record that is not what was signed: which field, from what to what, since which commit, by whom.

    Compared with the last version in history that was as expected. Where history holds no such version (squashed, or
    fetched in part), the fields cannot be told and the one departure names none.
    """
    if not standings:
        return {}
    versions = _versions(git, {s.record_id for s in standings}) if git is not None and git.head else {}
    return {s.record_id: _of(s, ws.records.get(s.record_id), versions.get(s.record_id, [])) for s in standings}


def _of(standing: Standing, today: Record | None, versions: Sequence[_Version]) -> list[Departure]:
    good = [n for n, v in enumerate(versions) if v.record is not None and v.record.digest == standing.expected]
    if not good:
        good = [n for n, v in enumerate(versions) if v.record is not None and v.record.digest == standing.signed]
    if not good:
        return [Departure("", None, None, None, "", None)]
    agreed = versions[good[-1]].record
    later = versions[good[-1] + 1 :]
    if today is None:
        return [
            _departure(
                _GONE, agreed.name_to_show if agreed else None, None, next((v for v in later if v.record is None), None)
            )
        ]
    old, new = content(agreed) if agreed else {}, content(today)
    found = []
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            since = next((v for v in later if v.record is None or content(v.record).get(key) != old.get(key)), None)
            found.append(_departure(key, old.get(key), new.get(key), since))
    return found


def _departure(field: str, before: Any, after: Any, since: _Version | None) -> Departure:
    if since is None:  # not committed yet
        return Departure(field, before, after, None, "", None)
    commit = since.commit
    who = (commit.trailer("Pmkit-By") or commit.author).partition(" <")[0]
    return Departure(field, before, after, commit.hash, who, commit.time.date())


def _versions(git: Git, ids: set[str]) -> dict[str, list[_Version]]:
    """Every version of the records in HEAD's history, oldest first, wherever their files lay and were moved to."""
    found = [c for c in reversed(commits(git)) if any(_holds(f.path, ids) or _holds(f.old_path, ids) for f in c.files)]
    blobs = git.blobs(f.after for c in found for f in c.files if _holds(f.path, ids) and f.after.strip("0"))
    versions: dict[str, list[_Version]] = {one: [] for one in ids}
    for commit in found:
        for record_id, record in _after(commit, blobs, ids):
            versions[record_id].append(_Version(commit, record))
    return versions


def _holds(path: str | None, ids: set[str]) -> bool:
    """True for a file that is, or may hold, one of the records."""
    if path is None or not path.endswith(".yaml"):
        return False
    stem = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    return stem in ids or (kind_of_id(stem) is PHASE and any(kind_of_id(one) is TASK for one in ids))


def _after(commit: Commit, blobs: Mapping[str, bytes], ids: set[str]) -> Iterator[tuple[str, Record | None]]:
    """The records as a commit left them; of a deleted file None, unless the same record stands elsewhere now."""
    seen: set[str] = set()
    gone: set[str] = set()
    for file in commit.files:
        went = file.old_path or (file.path if file.status == "D" else "")
        gone |= {went.rsplit("/", 1)[-1].removesuffix(".yaml")} & ids
        if file.status == "D" or not _holds(file.path, ids):
            continue
        for record in load_file(Files({file.path: blobs.get(file.after, b"")}), file.path)[0]:
            if record.id in ids:
                seen.add(record.id)
                yield record.id, record
    for record_id in gone - seen:
        yield record_id, None
