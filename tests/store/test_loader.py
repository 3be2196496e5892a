"""Loading: everything that is wrong in a workspace, told at once and in its place; and the cache that must never lie."""

import os
import sqlite3
import time

import pytest

from pmkit.kernel.errors import BadWorkspace
from pmkit.store.cache import RACY, Cache
from pmkit.store.loader import load
from pmkit.store.places import placed
from pmkit.store.tree import Entry, Folder

PROFILE = "format: 1\nname: 园区\ncode: ZHYQ\ncustomer: 滨海集团\nlanguage: zh\ncurrency: CNY\ntimezone: Asia/Shanghai\nstart: 2026-03-02\n"
TITLE = "title: 甲\nstatus: draft\n"
PEOPLE = "people:\n- id: li.wei\n  name: 李伟\n  side: supplier\n  role: pm\n"


@pytest.fixture
def folder(tmp_path):
    """`folder({path: text})` writes a workspace and returns its tree."""
    root = tmp_path / "park"

    def write(files):
        for path, text in {"pmkit.yaml": PROFILE, "people.yaml": PEOPLE, **files}.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Folder(root)

    return write


def told(tree, cache=None):
    """`path:line:column CODE` of everything that is wrong."""
    return [f"{f.at} {f.code}" for f in placed(tree, load(tree, cache).findings)]


BROKEN = {
    "requirements/REQ-001.yaml": "title: a\n  statement: b\n",
    "requirements/REQ-002.yaml": "title: 乙\npriorty: must\npriority: mustt\nstatus: draft\nowner: Li Wei\n",
    "requirements/REQ-003.yaml": "statement: 没有标题\nsteps:\n- to: draft\n  on: 2026-02-30\n  by: li.wei\n- {to: draft, on: soon}\n",
    "requirements/REQ-004.yaml": f"id: REQ-004\n{TITLE}",
    "requirements/notes.yaml": "title: a\n",
    "requirements/REQ-005.yaml": b"title: caf\xe9\n",
    "requirements/deep/below/REQ-006.yaml": "title: [a]\n",
    "changes/CR-001.yaml": "title: 变更\nrequested_by: li.wei\nimpact:\n  price: 20000\n  scop: x\n  schedule_allowance: {M-001: soon}\n",
    "plan/PH1.yaml": "name: 设计\ntasks:\n- id: T-001\n  name: 调研\n  duration: -3d\n- id: X-1\n  name: 乱\n  duration: 1d\n- name: 无\n",
    "plan/progress/2026-03-06.yaml": "tasks:\n- id: T-001\n  percent: 140\n",
    "plan/progress/soon.yaml": "tasks: []\n",
}


def test_everything_wrong_is_told_at_once_with_line_and_column(folder):
    said = told(folder(BROKEN))
    wanted = [
        "requirements/REQ-001.yaml:2:12 FMT102",
        "requirements/REQ-002.yaml:2:1 FMT112",
        "requirements/REQ-002.yaml:3:11 FMT111",
        "requirements/REQ-002.yaml:5:8 FMT111",
        "requirements/REQ-003.yaml:1:1 FMT113",
        "requirements/REQ-003.yaml:4:7 FMT111",
        "requirements/REQ-003.yaml:6:19 FMT111",
        "requirements/REQ-004.yaml:1:1 FMT114",
        "requirements/notes.yaml:1:1 FMT115",
        "requirements/REQ-005.yaml:1:11 FMT101",
        "requirements/deep/below/REQ-006.yaml:1:8 FMT111",
        "changes/CR-001.yaml:4:10 FMT111",
        "changes/CR-001.yaml:5:3 FMT112",
        "changes/CR-001.yaml:6:31 FMT111",
        "plan/PH1.yaml:5:13 FMT111",
        "plan/progress/2026-03-06.yaml:3:12 FMT111",
    ]
    assert [one for one in wanted if one not in said] == []
    assert [one for one in said if one.split(":")[0] not in BROKEN] == []


def test_a_broken_file_does_not_hide_its_neighbours(folder):
    loaded = load(folder({**BROKEN, "requirements/REQ-009.yaml": TITLE}))
    assert {"REQ-009", "REQ-004", "li.wei"} <= set(loaded.workspace.records)


