"""`pmkit acceptance`: the cases by which the customer accepts."""

from __future__ import annotations

from pmkit.cli import acceptance_ready
from pmkit.cli.generic import noun
from pmkit.cli.language import h, tell
from pmkit.cli.session import group
from pmkit.domain.acceptance import CASE

app = group(h("Acceptance by the customer", "客户验收"))
app.add_typer(noun(CASE), name="case", help=tell(CASE.plural))
acceptance_ready.add_to(app)
