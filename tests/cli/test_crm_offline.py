"""The offline way: files of the CRM come in like a pull, files that it can import go out; nobody is asked."""

import json

import pytest

from pmkit.connectors.sheets import read
from workspaces import once

CASES = """Record Id,Subject,Description,Priority,Type
zcrm_5843001,登录很慢,早高峰登录要一分钟。,严重,Problem
zcrm_5843002,访客预约,访客可在手机上预约。,,Problem
"""


@once
def mapped(park):
    """A mapping made without a network."""
    park("crm connect zoho --offline")


def test_what_the_crm_exported_comes_in_once(mapped):
    mapped.write("Cases.csv", CASES)
    assert "登录很慢" in mapped("crm import Cases.csv --dry-run")
    mapped("crm import Cases.csv")
    issues = json.loads(mapped("list issue --json"))
    assert [(i["title"], i.get("severity")) for i in issues] == [("登录很慢", "serious"), ("访客预约", None)]
    assert mapped.git("log", "-1", "--format=%s") == "从 Zoho CRM 读入：新增问题 2 条\n"
    head = mapped.git("rev-parse", "HEAD")
    mapped("crm import Cases.csv")
    assert mapped.git("rev-parse", "HEAD") == head
    mapped.write("Cases.csv", CASES.replace("一分钟", "两分钟"))
    mapped("crm import Cases.csv")
    assert json.loads(mapped("show ISS-001 --json"))["description"] == "早高峰登录要两分钟。"
    mapped("set ISS-001 description=本方改过")
    mapped.write("Cases.csv", CASES.replace("一分钟", "三分钟"))
    mapped("crm import Cases.csv", code=1)
    assert json.loads(mapped("show ISS-001 --json"))["description"] == "本方改过"


def test_a_file_that_nobody_knows_is_asked_about(mapped):
    mapped.write("export.csv", CASES)
    mapped("crm import export.csv", code=2)
    assert "--module" in mapped.err
    mapped("crm import export.csv --module Caes", code=2)
    assert "Cases" in mapped.err
    mapped("crm import export.csv --module Cases")
    mapped.write("Cases.csv", "一,二\n1,2\n")
    mapped("crm import Cases.csv", code=2)
    assert "Subject" in mapped.err


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_what_the_crm_can_import_goes_out(mapped, name):
    mapped("requirement add --title 内部事项 --visibility internal")
    if name == "out.csv":
        mapped(f"crm export {name}", code=2)
        assert "--module" in mapped.err
    mapped(f"crm export {name} --module Cases")
    (grid,) = read(name, (mapped.folder / name).read_bytes())
    rows = [dict(zip(grid.rows[0], row, strict=True)) for row in grid.rows[1:]]
    assert [(r["Pmkit_ID"], r["Subject"], r["Status"]) for r in rows] == [("ZHYQ:REQ-001", "统一身份认证", "草稿")]
    mapped(f"crm export {name} --module Cases", code=4)
    mapped(f"crm import {name} --module Cases")  # what went out comes back as what it is
    assert len(json.loads(mapped("list requirement --json"))) == 2
