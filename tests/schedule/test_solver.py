"""The solver of the extra `schedule`: proofs, never worse than its hint, and the sentence where it is missing."""

import csv
import sys

import pytest
from bench.psplib import read, violations

from pmkit.kernel.errors import MissingExtra
from pmkit.schedule.search import Jobs, finish, shortest
from pmkit.schedule.solver import solved

FOUR = Jobs((3, 2, 4, 2), ((), (), ((0, 3),), ((1, 5),)), ((1,), (1,), (1,), (1,)), (1,))


def test_what_the_bound_proves_needs_no_solver(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)  # whatever other tests have loaded
    assert solved(FOUR, (0, 3, 5, 9), 1) == ((0, 3, 5, 9), True)


def test_without_the_package_one_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)  # whatever other tests have loaded
    with pytest.raises(MissingExtra) as caught:
        solved(FOUR, (0, 3, 5, 20), 1)
    assert caught.value.exit_code == 2
    assert "pmkit[schedule]" in caught.value.fix.en


def test_published_instances_are_proven(shared_data):
    pytest.importorskip("ortools")
    with (shared_data / "psplib/known.csv").open() as rows:
        known = {row["file"]: row for row in csv.DictReader(rows)}
    for name in ("j30/j301_1.sm", "j30/j3017_3.sm", "j60/j601_3.sm"):
        jobs = read(shared_data / "psplib" / name)
        starts, is_proven = solved(jobs, shortest(jobs, schedules=3), 20)
        assert violations(jobs, starts) == []
        assert is_proven
        assert finish(jobs, starts) == int(known[name]["best_upper"])
