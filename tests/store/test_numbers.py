"""An id is never given twice, not even after its record was deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from git_repos import Edge, Repo

from pmkit.store.git import Git
from pmkit.store.numbers import next_id

TASKS = "name: 设计\ntasks:\n- id: T-001\n  name: 调研\n- id: M-001\n  name: 评审\n"


def following(repo: Repo, prefix: str = "REQ") -> str:
    return next_id(repo.root, Git.find(repo.root), prefix, {})


def memory(repo: Repo) -> Path:
    return repo.found().memory / "numbers.json"


def test_next_id_in_every_kind_of_repository(edge: Edge) -> None:
    before = edge.repo.status()
    assert following(edge.repo) in {"REQ-001", "REQ-002", "REQ-004"}
    assert following(edge.repo) == following(edge.repo)
    assert edge.repo.status() == before


def test_counts_from_the_tree_at_any_depth_and_committed_or_not(repo: Repo) -> None:
    assert following(repo) == "REQ-002"
    repo.write("requirements/10xx/REQ-1003.yaml", "title: a\n")
    assert following(repo) == "REQ-1004"
    assert following(repo, "RSK") == "RSK-001"
    given: dict[str, int] = {}
    assert [next_id(repo.root, None, "REQ", given) for _ in range(3)] == ["REQ-1004", "REQ-1005", "REQ-1006"]


def test_what_was_deleted_is_not_forgotten(repo: Repo) -> None:
    repo.commit("Add", REQ_007="title: a\n")
    repo.commit("Delete", REQ_007=None)
    assert following(repo) == "REQ-008"
    assert following(repo) == "REQ-008"  # now from memory
    repo.commit("More", REQ_009="title: a\n")
    repo.commit("Less", REQ_009=None)
    assert following(repo) == "REQ-010"
    memory(repo).unlink()
    assert following(repo) == "REQ-010"


def test_what_was_renamed_is_not_forgotten(repo: Repo) -> None:
    repo.commit("Add", REQ_007="title: a\n" * 9)
    repo.git("mv", "requirements/REQ-007.yaml", "requirements/REQ-003.yaml")
    repo.commit("Renumber")
    assert following(repo) == "REQ-008"


@pytest.mark.parametrize("item", [
    "- id: T-007\n  name: x\n", "- name: x\n  id: T-007\n", "- {name: x, id: 'T-007'}\n", '  - "id": "T-007"\n', "-   id:  T-007 # x\n",
])  # fmt: skip
def test_items_of_a_plan_count_however_they_are_written(repo: Repo, item: str) -> None:
    repo.write("plan/PH1.yaml", "tasks:\n" + item)
    assert following(repo, "T") == "T-008"
    repo.commit("Add")
    repo.commit("Delete", PH1="tasks: []\n")
    assert following(repo, "T") == "T-008"
    assert following(repo, "T") == "T-008"


def test_items_added_and_deleted_since_the_last_look(repo: Repo) -> None:
    repo.commit("Plan", PH1=TASKS)
    assert (following(repo, "T"), following(repo, "M")) == ("T-002", "M-002")
    repo.commit("Add", PH1=TASKS + "- id: T-012\n  name: x\n- id: M-003\n  name: y\n")
    repo.commit("Delete", PH1=TASKS.replace("T-001", "T-005"))
    assert (following(repo, "T"), following(repo, "M")) == ("T-013", "M-004")


def test_ids_from_a_side_branch_and_from_a_merge_itself(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("Side", REQ_005="title: a\n", PH1=TASKS.replace("T-001", "T-005"))
    repo.commit("Gone", REQ_005=None, PH1=TASKS)
    repo.git("checkout", "--quiet", "main")
    repo.commit("Main")
    assert following(repo) == "REQ-002"
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    repo.write("requirements/REQ-006.yaml", "title: made in the merge\n")
    repo.write("plan/PH1.yaml", TASKS.replace("M-001", "M-009"))
    repo.commit("Merged")
    repo.commit("Gone", REQ_006=None, PH1=TASKS)
    for _ in range(2):
        assert (following(repo), following(repo, "T"), following(repo, "M")) == ("REQ-007", "T-006", "M-010")
    memory(repo).unlink()
    assert (following(repo), following(repo, "T"), following(repo, "M")) == ("REQ-007", "T-006", "M-010")


def test_a_side_that_a_merge_threw_away_is_not_forgotten(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "big/park", tmp_path / "big").init().start()
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("Side", REQ_005="title: a\n", PH1=TASKS)
    repo.git("checkout", "--quiet", "main")
    repo.commit("Main")
    repo.git("merge", "--quiet", "--strategy=ours", "-m", "Ours", "side")
    assert (following(repo), following(repo, "T")) == ("REQ-006", "T-002")


def test_another_history_is_looked_at_anew(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("Side", REQ_005="title: a\n")
    assert following(repo) == "REQ-006"
    repo.git("checkout", "--quiet", "main")
    repo.commit("Main", REQ_002="title: b\n")
    assert following(repo) == "REQ-003"
    repo.git("checkout", "--quiet", "side")
    repo.git("rebase", "--quiet", "main")
    assert following(repo) == "REQ-006"


@pytest.mark.parametrize("damage", [
    "", "{", "[]", "null", '{"commit": 3}', '{"commit": "--all", "highest": {}}', '{"commit": "%s", "highest": []}',
    '{"commit": "%s", "highest": {"REQ": "x"}}', '{"commit": "%s"}', '{"commit": "0123456789012345678901234567890123456789", "highest": {"REQ": 99}}',
])  # fmt: skip
def test_a_damaged_memory_is_made_anew(repo: Repo, damage: str) -> None:
    repo.commit("Add", REQ_007="title: a\n")
    head = repo.commit("Delete", REQ_007=None)
    following(repo)
    memory(repo).write_text(damage.replace("%s", head))
    assert following(repo) == "REQ-008"
    assert json.loads(memory(repo).read_text()) == {"commit": head, "highest": {"REQ": 7}}
    assert [p.name for p in memory(repo).parent.iterdir()] == ["numbers.json"]


def test_workspaces_of_one_repository_count_apart(tmp_path: Path) -> None:
    one = Repo(tmp_path / "big/one", tmp_path / "big").init().start()
    two = Repo(tmp_path / "big/two", tmp_path / "big")
    one.commit("Add", REQ_007="title: a\n")
    two.commit("Add", REQ_003="title: a\n")
    two.commit("Delete", REQ_003=None)
    for _ in range(2):
        assert (following(one), following(two)) == ("REQ-008", "REQ-004")


def test_a_shallow_clone_remembers_nothing_that_is_too_little(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Add", REQ_007="title: a\n")
    repo.commit("Delete", REQ_007=None)
    repo.git("clone", "--quiet", "--depth=1", repo.top.as_uri(), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    assert following(clone) == "REQ-002"
    clone.git("fetch", "--quiet", "--unshallow")
    assert following(clone) == "REQ-008"


def test_settings_of_the_user_hide_no_id(repo: Repo) -> None:
    repo.write(".gitattributes", "*.yaml binary\n")
    repo.commit("Plan", PH1=TASKS.replace("T-001", "T-009"))
    repo.commit("Gone", PH1=TASKS, REQ_001=None)
    for key, value in {"log.showRoot": "false", "color.ui": "always", "diff.renames": "copies", "log.showSignature": "true",
                       "diff.noPrefix": "true", "log.decorate": "full", "diff.external": "false"}.items():  # fmt: skip
        repo.git("config", key, value)
    assert (following(repo, "T"), following(repo)) == ("T-010", "REQ-002")


def test_a_git_folder_that_cannot_be_written_only_means_looking_again(repo: Repo) -> None:
    (repo.root / ".git/pmkit").write_text("in the way")
    assert following(repo) == following(repo) == "REQ-002"


def test_looking_again_costs_one_git(repo: Repo, git_calls: Callable[[], list[str]]) -> None:
    following(repo)
    repo.commit("Add", REQ_007="title: a\n")
    git = repo.found()
    assert git.head
    git_calls()
    for calls in (1, 0):
        assert next_id(repo.root, git, "REQ", {}) == "REQ-008"
        assert len(git_calls()) == calls
