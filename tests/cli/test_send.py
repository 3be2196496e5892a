"""Documents go out, replies come back: what was sent, to whom, until when, and what it was answered."""

import email
import hashlib
import json
from email import policy

import pytest
from mails import reply

from workspaces import once

MESSAGE_ID = "<pmkit.ZHYQ.INT-001."


@once
def interviewed(park):
    """An interview that waits to be confirmed."""
    park("interview record --title 安防需求访谈 --with wang.fang --by li.wei --purpose 弄清现状")


@once
def sent(interviewed):
    """It went out on 2026-03-04."""
    interviewed("send INT-001")


def show(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def eml(run, name="INT-001"):
    return email.message_from_bytes((run.folder / f"reports/{name}.eml").read_bytes(), policy=policy.default)


def test_the_mail_says_what_is_asked_until_when(sent):
    mail = eml(sent)
    assert mail["Subject"] == "[ZHYQ INT-001] 需求访谈记录：安防需求访谈"
    assert mail["To"] == "王芳 <wang.fang@customer.example>"
    assert mail["From"] == "李伟 <li.wei@supplier.example>"
    assert mail["Message-ID"].startswith(MESSAGE_ID)
    text = mail.get_body(("plain",)).get_content()
    assert "2026年3月11日" in text  # five working days after Wednesday
    assert "确认" in text
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["ZHYQ-INT-001_需求访谈记录.html", "ZHYQ-INT-001_需求访谈记录.md"]
    attached = list(mail.iter_attachments())[1].get_content()
    assert "请于2026年3月11日前回复" in attached


def test_what_went_out_is_recorded(sent):
    data = show(sent, "DSP-001")
    parts = list(eml(sent).iter_attachments())
    assert [f["sha256"] for f in data["files"]] == [
        hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in parts
    ]
    record = show(sent, "INT-001")
    assert (data["about"], data["to"], data["reply_by"], data["status"]) == (
        "INT-001",
        ["wang.fang"],
        "2026-03-11",
        "sent",
    )
    assert (record["status"], record["reply_by"]) == ("sent", "2026-03-11")
    assert sent.git("log", "-1", "--format=%s").startswith("DSP-001")
    assert sent.git("status", "--porcelain") == ""


def test_what_went_out_goes_out_once_unless_asked(sent):
    sent("send INT-001", code=4)
    assert "--again" in sent.err
    sent("send INT-001 --again")
    assert show(sent, "DSP-001")["status"] == "superseded"
    first, second = show(sent, "DSP-001")["message_id"], show(sent, "DSP-002")["message_id"]
    assert first != second
    assert eml(sent)["References"] == first


def test_nothing_is_written_in_a_dry_run(interviewed):
    said = interviewed("send INT-001 --dry-run")
    assert "2026-03-11" in said
    assert interviewed.git("status", "--porcelain", "--ignored") == ""


def test_a_project_report_goes_out_by_its_week(park):
    park("send weekly")
    data = show(park, "DSP-001")
    assert (data["document"], data["period"], data.get("reply_by")) == ("weekly", "2026-W10", None)
    assert eml(park, "weekly-2026-W10")["Subject"].startswith("[ZHYQ weekly 2026-W10] 项目周报")
    park.write("reply.eml", reply("收到，确认。", to=data["message_id"]).decode())
    park("confirm weekly --by wang.fang --evidence reply.eml")
    assert show(park, "DSP-001")["status"] == "confirmed"


def test_a_change_is_sent_and_the_reply_is_its_approval(park):
    park(
        "change request --title 增加访客预约 --reason 集团要求 --propose REQ-001.priority=should --requested-by wang.fang"
    )
    park("change submit CR-001")
    park("change assess CR-001 --price 20000 --schedule 0d --milestone M-001")
    park("change approve CR-001 --by li.wei")
    park("send CR-001")
    park.write("reply.eml", reply("同意增加访客预约。", subject="Re: [ZHYQ CR-001] 变更申请单").decode())
    park("confirm CR-001 --by wang.fang --evidence reply.eml")
    assert show(park, "CR-001")["status"] == "confirmed"
    assert show(park, "CR-001")["approvals"][1]["evidence"]["file"] == "evidence/CR-001/reply.eml"


def test_the_deadline_and_the_clause_come_from_the_profile(interviewed):
    interviewed.edit(
        "pmkit.yaml", "timezone:",
        "confirm:\n  within: {interview: 2d}\n  deemed: {interview: {clause: 合同第12.3条, after: 7d}}\ntimezone:",
    )  # fmt: skip
    interviewed("commit -m profile", code=None)
    interviewed("send INT-001")
    data = show(interviewed, "DSP-001")
    assert (data["reply_by"], data["deemed_on"], data["deemed_under"]) == ("2026-03-06", "2026-03-13", "合同第12.3条")
    text = eml(interviewed).get_body(("plain",)).get_content()
    assert "依据合同第12.3条，2026年3月13日后视为确认" in text
    attached = list(eml(interviewed).iter_attachments())[1].get_content()
    assert "逾期未回复的，2026年3月13日后视为确认（依据合同第12.3条）。" in attached


@pytest.mark.parametrize("what", ["risk", "REQ-001", "INT-404", "interview"])
def test_what_has_no_document_or_may_not_go_out_is_refused(interviewed, what):
    if what == "risk":
        interviewed("risk add --title 内部风险")
        what = "RSK-001"
    interviewed(f"send {what}", code=2)
    interviewed("set INT-001 visibility=internal")
    interviewed("send INT-001", code=4)
    assert not (interviewed.folder / "dispatches").exists()


def test_who_has_no_address_is_named(interviewed):
    interviewed("set wang.fang email=")
    interviewed("send INT-001", code=2)
    assert "pmkit set wang.fang email=" in interviewed.err


def test_a_confirmation_is_filed_with_its_hash(sent):
    data = reply("确认，无异议。", to=show(sent, "DSP-001")["message_id"])
    (sent.folder / "reply.eml").write_bytes(data)
    sent("confirm INT-001 --by wang.fang --evidence reply.eml --date 2026-03-05")
    assert (sent.folder / "evidence/INT-001/reply.eml").read_bytes() == data
    (filed,) = show(sent, "DSP-001")["replies"]
    assert filed["evidence"] == {"file": "evidence/INT-001/reply.eml", "sha256": hashlib.sha256(data).hexdigest()}
    assert (filed["by"], filed["answer"], filed["on"]) == ("wang.fang", "confirm", "2026-03-05")
    assert show(sent, "INT-001")["steps"][-1] == {
        "to": "confirmed", "on": "2026-03-05", "by": "wang.fang", "recorded_by": "li.wei",
    }  # fmt: skip
    sent("confirm INT-001 --by wang.fang --evidence reply.eml", code=4)


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("不同意第三条。", {}),
        ("我本周休假。", {"Auto_Submitted": "auto-replied"}),
        ("I cannot agree to this.", {}),
        ("确认", {"Auto_Submitted": "auto-replied"}),
    ],
)
def test_what_declines_or_was_written_by_a_machine_is_no_confirmation(sent, text, headers):
    (sent.folder / "reply.eml").write_bytes(reply(text, **headers))
    sent("confirm INT-001 --by wang.fang --evidence reply.eml", code=4)
    assert show(sent, "INT-001")["status"] == "sent"
    assert not (sent.folder / "evidence").exists()


