"""Another number for a record: its file, every link, its history; nothing else."""

import json

import pytest


@pytest.fixture
def linked(park):
    """A requirement with a task, a case, a change and a waiver that name it, and prose that mentions it."""
    park(
        "requirement add --title 访客预约 --statement 访客可在线预约。 --source 访谈 --priority should --accept 可预约"
    )
    park("set T-001 requirements=REQ-002")
    park("deliverable add --title 访客系统 --requirement REQ-002")
    park("acceptance case add --title 预约 --requirement REQ-002 --expected 可预约")
    park("change request --title 增加审批 --reason 安保要求 --requested-by wang.fang --propose REQ-002.priority=must")
    park("set REQ-001 'notes=与REQ-002相关，见 REQ-002。'")
    return park


def test_the_file_moves_and_every_link_follows(linked):
    run = linked
    said = (run.folder / "requirements/REQ-002.yaml").read_bytes()
    findings = run("check --json", code=None)
    run("renumber REQ-002 --to REQ-047")
    assert not (run.folder / "requirements/REQ-002.yaml").exists()
    assert (run.folder / "requirements/REQ-047.yaml").read_bytes() == said
    assert run("check --json", code=None) == findings.replace("REQ-002", "REQ-047")
    for path, text in {
        "plan/PH1.yaml": "requirements: [REQ-047]",
        "deliverables/DLV-001.yaml": "requirements: [REQ-047]",
        "acceptance/cases/CAS-001.yaml": "requirements: [REQ-047]",
        "changes/CR-001.yaml": "record: REQ-047",
    }.items():
        assert text in (run.folder / path).read_text(encoding="utf-8"), path
        assert "REQ-002" not in (run.folder / path).read_text(encoding="utf-8"), path
    assert run.git("status", "--porcelain") == ""


def test_prose_stays_and_is_told(linked):
    said = linked("renumber REQ-002")
    assert "REQ-002" in said
    assert "requirements/REQ-001.yaml" in said
    assert "notes: 与REQ-002相关，见 REQ-002。" in (linked.folder / "requirements/REQ-001.yaml").read_text(
        encoding="utf-8"
    )


def test_history_goes_on_through_the_new_number(linked):
    before = json.loads(linked("log REQ-002 --json"))
    linked("renumber REQ-002")
    after = json.loads(linked("log REQ-003 --json"))
    assert [event["commit"] for event in after][: len(before)] == [event["commit"] for event in before]


def test_a_task_keeps_its_successors_progress_and_history(park):
    park("plan progress T-001 --percent 40 --remaining 3d --date 2026-03-04")
    park("renumber T-001 --to T-090")
    plan = (park.folder / "plan/PH1.yaml").read_text(encoding="utf-8")
    assert "after: [T-090]" in plan
    assert "T-001" not in plan
    assert "- id: T-090" in (park.folder / "plan/progress/2026-03-04.yaml").read_text(encoding="utf-8")
    said = park("log T-090")
    assert "需求调研" in said
    assert "T-001 -> T-090" in said


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("renumber REQ-001 --to DLV-009", 2, "DLV-009"),
        ("renumber REQ-001 --to REQ-9", 2, "REQ-001"),
        ("renumber REQ-001 --to REQ-002", 4, "REQ-002"),
        ("renumber REQ-099", 2, "REQ-099"),
        ("renumber li.wei", 2, "li.wei"),
    ],
)
def test_what_cannot_be(linked, line, code, words):
    before = linked.git("rev-parse", "HEAD")
    linked(line, code=code)
    assert words in linked.err
    assert linked.git("rev-parse", "HEAD") == before


def test_a_number_on_paper_stays(park):
    park("requirement review REQ-001")
    park("signoff prepare --title 需求确认 REQ-001", code=None)
    park("plan baseline --name 合同基准")
    for record in ("REQ-001", "T-001", "SGN-001"):
        park(f"renumber {record}", code=4)
        assert record in park.err
