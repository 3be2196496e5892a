"""Mails as other programs write them, and what they say."""

import csv

import pytest

from pmkit.connectors.mail import read_mail, said_by, what_it_says

# What each recorded mail is: an answer of the calendar, and whether a person may take it for a confirmation.
SAID = {
    "outlook.invite.new.eml": ("unknown", False),
    "outlook.invite.cancel.eml": ("declined", False),
    "outlook.reply.tentative.eml": ("comment", False),
    "ios.reply.accept.eml": ("confirm", True),
    "not.imip.1.eml": ("comment", True),  # its text says nothing; the calendar only lies beside it
    "exanchage.invite.eml": ("unknown", False),
}


def test_recorded_mails_are_read_as_they_are_known(shared_data):
    with (shared_data / "eml/known.csv").open(encoding="utf-8") as file:
        known = list(csv.DictReader(file))
    assert {row["file"] for row in known} == set(SAID)
    for row in known:
        mail = read_mail((shared_data / "eml" / row["file"]).read_bytes(), row["file"])
        assert mail.subject == row["subject"]
        assert mail.parts == int(row["parts"])
        assert mail.invitation is not None
        assert mail.invitation.method == row["method"]
        assert ";".join(mail.invitation.answers) == row["partstat"]
        said = what_it_says(mail)
        assert (said.answer, said.may_confirm) == SAID[row["file"]]


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        ("confirm", ["同意", "确认，无异议。", "没问题", "没有意见", "我方确认上述内容", "同意变更，费用由我方承担。", "已阅，予以确认。\n王芳",
                     "Confirmed.", "I agree to the minutes", "No objection", "OK",
                     "同意。\n\n发件人: li.wei@supplier.example\n不同意", "同意\n> 不同意"]),
        ("declined", ["不同意第二条", "暂无法确认，等领导回来", "我们对第3条有异议", "不能同意", "I do not agree", "Not confirmed",
                      "We have an objection", "We can't approve this"]),
        ("comment", ["收到", "收到，请确认后续安排", "同意，但第3条请修改", "请确认是否含访客？", "确认收到", "尚未确认", "还需要确认一下",
                     "原则同意，建议增加备份方案", "Agreed, but please change item 2", "please confirm", "会议时间确认为周五"]),
        ("unknown", ["", "\n> 同意", "-- \n王芳"]),
    ],
)  # fmt: skip
def test_what_words_say(answer, texts):
    assert {text: said_by(text).answer for text in texts} == dict.fromkeys(texts, answer)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Subject: \xe7\xa1\xae\xe8\xae\xa4\r\nContent-Type: text/plain; charset=utf-8\r\n", "确认".encode()),
        (b"Subject: =?gb2312?B?yLfIzw==?=\r\nContent-Type: text/plain; charset=gb2312\r\n", "确认".encode("gb18030")),
        ("Subject: 确认\r\nContent-Type: text/plain\r\n".encode("gb18030"), "确认".encode("gb18030")),
        (
            b"Subject: =?utf-8?B?56Gu?= =?utf-8?B?6K6k?=\r\nContent-Type: text/html; charset=big5\r\n",
            "<p>確認</p>".encode("big5"),
        ),
    ],
)
def test_charsets_of_chinese_mail_programs(head, body):
    mail = read_mail(b"From: a@b.example\r\n" + head + b"\r\n" + body, "x.eml")
    assert mail.subject == "确认"
    assert mail.words in {"确认", "確認"}


def test_an_undelivered_mail_is_no_answer():
    data = b"From: mailer-daemon@b.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n\xe7\xa1\xae\xe8\xae\xa4\r\n--b--\r\n"
    said = what_it_says(read_mail(data, "x.eml"))
    assert (said.answer, said.may_confirm) == ("undelivered", False)