def test_a_confirmation_needs_evidence_and_the_customer(sent):
    sent("confirm INT-001 --by wang.fang", code=4)
    sent(["confirm", "INT-001", "--by", "li.wei", "--text", "同意"], code=4)
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "不同意"], code=4)
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "同意"])
    (filed,) = show(sent, "DSP-001")["replies"]
    assert filed["text"] == "同意"
    assert (sent.folder / filed["evidence"]["file"]).read_text(encoding="utf-8") == "同意\n"


def test_what_was_handed_over_is_confirmed_without_a_mail(interviewed):
    interviewed.write("scan.pdf", "%PDF-1.4")
    interviewed("confirm INT-001 --by wang.fang --evidence scan.pdf")
    data = show(interviewed, "DSP-001")
    assert (data["channel"], data["status"]) == ("hand", "confirmed")
    assert show(interviewed, "INT-001")["status"] == "confirmed"
    assert interviewed("check", code=None).startswith("没有发现问题") or "COM" not in interviewed("check", code=None)


def test_a_changed_record_voids_its_confirmation(sent):
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "同意"])
    assert "COM307" not in sent("check", code=None)
    sent("set INT-001 purpose=另一个目的")
    assert "已失效" in sent("show INT-001")
    found = json.loads(sent("check --json", code=None))["findings"]
    assert [f["record"] for f in found if f["code"] == "COM307"] == ["INT-001"]
    assert "待重新确认" in sent("report weekly --out -")
    assert "INT-001" in sent("todo")
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "同意"], code=4)
    sent("send INT-001")
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "同意"])
    assert "COM307" not in sent("check", code=None)


