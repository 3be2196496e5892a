"""The one loading pipeline: a tree of files becomes a workspace and all findings at once.

Bad data never raises here: a file that cannot be read is one finding more, and the others are still read.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from pmkit.domain.kind import Kind, Record, Storage, about, inner_model
from pmkit.domain.problems import choice_meant, problem_of, problem_text, spelled
from pmkit.domain.project import FORMAT, PROJECT, Project
from pmkit.domain.registry import kind_named, kind_of_id, kinds
from pmkit.kernel.errors import BadWorkspace, reason
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text, did_you_mean
from pmkit.store.tree import Entry, Folder, Stamp, Tree
from pmkit.store.yaml_read import decode, parse_record
from pmkit.workspace.layout import CRM, ITEMS, PARTIES, PEOPLE, PROFILE, PROGRESS
from pmkit.workspace.model import Workspace

if TYPE_CHECKING:
    from pmkit.domain.plan import Phase
    from pmkit.store.cache import Cache

# Files at the top that hold nothing but records, by their kind.
_LISTS = {PEOPLE: "person", PARTIES: "party", ITEMS: "item"}
_AT_TOP = _LISTS | {CRM: "crm"}
CACHE_FROM = 100  # files; below that, asking git where its folder is costs more than parsing

WRONG_VALUE = Rule(
    "FMT111", "wrong-value", "error",
    Text("`{field}`: {value} {problem}", "`{field}` 的值 {value} {problem}"),
    Text("{hint}", "{hint}"),
)  # fmt: skip
UNKNOWN_FIELD = Rule(
    "FMT112", "unknown-field", "error",
    Text("a {kind} has no field `{field}`", "{kind}没有字段 `{field}`"),
    Text("{hint}", "{hint}"),
)  # fmt: skip
MISSING_FIELD = Rule(
    "FMT113", "missing-field", "error",
    Text("{id} has no `{field}`", "{id} 缺少 `{field}`（{label}）"),
    Text("add `{field}:` ({label})", "请补充 `{field}:`"),
)  # fmt: skip
ID_IN_FILE = Rule(
    "FMT114", "id-in-file", "error",
    Text("the file name is the id; `id:` does not belong inside", "文件名就是编号，文件内不应再写 `id:`"),
    Text("remove the line", "请删除该行"),
)  # fmt: skip
NOT_A_RECORD = Rule(
    "FMT115", "not-a-record", "error",
    Text("{path} lies among records, but its name is no id", "{path} 位于记录目录中，但文件名不是编号"),
    Text("name it like {example}, or move it elsewhere", "请改名为 {example} 的形式，或移到其他目录"),
)  # fmt: skip
SYMLINK = Rule(
    "SEC101", "symbolic-link", "error",
    Text("{path} is a symbolic link; records are plain files", "{path} 是符号链接，记录必须是普通文件"),
    Text("put the file itself there", "请放入文件本身"),
)  # fmt: skip
WRONG_ID = Rule(
    "FMT116", "wrong-id", "error",
    Text("{id} is not an id for a {kind}", "{id} 不是有效的{kind}编号"),
    Text("write it like {example}", "请写成 {example} 的形式"),
)  # fmt: skip
UNREADABLE = Rule(
    "FMT107", "unreadable-file", "error",
    Text("{path} cannot be read: {problem}", "无法读取 {path}：{problem}"),
    Text("check the file and its permissions", "请检查文件及其权限"),
)  # fmt: skip


_DENIED = Text("permission denied", "没有读取权限")


def _why(error: Exception) -> Text:
    """What the system says."""
    return reason(error) if isinstance(error, OSError) else Text("it is not there", "文件不存在")


_ITEM_ID = re.compile(rb"^[ \t]*(?:-[ \t]+(?:\{[ \t]*)?)?id:[ \t]*[\"']?([A-Za-z][\w.-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """A workspace with everything that is wrong in its files. `stamps`: what each file was when it was read.
    `unread`: the ids of records that are there and could not be read.

    `cache` is held for no use: freeing 10,000 texts takes longer than the process has left to live.
    """

    workspace: Workspace
    findings: list[Finding]
    stamps: Mapping[str, Stamp]
    unread: frozenset[str] = frozenset()
    cache: Cache | None = field(default=None, repr=False)


def load(tree: Tree, cache: Cache | None = None, entries: Iterable[Entry] | None = None) -> Loaded:
    """Read the whole workspace. Raises BadWorkspace where there is no usable project profile.

    `entries`: those of the tree, where they have been listed already.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # 10,000 models without it: five times faster, and none of them is garbage
    try:
        return _load(tree, tree.entries() if entries is None else entries, cache)
    finally:
        if was_enabled:
            gc.enable()


