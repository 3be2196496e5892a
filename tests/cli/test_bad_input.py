"""Bad input through the command line: a clear word, the right exit code, nothing written, never a traceback."""

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

RECORD = "requirements/REQ-001.yaml"
BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("PMKIT_LANG", "en")


def spoil(run, data, path=RECORD):
    """Put bytes in place of a record, as somebody's editor might have."""
    (run.folder / path).write_bytes(data.encode() if isinstance(data, str) else data)


def with_line(run, line, path=RECORD):
    """The record with a line more at its end; the number of that line."""
    text = (run.folder / path).read_text(encoding="utf-8")
    spoil(run, text + line + "\n", path)
    return text.count("\n") + 1


def everything(run):
    """What lies in the folder and what git says of it."""
    files = {p.relative_to(run.folder).as_posix(): p.read_bytes() for p in sorted(run.folder.rglob("*"))
             if p.is_file() and ".git" not in p.relative_to(run.folder).parts}  # fmt: skip
    return files, run.git("rev-parse", "HEAD") if run.git("for-each-ref") else ""


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ("title: a\n  statement: b\n", "2:12", "FMT102"),
        ("title: [a\n", "1:8", "FMT102 a bracket is not closed"),
        ("title: a\nstatus: draft\ntitle: b\n", "3:1", "FMT103 `title` stands here and in line 1"),
        ("title: a\nstatus: draft\nsteps:\n- {to: draft, on: 2026-03-02, by: a.b, by: c.d}\n", "4:40", "FMT103"),
        ("title：统一登录\n", "1:6", "FMT106"),
        ("title: a\nstatus：draft\n", "2:7", "full-width colon"),
        ("- title: a\n", "1:1", "FMT106"),
        ("title: !!python/object/apply:os.system [touch ran]\n", "1:8", "FMT104 the tag"),
        ("title: !!python/name:os.system\nstatus: draft\n", "1:8", "FMT104"),
        (BOMB, "1:4", "FMT104 an alias that expands without end"),
        ("title: " + "[" * 50_000, "1:1007", "FMT105 nested deeper than 100"),
        ("title: 门户登录\nstatus: draft\n".encode("gb18030"), "1:8", "looks like GB18030"),
        ("title: café\nstatus: draft\n".encode("latin-1"), "1:11", "looks like Latin-1"),
        ("title: a\nstatus: draft\n".encode("utf-16"), "1:1", "looks like UTF-16"),
        (b"title: a\x00b\nstatus: draft\n", "1:9", "control character U+0000"),
        ("title: a\nstatus: draft\npriorty: must\n", "3:1", "FMT112 a requirement has no field `priorty`"),
        ("title: a\nstatus: draft\npriority: muss\n", "3:11", "`muss` is not one of"),
        ("title: [a, b]\nstatus: draft\n", "1:8", "FMT111 `title`"),
        ("title: a\nstatus: draft\nacceptance: one\n", "3:13", "is not a list"),
        ("title: a\nstatus: draft\nsteps: [{to: draft, on: 2026-02-30, by: li.wei}]\n", "3:25", "not a day of the calendar"),
        ("title: a\nstatus: draft\nsteps: [{to: draft, on: 0000-01-01, by: li.wei}]\n", "3:25", "FMT111"),
        ("title: a\nstatus: draft\nowner: Li Wei\n", "3:8", "is not a handle"),
        ("", "1:1", "FMT113 REQ-001 has no `title`"),
    ],
)  # fmt: skip
def test_a_broken_record_is_told_in_its_place_and_nothing_runs(park, data, place, words):
    spoil(park, data)
    before, start = everything(park), time.process_time()
    said = park("check", code=3)
    assert re.search(
        rf"^{RECORD}:(?:{place}|\d+:\d+): error {re.escape(words.split()[0]) if words[:3] == 'FMT' else 'FMT'}",
        said,
        re.MULTILINE,
    )
    assert f"{RECORD}:{place}: error" in said
    assert words.removeprefix(words.split()[0] + " ") in said if " " in words else words in said
    for line in (
        "show REQ-001",
        "set REQ-001 title=neu",
        "requirement review REQ-001",
        "list requirement",
        "report weekly",
    ):
        park(line, code=3)
        assert RECORD in park.err, line
    park("commit", code=3)
    assert everything(park) == before
    assert not (park.folder / "ran").exists()
    assert time.process_time() - start < 10


