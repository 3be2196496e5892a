"""Letters: written, sent, received, answered; what is due; the forms and their register; what they order."""

import json
import re

import pytest

from workspaces import once


@once
def site(park):
    """A project with a supervisor: 周强 is its engineer; a memo of ours, a notice of theirs, the notice to commence."""
    park("set project supervisor=东华监理有限公司 supplier=远达科技有限公司")
    park("person add zhou.qiang --name 周强 --side supervisor --role engineer")
    park.write("scan.pdf", "signed")
    park(
        "letter write --type memo --to 建设单位 --cc supervisor --title 关于机房供电容量的联系单 "
        "--body 机房现有供电容量不足，请协调扩容。 --reply-by 2026-03-20 --date 2026-03-10"
    )
    park("letter send LTR-001 --date 2026-03-10")
    park(
        "letter receive --type 监理通知单 --from 监理单位 --title 桥架接地不规范 --demand 全部桥架跨接 --demand 三日内复查 "
        "--place 三层弱电间 --reply-by 2026-03-23 --no JL-TZ-004 --scan scan.pdf --date 2026-03-18"
    )
    park(
        "letter receive --type 开工令 --from supervisor --title 开工令 --starts 2026-03-09 --days 180 --scan scan.pdf --date 2026-03-06"
    )


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def refused(run, line, code):
    run(line, code=code)
    return run.err


def scrubbed(text):
    return re.sub(r"(提交|commit) [0-9a-f]{9}", r"\1 COMMIT", text)


def test_what_is_due_is_listed_with_its_days(site):
    due = json.loads(site("letter list --due --json --as-of 2026-03-25"))
    assert [(one["id"], one["to"], one["days_late"]) for one in due] == [
        ("LTR-001", ["owner"], 5), ("LTR-002", ["contractor"], 2),
    ]  # fmt: skip
    assert "监理通知单" in site("letter list --due --as-of 2026-03-25")
    codes = [f["code"] for f in json.loads(site("check --json --as-of 2026-03-25", code=None))["findings"]]
    assert codes.count("COM312") == 2
    assert "COM312" not in site("check --as-of 2026-03-20", code=None)
    todo = json.loads(site("todo --json --as-of 2026-03-25"))
    assert {"LTR-001", "LTR-002"} <= {item["id"] for item in todo}


def test_the_other_side_signs_for_ours_and_answers(site):
    site("letter receive LTR-001 --received-by wang.fang --date 2026-03-11")
    letter = shown(site, "LTR-001")
    assert (letter["status"], letter["received_by"]) == ("received", "王芳")
    assert "请写明回复内容" in refused(site, "letter reply LTR-001", 2)
    site("letter reply LTR-001 --decision 同意 --body 已安排扩容 --scan scan.pdf --date 2026-03-19")
    letter = shown(site, "LTR-001")
    assert (letter["status"], letter["decision"], letter["answer"]) == ("replied", "agreed", "已安排扩容")
    assert letter["scans"][0]["file"] == "evidence/LTR-001/scan.pdf"
    printed = site("report letter LTR-001 --out -")
    assert "☑同意" in printed
    assert "王芳，2026-03-11" in printed
    site("letter close LTR-001 --note 已落实 --date 2026-03-20")
    assert shown(site, "LTR-001")["status"] == "closed"


def test_our_reply_settles_theirs_when_it_goes_out(site):
    site("letter reply LTR-002 --body 已整改完毕。 --date 2026-03-20")
    reply = shown(site, "LTR-004")
    assert (reply["type"], reply["to"], reply["reply_to"], reply["status"]) == (
        "notice",
        ["supervisor"],
        "LTR-002",
        "draft",
    )
    assert shown(site, "LTR-002")["status"] == "received"
    site("letter send LTR-004 --date 2026-03-21")
    assert shown(site, "LTR-002")["status"] == "replied"
    printed = site("report letter LTR-004 --out -")
    assert printed.startswith("# 智慧园区系统集成项目监理通知回复单")
    assert "JL-TZ-004 桥架接地不规范" in printed


def test_a_reply_that_comes_as_a_letter_settles_ours(site):
    site(
        "letter receive --type memo --from owner --reply-to LTR-001 --title 回函 --body 同意扩容 --scan scan.pdf --date 2026-03-19"
    )
    assert shown(site, "LTR-001")["status"] == "replied"
    assert "回复：" not in site("letter list --due --as-of 2026-03-30")
    assert [one["id"] for one in json.loads(site("letter list --due --json"))] == ["LTR-002"]


def test_a_letter_goes_by_mail_under_its_own_name_and_is_asked_for_again(site):
    site("letter write --type memo --to owner --title 门禁点位确认 --reply-by 2026-03-20 --date 2026-03-10")
    mail = site("send LTR-004 --dry-run --to wang.fang --date 2026-03-10")
    assert "工程联系单：门禁点位确认" in mail
    site("send LTR-004 --to wang.fang --date 2026-03-10")
    assert shown(site, "LTR-004")["status"] == "sent"
    assert "【催复】" in site("send LTR-004 --remind --dry-run --date 2026-03-24")
    codes = [f["code"] for f in json.loads(site("check --json --as-of 2026-03-25", code=None))["findings"]]
    assert "COM306" not in codes  # said once, as a letter
    site.write("reply.txt", "确认")
    site("confirm LTR-004 --by wang.fang --evidence reply.txt --date 2026-03-25")
    assert shown(site, "LTR-004")["status"] == "replied"


