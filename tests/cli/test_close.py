"""The end of a project: what is open, the closing itself, its archive, what goes on afterwards."""

import hashlib
import io
import json
import re
import stat
import subprocess
import warnings
import zipfile

import pytest
from test_json_shapes import SHAPES, differences

from workspaces import once

ZIP = "reports/ZHYQ-CLS-001.zip"


def open_ids(run):
    found = json.loads(run("close --check --json", code=1))
    return ",".join(dict.fromkeys(m["about"] for group in found for m in group["missing"]))


@once
def nearly(park):
    """A small project with a signature, evidence, an objective that was met and a change of scope."""
    park("requirement review REQ-001")
    park("plan baseline --name 合同基线")
    park("objective add --title 一次登录 --measure 三个系统 --target '>= 3'")
    park.write("scan.pdf", "签字盖章扫描件")
    park("signoff prepare requirements")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf")
    park("risk add --title 接口文档迟到 --owner li.wei")
    (park.folder / "scan.pdf").unlink()
    park.today = "2026-03-20"


@once
def closed(nearly):
    """That project closed, with everything that was open accepted, its documents as Markdown."""
    nearly(["close", "--conclusion", "项目按合同完成。", "--accept-open", open_ids(nearly), "--reason", "试点项目，另行处理",
            "--approved-by", "li.wei", "--format", "md"])  # fmt: skip


def members(path):
    with zipfile.ZipFile(path) as file:
        return {info.filename: file.read(info) for info in file.infolist()}


def sha(data):
    return hashlib.sha256(data).hexdigest()


# --- before ----------------------------------------------------------------------------------------------------------


def test_what_is_open_is_listed_with_what_mends_it(nearly):
    said = nearly("close --check", code=1)
    assert "RSK-001  接口文档迟到：已识别\n    pmkit risk close RSK-001" in said
    assert "T-001  需求调研：完成 0%\n    pmkit plan progress T-001 --percent 100" in said
    groups = json.loads(nearly("close --check --json", code=1))
    ready = json.loads(nearly("acceptance ready --json", code=1))
    assert groups[: len([g for g in ready if g["missing"]])] == [g for g in ready if g["missing"]]


def test_uncommitted_edits_are_open(nearly):
    nearly.edit("risks/RSK-001.yaml", "接口文档迟到", "接口文档未到")
    groups = {g["group"]: g["missing"] for g in json.loads(nearly("close --check --json", code=1))}
    assert [m["about"] for m in groups["files"]] == ["risks/RSK-001.yaml"]
    assert groups["files"][0]["mend"] == "pmkit commit"


def test_what_check_calls_an_error_is_open(nearly):
    nearly.edit("plan/PH1.yaml", "after: [T-002]", "after: [T-009]")
    groups = {g["group"]: g["missing"] for g in json.loads(nearly("close --check --json", code=1))}
    assert {m["mend"] for m in groups["check"]} == {"pmkit explain PLN201"}


def test_closing_refuses_and_lists(nearly):
    nearly("close --conclusion 好", code=4)
    assert "项目不能结项：尚有" in nearly.err
    assert "RSK-001  接口文档迟到：已识别    pmkit risk close RSK-001" in nearly.err
    nearly("close --conclusion 好 --accept-open RSK-001 --reason 质保期内观察", code=4)
    assert "RSK-001" not in nearly.err
    assert "T-001" in nearly.err
    assert nearly.git("status", "--porcelain") == ""


def test_what_stays_open_needs_a_reason_and_has_to_be_open(nearly):
    nearly("close --conclusion 好 --accept-open RSK-001", code=2)
    assert "保留遗留事项须说明理由" in nearly.err
    nearly("close --conclusion 好 --accept-open RSK-009 --reason 无", code=2)
    assert "RSK-009 不是待处理事项" in nearly.err
    nearly(["close", "--accept-open", open_ids(nearly), "--reason", "试点"], code=2)
    assert "需要由人撰写的结论" in nearly.err


def test_it_is_closed_on_the_main_branch(nearly):
    nearly.git("switch", "-q", "-c", "side")
    nearly(["close", "--conclusion", "好", "--accept-open", open_ids(nearly), "--reason", "试点"], code=4)
    assert "结项须在主分支 main 上进行，当前为 side" in nearly.err


def test_it_closes_whole_or_not_at_all(nearly):
    before = nearly.git("rev-parse", "HEAD")
    nearly.write("file", "here is no folder")
    nearly.git("add", "file")
    nearly.git("commit", "-qm", "file")
    before = nearly.git("rev-parse", "HEAD")
    nearly(["close", "--conclusion", "好", "--accept-open", open_ids(nearly), "--reason", "试点", "--format", "md",
            "--out", "file/a.zip"], code=5)  # fmt: skip
    assert nearly.git("rev-parse", "HEAD") == before
    assert nearly.git("tag", "--list", "closure/*") == ""
    assert nearly.git("status", "--porcelain") == ""
    nearly("close --check", code=1)


