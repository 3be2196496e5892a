"""A new project: wherever the folder lies, whatever stands in it, and nothing left behind where it cannot be made."""

import json

import pytest

GIVEN = "--name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02"
OURS = {".gitattributes", ".gitignore", "people.yaml", "pmkit.yaml"}


def test_a_folder_that_is_no_repository_becomes_one(run):
    run.write("there/notes.txt", "mine")
    run(f"init there {GIVEN}")
    run.folder = run.folder / "there"
    assert run.git("rev-parse", "--show-toplevel").strip() == str(run.folder)
    assert run.git("status", "--porcelain").split() == ["??", "notes.txt"]
    tracked = set(run.git("ls-files", "-z").split("\0")) - {""}
    assert {path for path in tracked if "/" not in path} == OURS
    assert run("check") == "没有发现问题\n"


def test_the_folder_one_stands_in(run):
    said = run(f"init . {GIVEN}")
    assert "下一步：pmkit person add" in said  # nowhere to change to
    assert run.git("log", "--format=%s").splitlines() == ["建立项目“园区”"]


def test_a_folder_with_blanks_in_its_name_can_be_pasted(run):
    said = run(["init", "智慧 园区", *GIVEN.split()])
    assert "cd '智慧 园区' && pmkit person add" in said


def test_json_and_no_commit(run):
    said = json.loads(run(f"init a {GIVEN} --json"))
    assert (said["id"], said["path"]) == ("YQ", "pmkit.yaml")
    assert set(said["paths"]) >= OURS
    assert len(said["commit"]) == 40
    said = json.loads(run(f"init b {GIVEN} --json --no-commit"))
    assert said["commit"] is None
    run.folder = run.folder / "b"
    assert run("check") == "没有发现问题\n"


def test_files_of_ones_own_stay(run):
    run.write("there/.gitignore", "*.tmp\n")
    run.write("there/.gitattributes", "*.png binary\n")
    run(f"init there {GIVEN}")
    assert (run.folder / "there/.gitignore").read_text() == "*.tmp\n"
    assert (run.folder / "there/.gitattributes").read_text() == "*.png binary\n"


def test_a_project_is_not_made_twice(run):
    run(f"init there {GIVEN}")
    before = (run.folder / "there/pmkit.yaml").read_bytes()
    run(f"init there {GIVEN}", code=4)
    assert (run.folder / "there/pmkit.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--name 园区", "--code, --customer, --start"),
        (GIVEN.replace("2026-03-02", "2026-02-30"), "`2026-02-30`"),
        (GIVEN.replace("zh", "fr"), "zh, en"),
        (f"{GIVEN} --timezone Mars/Base", "Mars/Base"),
        (f"{GIVEN} --calendar XX", "XX"),
        (f"{GIVEN} --currency yuan", "CNY"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(run, options, says):
    run(f"init there {options}", code=2)
    assert says in run.err
    assert list(run.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "calendar", "zone"),
    [("--lang zh", "CN", "Asia/Shanghai"), ("--lang en", "weekdays", "UTC"),
     ("--lang en --calendar DE --timezone Europe/Berlin", "DE", "Europe/Berlin")],
)  # fmt: skip
def test_the_language_chooses_calendar_and_zone(run, options, calendar, zone):
    said = run(f"init there --name a --code A --customer b --start 2026-03-02 {options}")
    assert calendar in said
    assert zone in said
    shown = (run.folder / "there/pmkit.yaml").read_text(encoding="utf-8")
    assert f"base: {calendar}\n" in shown
    assert f"timezone: {zone}\n" in shown


def test_the_branch_that_is_checked_out_is_the_main_one(run):
    run.folder.mkdir(exist_ok=True)
    run.git("init", "-q", "-b", "trunk")
    run("init . --name 园区 --code YQ --customer 滨海集团 --start 2026-03-02 --lang zh")
    assert "main_branch: trunk" in (run.folder / "pmkit.yaml").read_text(encoding="utf-8")
