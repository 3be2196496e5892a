"""Every check: the smallest thing that provokes it fires it and nothing else; its nearest innocent neighbour is silent."""

import json

import pytest

from pmkit.checks.base import checks
from pmkit.checks.explain import codes, page

# code -> commands or edits that provoke it, then what makes it innocent. `edit PATH | OLD | NEW` is a hand edit.
CASES = {
    "FMT201": (["edit requirements/REQ-001.yaml | status: draft | status: reviewed"],
               ["edit requirements/REQ-001.yaml | status: reviewed | status: draft"]),
    "FMT202": (["edit requirements/REQ-001.yaml | status: draft | status: signed"],
               ["edit requirements/REQ-001.yaml | status: signed | status: draft"]),
    "REF202": (["edit requirements/REQ-001.yaml | owner: li.wei | owner: li.wie"],
               ["edit requirements/REQ-001.yaml | owner: li.wie | owner: li.wei"]),
    "REF203": (["edit requirements/REQ-001.yaml | owner: li.wei | owner: li.wei\nfrom: [T-001]"],
               ["edit requirements/REQ-001.yaml | from: [T-001]\n | "]),
    "REQ101": (["set REQ-001 acceptance="], ["set REQ-001 acceptance+=能登录"]),
    "REQ102": (["set REQ-001 statement="], ["set REQ-001 statement=统一登录"]),
    "REQ103": (["set REQ-001 source="], ["set REQ-001 source=合同"]),
    "REQ104": (["set REQ-001 priority="], ["set REQ-001 priority=must"]),
    "COM101": (["action add --title 催办 --due 2026-03-10"], ["set ACT-001 owner=li.wei"]),
    "COM102": (["action add --title 催办 --owner li.wei"], ["set ACT-001 due=2026-03-10"]),
    "COM301": (["action add --title 催办 --owner li.wei --due 2026-03-03"], ["action done ACT-001"]),
    "COM302": (
        ["meeting add --title 例会 --time 2026-02-20T15:00", "meeting hold MTG-001 --date 2026-02-20",
         "meeting send MTG-001 --date 2026-02-20"],
        ["meeting confirm MTG-001"],
    ),
    "RSK101": (["risk add --title 迟到 --probability 1 --impact 1"], ["set RSK-001 owner=li.wei"]),
    "RSK102": (["risk add --title 迟到 --owner li.wei"], ["set RSK-001 probability=1 impact=1"]),
    "RSK103": (["risk add --title 迟到 --owner li.wei --probability 4 --impact 4"], ["set RSK-001 response=提前索取"]),
    "RSK301": (["risk add --title 迟到 --owner li.wei --probability 1 --impact 1 --review-on 2026-03-01"],
               ["set RSK-001 review_on=2026-04-01"]),
    "PLN101": (["edit plan/PH1.yaml |   duration: 5d\n | "], ["edit plan/PH1.yaml |   name: 需求调研 |   name: 需求调研\n  duration: 5d"]),
    "PLN102": (["edit plan/PH1.yaml |   milestone: true |   milestone: true\n  duration: 1d"],
               ["edit plan/PH1.yaml |   milestone: true\n  duration: 1d |   milestone: true"]),
    "PLN201": (["edit plan/PH1.yaml | after: [T-001] | after: [T-009]"], ["edit plan/PH1.yaml | after: [T-009] | after: [T-001]"]),
    "PLN202": (["edit plan/PH1.yaml |   duration: 5d |   duration: 5d\n  after: [T-002]"],
               ["edit plan/PH1.yaml |   duration: 5d\n  after: [T-002] |   duration: 5d"]),
    "PLN203": (["edit plan/PH1.yaml | after: [T-001] | after: [T-001 XX]"], ["edit plan/PH1.yaml | after: [T-001 XX] | after: [T-001]"]),
    "PLN301": (["plan progress T-001 --percent 50 --status-date 2026-02-20"], ["plan progress T-001 --percent 60"]),
    "PLN302": (
        ["plan progress T-001 --percent 50 --actual-start 2026-03-02 --status-date 2026-03-02",
         "plan progress T-002 --percent 0 --status-date 2026-03-04"],
        ["plan progress T-001 --percent 60 --status-date 2026-03-04"],
    ),
    "PLN303": (["set T-002 duration=300d"], ["set T-002 duration=10d"]),
    "PLN304": (["plan progress T-002 --percent 10 --actual-start 2026-03-02",
                "plan progress T-001 --percent 10 --actual-start 2026-03-02"],
               ["set T-002 after="]),
    "PLN305": (["edit pmkit.yaml | base: CN | base: ZZ"], ["edit pmkit.yaml | base: ZZ | base: CN"]),
    "PLN306": (
        ["plan progress T-001 --percent 10 --actual-start 2026-03-02",
         "edit plan/progress/2026-03-04.yaml | actual_start: 2026-03-02 | actual_start: 2026-03-05"],
        ["edit plan/progress/2026-03-04.yaml | actual_start: 2026-03-05 | actual_start: 2026-03-04"],
    ),
    "CHG204": ([
        "change request --title x --requested-by wang.fang --propose REQ-001.title=新名称", "change submit CR-001",
        "change assess CR-001 --price 0", "change approve CR-001 --as wang.fang --evidence reply.eml",
        "edit changes/CR-001.yaml | EVIDENCE | ",
    ], []),
    "CHG301": ([
        "change request --title x --requested-by wang.fang --propose REQ-001.title=新名称 --date 2026-02-20",
        "change submit CR-001 --date 2026-02-20",
    ], ["change defer CR-001"]),
}  # fmt: skip
ELSEWHERE = {"CHG201", "CHG202", "CHG203"}  # tests/cli/test_change_control.py
ELSEWHERE |= {"FMT203", "PLN103", "WVR101", "WVR301"}  # tests/cli/test_check.py


