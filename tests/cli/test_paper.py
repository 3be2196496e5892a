"""The life of a signed paper: sent, signed, sealed, returned, filed; where it lies and what it lacks."""

import json
import re

import pytest

from workspaces import once


@once
def sheet(park):
    """A sign-off sheet that went to 王芳 on the 5th, asked back by the 20th."""
    park("requirement review REQ-001")
    park("signoff prepare requirements --reply-by 2026-03-20 --date 2026-03-05")
    park.write("scan.pdf", "signed")
    park("paper send SGN-001 --copies 4 --pages 6 --date 2026-03-05")


def refused(run, line, code):
    """What the command says of its refusal."""
    run(line, code=code)
    return run.err


def paper(run, record="SGN-001", day="2026-03-25"):
    found = json.loads(run(f"paper list --json --as-of {day}"))
    return next(one for one in found if one["record"] == record)


def test_it_waits_to_be_sent_before_anybody_handles_it(park):
    park("requirement review REQ-001")
    park("signoff prepare requirements")
    found = paper(park)
    assert (found["state"], found["at"], found["back"], found["copies"]) == ("to_send", None, 0, 4)
    assert "待送签" in park("paper list --open")
    assert "DOC305" not in park("check", code=None)


def test_the_whole_is_derived_from_the_parties(sheet):
    assert paper(sheet)["state"] == "out"
    sheet("paper signed SGN-001 --date 2026-03-06")  # our own
    found = paper(sheet)
    assert (found["state"], found["at"], found["days_out"], found["due"]) == ("part", "owner", 20, "2026-03-20")
    sheet("paper signed SGN-001 --by wang.fang --scan scan.pdf --date 2026-03-18")
    assert paper(sheet)["state"] == "signed"
    sheet("paper sealed SGN-001 --party 承建单位 --seal 公章 --date 2026-03-18")
    sheet("paper sealed SGN-001 --party owner --seal 合同专用章 --copies 2 --date 2026-03-20")
    found = paper(sheet)
    assert (found["state"], found["at"], found["back"]) == ("sealed", None, 2)
    owner = next(one for one in found["parties"] if one["party"] == "owner")
    assert (owner["signed"], owner["signer"], owner["sealed"], owner["seal"]) == (
        "2026-03-18", "王芳", "2026-03-20", "contract",
    )  # fmt: skip
    sheet("paper file SGN-001 --at '档案柜 A-3' --copies 2 --date 2026-03-22")
    found = paper(sheet)
    assert (found["state"], found["kept_at"], found["back"]) == ("filed", "档案柜 A-3", 2)
    assert "没有办理中的纸质文件" in sheet("paper list --open")
    assert "原件已于 2026-03-22 归档" in refused(sheet, "paper send SGN-001 --date 2026-03-23", code=4)


def test_handwritten_remarks_make_the_sign_off_conditional(sheet):
    """The remark is a condition with an owner and a day, whichever comes first: the paper or the record."""
    refused(sheet, "paper signed SGN-001 --by wang.fang --remarks 接口文档补交 --date 2026-03-18", code=2)
    sheet("signoff record SGN-001 --by wang.fang --evidence scan.pdf --date 2026-03-17")
    sheet(
        "paper signed SGN-001 --by wang.fang --scan scan.pdf --remarks 接口文档补交 --owner 李伟 --due 2026-03-27 --date 2026-03-18"
    )
    signoff = json.loads(sheet("show SGN-001 --json"))
    assert signoff["conditions"] == [{"text": "接口文档补交", "owner": "li.wei", "due": "2026-03-27"}]
    assert signoff["conditional"] == ["REQ-001"]
    printed = sheet("report signoff SGN-001 --out -")
    assert "接口文档补交" in printed
    assert "☑有条件" in printed
    assert "审计未发现绕过流程的操作" in sheet("audit")
    assert "SGN302" in sheet("check --as-of 2026-03-30", code=None)


def test_a_remark_taken_out_by_hand_is_still_found(sheet):
    sheet("signoff record SGN-001 --by wang.fang --evidence scan.pdf --date 2026-03-17")
    text = (sheet.folder / "signoffs/SGN-001.yaml").read_text(encoding="utf-8")
    sheet.write("signoffs/SGN-001.yaml", text + "conditional: [REQ-001]\n")
    sheet.git("commit", "-qam", "by hand")
    assert "不确认或有条件确认的范围被改动" in sheet("audit", code=1)


