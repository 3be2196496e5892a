"""责任分配矩阵, filled from responsibilities and the owners of deliverables."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.people import role_label
from pmkit.domain.team import LETTERS
from pmkit.reports.change import form_head
from pmkit.reports.parties import PARTIES as PARTY
from pmkit.reports.views import raci as view
from pmkit.reports.views.blocks import Audience, Basis, Prepared, Signature, sign_boxes
from pmkit.workspace.model import Workspace
from pmkit.workspace.team import PARTIES, raci_rows

LEGEND = tuple(LETTERS.values())


def responsibility_matrix(
    ws: Workspace, version: str | None, audience: Audience, basis: Basis
) -> view.ResponsibilityMatrix:
    """Everybody who has a letter is a column; the customer's matrix holds what the customer may see."""
    rows = raci_rows(ws)
    named = {handle for row in rows for handle in row.letters}
    people = [person for side in PARTIES for person in ws.people if person.side == side and person.id in named]
    head = replace(form_head(ws), date=basis.as_of)
    return view.ResponsibilityMatrix(
        head=head,
        version=(version or "0.1").removeprefix("V"),
        audience=audience,
        columns=tuple(view.Column(PARTY[p.side], p.name, role_label(p.side, p.role)) for p in people),
        rows=tuple(view.Row(row.ref, row.name, tuple(row.letters.get(p.id, "") for p in people)) for row in rows),
        legend=LEGEND,
        widths=view.widths(len(people)),
        prepared=Prepared(Signature(""), Signature(""), Signature("")),
        sign=sign_boxes(head),
        basis=basis,
    )
