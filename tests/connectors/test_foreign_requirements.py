"""Requirements of other tools: every published count, every stated error, our own files validated by others' rules."""

import csv
import json
import re
from datetime import date
from importlib.resources import files as package_files
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from pmkit.connectors import doorstop, reqif
from pmkit.connectors.specification import Item, values_of
from pmkit.kernel.errors import BadWorkspace, PmkitError
from pmkit.store.yaml_text import decode, parse


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


INVALID = {
    "03_doctype_incorrect_encoding": "UTF-8",
    "05_random_file_from_chatgpt": "REQ-IF-TOOL-ID",
    "SPEC-RELATION__01_SOURCE_missing": "缺少 SOURCE",
    "SPEC-RELATION__03": "NON_EXISTING_UID",
    "01_incorrect_reqif_version": "1.2",
    "03_invalid_table_internal": "IS-TABLE-INTERNAL",
    "input_file_not_reqif_format": "无法读取",
}


def test_objects_relations_and_outlines_are_as_counted(shared_data):
    wrong = []
    for known in rows(shared_data / "reqif/known.csv"):
        name = known["file"]
        if any(part in name for part in INVALID) or int(known["refs_to_missing_objects"] or 0):
            continue
        found = reqif.specification(name, (shared_data / "reqif" / name).read_bytes())
        counts = len(found.items), sum(len(item.derived_from) for item in found.items)
        if counts != (int(known["spec_objects"]), int(known["relations"])):
            wrong.append((name, counts, known["spec_objects"], known["relations"]))
        placed = [item for item in found.items if item.parent is not None]
        assert all(item.parent in {other.key for other in found.items} for item in placed), name
    assert wrong == []


def outline(data):
    """The objects in the order of their hierarchy, each with the object that it stands below; read apart from our code."""
    found = {}

    def walk(node, above):
        for child in node:
            inner = above
            if child.tag.rpartition("}")[2] == "SPEC-HIERARCHY":
                refs = [e.text for o in child if o.tag.endswith("}OBJECT") or o.tag == "OBJECT" for e in o]
                inner = refs[0].strip() if refs else above
                found.setdefault(inner, above)
            walk(child, inner)

    walk(ET.fromstring(data), None)
    return found


def test_order_and_nesting_are_those_of_the_hierarchy(shared_data):
    nodes = 0
    for known in rows(shared_data / "reqif/known.csv"):
        name = known["file"]
        if (
            not name.endswith(".reqif")
            or any(part in name for part in INVALID)
            or known["refs_to_missing_objects"] != "0"
        ):
            continue
        data = (shared_data / "reqif" / name).read_bytes()
        placed = outline(data)
        found = {item.key: item.parent for item in reqif.specification(name, data).items}
        assert [key for key in found if key in placed] == list(placed), name
        assert {key: found[key] for key in placed} == placed, name
        nodes += int(known["hierarchy_nodes"])
    assert nodes == 189


@pytest.mark.parametrize("part", INVALID)
def test_an_invalid_file_says_what_is_wrong_and_where(shared_data, part):
    (known,) = [k["file"] for k in rows(shared_data / "reqif/known.csv") if part in k["file"]]
    with pytest.raises(PmkitError) as refused:
        reqif.specification(known, (shared_data / "reqif" / known).read_bytes())
    said = refused.value.says.zh + (refused.value.fix.zh if refused.value.fix else "")
    assert INVALID[part] in said
    assert ".reqif:" in said


def test_attachments_of_a_zip_are_told(shared_data):
    name = "small/reqifz__02_reqifz_with_one_reqif_and_one_attachments_nested_folder__sample.reqifz"
    found = reqif.specification(name, (shared_data / "reqif" / name).read_bytes())
    assert len(found.items) == 2
    assert any("附件未导入" in text.zh for text in found.lost)


def test_xhtml_becomes_lines():
    body = b'<v xmlns:x="u"><x:p>One <x:b>two</x:b></x:p><x:ul><x:li>a</x:li><x:li>b</x:li></x:ul></v>'
    assert reqif.plain_text(reqif.read("x", body).root) == "One two\n\n- a\n\n- b"


ITEMS = (
    reqif.Outgoing("REQ-001", {"ReqIF.Name": "统一身份认证", "ReqIF.Text": '门户 <b> & "门禁"\n第二行\t。'}, date(2026, 3, 3)),
    reqif.Outgoing("REQ-002", {"ReqIF.Name": "=1+1"}, date(2026, 3, 4), parent="REQ-001", derived_from=("REQ-001",)),
)  # fmt: skip