def carry_out(run, line):
    if not line.startswith("edit "):
        run(line)
        return
    path, old, new = line.removeprefix("edit ").split(" | ") if line.count(" | ") == 2 else (*line[5:].split(" | "), "")
    if old == "EVIDENCE":
        text = (run.folder / path).read_text(encoding="utf-8")
        start = text.index("  evidence:")
        old = text[start : text.index("\n", text.index("sha256", start)) + 1]
    run.edit(path, old, new.rstrip(" "))
    run("commit", code=None)
    if run.code:
        run.git("commit", "-qam", "by hand")


def found(run):
    run("check --json", code=None)
    return run.code


@pytest.mark.parametrize("code", sorted(CASES))
def test_check(park, code):
    park.write("reply.eml", "同意")
    provoking, innocent = CASES[code]
    assert json.loads(park("check --json"))["findings"] == []
    for line in provoking:
        carry_out(park, line)
    findings = json.loads(park("check --json", code=None))["findings"]
    assert {f["code"] for f in findings} == {code}
    assert all(f["line"] >= 1 and f["message"]["zh"] and f["message"]["en"] for f in findings)
    severity = {f["severity"] for f in findings}
    assert park.code == (1 if severity == {"error"} else 0)
    for line in innocent:
        carry_out(park, line)
    if innocent:
        assert json.loads(park("check --json"))["findings"] == []


def test_every_check_has_a_case():
    missing = {c.rule.code for c in checks()} - CASES.keys() - ELSEWHERE
    assert missing == set()


def test_codes_are_unique_and_explained_in_both_languages():
    rules = all_rules()
    by_code = [rule.code for rule in rules]
    assert len(by_code) == len(set(by_code))
    assert set(by_code) == set(codes())
    for code in codes():
        for lang in ("en", "zh"):
            assert page(code, lang).startswith(f"# {code} ")
        assert any("\u4e00" <= ch <= "\u9fff" for ch in page(code, "zh"))


def test_both_languages_name_the_same_values():
    from string import Formatter

    for rule in all_rules():
        for text in (rule.says, rule.fix):
            names = [{name for _, name, _, _ in Formatter().parse(side) if name} for side in (text.en, text.zh)]
            assert names[1] <= names[0] | {"label"}, rule.code


def all_rules():
    """Every rule that any module declares, of checks and of the loader alike."""
    import pkgutil
    from importlib import import_module

    import pmkit
    from pmkit.kernel.finding import Rule

    found = {}
    for module in pkgutil.walk_packages(pmkit.__path__, "pmkit."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Rule):
                found[id(value)] = value
    return [*found.values(), *(c.rule for c in checks())]


def test_the_place_is_line_and_column_of_the_value(park):
    park("risk add --title 迟到 --probability 1 --impact 1")
    park.edit("requirements/REQ-001.yaml", "owner: li.wei", "owner:   li.wie")
    said = park("check", code=1)
    assert "requirements/REQ-001.yaml:8:10: 错误 REF202 REQ-001 的 `owner` 引用了不存在的 li.wie" in said
    assert "risks/RSK-001.yaml:1:1: 错误 RSK101" in said
    assert said.endswith("2 个错误，0 个警告\n")


def test_github_annotations_are_inert(park):
    park.edit("requirements/REQ-001.yaml", "owner: li.wei", "owner: 'x%0A::error::y'")
    lines = park("check --format github", code=None).splitlines()
    assert all(line.startswith("::error file=requirements/REQ-001.yaml,line=") for line in lines)
    assert "%250A" in lines[0]


def test_fail_on_warning(park):
    park("set REQ-001 source=")
    park("check")
    park("check --fail-on warning", code=1)
    park("check --fail-on warnings", code=2)
