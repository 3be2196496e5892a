"""The monthly report: the month up to the reporting date, last month's forecast beside today's, nothing internal."""

from workspaces import once


@once
def april(park):
    park("plan baseline --name 基准 --date 2026-03-04")
    park("plan progress T-001 --percent 50 --remaining 3d --status-date 2026-03-13")
    park("plan progress T-001 --percent 80 --remaining 5d --status-date 2026-04-10 --no-commit")
    park.edit("plan/progress/2026-04-10.yaml", "remaining: 5d", "remaining: 5d\n  note: 接口文档未到")
    park("commit -m 填报进度")
    park("meeting record --title 三月例会 --time 2026-03-20T10:00 --present li.wei --escalation 上月的事")
    park.today = "2026-04-20"
    park("meeting record --title 四月例会 --time 2026-04-16T10:00 --present li.wei --escalation 机房供电由谁负责")
    park("meeting record --title 内部核算会 --time 2026-04-17T10:00 --present li.wei --escalation 毛利偏低 --no-commit")
    park("set MTG-003 visibility=internal --no-commit")
    park("commit -m 内部会议")
    park("set T-001 cost=20000")


def section(text, start, end):
    return text[text.index(start) : text.index(end)]


def test_it_covers_the_month_and_compares_with_the_last(april):
    text = april("report monthly --out -")
    assert "第2期" in text
    assert "2026-04-01 至 2026-04-20" in text
    done = section(text, "## 三、", "### 未完成及原因")
    assert "四月例会" in done
    assert "三月例会" not in done
    row = next(line for line in text.splitlines() if line.startswith("| 设计评审通过 | 2026-"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    baseline, before, now, drift, moved = cells[1:6]
    assert baseline < before < now
    assert int(drift) > int(moved) > 0
    assert "T-001 需求调研：接口文档未到" in section(text, "## 四、", "## 五、")
    assert "机房供电由谁负责" in section(text, "## 十四、", "## 附件")
    assert "上月的事" not in text


def test_nothing_internal_is_in_the_customers(april):
    for options in ("", "--format html"):
        text = april(f"report monthly {options} --out -")
        assert "内部核算会" not in text
        assert "毛利偏低" not in text
        assert "〔内部〕" not in text
    own = april("report monthly --audience internal --out -")
    assert "毛利偏低" in own
    assert "〔内部〕成本与挣值" in own


def test_it_is_written_under_the_name_of_its_month(april):
    assert april("report monthly --lang en").strip().endswith("reports/monthly-2026-04-en.md")
    assert "Summary of ours" in april("report monthly --lang en --summary 'Summary of ours.' --out -")


def test_a_project_without_a_plan_has_a_month_too(run):
    run("init park --name 园区 --code YQ --customer 滨海 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "park"
    text = run("report monthly --out -")
    assert text.count("本期无") > 10


def test_what_the_customer_scored_is_ours(april):
    april("survey create --title 实施中满意度")
    april(["survey", "record", "SRV-001", "--scores", "5 4 4 5 4 3 4 5 4 4 5 4", "--respondent", "wang.fang"])
    assert "平均 4.2" in section(april("report monthly --audience internal --out -"), "## 十二、", "## 十三、")
    told = section(april("report monthly --out -"), "## 十二、", "## 十三、")
    assert "SRV-001" in told
    assert "平均" not in told


def test_a_measure_stands_only_beside_what_its_issue_names(april):
    """An issue that names nothing late is no measure against a delay; one that names T-001 is, of late work."""
    april("issue open --title 读卡器误报 --severity serious --owner li.wei --action 升级固件")
    april("issue open --title 接口文档迟到 --severity serious --owner li.wei --action 每日催办 --affects T-001")
    april("issue open --title 评审专家未定 --severity serious --owner li.wei --action 另请专家 --affects M-001")
    rows = section(april("report monthly --out -"), "## 四、", "## 五、").splitlines()
    assert not any("升级固件" in row for row in rows)
    assert [row.startswith("| 进度") for row in rows if "每日催办" in row] == [True]
    assert any(row.startswith("| 里程碑：设计评审通过") and "另请专家" in row for row in rows)
