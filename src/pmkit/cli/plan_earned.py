"""`pmkit plan evm`: earned value and earned schedule."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, Session, command, parse_date, print_json
from pmkit.domain.plan import Baseline


def _evm(
    s: Session,
    status_date: Annotated[
        str | None,
        typer.Option(
            "--status-date",
            "--as-of",
            metavar="DATE",
            help=h("as of this day (default: the newest status date)", "截至该日（默认最新状态日期）"),
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            "--baseline",
            metavar="BL-ID",
            help=h("whose planned value (default: the newest baseline)", "计划价值所依据的进度基准（默认最新）"),
        ),
    ] = None,
) -> None:
    from pmkit.output.earned import earned_json, earned_text
    from pmkit.workspace.earned import earned

    plan = scheduled(s, date(1970, 1, 1).isoformat())
    ws = plan.ws
    day = parse_date(status_date) if status_date else ws.progress[-1].status_date if ws.progress else s.today
    baseline = ws.get(against, Baseline) if against else (ws.baselines[-1] if ws.baselines else None)
    found = earned(ws, plan, baseline, day)
    if s.json:
        print_json(earned_json(found))
    else:
        sys.stdout.write(earned_text(found, language()))


def register(app: typer.Typer) -> None:
    """Below `pmkit plan`."""
    command(app, "evm", h("Earned value and earned schedule", "挣值与挣得进度"), AT_REVISION)(_evm)
