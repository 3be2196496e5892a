"""`pmkit check` and `explain`: which checks run, what a run says and how it ends."""

import json

import pytest


def codes(run, options="", *, code=None):
    return [f["code"] for f in json.loads(run(f"check --json {options}", code=code))["findings"]]


@pytest.fixture
def flawed(park):
    """A requirement without source and priority, a task of 40 days, an unowned risk."""
    park("set REQ-001 source= priority=")
    park("set T-002 duration=40d")
    park("risk add --title 迟到 --probability 1 --impact 1")
    return park


def test_select_runs_only_what_is_named(flawed):
    assert codes(flawed) == ["REQ103", "REQ104", "RSK101"]
    assert codes(flawed, "--select REQ") == ["REQ103", "REQ104"]
    assert codes(flawed, "--select REQ103,rsk --select REQ104") == ["REQ103", "REQ104", "RSK101"]
    assert codes(flawed, "--ignore REQ1") == ["RSK101"]
    assert codes(flawed, "--select REQ --ignore REQ104") == ["REQ103"]
    flawed("check --ignore RSK101", code=0)


def test_opinions_are_silent_until_selected(flawed):
    assert "PLN103" in codes(flawed, "--select PLN")
    assert "PLN103" in codes(flawed, "--select ALL")
    flawed.edit("pmkit.yaml", "thresholds:", "checks:\n  also: [PLN103]\n  ignore: [REQ]\nthresholds:")
    assert codes(flawed) == ["PLN103", "RSK101"]
    assert codes(flawed, "--select REQ") == ["REQ103", "REQ104"]


def test_wrong_names_are_told_all_at_once_with_the_nearest(park):
    park("check --select REQ1O1 --ignore XYZ,REQ101", code=2)
    assert "REQ1O1" in park.err
    assert "XYZ" in park.err
    assert "`REQ101`" in park.err


def test_a_mistyped_code_in_the_profile_is_a_finding(park):
    park.edit("pmkit.yaml", "thresholds:", "checks:\n  ignore: [REQ999, FMT102]\nthresholds:")
    said = park("check", code=1)
    assert "FMT203 `checks.ignore` 中的 REQ999 不是检查项" in said
    assert "FMT102 不是检查项" in said


def test_what_cannot_be_read_is_always_told(park):
    park.edit("requirements/REQ-001.yaml", "title:", "titel:")
    assert set(codes(park, "--select RSK", code=3)) == {"FMT112", "FMT113"}
    park("check --ignore FMT112", code=2)
    assert "FMT112 不能忽略" in park.err


def test_explain_a_code_a_family_a_list(park):
    assert park("explain req101").startswith("# REQ101 ")
    assert park("explain REQ101 REQ102").count("# REQ10") == 2
    family = park("explain RSK").splitlines()
    assert [line[:6] for line in family] == ["RSK101", "RSK102", "RSK103", "RSK301"]
    assert len(park("explain").splitlines()) > 45
    park("explain REQ1O1", code=2)
    assert "`REQ101`" in park.err
    park("explain RQE", code=2)
    assert "`REQ`" in park.err
