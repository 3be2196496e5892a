"""The YAML reader: what people write is read as they wrote it; whatever is wrong has a line, a column and plain words."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.place import Place
from pmkit.store.yaml_text import EditRefused, decode, locate, parse, parse_record, set_value

BOMB = "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
                               for a, b in zip("abcdefgh", "bcdefghi", strict=True))  # fmt: skip


def found(data):
    """Codes with their places, of a file's bytes."""
    text, findings = decode(data.encode() if isinstance(data, str) else data, "f.yaml")
    more = parse_record(text, "f.yaml")[1] if text is not None else []
    return [(f.code, f.at.line, f.at.column) for f in (*findings, *more)]


def test_plain_values_stay_as_they_were_written():
    text = (
        "version: 1.10\nno: yes\ntime: 12:30\nzero: 0123\nbig: 1_000\nexp: 1e3\nday: 2026-03-06\non: off\nhex: 0x1F\n"
    )
    assert parse(text, "")[0] == {"version": "1.10", "no": "yes", "time": "12:30", "zero": "0123", "big": "1_000",
                                  "exp": "1e3", "day": "2026-03-06", "on": "off", "hex": "0x1F"}  # fmt: skip
    assert parse("a:\nb: ~\nc: null\nd: ''\n", "")[0] == {"a": None, "b": None, "c": None, "d": ""}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("title: a\n  statement: b\n", ("FMT102", 2, 12)),
        ("title: [a, b\nstatement: c\n", ("FMT102", 1, 8)),
        ('title: "a\nstatement: b\n', ("FMT102", 1, 8)),
        ("title: a\n\tstatement: b\n", ("FMT102", 2, 1)),
        ("title: @a\n", ("FMT102", 1, 8)),
        ("title：统一登录\n", ("FMT106", 1, 6)),
        ("title: a\nstatement：门户\n", ("FMT102", 2, 10)),
        ("just a sentence\n", ("FMT106", 1, 1)),
        ("- a\n- b\n", ("FMT106", 1, 1)),
        ("title: a\nowner: x\ntitle: b\n", ("FMT103", 3, 1)),
        ("steps:\n- to: a\n  to: b\n", ("FMT103", 3, 3)),
        ("a: !!python/object/apply:os.system [x]\n", ("FMT104", 1, 4)),
        ("a: !own x\n", ("FMT104", 1, 4)),
        ("<<: {a: b}\n", ("FMT104", 1, 1)),
        ("a: b\n---\nc: d\n", ("FMT104", 2, 1)),
        ("a: *nobody\n", ("FMT104", 1, 4)),
        ("a: &a [*a]\n", ("FMT104", 1, 4)),
        ("%TAG ! tag:x,2000:\n---\na: b\n", ("FMT104", 1, 1)),
        ("title: 门户登录\n".encode("gb18030"), ("FMT101", 1, 8)),
        (b"ok: 1\ntitle: caf\xe9\n", ("FMT101", 2, 11)),
        ("title: a\n".encode("utf-16"), ("FMT101", 1, 1)),
        ("title: a\n".encode("utf-16-le"), ("FMT101", 1, 1)),
        (b"title: a\nnote: x\x00y\n", ("FMT101", 2, 8)),
        (b"note: \x1b[31m\n", ("FMT101", 1, 7)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_is(data, expected):
    assert expected in found(data)


def test_every_duplicate_and_every_tag_is_told_at_once():
    codes = found("a: 1\na: 2\nb: !x y\nc:\n  d: 1\n  d: 2\na: 3\n")
    assert codes == [("FMT103", 2, 1), ("FMT104", 3, 4), ("FMT103", 6, 3), ("FMT103", 7, 1)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_bom_and_line_ends_change_no_value_and_no_place(bom, newline):
    text = f"{bom}title: 统一{newline}bad: !x y{newline}"
    assert parse(text.replace("!x ", ""), "")[0] == {"title": "统一", "bad": "y"}
    assert found(text) == [("FMT104", 2, 6)]
    assert locate(text, ("title",))[:2] == (1, 8)


def test_nothing_is_an_empty_record():
    for text in ("", "\n", "# nothing\n", "\ufeff", "---\n"):
        assert parse(text, "") == ({}, [])


@pytest.mark.parametrize(
    "text",
    [BOMB, "a: " + "[" * 100_000, "\n".join(" " * n + "k:" for n in range(3000)), "- " * 50_000 + "x",
     "a: " + "{b: " * 5000 + "c" + "}" * 5000, "a: &a {k: *a}\n", "? " * 20_000 + "x"],
    ids=["bomb", "brackets", "blocks", "dashes", "braces", "itself", "questions"],
)  # fmt: skip
def test_bombs_are_refused_in_bounded_time(text):
    start = time.process_time()
    value, findings = parse(text, "f.yaml")
    assert findings
    assert value is None or len(str(value)) < 1000
    assert isinstance(findings[0].at, Place)
    assert time.process_time() - start < 2


def test_a_file_above_the_limit_is_not_even_decoded():
    text, findings = decode(b"note: " + b"x" * (5 * 1024 * 1024), "f.yaml")
    assert text is None
    assert [f.code for f in findings] == ["FMT105"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode),
                 st.lists(st.sampled_from(["a: ", "- ", "\n", "  ", "[", "]", "{", "}", "&x ", "*x", "!t ", "|", "'", '"',
                                           "#", "：", "%", "---", "统", "\t", ": ", "? "]), max_size=25).map("".join)
                 .map(str.encode)))  # fmt: skip
