"""The document register: register, revise, release, sign, supersede. One version, one file, one SHA-256."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.records import NextId, add, ids_in_short, step_to
from pmkit.domain.document_types import known_type
from pmkit.domain.documents import (
    DOCUMENT,
    FIRST,
    STATES,
    Document,
    first_release,
    next_version,
    parse_version,
    version_order,
)
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.documents import next_number, phase_named, wanted_by_customer
from pmkit.workspace.edits import Acting, Append, Attach, Change, Edits, Remove, Set, headed
from pmkit.workspace.layout import document_path
from pmkit.workspace.model import Workspace

_OF_A_VERSION = ("dated", "change", "file", "place", "sha256", "size")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is registered. It lies in the workspace (`path`), comes from elsewhere (`name`), or stays there
    (`place`). `content`: its bytes, where they go into the commit.
    """

    sha256: str | None
    size: int | None
    content: bytes | None = None
    path: str | None = None
    name: str | None = None
    place: str | None = None

    @property
    def called(self) -> str:
        """The file's name without folders and ending."""
        last = (self.path or self.name or self.place or "").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        return last.rsplit(".", 1)[0] if "." in last[1:] else last


def register(ws: Workspace, values: Mapping[str, Any], source: Source | None, next_id: NextId, acting: Acting) -> Edits:
    """A new document. What was not typed follows: its number by the project's rule, its title from the file's name,
    owner and author from who registers it; the customer may see what the customer signs.
    """
    given = {"version": FIRST, **values}
    if "phase" in given:
        given["phase"] = phase_named(ws, given["phase"]).name.to(ws.project.language)
    if known := known_type(given.get("type", "")):
        given["type"] = known.name.to(ws.project.language)
    if source is not None:
        _refuse_registered(ws, source)
        if source.called:
            given.setdefault("title", source.called)
    if "number" in given:
        _refuse_taken(ws, given["number"])
    else:
        given["number"] = next_number(ws, given.get("phase"), given.get("type"), acting.on.year)
    if ws.find(acting.by, Person):
        given.setdefault("owner", acting.by)
        given.setdefault("prepared_by", acting.by)
    if "visibility" not in given and wanted_by_customer(ws, given.get("type")):
        given["visibility"] = "customer"
    if source is not None:
        given["dated"] = given.get("dated", acting.on.isoformat())
    edits = add(ws, DOCUMENT, given, next_id, acting)  # says all that is wrong before a file is named after it
    if source is None:
        return replace(edits, action="document.register")
    record_id = edits.records[0]
    stored, attached = _stored(source, record_id, given["number"], given["title"], given["version"])
    edits = add(ws, DOCUMENT, given | stored, lambda _: record_id, acting)
    return replace(edits, changes=(*edits.changes, *attached), action="document.register")


def _refuse_registered(ws: Workspace, source: Source) -> None:
    where = source.path or source.place
    known = next((d for d in ws.of(Document) if where and where in {d.file, d.place} and not d.is_closed), None)
    if known is not None:
        raise Refused(
            Text(en="{file} is registered as {id}", zh="{file} 已登记为 {id}").format(file=where, id=known.id),
            Text(
                en="a new version of it: `pmkit document revise {id}`", zh="登记新版本请用 `pmkit document revise {id}`"
            ).format(id=known.id),
        )


def _refuse_taken(ws: Workspace, number: str) -> None:
    taken = next((d for d in ws.of(Document) if d.number == number), None)
    if taken is not None:
        raise Refused(
            Text(en="{number} is the number of {id}", zh="编号 {number} 已用于 {id}").format(
                number=number, id=taken.id
            ),
            Text("leave it out: the next free one is given", "不写编号时自动取下一个"),
        )


