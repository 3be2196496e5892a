"""Completion: what may follow on a command line, and the scripts by which shells ask.

A shell sets `_PMKIT_COMPLETE` and hands over the words up to the cursor, the last one unfinished. Ids and handles are
read off the names and first lines of files: nothing is loaded or validated, so that it stays quick in any project.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.language import h, named_workspace
from pmkit.cli.session import command, group, one_of, out
from pmkit.kernel.errors import cannot_write
from pmkit.kernel.text import Text

MOST = 500  # answers: more than anybody reads
SHELLS = ("bash", "zsh", "fish", "powershell")
_ITEM = re.compile(r"^- id: *['\"]?([A-Za-z0-9._-]+)['\"]?[ \t]*$(?:\n[ ]+name: *(.*))?", re.MULTILINE)
_TITLE = re.compile(r"^(?:title|name): *(.+)$", re.MULTILINE)
_ID = re.compile(r"[A-Z]+-?[0-9]+\Z")

Found = tuple[str, str]  # a word and what it is


def answer(shell: str, words: list[str]) -> str:
    """What the shell's script reads: a line a word, with what it is where the shell can show that."""
    given = list(words) or [""]
    trim = 0
    if shell == "bash":  # it hands over the line, and the part of the last word that it will replace
        line, *rest = given
        given = _split(line)[1:] or [""]
        trim = len(given[-1]) - len(rest[0] if rest else given[-1])
    found = list(dict(completions(given)).items())[:MOST]
    lines = []
    for word, says in found:
        if shell in {"fish", "zsh", "powershell"}:
            says = " ".join(says.split())  # noqa: PLW2901 - one line
            lines.append(f"{word}\t{says}" if says else word)
        else:
            lines.append(word[trim:] if trim > 0 else word)
    return "".join(f"{line}\n" for line in lines)


def _split(line: str) -> list[str]:
    """The words of an unfinished line; an open quotation mark ends with it."""
    import shlex

    for closing in ("", "'", '"'):
        try:
            words = shlex.split(line + closing)
        except ValueError:
            continue
        return [*words, ""] if line.endswith((" ", "\t")) and not closing else words
    return line.split()


# --- what may follow -------------------------------------------------------------------------------------------------


def completions(words: list[str]) -> Iterator[Found]:
    """What may stand where the last word stands, and begins as it does."""
    from pmkit.cli.app import LAZY, load
    from pmkit.cli.language import language

    *before, word = words
    position = 0
    path: list[str] = []
    while position < len(before) and before[position].startswith("-"):
        position += 2 if before[position] in {"-C", "--workspace"} else 1
    if position >= len(before):
        if before and before[-1] in {"-C", "--workspace"}:
            return  # a folder: the shell knows those
        if word.startswith("-"):
            yield from _beginning(word, [("-C", ""), ("--workspace", ""), ("--version", ""), ("--help", "")])
            return
        yield from _beginning(word, [(name, text.to(language())) for name, (_, text) in LAZY.items()])
        return
    if before[position] not in LAZY:
        return
    found = load(before[position])
    path.append(before[position])
    position += 1
    while hasattr(found, "commands"):
        names = [w for w in before[position:] if not w.startswith("-")]
        if not names:
            options = [(name, "") for name in ("--help",)] if word.startswith("-") else []
            yield from _beginning(word, options or [(n, c.help or "") for n, c in found.commands.items()])
            return
        position = before.index(names[0], position) + 1
        if names[0] not in found.commands:
            return
        found = found.commands[names[0]]
        path.append(names[0])
    yield from _of_command(found, path, before[position:], word)