def test_a_profile_that_cannot_be_used_is_told_with_all_that_is_wrong_in_it(folder):
    with pytest.raises(BadWorkspace) as caught:
        load(folder({"pmkit.yaml": "format: 1\nname: a\ncode: 'a b'\nlanguge: zh\nstart: 2026-13-01\n"}))
    assert {f.code for f in caught.value.findings} == {"FMT111", "FMT112", "FMT113"}
    with pytest.raises(BadWorkspace, match="format 9"):
        load(folder({"pmkit.yaml": PROFILE.replace("format: 1", "format: 9")}))


# --- the cache -------------------------------------------------------------------------------------------------------


@pytest.fixture
def cached(tmp_path):
    """`cached()` opens the cache of the test anew."""
    return lambda: Cache(tmp_path / "git/pmkit/parsed.sqlite")


def old(tree, path="requirements/REQ-001.yaml", seconds=3600):
    """Make a file look as if nobody had touched it for an hour."""
    target = tree.root / path
    then = time.time_ns() - seconds * 1_000_000_000
    os.utime(target, ns=(then, then))


def title(tree, cache=None):
    return load(tree, cache).workspace.records["REQ-001"].title


def test_an_unchanged_file_is_not_read_again(folder, cached, monkeypatch):
    tree = folder({"requirements/REQ-001.yaml": TITLE})
    for path in ("pmkit.yaml", "people.yaml", "requirements/REQ-001.yaml"):
        old(tree, path)
    assert title(tree, cached()) == "甲"
    monkeypatch.setattr(Folder, "read", lambda self, path: pytest.fail(f"read {path}"))
    assert title(tree, cached()) == "甲"


def test_a_changed_file_is_read_again_and_a_broken_one_is_never_kept(folder, cached):
    tree = folder({"requirements/REQ-001.yaml": TITLE})
    assert title(tree, cached()) == "甲"
    folder({"requirements/REQ-001.yaml": TITLE.replace("甲", "乙丙")})
    assert title(tree, cached()) == "乙丙"
    folder({"requirements/REQ-001.yaml": TITLE + "title: b\n"})
    for _ in range(2):
        assert told(tree, cached()) == ["requirements/REQ-001.yaml:3:1 FMT103"]
    folder({"requirements/REQ-001.yaml": TITLE.replace("title", "titel")})
    for _ in range(2):
        assert [one.split()[1] for one in told(tree, cached())] == ["FMT112", "FMT113"]


def test_a_change_within_one_tick_of_the_clock_is_seen(folder, cached):
    """Same size, same time stamp, other bytes: what git calls racy."""
    tree = folder({"requirements/REQ-001.yaml": TITLE})
    path = tree.root / "requirements/REQ-001.yaml"
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    assert title(tree, cached()) == "甲"
    path.write_bytes(TITLE.replace("甲", "乙").encode())
    os.utime(path, ns=(now, now))
    assert title(tree, cached()) == "乙"
    assert RACY >= 1_000_000_000  # file systems that count whole seconds


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"not a database"),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(b""),
        lambda path: sql(path, "drop table parsed"),
        lambda path: sql(path, "pragma user_version = 99"),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["garbage", "cut", "empty", "no table", "other version", "folder"],
)
def test_a_spoilt_cache_is_left_aside(folder, cached, tmp_path, spoil):
    tree = folder({"requirements/REQ-001.yaml": TITLE})
    assert title(tree, cached()) == "甲"
    spoil(tmp_path / "git/pmkit/parsed.sqlite")
    assert title(tree, cached()) == "甲"
    assert title(tree, cached()) == "甲"


def sql(path, statement):
    with sqlite3.connect(path) as db:
        db.execute(statement)
    db.close()


def test_a_deleted_file_is_forgotten(folder, cached):
    tree = folder({"requirements/REQ-001.yaml": TITLE, "requirements/REQ-002.yaml": TITLE.replace("甲", "乙")})
    load(tree, cached())
    (tree.root / "requirements/REQ-002.yaml").unlink()
    assert set(load(tree, cached()).workspace.records) == {"pmkit", "li.wei", "REQ-001"}
    assert cached().find(Entry("requirements/REQ-002.yaml", (1, 1)), tree.read) is None


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(folder, tmp_path):
    tree = folder({"requirements/REQ-001.yaml": TITLE})
    (tmp_path / "file").write_text("x")
    assert title(tree, Cache(tmp_path / "file/below/parsed.sqlite")) == "甲"
