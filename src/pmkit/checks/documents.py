"""DOC: documents that nobody answers for, numbers and versions used twice, files that are not what was registered."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.document_types import known_type
from pmkit.domain.documents import Document, version_order
from pmkit.domain.people import Person
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.documents import Named, State, departed, files_named, phases_of
from pmkit.workspace.model import Workspace

PATIENCE = 10  # days that a signature may take


@check(
    "DOC101",
    "document-without-owner",
    severity="warning",
    says=Text("{id} is in use and has no owner", "{id} 在用，但没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def document_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Nobody updates a paper that is nobody's."""
    for document in ws.of(Document):
        if not document.is_closed and not document.owner:
            yield hit(document.at("owner"), document.id, id=document.id)


@check(
    "DOC102",
    "version-not-rising",
    severity="error",
    says=Text("{id}: version {now} does not come after {before}", "{id}：版本 {now} 不高于此前的 {before}"),
    fix=Text("give the later text a higher number; none is used twice", "请为后形成的文本取更高的版本号，不得重复"),
)
def version_not_rising(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A version number means one text for ever: whoever holds V1.0 on paper must find it here."""
    for document in ws.of(Document):
        spots = [document.at("earlier", n, "version") for n in range(len(document.earlier))] + [document.at("version")]
        versions = [*(one.version for one in document.earlier), document.version]
        for at, before, now in zip(spots[1:], versions, versions[1:], strict=False):
            if version_order(now) <= version_order(before):
                yield hit(at, document.id, id=document.id, now=now, before=before)


@check(
    "DOC103",
    "released-without-file",
    severity="warning",
    says=Text("{id} is released, and nothing says where it is", "{id} 已发布，但没有写明文件在哪里"),
    fix=Text(
        "`pmkit document revise {id} FILE`; for paper: `pmkit set {id} location=...`",
        "`pmkit document revise {id} 文件`；纸质文件：`pmkit set {id} location=……`",
    ),
)
def released_without_file(ws: Workspace, _: Context) -> Iterator[Hit]:
    """At the acceptance a paper counts that can be shown."""
    for document in ws.of(Document):
        if document.status == "released" and not (document.file or document.place or document.location):
            yield hit(document.at("file"), document.id, id=document.id)


@check(
    "DOC104",
    "file-without-hash",
    severity="warning",
    says=Text("{id} names {file} without its SHA-256", "{id} 登记了 {file}，但没有 SHA-256"),
    fix=Text(
        "`pmkit document revise {id} --version {version}` takes it from the file",
        "`pmkit document revise {id} --version {version}` 从文件读取",
    ),
)
def file_without_hash(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without it nobody can say whether the file is the one that was released."""
    for document in ws.of(Document):
        if document.file and not document.sha256:
            yield hit(document.at("file"), document.id, id=document.id, file=document.file, version=document.version)


@check(
    "DOC105",
    "released-without-approval",
    severity="warning",
    opinion=True,
    says=Text("{id} is released, and nobody is named as having {what} it", "{id} 已发布，但没有写明{what}人"),
    fix=Text("`pmkit set {id} {field}=HANDLE`", "`pmkit set {id} {field}=代号`"),
)
def released_without_approval(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The supervisor looks for three names on a formal paper: prepared, reviewed, approved."""
    words = {
        "prepared_by": Text("prepared", "编制"),
        "reviewed_by": Text("reviewed", "审核"),
        "approved_by": Text("approved", "批准"),
    }
    for document in ws.of(Document):
        if document.status == "released":
            for field, what in words.items():
                if getattr(document, field) is None:
                    yield hit(document.at(field), document.id, id=document.id, what=what, field=field)


@check(
    "DOC201",
    "number-twice",
    severity="error",
    says=Text("{id} has the number of {other}: {number}", "{id} 与 {other} 的文件编号相同：{number}"),
    fix=Text("`pmkit set {id} number=...`", "`pmkit set {id} number=……`"),
)
def number_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A letter that cites the number would cite two papers."""
    first: dict[str, str] = {}
    for document in ws.of(Document):
        if document.number:
            other = first.setdefault(document.number, document.id)
            if other != document.id:
                at = document.at("number")
                yield hit(at, document.id, id=document.id, other=other, number=document.number)


@check(
    "DOC202",
    "reader-cannot-see",
    severity="warning",
    says=Text(
        "{who} of the customer shall read {id}, which is internal",
        "{who}（建设单位）是 {id} 的阅读人，而该文件仅内部可见",
    ),
    fix=Text(
        "`pmkit set {id} visibility=customer`, or `pmkit set {id} readers-={reader}`",
        "`pmkit set {id} visibility=customer`，或 `pmkit set {id} readers-={reader}`",
    ),
)
def reader_cannot_see(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What the customer shall read has to be on the customer's list."""
    for document in ws.of(Document):
        if document.seen_by_customer or document.is_closed:
            continue
        for reader in document.readers:
            person = ws.find(reader, Person)
            if person is not None and person.side == "customer":
                yield hit(document.at("readers"), document.id, id=document.id, who=person.name, reader=reader)


@check(
    "DOC203",
    "unknown-phase",
    severity="warning",
    says=Text("{id}: the project has no phase `{phase}`", "{id}：项目没有阶段“{phase}”"),
    fix=Text("one of: {known}; {hint}", "可用阶段：{known}。{hint}"),
)
def unknown_phase(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A paper in a phase that nobody looks at is missing from the list of its own."""
    phases = phases_of(ws)
    forms = {form for phase in phases for form in (phase.code, phase.name.en, phase.name.zh)}
    known = [phase.name for phase in phases]
    for document in ws.of(Document):
        if document.phase and document.phase not in forms:
            hint = did_you_mean(document.phase, forms)
            yield hit(
                document.at("phase"), document.id,
                id=document.id, phase=document.phase, known=Text.join(known), hint=hint,
            )  # fmt: skip


@check(
    "DOC204",
    "unknown-document-type",
    severity="warning",
    opinion=True,
    says=Text("{id}: `{type}` is a type that nobody listed", "{id}：文种“{type}”不在清单中"),
    fix=Text(
        "use one that the phases ask for, or list it under `documents.types` in pmkit.yaml",
        "请使用各阶段应有文件的名称，或在 pmkit.yaml 的 `documents.types` 中登记",
    ),
)
def unknown_type(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A type that is spelt otherwise answers no requirement, and gets no letters in its number."""
    rules = ws.project.documents
    own = {*rules.types, *rules.types.values()}
    own |= {one.name.zh for phase in phases_of(ws) for types in phase.required.values() for one in types}
    for document in ws.of(Document):
        if document.type and document.type not in own and known_type(document.type) is None:
            yield hit(document.at("type"), document.id, id=document.id, type=document.type)


def _departed(ws: Workspace, ctx: Context) -> Iterator[tuple[Named, State]]:
    return departed((n for n in files_named(ws) if n.is_stored), lambda one: ctx.stored(one.path))


@check(
    "DOC301",
    "file-changed",
    severity="error",
    says=Text("{id}: {file} is not what version {version} recorded", "{id}：{file} 与 V{version} 登记的内容不一致"),
    fix=Text(
        "`pmkit document revise {id}` makes it a new version; or bring the old file back",
        "`pmkit document revise {id}` 登记为新版本；或恢复原文件",
    ),
)
def file_changed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A released paper that was edited in place is two papers under one number."""
    for one, state in _departed(ws, ctx):
        if state == "changed":
            yield hit(one.at, one.document.id, id=one.document.id, file=one.path, version=one.version)


@check(
    "DOC302",
    "file-missing",
    severity="error",
    says=Text("{id}: {file} is not there", "{id}：{file} 不存在"),
    fix=Text(
        "put it back; where it moved, `pmkit document revise {id} FILE`",
        "请放回该文件；已移动的，执行 `pmkit document revise {id} 文件`",
    ),
)
def file_missing(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The register promises a paper that cannot be shown."""
    for one, state in _departed(ws, ctx):
        if state == "missing":
            yield hit(one.at, one.document.id, id=one.document.id, file=one.path)


@check(
    "DOC303",
    "document-review-overdue",
    severity="warning",
    says=Text("{id} was to be reviewed on {due}", "{id} 应于 {due} 复审，已逾期"),
    fix=Text(
        "read it; where it holds `pmkit set {id} review_on=DATE`, else `pmkit document revise {id}`",
        "请复审：仍然适用的执行 `pmkit set {id} review_on=日期`，否则 `pmkit document revise {id}`",
    ),
)
def review_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A plan that nobody looked at since spring describes another project."""
    for document in ws.of(Document):
        if not document.is_closed and document.review_on is not None and document.review_on < ctx.as_of:
            yield hit(document.at("review_on"), document.id, id=document.id, due=document.review_on)


@check(
    "DOC304",
    "document-not-signed",
    severity="warning",
    says=Text("{id} was released on {on} and is not signed by the customer", "{id} 于 {on} 发布，建设单位尚未签署"),
    fix=Text(
        "remind them; then `pmkit document sign {id} --by HANDLE --evidence scan.pdf`",
        "请催办；收到后执行 `pmkit document sign {id} --by 代号 --evidence 扫描件.pdf`",
    ),
)
def not_signed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A paper that the customer has to sign proves nothing until they did."""
    signed = {one.name for phase in phases_of(ws) for one in phase.required.get("signed", ())}
    for document in ws.of(Document):
        known = known_type(document.type or "")
        name = known.name if known else Text.same(document.type or "")
        released = document.reached("released")
        late = released is not None and (ctx.as_of - released).days > PATIENCE
        if document.status == "released" and late and name in signed and document.signed_by("customer") is None:
            yield hit(document.at("status"), document.id, id=document.id, on=released)
