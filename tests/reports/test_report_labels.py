from datetime import date

import pytest

from pmkit.kernel.text import LANGS
from pmkit.reports.labels import LABELS, day_in_words, words


@pytest.mark.parametrize("key", LABELS)
def test_every_label_has_both_languages(key):
    label = LABELS[key]
    assert label.en.strip()
    assert set(label.en) <= {*map(chr, range(128)), *"–’"}
    assert any("\u4e00" <= ch <= "\u9fff" for ch in label.zh)


def test_labels_are_reached_by_name():
    assert words("zh").owner == "责任人"
    assert words("en").owner == "Owner"
    assert {key for lang in LANGS for key in vars(words(lang))} == set(LABELS)


def test_a_day_in_words():
    assert day_in_words(date(2026, 3, 6), "zh") == "2026年3月6日"
    assert day_in_words(date(2026, 3, 6), "en") == "6 March 2026"
