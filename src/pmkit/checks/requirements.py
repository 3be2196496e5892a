"""REQ1xx: requirements that cannot be tested or traced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.interviews import Interview
from pmkit.domain.requirements import Requirement
from pmkit.domain.wording import is_binding, promises, vague_words, weak_words
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import workdays_after

CONFIRM_WITHIN = 5  # working days


def _alive(ws: Workspace) -> Iterator[Requirement]:
    return (r for r in ws.requirements if r.status not in {"rejected", "withdrawn"})


@check(
    "REQ101",
    "requirement-without-acceptance",
    severity="warning",
    says=Text("{id} has no acceptance criteria", "{id} 没有验收标准"),
    fix=Text("`pmkit set {id} acceptance+='...'`", "`pmkit set {id} acceptance+='……'`"),
)
def without_acceptance(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What nobody agreed how to test cannot be accepted."""
    for r in _alive(ws):
        if not r.acceptance:
            yield hit(r.at("acceptance"), r.id, id=r.id)


@check(
    "REQ102",
    "requirement-without-statement",
    severity="warning",
    says=Text("{id} has a title but no statement", "{id} 只有名称，没有需求描述"),
    fix=Text("`pmkit set {id} statement='...'`", "`pmkit set {id} statement='……'`"),
)
def without_statement(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A title promises nothing that can be held against anybody."""
    for r in _alive(ws):
        if not (r.statement or "").strip():
            yield hit(r.at("statement"), r.id, id=r.id)


@check(
    "REQ103",
    "requirement-without-source",
    severity="warning",
    says=Text("{id} does not say where it comes from", "{id} 没有注明来源"),
    fix=Text("`pmkit set {id} source='...'`, or `from+=MTG-001`", "`pmkit set {id} source='……'`，或 `from+=MTG-001`"),
)
def without_source(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A year later somebody asks who wanted this."""
    for r in _alive(ws):
        if not r.source and not r.from_:
            yield hit(r.at("source"), r.id, id=r.id)


@check(
    "REQ104",
    "requirement-without-priority",
    severity="warning",
    says=Text("{id} has no priority", "{id} 没有优先级"),
    fix=Text(
        "`pmkit set {id} priority=must` (should, could, wont)",
        "`pmkit set {id} priority=must`（应当 should、可选 could、本期不做 wont）",
    ),
)
def without_priority(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without priorities everything is a must, and the first delay decides what is dropped."""
    for r in _alive(ws):
        if r.priority is None:
            yield hit(r.at("priority"), r.id, id=r.id)


def _wordings(ws: Workspace) -> Iterator[tuple[Requirement, Keys, str]]:
    """The texts that are still to be agreed: statements and criteria of requirements that nobody confirmed yet."""
    for r in ws.requirements:
        if r.status in {"draft", "reviewed"}:
            if r.statement:
                yield r, ("statement",), r.statement
            yield from ((r, ("acceptance", at), criterion) for at, criterion in enumerate(r.acceptance))


def _quoted(words: Sequence[str]) -> Text:
    return Text(en=", ".join(f"“{w}”" for w in words), zh="、".join(f"“{w}”" for w in words))


@check(
    "REQ105",
    "vague-word",
    severity="warning",
    says=Text("{id}: {words} cannot be tested", "{id}：{words}含糊，无法验收"),
    fix=Text("say how much, which ones, by when", "请写明数量、范围或时限"),
)
def vague_word(ws: Workspace, _: Context) -> Iterator[Hit]:
    """At acceptance everybody reads such a word in their own favour."""
    for r, keys, text in _wordings(ws):
        if words := vague_words(text):
            yield hit(r.at(*keys), r.id, id=r.id, words=_quoted(words))


@check(
    "REQ106",
    "several-in-one",
    severity="warning",
    says=Text("{id} seems to hold {n} requirements", "{id} 中似乎包含 {n} 项需求"),
    fix=Text(
        "one statement, one promise: `pmkit requirement add --parent {id} ...`",
        "一条只写一项，可用 `pmkit requirement add --parent {id} ……` 拆分",
    ),
)
def several_in_one(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Two promises in one statement are tested and accepted together, or not at all."""
    for r, keys, text in _wordings(ws):
        if keys == ("statement",) and (n := promises(text)) > 1:
            yield hit(r.at("statement"), r.id, id=r.id, n=n)


@check(
    "REQ107",
    "weak-word",
    severity="warning",
    says=Text("{id}: {words} without a measure", "{id}：{words}没有衡量标准"),
    fix=Text("say by what it is measured", "请写明如何衡量"),
    opinion=True,
)
def weak_word(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Words that are often empty and sometimes right; a look at each is worth it before signature."""
    for r, keys, text in _wordings(ws):
        if words := weak_words(text):
            yield hit(r.at(*keys), r.id, id=r.id, words=_quoted(words))


@check(
    "REQ108",
    "statement-not-binding",
    severity="warning",
    says=Text("{id} does not say that something shall be so", "{id} 的描述中没有“应”“须”“可”“支持”等用语"),
    fix=Text("write “the system shall ...”", "请写成“系统应……”"),
    opinion=True,
)
def statement_not_binding(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without such a word a statement reads as a description of how things are."""
    for r, keys, text in _wordings(ws):
        if keys == ("statement",) and not is_binding(text):
            yield hit(r.at("statement"), r.id, id=r.id)


@check(
    "REQ301",
    "interview-unconfirmed",
    severity="warning",
    says=Text(
        "the record of {id} went out on {sent} and is not confirmed", "{id} 的访谈记录已于 {sent} 送出，尚未确认"
    ),
    fix=Text(
        "ask for the reply, then `pmkit confirm {id} --by HANDLE --evidence FILE`",
        "请催复，收到后执行 `pmkit confirm {id} --by 代号 --evidence 文件`",
    ),
)
def interview_unconfirmed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Notes that the customer never confirmed are our notes; requirements that come from them stand on nothing."""
    for interview in ws.of(Interview):
        sent = interview.reached("sent")
        if interview.status != "sent" or sent is None:
            continue
        if ctx.as_of > (interview.reply_by or workdays_after(ctx.planned, sent, CONFIRM_WITHIN)):
            yield hit(interview.at("status"), interview.id, id=interview.id, sent=sent)
