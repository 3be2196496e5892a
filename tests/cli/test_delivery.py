"""Sending by a real mail server and to real group robots, both on this machine, and what goes wrong with them."""

import base64
import email
import hashlib
import hmac
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import keyring
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from pmkit.connectors.robots.base import WAITS, Hook, Note, NotTaken, cut, post
from pmkit.connectors.secrets import Secret
from workspaces import once

PASSWORD = "geheim-4711-Kennwort"


@once
def interviewed(park):
    """An interview that waits to be confirmed."""
    park("interview record --title 安防需求访谈 --with wang.fang --by li.wei --purpose 弄清现状")


def show(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


# --- mail ------------------------------------------------------------------------------------------------------------


class Box:
    """What the server received; `answer` is what it says to a mail that was handed over."""

    def __init__(self):
        self.mails = []
        self.answer = "250 OK"
        self.on_data = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope)
        self.on_data()
        return self.answer


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(box, **options):
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate authority of our own, and the server's context."""
    made = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("127.0.0.1").configure_cert(context)
    return path, context


@pytest.fixture
def box():
    return Box()


def login(server, session, envelope, mechanism, data):
    return AuthResult(handled=False, success=data.login == b"li.wei" and data.password == PASSWORD.encode())


def use(run, controller, security):
    run.edit(
        "pmkit.yaml", "timezone:",
        f"mail: {{host: 127.0.0.1, port: {controller.port}, security: {security}}}\ntimezone:",
    )  # fmt: skip


@pytest.fixture
def starttls(interviewed, box, authority, monkeypatch):
    """A server that wants STARTTLS and a login, and knows 李伟."""
    path, context = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("PMKIT_SMTP_USER", "li.wei")
    monkeypatch.setenv("PMKIT_SMTP_PASSWORD", PASSWORD)
    options = {"require_starttls": True, "auth_required": True, "authenticator": login}
    with serving(box, tls_context=context, **options) as controller:
        use(interviewed, controller, "starttls")
        yield interviewed


def test_a_mail_goes_out_encrypted_and_is_recorded(starttls, box):
    said = starttls("send INT-001 --smtp")
    (envelope,) = box.mails
    mail = email.message_from_bytes(envelope.content, policy=policy.default)
    data = show(starttls, "DSP-001")
    assert envelope.rcpt_tos == ["wang.fang@customer.example"]
    assert mail["Message-ID"] == data["message_id"]
    assert "X-Unsent" not in mail
    parts = [hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in mail.iter_attachments()]
    assert [f["sha256"] for f in data["files"]] == parts
    assert [s["to"] for s in data["steps"]] == ["written", "sending", "sent"]
    assert show(starttls, "INT-001")["status"] == "sent"
    assert "2026-03-11" in said
    starttls("send INT-001 --smtp", code=4)
    assert len(box.mails) == 1
    assert PASSWORD not in said + starttls.err + starttls.git("log", "-p")