def test_the_reply_by_mail_settles_theirs_too(site):
    site("letter reply LTR-002 --body 已整改完毕。 --date 2026-03-20")
    site("send LTR-004 --to wang.fang --date 2026-03-20")
    assert shown(site, "LTR-002")["status"] == "replied"


def test_the_day_of_commencement_is_the_newest_order(site):
    from pmkit.store.loader import load_folder
    from pmkit.workspace.letters import commencement_date

    assert str(commencement_date(load_folder(site.folder).workspace)) == "2026-03-09"
    site(
        "letter receive --type commencement --from supervisor --title 开工令（更正） --starts 2026-03-11 --date 2026-03-08"
    )
    assert str(commencement_date(load_folder(site.folder).workspace)) == "2026-03-11"
    site("letter write --type commencement --from supervisor --title 草稿 --starts 2026-04-01 --date 2026-03-08")
    assert str(commencement_date(load_folder(site.folder).workspace)) == "2026-03-11"


def test_days_of_suspension_stand_beside_the_plan(site):
    site(
        "letter receive --type suspension --from owner --title 停工令 --starts 2026-03-12 --place 三层 --scan scan.pdf --date 2026-03-11"
    )
    line = "自 2026-03-12 起停工，至今 5 个日历天（LTR-004，三层）"
    assert line in site("plan show --as-of 2026-03-16")
    site(
        "letter receive --type resumption --from owner --title 复工令 --starts 2026-03-20 --reply-to LTR-004 --scan scan.pdf --date 2026-03-19"
    )
    line = "2026-03-12 至 2026-03-19 停工 8 个日历天（LTR-004，三层）"
    assert line in site("plan show --as-of 2026-03-25")
    weekly = site("report weekly --as-of 2026-03-25 --out -")
    assert line in weekly.partition("## 二")[2].partition("## 三")[0]
    assert line in site("report monthly --as-of 2026-03-31 --out -")
    assert "Suspended 2026-03-12 to 2026-03-19: 8 calendar days (LTR-004, 三层)" in site(
        "report weekly --lang en --as-of 2026-03-25 --out -"
    )


def test_the_weekly_report_says_what_waits(site):
    section = site("report weekly --as-of 2026-03-25 --out -").partition("## 八")[2].partition("## 九")[0]
    assert "| 工程联系单 LTR-001 关于机房供电容量的联系单 | 2026-03-10 | 2026-03-20 | 待建设单位回复 |" in section
    assert "待承建单位回复" in section


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_documents(site, golden, lang):
    golden(f"letter.{lang}.md", scrubbed(site(f"report letter LTR-002 --lang {lang} --as-of 2026-03-25 --out -")))
    golden(f"letters.{lang}.md", scrubbed(site(f"report letters --lang {lang} --as-of 2026-03-25 --out -")))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("memo", "工程联系单"), ("notice", "整改要求"), ("submittal", "□安全交底"), ("instruction", "工程指令单"),
        ("commencement", "开工日期"), ("suspension", "停工起始日期"), ("复工令", "复工日期"), ("claim", "申请顺延工期（日历天）"),
    ],
)  # fmt: skip
def test_every_form_can_be_printed_empty(site, kind, says):
    printed = site(f"report letter {kind} --blank --out -")
    assert says in printed
    assert "监理单位：东华监理有限公司" in printed
    english = site(f"report letter {kind} --blank --lang en --out -")
    assert not re.search("[一-鿿]", english.replace("智慧园区系统集成项目", "").replace("东华监理有限公司", "")
                         .replace("远达科技有限公司", "").replace("滨海集团", ""))  # fmt: skip


def test_amounts_of_a_claim_stand_in_words(site):
    site(
        "letter write --type claim --to supervisor --title 场地移交推迟 --days 12 --amount 12000.50 --clause 8.3 --date 2026-03-20"
    )
    printed = site("report letter LTR-004 --out -")
    assert "¥12,000.50（大写：壹万贰仟元伍角整）" in printed.replace("人民币", "")
    assert "| 12 |" in printed


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("letter receive --type memo --title x", 2, "请指明来文单位"),
        ("letter write --type memo --to 甲方代表 --title x", 2, "没有“甲方代表”这一单位"),
        ("letter write --type letter --title x", 2, "memo"),
        ("letter send LTR-001", 4, "LTR-001"),
        ("letter receive LTR-002", 4, "来文"),
        ("letter reply LTR-002 --decision 同意", 2, "单独函件"),
        ("letter write --type memo --title x --reply-to LTR-099", 2, "LTR-099"),
        ("report letter nots --blank", 2, "notice"),
        ("set LTR-001 body=改过", 4, "内容不再直接修改"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(site, line, code, says):
    assert says in refused(site, line, code)


def test_a_letter_is_signed_on_paper_too(site):
    site("paper send LTR-001 --date 2026-03-10")
    found = json.loads(site("paper list --open --json --as-of 2026-03-12"))
    assert (found[0]["record"], found[0]["at"], found[0]["due"]) == ("LTR-001", "supervisor", "2026-03-20")


def test_an_internal_draft_never_reaches_the_customer(site):
    site("letter write --type memo --to owner --title 内部商量中的联系单 --date 2026-03-12")
    assert "内部商量中" not in site("report letters --out -")
    assert "内部商量中" in site("report letters --audience internal --out -")
