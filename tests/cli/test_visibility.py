"""Nothing internal reaches a customer: workspaces are made from the declarations of all kinds, so new ones take part.

Every kind with states gets a visible and a hidden record in each of its states. Whatever is internal says SECRET, an
amount, day or number of its own: each internal field of the visible records, and every field of the hidden ones, whose
ids are told apart too. Then all that can go to a customer is made and searched.
"""

import email
import hashlib
import json
import re
from email import policy
from io import BytesIO
from typing import get_args

from PIL import Image

from fakes import zoho
from pmkit.domain.dispatches import ROBOTS
from pmkit.domain.kind import Storage, Tracked, about, attribute_names, inner_model
from pmkit.domain.problems import problems
from pmkit.domain.registry import kind_named, kinds
from pmkit.reports.catalogue import REPORTS
from pmkit.store.yaml_text import dump
from pmkit.workspace.layout import new_path
from workspaces import once

SECRET = "绝不外传"
PHOTO = "evidence/photos/1.png"
MARKS = re.compile(rf"{SECRET}|\b[A-Z]{{2,3}}-7[0-9]{{2}}\b|98[,.]?765|2031-07|2031年7月|\b7319[dh]?\b")
# Kinds of which one record a state lies in a file of its own; plan and people are filled by hand below.
FILED = [k for k in kinds() if k.storage is Storage.FILE and issubclass(k.model, Tracked)]
LINKED = {"*": "REQ", "person": ""}


def number(kind, position, *, hidden):
    return f"{kind.prefix}-{(700 if hidden else 100) + position}"


def candidates(what, annotation, *, secret, other):
    """Values that a field may take, the telling ones first."""
    yield from what.words
    yield from literals(annotation)
    text = SECRET if secret else "公开内容"
    yield from (text, "98765.43 CNY" if secret else "1200.00 CNY", "7319d" if secret else "3d")
    yield from ("2031-07-07" if secret else "2026-03-05", "2026-03-05T09:00", "7319" if secret else "50", "5", "true")
    yield from ("wang.fang", "0" * 64, "1:" + "0" * 64, "09:00", "customer.pm", "REQ101", other)


def literals(annotation):
    for inner in get_args(annotation):
        if isinstance(inner, str):
            yield inner
        else:
            yield from literals(inner)


def filled(model, *, hidden, other, depth=0):
    """What a file holds of a record: every field that takes one of the candidates."""
    found = {}
    for key, what in about(model).items():
        if key in {"id", "status", "steps", "visibility", "tags", "seen"} or depth > 3:
            continue
        annotation = model.model_fields[attribute_names(model)[key]].annotation
        value = fitting(model, key, options(model, key, what, annotation, hidden=hidden, other=other, depth=depth))
        if value is not None:
            found[key] = value
    return found


def options(model, key, what, annotation, *, hidden, other, depth):
    secret = hidden or what.internal
    inner = inner_model(model, key)
    if what.links == ("person",):
        single = ["wang.fang"]
    elif what.links:
        prefixes = [LINKED.get(k) or kind_named(k).prefix for k in what.links if k != "person"] or ["REQ"]
        single = [f"{prefixes[0]}-{n}" for n in (701, 101)] if other else [f"{prefixes[0]}-101"]
    elif inner is not None:
        single = [filled(inner, hidden=secret, other=other, depth=depth + 1)]
    else:
        single = list(candidates(what, annotation, secret=secret, other="x"))
    for one in single:
        yield one
    yield single[:2] if what.links else [single[0]]
    for one in single:
        yield [one]
        yield {"T-001": one}
        yield {"REQ-701": one}
        yield {f"{SECRET if secret else 'k'}": one}


def fitting(model, key, values):
    """The first value that the field takes, whatever else the record lacks."""
    for value in values:
        wrong = [
            loc for loc, _ in problems(model, {key: value})[1] if loc and loc[0] in {key, attribute_names(model)[key]}
        ]
        if not wrong:
            return value
    return None


