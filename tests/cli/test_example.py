"""The shipped examples: the same commits everywhere, nothing wrong in them but what the story wants, golden reports."""

import re
import subprocess

import pytest

# What the stories are meant to show, excused with a reason: an overdue action; a change that waits for its signature.
WAIVED = {"zh": ["COM301", "PLN307", "SGN303"], "en": ["COM301"]}


def head(folder):
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, check=True).stdout


def test_built_twice_it_has_the_same_commits(run, built, tmp_path):
    run(f"init {tmp_path / 'again'} --example en")
    assert head(tmp_path / "again") == head(built("en"))


@pytest.mark.parametrize("name", ["zh", "en"])
def test_only_what_the_story_wants_is_found_and_that_is_waived(example, name):
    import json

    run = example(name)
    found = json.loads(run("check --json"))
    assert found["findings"] == []
    assert sorted(f["code"] for f in found["waived"]) == WAIVED[name]
    assert json.loads(run("audit --json")) == []
    assert run.git("status", "--porcelain") == ""


def scrubbed(text):
    """Without the commit, and the digest of a document that prints it: another one whenever a schema says more."""
    assert re.search(r"(?:提交|commit) [0-9a-f]{9}", text)
    text = re.sub(r"(提交|commit) [0-9a-f]{9}", r"\1 123456789", text)
    return re.sub(r"(SHA-256(?: 前 12 位：)? ?)[0-9A-F]{12}", r"\g<1>0123456789AB", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["zh", "en"])
def test_weekly_report(example, golden, name, lang):
    run = example(name)
    golden(f"examples/{name}-weekly.{lang}.md", scrubbed(run(f"report weekly --lang {lang} --out -")))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["zh", "en"])
def test_change_form(example, golden, name, lang):
    run = example(name)
    golden(f"examples/{name}-change.{lang}.md", scrubbed(run(f"report change CR-001 --lang {lang} --out -")))


REPORTS = {
    "zh": (
        "requirements", "requirements-diff", "fit-gap", "traceability", "changes", "plan", "monthly",
        "interview INT-001", "signoff SGN-001", "payments", "payment PAY-002", "minutes MTG-008", "agenda MSR-001",
        "documents", "raci", "risks", "quality",
    ),
    "en": ("requirements", "fit-gap", "traceability", "changes", "plan", "monthly", "documents", "raci", "risks"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "report"), [(name, report) for name in REPORTS for report in REPORTS[name]])
def test_every_other_report(example, golden, name, report):
    run = example(name)
    for lang in ("zh", "en"):
        text = scrubbed(run(f"report {report} --lang {lang} --out -"))
        golden(f"examples/{name}-{report.split()[0]}.{lang}.md", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["zh", "en"])
def test_cost_report(example, golden, name, lang):
    run = example(name)
    golden(f"examples/{name}-cost.{lang}.md", scrubbed(run(f"report cost --lang {lang} --out -")))


@pytest.mark.parametrize("form", ["md", "html"])
def test_nothing_internal_reaches_the_customer(example, form):
    run = example("zh")
    internal = ["设备涨价", "同时承担两个项目", "21000", "21,000", "RSK-002"]
    for report in ("weekly", "change CR-001", *REPORTS["zh"]):
        text = run(f"report {report} --format {form} --out -")
        assert [word for word in internal if word in text] == []
    assert "停车系统接口文档迟到" in run("report weekly --out -")
    assert "设备涨价" in run("report weekly --audience internal --out -") or "同时承担两个项目" in run(
        "report weekly --audience internal --out -"
    )


def test_the_history_is_believable(example):
    run = example("zh")
    rows = run.git(
        "log",
        "--reverse",
        "--format=%as|%ad|%an|%(trailers:key=Pmkit-Action,valueonly,separator=%x2C)",
        "--date=format:%u%H",
    )
    days = [row.split("|")[0] for row in rows.splitlines()]
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2026-03-02", "2026-06-12")
    assert {row.split("|")[2] for row in rows.splitlines()} == {"李伟", "陈静", "郑凯", "周涛", "吴敏", "何欢", "赵磊"}
    assert "软件具备部署条件：基准 2026-06-04，预测 2026-07-06，偏差 21d = 5d 已批准（CR-001）+ 16d 未经批准" in run(
        "plan drift", code=1
    )
    assert "状态：已评估 -> 客户已确认" in run("log CR-001")


def test_the_projects_are_of_the_size_that_people_know(example):
    import json
    from collections import Counter

    run = example("zh")
    sizes = {k: json.loads(run(f"list {k} --json")) for k in ("requirement", "risk", "meeting", "change", "interview")}
    assert {k: len(v) for k, v in sizes.items()} == {
        "requirement": 40, "risk": 10, "meeting": 8, "change": 6, "interview": 4,
    }  # fmt: skip
    states = Counter(c["status"] for c in sizes["change"])
    assert states == dict.fromkeys(("verified", "rejected", "deferred", "assessed", "submitted", "draft"), 1)
    plan = json.loads(run("plan show --json"))
    assert len(plan) == 67
    assert len({item["phase"] for item in plan}) == 6


def test_an_unknown_example_is_told_with_those_there_are(run):
    run("init there --example zn", code=2)
    assert "zh" in run.err
    assert not (run.folder / "there").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_change_register(example, golden, lang):
    run = example("zh")
    text = run(f"report changes --lang {lang} --out -")
    golden(f"examples/zh-changes.{lang}.md", scrubbed(text))
    assert "230,000.00" not in text  # our own cost
    assert "230,000.00" in run(f"report changes --lang {lang} --audience internal --out -")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_changed_since_the_requirements_were_signed(example, golden, lang):
    run = example("zh")
    golden(f"examples/zh-requirements-diff.{lang}.md", scrubbed(run(f"report requirements-diff --lang {lang} --out -")))
    same = run("report requirements-diff --rev SGN-001 --against SGN-001 --lang en --out -")
    assert "0 changed, 0 added, 0 withdrawn" in same
