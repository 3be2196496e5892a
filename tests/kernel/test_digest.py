"""Canonical JSON against RFC 8785's own examples, and what a digest must and must not notice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.digest import canonical_json, digest, short


def test_keys_are_ordered_by_utf16_code_units():
    # RFC 8785 §3.2.3
    value = {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    order = [line.split('":"')[1].rstrip('"}') for line in canonical_json(value)[1:].split('","')]
    assert order == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip


def test_strings_are_escaped_as_rfc_8785_says():
    # RFC 8785 §3.2.2 (string and literals of the sample; its numbers are outside what content may hold)
    value = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [True, False]}
    assert canonical_json(value) == '{"literals":[true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


@pytest.mark.parametrize("value", [1.5, None, 2**53, b"x", {"a": None}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError):
        canonical_json(value)


def test_pinned_digest():
    assert digest({"title": "统一身份认证"}) == (
        "1:" + __import__("hashlib").sha256('{"title":"统一身份认证"}'.encode()).hexdigest()
    )
    assert short("1:9f2cab34cd56ef78") == "9F2C-AB34-CD56"


json_values = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
@settings(max_examples=100)
def test_key_order_does_not_count(value):
    turned = dict(reversed(value.items()))
    assert digest(turned) == digest(value)