def record(kind, state, position, *, hidden, other):
    data = filled(kind.model, hidden=hidden, other=other)
    if "photos" in data:  # a file that is there, with its own hash; what is said of it stays
        data["photos"] = [data["photos"][0] | {"file": PHOTO, "sha256": hashlib.sha256(picture()).hexdigest()}]
    data |= {"visibility": "internal" if hidden else "customer"}
    data |= {"status": state, "steps": [{"to": state, "on": "2026-03-04", "by": "li.wei"}]}
    return number(kind, position, hidden=hidden), data


def picture():
    made = BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


@once
def stuffed(park):
    """A workspace full of secrets. Links of even records go to what the customer sees too, of odd ones to hidden ones."""
    (park.folder / PHOTO).parent.mkdir(parents=True)
    (park.folder / PHOTO).write_bytes(picture())
    for kind in FILED:
        for position, state in enumerate(kind.states.names, 1):
            if (kind.name, state) == ("closure", "closed"):
                continue  # nothing goes out of a closed project; its report is looked at below
            for hidden in (False, True):
                record_id, data = record(kind, state, position, hidden=hidden, other=position % 2)
                park.write(new_path(kind, record_id), dump(data, hint="x"))
    for task in ("T-001", "T-002"):
        for key, what in about(kind_named("task").model).items():
            if what.internal:
                values = candidates(
                    what,
                    kind_named("task").model.model_fields[attribute_names(kind_named("task").model)[key]].annotation,
                    secret=True,
                    other="",
                )
                value = fitting(kind_named("task").model, key, values)
                park(["set", task, f"{key}={value}", "--no-commit"], code=None)
    park.edit(
        "people.yaml",
        "- id: wang.fang\n",
        f"- id: wang.fang\n  influence: high\n  notes: {SECRET}\n  source_uid: {SECRET}\n",
    )
    park.edit("pmkit.yaml", "timezone:", f"mail: {{host: {SECRET}}}\ntimezone:")
    for position in range(1, len(kind_named("signoff").states.names) + 1):
        for hidden in (False, True):
            park.git("tag", "-m", "x", f"signoff/{number(kind_named('signoff'), position, hidden=hidden)}")
    park.git("add", "-A")
    park.git("commit", "-qm", "all of it")


def test_the_workspace_is_read_and_holds_a_secret_of_every_kind(stuffed):
    """A field that no candidate fits would be tested by nothing."""
    broken = [
        f
        for f in json.loads(stuffed("check --json --select FMT", code=None))["findings"]
        if f["code"].startswith("FMT1")
    ]
    assert broken == [], [(f["path"], f["message"]["en"]) for f in broken]
    for kind in FILED:
        for hidden in (False, True):
            last = len(kind.states.names)
            text = (stuffed.folder / new_path(kind, number(kind, last, hidden=hidden))).read_text(encoding="utf-8")
            assert SECRET in text, kind.name
            lacking = {k for k, what in about(kind.model).items() if what.internal and f"{k}:" not in text}
            assert lacking == set(), f"{kind.name}: no value of the candidates fits {lacking}"


def searched(run, line, wanted=None):
    said = run(line, code=wanted)
    assert run.code != 70, f"{line}: {run.err}"
    found = MARKS.search(said)
    assert found is None, f"{line}: …{said[max(0, found.start() - 200) : found.end() + 40]}"
    return said


def test_no_report_tells(stuffed):
    """All of them over one copy of the folder, which is large."""
    for report in REPORTS:
        kind = kind_named(report.kind) if report.kind else None
        made = 0
        for lang in ("zh", "en"):
            line = f"report {report.name} --audience customer --lang {lang} --out -"
            names = [""] if kind is None else shown(kind) if lang == "zh" else shown(kind)[:1]
            for name in names:
                searched(stuffed, f"{line} {name}")
                made += stuffed.code == 0
        assert (made > 0) is not report.internal, f"{report.name}: {made} made: {stuffed.err}"
        if kind:
            stuffed(f"report {report.name} {number(kind, 1, hidden=True)} --out -", code=2)