class Ring(KeyringBackend):
    """A keyring of this test's own; what it does not hold, or may not tell, it says as the system's do."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.held, self.locked = {}, False

    def get_password(self, service, username):
        if self.locked:
            raise KeyringLocked("the keyring is locked")
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password


@pytest.fixture
def ring():
    before, own = keyring.get_keyring(), Ring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_the_password_comes_from_the_keyring_where_the_environment_has_none(starttls, box, monkeypatch, ring):
    monkeypatch.delenv("PMKIT_SMTP_USER")
    monkeypatch.delenv("PMKIT_SMTP_PASSWORD")
    starttls("send INT-001 --smtp", code=5)  # nobody logs in, and the server wants that
    keyring.set_password("pmkit", "smtp.user", "li.wei")
    keyring.set_password("pmkit", "smtp.password", "altes-Kennwort")
    keyring.set_password("pmkit:ZHYQ", "smtp.password", PASSWORD)  # the project's own entry wins
    ring.locked = True
    starttls("send INT-001 --smtp", code=5)
    ring.locked = False
    starttls("send INT-001 --smtp")
    assert len(box.mails) == 1
    assert PASSWORD not in starttls.git("log", "-p") + starttls.err


def test_a_wrong_password_is_told_and_never_repeated(starttls, box, monkeypatch):
    monkeypatch.setenv("PMKIT_SMTP_PASSWORD", "falsch-0815-Kennwort")
    said = starttls("send INT-001 --smtp", code=5)
    assert "535" in starttls.err
    assert "PMKIT_SMTP_PASSWORD" in starttls.err
    assert "falsch-0815" not in said + starttls.err + starttls.git("log", "-p")
    assert box.mails == []
    assert show(starttls, "DSP-001")["status"] == "failed"
    assert show(starttls, "INT-001")["status"] == "recorded"
    monkeypatch.setenv("PMKIT_SMTP_PASSWORD", PASSWORD)
    starttls("send INT-001 --smtp")  # what certainly did not go out may be sent without asking
    assert len(box.mails) == 1


def test_a_certificate_of_nobody_we_know_is_refused(starttls, box, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    starttls("send INT-001 --smtp", code=5)
    assert "SSL_CERT_FILE" in starttls.err
    assert box.mails == []


def test_tls_from_the_first_byte(interviewed, box, authority, monkeypatch):
    path, context = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with serving(box, ssl_context=context) as controller:
        use(interviewed, controller, "tls")
        interviewed("send INT-001 --smtp")
    assert len(box.mails) == 1


def test_one_unknown_recipient_stops_the_whole_mail(interviewed, box):
    interviewed("set wang.fang email=nobody@customer.example")
    with serving(box) as controller:
        use(interviewed, controller, "none")
        interviewed("send INT-001 --smtp --cc li.wei", code=5)
    assert "nobody@customer.example: 550 no such user here" in interviewed.err
    assert box.mails == []
    assert show(interviewed, "DSP-001")["status"] == "failed"


@pytest.mark.parametrize("answer", ["552 too large", "451 try later"])
def test_a_mail_that_is_refused_as_a_whole_did_not_go_out(interviewed, box, answer):
    box.answer = answer
    with serving(box) as controller:
        use(interviewed, controller, "none")
        interviewed("send INT-001 --smtp", code=5)
    assert answer in interviewed.err
    assert show(interviewed, "DSP-001")["status"] == "failed"


def test_no_server_and_nobody_there(interviewed):
    interviewed("send INT-001 --smtp", code=2)
    assert not (interviewed.folder / "dispatches").exists()
    interviewed.edit(
        "pmkit.yaml", "timezone:", f"mail: {{host: 127.0.0.1, port: {free_port()}, security: none}}\ntimezone:"
    )
    interviewed("send INT-001 --smtp", code=5)
    assert show(interviewed, "DSP-001")["status"] == "failed"


def as_process(run, *arguments):
    code = "import sys; from pmkit.cli.run import program; program()"
    environment = {**os.environ, "PMKIT_TODAY": run.today}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=run.folder, env=environment)


def test_a_program_killed_after_the_mail_was_handed_over_never_sends_twice_unasked(interviewed, box):
    with serving(box) as controller:
        use(interviewed, controller, "none")
        running = []
        box.on_data = lambda: running[0].kill()  # noqa: PLW0108 - there is no process yet
        running.append(as_process(interviewed, "send", "INT-001", "--smtp"))
        running[0].wait(60)
        assert len(box.mails) == 1
        assert show(interviewed, "DSP-001")["status"] == "sending"
        assert "COM308" in interviewed("check", code=None)
        box.on_data = lambda: None
        interviewed("send INT-001 --smtp", code=4)
        assert "可能已" in interviewed.err
        assert len(box.mails) == 1
        interviewed("send INT-001 --smtp --again")
    first, second = (email.message_from_bytes(m.content)["Message-ID"] for m in box.mails)
    assert first == second  # who got the first sees one mail
    assert show(interviewed, "DSP-001")["status"] == "superseded"
    assert show(interviewed, "DSP-002")["status"] == "sent"


def test_a_reminder_of_duties_goes_by_the_server_and_never_twice_unasked(starttls, box):
    starttls("duty add --what 提供机房门禁权限 --owner wang.fang --due 2026-03-09")
    box.answer = "451 try later"
    starttls("duty remind --smtp", code=5)
    assert show(starttls, "DSP-001")["status"] == "failed"
    assert "reminders" not in show(starttls, "DUT-001")
    box.answer = "250 OK"
    starttls("duty remind --smtp")
    first, second = (email.message_from_bytes(m.content, policy=policy.default) for m in box.mails)
    assert first["Message-ID"] == second["Message-ID"]  # the same mail, tried again
    assert second["Subject"] == "【ZHYQ】项目配合事项提醒（1 项）"
    assert show(starttls, "DSP-002")["status"] == "sent"
    assert show(starttls, "DUT-001")["reminders"] == [{"on": "2026-03-04", "by": "li.wei", "channel": "mail"}]
    assert "今日已提醒" in starttls("duty remind --smtp")
    assert len(box.mails) == 2
    assert PASSWORD not in starttls.git("log", "-p")


def test_a_connection_that_breaks_at_the_last_moment_leaves_a_doubt(interviewed):
    """The server takes the mail and goes away before it says so."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def talk():
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb", buffering=0) as wire:
                wire.write(b"220 here\r\n")
                for line in wire:
                    if line.upper().startswith(b"DATA"):
                        wire.write(b"354 go on\r\n")
                    elif line == b".\r\n":
                        return
                    elif line.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
                        wire.write(b"250 ok\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        interviewed.edit(
            "pmkit.yaml",
            "timezone:",
            f"mail: {{host: 127.0.0.1, port: {listening.getsockname()[1]}, security: none}}\ntimezone:",
        )
        interviewed("send INT-001 --smtp", code=5)
        thread.join()
    assert "pmkit dispatch sent DSP-001" in interviewed.err
    assert show(interviewed, "DSP-001")["status"] == "sending"
    interviewed("dispatch sent DSP-001")
    assert "COM308" not in interviewed("check", code=None)