def _of_command(found: Any, path: list[str], before: list[str], word: str) -> Iterator[Found]:
    """Options, values of options and arguments of a command."""
    options = {name: p for p in found.params if p.param_type_name == "option" for name in (*p.opts, *p.secondary_opts)}
    taken: list[str] = []
    pending = None
    for given in before:
        if pending is not None:
            pending = None
        elif given.startswith("-") and given != "-":
            param = options.get(given)
            pending = param if param is not None and not param.is_flag else None
        else:
            taken.append(given)
    name, equals, value = word.partition("=")
    if pending is not None:
        yield from _values(pending, path, taken, word)
    elif equals and name in options and not options[name].is_flag:
        yield from ((f"{name}={said}", what) for said, what in _values(options[name], path, taken, value))
    elif word.startswith("-"):
        rows = [(p.opts[-1] if p.opts[-1].startswith("--") else p.opts[0], p.help or "") for p in options.values()]
        yield from _beginning(word, dict([*rows, ("--help", "")]).items())
    else:
        arguments = [p for p in found.params if p.param_type_name == "argument"]
        if arguments:
            at = min(len(taken), len(arguments) - 1)
            if len(taken) < len(arguments) or arguments[-1].nargs == -1:
                yield from _values(arguments[at], path, taken, word)


def _values(param: Any, path: list[str], taken: list[str], word: str) -> Iterator[Found]:
    """Values of an option or argument, by the word that stands for them."""
    form = str(param.metavar or "").strip("[].{}")
    if form in {"PATH", "FILE", "DIR", "FOLDER"}:
        return  # without an answer the shell completes names of files
    if form == "HANDLE":
        yield from _beginning(word, _people())
    elif form == "KIND" or (param.name == "kind" and path[0] in {"new", "list", "schema", "export", "import"}):
        from pmkit.domain.registry import kinds

        yield from _beginning(word, [(k.name, h(k.label.en, k.label.zh)) for k in kinds()])
    elif form == "LINK" or form.endswith("-ID") or "ID" in form.split("|"):
        yield from _ids(word, _prefixes(path, param, form))
    elif form in {"FIELD=VALUE", "CONDITION", "FIELD", "FIELD,-FIELD", "A,B", "FIELD,..."}:
        yield from _assignments(form, path, taken, word)
    elif "CODE" in re.split(r"[|,.]", form) or param.name in {"code", "codes"}:
        from pmkit.checks.explain import codes

        yield from _beginning(word, ((code, "") for code in codes()))
    elif "|" in form:
        yield from _beginning(word, ((choice, "") for choice in form.split("|") if choice.islower()))
    elif path[0] == "report" and param.name == "name":
        from pmkit.reports.catalogue import REPORTS

        yield from _beginning(word, ((r.name, h(r.title.en, r.title.zh)) for r in REPORTS))
    else:
        yield from _choices(path, param, word)


def _choices(path: list[str], param: Any, word: str) -> Iterator[Found]:
    """The words that a field's choice allows."""
    kind = _kind_of(path, [])
    what = next((w for k, w in _fields(kind).items() if k.replace("-", "_") == param.name.rstrip("_")), None)
    if what is not None:
        yield from _beginning(word, ((choice, h(t.en, t.zh)) for choice, t in what.words.items()))


def _assignments(form: str, path: list[str], taken: list[str], word: str) -> Iterator[Found]:
    """`field=`, and behind it the values that the field takes."""
    kind = _kind_of(path, taken)
    fields = _fields(kind)
    field, equals, value = word.partition("=")
    key = field.rstrip("+-!")
    if equals and key in fields:
        what = fields[key]
        if what.links == ("person",):
            known: Iterable[Found] = _people()
        elif what.links:
            known = _ids(value, None)
        elif key == "status" and kind is not None and kind.states:
            known = [(state, h(t.en, t.zh)) for state, t in kind.states.names.items()]
        else:
            known = [(choice, h(t.en, t.zh)) for choice, t in what.words.items()]
        yield from ((f"{field}={said}", text) for said, text in _beginning(value, known))
        return
    ending = "=" if form in {"FIELD=VALUE", "CONDITION"} else ""
    lead = word.rpartition(",")[0]
    yield from _beginning(
        word, ((f"{lead + ',' if lead else ''}{k}{ending}", h(w.en, w.zh)) for k, w in fields.items())
    )


