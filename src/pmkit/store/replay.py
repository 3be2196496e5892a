"""The history of a workspace played again, commit by commit: what each did to each record, and what stood then.

One `git log`, one `git cat-file`: the number of processes does not grow with the history. States are handed on from
parent to child; only where a branch begins is one copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pmkit.domain.kind import Record
from pmkit.domain.project import PROJECT, Project
from pmkit.store.git import Git
from pmkit.store.history import commits_forward
from pmkit.store.loader import load_file
from pmkit.store.tree import Files, may_hold_records
from pmkit.workspace.history import Commit, Deed, Moment

_REMEMBERED = 4096  # versions of files; the other side of a merge is met again soon


@dataclass
class _State:
    """The workspace after a commit: its records, which file each came from, and its other files by their object."""

    records: dict[str, Record] = field(default_factory=dict)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(dict(self.records), dict(self.held), dict(self.others))


Reader = Callable[[str, str], tuple[tuple[Record, ...], bool]]


def replay(git: Git, main: str | None = None) -> Iterator[Moment]:
    """Every commit of HEAD's history, parents first. The records of a moment hold until the next one is asked for.

    `main`: the commit up to which the history is that of the main branch, where HEAD is on another one.
    """
    found = commits_forward(git)
    children = Counter(parent for commit in found for parent in commit.parents)
    states: dict[str, _State] = {}
    line = _main_line(found, main)
    with git.objects() as read_object:

        @lru_cache(_REMEMBERED)
        def read(path: str, blob: str) -> tuple[tuple[Record, ...], bool]:
            records, findings = load_file(Files({path: read_object(blob)}), path)
            return tuple(records), not findings

        for commit in found:
            parents = [_handed_on(states, children, parent) for parent in commit.parents]
            state = parents[0] if parents else _State()
            deeds, replaced = _step(commit, state, parents[1:], read)
            states[commit.hash] = state
            yield Moment(commit, tuple(deeds), tuple(replaced), state.records, commit.hash in line)


def _main_line(found: Sequence[Commit], start: str | None) -> set[str]:
    """HEAD, or where the main branch was left, its first parent, that one's, and so on."""
    first_parent = {commit.hash: commit.parents[0] if commit.parents else "" for commit in found}
    line = set()
    at = start or (found[-1].hash if found else "")
    while at:
        line.add(at)
        at = first_parent.get(at, "")
    return line


def _handed_on(states: dict[str, _State], children: Counter[str], parent: str) -> _State:
    """A parent's state for one of its children: the last one gets it, the others a copy."""
    children[parent] -= 1
    if parent not in states:
        return _State()
    return states[parent].copy() if children[parent] else states.pop(parent)


def _step(commit: Commit, state: _State, others: Sequence[_State], read: Reader) -> tuple[list[Deed], list[str]]:
    """Bring the state from before a commit to after it, and tell what that did."""
    before: dict[str, Record] = {}
    after: dict[str, Record] = {}
    was_in: dict[str, str] = {}
    is_in: dict[str, str] = {}
    replaced = []
    for file in commit.files:
        if not may_hold_records(file.path):
            old = state.others.pop(file.path, None)
            if file.status != "D":
                state.others[file.path] = file.after
            now = state.others.get(file.path)
            if old is not None and all(other.others.get(file.path) != now for other in others):
                replaced.append(file.path)
            continue
        held = {key: state.records[key] for key in state.held.pop(file.path, ()) if key in state.records}
        records, is_whole = read(file.path, file.after) if file.status != "D" else ((), True)
        found = ({} if is_whole else held) | {_key(record): record for record in records}
        if found:
            state.held[file.path] = tuple(found)
        before |= held
        after |= found
        was_in |= dict.fromkeys(held, file.path)
        is_in |= dict.fromkeys(found, file.path)
    for key in before.keys() - after.keys():
        state.records.pop(key, None)
    state.records.update(after)
    deeds = []
    for key in [*after, *(key for key in before if key not in after)]:
        versions = (before.get(key), *(other.records.get(key) for other in others))
        if not any(_is_same(old, after.get(key)) for old in versions):
            deeds.append(Deed(key, is_in.get(key) or was_in[key], versions, after.get(key)))
    return deeds, replaced


def _key(record: Record) -> str:
    return PROJECT.name if isinstance(record, Project) else record.id


def _is_same(one: Record | None, other: Record | None) -> bool:
    return one is other or (one is not None and other is not None and one.__dict__ == other.__dict__)