def test_a_reply_to_an_earlier_version_is_filed_and_confirms_nothing(sent):
    sent("set INT-001 purpose=另一个目的")
    sent(["confirm", "INT-001", "--by", "wang.fang", "--text", "同意"], code=4)
    assert "pmkit send INT-001" in sent.err
    sent(["confirm", "DSP-001", "--by", "wang.fang", "--text", "同意"])
    assert show(sent, "INT-001")["status"] == "sent"


def test_silence_is_found_and_asked_about_again(sent):
    sent.today = "2026-03-12"
    assert "REQ301" in sent("check", code=None)
    assert "INT-001" in sent("report weekly --out -")
    sent("send INT-001 --remind")
    mail = eml(sent, "INT-001-reminder")
    assert "催复" in mail["Subject"]
    assert mail["In-Reply-To"] == show(sent, "DSP-001")["message_id"]
    assert show(sent, "DSP-001")["reminders"] == [{"on": "2026-03-12", "by": "li.wei"}]


def test_an_agenda_goes_out_before_the_minutes_and_asks_for_nothing(park):
    park("meeting plan --title 启动会 --time 2026-03-05T15:00 --with wang.fang,li.wei")
    park("send MTG-001", code=4)
    park("send MTG-001 --document agenda")
    assert eml(park, "MTG-001")["Subject"] == "[ZHYQ MTG-001] 会议议程：启动会"
    assert (show(park, "MTG-001")["status"], "reply_by" in show(park, "DSP-001")) == ("planned", False)
    park.today = "2026-03-05"
    park("meeting hold MTG-001")
    park("send MTG-001")
    park.write("reply.eml", reply("确认", subject="Re: [ZHYQ MTG-001] 会议纪要").decode())
    assert json.loads(park("inbox reply.eml --json"))[0]["dispatch"] == "DSP-002"
    park("inbox reply.eml --yes")
    assert show(park, "MTG-001")["status"] == "confirmed"
    assert "MTG-001" not in park("report weekly --out -").partition("## 八")[2].partition("## 九")[0]


def test_a_reply_that_names_another_document_is_filed_with_a_note(park):
    park("meeting record --title 启动会 --time 2026-03-03T15:00 --present wang.fang")
    park("send MTG-001")
    park("send weekly")
    park.write("reply.eml", reply("确认", subject="Re: [ZHYQ MTG-001] 会议纪要").decode())
    assert "该邮件回复的是 MTG-001（依据邮件主题），而非 weekly" in park(
        "confirm weekly --by wang.fang --evidence reply.eml"
    )
    assert "注意" not in park("confirm MTG-001 --by wang.fang --evidence reply.eml")


# --- inbox -----------------------------------------------------------------------------------------------------------


