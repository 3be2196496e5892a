"""A running project comes to pmkit: what its checks find that day is written down."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit.actions.records import NextId, step
from pmkit.domain.adoptions import ADOPTION, Adoption, KnownFinding
from pmkit.domain.kind import file_data
from pmkit.domain.problems import validated
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Create, Edits, headed
from pmkit.workspace.layout import new_path


def adopt_findings(known: Sequence[KnownFinding], next_id: NextId, acting: Acting) -> Edits:
    """The adoption record with these findings, in one commit that the audit knows by its action."""
    record = validated(
        Adoption,
        {
            "id": next_id(ADOPTION.prefix),
            "title": f"{acting.on.isoformat()}",
            "findings": tuple(known),
            "status": "adopted",
            "steps": (step("adopted", acting),),
        },
    )
    return Edits(
        (Create(new_path(ADOPTION, record.id), file_data(record), ADOPTION.name),),
        "adopt.check",
        (record.id,),
        headed(record.id, Text("Adopt {n} findings", "接受 {n} 项既有问题").format(n=len(known))),
        acting.by,
        acting.on,
    )
