"""At a terminal: what is asked for, completed, helped with, aligned; and what a pipe gets instead."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pmkit.cli.app import LAZY
from terminals import PMKIT, Terminal, environment


def test_a_missing_value_is_asked_for_until_it_fits(park):
    terminal = Terminal(park, [str(PMKIT), "person", "add", "sun.jian"])
    terminal.wait_for("姓名").type("孙健\n").wait_for("所属方").type("施工方\n")
    terminal.wait_for("不在可选值之内").type("监理单位\n").wait_for("项目角色").type("engineer\n")
    said, code = terminal.end()
    assert code == 0, said
    assert "side: supervisor" in (park.folder / "people.yaml").read_text(encoding="utf-8")


def test_a_missing_option_and_argument_are_asked_for(park):
    terminal = Terminal(park, [str(PMKIT), "plan", "task", "add", "--duration", "2d"])
    terminal.wait_for("所属阶段").type("PH1\n").wait_for("名称").type("联调\n")
    said, code = terminal.end()
    assert code == 0, said
    terminal = Terminal(park, [str(PMKIT), "new", "action", "title=x"])
    assert terminal.end()[1] == 0
    terminal = Terminal(park, [str(PMKIT), "show"])
    terminal.wait_for("编号").type("T-003\n")
    said, code = terminal.end()
    assert code == 0, said
    assert "联调" in said


def test_a_pipe_is_never_asked(park):
    for line, says in (
        (["person", "add", "sun.jian"], "name"),
        (["plan", "task", "add", "--duration", "2d"], "--phase"),
        (["show"], "编号"),
        (["new", "action"], "title"),
    ):
        done = subprocess.run(
            [PMKIT, *line], cwd=park.folder, env=environment(park), capture_output=True, stdin=subprocess.DEVNULL,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2, line
        assert says in done.stderr


def test_colour_is_for_terminals_only(park):
    said, _ = Terminal(park, [str(PMKIT), "status"]).end()
    assert "\x1b[32m" in said
    said, _ = Terminal(park, [str(PMKIT), "status"], NO_COLOR="1").end()
    assert "\x1b" not in said
    assert "\x1b" not in park("status")


def test_long_work_shows_how_far_it_is(park):
    terminal = Terminal(park, [str(PMKIT), "init", "../example", "--example", "en"])
    terminal.wait_for("  1 s")
    os.kill(terminal.pid, signal.SIGKILL)
    said, _ = terminal.end()
    assert re.search(r"(正在生成示例|building the example)  [0-9]+/[0-9]+  1 s", said)
    done = subprocess.run(
        [PMKIT, "check"], cwd=park.folder, env=environment(park), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


# --- completion ------------------------------------------------------------------------------------------------------


@pytest.fixture
def words(park, monkeypatch):
    """`words(line)`: what may stand in the place of its last word, as a shell is told it."""

    def asked(line):
        with monkeypatch.context() as its:
            its.setenv("_PMKIT_COMPLETE", "fish")
            return [row.partition("\t")[0] for row in park(line).splitlines()]

    return asked


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (["requ"], ["requirement"]),
        (["requirement", "re"], ["review", "reject"]),
        (["show", "req"], ["REQ-001"]),
        (["show", "M-"], ["M-001"]),
        (["show", "wa"], ["wang.fang"]),
        (["-C", ".", "show", "R"], ["REQ-001"]),
        (["requirement", "review", ""], ["REQ-001"]),
        (["set", "REQ-001", "prio"], ["priority="]),
        (["set", "REQ-001", "owner=l"], ["owner=li.wei"]),
        (["set", "REQ-001", "priority=s"], ["priority=should"]),
        (["requirement", "add", "--pri"], ["--priority"]),
        (["requirement", "add", "--priority", "m"], ["must"]),
        (["requirement", "add", "--priority=m"], ["--priority=must"]),
        (["requirement", "add", "--owner", "l"], ["li.wei"]),
        (["requirement", "add", "--title", ""], []),
        (["list", "act"], ["action"]),
        (["list", "requirement", "--where", "status=d"], ["status=draft"]),
        (["list", "requirement", "--sort", "tit"], ["title"]),
        (["plan", "task", "add", "--phase", ""], ["PH1"]),
        (["plan", "task", "add", "--after", "T"], ["T-001", "T-002"]),
        (["plan", "progress", "T-002", "--perc"], ["--percent"]),
        (["change", "approve", "CR"], ["CR-001"]),
        (["explain", "RSK10"], ["RSK101", "RSK102"]),
        (["report", "week"], ["weekly"]),
        (["export", "risk", "--format", ""], ["xlsx", "csv"]),
        (["nonsense", ""], []),
        (["show", "REQ-001", ""], []),
    ],
)
def test_what_may_follow_is_completed(park, words, line, found):
    if "CR" in line:
        park("change request --title x --requested-by wang.fang --propose REQ-001.priority=should")
    answer = words(line)
    assert answer == found if line[0] != "explain" else set(found) <= set(answer), answer


def test_bash_completes_ids(park):
    park("completion install bash")
    script = Path(os.environ["HOME"]) / ".local/share/pmkit/completion.bash"
    assert f"source '{script}'\n" == (Path(os.environ["HOME"]) / ".bashrc").read_text(encoding="utf-8")
    park("completion install bash")
    assert (Path(os.environ["HOME"]) / ".bashrc").read_text(encoding="utf-8").count("source") == 1
    terminal = Terminal(park, ["bash", "--rcfile", str(Path(os.environ["HOME"]) / ".bashrc"), "-i"], PS1="> ")
    terminal.type("PS1='> '\n").wait_for("\n> ").type("pmkit show RE\t").wait_for("REQ-001")
    terminal.type("\x15pmkit set REQ-001 owner=l\t").wait_for("owner=li.wei")
    terminal.type("\x15pmkit requirement rev\t").wait_for("requirement review")
    terminal.type("\x15exit\n").end()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_scripts_ask_the_program(park, shell):
    script = park(f"completion show {shell}")
    assert "_PMKIT_COMPLETE" in script
    check = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}.get(shell)
    if check and shutil.which(check[0]):
        assert subprocess.run(check, input=script, text=True, check=False, capture_output=True).stderr == ""
    park("completion show tcsh", code=2)


# --- help and usage --------------------------------------------------------------------------------------------------


def every_command(command=None, path=()):
    """Every command of the program with the words that call it."""
    from pmkit.cli.app import load

    if command is None:
        for name in LAZY:
            yield from every_command(load(name), (name,))
        return
    yield path
    for name, found in getattr(command, "commands", {}).items():
        yield from every_command(found, (*path, name))


ENGLISH = re.compile(
    r"\b(?:Usage|Options|Arguments|Commands|Show this|required|default|default:)\b|[a-z]{2,} [a-z]{2,} [a-z]{2,}"
)


def test_help_speaks_chinese_to_the_end(tmp_path):
    """In a process of its own: help texts are chosen when a module is first read."""
    code = (
        "import sys\nfrom pmkit.cli.run import main\nsys.path[:0] = ['tests', 'tests/cli']\n"
        "from test_terminal import every_command\n"
        "for path in [(), *every_command()]:\n"
        "    sys.argv = ['pmkit', *path, '--help']\n"
        "    print('####', *path)\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, "PMKIT_LANG": "zh", "COLUMNS": "100"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    pages = done.stdout.split("####")[1:]
    assert len(pages) > 60
    english = []
    for page in pages:
        name, _, text = page.partition("\n")
        assert "用法：pmkit" in text, name
        english += [f"{name}: {found[0]}" for found in ENGLISH.finditer(re.sub("用法：.*|`.*?`", "", text))]
    assert english == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("show", "缺少参数 编号。"),
        ("plan task add", "缺少选项 --phase。"),
        ("show a b c", "多余的参数：b c"),
        ("list --sort", "选项 --sort 需要一个值。"),
        ("status --json=3", "选项 --json 不需要值。"),
        ("lst", "没有命令 `lst`。是否想用"),
        ("requirement reveiw REQ-001", "`review`"),
        ("list risk --colums x", "没有选项 --colums。是否想用 `--columns`？"),
        ("send MTG-001 --where x", "没有选项 --where。\n"),  # `--help` has little in common with it
        ("requirement add --statment x", "没有选项 --statment。是否想用 `--statement`？"),  # not all that are alike
        ("requirement add --xyz x", "没有选项 --xyz。\n"),
        ("list risk --where 等级=高", "可用字段：id（编号）、"),
        ("new risk title=x category=技数", "不在可选值之内：technical、management"),
        (
            "new risk title=x category=tecnical",
            "不在可选值之内：technical、management、market、external、supply、customer；是否想写 `technical`？",
        ),
        ("new risk title=x owner=li.wie", "`owner`：没有 li.wie；是否想写 `li.wei`？"),
    ],
)
def test_usage_errors_speak_chinese(park, line, says):
    park(line, code=2)
    assert says in park.err
    assert not ENGLISH.search(re.sub("`.*?`", "", park.err)), park.err


def test_a_noun_alone_shows_its_help(park):
    park("requirement", code=2)
    assert park.err.startswith("用法：pmkit requirement")
    park("", code=2)
    assert park.err.startswith("用法：pmkit ")


@pytest.mark.parametrize("width", [80, 200])
def test_tables_align_at_any_width(park, golden, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    park(
        "requirement add --title 停车系统与门禁系统的车牌识别数据应当在三秒之内同步到园区管理平台并写入日志 --priority should --owner wang.fang"
    )
    park("new action title=确认机房机柜位置（东区） owner=wang.fang due=2026-03-02")
    text = "\n".join(park(line) for line in ("list requirement", "todo", "search 门禁", "plan show", "status ."))
    golden(f"terminal/tables-{width}.txt", text)
    from pmkit.kernel.text import display_width

    assert max(map(display_width, text.splitlines())) <= width


def test_help_wraps_to_the_terminal(park, monkeypatch):
    from pmkit.kernel.text import display_width

    for width in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        text = park("requirement add --help")
        assert max(map(display_width, text.splitlines())) <= min(width, 100)