@once
def post(sent):
    """A folder of replies of every sort."""
    to = json.loads(sent("show DSP-001 --json"))["message_id"]
    mails = {
        "1-comment": reply("同意，但第二条请修改。", to=to, date="2026-03-04"),
        "2-away": reply("自动回复", to=to, Auto_Submitted="auto-replied"),
        "3-other": reply("同意", subject="Re: 报价"),
        "4-yes": reply(
            "确认，无异议。", subject="答复: [ZHYQ INT-001] 需求访谈记录", date="2026-03-05", charset="gb18030"
        ),
        "5-foreign": reply("同意", subject="Re: [OTHER INT-001] x"),
    }
    for name, data in mails.items():
        (sent.folder / "post").mkdir(exist_ok=True)
        (sent.folder / f"post/{name}.eml").write_bytes(data)


def test_an_inbox_lists_and_decides_nothing_in_a_pipe(post):
    post.today = "2026-03-06"
    found = {one["file"].rpartition("/")[2][:-4]: one for one in json.loads(post("inbox post --json"))}
    assert {k: (v["answers"], v["proposal"]) for k, v in found.items()} == {
        "1-comment": ("INT-001", "comment"),
        "2-away": ("INT-001", "out_of_office"),
        "3-other": (None, "confirm"),
        "4-yes": ("INT-001", "confirm"),
        "5-foreign": (None, "confirm"),
    }
    said = post("inbox post")
    assert "记为确认" in said
    assert "确认，无异议。" in said
    assert "replies" not in show(post, "DSP-001")


def test_an_inbox_does_what_it_proposes_where_told_to(post):
    post.today = "2026-03-06"
    post("inbox post --yes")
    replies = show(post, "DSP-001")["replies"]
    assert [(r["answer"], r["on"], r["by"]) for r in replies] == [
        ("comment", "2026-03-04", "wang.fang"),
        ("confirm", "2026-03-05", "wang.fang"),
    ]
    assert show(post, "INT-001")["status"] == "confirmed"
    head = post.git("rev-parse", "HEAD")
    assert "已归档" in post("inbox post --yes")
    assert post.git("rev-parse", "HEAD") == head