def test_remarks_on_another_paper_become_an_action_item(park):
    park("meeting record --title 评审会 --date 2026-03-04 --present li.wei,wang.fang --decision 按方案实施")
    park(
        "paper signed MTG-001 --by wang.fang --remarks 第二条措辞待改 --owner li.wei --due 2026-03-10 --date 2026-03-05"
    )
    action = json.loads(park("show ACT-001 --json"))
    assert (action["title"], action["owner"], action["due"], action["from"]) == (
        "第二条措辞待改", "li.wei", "2026-03-10", "MTG-001",
    )  # fmt: skip
    assert paper(park, "MTG-001")["state"] == "part"


def test_a_returned_paper_is_signed_anew(sheet):
    sheet("paper signed SGN-001 --date 2026-03-06")
    assert "请写明退回原因" in refused(sheet, "paper return SGN-001 --date 2026-03-10", code=2)
    sheet("paper return SGN-001 --note 项目名称有误 --date 2026-03-10")
    found = paper(sheet)
    assert (found["state"], found["at"]) == ("returned", None)
    assert "修改后重新送签" in sheet("todo --days 900")
    sheet("paper send SGN-001 --date 2026-03-11")
    found = paper(sheet)
    assert (found["state"], found["at"]) == ("out", "owner")
    assert [one["signed"] for one in found["parties"]] == [None, None]


def test_nothing_waits_for_a_seal_and_everything_reminds(sheet):
    sheet("signoff record SGN-001 --by wang.fang --evidence scan.pdf --date 2026-03-18")
    assert json.loads(sheet("show REQ-001 --json"))["status"] == "confirmed"
    assert "签署并返回纸质文件" in sheet("todo --as-of 2026-03-25")
    assert re.search(r"DOC305.*03-20.*建设单位", sheet("check --as-of 2026-03-25", code=None))
    assert "DOC305" not in sheet("check --as-of 2026-03-20", code=None)
    weekly = sheet("report weekly --as-of 2026-03-25 --out -")
    section = weekly.partition("## 八")[2].partition("## 九")[0]
    assert "| 确认单 SGN-001 需求签认 V1.0 | 2026-03-05 | 2026-03-20 | 部分签署，现在建设单位，待办：" in section
    english = sheet("report weekly --lang en --as-of 2026-03-25 --out -").partition("## 8")[2].partition("## 9")[0]
    assert "with Owner" in english


def test_pages_ask_for_the_perforation_seal(sheet):
    assert paper(sheet)["perforation_seal"] is True
    sheet("paper return SGN-001 --note 重印 --date 2026-03-06")
    assert "骑缝章" in sheet("paper send SGN-001 --pages 2 --date 2026-03-07")
    sheet("paper return SGN-001 --note 重印 --date 2026-03-08")
    assert "骑缝章" not in sheet("paper send SGN-001 --pages 1 --date 2026-03-09")


