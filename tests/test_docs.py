"""The documents tell the truth: commands exist, the README's tour runs, the list of checks is that of the program."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from pmkit.checks.explain import codes, page
from pmkit.cli.app import LAZY, load
from pmkit.domain.kind import about
from pmkit.domain.registry import kinds
from pmkit.kernel.usage import STANDS_FOR

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


def steps_of(path):
    """The shell blocks of a document line by line, files that they write included, and the output that it promises."""
    for kind, block in re.findall(r"```(sh|text)\n(.*?)```", (ROOT / path).read_text(encoding="utf-8"), re.DOTALL):
        if kind == "text":
            yield from (("says", line, "") for line in block.splitlines())
            continue
        for line in re.split(r"\n(?=cat |pmkit |cd |export )", block.strip()):
            if here := re.fullmatch(r"cat > (\S+) <<'EOF'\n(.*\n)EOF", line, re.DOTALL):
                yield "write", here[1], here[2]
            else:
                yield "run", *re.fullmatch(r"(.*?)(?:\s+# exit (\d))?", line).groups(default="0")


@pytest.mark.parametrize("path", ["docs/tutorial.zh.md", "docs/tutorial.md"])
def test_the_tutorial_runs(run, path):
    said = ""
    for what, line, more in steps_of(path):
        if what == "write":
            run.write(line, more)
        elif what == "says":
            assert line in said
        elif line.startswith("export PMKIT_TODAY="):
            run.today = line.partition("=")[2]
        elif line.startswith("cd "):
            run.folder = run.folder / line[3:]
        else:
            said = run(line, code=int(more))
    assert run("audit --json") == "[]\n"


def known_command(words):
    """The command that a line names, and what is left of the line."""
    command = load(words[1])
    rest = words[2:]
    while getattr(command, "commands", None) and rest and not rest[0].startswith("-"):
        command, rest = command.get_command(None, rest[0]), rest[1:]
        assert command is not None, words
    return command, rest


@pytest.mark.parametrize("path", sorted(p.name for p in (ROOT / "docs").glob("howto-*.md")))
def test_the_recipes_name_commands_and_options_that_there_are(path):
    lines = list(commands_of(f"docs/{path}"))
    assert lines
    for line in lines:
        command, rest = known_command(shlex.split(line))
        options = {"--help", *(name for parameter in command.params for name in parameter.opts)}
        assert {word for word in rest if word.startswith("-")} <= options, line


@pytest.mark.parametrize("path", sorted(p.name for p in (ROOT / "docs").glob("*.zh.md")))
def test_a_chinese_page_has_its_english_beside_it(path):
    english = ROOT / "docs" / path.replace(".zh.md", ".md")
    chinese = (ROOT / "docs" / path).read_text(encoding="utf-8")
    assert chinese.count("\n## ") == english.read_text(encoding="utf-8").count("\n## ")


def test_every_command_is_documented():
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    missing = [name for name in LAZY if not re.search(rf"`(pmkit )?{name}\b", text)]
    assert missing == []


def test_every_field_has_a_chinese_label():
    for kind in kinds():
        for key, what in about(kind.model).items():
            assert re.search("[\u4e00-\u9fff]", what.zh) or what.zh == "SHA-256", f"{kind.name}.{key}: {what.zh}"


def texts(node):
    """What a piece of source says: its strings, and those of an f-string."""
    return " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def test_what_stands_for_a_value_is_chinese_in_chinese():
    """`--as HANDLE` is `--as 代号`: such lines are made with `usage`, or written out in both languages."""
    capitals = re.compile(rf"(?<![\w.`])(?:{'|'.join(STANDS_FOR)})(?![\w-])")
    wrong = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            zh = [k.value for k in call.keywords if k.arg == "zh"]
            zh = zh or {"Text": call.args[1:2], "h": call.args[1:2], "same": call.args[:1]}.get(name, [])
            wrong += [f"{path.relative_to(ROOT)}:{call.lineno}: {texts(z)}" for z in zh if capitals.search(texts(z))]
    assert wrong == []


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
    ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in sorted((ROOT / "docs").glob("*.md")))],
)
def test_links_lead_somewhere(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (ROOT / path).parent.joinpath(target).exists(), target
