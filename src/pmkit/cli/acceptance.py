"""`pmkit acceptance`: cases, rounds, stages, what is handed over, and what is still missing."""

from __future__ import annotations

from pmkit.cli import acceptance_case, acceptance_handover, acceptance_ready, acceptance_round, acceptance_stage
from pmkit.cli.language import h, tell
from pmkit.cli.session import group
from pmkit.domain.acceptance import CASE
from pmkit.domain.acceptance_rounds import ROUND
from pmkit.domain.handovers import HANDOVER

app = group(h("Acceptance by the customer", "客户验收"))
acceptance_ready.add_to(app)
app.add_typer(acceptance_case.app, name="case", help=tell(CASE.plural))
app.add_typer(acceptance_round.app, name="round", help=tell(ROUND.plural))
acceptance_round.add_to(app)
acceptance_stage.add_to(app)
app.add_typer(acceptance_handover.app, name="handover", help=tell(HANDOVER.plural))