def _load(tree: Tree, entries: Iterable[Entry], cache: Cache | None) -> Loaded:
    findings: list[Finding] = []
    records: list[Record] = []
    stamps: dict[str, Stamp] = {}
    project: Project | None = None
    for entry in entries:
        if entry.stamp is not None:
            stamps[entry.path] = entry.stamp
        kind = _kind_of_file(entry, findings)
        if kind is None:
            continue
        found = list(_records(tree, entry, kind, cache, findings))
        if kind is PROJECT:
            project = next((r for r in found if isinstance(r, Project)), None)
        records += found
    if cache is not None:
        cache.save()
    if project is None:
        raise _no_profile(findings)
    workspace, more = Workspace.assemble(project, records)
    return Loaded(workspace, [*findings, *more], stamps, _unread(tree, findings) - workspace.records.keys(), cache)


def _unread(tree: Tree, findings: Iterable[Finding]) -> frozenset[str]:
    """The ids in files with something wrong in them: the file's own, and those of its items that can be made out."""
    found: set[str] = set()
    for path in {finding.at.path for finding in findings}:
        found.add(path.rsplit("/", 1)[-1].removesuffix(".yaml"))
        with suppress(OSError, KeyError):
            found |= {match.decode(errors="replace") for match in _ITEM_ID.findall(tree.read(path))}
    return frozenset(found)


def load_profile(tree: Tree) -> Project:
    """The project profile alone. Raises BadWorkspace, also where a key stands twice: which of the two would count?"""
    findings: list[Finding] = []
    entry = Entry(PROFILE, None, tree.is_link(PROFILE))
    if _kind_of_file(entry, findings) is PROJECT:
        records = list(_records(tree, entry, PROJECT, None, findings))
        if not any(finding.severity == "error" for finding in findings):
            for record in records:
                if isinstance(record, Project):
                    return record
    raise _no_profile(findings)


def load_file(tree: Tree, path: str) -> tuple[list[Record], list[Finding]]:
    """The records of one file, and what is wrong in it."""
    findings: list[Finding] = []
    entry = Entry(path, None, tree.is_link(path))
    kind = _kind_of_file(entry, findings)
    return (list(_records(tree, entry, kind, None, findings)) if kind else []), findings


def _no_profile(findings: list[Finding]) -> BadWorkspace:
    if not findings:
        return BadWorkspace(
            Text(en="there is no {path} in this state", zh="该状态下没有 {path}").format(path=PROFILE),
            Text(en="choose a later commit: `pmkit log`", zh="请选择较晚的提交：`pmkit log`"),
        )
    return BadWorkspace(
        Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=PROFILE),
        Text(en="mend what is listed above", zh="请先改正上面列出的问题"),
        [f for f in findings if f.at.path == PROFILE],
    )


def kind_at(path: str) -> Kind | None:
    """The kind whose record a file is, by its path below the workspace; None for one that is none of ours."""
    return _kind_of_file(Entry(path, None), [])