def test_a_written_file_reads_back_equal():
    found = reqif.specification("x.reqif", reqif.written("需求", ITEMS, date(2026, 3, 5), "李伟"))
    assert [(i.key, i.parent, i.derived_from) for i in found.items] == [
        ("REQ-001", None, ()),
        ("REQ-002", "REQ-001", ("REQ-001",)),
    ]
    assert [dict(i.fields) for i in found.items] == [dict(i.values) for i in ITEMS]


def test_a_written_file_is_valid_by_the_published_schema():
    schema = xmlschema.XMLSchema(str(package_files("reqif") / "reqif_schema/reqif.xsd"))
    errors = list(schema.iter_errors(reqif.written("需求", ITEMS, date(2026, 3, 5), "李伟").decode()))
    assert errors == []


def read_yaml(data, path):
    text, findings = decode(data, path)
    value, more = parse(text, path)
    assert not findings
    assert not more
    return value


@pytest.mark.parametrize("tree", ["doorstop-own", "mission-template", "rpmget"])
def test_a_tree_is_as_counted(shared_data, tree):
    root = shared_data / "doorstop" / tree
    files = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.suffix in {".yml", ".md"}}
    assert doorstop.is_tree(files)
    found, counts = doorstop.specification(files, read_yaml)
    (known,) = [k for k in rows(shared_data / "doorstop/known.csv") if k["tree"] == tree]
    assert counts == doorstop.Counts(*(int(known[key]) for key in ("documents", "items", "links", "unreviewed")))
    assert found.lost == ()
    fields = [item.fields for item in found.items]
    assert sum(f.get("normative", "true") == "true" for f in fields) == int(known["normative"])
    assert sum(f.get("active", "true") == "true" for f in fields) == int(known["active"])
    assert sum(f.get("derived", "false") == "true" for f in fields) == int(known["derived"])
    assert sum(bool(f.get("ref") or f.get("references")) for f in fields) == int(known["with_ref"])
    keys = {item.key for item in found.items}
    missing = sum(target not in keys for item in found.items for target in item.derived_from)
    assert missing == int(known["links_to_missing_items"])
    for path, data in files.items():
        if path.endswith(".yml") and b"text: |" in data and b"settings:" not in data:
            key = path.rsplit("/", 1)[-1].removesuffix(".yml")
            (item,) = [item for item in found.items if item.key == key]
            assert item.fields["text"] == read_yaml(data, path)["text"]


def test_levels_are_no_numbers():
    files = {".doorstop.yml": b"settings:\n  prefix: R\n  digits: 3\n"} | {
        f"R{n}.yml": f"active: true\nlevel: {level}\nlinks: []\ntext: |\n  t\n".encode()
        for n, level in (("001", "1.10"), ("002", "1.2"), ("003", "1.0"))
    }
    found, _ = doorstop.specification(files, read_yaml)
    assert [item.key for item in found.items] == ["R003", "R002", "R001"]


def test_fields_find_their_place_and_the_rest_is_kept():
    values = values_of(Item("X1", 1, {"ReqIF.Text": "门户登录。\n", "Priority": "High", "Team": {"lead": "王"}}))
    assert values == {
        "statement": "门户登录。",
        "title": "门户登录。",
        "priority": "must",
        "attributes": {"Team": {"lead": "王"}},
    }


def test_an_empty_tree_is_none():
    assert not doorstop.is_tree({"a.yml": b""})
    with pytest.raises(BadWorkspace):
        reqif.specification("x.reqif", b"<REQ-IF><SPEC-OBJECT/></REQ-IF>")


def test_specifications_of_other_tools_survive_as_text(park, shared_data):
    """OpenFastTrace and sphinx-needs have no importer: what a person pastes of them is kept, found and printed as text."""
    text = (shared_data / "requirements-other/openfasttrace_system_requirements.md").read_text(encoding="utf-8")
    needs = (shared_data / "requirements-other/sphinx_needs_small.json").read_text(encoding="utf-8")
    ids = set(re.findall(r"^`([a-z]+~[^`~]+~[0-9]+)`", text, re.MULTILINE))
    assert len(ids) == 55
    assert len(re.findall(r"^Covers:", text, re.MULTILINE)) == 45
    park(["requirement", "add", "--title", "OpenFastTrace", "--statement", text])
    park(["requirement", "add", "--title", "sphinx-needs", "--statement", needs])
    kept = json.loads(park("show REQ-002 --json"))["statement"], json.loads(park("show REQ-003 --json"))["statement"]
    assert [one.rstrip("\n") for one in kept] == [one.rstrip("\n") for one in (text, needs)]
    (versions,) = [v["needs"] for v in json.loads(kept[1])["versions"].values()]
    assert len(versions) == 3
    printed = park("report requirements --format html --out -").replace("<wbr>", "")
    for one in sorted(ids):
        assert one in printed
    assert "REQ-002" in park(["search", min(ids)])
