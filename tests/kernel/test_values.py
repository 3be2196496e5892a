"""Durations, money, ids and texts."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.kernel.duration import Duration
from pmkit.kernel.ids import RecordId, natural_order
from pmkit.kernel.money import Money, capital_words
from pmkit.kernel.text import Text, display_width, nearest, pad, shorten


@pytest.mark.parametrize(
    ("text", "printed", "minutes"),
    [
        ("5d", "5d", 2400), ("3.0d", "3d", 1440), ("0.5d", "0.5d", 240), ("8h", "8h", 480), ("2w", "2w", 4800),
        ("3ed", "3ed", 4320), ("-1d", "-1d", -480), ("+2h", "2h", 120), ("90min", "90min", 90), ("0d", "0d", 0),
    ],
)  # fmt: skip
def test_duration_keeps_its_unit(text, printed, minutes):
    duration = Duration.parse(text)
    assert (str(duration), duration.minutes(day=480, week=2400)) == (printed, minutes)


@pytest.mark.parametrize("text", ["", "5", "d", "5 d", "1e3d", "nan d", "五天", "5days", "99999999d"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError):
        Duration.parse(text)


def test_a_day_is_not_eight_hours_but_two_spellings_of_a_day_are_one():
    assert Duration.parse("1d") != Duration.parse("8h")
    assert Duration.parse("3.0d") == Duration.parse("3d")


def test_money_is_rounded_half_up_to_its_currency():
    assert str(Money.parse("20000", "CNY")) == "20000.00 CNY"
    assert str(Money.parse("0.005 CNY")) == "0.01 CNY"
    assert str(Money.parse("1234.5 JPY")) == "1235 JPY"
    assert Money.parse("20,000.00 CNY").printed() == "¥20,000.00"
    assert Money.parse("-5 USD").printed() == "-$5.00"
    assert Money(Decimal("0.1"), "CNY") + Money(Decimal("0.2"), "CNY") == Money.parse("0.30 CNY")


@pytest.mark.parametrize("text", ["", "CNY", "1.2.3 CNY", "20000", "1e5 CNY", "12,34 CNY", "¥5"])
def test_what_is_no_money_is_refused(text):
    with pytest.raises(ValueError):
        Money.parse(text)


def test_two_currencies_do_not_add_up():
    with pytest.raises(ValueError):
        Money.parse("1 CNY") + Money.parse("1 USD")


def test_ids_order_by_number():
    assert str(RecordId.find("REQ-12")) == "REQ-012"
    assert RecordId.find("REQ-012x") is None
    assert RecordId.find("../REQ-012") is None
    assert sorted(["T-10", "T-9", "M-1", "PH2", "PH10"], key=natural_order) == ["M-1", "PH2", "PH10", "T-9", "T-10"]


def test_chinese_takes_two_cells():
    assert display_width("需求A") == 5
    assert pad("需求", 6) == "需求  "
    assert display_width(shorten("智慧园区系统集成项目", 9)) <= 9
    assert shorten("智慧园区", 8) == "智慧园区"


def test_texts_fill_each_language_from_its_own_side():
    text = Text(en="{kind} is gone", zh="{kind}不见了").format(kind=Text("a risk", "风险"))
    assert (text.en, text.zh) == ("a risk is gone", "风险不见了")
    assert Text.join([Text.same("a"), Text.same("b")]).zh == "a、b"


def test_nearest_word():
    assert nearest("requirment", ["requirement", "risk"]) == "requirement"
    assert nearest("req-001", ["REQ-001"]) == "REQ-001"
    assert nearest("zzz", ["requirement"]) is None


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("20000", "贰万元整"), ("0", "零元整"), ("0.50", "伍角整"), ("0.05", "伍分"), ("1.05", "壹元零伍分"),
        # the examples of 支付结算办法, annex 1
        ("1409.50", "壹仟肆佰零玖元伍角整"), ("6007.14", "陆仟零柒元壹角肆分"), ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("325.04", "叁佰贰拾伍元零肆分"),
        ("100010001", "壹亿零壹万零壹元整"), ("1230000005678", "壹万贰仟叁佰亿零伍仟陆佰柒拾捌元整"), ("-3", "负叁元整"),
    ],
)  # fmt: skip
def test_capital_words(amount, words):
    assert capital_words(Money.parse(amount, "CNY")) == "人民币" + words


@given(st.integers(0, 10**14))
@settings(max_examples=300)
def test_capital_words_say_the_amount(cents):
    words = capital_words(Money(Decimal(cents).scaleb(-2), "CNY")).removeprefix("人民币").removesuffix("整")
    assert "零零" not in words
    assert round(_read(words) * 100) == cents


def _read(words):
    """The amount that capital words say: each digit times its place, each group times its own."""
    total, group, digit, cents = 0, 0, 0, Decimal(0)
    for ch in words:
        if ch in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(ch)
        elif ch in "拾佰仟":
            group, digit = group + digit * {"拾": 10, "佰": 100, "仟": 1000}[ch], 0
        elif ch in "万亿元":
            group, digit = group + digit, 0
            if ch == "亿":
                total, group = (total + group) * 10**8, 0
            elif ch == "万":
                total, group = total + group * 10**4, 0
            else:
                total, group = total + group, 0
        else:
            cents, digit = cents + Decimal(digit) * {"角": Decimal("0.1"), "分": Decimal("0.01")}[ch], 0
    return total + cents


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("¥1,234.50", "1234.50 CNY"), ("￥1,234.50", "1234.50 CNY"), ("１，２３４．５０元", "1234.50 CNY"), ("(88.00)", "-88.00 CNY"),
        ("（1,000）", "-1000.00 CNY"), ("-¥5", "-5.00 CNY"), ("¥-5.00", "-5.00 CNY"), ("USD 20", "20.00 USD"),
        ("20 USD", "20.00 USD"), ("$20", "20.00 USD"), ("人民币 300元", "300.00 CNY"), (".5", "0.50 CNY"), ("1 234", "1234.00 CNY"),
    ],
)  # fmt: skip
def test_money_as_ledgers_write_it(text, amount):
    assert str(Money.read(text, "CNY")) == amount


@pytest.mark.parametrize("text", ["", "12,34", "abc", "--5", "-¥-5", "1,2345", "(5", "20 USD元", "1.2.3", "五元"])
def test_what_is_no_money(text):
    with pytest.raises(ValueError, match=r"."):
        Money.read(text, "CNY")


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    st.sampled_from(["CNY", "JPY", "KWD"]),
)
def test_parts_add_up_to_the_whole_and_are_fair(units, weights, currency):
    whole = Money(Decimal(units).scaleb({"CNY": -2, "JPY": 0, "KWD": -3}[currency]), currency)
    if not sum(weights):
        with pytest.raises(ValueError, match="nothing to split by"):
            whole.split(weights)
        return
    parts = whole.split(weights)
    assert Money.total(parts, currency) == whole
    unit = Decimal(1).scaleb({"CNY": -2, "JPY": 0, "KWD": -3}[currency])
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - whole.amount * weight / sum(weights)) < unit
