"""`cli/rendering/`: every report of the catalogue has its function there."""

from __future__ import annotations

from importlib import import_module

from pmkit.cli.rendering import base
from pmkit.reports.catalogue import REPORTS


def test_every_report_has_its_function_and_no_other_is_named():
    assert {report.name for report in REPORTS} == base._HOMES.keys()
    for name, home in base._HOMES.items():
        assert callable(getattr(import_module(f"pmkit.cli.rendering.{home}"), name.replace("-", "_")))