def test_hostile_mails_are_told_and_harm_nothing(sent):
    nest = b"From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    for n in range(400):
        nest += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
    (sent.folder / "nest.eml").write_bytes(nest)
    (sent.folder / "none.eml").write_bytes(b"\x00\x01\x02")
    sent("inbox nest.eml", code=2)
    sent("inbox none.eml", code=2)
    (sent.folder / "path.eml").write_bytes(
        b"From: wang.fang@customer.example\r\nSubject: =?gb2312?B?zayy4g==?= [ZHYQ INT-001]\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"
        + "同意".encode("gb18030")
        + b'\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx\r\n--b--\r\n'
    )
    (found,) = json.loads(sent("inbox path.eml --json"))
    assert (found["answers"], found["proposal"]) == ("INT-001", "confirm")
    sent("inbox path.eml --yes")
    assert [p.name for p in (sent.folder / "evidence/INT-001").iterdir()] == ["path.eml"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_letter(interviewed, golden, lang):
    interviewed.edit(
        "pmkit.yaml", "timezone:", "confirm:\n  deemed: {interview: {clause: 合同第12.3条, after: 7d}}\ntimezone:"
    )  # fmt: skip
    interviewed.git("commit", "-qam", "profile")
    interviewed(["send", "INT-001", "--lang", lang, "--message", "王工：请过目。"])
    golden(f"covering-letter.{lang}.txt", eml(interviewed).get_body(("plain",)).get_content().replace("\r\n", "\n"))
    interviewed.today = "2026-03-06"
    interviewed(["send", "INT-001", "--lang", lang, "--remind"])
    text = eml(interviewed, "INT-001-reminder").get_body(("plain",)).get_content().replace("\r\n", "\n")
    golden(f"covering-letter-reminder.{lang}.txt", text)


# --- the customer's word ----------------------------------------------------------------------------------------------


@pytest.fixture
def to_confirm(interviewed):
    """A record of each kind that the customer confirms, each as far as that."""
    interviewed("meeting add --title 启动会 --time 2026-03-03T14:00 --present wang.fang --decision 每周五开例会")
    interviewed("meeting hold MTG-001")
    interviewed("meeting send MTG-001")
    interviewed("comm log --channel phone --summary 电话商定进场时间 --with wang.fang")
    interviewed("training plan --title 用户培训 --time 2026-03-03")
    interviewed("training record TRN-001 --came 5 --expected 6")
    interviewed("deliverable add --title 实施方案 --requirement REQ-001")
    interviewed("deliverable submit DLV-001")
    return interviewed


THEIRS = {
    "meeting confirm": "MTG-001", "interview confirm": "INT-001", "comm confirm": "COM-001",
    "training confirm": "TRN-001", "deliverable accept": "DLV-001",
}  # fmt: skip


def test_our_own_word_confirms_nothing_for_the_customer(to_confirm):
    before = to_confirm.git("rev-parse", "HEAD")
    for verb, record_id in THEIRS.items():
        to_confirm(f"{verb} {record_id}", code=4)
        assert f"pmkit confirm {record_id} --by" in to_confirm.err
        to_confirm(f"{verb} {record_id} --text 同意", code=4)  # by ourselves
        to_confirm(f"{verb} {record_id} --by wang.fang", code=4)
        assert "--evidence" in to_confirm.err
        to_confirm(f"{verb} {record_id} --by wang.fang --text 不同意，请修改", code=4)
    assert to_confirm.git("rev-parse", "HEAD") == before


def test_what_they_sent_back_is_filed_with_what_it_confirms(to_confirm):
    to_confirm.write("签收单.pdf", "%PDF-1.4 scan")
    for verb, record_id in THEIRS.items():
        to_confirm(f"{verb} {record_id} --by wang.fang --evidence 签收单.pdf")
        kept = list((to_confirm.folder / f"evidence/{record_id}").iterdir())
        assert [one.read_text() for one in kept] == ["%PDF-1.4 scan"]
        assert show(to_confirm, record_id)["status"] in {"confirmed", "accepted"}
    assert show(to_confirm, "DLV-001")["steps"][-1]["evidence"]["file"].startswith("evidence/DLV-001/")
    to_confirm("audit")


def test_every_verb_that_speaks_for_the_customer_is_tried_here():
    from pmkit.domain.registry import kinds

    declared = {f"{k.command} {m.verb}" for k in kinds() if k.states for m in k.states.moves if m.theirs}
    assert declared == set(THEIRS)


def test_one_reply_confirms_several_documents_in_one_commit(to_confirm):
    count = int(to_confirm.git("rev-list", "--count", "HEAD"))
    to_confirm("confirm INT-001 MTG-001 COM-001 --by wang.fang --text '三份记录均无异议，予以确认。'")
    assert int(to_confirm.git("rev-list", "--count", "HEAD")) == count + 1
    assert {show(to_confirm, one)["status"] for one in ("INT-001", "MTG-001", "COM-001")} == {"confirmed"}
    assert to_confirm.git("log", "-1", "--format=%s").strip() == "INT-001, MTG-001, COM-001：记录王芳的确认"


def test_what_changed_after_its_confirmation_waits_again_once_it_was_sent(sent):
    sent("confirm INT-001 --by wang.fang --text 无异议")
    sent("send INT-001 --again")
    assert show(sent, "INT-001")["status"] == "confirmed"  # a copy of what was confirmed changes nothing
    sent("set INT-001 purpose=弄清现状与边界")
    assert "COM307" in sent("check", code=1)
    sent("send INT-001")
    assert show(sent, "INT-001")["status"] == "sent"
    assert "COM307" not in sent("check", code=None)
    sent("confirm INT-001 --by wang.fang --text 对修改后的记录无异议")
    assert show(sent, "INT-001")["status"] == "confirmed"
    sent("audit")


def test_what_has_not_come_so_far_is_not_confirmed(park):
    park("meeting plan --title 评审准备会 --time 2026-03-09T10:00")
    park("confirm MTG-001 --by wang.fang --text 同意", code=4)
    assert "已安排" in park.err
    park("meeting cancel MTG-001")
    park("confirm MTG-001 --by wang.fang --text 同意", code=4)
