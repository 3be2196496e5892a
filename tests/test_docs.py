"""The documents tell the truth: commands exist, the README's tour runs, the list of checks is that of the program."""

import re
from pathlib import Path

import pytest

from pmkit.checks.explain import codes, page
from pmkit.cli.app import LAZY
from pmkit.domain.kind import about
from pmkit.domain.registry import kinds

ROOT = Path(__file__).resolve().parents[1]


def commands_of(path):
    """Every `pmkit ...` line of the shell blocks of a document, continued lines joined, comments dropped."""
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / path).read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("pmkit "):
                yield re.sub(r"\s+#.*", "", line)


def test_the_tour_of_the_readme_runs(run):
    for line in commands_of("README.md"):
        if "plan drift" in line:
            assert "偏差 8d = 3d 已批准（CR-001）+ 5d 未经批准" in run(line, code=1)
            continue
        run(line)
        if " init " in line:
            run.folder = run.folder / "park"
            run.write("reply.eml", "From: wang.fang@customer.example\r\n\r\n同意\r\n")


def test_every_command_is_documented():
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    missing = [name for name in LAZY if not re.search(rf"`(pmkit )?{name}\b", text)]
    assert missing == []


def test_every_field_has_a_chinese_label():
    for kind in kinds():
        for key, what in about(kind.model).items():
            assert re.search("[\u4e00-\u9fff]", what.zh) or what.zh == "SHA-256", f"{kind.name}.{key}: {what.zh}"


def test_the_list_of_checks_is_the_programs(request):
    """docs/checks.md is made of the explain pages; `--update-golden` writes it."""
    pages = [f"{page(code, 'en').strip()}\n\n{page(code, 'zh').strip()}" for code in codes()]
    body = "\n\n---\n\n".join(
        re.sub(r"^## ", "### ", re.sub(r"^# ", "## ", p, flags=re.MULTILINE), flags=re.MULTILINE) for p in pages
    )
    text = (
        "# Checks\n\nEvery finding of `pmkit check`, in both languages; `pmkit explain CODE` prints one of them. "
        "The first letters name the family, 1xx is about one record alone, 2xx between records, 3xx against time, "
        f"git or approval. A code is never reused.\n\n{body}\n"
    )
    path = ROOT / "docs/checks.md"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_a_users_template_extends_the_built_in_one(park):
    example = re.search(r"```jinja\n(.*?)```", (ROOT / "docs/templates.md").read_text(encoding="utf-8"), re.DOTALL)
    park.write("templates/weekly.md.j2", example[1])
    text = park(["report", "weekly", "--out", "-", "--summary", "本周 *平稳*"])
    assert "### 一句话小结" in text
    assert "## 二、里程碑" in text
    park.write(
        "templates/weekly.md.j2",
        '{% extends "builtin/weekly.md.j2" %}\n{% block summary %}\n{{ view.sumary }}\n{% endblock %}',
    )
    park("report weekly --out -", code=3)
    assert "templates/weekly.md.j2:3" in park.err
    assert "summary" in park.err


@pytest.mark.parametrize(
    "path",
    ["README.md", "CONTRIBUTING.md", *(f"docs/{n}.md" for n in ("commands", "format", "templates", "decisions"))],
)
def test_links_lead_somewhere(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (ROOT / path).parent.joinpath(target).exists(), target