# --- the closing -----------------------------------------------------------------------------------------------------


def test_the_closing_is_one_commit_with_an_annotated_tag(closed):
    assert closed.git("cat-file", "-t", "closure/CLS-001") == "tag\n"
    assert closed.git("rev-parse", "closure/CLS-001^{commit}") == closed.git("rev-parse", "HEAD")
    record = json.loads(closed("show CLS-001 --json"))
    assert record["status"] == "closed"
    assert record["steps"][0]["on"] == "2026-03-20"
    assert {one["reason"] for one in record["left_open"]} == {"试点项目，另行处理"}
    assert record["fingerprint"] in closed.git("tag", "-n9", "--list", "closure/CLS-001")
    assert closed.git("status", "--porcelain") == ""
    assert json.loads(closed("audit --json")) == []
    assert [f for f in json.loads(closed("check --json"))["findings"] if f["severity"] == "error"] == []


def test_both_reports_print_the_digest_of_the_manifest(closed):
    inside = members(closed.folder / ZIP)
    mark = sha(inside["MANIFEST.sha256"])
    internal = inside["closure/结项报告.md"].decode()
    customer = inside["closure/项目总结报告.md"].decode()
    assert mark in internal
    assert mark in customer
    assert "项目按合同完成。" in internal
    assert "RSK-001" in internal
    for word in ("项目按合同完成。", "接口文档迟到", "RSK-001", "完工估算", "经验教训"):
        assert word not in customer


def test_sha256sum_is_enough_to_check_the_archive_by_hand(closed):
    inside = members(closed.folder / ZIP)
    listed = {}
    for name in ("MANIFEST.sha256", "SEAL.sha256"):
        for line in inside[name].decode().splitlines():
            mark, path = re.fullmatch(r"([0-9a-f]{64})  (.+)", line).groups()
            assert sha(inside[path]) == mark
            listed[path] = name
    assert set(listed) == set(inside) - {"SEAL.sha256"}
    assert listed["project/evidence/SGN-001/scan.pdf"] == "MANIFEST.sha256"
    assert listed["documents/weekly.md"] == "MANIFEST.sha256"
    assert listed["closure/history.bundle"] == "SEAL.sha256"


def test_the_history_in_the_archive_is_whole(closed, tmp_path):
    (tmp_path / "h.bundle").write_bytes(members(closed.folder / ZIP)["closure/history.bundle"])
    subprocess.run(["git", "clone", "-q", "h.bundle", "clone"], cwd=tmp_path, check=True)

    def said(*arguments):
        return subprocess.run(["git", *arguments], cwd=tmp_path / "clone", capture_output=True, check=True).stdout

    assert said("rev-parse", "HEAD").decode() == closed.git("rev-parse", "HEAD")
    assert said("tag").decode().split() == ["closure/CLS-001", "signoff/SGN-001"]
    assert said("rev-list", "--count", "HEAD").decode() == closed.git("rev-list", "--count", "HEAD")


def test_made_again_it_is_the_same_to_the_byte(closed):
    first = (closed.folder / ZIP).read_bytes()
    closed("support log --title 门禁离线 --severity normal")  # what came later does not get in
    closed.git("tag", "later", "HEAD~1")
    closed.git("gc", "--quiet", "--aggressive", "--prune=now")
    closed("archive make --out again.zip")
    assert (closed.folder / "again.zip").read_bytes() == first
    times = {info.date_time for info in zipfile.ZipFile(closed.folder / "again.zip").infolist()}
    modes = {info.external_attr >> 16 for info in zipfile.ZipFile(closed.folder / "again.zip").infolist()}
    assert (times, modes) == ({(1980, 1, 1, 0, 0, 0)}, {0o100644})


def test_what_is_printed_for_programs_is_documented(closed):
    for command in (f"archive verify {ZIP}", "archive make --out again.zip"):
        name = " ".join(command.split()[:2])
        assert differences(SHAPES[name], json.loads(closed(f"{command} --json"))) == []


def test_an_archive_that_cannot_come_out_the_same_is_not_made(closed):
    closed.write("templates/weekly.md.j2", "{% extends 'builtin/weekly.md.j2' %}{% block summary %}x{% endblock %}\n")
    closed("archive make --out again.zip", code=3)
    assert "documents/weekly" in closed.err
    assert not (closed.folder / "again.zip").exists()


