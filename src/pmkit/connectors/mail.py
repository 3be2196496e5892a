"""E-mails as files: `.eml` written with a stable identity, replies read and what they say told apart.

Reading trusts nothing: no part is written anywhere, no name of an attachment becomes a path, and sizes have bounds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from html import unescape
from typing import Literal

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

MOST_BYTES = 50_000_000
MOST_PARTS = 200
MOST_TEXT = 200_000  # characters that are looked at
MEDIA = {
    "html": ("text", "html"),
    "md": ("text", "markdown"),
    "pdf": ("application", "pdf"),
    "docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")


# --- writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address that can be written to."""

    name: str
    mail: str

    @staticmethod
    def parse(text: str, name: str = "") -> Address:
        """`li.wei@zhihe.example` or `李伟 <li.wei@zhihe.example>`. Raises UsageError."""
        found = getaddresses([" ".join(text.split())])
        if len(found) != 1 or not _ADDRESS.match(found[0][1]):
            raise UsageError(
                Text(en="`{text}` is not an e-mail address", zh="`{text}` 不是有效的邮箱地址").format(text=text)
            )
        return Address(name or found[0][0], found[0][1])

    def __str__(self) -> str:
        return formataddr((self.name, self.mail)) if self.name.isascii() else f"{self.name} <{self.mail}>"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be written. `files`: name and bytes of each attachment; `answers`: Message-IDs that it follows."""

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address]
    subject: str
    message_id: str
    date: datetime
    text: str
    html: str
    files: Sequence[tuple[str, bytes]] = ()
    answers: Sequence[str] = ()
    reply_to: Address | None = None


def write_mail(letter: Letter, *, as_draft: bool = False) -> bytes:
    """The mail as an `.eml` file; the same letter gives the same bytes. `as_draft`: mail programs offer to send it."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = formataddr((letter.sender.name, letter.sender.mail))
    message["To"] = ", ".join(formataddr((a.name, a.mail)) for a in letter.to)
    if letter.cc:
        message["Cc"] = ", ".join(formataddr((a.name, a.mail)) for a in letter.cc)
    if letter.reply_to:
        message["Reply-To"] = formataddr((letter.reply_to.name, letter.reply_to.mail))
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    if letter.answers:
        message["In-Reply-To"] = letter.answers[-1]
        message["References"] = " ".join(letter.answers)
    if as_draft:
        message["X-Unsent"] = "1"
    message.set_content(letter.text, charset="utf-8", cte="base64")
    message.add_alternative(letter.html, subtype="html", charset="utf-8", cte="base64")
    for name, content in letter.files:
        main, sub = MEDIA.get(name.rpartition(".")[2], ("application", "octet-stream"))
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
        if main == "text":
            list(message.iter_attachments())[-1].set_param("charset", "utf-8")
    for number, part in enumerate(p for p in message.walk() if p.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{letter.message_id} {number}'.encode()).hexdigest()[:32]}")
    return message.as_bytes()


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a calendar part says: METHOD, and each attendee's PARTSTAT; `attached`: it only lies beside the text."""

    method: str
    answers: tuple[str, ...]
    attached: bool
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was read. `words`: its author's own; `ids`: what it answers, the newest first."""

    subject: str
    sender: Address
    date: datetime | None
    message_id: str
    ids: tuple[str, ...]
    words: str
    text: str
    automatic: bool
    report: bool
    invitation: Invitation | None
    files: tuple[tuple[str, int], ...]
    parts: int


def read_mail(data: bytes, name: str) -> Mail:
    """A mail from its bytes. Raises UsageError for what is no mail, too large, or nested beyond reason."""
    if len(data) > MOST_BYTES:
        raise _unreadable(name, Text("it is larger than 50 MB", "超过 50 MB"))
    low = data.lower()
    if low.count(b"multipart/") + low.count(b"message/rfc822") > MOST_PARTS:
        raise _unreadable(name, Text("it is nested beyond reason", "嵌套层数过多"))
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
        parts = list(message.walk())
    except (RecursionError, MessageError, LookupError, ValueError):
        raise _unreadable(name, Text("it is no mail", "不是有效的邮件")) from None
    if not any(message[h] for h in ("From", "Subject", "Message-ID", "Date")):
        raise _unreadable(name, Text("it is no mail", "不是有效的邮件"))
    text = _body(parts)[:MOST_TEXT]
    subject = _header(message, "Subject")
    sender = _sender(_header(message, "From"))
    answered = re.findall(r"<[^<>\s]{1,500}>", f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}")
    return Mail(
        subject=subject,
        sender=sender,
        date=_date(_header(message, "Date")),
        message_id=_header(message, "Message-ID")[:500],
        ids=tuple(dict.fromkeys(reversed(answered)))[:100],
        words=own_words(text),
        text=text,
        automatic=_is_automatic(message, subject),
        report=message.get_content_type() == "multipart/report",
        invitation=_invitation(parts),
        files=tuple((_header_text(p.get_filename() or ""), len(_payload(p))) for p in parts if _is_file(p)),
        parts=len(parts),
    )


def _unreadable(name: str, why: Text) -> UsageError:
    return UsageError(
        Text(en="cannot read the mail {name}: {why}", zh="无法读取邮件 {name}：{why}").format(name=name, why=why)
    )


def _header(message: Message, name: str) -> str:
    value = next((v for n, v in message.raw_items() if n.lower() == name.lower()), None)
    return "" if value is None else _header_text(str(value))


def _header_text(value: str) -> str:
    """A header in words: encoded words decoded, raw bytes taken for UTF-8 or GB18030, on one line."""
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError):
        pieces = [(value, None)]
    text = "".join(_decoded(p, charset) if isinstance(p, bytes) else _raw(p) for p, charset in pieces)
    shown = "".join(ch if ch.isprintable() or ch == "\N{NO-BREAK SPACE}" else " " for ch in text)
    return re.sub(" +", " ", shown).strip()[:2000]