def test_a_project_seal_is_remarked_on_and_an_unknown_one_refused(sheet):
    assert "请核对合同约定" in sheet("paper sealed SGN-001 --party owner --seal 项目章 --date 2026-03-06")
    assert "不是本项目可用的印章" in refused(sheet, "paper sealed SGN-001 --party owner --seal 财务章", code=2)
    with (sheet.folder / "pmkit.yaml").open("a", encoding="utf-8") as profile:
        profile.write("paper: {copies: 6, seals: [company]}\n")
    assert "公章" in refused(sheet, "paper sealed SGN-001 --party contractor --seal 合同专用章 --no-commit", code=2)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("paper send REQ-001", 2, "需求没有需签署的纸质文件"),
        ("paper send SGN-001 --date 2026-03-06", 4, "已于 2026-03-05 送达建设单位"),
        ("paper signed SGN-001 --date 2026-03-01", 2, "早于上一步"),
        ("paper signed SGN-001 --party 甲方代表", 2, "没有“甲方代表”这一单位"),
        ("paper file SGN-001 --date 2026-03-06", 4, "承建单位、建设单位尚未签字"),
        ("paper send SGN-001 --copies 0", 2, "不是有效的数量"),
        ("set SGN-001 paper=x", 4, "只能通过流程命令"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(sheet, line, code, says):
    assert says in refused(sheet, line, code=code)


def test_several_papers_come_back_in_one_parcel(sheet):
    sheet("meeting record --title 评审会 --date 2026-03-04 --present li.wei,wang.fang --decision 按方案实施")
    before = sheet.git("rev-list", "--count", "HEAD")
    sheet("paper signed SGN-001 MTG-001 --by wang.fang --scan scan.pdf --date 2026-03-18")
    assert int(sheet.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert paper(sheet, "MTG-001")["state"] == paper(sheet)["state"] == "part"
    (sheet.folder / "evidence/SGN-001/scan.pdf").write_text("another")
    found = {f["code"] for f in json.loads(sheet("check --json", code=1))["findings"]}
    assert {"DOC205", "SGN203"} <= found


def test_a_small_change_wants_no_seal_a_large_one_does(park):
    for number, price in (("1", "0"), ("2", "900000")):
        park(f"change request --title 变更{number} --reason 客户新增 --requested-by wang.fang --affects REQ-001")
        park(f"change submit CR-00{number}")
        park(f"change assess CR-00{number} --price {price}")
    park("paper send CR-001 CR-002 --date 2026-03-05")
    missing = [paper(park, f"CR-00{n}")["missing"]["zh"] for n in (1, 2)]
    assert missing == ["承建单位签字、建设单位签字", "承建单位签字盖章、建设单位签字盖章"]


def test_scans_in_the_records_own_workflow_count(park):
    """What was recorded with a scan need not be told twice."""
    park("requirement review REQ-001")
    park("signoff prepare requirements")
    park.write("scan.pdf", "signed")
    park("signoff record SGN-001 --by wang.fang --evidence scan.pdf --evidence-kind sealed_scan --date 2026-03-06")
    owner = next(one for one in paper(park)["parties"] if one["party"] == "owner")
    assert (owner["signed"], owner["sealed"]) == ("2026-03-06", "2026-03-06")


def test_the_document_register_knows_the_paper(park):
    park.write("plan.pdf", "x")
    park("document register plan.pdf --title 实施方案 --type 实施方案")
    park("document release DOC-001")
    park("paper signed DOC-001 --date 2026-03-05")
    park("paper send DOC-001 --date 2026-03-05")
    printed = park("report documents --out -")
    assert "☑签字<br>□盖章<br>□原件已回" in printed
    assert "纸质件部分签署，现在建设单位" in printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register(sheet, golden, lang):
    sheet("paper signed SGN-001 --date 2026-03-06")
    sheet(
        "paper signed SGN-001 --by wang.fang --scan scan.pdf --remarks 接口文档补交 --owner li.wei --due 2026-03-27 --date 2026-03-18"
    )
    printed = sheet(f"report papers --as-of 2026-03-25 --lang {lang} --out -")
    golden(f"papers.{lang}.md", re.sub(r"(提交|commit) [0-9a-f]{9}", r"\1 COMMIT", printed))
    assert "接口文档补交" in printed
    blank = sheet(f"report papers --blank --lang {lang} --out -")
    assert blank.count("\n|") > 12


def test_the_place_of_the_original_is_our_own_business(sheet):
    sheet("paper signed SGN-001 --date 2026-03-06")
    sheet("paper signed SGN-001 --by wang.fang --date 2026-03-18")
    sheet("paper file SGN-001 --at 李伟抽屉 --date 2026-03-19")
    assert "李伟抽屉" in sheet("report papers --audience internal --out -")
    assert "李伟抽屉" not in sheet("report papers --out -")


def test_the_parties_of_the_project_sign(park):
    """A declared user signs too, after the owner; people sign for the party that they belong to."""
    park("party add owner --role owner --name 滨海集团有限公司")
    park("party add users --role user --name 滨海园区运营有限公司")
    park("person add zhao.li --name 赵丽 --side customer --role user --party users")
    park("requirement review REQ-001")
    park("signoff prepare requirements --date 2026-03-05")
    park("paper signed SGN-001 --by zhao.li --date 2026-03-06")
    parties = {one["party"]: one["signed"] for one in paper(park)["parties"]}
    assert parties == {"contractor": None, "owner": None, "user": "2026-03-06"}
    assert list(parties) == ["contractor", "owner", "user"]
    assert "使用单位" in park("report papers --out -")


def test_a_payment_says_what_its_papers_still_lack(sheet):
    sheet("signoff record SGN-001 --by wang.fang --evidence scan.pdf --date 2026-03-18")
    sheet("payment add --title 初验款 --amount 1000 --need 签认单")
    sheet("payment paper PAY-001 --need 签认单 --record SGN-001")
    said = sheet("payment ready PAY-001")
    assert "SGN-001 原件部分签署，待办：承建单位签字盖章、建设单位盖章" in said
    assert json.loads(sheet("payment ready PAY-001 --json"))[0]["ready"] is True
