"""`--json` says what docs/json.md says: every reading command is run and its keys are compared with the page."""

import json
import re
from datetime import date, datetime
from pathlib import Path

from pmkit.cli.app import LAZY, load
from workspaces import once

PAGE = (Path(__file__).resolve().parents[2] / "docs/json.md").read_text(encoding="utf-8")
SHAPES = {name: json.loads(text) for name, text in re.findall(r"```json ([^\n]+)\n(.*?)```", PAGE, re.DOTALL)}

# documented command -> how it is called here
CALLS = {
    "show": ["show REQ-001", "show CR-001", "show MTG-001", "show li.wei", "show T-001", "show project", "risk show RSK-001"],
    "change show": ["change show CR-001"],
    "list": ["list requirement", "list person", "list task", "change list", "signoff list"],
    "search": ["search 门禁"],
    "diff": ["diff HEAD~5..", "diff HEAD~3..HEAD"],
    "export": ["export risk --out k.csv"],
    "todo": ["todo --days 900"],
    "meeting next": ["meeting next --as-of 2026-03-01"],
    "person list --matrix": ["person list --matrix"],
    "calendar export": ["calendar export team.ics"],
    "site build": ["site build --document none", "site build --single-file --document none"],
    "template list": ["template list"],
    "template check": ["template check"],
    "status": ["status"],
    "plan show": ["plan show"],
    "plan drift": ["plan drift"],
    "lesson search": ["lesson search 联调"],
    "survey summary": ["survey summary"],
    "letter list --due": ["letter list --due"],
    "paper list": ["paper list", "paper list --open"],
    "duty effect": ["duty effect --as-of 2026-03-06"],
    "duty remind": ["duty remind --dry-run"],
    "plan evm": ["plan evm"],
    "cost show": ["cost show"],
    "contract matrix": ["contract matrix"],
    "payment ready": ["payment ready", "cost payment ready PAY-001"],
    "payment ageing": ["payment ageing", "cost payment ageing"],
    "item list": ["item list", "item list --late"],
    "item import": ["item import items.csv --dry-run", "item import items.csv"],
    "cost import": ["cost import ledger.csv --category travel", "cost import ledger.csv --category travel --dry-run"],
    "team list": ["team list"],
    "team skill": ["team skill"],
    "team raci": ["team raci"],
    "team log": ["team log"],
    "acceptance ready": ["acceptance ready", "acceptance ready --group requirements"],
    "acceptance entry": ["acceptance entry --stage final"],
    "trial status": ["trial status"],
    "document missing": ["document missing", "document missing --all"],
    "document verify": ["document verify"],
    "quality plan": ["quality plan"],
    "quality trend": ["quality trend"],
    "risk matrix": ["risk matrix", "risk matrix --residual"],
    "risk history": ["risk history", "risk history RSK-001"],
    "risk import": ["risk import k.csv --dry-run"],
    "plan load": ["plan load", "plan load --by month"],
    "plan what-if": ["plan what-if T-001 --duration 20d"],
    "plan compress": ["plan compress --to 2026-03-23"],
    "plan buffer": ["plan buffer"],
    "plan chart": ["plan chart s-curve", "plan chart network"],
    "plan simulate": ["plan simulate --runs 100"],
    "trace ID": ["trace REQ-001"],
    "trace": ["trace"],
    "trace --matrix": ["trace --matrix"],
    "impact ID": ["impact REQ-001"],
    "link list": ["link list"],
    "signoff verify": ["signoff verify"],
    "check": ["check"],
    "audit": ["audit"],
    "log": ["log"],
    "log ID": ["log REQ-001", "log T-001"],
    "inbox": ["inbox reply.eml"],
    "crm status": ["crm status --offline"],
    "crm sync": ["crm import Cases.csv --dry-run"],
    "crm export": ["crm export crm.xlsx"],
    "report": ["report weekly --out w.md"],
    "writes": ["requirement add --title 甲", "set RSK-001 impact=5", "requirement add --title 乙 --dry-run", "commit -m x"],
    "import": ["import risk k.csv --dry-run"],
    "import with mistakes": ["import risk bad.csv"],
    "sync": ["sync --dry-run"],
    "undo": ["undo --dry-run"],
    "merge-driver": ["merge-driver --install"],
}  # fmt: skip
# those that need a closed project: tests/cli/test_close.py
ELSEWHERE = {"archive verify", "archive make"}
# reading commands that are one of those under a further name, or write a file as `export` does
SAME = re.compile(
    r"(.+ )?(show|list)\Z|init\Z|cost payment |(requirement|risk) export\Z|plan export\Z|team load\Z|merge-driver\Z"
    r"|acceptance run\Z"
)


