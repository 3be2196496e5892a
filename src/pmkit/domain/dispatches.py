"""Dispatches: each time a document went out, what exactly, to whom, and what came back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Evidence, Kind, Move, Part, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

CHANNELS = {
    "mail": Text("e-mail", "邮件"),
    "wecom": Text("WeCom group", "企业微信群"),
    "dingtalk": Text("DingTalk group", "钉钉群"),
    "feishu": Text("Feishu group", "飞书群"),
    "hand": Text("by hand", "当面或纸质"),
}
ROBOTS = ("wecom", "dingtalk", "feishu")
ANSWERS = {
    "confirm": Text("confirms", "确认"),
    "declined": Text("declines", "不同意"),
    "comment": Text("comments", "提出意见"),
    "out_of_office": Text("is out of office", "外出自动回复"),
    "undelivered": Text("was not delivered", "投递失败"),
    "unknown": Text("says neither yes nor no", "未明确表态"),
}
Answer = Literal["confirm", "declined", "comment", "out_of_office", "undelivered", "unknown"]


class SentFile(Part):
    """A file that went out, by the SHA-256 of its bytes: the same records and version of pmkit render them again."""

    name: Annotated[Line, About("File", "文件")]
    sha256: Annotated[Line, About("SHA-256", "SHA-256")]


class Reply(Part):
    """What came back, and what somebody took it for."""

    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "回复人")]
    answer: Annotated[Answer, About("Answer", "回复结论", words=ANSWERS)]
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None
    message_id: Annotated[Line | None, About("Message-ID", "邮件标识", internal=True)] = None
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    text: Annotated[Prose | None, About("Their words", "回复内容")] = None


class Reminder(Part):
    """The reply was asked for again."""

    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "责任人")]


class Dispatch(Tracked):
    """A document that went out. `document` is the report's name, `about` the record that it is the form of.

    `digest` is that record's content as it was sent: a confirmation holds for just that. A document beside it
    (an agenda) has none.
    """

    title: Annotated[Line, About("Document", "文件", content=True)]
    document: Annotated[Line, About("Kind of document", "文件类型", content=True)]
    about: Annotated[Ref | None, About("About", "对应记录", links=("*",), content=True)] = None
    period: Annotated[Line | None, About("Period", "报告期", content=True)] = None
    channel: Annotated[
        Literal["mail", "wecom", "dingtalk", "feishu", "hand"], About("Channel", "方式", words=CHANNELS, content=True)
    ]
    to: Annotated[tuple[Handle, ...], About("To", "主送", links=("person",), content=True, unordered=True)] = ()
    cc: Annotated[tuple[Handle, ...], About("Cc", "抄送", links=("person",), content=True, unordered=True)] = ()
    message_id: Annotated[Line | None, About("Message-ID", "邮件标识", internal=True)] = None
    reply_by: Annotated[Day | None, About("Reply by", "回复期限", content=True)] = None
    deemed_on: Annotated[Day | None, About("Deemed accepted on", "逾期视为确认日期", content=True)] = None
    deemed_under: Annotated[Line | None, About("Deemed accepted under", "视为确认依据", content=True)] = None
    digest_sent: Annotated[Line | None, Field(alias="digest"), About("Digest", "摘要值", content=True)] = None
    files: Annotated[tuple[SentFile, ...], About("Files", "附件", content=True)] = ()
    reminders: Annotated[tuple[Reminder, ...], About("Reminders", "催复")] = ()
    replies: Annotated[tuple[Reply, ...], About("Replies", "回复")] = ()

    @property
    def sent_on(self) -> Day | None:
        """The day on which it went out, as far as that is known."""
        return self.reached("sent")

    @property
    def confirmation(self) -> Reply | None:
        """The reply that confirmed it."""
        return next((r for r in reversed(self.replies) if r.answer == "confirm"), None)


STATES = States(
    names={
        "written": Text("written", "已生成"),
        "sending": Text("being sent", "发送中"),
        "sent": Text("sent", "已发出"),
        "failed": Text("not sent", "发送失败"),
        "confirmed": Text("confirmed", "已确认"),
        "declined": Text("declined", "对方不同意"),
        "superseded": Text("superseded", "已被新版替代"),
    },
    moves=(
        Move("begin", ("written", "failed"), "sending", Text("Send it", "发送"), own_command="pmkit send"),
        Move("sent", ("written", "sending", "failed"), "sent", Text("Record that it went out", "标记为已发出")),
        Move("fail", ("sending",), "failed", Text("Record that it did not go out", "标记为未发出")),
        Move(
            "confirm", ("sent", "declined"), "confirmed", Text("Record the confirmation", "记录对方确认"),
            own_command="pmkit confirm",
        ),
        Move("decline", ("sent",), "declined", Text("Record that it was declined", "记录对方不同意")),
        Move(
            "supersede", ("written", "sending", "sent", "failed", "declined"), "superseded",
            Text("Record that a newer version replaces it", "标记为已被新版替代"),
        ),
    ),
    closed=frozenset({"confirmed", "superseded"}),
)  # fmt: skip

DISPATCH = Kind(
    name="dispatch",
    prefix="DSP",
    folder="dispatches",
    model=Dispatch,
    label=Text("dispatch", "发文记录"),
    plural=Text("dispatches", "发文记录"),
    states=STATES,
    columns=("title", "channel", "to", "reply_by", "status"),
    added_by="pmkit send",
    traced=False,
)