def _fields(kind: Any) -> Any:
    from pmkit.domain.kind import about

    return about(kind.model) if kind is not None else {}


def _kind_of(path: list[str], taken: list[str]) -> Any:
    """The kind that a command is about: its noun, the kind or id among its arguments."""
    from pmkit.domain.registry import kind_of_id, kinds

    commands = {k.command: k for k in kinds()}
    for words in (2, 1):  # `requirement review` is about a requirement, though `review` is a noun too
        if (command := " ".join(path[:words])) in commands:
            return commands[command]
    nouns = {k.name: k for k in kinds()} | {w: k for k in kinds() for w in (k.command.split()[-1],)}
    for word in (*reversed(path), *taken):
        if word in nouns:
            return nouns[word]
        if _ID.match(word.upper()) and (kind := kind_of_id(word.upper())):
            return kind
    return kind_of_id(taken[0]) if taken and path[0] == "set" else None


def _beginning(word: str, found: Iterable[Found]) -> Iterator[Found]:
    return ((said, text) for said, text in found if said.startswith(word))


# --- ids, off the disk -----------------------------------------------------------------------------------------------


def _root() -> Path | None:
    start = Path(named_workspace() or ".").absolute()
    return next((f for f in (start, *start.parents) if (f / "pmkit.yaml").is_file()), None)


def _prefixes(path: list[str], param: Any, form: str) -> tuple[str, ...] | None:
    """The id prefixes that may stand there; None for any."""
    if form.endswith("-ID"):
        return (form.removesuffix("-ID"),)
    if form == "LINK":
        return ("T", "M")
    kind = _kind_of(path, [])
    if kind is None:
        return None
    what = next(
        (w for k, w in _fields(kind).items() if (w.option or k).replace("-", "_") == param.name.rstrip("_")), None
    )
    if what is None:
        return (kind.prefix, *kind.more_prefixes) if kind.prefix else None
    from pmkit.domain.registry import kinds

    named = [k for k in kinds() if k.name in what.links]
    return tuple(p for k in named for p in (k.prefix, *k.more_prefixes)) or None


def _ids(word: str, prefixes: tuple[str, ...] | None) -> Iterator[Found]:
    """The ids that begin like the word, in any case, with the first line that names each; the newest first."""
    root = _root()
    if root is None:
        return
    wanted = word.upper()
    count = 0
    for record_id, path in _id_files(root):
        if record_id.startswith(wanted) and (prefixes is None or re.split(r"-?[0-9]", record_id)[0] in prefixes):
            count += 1
            yield record_id, _title(path) if count <= 50 else ""
            if count >= MOST:
                return
    if prefixes is None or {"T", "M"} & set(prefixes):
        for path in sorted((root / "plan").glob("*.yaml")):
            for found in _ITEM.finditer(_text(path)):
                if found[1].startswith(wanted):
                    yield found[1], (found[2] or "").strip()
    if prefixes is None:
        yield from _beginning(word, _people())


def _id_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every record file's id; folders by name, within them downwards."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in {"evidence", "reports", "templates"}
        )
        for name in sorted(names, reverse=True):
            stem, dot, ending = name.rpartition(".")
            if dot and ending == "yaml" and _ID.match(stem):
                yield stem, Path(folder) / name


def _people() -> Iterator[Found]:
    root = _root()
    if root is not None:
        yield from ((found[1], (found[2] or "").strip()) for found in _ITEM.finditer(_text(root / "people.yaml")))


def _title(path: Path) -> str:
    found = _TITLE.search(_text(path))
    return found[1].strip().strip("'\"") if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


# --- scripts ---------------------------------------------------------------------------------------------------------