def test_the_report_of_a_closed_project_says_what_the_closing_said(closed):
    said = closed("report closure --audience internal --out -")
    assert json.loads(closed("show CLS-001 --json"))["fingerprint"] in said
    assert "**草稿**" not in said
    draft = closed("report closure --draft --audience internal --out -")
    assert "**草稿**" in draft


# --- afterwards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "requirement add --title 新需求",
        "risk close RSK-001",
        "set RSK-001 title=别的",
        "plan progress T-001 --percent 50",
        "set project name=别的项目",
        "undo",
        "report weekly --commit",
        "requirement add --title 新需求 --no-commit",
        "requirement add --title 新需求 --dry-run",
    ],
)
def test_after_closing_every_write_is_refused(closed, command):
    before = closed.git("rev-parse", "HEAD")
    closed(command, code=4)
    assert "项目已于 2026-03-20 结项（CLS-001）" in closed.err
    assert "pmkit reopen --reason" in closed.err
    assert closed.git("rev-parse", "HEAD") == before
    assert [line for line in closed.git("status", "--porcelain").splitlines() if "reports/" not in line] == []


def test_service_requests_go_on(closed):
    closed("support log --title 门禁离线 --severity normal")
    closed("support respond SUP-001")
    closed("set SUP-001 description=三号门")
    closed("undo")
    closed("close --conclusion 好", code=4)
    assert [f["code"] for f in json.loads(closed("check --json"))["findings"] if f["severity"] == "error"] == []


def test_hand_edits_after_closing_are_found_and_not_committed(closed):
    closed.edit("risks/RSK-001.yaml", "接口文档迟到", "接口文档未到")
    closed.write("risks/RSK-002.yaml", "title: 乙\nstatus: open\nsteps: [{to: open, on: 2026-03-20, by: li.wei}]\n")
    (closed.folder / "evidence/SGN-001/scan.pdf").write_text("别的")
    found = {f["path"] for f in json.loads(closed("check --json", code=1))["findings"] if f["code"] == "ACC301"}
    assert found == {"risks/RSK-001.yaml", "risks/RSK-002.yaml", "evidence/SGN-001/scan.pdf"}
    closed("commit", code=4)
    assert "项目已于 2026-03-20 结项" in closed.err
    closed.git("add", "-A")
    closed.git("commit", "-qm", "around pmkit")
    codes = [f["code"] for f in json.loads(closed("check --rev HEAD --json", code=1))["findings"]]
    assert codes.count("ACC301") == 3
    closed.git("checkout", "-q", "closure/CLS-001", "--", ".")
    (closed.folder / "risks/RSK-002.yaml").unlink()
    assert "ACC301" not in closed("check")


def test_a_closed_project_is_reopened_and_closed_again(closed):
    closed("reopen", code=2)
    closed.today = "2026-04-01"
    closed("reopen --reason 客户追加试点")
    closed("reopen --reason 再一次", code=4)
    closed("risk close RSK-001")
    assert json.loads(closed("show CLS-001 --json"))["status"] == "reopened"
    closed(
        ["close", "--conclusion", "再次结项。", "--accept-open", open_ids(closed), "--reason", "试点", "--format", "md"]
    )
    assert closed.git("tag", "--list", "closure/*").split() == ["closure/CLS-001", "closure/CLS-002"]
    assert "归档文件完整有效" in closed("archive verify reports/ZHYQ-CLS-002.zip")
    assert "归档文件完整有效" in closed(f"archive verify {ZIP}")


# --- archive verify --------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(closed, tmp_path):
    """`alone(change)`: the archive by itself, far from any workspace, after `change(members)`; the command line there."""

    def lay(change=None):
        inside = members(closed.folder / ZIP)
        closed.folder = tmp_path / "elsewhere"
        closed.folder.mkdir(exist_ok=True)
        if change:
            change(inside)
        with zipfile.ZipFile(closed.folder / "a.zip", "w") as file:
            for path, content in inside.items():
                file.writestr(path, content)
        return closed

    return lay


def found_in(run):
    return {(f["code"], f["path"]) for f in json.loads(run("archive verify a.zip --json", code=1))["findings"]}


def test_it_is_verified_where_there_is_only_the_zip(alone):
    run = alone()
    said = json.loads(run("archive verify a.zip --json"))
    assert said["findings"] == []
    assert said["skipped"] == []
    assert "归档文件完整有效" in run("archive verify a.zip") or "the archive holds" in run("archive verify a.zip")


def test_without_git_it_says_what_it_did_not_look_at(alone, monkeypatch, tmp_path):
    run = alone()
    monkeypatch.setenv("PATH", str(tmp_path))
    said = json.loads(run("archive verify a.zip --json"))
    assert said["findings"] == []
    assert "git" in said["skipped"][0]["zh"]


