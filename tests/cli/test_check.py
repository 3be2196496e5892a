"""`pmkit check` and `explain`: which checks run, what a run says and how it ends."""

import json

from workspaces import once


def codes(run, options="", *, code=None):
    return [f["code"] for f in json.loads(run(f"check --json {options}", code=code))["findings"]]


@once
def flawed(park):
    """A requirement without source and priority, a task of 40 days, an unowned risk."""
    park("set REQ-001 source= priority=")
    park("set T-002 duration=40d")
    park("risk add --title 迟到 --probability 1 --impact 1")


def test_select_runs_only_what_is_named(flawed):
    assert codes(flawed) == ["REQ103", "REQ104", "RSK101"]
    assert codes(flawed, "--select REQ") == ["REQ103", "REQ104", "REQ108"]
    assert codes(flawed, "--select REQ103,rsk --select REQ104") == ["REQ103", "REQ104", "RSK101"]
    assert codes(flawed, "--ignore REQ1") == ["RSK101"]
    assert codes(flawed, "--select REQ --ignore REQ104") == ["REQ103", "REQ108"]
    flawed("check --ignore RSK101", code=0)


def test_opinions_are_silent_until_selected(flawed):
    assert "PLN103" in codes(flawed, "--select PLN")
    assert "PLN103" in codes(flawed, "--select ALL")
    flawed.edit("pmkit.yaml", "thresholds:", "checks:\n  also: [PLN103]\n  ignore: [REQ]\nthresholds:")
    assert codes(flawed) == ["PLN103", "RSK101"]
    assert codes(flawed, "--select REQ") == ["REQ103", "REQ104", "REQ108"]


def test_wrong_names_are_told_all_at_once_with_the_nearest(park):
    park("check --select REQ1O1 --ignore XYZ,REQ101", code=2)
    assert "REQ1O1" in park.err
    assert "XYZ" in park.err
    assert "`REQ101`" in park.err


def test_what_the_audit_finds_is_no_check(park):
    park("check --select AUD101", code=2)
    assert "pmkit audit" in park.err


def test_a_mistyped_code_in_the_profile_is_a_finding(park):
    park.edit("pmkit.yaml", "thresholds:", "checks:\n  ignore: [REQ999, FMT102]\nthresholds:")
    said = park("check", code=1)
    assert "FMT203 `checks.ignore` 中的 REQ999 不是检查项" in said
    assert "FMT102 不是检查项" in said


def test_what_cannot_be_read_is_always_told(park):
    park.edit("requirements/REQ-001.yaml", "title:", "titel:")
    assert set(codes(park, "--select RSK", code=3)) == {"FMT112", "FMT113"}
    park("check --ignore FMT112", code=2)
    assert "FMT112 不能忽略" in park.err


def test_explain_a_code_a_family_a_list(park):
    assert park("explain req101").startswith("# REQ101 ")
    assert park("explain REQ101 REQ102").count("# REQ10") == 2
    family = park("explain RSK").splitlines()
    codes = [line[:6] for line in family]
    assert codes == sorted(codes)
    assert {"RSK101", "RSK302"} <= set(codes)
    assert {code[:3] for code in codes} == {"RSK"}
    assert "PLN103  任务工期超过一个月（默认不启用）" in park("explain").splitlines()
    park("explain REQ1O1", code=2)
    assert "`REQ101`" in park.err
    park("explain RQE", code=2)
    assert "`REQ`" in park.err


# --- waivers ---------------------------------------------------------------------------------------------------------


@once
def waived(flawed):
    """The unowned risk is excused until 2026-03-31."""
    flawed("waiver add --check rsk101 --record RSK-001 --reason 客户指定责任人前由项目经理代管 --until 2026-03-31")


def test_a_waived_finding_is_counted_and_shown_on_demand(waived):
    assert waived("check --ignore REQ") == "没有发现问题，1 个已豁免\n"
    shown = waived("check --ignore REQ --show-waived")
    assert "risks/RSK-001.yaml:1:1: 已豁免 RSK101 RSK-001" in shown
    assert "WVR-001：客户指定责任人前由项目经理代管（至 2026-03-31）" in shown
    found = json.loads(waived("check --json"))
    assert [f["code"] for f in found["findings"]] == ["REQ103", "REQ104"]
    assert [(f["code"], f["waiver"], f["until"]) for f in found["waived"]] == [("RSK101", "WVR-001", "2026-03-31")]


def test_a_waiver_holds_to_the_end_of_its_last_day(waived):
    assert codes(waived, "--select RSK101,WVR --as-of 2026-03-31", code=0) == []
    assert codes(waived, "--select RSK101,WVR --as-of 2026-04-01", code=1) == ["RSK101", "WVR301"]
    waived("waiver withdraw WVR-001")
    assert codes(waived, "--select RSK101,WVR --as-of 2026-04-01", code=1) == ["RSK101"]