def differences(shape, value, at="$"):
    """Where a value is not of the documented shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{at}: {value!r} is no object"]
        needed = {k for k, v in shape.items() if k not in {"*", "..."} and not str(v).startswith("optional")}
        known = set(shape) - {"*", "..."}
        found = [f"{at}.{key} is missing" for key in needed - set(value)]
        if not {"*", "..."} & set(shape):
            found += [f"{at}.{key} is not documented" for key in set(value) - known]
        for key, inner in value.items():
            found += differences(shape.get(key, shape.get("*", "any")), inner, f"{at}.{key}")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at}: {value!r} is no list"]
        return [line for n, item in enumerate(value) for line in differences(shape[0], item, f"{at}[{n}]")]
    return [] if _is(shape.removeprefix("optional "), value) else [f"{at}: {value!r} is not {shape}"]


def _is(what, value):
    if what == "any":
        return True
    if what.endswith(" or null"):
        return value is None or _is(what.removesuffix(" or null"), value)
    if what == "true or false":
        return isinstance(value, bool)
    if what == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if what == "date":
        return bool(date.fromisoformat(value))
    return bool(datetime.fromisoformat(value)) if what == "time" else what == "text"


@once
def full(park):
    """Something for every command to tell."""
    park("risk add --title 门禁接口迟到 --probability 4 --impact 4 --owner li.wei")
    park("quality objective --title 响应时间 --target '<= 2 s'")
    park("quality activity --title 门禁联调 --item '响应时间；<= 2 s；QOB-001'")
    park("quality check --activity QCA-001 --measured 1=2.4s --on 2026-03-03 --nonconformities")
    park("new meeting title=启动会 time=2026-03-03T15:00")
    park("new action title=催要门禁文档 owner=wang.fang due=2026-03-02")
    park("payment add --title 预付款 --share 30 --amount 1000 --milestone M-001 --need contract")
    park("payment invoice PAY-001 --number 1")
    park("set T-001 cost=20000")
    park("item add --name 服务器 --qty 4 --promised-on 2026-03-03")
    park("receipt record --line 'ITM-001 2 SN1,SN2'")
    park.write("items.csv", "名称,数量\n服务器,5\n机柜,2\n")
    park("plan baseline --name 基准")
    park("set T-001 requirements+=REQ-001")
    park("deliverable add --title 门禁说明书 --requirement REQ-001")
    park("team add li.wei --skill '数据迁移 2'")
    park("team log 割接方案先内部评审 --with li.wei")
    park("team onboard li.wei --training 安全")
    park("team skill 数据迁移 --task T-001")
    park("team raci DLV-001 --accountable li.wei")
    park.write("documents/DOC-001/计划.docx", "计划")
    park(f"document register {park.folder}/documents/DOC-001/计划.docx")
    park.write("documents/DOC-001/计划.docx", "改过")
    park.write("documents/other.txt", "未登记")
    park("change request --title 增加访客 --requested-by wang.fang --propose REQ-001.priority=should")
    park("requirement review REQ-001")
    park("signoff prepare REQ-001")
    park("paper send SGN-001")
    park("letter write --type memo --title 供电容量 --reply-by 2026-03-20")
    park("letter send LTR-001")
    park.edit("pmkit.yaml", "\ncurrency:", "\nacceptance: {enter: {trial: []}}\ncurrency:")
    park("commit -m 验收规则")
    park(["trial", "start", "--figure", "可用率；>= 99.9 %"])
    park("trial log 宕机 --severity fatal")
    park("set T-001 duration=12d best=10d worst=20d crash_duration=8d crash_cost=100")
    park("set T-002 overlap=1d")
    park("lesson add --title 尽早联调")
    park("survey create --title 满意度")
    park("survey record SRV-001 --scores '5 4 2'")
    park("duty add --what 门禁权限 --owner wang.fang --due 2026-03-04 --blocks T-002")
    park("plan progress T-001 --percent 10 --date 2026-03-06")
    park("plan task add --phase PH1 --name 缓冲 --duration 5d --buffer project --after T-002")
    park.edit("actions/ACT-001.yaml", "title: 催要门禁文档", "title: 催要文档")
    park.write("ledger.csv", "日期,金额\n2026-03-04,12.50\n")
    park.write("reply.eml", "From: wang.fang@customer.example\nSubject: Re: [ZHYQ CR-001]\n\n同意\n")
    park("crm connect zoho --offline")
    park.write("Cases.csv", "Record Id,Subject,Description\nzcrm_5843,登录慢,要一分钟\n")
    park.write("bad.csv", "名称,概率\n甲,9\n")
    park.git("init", "-q", "--bare", "-b", "main", "../hub.git")
    park.git("remote", "add", "origin", "../hub.git")


def test_every_reading_command_prints_what_is_documented(full):
    wrong = []
    for name, calls in CALLS.items():
        for call in calls:
            said = full(f"{call} --json", code=None)
            assert said, f"{call}: {full.err}"
            value = json.loads(said)
            wrong += [f"{call}: {line}" for line in differences(SHAPES[name], value)]
    assert wrong == []


def test_every_command_that_reads_is_on_the_page():
    assert set(SHAPES) == set(CALLS) | ELSEWHERE
    missing = [
        path for path in reading() if path not in {n.removesuffix(" ID") for n in SHAPES} and not SAME.match(path)
    ]
    assert missing == [], "document their `--json` in docs/json.md and call them in CALLS"


def reading(command=None, path=()):
    """The commands that print JSON and write nothing."""
    if command is None:
        for name in LAZY:
            yield from reading(load(name), (name,))
        return
    for name, found in getattr(command, "commands", {}).items():
        yield from reading(found, (*path, name))
    options = {option for param in command.params for option in param.opts}
    if "--json" in options and "--dry-run" not in options:
        yield " ".join(path)


def test_several_projects_are_a_list_of_what_one_is(full):
    (one,) = json.loads(full("status . --json"))
    assert differences({"path": "text", **SHAPES["status"]}, one) == []
