"""Sending a mail by SMTP. What is told apart above all: certainly sent, certainly not, or not known."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from pmkit.connectors.secrets import Secret, redacted
from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Text

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE = 60  # seconds for each answer of the server
_HERE = "[127.0.0.1]"  # how we greet: to ask for our own name may take many seconds
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; without a user nobody logs in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: Secret | None = None


class NotSent(OutsideError):
    """The mail has certainly not gone out."""


class Unclear(OutsideError):
    """The connection broke after the mail was handed over and before the server said that it has it."""


def deliver(server: Server, sender: str, recipients: Sequence[str], message: bytes) -> None:
    """Hand a mail to the server: to all recipients or to none. Raises NotSent or Unclear.

    Certificates are verified against the system's authorities (`SSL_CERT_FILE` names others).
    """
    if server.password is not None and server.security == "none" and server.host not in _LOCAL:
        raise UsageError(
            Text("the password would go over the network in the clear", "密码将以明文经网络发送"),
            Text("set mail.security to starttls or tls", "请将 mail.security 设为 starttls 或 tls"),
        )
    secrets = (server.password, _encoded(server))
    try:
        smtp = _connected(server)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise _failed(server, error, secrets) from None
    try:
        _hand_over(smtp, server, sender, recipients, message, secrets)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, _HERE, timeout=PATIENCE, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, _HERE, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password.reveal())
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(
    smtp: smtplib.SMTP,
    server: Server,
    sender: str,
    recipients: Sequence[str],
    message: bytes,
    secrets: Sequence[Secret | None],
) -> None:
    handing_over = False
    try:
        smtp.ehlo_or_helo_if_needed()
        _address(smtp, sender, recipients)
        handing_over = True
        code, answer = smtp.data(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        is_lost = handing_over and getattr(error, "smtp_code", 0) == -1  # the connection ended instead of an answer
        raise (_unclear if is_lost else _failed)(server, error, secrets) from None
    except (OSError, smtplib.SMTPException) as error:
        raise (_unclear if handing_over else _failed)(server, error, secrets) from None
    if code != 250:  # it said no to the whole mail
        is_lost = code == -1
        raise (_unclear if is_lost else _failed)(server, smtplib.SMTPDataError(code, answer), secrets)


def _address(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> None:
    """Name sender and recipients, before anything of the mail is handed over."""
    code, answer = smtp.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, answer, sender)
    answers = {recipient: smtp.rcpt(recipient) for recipient in recipients}
    if refused := {who: said for who, said in answers.items() if said[0] not in {250, 251}}:
        raise smtplib.SMTPRecipientsRefused(refused)


def _failed(server: Server, error: Exception, secrets: Sequence[Secret | None]) -> NotSent:
    says = Text(en="the mail was not sent: {host}: {why}", zh="邮件未发出：{host}：{why}")
    return NotSent(says.format(host=f"{server.host}:{server.port}", why=_why(error, secrets)), _advice(error))


def _unclear(server: Server, error: Exception, secrets: Sequence[Secret | None]) -> Unclear:
    says = Text(
        en="the connection to {host} broke before the server said that it has the mail: it may have been sent ({why})",
        zh="在服务器确认收到邮件之前，与 {host} 的连接中断：邮件可能已发出（{why}）",
    )
    return Unclear(says.format(host=f"{server.host}:{server.port}", why=_why(error, secrets)))


def _why(error: Exception, secrets: Sequence[Secret | None]) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{who}: {code} {_text(answer)}" for who, (code, answer) in error.recipients.items())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        said = str(getattr(error, "strerror", None) or error) or type(error).__name__
    plain = "".join(ch if ch.isprintable() else " " for ch in redacted(said, secrets))
    return " ".join(plain.split())[:300]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _advice(error: Exception) -> Text | None:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Text(
            "check PMKIT_SMTP_USER and PMKIT_SMTP_PASSWORD, or the keyring; many servers want a code made for programs",
            "请核对 PMKIT_SMTP_USER 与 PMKIT_SMTP_PASSWORD 或钥匙串中的条目；许多邮箱须使用“授权码”而非登录密码",
        )
    if isinstance(error, ssl.SSLError):
        return Text(
            "check mail.security and mail.port; SSL_CERT_FILE names the certificates of your own authority",
            "请核对 mail.security 与 mail.port；自建证书机构可用 SSL_CERT_FILE 指定证书文件",
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Text(
            "the server does not offer it: check mail.security and mail.port",
            "服务器不支持该方式，请核对 mail.security 与 mail.port",
        )
    return None


def _encoded(server: Server) -> Secret | None:
    """The password as AUTH PLAIN writes it, should a server repeat that."""
    if server.user is None or server.password is None:
        return None
    return Secret(base64.b64encode(f"\0{server.user}\0{server.password.reveal()}".encode()).decode())
