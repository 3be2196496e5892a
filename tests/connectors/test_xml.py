"""XML is read with places, and nothing in it reaches outside."""

import pytest

from pmkit.connectors.xml import read
from pmkit.kernel.errors import UsageError


def test_elements_know_their_place_and_text():
    document = read("a.xml", '<a xmlns="urn:x"><b i="1">文 <i>字</i>！</b>\n <b/></a>'.encode())
    first, second = document.root.all("b")
    assert (document.root.name, first.attributes, first.plain()) == ("a", {"i": "1"}, "文 字！")
    assert (second.line, second.column) == (2, 2)
    assert document.root.value("b") == "文"
    assert document.root.value("c") is None


@pytest.mark.parametrize("name", ["billion_laughs.xml", "xxe_classic.xml"])
def test_entities_and_their_bombs_are_refused(shared_data, name):
    with pytest.raises(UsageError, match="document type"):
        read(name, (shared_data / "hostile-xml" / name).read_bytes())


def test_hostile_lines_name_the_line_or_stay_text(shared_data):
    lines = (shared_data / "hostile-xml/xml_attack_lines.txt").read_bytes().splitlines()
    said = [outcome(line) for line in lines if line.strip()]
    assert len(said) > 10
    assert all(text.startswith("无法读取 line.xml") or text == "read" for text in said)


def outcome(line):
    try:
        read("line.xml", line)
    except UsageError as error:
        return error.says.zh
    return "read"


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a>\xff</a>", b"plain", b"<a>" * 300, b"<a/><b/>"])
def test_what_is_no_xml_is_said_with_its_line(data):
    with pytest.raises(UsageError, match=r"cannot read x\.xml"):
        read("x.xml", data)
