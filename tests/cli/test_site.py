"""The portal as files: what is in it and what is not, the same bytes again, nothing foreign taken away, hostile text inert."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from workspaces import once

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'><svg onload=alert(3)>{{7*7}}"


@once
def portal(park):
    """A small project with a change, minutes, an action and an issue, and its portal."""
    park("requirement review REQ-001")
    park(
        "change request --title 增加访客预约 --reason 客户新增要求 --by wang.fang --affects REQ-001 --propose REQ-001.rationale=统一管理"
    )
    park("change submit CR-001")
    park(
        "meeting add --title 启动会 --time 2026-03-04T14:00 --present li.wei --present wang.fang --decision 每周五例会"
    )
    park("meeting hold MTG-001 --date 2026-03-04")
    park("meeting send MTG-001")
    park("action add --title 提供接口文档 --owner wang.fang --due 2026-03-13 --from MTG-001")
    park("site build")


class Outline(HTMLParser):
    """What a page is made of: its tags with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


def page(run, name):
    return Outline((run.folder / f"reports/site/{name}").read_text(encoding="utf-8"))


def test_each_record_has_a_page_and_every_link_leads_somewhere(portal):
    folder = portal.folder / "reports/site"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"index.html", "plan.html", "REQ-001.html", "CR-001.html", "MTG-001.html", "ACT-001.html"} <= names
    for name in (n for n in names if n.endswith(".html") and "/" not in n):
        found = page(portal, name)
        ids = {attrs["id"] for _, attrs in found.tags if "id" in attrs}
        for attrs in found.all("a"):
            target, _, anchor = attrs["href"].partition("#")
            assert target in names | {""}, (name, attrs["href"])
            if anchor:
                assert anchor in (ids if not target else {a["id"] for _, a in page(portal, target).tags if "id" in a})
        assert len(found.all("h1")) == len(found.all("main")) == len(found.all("nav")) == 1, name


def test_both_languages_stand_in_every_page(portal):
    text = page(portal, "REQ-001.html").text
    assert "需求描述" in text
    assert "Statement" in text
    assert "统一身份认证" in text


def test_pages_ask_for_nothing(portal):
    for path in (portal.folder / "reports/site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        policies = [a["content"] for a in Outline(text).all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'; ")
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path


def test_the_same_commit_gives_the_same_bytes(portal):
    def files():
        folder = portal.folder / "reports/site"
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    first = files()
    portal("site build --out again")
    portal("site build --single-file --out one.html")
    one = (portal.folder / "one.html").read_bytes()
    portal("site build --single-file --out two.html")
    again = portal.folder / "again"
    assert {path.name: path.read_bytes() for path in again.rglob("*") if path.is_file()} == first
    assert (portal.folder / "two.html").read_bytes() == one


def test_a_page_that_is_not_due_any_more_is_taken_away(portal):
    kept = portal.folder / "reports/site/notes.txt"
    kept.write_text("mine", encoding="utf-8")
    portal("set REQ-001 visibility=internal")
    portal("site build")
    assert not (portal.folder / "reports/site/REQ-001.html").exists()
    assert kept.exists()
    assert "统一身份认证" not in (portal.folder / "reports/site/search.js").read_text(encoding="utf-8")


def test_a_folder_that_is_somebody_elses_is_left_alone(portal):
    portal.write("mine/letter.txt", "dear")
    portal("site build --out mine", code=2)
    assert "letter.txt" in [path.name for path in (portal.folder / "mine").iterdir()]
    assert not (portal.folder / "mine/index.html").exists()


def test_what_is_not_out_yet_is_not_in_the_customers_portal(park):
    park("change request --title 草稿变更 --reason x --by wang.fang --affects REQ-001")
    park("meeting add --title 内部准备会 --time 2026-03-05T09:00")
    park("site build --document none")
    folder = park.folder / "reports/site"
    assert not list(folder.glob("CR-*")) + list(folder.glob("MTG-*"))
    for path in folder.rglob("*.html"):
        assert not re.search("草稿变更|内部准备会", path.read_text(encoding="utf-8")), path
    park("site build --audience internal --document none")
    internal = park.folder / "reports/site-internal"
    assert (internal / "CR-001.html").exists()
    assert "不得外发" in (internal / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["", "--single-file"])