def _raw(text: str) -> str:
    try:
        return _decoded(text.encode("ascii", "surrogateescape"), None)
    except UnicodeEncodeError:
        return text


def _decoded(data: bytes, charset: str | None) -> str:
    """Text in the charset that is named; the Chinese ones as their superset; a wrong or unknown name is guessed."""
    named = (charset or "").lower().strip("'\" ")
    named = "gb18030" if named in {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"} else named
    for codec in (named, "utf-8", "gb18030"):
        try:
            return data.decode(codec) if codec and codec != "unknown-8bit" else data.decode("utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _sender(text: str) -> Address:
    found = [(n, m) for n, m in getaddresses([text]) if "@" in m]
    return Address(*found[0]) if found else Address(text, "")


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _payload(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return found if isinstance(found, bytes) else b""


def _is_file(part: Message) -> bool:
    return not part.is_multipart() and (part.get_content_disposition() == "attachment" or bool(part.get_filename()))


def _body(parts: Sequence[Message]) -> str:
    """The first plain text, else the first HTML without its markup."""
    shown = [p for p in parts if not p.is_multipart() and p.get_content_disposition() != "attachment"]
    for part in shown:
        if part.get_content_type() == "text/plain":
            return _decoded(_payload(part), part.get_content_charset()).replace("\r\n", "\n")
    for part in shown:
        if part.get_content_type() == "text/html":
            return _without_markup(_decoded(_payload(part)[: MOST_TEXT * 4], part.get_content_charset()))
    return ""


def _without_markup(html: str) -> str:
    text = re.sub(r"(?is)<(script|style|head|title)\b.*?(?:</\1\s*>|\Z)", " ", html)
    text = re.sub(r"(?is)<blockquote\b.*", " ", text)  # what is quoted
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", "\n", text)
    text = unescape(re.sub(r"<[^<>]{0,5000}>", "", text))
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


_QUOTED = re.compile(
    r"^\s*(?:>"
    r"|-{2,}\s*(?:original message|原始邮件|原邮件|转发邮件|forwarded message|ursprüngliche nachricht)"
    r"|_{10,}"
    r"|on .{5,200} wrote:"
    r"|am .{5,200} schrieb "
    r"|在.{2,200}写道[：:]"
    r"|(?:发件人|寄件者|from)\s*[：:].*@"
    r"|于.{2,100}写道[：:])",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:--|——)\s*$")


def own_words(text: str) -> str:
    """What the author wrote: up to the first quoted line or the signature."""
    kept = []
    for line in text.splitlines():
        if _QUOTED.match(line) or _SIGNATURE.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()


_AUTOMATIC = re.compile(
    r"^\s*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|自动(?:回复|答复)|外出|休假"
    r"|我(?:正在|在)?(?:休假|出差))",
    re.IGNORECASE,
)


def _is_automatic(message: Message, subject: str) -> bool:
    """A machine answered: RFC 3834's header, the older ones, or the subject that mail programs write."""
    submitted = _header(message, "Auto-Submitted").lower()
    precedence = _header(message, "Precedence").lower()
    return (
        submitted.startswith(("auto-replied", "auto-generated", "auto-notified"))
        or any(message[h] is not None for h in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"))
        or precedence == "auto_reply"
        or bool(_AUTOMATIC.match(subject))
    )


def _invitation(parts: Sequence[Message]) -> Invitation | None:
    for part in parts:
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            content = _payload(part)
            lines = list(_unfolded(_decoded(content[:MOST_TEXT], part.get_content_charset())))
            method = next((v for n, _, v in lines if n == "METHOD"), str(part.get_param("method") or ""))
            answers = [m[1].upper() for n, p, _ in lines if n == "ATTENDEE" and (m := _PARTSTAT.search(p))]
            is_attached = part.get_content_disposition() == "attachment"
            return Invitation(method.upper().strip(), tuple(answers), is_attached, content)
    return None


_PARTSTAT = re.compile(r"PARTSTAT=([A-Za-z-]+)", re.IGNORECASE)


def _unfolded(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and value of each line of a calendar (RFC 5545, 3.1)."""
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        yield name.upper(), parameters, value


# --- what a reply says -----------------------------------------------------------------------------------------------

Answer = Literal["confirm", "declined", "comment", "out_of_office", "undelivered", "unknown"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says, and why we think so. `may_confirm`: a person may still take it for a confirmation."""

    answer: Answer
    why: Text
    may_confirm: bool = True


_NO = re.compile(
    r"不(?:能|予|可|太|便)?(?:同意|确认|认可|接受|批准|通过|赞成)|(?:无法|暂不|暂缓|未能|拒绝|难以)(?:同意|确认|认可|接受|批准|通过)?"
    r"|反对|驳回|退回|(?<![无没])有异议|(?<!没)有(?:不同|重大)意见"
    r"|\b(?:do(?:es)? not|don't|doesn't|can ?not|can't|could not|will not|won't|not|unable to)\s+"
    r"(?:yet\s+|be able to\s+)?(?:agree|accept|confirm|approve|sign)"
    r"|\bnot (?:agreed|accepted|confirmed|approved|ok)\b|\b(?:disagree|reject(?:ed)?|declined?|refuse)\b"
    r"|(?<!no )\bobjections?\b|\bobject to\b",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"但是|但|不过|(?<!无)(?:需要?|请|须|应|建议|望)(?:再|先|将|把|对|你方|贵方)?\s*(?:修改|补充|调整|更正|完善|明确|澄清|改为|增加|删除|核实|说明)"
    r"|修改后|补充后|有(?:以下|几点|一些|下列)?(?:意见|疑问|问题)|[?？]"
    r"|\bbut\b|\bhowever\b|\bexcept\b|\bprovided that\b"
    r"|\bplease (?:change|add|correct|clarify|revise|amend)\b|\bsubject to\b",
    re.IGNORECASE,
)
_NO_BUT = re.compile(
    r"(?:没有|无)(?:任何|其他|不同|什么)?(?:意见|异议|疑问|问题)|\bno (?:further )?(?:objections?|comments?)\b|没问题",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?<![请待未需须再尚前])(?:(?:已|予以|特此|兹|现|我方|我们|均|全部)?(?:确认|同意|认可|批准|赞成))(?!收到|为|单|函|期限|时间|人|书|后|一下|是否)"
    r"|(?:没有|无)(?:任何|其他|不同|什么)?(?:意见|异议)|没问题"
    r"|\b(?:confirmed?|i confirm|agreed?|accept(?:ed)?|approved?|no (?:further )?(?:objections?|comments?))\b"
    r"|^\s*(?:ok|okay|yes)\b[\s.!,]*$",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_ASKS = re.compile(
    r"(?:请|麻烦|烦请|待|尚未|还未|未|需|需要|须)[^\n。；;，,]{0,8}(?:确认|同意|认可|批准)"
    r"|\bplease (?:confirm|approve|accept)\b",
    re.IGNORECASE,
)
_CALENDAR: dict[str, tuple[Answer, Text, bool]] = {
    "ACCEPTED": ("confirm", Text("the calendar reply accepts", "日历回复为接受"), True),
    "DECLINED": ("declined", Text("the calendar reply declines", "日历回复为拒绝"), False),
    "TENTATIVE": ("comment", Text("the calendar reply is tentative", "日历回复为暂定"), False),
    "DELEGATED": ("comment", Text("the calendar reply names somebody else", "日历回复为委托他人"), False),
}


def what_it_says(mail: Mail) -> Said:
    """What a reply says. A doubt counts against a confirmation: a "yes, but" is a comment."""
    if mail.report:
        return Said(
            "undelivered",
            Text("the mail system reports that it was not delivered", "邮件系统报告投递失败"),
            may_confirm=False,
        )
    invitation = mail.invitation
    if invitation is not None and not invitation.attached:
        if invitation.method == "REPLY" and invitation.answers:
            answer, why, may = _CALENDAR.get(
                invitation.answers[0], ("unknown", Text("the calendar reply says nothing", "日历回复未表态"), False)
            )
            return Said(answer, why, may)
        if invitation.method == "CANCEL":
            return Said("declined", Text("it cancels a meeting", "该邮件取消了会议"), may_confirm=False)
        return Said(
            "unknown",
            Text("it is an invitation to a meeting, no reply", "该邮件是会议邀请，不是回复"),
            may_confirm=False,
        )
    if mail.automatic:
        return Said("out_of_office", Text("a machine answered", "该邮件为自动回复"), may_confirm=False)
    return _of_words(mail.words)


def _of_words(words: str) -> Said:
    plain = _NO_BUT.sub(" ", words)
    if match := _NO.search(plain):
        return Said("declined", Text("it says “{w}”", "原文写有“{w}”").format(w=match[0].strip()), may_confirm=False)
    doubt = _BUT.search(plain)
    yes = _YES.search(_ASKS.sub(" ", words))
    if yes and not doubt:
        return Said("confirm", Text("it says “{w}”", "原文写有“{w}”").format(w=yes[0].strip()))
    if doubt:
        return Said("comment", Text("it says “{w}”", "原文写有“{w}”").format(w=doubt[0].strip()))
    if words.strip():
        return Said("comment", Text("it says neither yes nor no", "未明确表示同意或不同意"))
    return Said("unknown", Text("it holds no words of its own", "没有正文"))


def said_by(text: str) -> Said:
    """What a message says that came on another way than by mail."""
    return _of_words(own_words(text[:MOST_TEXT]))
