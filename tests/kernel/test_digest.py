"""Canonical JSON against RFC 8785's own vectors, and what a digest must and must not notice."""

import struct
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.digest import canonical_json, digest, short

RFC = {  # RFC 8785 §3.2.2
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
    "literals": [None, True, False],
}
RFC_BYTES = """
7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a
5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d 32 37
5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d
"""  # RFC 8785 §3.2.4
RFC_NUMBERS = [  # RFC 8785 appendix B: the bits of a number, and its form; None where there is none
    ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"), ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"), ("4430000000000000", "295147905179352830000"),
    ("7fffffffffffffff", None), ("7ff0000000000000", None), ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"), ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"), ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"), ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"), ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"), ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"), ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]  # fmt: skip


def test_the_sample_of_the_rfc():
    assert canonical_json(RFC).encode() == bytes.fromhex(RFC_BYTES)


@pytest.mark.parametrize(("bits", "form"), RFC_NUMBERS)
def test_the_numbers_of_the_rfc(bits, form):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    if form is None:
        with pytest.raises(ValueError):
            canonical_json(number)
    else:
        assert canonical_json(number) == form


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


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_they_were(number):
    assert float(canonical_json(number)) == number


@pytest.mark.parametrize("value", [2**53, -(2**53), b"x", {"a": Decimal(1)}, float("nan")])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError):
        canonical_json(value)


def test_half_a_character_has_no_digest():
    # RFC 8785 §3.2.2.2: lone surrogates are an error
    with pytest.raises(ValueError):
        digest({"title": "\ud83d"})


def test_pinned_digest():
    assert digest({"title": "统一身份认证"}) == ("1:" + sha256('{"title":"统一身份认证"}'.encode()).hexdigest())
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