def test_the_nearest_field_and_word_are_suggested(park):
    park("set REQ-001 prioritaet=must", code=2)
    assert "did you mean `priority`?" in park.err
    park("requirement add --title a --priority mus", code=2)
    assert "did you mean `must`?" in park.err
    with_line(park, "custmer_owner: wang.fang")
    assert "did you mean `customer_owner`?" in park("check", code=3)
    spoil(park, "title: a\nstatus: 草稿\n")
    assert f"{RECORD}:2:9: error FMT202" in park("check", code=1)


def test_everything_that_is_wrong_is_told_in_one_run(park):
    spoil(park, "title: a\ntitle: b\nstatus: draft\n")
    with_line(park, "colour: red", "people.yaml")
    park.edit("plan/PH1.yaml", "duration: 5d", "duration: five")
    park.edit("plan/PH1.yaml", "after: [T-001]", "after: [T-009]")
    park.write("risks/RSK-1x.yaml", "title: a\n")
    found = json.loads(park("check --json", code=3))["findings"]
    assert {"FMT103", "FMT111", "FMT112", "FMT115"} <= {f["code"] for f in found}
    assert all(f["line"] >= 1 and f["column"] >= 1 for f in found)


def test_a_bom_and_crlf_are_read_and_stay(park):
    text = (park.folder / RECORD).read_text(encoding="utf-8").replace("\n", "\r\n")
    spoil(park, "\ufeff" + text)
    park("commit -m bom")
    park("set REQ-001 priority=should")
    data = (park.folder / RECORD).read_bytes().decode()
    assert data == "\ufeff" + text.replace("priority: must", "priority: should")
    assert "no findings" in park("check")


def test_a_file_of_50_mb_is_refused_at_once(park):
    spoil(park, b"title: a\nstatus: draft\nstatement: " + b"x" * 50_000_000 + b"\n")
    start = time.process_time()
    assert "FMT105 the file has 50," in park("check", code=3)
    park("show REQ-001", code=3)
    park("set REQ-001 title=b", code=3)
    assert time.process_time() - start < 3


# --- links and ids that lead out of the workspace --------------------------------------------------------------------