def test_a_waiver_that_excuses_nothing_is_a_finding(waived):
    waived("set RSK-001 owner=li.wei")
    assert codes(waived, "--ignore REQ") == ["WVR201"]
    assert codes(waived, "--select WVR,REQ103") == ["REQ103"]  # RSK101 did not run: nobody knows
    waived.edit("requirements/REQ-001.yaml", "title:", "titel:")
    assert "WVR201" not in codes(waived)  # nor where a file cannot be read


def test_some_things_cannot_be_waived(park):
    park("waiver add --check FMT112 --record REQ-001 --reason x --until 2026-12-31")
    park("waiver add --check REQ999 --record REQ-001 --reason x --until 2026-12-31")
    said = park("check", code=1)
    assert said.count("WVR101") == 2
    park("waiver add --check REQ101 --record REQ-009 --reason x --until 2026-12-31", code=2)
    park("waiver add --check REQ101 --record REQ-001 --reason x", code=2)
    park("waiver add --check REQ --record REQ-001 --reason x --until 2026-12-31", code=2)
    assert "不是检查项编号（应写作 REQ101）" in park.err


def test_waivers_never_reach_the_customer(waived):
    assert "WVR" not in waived("report weekly --out -")


# --- news of a branch ------------------------------------------------------------------------------------------------


def test_since_lists_what_the_branch_brings_in(flawed):
    flawed.git("checkout", "-qb", "work")
    flawed.edit("requirements/REQ-001.yaml", "title:", "# a line more\ntitle:")  # the old findings move down
    flawed.edit("requirements/REQ-001.yaml", "owner: li.wei", "owner: li.wie")
    assert codes(flawed, "--since main", code=1) == ["REF202"]  # hand edits count
    flawed.git("commit", "-qam", "by hand")
    assert codes(flawed, "--since main", code=1) == ["REF202"]
    said = flawed("check --since main", code=1)
    assert said.endswith("1 个错误，0 个警告，3 个原有问题未列出\n")
    flawed.git("checkout", "-q", "main")
    flawed("risk add --title 停电 --probability 1 --impact 1")
    flawed.git("checkout", "-q", "work")
    assert codes(flawed, "--since main", code=1) == ["REF202"]  # what main did meanwhile is main's
    assert flawed("check --since work --rev main", code=1).count("RSK101") == 1


def test_since_before_the_project_everything_is_news(run):
    run.git("init", "-q", "-b", "main")
    run.git("commit", "-q", "--allow-empty", "-m", "empty")
    run("init . --name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02")
    run.write("risks/RSK-001.yaml", "title: 迟到\nstatus: open\nsteps: [{to: open, on: 2026-03-02, by: x <x@y>}]\n")
    assert codes(run, "--since HEAD~1", code=1) == ["RSK101", "RSK102"]
    run("check --since nowhere", code=2)


def test_since_sees_evidence_that_the_branch_replaced(park):
    park.write("reply.eml", "同意")
    park("change request --title x --reason y --requested-by wang.fang --propose REQ-001.title=新名称")
    park("change submit CR-001")
    park("change assess CR-001 --price 0")
    park("change approve CR-001 --as wang.fang --evidence reply.eml")
    assert codes(park, "--since HEAD", code=0) == []
    park.write("evidence/CR-001/reply.eml", "不同意")
    assert codes(park, "--since HEAD", code=1) == ["CHG203"]
    park.git("commit", "-qam", "replaced")
    assert codes(park, "--since HEAD~1", code=1) == ["CHG203"]
    assert codes(park, "--rev HEAD~1", code=0) == []
    assert codes(park, "--rev HEAD", code=1) == ["CHG203"]


def test_since_in_a_shallow_clone_says_what_to_fetch(flawed, tmp_path):
    flawed.git("branch", "old", "HEAD~3")
    flawed.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{flawed.folder}", str(tmp_path / "clone"))
    flawed.folder = tmp_path / "clone"
    flawed("check --since origin/old", code=3)
    assert "--unshallow" in flawed.err


# --- how a run ends --------------------------------------------------------------------------------------------------


def test_fail_on_warning(park):
    park("set REQ-001 source=")
    park("check")
    park("check --fail-on warning", code=1)
    park("check --fail-on warnings", code=2)


def test_a_broken_file_is_found_once_not_again_by_every_link_to_it(park):
    park("action add --title 提供接口文档 --from REQ-001 --owner li.wei --due 2026-03-20")
    assert codes(park) == []
    park.edit("requirements/REQ-001.yaml", "priority: must", "priority: 必须")
    [found] = json.loads(park("check --json", code=3))["findings"]
    assert (found["code"], found["record"]) == ("FMT111", "REQ-001")
    assert found["fix"]["zh"] == "是否想写 `must`？"
