"""Imports point down only (CONTRIBUTING.md), and heavy ones wait until they are used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src/pmkit"
BELOW = {
    "kernel": set(),
    "schedule": {"kernel"},
    "domain": {"kernel"},
    "workspace": {"kernel", "schedule", "domain"},
}
MIDDLE = {"kernel", "schedule", "domain", "workspace"}
BELOW |= dict.fromkeys(("actions", "checks", "reports", "store", "connectors", "output"), MIDDLE)
BELOW["cli"] = set(BELOW)
# Up to and including actions, checks and views there is no terminal, git, YAML, template engine, clock or disk.
PURE = ("kernel", "schedule", "domain", "workspace", "actions", "checks", "reports/views")
UNCLEAN = {"typer", "git", "yaml", "jinja2", "subprocess", "os", "pathlib", "shutil", "tempfile", "time", "rich"}


def imports(path):
    """Every module that a file imports, with the line, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def test_imports_point_down():
    wrong = []
    for path in sorted(SOURCE.rglob("*.py")):
        layer = path.relative_to(SOURCE).parts[0]
        if layer not in BELOW:
            continue
        for line, module in imports(path):
            parts = module.split(".")
            if parts[0] == "pmkit" and len(parts) > 1 and parts[1] in BELOW and parts[1] not in BELOW[layer] | {layer}:
                wrong.append(f"{path.relative_to(SOURCE)}:{line}: {layer} -> {parts[1]}")
    assert wrong == []


def test_the_inner_layers_touch_nothing_outside():
    wrong = [
        f"{path.relative_to(SOURCE)}:{line}: {module}"
        for layer in PURE
        for path in sorted((SOURCE / layer).rglob("*.py"))
        for line, module in imports(path)
        if module.split(".")[0] in UNCLEAN
    ]
    assert wrong == []


def test_one_kind_is_found_without_importing_all():
    """`_HOMES` in domain/registry.py names the module of each kind, by the kind's name and by its prefixes."""
    from pmkit.domain import registry

    for kind in registry.kinds():
        words = [w for w in (kind.name, kind.prefix, *kind.more_prefixes) if w and kind.name != "project"]
        assert {w: registry._HOMES.get(w) for w in words} == dict.fromkeys(words, kind.model.__module__.split(".")[-1])
        assert all(registry.kind_of_prefix(w) is kind for w in (kind.prefix, *kind.more_prefixes) if w)


def test_one_record_is_shown_without_the_kinds_and_files_that_it_does_not_name(park):
    """`show REQ-001` takes as long in a workspace of 10,000 records as in one of 10."""
    park.write("requirements/REQ-002.yaml", "title: [\n")  # whoever reads this one would stumble
    code = (
        "import sys\nfrom pmkit.cli.run import main\nsys.argv = ['pmkit', 'show', 'REQ-001']\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "print('|'.join(m for m in sys.modules if m.startswith('pmkit.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=park.folder, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.strip().splitlines()[-1].split("|"))
    kinds = {m for m in loaded if m.startswith("pmkit.domain.")} - {
        f"pmkit.domain.{m}"
        for m in (
            "acceptance_rules",
            "approval",
            "assignment",
            "document_rules",
            "kind",
            "mailing",
            "papers",
            "people",
            "problems",
            "project",
            "rating",
            "registry",
            "requirements",
            "response_times",
            "site_rules",
            "skills",
            "team_rules",
            "values",
        )
    }
    assert kinds == set()
    assert not {m for m in loaded if m.startswith(("pmkit.schedule", "pmkit.reports", "pmkit.checks", "pmkit.actions"))}


def test_no_default_is_copied_for_each_record():
    """Pydantic copies a mutable default deeply, in Python; `Field(default_factory=dict)` costs nothing."""
    from pmkit.domain.registry import kinds

    fields = [
        (k, name, info) for k in kinds() if k.storage.name == "FILE" for name, info in k.model.model_fields.items()
    ]
    assert [f"{k.name}.{name}" for k, name, info in fields if type(info.default).__hash__ is None] == []


HEAVY = {"git", "jinja2", "rich", "markdown_it", "mdit_py_plugins", "holidays", "filelock", "sqlite3", "docx", "typst"}
HEAVY |= {"python_calamine", "xlsxwriter"}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["show", "REQ-001"], set()),
        (["requirement", "add", "--title", "x"], {"filelock", "sqlite3"}),  # filelock brings sqlite3 itself
        (["plan", "show"], set()),
        (["check"], set()),
    ],
)
def test_heavy_libraries_load_when_used(park, arguments, allowed):
    code = (
        "import sys\nfrom pmkit.cli.run import main\n"
        f"sys.argv = ['pmkit', *{arguments!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('|'.join(sorted({m.split('.')[0] for m in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=park.folder, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.strip().splitlines()[-1].split("|"))
    assert loaded & HEAVY <= allowed


def test_every_command_of_the_table_exists_and_has_both_languages():
    from pmkit.cli.app import LAZY, load

    for name, (_, text) in LAZY.items():
        command = load(name)
        assert command.name == name
        assert text.en
        assert any("\u4e00" <= ch <= "\u9fff" for ch in text.zh), name