def _kind_of_file(entry: Entry, findings: list[Finding]) -> Kind | None:
    """The kind whose record a file is, by its name; None for a file that is none of ours."""
    path = entry.path
    stem = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    kind: Kind | None
    if entry.is_link and not path.endswith(".yaml"):
        if any(f"{k.folder}/".startswith(f"{path}/") or path.startswith(f"{k.folder}/") for k in kinds() if k.folder):
            findings.append(SYMLINK.found(Place(path), None, path=path))
        return None
    if "/" not in path:
        kind = _kind_at_top(path)
    elif path.startswith(f"{PROGRESS}/"):
        kind = kind_named("progress")
    else:
        kind = kind_of_id(stem)
        if kind is None or kind.storage is not Storage.FILE or not kind.prefix:
            home = _home(path)
            if home is not None:
                example = "PH1.yaml" if home.prefix == "PH" else f"{home.prefix}-001.yaml"
                findings.append(NOT_A_RECORD.found(Place(path), None, path=path, example=example))
            return None
    if kind is not None and entry.is_link:
        findings.append(SYMLINK.found(Place(path), None, path=path))
        return None
    return kind


def _kind_at_top(path: str) -> Kind | None:
    return PROJECT if path == PROFILE else kind_named(_AT_TOP[path]) if path in _AT_TOP else None


def _home(path: str) -> Kind | None:
    folder = path.rsplit("/", 1)[0]
    best = [k for k in kinds() if k.folder and k.prefix and f"{folder}/".startswith(f"{k.folder}/")]
    best = [k for k in best if k.storage is Storage.FILE]
    return max(best, key=lambda k: len(k.folder), default=None)


def _records(tree: Tree, entry: Entry, kind: Kind, cache: Cache | None, findings: list[Finding]) -> Iterator[Record]:
    """The records of a file: the one it is, and the items of a list in it."""
    text = cache.find(entry, tree.read) if cache else None
    if text is None:
        try:
            data = tree.read(entry.path)
        except (OSError, KeyError) as error:
            problem = _DENIED if isinstance(error, PermissionError) else _why(error)
            findings.append(UNREADABLE.found(Place(entry.path), None, path=entry.path, problem=problem))
            return
        value, found = _parse(data, entry.path)
        findings += found
        if value is None:
            return
        text = _as_json(value)
        if cache and not found:
            cache.put(entry, data, text)
    if kind.storage is Storage.LIST:
        yield from _list_records(json.loads(text), entry, kind, findings)
        return
    record = _validate(kind.model, text, entry.path, (), findings)
    if record is None:
        return
    record.placed(Spot(entry.path))
    yield record
    if _is_phase(record):
        for position, task in enumerate(record.tasks):
            if kind_of_id(task.id) is not task.kind:
                at = Spot(entry.path, ("tasks", position, "id"))
                findings.append(WRONG_ID.found(at, None, id=task.id, kind=task.kind.label, example="T-001 / M-001"))
            yield task.placed(Spot(entry.path, ("tasks", position)))


def _as_json(value: Any) -> str:
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # half a surrogate pair
        return json.dumps(value, ensure_ascii=False)


def _is_phase(record: Record) -> TypeGuard[Phase]:
    return record.kind.prefix == "PH"


