"""The life of a record, told from git alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from git_repos import ADD, CHANGE, FIRST, REQ_1, REQ_2, Edge, Repo, edits

from pmkit.store.history import commits, last_commit, record_log
from pmkit.store.transaction import write
from pmkit.workspace.edits import Append
from pmkit.workspace.history import Event, FieldChange

LONG = "".join(f"line{n}: 内容 {n}\n" for n in range(12))


def life(
    repo: Repo, path: str = REQ_1, item: str | None = None
) -> list[tuple[str, str, list[tuple[str, object, object]]]]:
    """Each event as subject, what, changes."""
    return [(e.commit.subject, e.what, _plain(e)) for e in record_log(repo.found(), path, item)]


def _plain(event: Event) -> list[tuple[str, object, object]]:
    return [(c.field, c.before, c.after) for c in event.changes]


# --- commits ---------------------------------------------------------------------------------------------------------


def test_commits_of_every_kind_of_repository(edge: Edge) -> None:
    repo = edge.repo
    found = commits(repo.found())
    where = ["--", str(repo.root)]
    assert [c.hash for c in found] == repo.git("log", "--format=%H", *where).split() if repo.head() else found == []
    assert all(f.path == "people.yaml" or not f.path.startswith("..") for c in found for f in c.files)


def test_a_commit_with_all_that_git_knows_of_it(repo: Repo) -> None:
    written = write(
        repo.root, edits(CHANGE, ADD, subject="需求 “评审” : x"), git=repo.found(), expected={}, recorded_by="W <w@x>"
    )
    newest, first = commits(repo.found())
    assert (newest.hash, newest.parents, newest.subject) == (written.commit, (first.hash,), "需求 “评审” : x")
    assert (newest.author, newest.mail) == ("李伟", "li.wei@supplier.example")
    assert abs((datetime.now(UTC) - newest.time).total_seconds()) < 60
    assert newest.trailers == {
        "Pmkit-Record": ["REQ-001"], "Pmkit-Action": ["requirement.review"], "Pmkit-By": ["li.wei"],
        "Pmkit-Recorded-By": ["W <w@x>"],
    }  # fmt: skip
    assert newest.trailer("Pmkit-By") == "li.wei"
    assert newest.trailer("Pmkit-Undoes") is None
    assert [(f.status, f.path, f.old_path) for f in newest.files] == [("M", REQ_1, None), ("A", REQ_2, None)]
    assert repo.found().blobs([newest.files[0].before[0]]) == {newest.files[0].before[0]: FIRST.encode()}
    assert (first.parents, first.trailers, {f.status for f in first.files}) == ((), {}, {"A"})


def test_settings_of_the_user_do_not_disturb(repo: Repo) -> None:
    write(repo.root, edits(CHANGE, subject="需求"), git=repo.found(), expected={})
    plain = commits(repo.found())
    for key, value in {"log.showSignature": "true", "color.ui": "always", "log.showRoot": "false", "trailer.separators": "=", "log.date": "relative",
                       "diff.renames": "false", "i18n.logOutputEncoding": "gbk", "diff.external": "false", "log.decorate": "full", "log.follow": "true"}.items():  # fmt: skip
        repo.git("config", key, value)
    assert commits(repo.found()) == plain


def test_odd_words_and_names_do_not_disturb(repo: Repo) -> None:
    name = "evidence/:100644 “a” \x01\n\t附件.eml"
    repo.write(name, "x")
    repo.git("add", "--all")
    repo.git(
        "commit",
        "--quiet",
        "--cleanup=verbatim",
        "-m",
        "a\x01\x02b\n\nPmkit-By: a\x01b\x02\n  c: d\nPmkit-By: e\x85f\n",
    )
    repo.git("-c", "i18n.commitEncoding=gbk", "commit", "--quiet", "--allow-empty", "-F", "-", check=False)
    newest = commits(repo.found())[0]
    assert (newest.subject, newest.trailers) == ("a\x01\x02b", {"Pmkit-By": ["a\x01b\x02 c: d", "e\x85f"]})
    assert [f.path for f in newest.files] == [name]


def test_a_message_in_no_encoding_is_still_told(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "UTF-8")
    (repo.top / "message").write_bytes("需求\n".encode("gbk"))
    repo.git("commit", "--quiet", "--allow-empty", "-F", "message")
    assert commits(repo.found())[0].subject.encode()


def test_commits_by_path_and_time(repo: Repo) -> None:
    for day in (3, 4, 5):
        repo.write("risks/RSK-001.yaml", f"title: {day}\n")
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "-m", f"{day}", GIT_COMMITTER_DATE=f"2036-03-0{day}T12:00:00Z")
    git = repo.found()
    assert [c.subject for c in commits(git, ["risks/RSK-001.yaml"])] == ["5", "4", "3"]
    assert [c.subject for c in commits(git, [REQ_1])] == ["Start"]
    since, until = datetime(2036, 3, 4, tzinfo=UTC), datetime(2036, 3, 5, tzinfo=UTC)
    assert [c.subject for c in commits(git, since=since)] == ["5", "4"]
    assert [c.subject for c in commits(git, since=since, until=until)] == ["4"]


def test_commits_of_a_side_branch_and_what_only_the_merge_says(repo: Repo) -> None:
    _merged(repo, "priority: could\n")
    found = {c.subject: c for c in commits(repo.found())}
    assert list(found) == ["Merged", "Main", "Side", "Start"]
    assert [(f.path, len(f.before)) for f in found["Merged"].files] == [(REQ_1, 2)]


def test_a_workspace_below_sees_only_its_own_files(tmp_path) -> None:  # type: ignore[no-untyped-def]
    repo = Repo(tmp_path / "big/a b", tmp_path / "big").init().start()
    (repo.top / "REQ-009.yaml").write_text(LONG)
    repo.commit("Outside")
    repo.git("mv", "REQ-009.yaml", "a b/requirements/REQ-009.yaml")
    repo.commit("Came in")
    repo.git("mv", "a b/requirements/REQ-009.yaml", "REQ-009.yaml")
    repo.commit("Went out")
    found = commits(repo.found())
    assert [c.subject for c in found] == ["Went out", "Came in", "Start"]
    assert [(f.status, f.path) for f in found[1].files] == [("A", "requirements/REQ-009.yaml")]
    last = last_commit(repo.found())
    assert last is not None
    assert [(f.status, f.path) for f in last.files] == [("D", "requirements/REQ-009.yaml")]


# --- one record ------------------------------------------------------------------------------------------------------


def test_life_of_a_record_field_by_field(repo: Repo) -> None:
    repo.commit(
        "Steps",
        REQ_001=FIRST + "steps: [{to: draft}]\nimpact: {price: 100.00 CNY, days: {M-001: 3d}}\naccept: [a, b]\n",
    )
    repo.commit("Other", RSK_001="title: a\n")
    repo.commit("More", REQ_001="title: 统一身份认证\nstatus: reviewed\nsteps: [{to: draft}, {to: reviewed}]\n"
                                "impact: {price: 100.0 CNY, days: {M-001: 3d, M-002: 1d}}\naccept: [a]\n")  # fmt: skip
    repo.commit("Comment only", REQ_001=(repo.root / REQ_1).read_text(encoding="utf-8") + "# 注释\n")
    repo.commit("Gone", REQ_001=None)
    assert life(repo) == [
        ("Start", "created", [("title", None, "统一身份认证"), ("status", None, "draft")]),
        ("Steps", "changed", [("steps[+]", None, {"to": "draft"}),
                              ("impact", None, {"price": "100.00 CNY", "days": {"M-001": "3d"}}), ("accept", None, ["a", "b"])]),
        ("More", "changed", [("status", "draft", "reviewed"), ("steps[+]", None, {"to": "reviewed"}),
                             ("impact.price", "100.00 CNY", "100.0 CNY"), ("impact.days.M-002", None, "1d"), ("accept", ["a", "b"], ["a"])]),
        ("Gone", "deleted", []),
    ]  # fmt: skip


def test_the_same_step_twice_is_told_twice(repo: Repo) -> None:
    for subject in ("One", "Two"):
        write(
            repo.root,
            edits(Append(REQ_1, ("steps",), {"to": "submitted"}), subject=subject),
            git=repo.found(),
            expected={},
        )
    assert [(s, c) for s, _, c in life(repo)[1:]] == [
        ("One", [("steps[+]", None, {"to": "submitted"})]), ("Two", [("steps[+]", None, {"to": "submitted"})])]  # fmt: skip


def test_items_of_lists_come_go_and_change(repo: Repo) -> None:
    repo.commit("Before", REQ_001="x: [{id: A, v: 1}, {id: B, v: 1}, {id: [odd], v: 1}, {v: 1}]\n")
    repo.commit("After", REQ_001="x: [{id: C, v: 1}, {id: A, v: 2}, {id: [odd], v: 2}, {v: 1}]\n")
    assert life(repo)[-1][2] == [
        ("x[+]", None, {"id": "C", "v": "1"}), ("x[A].v", "1", "2"), ("x[+]", None, {"id": ["odd"], "v": "2"}),
        ("x[-]", {"id": "B", "v": "1"}, None), ("x[-]", {"id": ["odd"], "v": "1"}, None),
    ]  # fmt: skip


def test_one_item_of_a_list_file(repo: Repo) -> None:
    repo.commit("One", PH1="name: 设计\ntasks:\n- id: T-001\n  name: 调研\n")
    repo.commit("Two", PH1="name: 设计\ntasks:\n- id: T-001\n  name: 调研\n- id: T-002\n  name: 设计\n")
    repo.commit(
        "Three", PH1="name: 需求\ntasks:\n- id: T-002\n  name: 设计\n- id: T-001\n  name: 调研\n  owner: li.wei\n"
    )
    repo.commit("Four", PH1="name: 需求\ntasks:\n- id: T-002\n  name: 设计\n")
    assert life(repo, "plan/PH1.yaml", "T-001") == [
        ("One", "created", [("id", None, "T-001"), ("name", None, "调研")]),
        ("Three", "changed", [("owner", None, "li.wei")]),
        ("Four", "deleted", []),
    ]


@pytest.mark.parametrize("text", [
    "tasks:\n- id: T-001\n  name: a\n# 注释\n\n  owner: {o}\n- id: T-0012\n  name: b\n",
    "tasks:\n  - id: 'T-001'\n    note: |\n      - id: T-001\n    owner: {o}\n",
    "tasks:\n- name: a\n  id: T-001\n  owner: {o}\n",
    "tasks: [{{id: T-001, owner: {o}}}]\n",
    "tasks:\n- id: T-002\n  note: |\n    - id: T-001\n- {{id: T-001, owner: {o}}}\n",
    'tasks:\n- id: T-001\n  name: "a\nb"\n  owner: {o}\n',
    'tasks:\n- id: T-001\n  name: "a\n- b"\n  owner: {o}\n',
    "tasks:\r\n- id: T-001\r\n  owner: {o}\r\n- id: T-002\r\n",
    "tasks:\n- id: T-001\n\n  owner: {o}",
])  # fmt: skip
def test_an_item_is_found_however_it_is_written(repo: Repo, text: str) -> None:
    for owner in ("li.wei", "wang.fang"):
        repo.commit(owner, PH1=text.format(o=owner))
    repo.commit("Another", PH1=text.format(o="wang.fang") + "\nname: 设计\n")
    told = life(repo, "plan/PH1.yaml", "T-001")
    assert [(s, w) for s, w, _ in told] == [("li.wei", "created"), ("wang.fang", "changed")]
    assert told[1][2] == [("owner", "li.wei", "wang.fang")]


def test_unreadable_versions_do_not_break_the_log(repo: Repo) -> None:
    for subject, text in {
        "Broken": "title: [\n", "Still": "\0", "List": "- a\n", "GBK": "title: 中".encode("gbk"), "Bomb": "a: &a [*a]\n",
        "Mended": FIRST.replace("draft", "reviewed"),
    }.items():  # fmt: skip
        repo.commit(subject, REQ_001=text)
    assert [(s, w, c) for s, w, c in life(repo)[1:]] == [
        *((s, "unreadable", []) for s in ("Broken", "Still", "List", "GBK", "Bomb")),
        ("Mended", "changed", [("status", "draft", "reviewed")]),
    ]


def test_a_record_that_began_unreadable(repo: Repo) -> None:
    repo.commit("Broken", REQ_002="title: [\n")
    repo.commit("Mended", REQ_002="title: a\n")
    assert life(repo, REQ_2) == [("Broken", "unreadable", []), ("Mended", "created", [("title", None, "a")])]


@pytest.mark.parametrize("new", ["requirements/00xx/REQ-001.yaml", "requirements/REQ-047.yaml"])
def test_a_rename_together_with_an_edit(repo: Repo, new: str) -> None:
    repo.commit("Long", REQ_001=LONG)
    repo.commit("Neighbour", REQ_002=LONG.replace("line3", "other"))
    repo.write(new, "x").unlink()
    repo.git("mv", REQ_1, new)
    repo.write(new, LONG.replace("内容 5", "改"))
    repo.commit("Moved")
    repo.write(new, LONG.replace("内容 5", "再改"))
    repo.commit("Later")
    told = life(repo, new)
    assert [(s, w) for s, w, _ in told] == [
        ("Start", "created"),
        ("Long", "changed"),
        ("Moved", "renamed"),
        ("Later", "changed"),
    ]
    assert told[2][2] == [("path", REQ_1, new), ("line5", "内容 5", "改")]
    assert told[3][2] == [("line5", "改", "再改")]


def test_a_move_is_followed_however_much_was_edited(repo: Repo) -> None:
    (repo.root / REQ_1).unlink()
    repo.write("requirements/00xx/REQ-001.yaml", "name: 全部重写\nlevel: 9\n")
    repo.commit("Moved")
    assert [(s, w) for s, w, _ in life(repo, "requirements/00xx/REQ-001.yaml")] == [
        ("Start", "created"),
        ("Moved", "renamed"),
    ]


def test_two_renames_and_a_side_branch_under_the_old_name(repo: Repo) -> None:
    repo.commit("Long", REQ_001=LONG)
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("On the side", REQ_001=LONG.replace("内容 2", "旁支"))
    repo.git("checkout", "--quiet", "main")
    repo.git("mv", REQ_1, "requirements/REQ-005.yaml")
    repo.commit("First move")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merged", "side")
    repo.git("mv", "requirements/REQ-005.yaml", "requirements/REQ-006.yaml")
    repo.commit("Second move")
    told = life(repo, "requirements/REQ-006.yaml")
    assert {s: w for s, w, _ in told} == {
        "Start": "created", "Long": "changed", "On the side": "changed", "First move": "renamed", "Second move": "renamed"}  # fmt: skip
    assert ("On the side", "changed", [("line2", "内容 2", "旁支")]) in told


def test_a_record_like_another_has_a_life_of_its_own(repo: Repo) -> None:
    repo.commit("One", REQ_001=LONG)
    repo.commit("Two", REQ_002=LONG.replace("内容 5", "别的"))
    assert [s for s, _, _ in life(repo, REQ_2)] == ["Two"]


def test_a_record_deleted_and_made_again(repo: Repo) -> None:
    repo.commit("Gone", REQ_001=None)
    repo.commit("Back", REQ_001="title: 新\n")
    assert [(s, w) for s, w, _ in life(repo)] == [("Start", "created"), ("Gone", "deleted"), ("Back", "created")]


def _merged(repo: Repo, resolution: str) -> None:
    """Both sides set another priority; the merge says `resolution`."""
    for branch, subject, priority in (("side", "Side", "must"), ("main", "Main", "should")):
        repo.git("checkout", "--quiet", *(["-b"] if branch == "side" else []), branch)
        repo.write(REQ_1, FIRST + f"priority: {priority}\n")
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "-m", subject, GIT_COMMITTER_DATE=f"2036-01-0{1 + (branch == 'main')}T00:00:00Z")
    repo.git("merge", "side", check=False)
    repo.write(REQ_1, FIRST + resolution)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "Merged", GIT_COMMITTER_DATE="2036-01-03T00:00:00Z")


def test_a_merge_is_told_where_it_says_what_neither_side_said(repo: Repo) -> None:
    _merged(repo, "priority: could\nowner: li.wei\n")
    told = life(repo)
    assert [s for s, _, _ in told] == ["Start", "Side", "Main", "Merged"]
    assert told[-1][2] == [("priority", "should", "could"), ("owner", None, "li.wei")]


def test_a_merge_that_takes_one_side_is_no_event(repo: Repo) -> None:
    _merged(repo, "priority: must\n")
    assert "Merged" not in [s for s, _, _ in life(repo)]


def test_how_often_git_runs(repo: Repo, git_calls: Callable[[], list[str]]) -> None:
    for n in range(15):
        repo.commit(f"{n}", REQ_001=FIRST + f"n: {n}\n")
    git = repo.found()
    assert git.head
    git_calls()
    assert len(record_log(git, REQ_1)) == 16
    assert len(git_calls()) == 3
    assert len(commits(git)) == 16
    assert len(git_calls()) == 1


def test_nothing_before_the_first_commit(tmp_path) -> None:  # type: ignore[no-untyped-def]
    repo = Repo(tmp_path / "park").init()
    assert commits(repo.found()) == []
    assert record_log(repo.found(), REQ_1) == []
    assert last_commit(repo.found()) is None


def test_the_changes_told_lead_from_each_version_to_the_next(repo: Repo) -> None:
    """Random edits of scalars: replaying the events gives the last version."""
    chance = random.Random(7)
    data: dict[str, str] = {}
    for n in range(25):
        key = f"k{chance.randrange(5)}"
        if key in data and chance.random() < 0.4:
            del data[key]
        else:
            data[key] = f"v{chance.randrange(9)}"
        repo.commit(f"{n}", REQ_002="".join(f"{k}: {v}\n" for k, v in data.items()) or "{}\n")
    replayed: dict[str, object] = {}
    for change in (c for e in record_log(repo.found(), REQ_2) for c in e.changes):
        assert isinstance(change, FieldChange)
        assert replayed.get(change.field) == change.before
        replayed[change.field] = change.after
    assert {k: v for k, v in replayed.items() if v is not None} == data