def test_no_bytes_end_in_anything_but_values_or_findings(data):
    text, findings = decode(data, "f.yaml")
    if text is None:
        assert findings
        assert findings[0].at.line >= 1
        return
    value, more = parse(text, "f.yaml")
    assert value is not None or more
    lines = text.split("\n")
    for finding in more:
        assert finding.says.en
        assert finding.says.zh
        assert 1 <= finding.at.line <= len(lines) + 1
        assert finding.at.column >= 1
    if not more:
        for key in value if isinstance(value, dict) else ():
            locate(text, (key,))


# --- recorded files --------------------------------------------------------------------------------------------------


def test_dangerous_files_are_refused_and_nothing_runs(shared_data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = [*(shared_data / "hostile-yaml").glob("*.yaml"), *(shared_data / "pyyaml-bad").glob("construct-python*"),
             *(shared_data / "pyyaml-bad").glob("*loader-error")]  # fmt: skip
    assert len(files) > 15
    start = time.process_time()
    for path in files:
        text, findings = decode(path.read_bytes(), path.name)
        if text is not None:
            value, more = parse_record(text, path.name)
            findings = [*findings, *more]
            assert findings or isinstance(value, dict), path.name
        if "python" in path.name:
            assert findings, path.name
    assert time.process_time() - start < 5
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_the_yaml_test_suite_never_surprises(shared_data):
    """Where the suite says that a text is no YAML, so do we; a mapping that we read, we edit to what was meant."""
    seen = 0
    for path in sorted((shared_data / "yaml-test-suite").glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            text = case.get("yaml")
            if not isinstance(text, str):
                continue
            for stand_in, sign in (
                ("␣", " "),
                ("»", "\t"),
                ("—", ""),
                ("←", "\r"),
                ("⇔", "\ufeff"),
                ("↵", ""),
                ("∎\n", ""),
            ):
                text = text.replace(stand_in, sign)
            value, findings = parse(text, path.name)
            assert value is not None or findings, path.name
            if isinstance(value, dict) and not findings:
                seen += 1
                try:
                    new = set_value(text, ("neu",), "ja")
                except EditRefused:
                    continue
                assert parse(new, path.name) == ({**value, "neu": "ja"}, [])
    assert seen > 40