RISK, BUNDLE = "project/risks/RSK-001.yaml", "closure/history.bundle"


def replaced(path, content=b"other"):
    return lambda inside: inside.update({path: content})


def reworded(path, old, new):
    return lambda inside: inside.update({path: inside[path].replace(old.encode(), new.encode())})


def relisted(*changes):
    """A forger who makes the lists fit again."""

    def change(inside):
        for one in changes:
            one(inside)
        for name, below in (
            ("MANIFEST.sha256", ("project/", "documents/", "history.txt")),
            ("SEAL.sha256", ("closure/",)),
        ):
            paths = [p for p in inside if p.startswith(below)]
            paths += ["MANIFEST.sha256", "README.txt"] if name == "SEAL.sha256" else []
            inside[name] = "".join(f"{sha(inside[p])}  {p}\n" for p in sorted(paths)).encode()

    return change


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (reworded(RISK, "接口文档迟到", "接口文档未到"), ("ARC101", RISK)),
        (lambda inside: inside.pop("documents/weekly.md"), ("ARC102", "documents/weekly.md")),
        (lambda inside: inside.pop("SEAL.sha256"), ("ARC102", "SEAL.sha256")),
        (replaced("documents/later.md"), ("ARC103", "documents/later.md")),
        (replaced("../../etc/cron.d/x"), ("ARC104", "../../etc/cron.d/x")),
        (replaced("/etc/passwd"), ("ARC104", "/etc/passwd")),
        (replaced("C:/windows/x"), ("ARC104", "C:/windows/x")),
        (replaced("project/RISKS/../x"), ("ARC104", "project/RISKS/../x")),
        (replaced("Project/risks/RSK-001.yaml"), ("ARC104", "Project/risks/RSK-001.yaml")),
        (reworded("MANIFEST.sha256", "  project/pmkit.yaml", " project/pmkit.yaml"), ("ARC107", "MANIFEST.sha256")),
        (relisted(reworded(RISK, "接口文档迟到", "接口文档未到")), ("ARC201", "closure/结项报告.md")),
        (relisted(reworded(RISK, "接口文档迟到", "接口文档未到")), ("ARC303", RISK)),
        (
            relisted(reworded("project/requirements/REQ-001.yaml", "使用同一账号登录", "使用各自账号登录")),
            ("ARC202", "project/signoffs/SGN-001.yaml"),
        ),
        (relisted(replaced("project/evidence/SGN-001/scan.pdf")), ("ARC203", "project/evidence/SGN-001/scan.pdf")),
        (relisted(replaced("project/pmkit.yaml", b"format: 1\nname: [\n")), ("ARC204", "project/")),
        (lambda inside: inside.pop("closure/CLS-001.yaml"), ("ARC205", "closure/")),
        (relisted(lambda inside: inside.update({BUNDLE: inside[BUNDLE][:-200]})), ("ARC301", BUNDLE)),
        (relisted(reworded("history.txt", "refs/tags/signoff/SGN-001", "refs/tags/signoff/SGN-009")),
         ("ARC302", BUNDLE)),
        (relisted(reworded("closure/CLS-001.yaml", "项目按合同完成。", "项目没有完成。")), ("ARC303", "closure/CLS-001.yaml")),
    ],
)  # fmt: skip
def test_what_was_done_to_an_archive_is_found(alone, change, finding):
    run = alone(change)
    assert finding in found_in(run)
    run("archive verify a.zip", code=1)


def test_links_doubles_bombs_and_damage(alone):
    run = alone()
    path = run.folder / "a.zip"
    whole = path.read_bytes()

    def with_member(info, content):
        path.write_bytes(whole)
        with zipfile.ZipFile(path, "a") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of doubles
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
        return found_in(run)

    link = zipfile.ZipInfo("project/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert ("ARC104", "project/link") in with_member(link, "/etc/passwd")
    assert ("ARC104", RISK) in with_member(zipfile.ZipInfo(RISK), "title: 别的")
    assert ("ARC105", "documents/bomb") in with_member(zipfile.ZipInfo("documents/bomb"), b"0" * 30_000_000)
    at = whole.index(b"requirements/REQ-001.yaml") + 200
    path.write_bytes(whole[:at] + b"\0\0\0\0" + whole[at + 4 :])
    assert {code for code, _ in found_in(run)} & {"ARC101", "ARC106"}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_told(run, content):
    run.write("a.zip", "")
    (run.folder / "a.zip").write_bytes(content)
    run("archive verify a.zip", code=3)
    run("archive verify b.zip", code=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x", "y")
    (run.folder / "a.zip").write_bytes(buffer.getvalue())
    run("archive verify a.zip", code=3)
