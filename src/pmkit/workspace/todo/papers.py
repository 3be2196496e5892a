"""What papers ask for: to be sent, to come back signed and sealed, to be filed."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.text import Text
from pmkit.workspace.papers import OURS, PaperStanding, paper_standings, party_word
from pmkit.workspace.todo.base import Item, Situation

_SIDES = {"owner": "customer", "supervisor": "supervisor", OURS: "supplier"}


def items(at: Situation) -> Iterator[Item]:
    """One item a paper that somebody handles; what nobody has sent yet is said by the record's own workflow."""
    for one in paper_standings(at.ws, only_open=True):
        if one.asked:
            yield Item(one.record, _what(one), one.due, (), _SIDES.get(one.at or OURS, "partner"))


def _what(one: PaperStanding) -> Text:
    if one.at is not None:
        return Text("Sign and return the paper: {missing}", "签署并返回纸质文件：{missing}").format(missing=one.missing)
    if one.state in {"signed", "sealed"} and (one.state == "sealed" or not one.wants_seals):
        return Text("File the original", "原件归档")
    if one.state == "returned":
        return Text("Correct the paper and send it again", "纸质文件修改后重新送签")
    waiting = next((p.party for p in one.parties if p.signed is None), None) or next(
        (p.party for p in one.parties if p.sealed is None), None
    )
    return Text("Send the paper on to {party}", "纸质文件转送{party}").format(party=party_word(waiting))