def test_the_final_report_of_a_closed_project_does_not_tell(stuffed):
    kind = kind_named("closure")
    for hidden in (True, False):
        record_id, data = record(kind, "closed", 1, hidden=hidden, other=True)
        stuffed.write(new_path(kind, record_id), dump(data, hint="x"))
        for lang in ("zh", "en"):
            searched(stuffed, f"report closure --audience customer --lang {lang} --out -", wanted=0)


def shown(kind):
    """The visible records of a kind, one in each state."""
    return [number(kind, position, hidden=False) for position in range(1, len(kind.states.names) + 1)]


def test_no_mail_and_no_message_to_a_group_tells(stuffed):
    """Body, headers and attachments of each mail; the digest for the group. Each state of what they attach: above."""
    for report in REPORTS:
        kind = kind_named(report.kind) if report.kind else None
        sent = 0
        for what in shown(kind) if kind else [report.name]:
            if sent > 1:
                break
            option = f"--document {report.name}" if kind else ""
            stuffed(f"send {what} {option} --again --no-commit --out mail.eml", code=None)
            assert stuffed.code != 70, stuffed.err
            if stuffed.code == 0:
                sent += 1
                mail = email.message_from_bytes((stuffed.folder / "mail.eml").read_bytes(), policy=policy.default)
                for part in mail.walk():
                    text = str(dict(part.items())) + (part.get_payload(decode=True) or b"").decode(errors="replace")
                    assert not MARKS.search(text), what
        assert (sent > 0) is not report.internal, f"{report.name}: {sent} sent: {stuffed.err}"
        searched(stuffed, f"send {what} --channel {ROBOTS[0]} --again --dry-run")
        if kind:
            stuffed(f"send {number(kind, 1, hidden=True)} --dry-run", code=4)


def test_no_export_and_no_reminder_tells(stuffed):
    exports = ["trace --matrix --audience customer", "send reminders --channel wecom --dry-run"]
    exports += [
        f"export {k.name} --audience customer --format csv --out -" for k in kinds() if k.storage is not Storage.SINGLE
    ]
    for line in exports:
        searched(stuffed, line)
    letters = searched(stuffed, "duty remind --dry-run --days 36500")
    assert "公开内容" in letters
    stuffed("calendar export all.ics --milestones --deadlines")
    assert not MARKS.search((stuffed.folder / "all.ics").read_text(encoding="utf-8"))
    stuffed("site build --single-file --document none --out portal.html")
    found = MARKS.search((stuffed.folder / "portal.html").read_text(encoding="utf-8"))
    assert found is None, found
    for suffix in ("csv", "xml"):
        stuffed(f"plan export plan.{suffix} --audience customer --overwrite")
        assert not MARKS.search((stuffed.folder / f"plan.{suffix}").read_text(encoding="utf-8-sig"))


PERSONAL = re.compile(r"wang\.fang@customer\.example|139-0000-4242")


def test_no_portal_tells(stuffed):
    """Every page, the search index, the documents; and for nobody what is personal."""
    stuffed.edit("people.yaml", "- id: wang.fang\n", "- id: wang.fang\n  phone: 139-0000-4242\n")
    stuffed("site build --out customer")
    stuffed("site build --audience internal --out internal")
    texts = {}
    for path in (p for audience in ("customer", "internal") for p in (stuffed.folder / audience).rglob("*")):
        if path.is_file():
            texts[path.relative_to(stuffed.folder).as_posix()] = text = path.read_text(encoding="utf-8")
            assert not PERSONAL.search(text), path
    for name, text in texts.items():
        if name.startswith("customer/"):
            found = MARKS.search(name) or MARKS.search(text)
            assert found is None, f"{name}: …{text[max(0, found.start() - 200) : found.end() + 40]}"
    assert len([name for name in texts if re.match(r"customer/[A-Z]+-1[0-9]{2}\.html", name)]) > 40
    assert MARKS.search(texts["internal/search.js"])
    assert PERSONAL.search(stuffed("report contacts --out -"))
    stuffed("site build --single-file --document none --out one.html")
    assert not MARKS.search((stuffed.folder / "one.html").read_text(encoding="utf-8"))


