"""The formats of `pmkit check`, each held to its published schema, or to what its reader is documented to demand."""

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

import gallery

HOSTILE = "a|b `c` <script>*x*</script> [y](https://evil.example/z) @li.wei #12 ::error::x %0A ##[error] 100%"


@pytest.fixture
def flawed(run, tmp_path):
    """One error with a hostile value, two warnings that say the same of one place, one waived finding."""
    run.folder, run.today = tmp_path / "园区 项目", None
    gallery.lay(run.folder, "base.yaml")
    run.write(
        "requirements/访客/REQ-002.yaml",
        f"title: {json.dumps(HOSTILE)}\nstatement: 来访人员提前预约。\nacceptance: [可开门禁]\nsource: 合同\nowner: li.wie\n"
        "tags: [x]\nfrom: [MTG-009, MTG-009]\nstatus: draft\nsteps: [{to: draft, on: 2026-03-03, by: li.wei}]\n",
    )
    run.write(
        "actions/ACT-001.yaml",
        f"title: {json.dumps(HOSTILE)}\nowner: li.wei\ndue: 2026-03-01\nstatus: open\n"
        "steps: [{to: open, on: 2026-03-01, by: li.wei}]\n",
    )
    run.write("people.yaml", (run.folder / "people.yaml").read_text(encoding="utf-8").replace("李伟", f"'{HOSTILE}'"))
    run.write(
        "waivers/WVR-001.yaml",
        "check: REQ104\nrecord: REQ-002\nreason: 'x|y @li.wei'\nuntil: 2026-12-31\nstatus: granted\n"
        "steps: [{to: granted, on: 2026-03-03, by: li.wei}]\n",
    )
    return run


CODES = ["COM301", "REF202", "REF202", "REF202"]


def check(run, options, code=1):
    return run(f"check {options}", code=code)


# --- text ------------------------------------------------------------------------------------------------------------


def test_text_is_one_line_a_finding_and_its_fix(flawed):
    lines = check(flawed, "").splitlines()
    assert [line for line in lines if not line.startswith("  ")][:-1] == [
        f"actions/ACT-001.yaml:3:6: 警告 COM301 ACT-001（{HOSTILE}）应于 2026-03-01 完成，已逾期",
        "requirements/访客/REQ-002.yaml:5:8: 错误 REF202 REQ-002 的 `owner` 引用了不存在的 li.wie",
        "requirements/访客/REQ-002.yaml:7:8: 错误 REF202 REQ-002 的 `from` 引用了不存在的 MTG-009",
        "requirements/访客/REQ-002.yaml:7:17: 错误 REF202 REQ-002 的 `from` 引用了不存在的 MTG-009",
    ]
    assert lines[-1] == "3 个错误，1 个警告，1 个已豁免"


def cells(text):
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("ahead", ["", "客户确认后" * 3, "客户确认后" * 40])
def test_the_markers_stand_under_the_value_and_the_line_fits(run, tmp_path, monkeypatch, ahead, width):
    run.folder, run.today = tmp_path, None
    gallery.lay(run.folder, "base.yaml")
    run.edit("requirements/REQ-001.yaml", "owner: li.wei", "tags: [" + (f"{ahead}, " if ahead else "") + "!x 标签]")
    monkeypatch.setenv("COLUMNS", str(width))
    line, marks = run("check --excerpt", code=3).splitlines()[1:3]
    assert cells(line) <= width
    assert cells(marks) <= width
    at = cells(marks[: marks.index("^")])
    before = next(n for n in range(len(line)) if cells(line[:n]) == at)
    assert line[before:].startswith("!x")


def test_colour_is_for_terminals_and_not_where_it_is_unwanted(flawed, monkeypatch):
    plain = check(flawed, "--excerpt")
    assert "\x1b" not in plain
    painted = on_a_terminal(flawed, "check")
    assert "\x1b[1;31m错误\x1b[0m" in painted
    assert re.sub("\x1b\\[[0-9;]*m", "", painted).replace("\r\n", "\n") == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_a_terminal(flawed, "check")


