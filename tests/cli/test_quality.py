"""`pmkit quality`: the plan, checks against targets, nonconformities to their end, and the documents of all that."""

import json
import re

import pytest

from workspaces import once


@once
def planned(park):
    """An objective, and a control activity with a checklist of two items for a deliverable."""
    park("deliverable add --title 门禁集成 --requirement REQ-001 --owner li.wei")
    park("quality objective --title 接口响应时间 --target '<= 2 s' --frequency 每次联调 --owner li.wei")
    park(
        "quality activity --title 门禁联调检查 --deliverable DLV-001 --type test --when 联调时 --owner li.wei "
        "--customer-owner wang.fang --standard 'GB/T 25000.51' --item '接口响应时间；<= 2 s；QOB-001' --item 界面文字无错误"
    )
    park("quality check --activity QCA-001 --planned --on 2026-03-06")


def record(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def test_a_check_measures_against_targets(planned):
    planned("quality check QCK-001 --measured 1=2.4s", code=2)
    assert "以下检查项没有结果：2 界面文字无错误" in planned.err
    planned("quality check QCK-001 --measured 1=2400ms --measured 2=符合", code=2)
    assert "单位不同" in planned.err
    planned("quality check QCK-001 --measured 3=1", code=2)
    assert "检查表共 2 项" in planned.err
    assert "QCK-001" in planned("todo")
    out = planned("quality check QCK-001 --measured 1=2.4s --measured 2=符合 --inspected 智和信息")
    assert "符合 1 项，不符合 1 项" in out
    found = record(planned, "QCK-001")
    assert [r["result"] for r in found["results"]] == ["fail", "pass"]
    assert (found["status"], found["deliverables"], found["standard"]) == ("done", ["DLV-001"], "GB/T 25000.51")
    assert planned("check --select QUA --json", code=None).count("QUA201") == 1
    planned("quality check QCK-001 --measured 1=1", code=4)


def test_a_check_of_its_own(planned):
    planned(
        "quality check --title 线缆抽检 --place 一号楼 --inspector li.wei --result '绝缘电阻；>= 20 MΩ；35 MΩ' "
        "--result '标签；齐全；不符合' --result '接地；；不适用' --nonconformities --on 2026-03-03"
    )
    found = record(planned, "QCK-002")
    assert [r["result"] for r in found["results"]] == ["pass", "fail", "na"]
    ncr = record(planned, "NCR-001")
    assert (ncr["title"], ncr["check"], ncr["found_by"]) == ("线缆抽检：标签", "QCK-002", "li.wei")
    assert "标准值 齐全" in ncr["fact"]
    assert json.loads(planned("status --json"))["health"]["quality"] == "red"  # one of two: 50 %
    planned("quality check --title x --result '时间；<= 2 s；快'", code=2)
    assert "没有结果" in planned.err


def test_a_nonconformity_goes_to_its_end(planned):
    planned(
        "quality nonconformity --title 响应超时 --severity major --owner li.wei --due 2026-03-10 --found-by wang.fang"
    )
    planned("quality fix NCR-001", code=4)
    assert "`--cause`（原因）、`--disposition`（处置）、`--correction`（处置结果）" in planned.err
    planned("quality verify NCR-001", code=4)
    planned("quality analyse NCR-001 --cause 未建索引 --disposition concession")
    planned("quality fix NCR-001 --correction 限制并发")
    planned("quality verify NCR-001", code=4)
    assert "--agreed-by" in planned.err
    planned("quality return NCR-001", code=4)
    planned("quality return NCR-001 --note 不同意让步")
    assert record(planned, "NCR-001")["status"] == "fixing"
    planned("quality fix NCR-001 --disposition rework --correction 已建索引")
    planned("quality check QCK-001 --measured 1=1.2s --measured 2=符合")
    planned("quality verify NCR-001 --recheck QCK-001 --result '复测 1.2 s' --by wang.fang")
    planned("quality close NCR-001")
    assert [s["to"] for s in record(planned, "NCR-001")["steps"]] == [
        "open", "fixing", "fixed", "fixing", "fixed", "verified", "closed",
    ]  # fmt: skip
    assert "NCR-001" in planned("list nonconformity --where status=已关闭")
    planned("quality improve NCR-001 --action '联调前跑一次性能脚本；li.wei；2026-03-20'")
    assert record(planned, "ACT-001")["from"] == "NCR-001"


@pytest.mark.parametrize(
    ("days", "rows", "lamp"),
    [
        ("2026-03-03", "pass pass pass pass pass pass pass pass pass pass", "green"),
        ("2026-03-03", "pass pass pass pass pass pass pass pass pass fail", "green"),  # 90 % is not below 90 %
        ("2026-03-03", "pass pass pass pass pass fail", "amber"),  # 83.3 %
        ("2026-03-03", "pass pass pass fail", "red"),  # 75 %
        ("2026-02-01", "fail", "green"),  # more than four weeks ago
    ],
)
def test_the_lamp_by_pass_rate(planned, days, rows, lamp):
    results = " ".join(f"--result '项目{n}；；{word}'" for n, word in enumerate(rows.split()))
    planned(f"quality check --title 抽检 --on {days} {results}")
    assert json.loads(planned("status --json"))["health"]["quality"] == lamp


def test_a_nonconformity_late_for_more_than_ten_days_is_red(planned):
    planned("quality nonconformity --title 响应超时 --owner li.wei --due 2026-03-04")
    for today, lamp in (("2026-03-14", "green"), ("2026-03-15", "red")):
        planned.today = today
        assert json.loads(planned("status --json"))["health"]["quality"] == lamp


@pytest.fixture
def told(planned):
    """A check that failed, its nonconformity put right, another one open, an improvement."""
    planned("quality check QCK-001 --measured 1=2.4s --measured 2=符合 --on 2026-03-03 --nonconformities")
    planned(
        "quality analyse NCR-001 --cause 未建索引 --disposition rework --owner li.wei --due 2026-03-06 "
        "--corrective-action 联调前跑性能脚本 --date 2026-03-03"
    )
    planned("quality fix NCR-001 --correction 已建索引 --date 2026-03-04")
    planned(
        "quality check --activity QCA-001 --on 2026-03-04 --measured 1=1.2s --measured 2=符合 --conclusion 复验合格"
    )
    planned("quality verify NCR-001 --recheck QCK-002 --result '复测 1.2 s' --by wang.fang --date 2026-03-04")
    planned(
        "quality nonconformity --title 机柜标签缺失 --severity observation --owner li.wei --due 2026-03-03 --visibility internal"
    )
    planned("quality improve NCR-001 --action '联调前跑一次性能脚本；li.wei；2026-03-20'")
    return planned


def test_plan_and_trend_on_the_terminal(told):
    out = told("quality plan")
    assert "1.2s 2026-03-04" in out
    assert "达标" in out
    assert "NCR-002" in out
    assert "QCK-002 2026-03-04" in out
    trend = json.loads(told("quality trend --json"))
    assert trend["pass_rate"] == [{"date": "2026-03-03", "value": 50.0}, {"date": "2026-03-04", "value": 75.0}]
    assert trend["open_nonconformities"][-1] == {"date": "2026-03-04", "value": 1.0}
    assert "检查合格率" in told("quality trend")
    told("quality trend --picture t.svg")
    assert "<svg" in (told.folder / "t-rate.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["quality-plan", "quality-check QCK-001", "nonconformity NCR-001", "quality"])
def test_documents(told, golden, name, lang):
    text = told(f"report {name} --lang {lang} --out -")
    golden(f"{name.split()[0]}.{lang}.md", re.sub(r"(commit|提交) [0-9a-f]{9}", r"\1 123456789", text))
    assert "NCR-002" not in text  # internal
    if name == "quality":
        assert "NCR-002" in told(f"report quality --audience internal --lang {lang} --out -")


@pytest.mark.parametrize("name", ["quality-check", "nonconformity"])
def test_forms_print_empty(planned, name):
    for lang, word in (("zh", "□"), ("en", "□")):
        assert word in planned(f"report {name} --blank --lang {lang} --out -")


def test_the_weekly_report_has_its_section(told):
    text = told("report weekly --audience internal --out -")
    section = text.partition("十一、质量与安全")[2].partition("十二、")[0]
    assert "质量检查 QCK-001 门禁联调检查 | 1 项符合，1 项不符合" in section
    assert "不符合项 NCR-001" in section
    assert "逾期 1 天" in section
    assert "近四周检查合格率 | 75.0%" in section
    customer = told("report weekly --out -")
    assert "NCR-002" not in customer