def test_what_is_internal_is_there_to_be_told(stuffed):
    """The search would find it: our own copies say what the customer's do not."""
    for line in ("report weekly", "report risks", "report documents"):
        assert MARKS.search(stuffed(f"{line} --audience internal --out -")), line
    assert MARKS.search(stuffed("export requirement --format csv --out -"))


def exchanged(server):
    """A mapping to a CRM that sends whatever may be sent: every kind, every field, to a module that takes it."""
    from pmkit.domain.crm import RECKONED, CrmLink, mistakes

    entries = []
    for kind in [*FILED, kind_named("task"), kind_named("project")]:
        module = kind.name.title().replace("-", "")
        entry = {
            "kind": kind.name,
            "module": "Deals" if kind.name == "project" else module,
            "direction": "push",
            "key": "Pmkit_ID",
        }
        entry["under"] = "opportunity" if kind.name == "project" else "all"
        names = [key for key in about(kind.model) if key not in {"id", "steps", "seen"}] + list(
            RECKONED.get(kind.name, {})
        )
        fine = []
        for name in names:
            link = {"id": "crm", "crm": "zoho", "account": "1", "opportunity": zoho.DEAL}
            link["map"] = [entry | {"fields": {name: f"F_{name}"}}]
            if not list(mistakes(CrmLink.model_validate(link), None)):
                fine.append(name)
        entries.append(entry | {"fields": {name: f"F_{name}" for name in fine}})
        fields = [zoho.field(f"F_{name}", "textarea", length=30000) for name in fine]
        server.fields.setdefault(entry["module"], {})
        server.fields[entry["module"]] |= zoho._stamped(*fields, zoho._key())
        server.rows.setdefault(entry["module"], {})
    return {"crm": "zoho", "account": zoho.ACCOUNT, "opportunity": zoho.DEAL, "map": entries}


def test_no_crm_is_told(stuffed, monkeypatch):
    """Every field of every kind that a mapping may send is sent, and so is the sheet for the CRM's import."""
    from pmkit.connectors.sheets import read

    server = zoho.Zoho()
    try:
        monkeypatch.setenv("PMKIT_CRM_ACCOUNTS", server.url)
        for name, value in {
            "CLIENT_ID": zoho.CLIENT,
            "CLIENT_SECRET": zoho.SECRET,
            "REFRESH_TOKEN": zoho.REFRESH,
        }.items():
            monkeypatch.setenv(f"PMKIT_ZOHO_{name}", value)
        stuffed.write("crm.yaml", dump(exchanged(server), hint="x"))
        stuffed("crm push --no-commit")
    finally:
        server.close()
    sent = {module: rows for module, rows in server.rows.items() if module != "Accounts"}
    assert all(sent[kind.name.title().replace("-", "")] for kind in FILED if kind.visibility == "customer")
    text = json.dumps([sent, [r.body for r in server.requests]], ensure_ascii=False)
    found = MARKS.search(text)
    assert found is None, text[max(0, found.start() - 300) : found.end() + 50]
    where = text.find("wang.fang")
    assert where < 0, text[max(0, where - 300) : where + 50]
    stuffed("crm export all.xlsx")
    cells = [
        cell for grid in read("x", (stuffed.folder / "all.xlsx").read_bytes()) for row in grid.rows for cell in row
    ]
    assert not MARKS.search("\n".join(cells))
