"""A plan's file that comes again: it updates what it made, keeps what people added, and tells what both changed."""

import json

import pytest

from workspaces import once


@once
def sent(run):
    """A Chinese plan that was made here and went out as again.xml; with things in it that the format cannot say."""
    run("init p --name 园区一卡通 --code P1 --customer 某市园区 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "p"
    run("person add li.wei --name 李伟 --side supplier --role pm")
    run("requirement add --title 统一身份认证 --statement 三个系统使用同一账号登录。")
    run("plan phase add PH1 --name 需求与设计")
    run("plan phase add PH2 --name 实施")
    run("plan task add --phase PH1 --name 需求调研 --duration 5d --effort 2d --owner li.wei --best 3d --worst 9d")
    run("plan task add --phase PH1 --name 方案设计 --duration 2w --resource 'li.wei 50%' --after T-001 --group 设计")
    run(
        "plan milestone add --phase PH1 --name 评审通过 --after T-002 --deadline 2026-04-30 --contract --requirement REQ-001"
    )
    run("plan task add --phase PH2 --name 设备安装 --duration 3d --after M-001 --after 'T-001 SS+2d'")
    run("plan task add --phase PH2 --name 联调 --duration 4h --after 'T-003 FF+3ed' --start-no-earlier-than 2026-04-10")
    run("set M-001 start_no_earlier_than=2026-04-01")
    run("plan baseline --name 合同基线")
    run("plan progress T-001 --percent 40 --remaining 4d --status-date 2026-03-06")
    run("plan progress T-002 --percent 10 --status-date 2026-03-13")
    run("plan export ../again.xml")


TRAINING = (
    "<Task><UID>77</UID><Name>用户培训</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration>"
    "<PredecessorLink><PredecessorUID>5</PredecessorUID><Type>1</Type></PredecessorLink></Task>"
)


def edit(run, *pairs):
    """The file as its planner changed it."""
    file = run.folder.parent / "again.xml"
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def again(run, options="", code=0):
    return json.loads(run(f"plan import ../again.xml --json {options}", code=code))


def plan(run):
    return (run.folder / "plan/PH1.yaml").read_text(encoding="utf-8"), (run.folder / "plan/PH2.yaml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("ending", ["xml", "csv", "xlsx"])
def test_what_went_out_comes_back_without_a_change(sent, ending):
    head = sent.git("rev-parse", "HEAD")
    sent(f"plan export ../back.{ending} --overwrite")
    assert "新增 0，修改 0，未变 5" in sent(f"plan import ../back.{ending}")
    assert sent.git("rev-parse", "HEAD") == head
    assert sent.git("status", "--porcelain") == ""


def test_levelled_starts_come_back_as_they_were(sent):
    sent("plan task add --phase PH2 --name 编写手册 --duration 5d --owner li.wei")
    sent("plan level")
    assert "levelled_start" in "".join(plan(sent))
    sent("plan export ../again.xml --overwrite")
    assert again(sent)["commit"] is None


def test_what_the_planner_changed_is_taken_and_what_the_format_cannot_say_stays(sent):
    edit(
        sent,
        ("<Name>方案设计</Name>", "<Name>方案设计（修订）</Name>"),
        ("<Duration>PT80H0M0S</Duration>", "<Duration>PT64H0M0S</Duration>"),
        ("<Name>实施</Name>", "<Name>实施与部署</Name>"),
        (
            "  </Tasks>",
            TRAINING + "</Tasks>",
        ),
    )
    said = sent("plan import ../again.xml --dry-run")
    for line in ("新增 1，修改 1，未变 4", "工期：2w -> 1.6w", "名称：方案设计 -> 方案设计（修订）", "用户培训"):
        assert line in said
    told = again(sent)
    assert told["new"] == ["T-005"]
    assert set(told["changed"]) == {"T-002", "PH2"}
    assert told["changed"]["T-002"]["duration"] == {"from": "2w", "to": "1.6w"}
    first, second = plan(sent)
    assert "name: 实施与部署" in second
    assert "contract: true" in first
    assert "requirements: [REQ-001]" in first
    assert "best: 3d" in first
    assert '- id: T-005\n  name: 用户培训\n  duration: 2d\n  after: [T-004]\n  source_uid: "77"\n' in second
    assert again(sent)["commit"] is None  # and once more: nothing is new
    sent("check")


def test_what_people_added_here_since_stays(sent):
    edit(sent, ("<Name>联调</Name>", "<Name>系统联调</Name>"))
    again(sent)
    sent("set T-004 deadline=2026-05-15")
    sent("set T-004 after+=T-002")
    sent("set T-003 duration=6d")
    edit(sent, ("<Name>系统联调</Name>", "<Name>系统联调与测试</Name>"))
    told = again(sent)
    assert set(told["changed"]) == {"T-004"}
    assert set(told["changed"]["T-004"]) == {"name"}
    assert [(one["id"], one["field"]) for one in told["kept"]] == [("T-004", "after")]
    second = plan(sent)[1]
    assert "deadline: 2026-05-15" in second
    assert "after: [T-003 FF+3ed, T-002]" in second


@once
def imported(run):
    """A plan that came from MS Project."""
    run("init q --name 园区一卡通 --code Q1 --customer 某市园区 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "q"
    task = "<Task><UID>{}</UID><Name>{}</Name><OutlineLevel>{}</OutlineLevel>{}</Task>"
    days = "<Duration>PT{}H0M0S</Duration><DurationFormat>7</DurationFormat>"
    link = "<PredecessorLink><PredecessorUID>{}</PredecessorUID><Type>1</Type></PredecessorLink>"
    rows = [
        task.format(1, "需求", 1, "<Summary>1</Summary>"),
        task.format(2, "调研", 2, days.format(40) + "<Deadline>2026-03-31T17:00:00</Deadline>"),
        task.format(3, "设计", 2, days.format(80) + link.format(2)),
        task.format(4, "实施", 1, "<Summary>1</Summary>"),
        task.format(5, "安装", 2, days.format(24) + link.format(3) + link.format(2)),
        task.format(6, "联调", 2, days.format(16) + link.format(5)),
    ]
    text = "<Project><Title>园区</Title><StartDate>2026-03-02T08:00:00</StartDate><Tasks>\n{}\n</Tasks></Project>"
    run.write("../again.xml", text.format("\n".join(rows)))
    run("plan import ../again.xml")


def test_what_left_the_file_goes_and_what_it_never_had_stays(imported):
    imported("set T-002 deadline=2026-04-30")
    imported(["set", "T-004", "after+=T-001 SS+1d"])
    link = "<PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type></PredecessorLink>"
    edit(
        imported,
        ("<Deadline>2026-03-31T17:00:00</Deadline>", ""),
        (f"{link}</Task>\n<Task><UID>6", "</Task>\n<Task><UID>6"),
    )
    told = again(imported)
    assert told["changed"] == {
        "T-001": {"deadline": {"from": "2026-03-31T17:00", "to": None}},
        "T-003": {"after": {"from": ["T-002", "T-001"], "to": ["T-002"]}},
    }
    first, second = plan(imported)
    assert "deadline: 2026-04-30" in first
    assert "after: [T-003, T-001 SS+1d]" in second


def test_what_both_changed_is_kept_and_told_until_the_file_is_preferred(imported):
    imported("set T-002 duration=9d")
    edit(imported, ("PT80H", "PT48H"))
    said = imported("plan import ../again.xml")
    assert "T-002 工期：9d，文件中为 6d" in said
    assert "未写入" not in said
    told = again(imported)
    assert told["kept"] == [{"id": "T-002", "field": "duration", "here": "9d", "file": "6d", "last": "10d"}]
    assert told["commit"] is None
    told = again(imported, "--prefer-file")
    assert told["changed"] == {"T-002": {"duration": {"from": "9d", "to": "6d"}}}


def test_a_task_that_moved_in_the_file_moves_and_one_that_is_gone_is_named(imported):
    text = (imported.folder.parent / "again.xml").read_text(encoding="utf-8").split("\n")
    design = next(n for n, line in enumerate(text) if "<UID>3<" in line)
    moved = text.pop(design)
    rollout = next(n for n, line in enumerate(text) if "<UID>4<" in line)
    text.insert(rollout + 1, moved.replace("PT80H", "PT88H"))
    text = [line for line in text if "<UID>6<" not in line]
    (imported.folder.parent / "again.xml").write_text("\n".join(text), encoding="utf-8")
    told = again(imported)
    assert told["missing"] == ["T-004"]
    assert told["changed"]["T-002"] == {
        "duration": {"from": "10d", "to": "11d"}, "phase": {"from": "PH1", "to": "PH2"},
    }  # fmt: skip
    first, second = plan(imported)
    assert "设计" not in first
    assert second.count("id: T-002") == 1
    assert "T-004" in second
    imported("plan show")
    imported("check")
    assert again(imported)["commit"] is None


def test_a_table_of_an_imported_plan_changes_what_was_edited_and_not_the_calendar(imported):
    profile = (imported.folder / "pmkit.yaml").read_text(encoding="utf-8")
    imported("plan export ../again.csv")
    table = (imported.folder.parent / "again.csv").read_text(encoding="utf-8-sig")
    imported.write("../again.csv", table.replace(",联调,", ",系统联调,").replace(",3d,", ",4d,"))
    told = json.loads(imported("plan import ../again.csv --json"))
    assert {task: set(fields) for task, fields in told["changed"].items()} == {"T-003": {"duration"}, "T-004": {"name"}}
    assert (imported.folder / "pmkit.yaml").read_text(encoding="utf-8") == profile
    assert json.loads(imported("plan import ../again.csv --json"))["commit"] is None


def test_another_plan_with_the_same_ids_is_refused(imported):
    text = (imported.folder.parent / "again.xml").read_text(encoding="utf-8")
    for old, new in (("调研", "勘察"), ("设计", "布线"), ("安装", "吊装")):
        text = text.replace(f"<Name>{old}</Name>", f"<Name>{new}</Name>")
    (imported.folder.parent / "again.xml").write_text(text, encoding="utf-8")
    before = imported.git("rev-parse", "HEAD")
    imported("plan import ../again.xml", code=4)
    assert "3 个名称不同（T-001：调研；文件中：勘察）" in imported.err
    assert "--same-plan" in imported.err
    assert imported.git("rev-parse", "HEAD") == before
    assert set(again(imported, "--same-plan")["changed"]) == {"T-001", "T-002", "T-003"}


def test_what_is_out_for_signature_is_refused_with_the_way_to_change_it(sent):
    sent("person add wang.fang --name 王芳 --side customer --role sponsor")
    sent("signoff prepare M-001")
    edit(sent, ("2026-04-30T18:00:00</Deadline>", "2026-05-08T18:00:00</Deadline>"))
    before = sent.git("rev-parse", "HEAD")
    sent("plan import ../again.xml", code=4)
    assert "M-001 正在 SGN-001 中送签，不得修改：截止日期" in sent.err
    assert "pmkit signoff withdraw SGN-001" in sent.err
    assert sent.git("rev-parse", "HEAD") == before