def on_a_terminal(run, line):
    """What the command prints on a real pseudo-terminal of 120 columns."""
    import os
    import pty
    import subprocess
    import sys
    from pathlib import Path

    reader, terminal = pty.openpty()
    program = Path(sys.executable).with_name("pmkit")
    environment = os.environ | {"COLUMNS": "120"}
    with subprocess.Popen([program, *line.split()], cwd=run.folder, stdout=terminal, env=environment) as process:
        os.close(terminal)
        said = b""
        while True:
            try:
                piece = os.read(reader, 65536)
            except OSError:  # the program has ended
                break
            if not piece:
                break
            said += piece
        process.wait()
    os.close(reader)
    return said.decode()


# --- json ------------------------------------------------------------------------------------------------------------

SIDES = {
    "type": "object", "required": ["en", "zh"], "additionalProperties": False,
    "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
}  # fmt: skip
FINDING = {
    "code": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{3}$"},
    "severity": {"enum": ["error", "warning"]},
    "path": {"type": "string"},
    "line": {"type": "integer", "minimum": 1},
    "column": {"type": "integer", "minimum": 1},
    "record": {"type": ["string", "null"]},
    "message": SIDES,
    "fix": SIDES,
    "args": {"type": "object"},
}


def closed(properties):
    return {
        "type": "object", "additionalProperties": False, "required": list(properties), "properties": properties,
    }  # fmt: skip


JSON_SHAPE = closed(
    {
        "findings": {"type": "array", "items": closed(FINDING | {"fingerprint": {"pattern": "^[0-9a-f]{64}$"}})},
        "errors": {"type": "integer"},
        "warnings": {"type": "integer"},
        "waived": {
            "type": "array",
            "items": closed(FINDING | {key: {"type": "string"} for key in ("waiver", "reason", "until")}),
        },
        "known": {"type": ["integer", "null"]},
        "adopted": {"type": "integer"},
    }
)


def test_json_has_the_documented_shape_and_no_language(flawed, monkeypatch):
    text = check(flawed, "--format json")
    data = json.loads(text)
    Draft202012Validator(JSON_SHAPE).validate(data)
    assert [f["code"] for f in data["findings"]] == CODES
    assert (data["errors"], data["warnings"], len(data["waived"]), data["known"]) == (3, 1, 1, None)
    monkeypatch.setenv("PMKIT_LANG", "en")
    assert check(flawed, "--json") == text


# --- github ----------------------------------------------------------------------------------------------------------

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def annotations(text):
    """Each line as the runner reads it: the command, its unescaped properties, its unescaped message."""
    for line in text.splitlines():
        kind, properties, message = COMMAND.fullmatch(line).groups()
        found = dict(part.split("=", 1) for part in properties.split(","))
        for name, value in found.items():
            found[name] = (
                value.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n")
            ).replace("%25", "%")
        yield kind, found, message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_github_reads_back_each_finding(flawed):
    found = list(annotations(check(flawed, "--format github")))
    assert [(kind, about["title"]) for kind, about, _ in found] == [
        ("warning", "COM301"), ("error", "REF202"), ("error", "REF202"), ("error", "REF202"),
    ]  # fmt: skip
    assert HOSTILE in found[0][2]
    assert found[1][1] == {
        "file": "requirements/访客/REQ-002.yaml", "line": "5", "col": "8", "endColumn": "14", "title": "REF202",
    }  # fmt: skip


def test_github_is_told_of_more_than_it_shows(flawed):
    for number in range(12):
        flawed.write(
            f"risks/RSK-0{number + 10}.yaml",
            "title: x\nstatus: open\nsteps: [{to: open, on: 2026-03-03, by: li.wei}]\n",
        )
    found = list(annotations(check(flawed, "--format github --select RSK101")))
    assert [kind for kind, _, _ in found] == ["error"] * 12 + ["notice"]
    assert not found[9][2].startswith("risks/")
    assert found[10][2].startswith("risks/RSK-020.yaml:1:1: RSK101 ")
    assert found[12][2] == "12 个错误，0 个警告；GitHub 每类只显示 10 条，全部内容见本日志"


