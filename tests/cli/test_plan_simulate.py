"""`pmkit plan simulate`: what it prints, for whom, and what it refuses."""

import json


def test_percentiles_criticality_and_a_histogram(park):
    park("plan simulate", code=2)
    assert "没有任务填写三点估算" in park.err
    park("set T-002 best=8d worst=18d")
    out = park("plan simulate --runs 2000")
    assert out.startswith("模拟 2,000 次，种子 1\n")
    assert "M-001 设计评审通过  2026-03-20" in out
    assert "处于关键路径的概率" in out
    assert "P90" in out
    said = json.loads(park("plan simulate --runs 2000 --json"))
    (milestone,) = said["milestones"]
    assert milestone["planned"] == "2026-03-20T18:00"
    assert milestone["planned"] < milestone["p50"] <= milestone["p80"] <= milestone["p90"]
    # (10 - 8)^2 / ((18 - 8)(10 - 8)): the triangular distribution's share below its mode
    assert abs(milestone["in_time"] - 0.2) < 0.03
    assert said["criticality"] == {"T-001": 1.0, "T-002": 1.0}
    assert sum(row["runs"] for row in said["histogram"]) == 2000
    assert json.loads(park("plan simulate --runs 2000 --json")) == said


def test_estimates_out_of_order_are_found_and_not_drawn_from(park):
    park("set T-002 best=12d worst=18d")
    park("plan simulate", code=2)
    assert "T-002" in park.err
    out = park("check", code=1)
    assert "PLN105 T-002" in out


def test_risks_that_name_tasks_take_part(park):
    """T-001 5 d, T-002 10 d; a chance of 40 % for 5 days more: on time in 60 % of the runs."""
    park("risk add --title 门禁接口迟到 --chance 40 --task T-002=5d --owner li.wei")
    out = park("plan simulate --runs 4000")
    assert "RSK-001  40%  T-002 +5d  门禁接口迟到" in out
    assert "整个项目（不计风险）" in out
    said = json.loads(park("plan simulate --runs 4000 --json"))
    (milestone,) = said["milestones"]
    assert abs(milestone["in_time"] - 0.6) < 0.03
    assert (milestone["p50"][:10], milestone["p80"][:10]) == ("2026-03-20", "2026-03-27")
    assert said["p80_without_risks"][:10] == "2026-03-20"
    assert json.loads(park("plan simulate --runs 4000 --json")) == said
    park("plan simulate --no-risks", code=2)
    park("risk assess RSK-001 --impact 2")
    park("risk close RSK-001")
    park("plan simulate", code=2)
