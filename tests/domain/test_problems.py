"""What is wrong with a value is said in words: every pattern of a field has its own."""

import re
from pathlib import Path

import pmkit.domain
from pmkit.domain.problems import _FORMS


def test_every_pattern_of_a_field_is_put_in_words():
    """The patterns that the validator itself compares with (`Field(pattern=...)`); the others only describe schemas."""
    sources = "".join(p.read_text(encoding="utf-8") for p in Path(pmkit.domain.__path__[0]).glob("*.py"))
    patterns = re.findall(r'Field\(pattern=r"([^"]+)"', sources)
    assert len(patterns) >= 4
    assert [p for p in patterns if p not in _FORMS] == []


def test_the_words_reach_the_user(run):
    run("init x --name n --code 'a b' --customer c --start 2026-02-30 --currency yuan", code=2)
    assert "应为字母、数字、- 或 _，如 ZHYQ" in run.err
    assert "应为三位大写的币种代码，如 CNY" in run.err
    assert "不是存在的日期" in run.err
    assert "[A-Z" not in run.err
    assert not (run.folder / "x").exists()
