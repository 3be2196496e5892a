"""The digests of all kinds, pinned for ever: a signature given today must still hold in a later version.

`digests/KIND.yaml` is a record with every content field; its first line is its digest. A content field that comes later
is pinned in a file more, `KIND-2.yaml`: what is pinned stays as it is, unless the format's version changes with it.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.domain.kind import About, about, content, file_data, normal
from pmkit.domain.registry import kinds
from pmkit.domain.requirements import Requirement
from pmkit.domain.values import Line
from pmkit.kernel.duration import Duration
from pmkit.kernel.money import Money
from pmkit.store.yaml_text import dump, parse

PINNED = Path(__file__).with_name("digests")


def record(kind, text=None):
    """The record of a kind's pinned file, or of another text of that file."""
    text = text if text is not None else (PINNED / f"{kind.name}.yaml").read_text(encoding="utf-8")
    value, findings = parse(text, "")
    assert findings == []
    given = {key: one for key, one in value.items() if one is not None}
    return kind.model.model_validate({"id": f"{kind.prefix}-001" if kind.prefix else kind.name, **given})


def files(kind):
    """A kind's pinned records: the first one, and one for each lot of content fields that came later."""
    return sorted([*PINNED.glob(f"{kind.name}.yaml"), *PINNED.glob(f"{kind.name}-*.yaml")])


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_the_digest_is_the_pinned_one(kind):
    assert files(kind), f"pin a digest for the new kind: write digests/{kind.name}.yaml with every content field"
    for path in files(kind):
        text = path.read_text(encoding="utf-8")
        assert text.splitlines()[0] == f"# {record(kind, text).digest}"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_content_field_is_pinned(kind):
    """Otherwise a field could leave the digest without anybody noticing."""
    wanted = {key for key, what in about(kind.model).items() if what.content}
    held = {key for path in files(kind) for key in content(record(kind, path.read_text(encoding="utf-8")))}
    assert wanted - held == set(), f"pin what is new in a file of its own: digests/{kind.name}-2.yaml"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_content_field_counts_and_no_other(kind):
    marked = {key for key, what in about(kind.model).items() if what.content}
    whole = record(kind)
    data = file_data(whole) | {"id": whole.id}
    for key in set(data) - {"id"}:
        info = next(i for n, i in kind.model.model_fields.items() if (i.alias or n) == key)
        if info.is_required():
            continue
        less = kind.model.model_validate({k: v for k, v in data.items() if k != key})
        counts = not marked or key in marked
        assert (less.digest != whole.digest) is counts, key


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_how_a_file_is_written_does_not_count(kind):
    """Key order, comments, quotes, blank lines, line ends, empty fields, BOM."""
    text = (PINNED / f"{kind.name}.yaml").read_text(encoding="utf-8")
    known = record(kind).digest
    data = file_data(record(kind)) | ({"id": record(kind).id} if "\nid:" in text else {})
    for other in (
        text.replace("\n", "\r\n"),
        "\ufeff" + text,
        "# 别的注释\n\n" + text.replace("status: ", "status:   ") + "\n\n",
        dump(data),
        dump(dict(reversed(data.items()))),
        text + "tags:\nnotes:\n" if {"tags", "notes"} <= set(about(kind.model)) else text,
    ):
        assert record(kind, other).digest == known


# --- the normal form -------------------------------------------------------------------------------------------------


def requirement(**fields):
    return Requirement.model_validate({"id": "REQ-001", "title": "甲", "status": "draft", **fields})


def test_a_field_added_later_cannot_void_a_signature():
    class Later(Requirement):
        regulation: Annotated[Line | None, About("Regulation", "法规", content=True)] = None
        weight: Annotated[Line, About("Weight", "权重", content=True)] = "normal"

    old = requirement(statement="乙")
    data = {"id": "REQ-001", "title": "甲", "status": "draft", "statement": "乙"}
    assert Later.model_validate(data).digest == old.digest
    assert Later.model_validate(data | {"weight": "normal"}).digest == old.digest
    assert Later.model_validate(data | {"regulation": "GB/T 22239"}).digest != old.digest


def test_what_says_nothing_is_left_out():
    bare = requirement()
    assert content(bare) == {"title": "甲"}
    assert requirement(statement="", rationale=None, acceptance=[]).digest == bare.digest
    assert requirement(statement="\n\n").digest == bare.digest


def test_sequences_keep_their_order_and_sets_do_not_count_it():
    assert requirement(acceptance=["甲", "乙"]).digest != requirement(acceptance=["乙", "甲"]).digest
    change = next(kind for kind in kinds() if kind.name == "change").model
    base = {"id": "CR-001", "title": "甲", "requested_by": "li.wei", "status": "draft"}
    first, second = (
        change.model_validate(base | {"affects": ids}) for ids in (["REQ-001", "REQ-002"], ["REQ-002", "REQ-001"])
    )
    assert first.digest == second.digest


def test_one_value_has_one_form():
    assert normal(Duration.parse("3.0d")) == normal(Duration.parse("3d")) == "3d"
    assert normal(Duration.parse("1d")) != normal(Duration.parse("8h"))  # a changed calendar must void nothing
    assert normal(Money.parse("20,000 CNY")) == normal(Money.parse("20000.00 CNY")) == "20000.00 CNY"
    assert normal(date(2026, 3, 6)) == "2026-03-06"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n\r\t"), max_size=40))
def test_text_has_line_feeds_and_no_blank_lines_at_its_end(text):
    found = normal(text)
    assert "\r" not in found
    assert found == "" or found.split("\n")[-1].strip()
    assert normal(found) == found
    assert normal(text.replace("\r\n", "\n").replace("\n", "\r\n")) == found
    assert normal(text + "\n \n\r\n") == found


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_different_statements_have_different_digests(one, other):
    same = normal(one) == normal(other)
    assert (normal({"statement": one}) == normal({"statement": other})) is same


def test_a_digest_worked_by_hand():
    """SHA-256 over the RFC 8785 form, written out: keys in order, no blanks, the text as it is."""
    by_hand = (
        '{"acceptance":["三个系统用同一账号登录成功","停用账号后三个系统均不能登录"],"category":"functional","fit":"configured",'
        '"priority":"must","rationale":"减少重复录入","solution":"采用单点登录组件",'
        '"statement":"门户、门禁和停车系统使用同一账号登录。\\n登录不超过 2 秒。","title":"统一身份认证"}'
    )
    kind = next(kind for kind in kinds() if kind.name == "requirement")
    assert record(kind).digest == f"1:{hashlib.sha256(by_hand.encode()).hexdigest()}"
