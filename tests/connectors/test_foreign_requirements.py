"""Requirements of other tools: every published count, every stated error, our own files validated by others' rules."""

import csv
from datetime import date
from importlib.resources import files as package_files

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