_BASH = """\
_pmkit_completion() {
    local IFS=$'\\n'
    COMPREPLY=($(_PMKIT_COMPLETE=bash pmkit "${COMP_LINE:0:COMP_POINT}" "${COMP_WORDS[COMP_CWORD]#=}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _pmkit_completion pmkit
"""
_ZSH = """\
#compdef pmkit
_pmkit() {
    local -a lines found
    local line
    lines=("${(@f)$(_PMKIT_COMPLETE=zsh pmkit "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        [[ -n $line ]] && found+=("${${line%%$'\\t'*}//:/\\\\:}${${(M)line:#*$'\\t'*}:+:${line#*$'\\t'}}")
    done
    if (( $#found )); then
        _describe -V 'pmkit' found
    else
        _files
    fi
}
compdef _pmkit pmkit
"""
_FISH = """\
function __pmkit_complete
    set -l words (commandline -opc)[2..-1] (commandline -ct)
    _PMKIT_COMPLETE=fish pmkit $words 2>/dev/null
end
complete -c pmkit -a '(__pmkit_complete)'
"""
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName pmkit -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '""' }
    $env:_PMKIT_COMPLETE = 'powershell'
    try {
        pmkit @words 2>$null | ForEach-Object {
            $word, $says = $_ -split "`t", 2
            if (-not $says) { $says = $word }
            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $says)
        }
    } finally { Remove-Item Env:_PMKIT_COMPLETE }
}
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL}

app = group(h("Completion of commands, options, ids and people in your shell", "在终端中补全命令、选项、编号与人员"))
_Shell = Annotated[
    str | None,
    typer.Argument(
        metavar="bash|zsh|fish|powershell", help=h("which shell (default: the one you use)", "终端类型（默认当前终端）")
    ),
]


def _show(_: Any, shell: _Shell = None) -> None:
    sys.stdout.write(SCRIPTS[_chosen(shell)])


def _install(_: Any, shell: _Shell = None) -> None:
    chosen = _chosen(shell)
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    target = {
        "bash": data / "pmkit/completion.bash",
        "zsh": data / "pmkit/completion.zsh",
        "fish": config / "fish/completions/pmkit.fish",
        "powershell": data / "pmkit/completion.ps1",
    }[chosen]
    profile = {"bash": home / ".bashrc", "zsh": home / ".zshrc", "powershell": _powershell_profile(home)}.get(chosen)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(SCRIPTS[chosen], encoding="utf-8")
        if profile is not None:
            _source(profile, f'. "{target}"' if chosen == "powershell" else f"source '{target}'")
    except OSError as error:
        fix = Text("`pmkit completion show` prints the script", "可用 `pmkit completion show` 输出脚本，自行安装")
        raise cannot_write(error.filename or target, error, fix) from None
    out(h(f"{target}  open a new terminal to use it", f"{target}  重新打开终端后生效"))


def _source(profile: Path, line: str) -> None:
    """Add the line to a shell's own start file, once."""
    text = profile.read_text(encoding="utf-8") if profile.exists() else ""
    if line not in text:
        profile.parent.mkdir(parents=True, exist_ok=True)
        joint = "" if not text or text.endswith("\n") else "\n"
        with profile.open("a", encoding="utf-8") as file:
            file.write(f"{joint}{line}\n")


def _powershell_profile(home: Path) -> Path:
    if os.name == "nt":
        return home / "Documents/PowerShell/Microsoft.PowerShell_profile.ps1"
    return home / ".config/powershell/Microsoft.PowerShell_profile.ps1"


def _chosen(shell: str | None) -> str:
    if shell is None:
        shell = "powershell" if os.name == "nt" else Path(os.environ.get("SHELL", "bash")).name
    return one_of({"pwsh": "powershell"}.get(shell, shell), SHELLS)


command(app, "show", h("Print the script", "输出补全脚本"), {})(_show)
command(app, "install", h("Install it for your shell", "为当前终端安装"), {})(_install)