def test_hostile_text_stays_text(park, option):
    park(["requirement", "set", "REQ-001", f"title={HOSTILE}", f"statement={HOSTILE}"])
    park(["action", "add", "--title", HOSTILE, "--owner", "li.wei"])
    park(f"site build {option}")
    paths = list((park.folder / "reports").rglob("*.html"))
    for path in paths:
        found = Outline(path.read_text(encoding="utf-8"))
        assert not [a for _, a in found.tags if any(name.startswith("on") for name in a)], path
        assert {a.get("src") for a in found.all("img")} == set(), path
        assert {a.get("src") for a in found.all("script") if a.get("type") != "application/json"} <= {None, "site.js"}
        assert len(found.all("script")) <= 2
    scripts = [p.read_text(encoding="utf-8") for p in (park.folder / "reports").rglob("search.js")]
    scripts += [
        re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', p.read_text(encoding="utf-8"), re.DOTALL)[0]
        for p in paths
        if option
    ]
    for text in scripts:
        data = json.loads(text.removeprefix("pmkit.search(").removesuffix(");\n"))
        assert "<" not in text
        assert HOSTILE in [title for _, _, titles, *_ in data["rows"] for title in titles]


def test_json_says_what_was_written(park):
    said = json.loads(park("site build --document none --json"))
    assert said == {
        "path": str(park.folder / "reports/site/index.html"),
        "audience": "customer",
        "single_file": False,
        "files": 13,
    }
    park("site build --audience supplier", code=2)
    park("site build --document odt", code=2)


# --- on this machine --------------------------------------------------------------------------------------------------


@pytest.fixture
def served(portal):
    """A server in a process of its own, and how to ask it; ended with Ctrl-C, which it must take well."""
    line = [Path(sys.executable).with_name("pmkit"), "site", "serve", "--document", "none"]
    process = subprocess.Popen(
        line, cwd=portal.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PMKIT_LANG": "en"}
    )
    said = process.stdout.readline().decode()
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", said)[1])

    def ask(path, method="GET", host=None):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{port}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    ask.port, ask.folder, ask.process = port, portal.folder, process
    yield ask
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert b"Traceback" not in err


def test_served_pages_follow_the_workspace(served):
    status, text = served("/")
    assert (status, "智慧园区系统集成项目" in text) == (200, True)
    path = served.folder / "requirements/REQ-001.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("统一身份认证", "单点登录"), encoding="utf-8")
    answers = (served("/REQ-001.html")[1] for _ in range(10_000))
    assert any("单点登录" in text for text in answers)
    path.write_text("title: [", encoding="utf-8")
    answers = (served("/REQ-001.html")[0] for _ in range(10_000))
    assert 500 in answers
    path.write_text(before, encoding="utf-8")
    answers = (served("/REQ-001.html") for _ in range(10_000))
    assert any(status == 200 and "统一身份认证" in text for status, text in answers)


def test_served_is_the_portal_alone_and_to_this_machine_alone(served):
    for path in (
        "/../pmkit.yaml",
        "/%2e%2e/pmkit.yaml",
        "//etc/passwd",
        "/..%5cpmkit.yaml",
        "/pmkit.yaml",
        "/.git/config",
    ):
        assert served(path)[0] == 404, path
    assert served("/", host="portal.example")[0] == 403
    assert served("/", method="POST")[0] == 501
    assert served("/index.html?x=1", method="HEAD") == (200, "")
    with pytest.raises(ConnectionRefusedError), socket.socket() as other:
        other.connect(("127.0.0.2", served.port))


def test_a_port_that_is_taken_is_named(portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        portal(f"site serve --document none --port {taken.getsockname()[1]}", code=5)
        assert str(taken.getsockname()[1]) in portal.err
    portal("site serve --document none --port 99999", code=5)
