"""Targets that can be measured, as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmkit.domain.measures import UnitsDiffer, meets, parse_target


@pytest.mark.parametrize(
    ("target", "good", "bad"),
    [
        (">= 95 %", "95%", "94.9 %"),
        ("≥95％", "95", "94"),
        ("不低于95%", "100%", "94%"),
        ("<= 2 s", "2s", "2.01 s"),
        ("不超过 2 秒", "1.9秒", "2.1"),
        ("> 0", "0.1", "0"),
        ("< 1", "-1", "1"),
        ("4", "4.0", "5"),
        ("2..5 mm", "5 mm", "5.1mm"),
        ("2～5mm", "2", "1.99"),
        ("10 ± 0.5 V", "9.5 V", "9.49 V"),
        ("at least 20 MΩ", "20 MΩ", "19"),
    ],
)
def test_a_measurement_meets_its_target_or_not(target, good, bad):
    assert meets(target, good) is True
    assert meets(target, bad) is False


@pytest.mark.parametrize(("target", "measured"), [("外观无破损", "3"), (">= 95 %", "很好"), (None, "3"), ("3", None)])
def test_words_are_nothing_to_compare(target, measured):
    assert meets(target, measured) is None


def test_other_units_are_refused():
    with pytest.raises(UnitsDiffer):
        meets(">= 20 MΩ", "35 kΩ")
    with pytest.raises(UnitsDiffer):
        meets("<= 2 s", "1500 ms")


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_bounds_are_those_of_numbers(one, other, value):
    low, high = sorted((one, other))
    assert meets(f">= {low}", f"{value}") is (value >= low)
    assert meets(f"< {high}", f"{value}") is (value < high)
    found = parse_target(f"{high}..{low}")
    assert found is not None
    assert found.holds(value) is (low <= Decimal(value) <= high)