def _parse(data: bytes, path: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What a file says, without its empty fields, and with the id that its name gives."""
    text, findings = decode(data, path)
    if text is None:
        return None, findings
    value, more = parse_record(text, path)
    findings = [*findings, *more]
    if value is None:
        return None, findings
    if _holds_null(value):
        value = _without_nulls(value)
    if path not in _LISTS:
        if "id" in value:
            findings.append(ID_IN_FILE.found(Spot(path, ("id",), of_key=True)))
        value["id"] = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    return value, findings


def _holds_null(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return any(item is None or (isinstance(item, (dict, list)) and _holds_null(item)) for item in items)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(v) for v in value] if isinstance(value, list) else value


def _list_records(value: Any, entry: Entry, kind: Kind, findings: list[Finding]) -> Iterator[Record]:
    """The items of a file that is nothing but a list of records."""
    key = kind.list_key or ""
    items = value.get(key, [])
    for other in value.keys() - {key}:
        at = Spot(entry.path, (other,), of_key=True)
        findings.append(UNKNOWN_FIELD.found(at, None, kind=kind.plural, field=other, hint=did_you_mean(other, [key])))
    if not isinstance(items, list):
        at = Spot(entry.path, (key,))
        findings.append(
            WRONG_VALUE.found(
                at, None, field=key, value="", problem=problem_text("tuple_type"), hint=Text.same(f"{key}: []")
            )
        )
        return
    for position, item in enumerate(items):
        record = _validate(kind.model, json.dumps(item), entry.path, (key, position), findings)
        if record is not None:
            yield record.placed(Spot(entry.path, (key, position)))


def _validate(
    model: type[Record], text: str, path: str, keys: tuple[str | int, ...], findings: list[Finding]
) -> Record | None:
    try:
        record = model.model_validate_json(text)
    except ValidationError as error:
        findings += [_finding(model, dict(e), json.loads(text), path, keys) for e in error.errors(include_url=False)]
        return None
    if isinstance(record, Project) and record.format > FORMAT:
        raise BadWorkspace(
            Text(
                en="the workspace has format {found}, this pmkit knows up to {known}",
                zh="项目格式版本为 {found}，当前 pmkit 只支持到 {known}",
            ).format(found=record.format, known=FORMAT),
            Text(en="upgrade pmkit", zh="请升级 pmkit"),
        )
    return record


def _finding(model: type[Record], error: dict[str, Any], raw: Any, path: str, keys: tuple[str | int, ...]) -> Finding:
    """One of pydantic's errors as a finding, at the key or value that it is about."""
    loc = tuple(error["loc"])
    owner, what = _owner(model, loc)
    field = spelled(raw, loc)
    name = str(loc[-1]) if loc else path
    record_id = path.rsplit("/", 1)[-1].removesuffix(".yaml") if not keys else None
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(name, about(owner))
        hint = hint if hint.en else Text.join(Text.same(f"`{key}`") for key in about(owner) if key != "id")
        label = model.kind.label if owner is model else Text.same(f"`{'.'.join(map(str, loc[:-1]))}`")
        return UNKNOWN_FIELD.found(Spot(path, (*keys, *loc), of_key=True), record_id, kind=label, field=name, hint=hint)
    if error["type"] == "missing":
        label = what.label if what else Text.same(name)
        return MISSING_FIELD.found(
            Spot(path, (*keys, *loc)), record_id, id=record_id or _item_name(path, keys), field=field, label=label
        )
    problem = problem_of(error)
    shown = error["input"]
    shown = f"`{str(shown)[:60]}`" if isinstance(shown, (str, int)) else ""
    hint = Text.same("pmkit explain FMT111")
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        near = choice_meant(what, error)
        hint = near if near.en else hint
    return WRONG_VALUE.found(Spot(path, (*keys, *loc)), record_id, field=field, value=shown, problem=problem, hint=hint)


def _item_name(path: str, keys: tuple[str | int, ...]) -> str:
    return f"{path} {'.'.join(map(str, keys))}"


def _owner(model: type[BaseModel], loc: tuple[Any, ...]) -> tuple[type[BaseModel], Any]:
    """The model that holds the field at `loc`, and what that field is."""
    owner: type[BaseModel] = model
    what = None
    for part in loc:
        if not isinstance(part, str):
            continue
        what = about(owner).get(part)
        inner = inner_model(owner, part)
        if inner is None or part == loc[-1]:
            break
        owner = inner
    return owner, what


def load_folder(root: Path, counted: Callable[[Sequence[Entry]], Iterable[Entry]] = iter) -> Loaded:
    """Read the work tree, through the cache where it pays. `counted` sees the files as they are taken."""
    folder = Folder(root)
    entries = list(folder.entries())
    return load(folder, _cache(root) if len(entries) >= CACHE_FROM else None, counted(entries))


def _cache(root: Path) -> Cache | None:
    """The cache of a workspace, in the git directory of its work tree; None outside git."""
    from pmkit.store.cache import Cache

    if (root / ".git" / "HEAD").exists():  # the common case, without asking git
        return Cache(root / ".git" / "pmkit" / "parsed.sqlite")
    from pmkit.store.git import Git

    git = Git.find(root)
    return Cache(git.own_memory / "parsed.sqlite") if git else None
