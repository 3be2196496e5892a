"""Adoptions: the day on which a running project came to pmkit, and what the checks found wrong on it."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Kind, Move, Part, Record, States, Tracked, file_data, normal
from pmkit.domain.values import Line, Ref
from pmkit.kernel.digest import digest
from pmkit.kernel.text import Text


class KnownFinding(Part):
    """A finding that stood at adoption: its check, its record, and the digest of all that the record said then."""

    check: Annotated[Line, About("Check", "检查项", content=True)]
    record: Annotated[Ref, About("Record", "记录", content=True)]
    digest: Annotated[Line, About("Digest", "摘要值", content=True)]


class Adoption(Tracked):
    """Findings that are counted and not listed, each until its record is touched."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    findings: Annotated[tuple[KnownFinding, ...], About("Findings", "当时的问题", content=True)] = ()


def state_digest(record: Record) -> str:
    """The digest of everything that a record says, its steps and owners too: any touch makes it another."""
    return digest({key: normal(value) for key, value in file_data(record).items()})


STATES = States(
    names={"adopted": Text("adopted", "已接入"), "withdrawn": Text("withdrawn", "已撤销")},
    moves=(
        Move("withdraw", ("adopted",), "withdrawn", Text("Withdraw: all of it is listed again", "撤销，问题重新列出")),
    ),
    closed=frozenset({"withdrawn"}),
)

ADOPTION = Kind(
    name="adoption",
    prefix="ADP",
    folder="adoptions",
    model=Adoption,
    label=Text("adoption", "接入记录"),
    plural=Text("adoptions", "接入记录"),
    states=STATES,
    visibility="internal",
    columns=("title", "status"),
    added_by="pmkit adopt check",
    called="adopt",
)