@pytest.fixture
def outside(park):
    """A folder beside the workspace with a record that is none of its."""
    folder = park.folder.parent / "outside"
    folder.mkdir()
    (folder / "REQ-001.yaml").write_text("title: secret of another project\nstatus: draft\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_symbolic_link_out_of_the_workspace_is_not_followed(park, outside, what):
    if what == "file":
        (park.folder / RECORD).unlink()
        (park.folder / RECORD).symlink_to(outside / "REQ-001.yaml")
    else:
        shutil.rmtree(park.folder / "requirements")
        (park.folder / "requirements").symlink_to(outside)
    before = (outside / "REQ-001.yaml").read_bytes()
    assert "SEC101" in park("check", code=3)
    for line in ("show REQ-001", "set REQ-001 title=b", "requirement review REQ-001", "report weekly --out -",
                 "search secret", "list requirement"):  # fmt: skip
        said = park(line, code=3)
        assert "secret" not in said + park.err, line
        assert "SEC101" in park.err, line
    if what == "folder":
        park("requirement add --title b", code=None)
        assert park.code in {3, 4}
    assert {p.name for p in outside.iterdir()} == {"REQ-001.yaml"}
    assert (outside / "REQ-001.yaml").read_bytes() == before


def test_a_profile_or_people_file_that_is_a_link_is_refused(park, outside):
    for name in ("people.yaml", "pmkit.yaml"):
        (park.folder / name).rename(outside / name)
        (park.folder / name).symlink_to(outside / name)
        for line in ("check", "list person", "person add a.b --name a --side supplier --role pm"):
            park(line, code=3)


@pytest.mark.parametrize(
    "line",
    [
        "show {}", "set {} title=a", "log {}", "report change {}", "plan task add --phase {} --name a --duration 1d",
        "plan phase add {} --name a", "person add {} --name a --side supplier --role pm", "schema {}",
        "new requirement id={} title=a", "requirement review {}", "explain {}", "plan drift --against {}",
        "change request --title a --requested-by wang.fang --affects {}", "list requirement --rev {}",
        "change request --title a --requested-by wang.fang --propose {}.statement=a", "requirement add --title a --owner {}",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["../../x", "requirements/../REQ-001", "/etc/passwd", "..%2fx", "REQ-001/../../x", "--output=x"]
)
def test_an_id_is_never_a_path(park, line, name):
    before = everything(park)
    park([word.replace("{}", name) for word in line.split()], code=2)
    assert everything(park) == before


def test_recorded_path_tricks_are_no_ids(park, shared_data):
    tricks = (shared_data / "hostile-strings/directory_traversal_half1.txt").read_text(encoding="utf-8").splitlines()
    before = everything(park)
    for trick in [t for t in tricks if t and not t.startswith("-")][:40]:
        park(["show", trick], code=2)
        park(["new", "requirement", f"id={trick}", "title=a"], code=2)
    assert everything(park) == before


# --- text that wants to be more --------------------------------------------------------------------------------------


def text_of(page):
    """What a reader of an HTML page sees, scripts and styles included; places where a long word may break are none."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.replace("<wbr>", ""))).split())


def test_templates_markdown_and_html_in_text_stay_text(park):
    evil = ["{{ 7*7 }}{% for x in y %}", "<script>alert(1)</script>", "[click](javascript:alert(1))", "![x](http://x/y.png)",
            "# heading", "| a | b |", "`code`", "**bold**", "<img src=x onerror=alert(1)>", ":::form", "$(id)", "&lt;b&gt;"]  # fmt: skip
    for name in evil[:2]:
        park(["person", "add", f"p{evil.index(name)}.x", "--name", name, "--side", "customer", "--role", "pm"])
    park(["change", "request", "--title", evil[0] + evil[1], "--reason", "\n\n".join(evil), "--requested-by", "p1.x",
          "--propose", f"REQ-001.statement={evil[1]}{evil[3]}"])  # fmt: skip
    park(["plan", "task", "add", "--phase", "PH1", "--name", evil[1] + evil[0], "--duration", "1d"])
    for report in ("change CR-001", "weekly"):
        page = park(f"report {report} --format html --out -")
        assert "<script" not in page
        assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", page)
        assert 'href="javascript' not in page
        assert "http://x/y.png" not in re.findall(r'src="([^"]*)"', page)
        assert "{{ 7*7 }}{% for x in y %}" in text_of(page)
        plain = park(f"report {report} --out -")
        assert not re.search(r"(?<!\\)<(script|img)", plain)
        assert not re.search(r"(?<!\\)\]\((javascript|http://x)", plain)
        assert "49" not in re.findall(r"\b49\b", page + plain)
    page = text_of(park("report change CR-001 --format html --out -"))
    assert [text for text in evil if text not in page] == []


def test_recorded_template_tricks_print_as_they_are(park, shared_data):
    lines = [one for name in ("ssti", "jinja2")
             for one in (shared_data / f"hostile-strings/{name}_half1.txt").read_text(encoding="utf-8").splitlines() if one.strip()]  # fmt: skip
    assert len(lines) > 20
    park.write("reason.txt", "x")
    park(["change", "request", "--title", "a", "--requested-by", "wang.fang", "--reason", "\n\n".join(lines)])
    shown = text_of(park("report change CR-001 --format html --out -"))
    assert [one for one in lines if " ".join(one.split()) not in shown] == []


# --- git's reality ---------------------------------------------------------------------------------------------------


def test_an_unborn_head(park):
    shutil.rmtree(park.folder / ".git")
    park.git("init", "--quiet")
    for line in ("check", "status", "show REQ-001", "log", "log REQ-001", "report weekly --out -", "plan show"):
        park(line)
    park("undo", code=4)
    park("list requirement --rev HEAD", code=2)
    assert json.loads(park("requirement add --title b --json"))["id"] == "REQ-002"
    assert park.git("log", "--format=%s").splitlines() == ["REQ-002：新增“b”"]


def test_a_detached_head(park):
    park.git("checkout", "--quiet", "--detach")
    park("requirement add --title b")
    park("set REQ-002 priority=must")
    assert "REQ-002" in park("log REQ-002")
    park("undo")
    assert "priority" not in (park.folder / "requirements/REQ-002.yaml").read_text(encoding="utf-8")
    park("check")


def test_without_an_identity_the_two_lines_are_told_and_nothing_is_written(park, monkeypatch):
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    before = everything(park)
    for line in ("requirement add --title b", "requirement add --title b --as li.wei", "set REQ-001 priority=should",
                 "plan baseline --name b", f"init {park.folder.parent}/neu --name a --code A --customer c --start 2026-03-02"):  # fmt: skip
        park(line, code=2)
        assert "git config --global user.name" in park.err
        assert "git config --global user.email" in park.err
    assert everything(park) == before
    assert not (park.folder.parent / "neu").exists()
    for line in ("check", "show REQ-001", "report weekly --out -", "plan drift"):
        park(line)


def test_a_dirty_and_half_staged_tree_stays_just_so(park):
    park.edit("plan/PH1.yaml", "duration: 5d", "duration: 6d")
    park.git("add", "plan/PH1.yaml")
    park.edit("plan/PH1.yaml", "duration: 6d", "duration: 7d")
    park.write("mine.txt", "x")
    park.git("add", "mine.txt")
    park.git("rm", "--quiet", "--cached", ".gitignore")
    before = park.git("status", "--porcelain"), park.git("diff"), park.git("diff", "--cached")
    park("requirement add --title b")
    park("risk add --title c")
    assert (park.git("status", "--porcelain"), park.git("diff"), park.git("diff", "--cached")) == before
    park("plan task add --phase PH1 --name d --duration 1d", code=4)
    assert "pmkit commit" in park.err
    assert (park.git("status", "--porcelain"), park.git("diff"), park.git("diff", "--cached")) == before


# --- disks and processes ---------------------------------------------------------------------------------------------


def program(run, *arguments, before=(), **environment):
    """The real program in a process of its own."""
    code = "import sys; from pmkit.cli.run import main; sys.argv = ['pmkit', *sys.argv[1:]]; main()"
    return subprocess.run([*before, sys.executable, "-c", code, *arguments], cwd=run.folder, capture_output=True,
                          text=True, check=False, env={**os.environ, **environment})  # fmt: skip


def test_a_read_only_folder(park):
    """Reading works; writing says what cannot be written, and leaves nothing half done."""
    as_nobody = []
    if os.geteuid() == 0:  # root writes anywhere, unless it gives that up
        if shutil.which("setpriv") is None:
            pytest.skip("root writes to read-only folders, and there is no setpriv to stop it")
        as_nobody = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    before = everything(park)
    folders = [park.folder, *(p for p in park.folder.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        for line in ("check", "status", "show REQ-001", "plan show"):
            assert program(park, *line.split(), before=as_nobody).returncode == 0, line
        for line in (
            "requirement add --title b",
            "set REQ-001 priority=should",
            "report weekly",
            "plan baseline --name b",
        ):
            done = program(park, *line.split(), before=as_nobody)
            assert done.returncode == 5, (line, done.stderr)
            assert "Permission denied" in done.stderr or "cannot" in done.stderr
            assert "Traceback" not in done.stderr
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert everything(park) == before


@pytest.mark.parametrize(("moment", "is_committed"), [("pre-commit", False), ("post-commit", True)])
def test_killed_between_file_and_commit_nothing_is_lost_and_no_id_given_twice(park, moment, is_committed):
    """Killed while git was about to commit (git with it), or just after git did: before git's index knew of it."""
    hook = park.folder / ".git/hooks" / moment
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nkill -9 $PMKIT_TEST_WRITER {'' if is_committed else '$PPID'}\n", encoding="utf-8")
    hook.chmod(0o755)
    code = ("import os, sys; os.environ['PMKIT_TEST_WRITER'] = str(os.getpid()); from pmkit.cli.run import main; "
            "sys.argv = ['pmkit', 'requirement', 'add', '--title', 'half']; main()")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=park.folder, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    hook.unlink()
    assert ("REQ-002：新增“half”" in park.git("log", "-1", "--format=%s")) is is_committed
    assert (park.folder / "requirements/REQ-002.yaml").read_text(encoding="utf-8").endswith("by: li.wei\n")
    park("check")
    assert json.loads(park("requirement add --title next --json"))["id"] == "REQ-003"
    if not is_committed:
        park("set REQ-002 priority=must", code=4)
        assert "pmkit commit" in park.err
        park("commit -m 'what was left'")
    park("set REQ-002 priority=must")
    assert park.git("status", "--porcelain") == ""
    assert not list((park.folder / ".git").glob("pmkit-*/index"))


def test_what_only_the_index_lacks_is_nothing_to_commit(park):
    park.git("rm", "--quiet", "--cached", "plan/PH1.yaml")
    assert "nothing to commit" in park("commit")
    assert park.git("status", "--porcelain").splitlines() == ["D  plan/PH1.yaml", "?? plan/"]


def test_two_processes_adding_at_once(park):
    """20 each: all distinct ids, one commit each with its own file, nothing lost, nothing left over."""
    before = park.git("rev-parse", "HEAD").strip()
    code = ("import sys\nfrom pmkit.cli import run\nname = sys.argv[1]\nfor n in range(20):\n"
            "    sys.argv = ['pmkit', 'requirement', 'add', '--title', f'{name} {n}']\n"
            "    try:\n        run.main()\n    except SystemExit as end:\n        assert not end.code, end.code\n")  # fmt: skip
    processes = [subprocess.Popen([sys.executable, "-c", code, name], cwd=park.folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) for name in ("甲", "乙")]  # fmt: skip
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said.decode()
    wanted = {f"requirements/REQ-{n:03}.yaml" for n in range(2, 42)}
    commits = park.git("log", "--format=%H", f"{before}..HEAD").split()
    touched = [park.git("show", "--format=", "--name-only", commit).split() for commit in commits]
    assert all(len(files) == 1 for files in touched)
    assert sorted(file for files in touched for file in files) == sorted(wanted)
    titles = {
        re.search(r"title: (.*)", (park.folder / path).read_text(encoding="utf-8"))[1].strip('"') for path in wanted
    }
    assert titles == {f"{name} {n}" for name in "甲乙" for n in range(20)}
    assert park.git("status", "--porcelain") == ""


def test_a_broken_person_or_task_is_one_finding(park):
    park("plan phase add PH9 --name 实施")
    park("plan task add --phase PH9 --name 安装 --duration 5d --owner li.wei")
    park.edit("people.yaml", "side: supplier", "side: supplyer")
    codes = [f["code"] for f in json.loads(park("check --json", code=3))["findings"] if f["severity"] == "error"]
    assert codes == ["FMT111"]
    park.edit("people.yaml", "side: supplyer", "side: supplier")
    park.write("people.yaml", (park.folder / "people.yaml").read_text(encoding="utf-8") + "x: [\n")
    codes = [f["code"] for f in json.loads(park("check --json", code=3))["findings"] if f["severity"] == "error"]
    assert codes == ["FMT102"]


def test_a_wrong_value_names_the_task_not_its_position(park):
    park("plan progress T-001 --percent 200", code=2)
    assert "`T-001.percent`" in park.err


def test_files_of_unknown_endings_are_refused(park):
    park("requirement export x.foo", code=2)
    assert ".reqif, .xlsx, .csv" in park.err
    park("export risk --out x.foo", code=2)
    assert not (park.folder / "x.foo").exists()


def test_a_role_that_is_nearly_one_is_refused_and_another_one_is_not(park):
    park("person add sun.li --name 孙丽 --side customer --role sponsr", code=2)
    assert "`sponsor`" in park.err
    park("person add sun.li --name 孙丽 --side customer --role 信息科长")


@pytest.mark.parametrize(("typed", "meant"), [("REQ-1", "REQ-001"), ("REQ-99", None), ("REQ-011", "REQ-001")])
def test_ids_are_suggested_by_their_number(park, typed, meant):
    park(f"show {typed}", code=None)
    assert ("REQ-001" in park.err) == (meant == "REQ-001" and park.code != 0)


def test_a_profile_that_says_a_key_twice_moves_nothing(park):
    """Otherwise the first of two approval matrices would count, and nobody would be told."""
    profile = park.folder / "pmkit.yaml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text + "name: 另一个名称\n", encoding="utf-8")
    head = park.git("rev-parse", "HEAD")
    park("change request --title x --requested-by wang.fang --propose REQ-001.priority=should", code=3)
    assert "FMT103" in park.err
    assert park.git("rev-parse", "HEAD") == head
