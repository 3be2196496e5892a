"""What went out for signature came back, and its original is filed."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace.papers import paper_standings
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("papers", Text("Papers not back", "未返回的签署文件"), 100)
_MEND = {"to_send": "send", "out": "signed", "part": "signed", "returned": "send", "signed": "file", "sealed": "file"}


def missing(at: Situation) -> Iterator[Missing]:
    """A paper that is not filed, by what is still missing of it; a condition of a signature that is not met."""
    for paper in paper_standings(at.ws, only_open=True):
        says = Text(en="{title}: {missing}", zh="{title}：{missing}").format(
            title=paper.record.name_to_show, missing=paper.missing
        )
        is_sheet = isinstance(paper.record, SignOff) and paper.record.status == "prepared"
        verb = "signoff record" if is_sheet else f"paper {_MEND.get(paper.state, 'send')}"
        how = " --by HANDLE --evidence FILE" if is_sheet else ""
        yield Missing(paper.record.id, says, f"pmkit {verb} {paper.record.id}{how}")
    for signoff in at.ws.of(SignOff):
        for n, condition in enumerate(signoff.conditions if signoff.status == "signed" else (), start=1):
            if condition.met is None:
                says = Text(en="condition {n} is not met: {text}", zh="第 {n} 项附加条件未落实：{text}").format(
                    n=n, text=condition.text
                )
                yield Missing(signoff.id, says, f"pmkit signoff meet {signoff.id} {n}")
