"""Every check, held by its gallery: `bad` fires exactly it, `good` is silent, `expected.txt` is all that is said."""

import json
from string import Formatter

import pytest

import gallery
from pmkit.checks.base import checks, opinions
from pmkit.checks.explain import check_codes, codes, page
from pmkit.kernel.finding import BROKEN, Rule


def options(code):
    return f" --select {code}" if code in opinions() else ""


def said(run, code, lang, monkeypatch):
    monkeypatch.setenv("PMKIT_LANG", lang)
    monkeypatch.setenv("COLUMNS", "100")
    return run(f"check --excerpt{options(code)}", code=None)


@pytest.mark.parametrize("code", check_codes())
def test_check(run, golden_file, code, monkeypatch, tmp_path):
    run.folder, run.today = tmp_path / "bad", None
    gallery.lay(run.folder, "base.yaml", f"{code}/bad.yaml")
    found = json.loads(run(f"check --json{options(code)}", code=None))["findings"]
    assert {f["code"] for f in found} == {code}
    (severity,) = {f["severity"] for f in found}
    assert run.code == (0 if severity == "warning" else 3 if code.startswith(BROKEN) else 1)
    golden_file(
        gallery.GALLERY / code / "expected.txt",
        said(run, code, "en", monkeypatch) + "\n" + said(run, code, "zh", monkeypatch),
    )
    run.folder = tmp_path / "good"
    gallery.lay(run.folder, "base.yaml", f"{code}/good.yaml")
    assert said(run, code, "en", monkeypatch).startswith("no findings"), f"{code}/good.yaml is not silent"
    assert run.code == 0


def test_the_gallery_holds_each_code_and_nothing_else():
    assert sorted(p.name for p in gallery.GALLERY.iterdir() if p.is_dir() and p.name != "__pycache__") == list(
        check_codes()
    )


def test_all_messages_stand_on_one_page(golden_file):
    """docs/errors.md: what every check says, to be read and improved as prose; made of the gallery."""
    parts = [
        (
            "# Messages\n\nEvery finding of `pmkit check` with the smallest files that provoke it, laid over a small sound "
            "project, and all that is said in English and Chinese. Made of `tests/gallery`; why each matters and what to "
            "do: [checks](checks.md).\n"
        )
    ]
    for code in check_codes():
        bad = (gallery.GALLERY / code / "bad.yaml").read_text(encoding="utf-8")
        expected = (gallery.GALLERY / code / "expected.txt").read_text(encoding="utf-8")
        parts.append(f"## {code}\n\n```yaml\n{shortened(bad)}```\n\n```text\n{expected}```\n")
    golden_file(gallery.GALLERY.parents[1] / "docs/errors.md", "\n".join(parts))


def shortened(text):
    """Lines of a width that can be read."""
    return "".join(line if len(line) <= 120 else line[:117] + "...\n" for line in text.splitlines(keepends=True))


def test_codes_are_unique_and_explained_in_both_languages():
    by_code = [rule.code for rule in all_rules()]
    assert len(by_code) == len(set(by_code))
    assert set(by_code) == set(codes())
    for code in codes():
        for lang in ("en", "zh"):
            assert page(code, lang).startswith(f"# {code} ")
        assert any("\u4e00" <= ch <= "\u9fff" for ch in page(code, "zh"))


def test_an_opinion_says_that_it_is_silent_until_selected():
    for code in opinions():
        assert f"--select {code}" in page(code, "en")
        assert f"--select {code}" in page(code, "zh")


def test_both_languages_name_the_same_values():
    for rule in all_rules():
        for text in (rule.says, rule.fix):
            names = [{name for _, name, _, _ in Formatter().parse(side) if name} for side in (text.en, text.zh)]
            assert names[1] <= names[0] | {"label"}, rule.code


def all_rules():
    """Every rule that any module declares, of checks and of the loader alike."""
    import pkgutil
    from importlib import import_module

    import pmkit

    found = {}
    for module in pkgutil.walk_packages(pmkit.__path__, "pmkit."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Rule):
                found[id(value)] = value
    return [*found.values(), *(c.rule for c in checks())]
