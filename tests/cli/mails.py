"""Replies as customers' mail programs write them."""

from email.message import EmailMessage
from email.policy import SMTP


def reply(
    text,
    *,
    to=None,
    subject="Re: 会议纪要",
    sender="王芳 <wang.fang@customer.example>",
    date="2026-03-05",
    charset="utf-8",
    **headers,
):
    """A plain reply; `to`: the Message-ID that it answers."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = "li.wei@supplier.example"
    mail["Subject"] = subject
    mail["Date"] = f"Thu, {date[8:]} Mar 2026 10:00:00 +0800"
    mail["Message-ID"] = f"<{abs(hash((text, subject, date)))}@customer.example>"
    if to:
        mail["In-Reply-To"] = to
        mail["References"] = to
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text, charset=charset, cte="base64")
    return mail.as_bytes()