def test_paths_start_at_the_top_of_the_repository(flawed):
    flawed.git("init", "-q", "..")
    assert "file=园区 项目/requirements/访客/REQ-002.yaml" in check(flawed, "--format github")
    paths = {row["location"]["path"] for row in json.loads(check(flawed, "--format gitlab"))}
    assert paths == {"园区 项目/requirements/访客/REQ-002.yaml", "园区 项目/actions/ACT-001.yaml"}


# --- gitlab ----------------------------------------------------------------------------------------------------------

# docs.gitlab.com, Code Quality, "Code Quality report format"
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^(/|\./)"}},
                    "lines": {
                        "type": "object", "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}  # fmt: skip


def test_gitlab_gets_a_fingerprint_for_each_that_does_not_move(flawed):
    rows = json.loads(check(flawed, "--format gitlab"))
    Draft202012Validator(GITLAB).validate(rows)
    assert [row["check_name"] for row in rows] == CODES
    names = [row["fingerprint"] for row in rows]
    assert len(set(names)) == len(names)
    flawed.edit("requirements/访客/REQ-002.yaml", "title:", "# 一行说明\ntitle:")
    moved = json.loads(check(flawed, "--format gitlab"))
    assert [row["fingerprint"] for row in moved] == names
    assert moved[1]["location"]["lines"]["begin"] == rows[1]["location"]["lines"]["begin"] + 1


def test_nothing_found_is_a_valid_report_too(run, tmp_path):
    run.folder, run.today = tmp_path, None
    gallery.lay(run.folder, "base.yaml")
    assert json.loads(run("check --format gitlab")) == []
    assert json.loads(run("check --format sarif"))["runs"][0]["results"] == []
    assert run("check --format github") == ""
    assert ET.fromstring(run("check --format junit")).get("failures") == "0"
    assert run("check --format markdown") == "## 项目检查：没有发现问题\n"


# --- sarif -----------------------------------------------------------------------------------------------------------


def sarif_object(required, **properties):
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def a_list(items):
    return {"type": "array", "items": items, "uniqueItems": True}


WORDS = {"type": "string"}
MESSAGE = sarif_object([], text=WORDS, markdown=WORDS, id=WORDS, arguments={"type": "array"})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
ONE_UP = {"type": "integer", "minimum": 1}
# SARIF 2.1.0 (OASIS), the objects that we write: required properties, those allowed, their types and values
SARIF = sarif_object(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=a_list(
        sarif_object(
            ["tool"],
            tool=sarif_object(
                ["driver"],
                driver=sarif_object(
                    ["name"],
                    name=WORDS,
                    version=WORDS,
                    rules=a_list(
                        sarif_object(
                            ["id"],
                            id=WORDS,
                            shortDescription=MESSAGE | {"required": ["text"]},
                            fullDescription=MESSAGE | {"required": ["text"]},
                            help=MESSAGE | {"required": ["text"]},
                            defaultConfiguration=sarif_object([], level=LEVEL),
                            properties=sarif_object([], tags=a_list(WORDS)),
                        )
                    ),
                ),
            ),
            automationDetails=sarif_object([], id=WORDS),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=a_list(
                sarif_object(
                    ["message"],
                    ruleId=WORDS,
                    ruleIndex={"type": "integer", "minimum": -1},
                    level=LEVEL,
                    message=MESSAGE | {"required": ["text"]},
                    locations=a_list(
                        sarif_object(
                            [],
                            physicalLocation=sarif_object(
                                ["artifactLocation"],
                                artifactLocation=sarif_object(["uri"], uri={"pattern": r"^[\x21-\x7e]+$"}),
                                region=sarif_object(
                                    ["startLine"], startLine=ONE_UP, startColumn=ONE_UP, endColumn=ONE_UP
                                ),
                            ),
                            logicalLocations=a_list(sarif_object([], name=WORDS, kind=WORDS)),
                        )
                    ),
                    partialFingerprints={"type": "object", "additionalProperties": WORDS},
                    suppressions=a_list(
                        sarif_object(
                            ["kind"],
                            kind={"enum": ["inSource", "external"]},
                            status={"enum": ["accepted", "underReview", "rejected"]},
                            justification=WORDS,
                        )
                    ),
                )
            ),
        )
    ),
)


def test_sarif_is_what_the_standard_allows_and_code_scanning_demands(flawed):
    data = json.loads(check(flawed, "--format sarif"))
    Draft202012Validator(SARIF).validate(data)
    (run,) = data["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["COM301", "REF202", "REQ104"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1  # code scanning shows the first, and nothing without one
    prints = [result["partialFingerprints"]["pmkitFinding/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    assert [result["ruleId"] for result in run["results"] if "suppressions" in result] == ["REQ104"]
    where = run["results"][1]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "requirements/%E8%AE%BF%E5%AE%A2/REQ-002.yaml"
    assert where["region"] == {"startLine": 5, "startColumn": 8, "endColumn": 14}


# --- junit -----------------------------------------------------------------------------------------------------------

# junit-10.xsd of Jenkins' xunit plugin: for each element its required attributes, the others, its children
JUNIT = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def assert_junit(element):
    required, optional, children = JUNIT[element.tag]
    assert required <= set(element.attrib) <= required | optional, element.tag
    for child in element:
        assert child.tag in children, f"{child.tag} in {element.tag}"
        assert_junit(child)


@pytest.mark.parametrize(("options", "failures"), [("", 3), ("--fail-on warning", 4)])
def test_junit_counts_what_it_holds(flawed, options, failures):
    root = ET.fromstring(check(flawed, f"--format junit {options}"))
    assert_junit(root)
    (suite,) = root
    cases = suite.findall("testcase")
    assert int(suite.get("tests")) == int(root.get("tests")) == len(cases)
    assert int(suite.get("failures")) == int(root.get("failures")) == len(suite.findall("testcase/failure")) == failures
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")) == 1
    assert "WVR-001: x|y @li.wei (2026-12-31)" in suite.find("testcase/skipped").get("message")
    passed = {case.get("name")[:6] for case in cases if len(case) == 0}
    assert {"REQ101", "RSK101"} <= passed
    assert "PLN103" not in passed  # an opinion that did not run
    assert not any(name.startswith("AUD") for name in passed)


def test_junit_has_no_character_that_xml_forbids(run, tmp_path):
    run.folder, run.today = tmp_path, None
    gallery.lay(run.folder, "base.yaml")
    run.write("risks/a\x1b[31m.yaml", "title: x\n")
    assert_junit(ET.fromstring(run("check --format junit", code=3)))
    assert "\x1b" not in run("check", code=3)


# --- markdown --------------------------------------------------------------------------------------------------------


def test_markdown_shows_the_users_text_as_text(flawed):
    text = check(flawed, "--format markdown")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "code_inline", "text_special", "html_inline"}
    inline = [token.children for token in tokens if token.type == "inline"]
    shown = ["".join(child.content for child in children).replace("\u200b", "") for children in inline]
    assert any(HOSTILE.replace("`", "") in cell for cell in shown)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 4 + 2 + 1
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows[:6]} == {6}
    assert "<script>" not in text
    assert re.search(r"@\w", text) is None


# --- and beside them -------------------------------------------------------------------------------------------------


def test_a_report_in_a_file_leaves_the_text_on_the_screen(flawed):
    said = check(flawed, "--format gitlab --out quality.json")
    assert said.endswith("3 个错误，1 个警告，1 个已豁免\n")
    assert len(json.loads((flawed.folder / "quality.json").read_text(encoding="utf-8"))) == 4
    flawed("check --format gitlab --out nowhere/quality.json", code=5)


def test_an_unknown_format_is_told_with_the_nearest(flawed):
    flawed("check --format sarf", code=2)
    assert "`sarif`" in flawed.err
