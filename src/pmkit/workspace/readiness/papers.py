"""What went out for signature came back."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.documents import Document
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("papers", Text("Papers not back", "未返回的签署文件"), 100)


def missing(at: Situation) -> Iterator[Missing]:
    """A sheet that is out for signature; a condition of a signature that is not met; an original not back."""
    for signoff in at.ws.of(SignOff):
        if signoff.status == "prepared":
            says = Text(en="{title}: out for signature", zh="{title}：送签中").format(title=signoff.title)
            yield Missing(signoff.id, says, f"pmkit signoff record {signoff.id} --by HANDLE --evidence FILE")
        elif signoff.status == "signed":
            for n, condition in enumerate(signoff.conditions, start=1):
                if condition.met is None:
                    says = Text(en="condition {n} is not met: {text}", zh="第 {n} 项附加条件未落实：{text}").format(
                        n=n, text=condition.text
                    )
                    yield Missing(signoff.id, says, f"pmkit signoff meet {signoff.id} {n}")
    for document in at.ws.of(Document):
        if document.status == "released" and document.signed_by("customer") is not None and not document.original:
            says = Text(en="{title}: the original is not back", zh="{title}：原件未回").format(title=document.title)
            mend = f"pmkit document sign {document.id} --by HANDLE --evidence FILE --original"
            yield Missing(document.id, says, mend)