def _stored(
    source: Source, record_id: str, number: str | None, title: str, version: str
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """What a version says of its file, and the file itself where it goes into the workspace."""
    said: dict[str, Any] = {}
    attached: tuple[Attach, ...] = ()
    if source.place is not None:
        said["place"] = source.place
    elif source.path is not None:
        said["file"] = source.path
        attached = (Attach(source.path, source.content),) if source.content is not None else ()
    else:
        ending = (source.name or "").rpartition(".")[2] if "." in (source.name or "")[1:] else ""
        plain = parse_version(version)
        name = f"{number or record_id}_{title}_V{plain}" + (f".{ending}" if ending else "")
        said["file"] = document_path(record_id, name)
        attached = (Attach(said["file"], source.content or b""),)
    if source.sha256 is not None:
        said |= {"sha256": source.sha256, "size": source.size}
    return said, attached


# --- a version after the other ---------------------------------------------------------------------------------------


def revise(
    document: Document, source: Source, version: str | None, change: str | None, acting: Acting, *, whole: bool = False
) -> Edits:
    """The next version, a draft again. Refused where the file is what was recorded and no version is named.

    The first file of a document that had none belongs to the version in hand.
    """
    _move(document, "revise")
    is_first = document.sha256 is None and document.file is None and document.place is None
    if source.sha256 is not None and source.sha256 == document.sha256 and version is None and not whole:
        raise Refused(
            Text(en="the file is the one of version {v}; nothing changed", zh="文件与 V{v} 一致，没有变化").format(
                v=document.version
            ),
            Text("name the new version with `--version`", "如需另立版本，请用 `--version` 指明"),
        )
    target = _version(document, version, whole=whole, may_stay=is_first)
    stored, attached = _stored(source, document.id, document.number, document.title, target)
    said = {"dated": acting.on.isoformat(), **({"change": change} if change else {}), **stored}
    changes = [*_to_version(document, target, said), *attached, *step_to(document, "draft", acting, change)]
    subject = headed(document.id, Text("Revise to version {v}", "修订为 V{v}").format(v=target))
    return Edits(tuple(changes), "document.revise", (document.id,), subject, acting.by, acting.on)


def _move(document: Document, verb: str) -> None:
    STATES.move(DOCUMENT, document.id, document.status, verb)


def _version(document: Document, given: str | None, *, whole: bool, may_stay: bool) -> str:
    """The version that comes next. Raises UsageError for one that is not higher than all before it."""
    if given is None:
        return document.version if may_stay and not whole else next_version(document.version, whole=whole)
    from pydantic_core import PydanticCustomError

    try:
        target = parse_version(given)
    except PydanticCustomError:
        raise UsageError(
            Text(en="`{v}` is not a version", zh="`{v}` 不是版本号").format(v=given),
            Text("write it like 1.1", "请写成 1.1 的形式"),
        ) from None
    if version_order(target) < version_order(document.version) or (target == document.version and not may_stay):
        raise UsageError(
            Text(en="version {v} does not come after {now}", zh="版本 {v} 不高于现有的 {now}").format(
                v=target, now=document.version
            ),
            Text("a version number means one text for ever", "版本号只升不降，不重复使用"),
        )
    return target


def _to_version(document: Document, version: str, said: Mapping[str, Any]) -> list[Change]:
    """The edits that put the version in hand among the earlier ones and another in its place."""
    changes: list[Change] = []
    if version != document.version:
        kept = {"version": document.version, **{k: _plain(v) for k in _OF_A_VERSION if (v := getattr(document, k))}}
        at = document.at("earlier")
        changes.append(Append(at.path, at.keys, kept))
        at = document.at("version")
        changes.append(Set(at.path, at.keys, version))
    for key in _OF_A_VERSION:
        at, now = document.at(key), getattr(document, key)
        if key in said:
            changes.append(Set(at.path, at.keys, said[key]))
        elif now is not None:
            changes.append(Remove(at.path, at.keys))
    return changes


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


# --- release, sign, supersede ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class There:
    """What stands at a document's file now: its hash, None where nothing does; its bytes, where they are wanted."""

    sha256: str | None
    content: bytes | None = None


def release(
    ws: Workspace,
    documents: Sequence[Document],
    there: Mapping[str, There],
    acting: Acting,
    *,
    version: str | None = None,
    reviewed_by: str | None = None,
    approved_by: str | None = None,
    note: str | None = None,
) -> Edits:
    """Release documents, the first time as V1.0. Refused for one without a file, or whose file is not what was
    registered. `there`: by document what stands at its file.
    """
    wrong = [refusal for d in documents if (refusal := _unfit(d, there.get(d.id))) is not None]
    if wrong:
        raise Refused(
            Text.join([says for says, _ in wrong], en="\n", zh="\n"),
            Text.join(dict.fromkeys(fix for _, fix in wrong), en="\n", zh="\n"),
        )
    by = acting.by if ws.find(acting.by, Person) else None
    changes: list[Change] = []
    for document in documents:
        target = first_release(document.version)
        if version is not None:
            target = _version(document, version, whole=False, may_stay=True)
        if target != document.version:
            changes += _released_as(document, target, there.get(document.id), acting)
        for key, value in (("reviewed_by", reviewed_by), ("approved_by", approved_by or document.approved_by or by)):
            if value and value != getattr(document, key):
                at = document.at(key)
                changes.append(Set(at.path, at.keys, ws.get(value, Person).id))
        changes += step_to(document, "released", acting, note)
    ids = tuple(document.id for document in documents)
    subject = headed(ids_in_short(ids), Text("Release", "发布"))
    return Edits(tuple(changes), "document.release", ids, subject, acting.by, acting.on)


def _unfit(document: Document, there: There | None) -> tuple[Text, Text] | None:
    """Why a document cannot be released, and what to do; None where it can."""
    try:
        _move(document, "release")
    except Refused as refusal:
        return refusal.says, refusal.fix or Text.same("")
    if document.file is None and document.place is None and document.location is None:
        return (
            Text(en="{id} has no file", zh="{id} 没有文件").format(id=document.id),
            Text(
                en="`pmkit document revise {id} FILE`; for paper: `pmkit set {id} location=...`",
                zh="请执行 `pmkit document revise {id} 文件`；纸质文件请执行 `pmkit set {id} location=……`",
            ).format(id=document.id),
        )
    if document.file is None or there is None:
        return None
    if there.sha256 is None:
        return (
            Text(en="{id}: {file} is not there", zh="{id}：{file} 不存在").format(id=document.id, file=document.file),
            Text(
                "put the file back, or register another one with `revise`", "请放回该文件，或用 `revise` 登记新的文件"
            ),
        )
    if document.sha256 is not None and there.sha256 != document.sha256:
        return (
            Text(en="{id}: {file} is not what version {v} recorded", zh="{id}：{file} 与 V{v} 登记的内容不一致").format(
                id=document.id, file=document.file, v=document.version
            ),
            Text(
                "`pmkit document revise {id}` makes it a version", "请先执行 `pmkit document revise {id}` 形成版本"
            ).format(id=document.id),
        )
    return None


def _released_as(document: Document, version: str, there: There | None, acting: Acting) -> list[Change]:
    """The same text under the number of its release; a file that is named after its version gets that name, too."""
    said = {k: _plain(v) for k in _OF_A_VERSION if (v := getattr(document, k)) is not None}
    said["dated"] = acting.on.isoformat()
    mark = f"_V{document.version}"
    attached: list[Change] = []
    own = document.file is not None and document.file.startswith(document_path(document.id, "x")[:-1])
    if own and document.file and mark in document.file and there is not None and there.content is not None:
        head, _, tail = document.file.rpartition(mark)
        said["file"] = f"{head}_V{version}{tail}"
        attached = [Attach(said["file"], there.content)]
    return [*_to_version(document, version, said), *attached]


def sign(
    document: Document,
    signer: Person,
    evidence: Received,
    acting: Acting,
    *,
    sealed: bool = False,
    original: bool = False,
    location: str | None = None,
) -> Edits:
    """A signature on a released document, with the scan that shows it."""
    if document.status != "released":
        raise Refused(
            Text(en="{id} is not released", zh="{id} 尚未发布").format(id=document.id),
            Text("`pmkit document release {id}` first", "请先执行 `pmkit document release {id}`").format(
                id=document.id
            ),
        )
    filed, attach = kept(document.id, evidence)
    data: dict[str, Any] = {
        "by": signer.id, "side": signer.side, "on": acting.on.isoformat(), "version": document.version,
    }  # fmt: skip
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    at = document.at("signed")
    changes: list[Change] = [Append(at.path, at.keys, {**data, "evidence": filed}), attach]
    day = acting.on.isoformat()
    for key, value in (
        ("sealed", day if sealed else None),
        ("original", day if original else None),
        ("location", location),
    ):
        if value is not None:
            at = document.at(key)
            changes.append(Set(at.path, at.keys, value))
    subject = headed(document.id, Text("Record the signature of {name}", "记录{name}签署").format(name=signer.name))
    return Edits(tuple(changes), "document.sign", (document.id,), subject, acting.by, acting.on)


def supersede(document: Document, by: Document | None, note: str | None, acting: Acting) -> Edits:
    """Out of use; `by`, where there is one, takes its place and says so."""
    _move(document, "supersede")
    changes: list[Change] = list(step_to(document, "superseded", acting, note))
    if by is not None:
        if by.id == document.id or by.status == "superseded":
            raise Refused(Text(en="{id} cannot take its place", zh="{id} 不能替代它").format(id=by.id))
        if document.id not in by.supersedes:
            at = by.at("supersedes")
            changes.append(Append(at.path, at.keys, document.id))
    ids = (document.id, *((by.id,) if by else ()))
    subject = headed(document.id, Text("Supersede {title}", "作废《{title}》").format(title=document.title))
    return Edits(tuple(changes), "document.supersede", ids, subject, acting.by, acting.on)