def test_a_password_does_not_travel_in_the_clear(interviewed, monkeypatch):
    monkeypatch.setenv("PMKIT_SMTP_USER", "li.wei")
    monkeypatch.setenv("PMKIT_SMTP_PASSWORD", PASSWORD)
    interviewed.edit("pmkit.yaml", "timezone:", "mail: {host: smtp.example.com, security: none}\ntimezone:")
    interviewed("send INT-001 --smtp", code=2)
    assert PASSWORD not in interviewed.err


# --- robots ----------------------------------------------------------------------------------------------------------

KEY, SECRET = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", "SEC-signing-4711"
PATHS = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{KEY}",
}


class Group(BaseHTTPRequestHandler):
    """Answers as the three services do: HTTP 200 always, the refusal in the body."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        channel = next(c for c, path in PATHS.items() if parts.path == urlsplit(path).path)
        self.server.calls.append((channel, body))
        answer = self.server.refuse.pop(0) if self.server.refuse else getattr(self, channel)(query, body)
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def wecom(self, query, body):
        if query.get("key") != KEY:
            return {"errcode": 93000, "errmsg": f"invalid webhook url, key {query.get('key')}"}
        size = len(body["markdown"]["content"].encode())
        return {"errcode": 0, "errmsg": "ok"} if size <= 4096 else {"errcode": 40058, "errmsg": "content exceed"}

    def dingtalk(self, query, body):
        wanted = base64.b64encode(
            hmac.new(SECRET.encode(), f"{query.get('timestamp')}\n{SECRET}".encode(), hashlib.sha256).digest()
        ).decode()
        if query.get("sign") != wanted:
            return {"errcode": 310000, "errmsg": "sign not match"}
        if "项目周报" not in body["markdown"]["text"]:
            return {"errcode": 310000, "errmsg": "keywords not in content"}
        return {"errcode": 0, "errmsg": "ok"}

    def feishu(self, query, body):
        wanted = base64.b64encode(hmac.new(f"{body.get('timestamp')}\n{SECRET}".encode(), b"", hashlib.sha256).digest())
        if body.get("sign") != wanted.decode():
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        return {"code": 0, "msg": "success", "data": {}}

    def log_message(self, *arguments):
        pass


@pytest.fixture
def group():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Group)
    server.calls, server.refuse = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(group, channel):
    return f"http://127.0.0.1:{group.server_port}{PATHS[channel]}"


@pytest.mark.parametrize("channel", PATHS)
def test_a_digest_goes_to_the_group_once(park, group, monkeypatch, channel):
    monkeypatch.setenv(f"PMKIT_{channel.upper()}_WEBHOOK", address(group, channel))
    monkeypatch.setenv(f"PMKIT_{channel.upper()}_SECRET", SECRET)
    park(f"send weekly --channel {channel}")
    (call,) = group.calls
    text = json.dumps(call, ensure_ascii=False)
    assert "智慧园区系统集成项目 项目周报 2026-W10" in text
    assert "设计评审通过" in text
    assert show(park, "DSP-001")["status"] == "sent"
    park(f"send weekly --channel {channel}", code=4)
    park("send weekly")  # the mail is another matter
    assert len(group.calls) == 1


def test_refusals_say_what_to_do_and_no_secret(park, group, monkeypatch):
    monkeypatch.setenv("PMKIT_DINGTALK_WEBHOOK", address(group, "dingtalk"))
    monkeypatch.setenv("PMKIT_DINGTALK_SECRET", "wrong-secret")
    park("send weekly --channel dingtalk", code=5)
    assert "PMKIT_DINGTALK_SECRET" in park.err
    assert "wrong-secret" not in park.err
    assert KEY not in park.err
    assert show(park, "DSP-001")["status"] == "failed"
    monkeypatch.setenv("PMKIT_DINGTALK_SECRET", SECRET)
    park("change request --title x --reason y --propose REQ-001.priority=should --requested-by wang.fang")
    park("send CR-001 --channel dingtalk", code=5)
    assert "keyword" in park.err
    park.edit("pmkit.yaml", "timezone:", "robots: {dingtalk: {keyword: 项目周报}}\ntimezone:")
    park("send CR-001 --channel dingtalk")
    monkeypatch.setenv("PMKIT_WECOM_WEBHOOK", address(group, "wecom").replace(KEY, KEY[:-1] + "b"))
    park("send weekly --channel wecom", code=5)
    assert "93000" in park.err
    assert KEY[:-1] not in park.err + park.git("log", "-p")


def test_an_unknown_or_unsafe_address_is_told(park, monkeypatch):
    park("send weekly --channel feishu", code=2)
    assert "PMKIT_FEISHU_WEBHOOK" in park.err
    monkeypatch.setenv("PMKIT_FEISHU_WEBHOOK", "http://open.feishu.cn/open-apis/bot/v2/hook/" + KEY)
    park("send weekly --channel feishu", code=2)
    assert KEY not in park.err


def test_what_is_due_goes_to_the_group(park, group, monkeypatch):
    monkeypatch.setenv("PMKIT_WECOM_WEBHOOK", address(group, "wecom"))
    park("action add --title 提供接口文档 --owner wang.fang --due 2026-03-03")
    park("action add --title 内部事项 --owner li.wei --due 2026-03-03 --visibility internal")
    park("send reminders --channel wecom")
    text = group.calls[0][1]["markdown"]["content"]
    assert "提供接口文档" in text
    assert "内部事项" not in text


def test_duties_are_told_to_the_group(park, group, monkeypatch):
    monkeypatch.setenv("PMKIT_FEISHU_WEBHOOK", address(group, "feishu"))
    monkeypatch.setenv("PMKIT_FEISHU_SECRET", SECRET)
    park("duty add --what 提供机房门禁权限 --owner wang.fang --due 2026-03-09")
    park("duty remind --channel feishu")
    (call,) = group.calls
    text = json.dumps(call, ensure_ascii=False)
    assert "王芳" in text
    assert "提供机房门禁权限（DUT-001）" in text
    assert show(park, "DUT-001")["reminders"] == [{"on": "2026-03-04", "by": "li.wei", "channel": "feishu"}]
    assert "今日已提醒" in park("duty remind --channel feishu")
    assert len(group.calls) == 1


NOTE = Note("项目周报", [("里程碑", ["初验 <@all> [x](http://e.example) `a`"])], "zh")


def test_a_robot_called_too_often_is_called_again_later(group):
    group.refuse = [{"errcode": 45009, "errmsg": "api freq out of limit"}] * 2
    waited = []
    post("wecom", Hook(Secret(address(group, "wecom"))), NOTE, wait=waited.append)
    assert waited == list(WAITS[:2])
    assert len(group.calls) == 3
    group.refuse = [{"errcode": 45009, "errmsg": "api freq out of limit"}] * 9
    with pytest.raises(NotTaken, match="45009"):
        post("wecom", Hook(Secret(address(group, "wecom"))), NOTE, wait=waited.append)
    assert len(group.calls) == 3 + 1 + len(WAITS)


def test_text_of_records_formats_mentions_and_links_nothing(group):
    post("wecom", Hook(Secret(address(group, "wecom"))), NOTE)
    content = group.calls[0][1]["markdown"]["content"]
    assert not {"<@", "](", "`"} & {content[i : i + n] for n in (1, 2) for i in range(len(content))}


@pytest.mark.parametrize("channel", PATHS)
def test_long_messages_are_cut_between_lines_and_say_so(group, channel):
    note = Note("项目周报", [("里程碑", [f"第{n}个里程碑：预测 2026-03-20" for n in range(2000)])], "zh")
    post(channel, Hook(Secret(address(group, channel)), Secret(SECRET)), note)
    body = group.calls[0][1]
    text = json.dumps(body, ensure_ascii=False)
    assert "已截断" in text
    limit = {"wecom": 4096 + 100, "dingtalk": 20_000 + 200, "feishu": 20_480}[channel]
    assert len(text.encode()) <= limit + text.count("\\n")


def test_a_cut_leaves_whole_characters():
    for most in range(80, 140):
        text = cut(["智慧园区系统集成项目" * 20], most, "zh")
        assert len(text.encode()) <= most
        assert "\N{REPLACEMENT CHARACTER}" not in text
