"""The register as a whole: the files that it names, the next number, what a phase still has to leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.document_types import (
    OTHER,
    Degree,
    DocumentType,
    Phase,
    letters,
    number_form,
    number_of,
    project_phases,
    type_word,
)
from pmkit.domain.documents import Document
from pmkit.domain.handovers import Handover
from pmkit.domain.interviews import Interview
from pmkit.domain.kind import Tracked
from pmkit.domain.meetings import Meeting
from pmkit.domain.reviews import Review
from pmkit.domain.signoffs import SignOff
from pmkit.domain.training import Training
from pmkit.domain.trials import Trial
from pmkit.domain.warranties import Warranty
from pmkit.kernel.errors import UsageError
from pmkit.kernel.place import Spot
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace

# --- the files -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a document names: where it says so, of which version, with which SHA-256.

    `is_stored`: the path lies in the workspace; else it is a path or an address elsewhere.
    """

    document: Document
    at: Spot
    path: str
    version: str
    sha256: str | None
    is_stored: bool = True


def files_named(ws: Workspace) -> Iterator[Named]:
    """Every file of the register, each once, as the newest version that names it has it; scans of signatures too."""
    for document in ws.of(Document):
        yield from files_of(document)


def files_of(document: Document) -> Iterator[Named]:
    """The files of a document."""
    found: dict[str, Named] = {}
    versions: list[tuple[Spot, Any]] = [(document.at("file"), document)]
    versions += [
        (document.at("earlier", number, "file"), document.earlier[number])
        for number in reversed(range(len(document.earlier)))
    ]
    for at, one in versions:
        if one.file:
            found.setdefault(one.file, Named(document, at, one.file, one.version, one.sha256))
        if one.place:
            found.setdefault(one.place, Named(document, at, one.place, one.version, one.sha256, is_stored=False))
    for number, signature in enumerate(document.signed):
        at = document.at("signed", number, "evidence")
        kept = signature.evidence
        found.setdefault(kept.file, Named(document, at, kept.file, signature.version, kept.sha256))
    yield from found.values()


State = Literal["changed", "missing"]


def departed(named: Iterable[Named], sha256: Callable[[Named], str | None]) -> Iterator[tuple[Named, State]]:
    """The files that are gone or hold something else than was recorded."""
    for one in named:
        there = sha256(one)
        if there is None:
            yield one, "missing"
        elif one.sha256 is not None and there != one.sha256:
            yield one, "changed"


# --- numbers and phases ----------------------------------------------------------------------------------------------


def phases_of(ws: Workspace) -> tuple[Phase, ...]:
    """The phases in which the project files its documents."""
    return project_phases(ws.project.documents, ws.project.language)


def phase_named(ws: Workspace, name: str) -> Phase:
    """The phase of this name or with these letters. Raises UsageError."""
    phases = phases_of(ws)
    for phase in phases:
        if name.casefold() in {form.casefold() for form in (phase.code, phase.name.en, phase.name.zh)}:
            return phase
    names = [phase.name.to(ws.project.language) for phase in phases]
    hint = did_you_mean(name, names)
    raise UsageError(
        Text(en="there is no phase `{name}`", zh="没有阶段“{name}”").format(name=name),
        hint
        if hint.en
        else Text.join(Text(en=f"{n} ({p.code})", zh=f"{n}（{p.code}）") for n, p in zip(names, phases, strict=True)),
    )


def phase_label(ws: Workspace, document: Document) -> Text | None:
    """The phase of a document in words."""
    if not document.phase:
        return None
    forms = {form: phase.name for phase in phases_of(ws) for form in (phase.code, phase.name.en, phase.name.zh)}
    return forms.get(document.phase, Text.same(document.phase))


def next_number(ws: Workspace, phase: str | None, type_name: str | None, year: int) -> str:
    """The next document number by the project's rule: one more than the highest that only differs in its count."""
    rules = ws.project.documents
    values = {
        "project": ws.project.code,
        "phase": phase_named(ws, phase).code if phase else OTHER,
        "kind": letters(rules, type_name),
        "year": str(year),
    }
    form = number_form(rules, **values)
    used = [int(match[1]) for one in ws.of(Document) if one.number and (match := form.match(one.number))]
    return number_of(rules, max(used, default=0) + 1, **values)


# --- what has to be there --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """A document that a phase has to leave behind. `has`: what answers it, by id; `lacks`: None where it is complete.

    `mend`: the command that brings it on.
    """

    phase: Phase
    type: DocumentType
    degree: Degree
    has: tuple[str, ...]
    lacks: Text | None
    mend: str

    @property
    def is_missing(self) -> bool:
        return self.lacks is not None and self.degree != "if_any"


def needs(ws: Workspace, phases: Sequence[Phase]) -> Iterator[Need]:
    """Every document that the phases require, with how it stands."""
    documents = [d for d in ws.of(Document) if d.status != "superseded"]
    lang = ws.project.language
    for phase in phases:
        for degree, types in phase.required.items():
            for one in types:
                forms = {one.name.en.casefold(), one.name.zh, one.code.casefold()}
                found = [d for d in documents if d.type and d.type.casefold() in forms]
                by_records = _BY_RECORDS.get(one.code)
                records = by_records(ws) if by_records and not any(_lacks(d, degree) is None for d in found) else None
                if records is not None and (records.has or not found):
                    yield Need(phase, one, degree, records.has, records.lacks, records.mend)
                    continue
                yield _by_register(phase, one, degree, found, lang)


def _by_register(phase: Phase, one: DocumentType, degree: Degree, found: Sequence[Document], lang: str) -> Need:
    if not found:
        name, where = (t.zh if lang == "zh" else t.en for t in (one.name, phase.name))
        mend = f"pmkit document register FILE --type {_quoted(name)} --phase {_quoted(where)}"
        return Need(phase, one, degree, (), Text("not registered", "未登记"), mend)
    lacking = [(d, lacks) for d in found if (lacks := _lacks(d, degree)) is not None]
    ids = tuple(d.id for d in found)
    if not lacking:
        return Need(phase, one, degree, ids, None, "")
    document, (what, mend) = lacking[0]
    return Need(phase, one, degree, ids, what, mend.format(id=document.id))


def _quoted(word: str) -> str:
    return word if word.replace("_", "").isalnum() else f"'{word.replace(chr(39), '’')}'"


def _lacks(document: Document, degree: Degree) -> tuple[Text, str] | None:
    if document.status == "draft":
        return Text("a draft", "草稿"), "pmkit document submit {id}"
    if document.status == "in_review":
        return Text("in review", "评审中"), "pmkit document release {id}"
    if degree == "signed" and document.signed_by("customer") is None:
        return Text(
            "not signed by the customer", "建设单位未签署"
        ), "pmkit document sign {id} --by HANDLE --evidence FILE"
    return None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the project's own records say of a required document."""

    has: tuple[str, ...]
    lacks: Text | None
    mend: str = ""


def _kickoff(ws: Workspace) -> _Answer:
    found = [m for m in ws.of(Meeting) if m.type == "kickoff" and m.status != "cancelled"]
    return _confirmed(found, "pmkit meeting add --type kickoff", "pmkit meeting")


def _interviews(ws: Workspace) -> _Answer:
    return _confirmed(
        [i for i in ws.of(Interview) if i.status != "withdrawn"], "pmkit interview record", "pmkit interview"
    )


_NEXT = {"planned": "hold", "held": "send", "recorded": "send", "sent": "confirm"}


def _confirmed(found: Sequence[Tracked], begin: str, noun: str) -> _Answer:
    """Confirmed by the customer, all of them."""
    if not found:
        return _Answer((), Text("not there yet", "尚未形成"), begin)
    ids = tuple(one.id for one in found)
    late = next((one for one in found if one.status in _NEXT), None)
    if late is None:
        return _Answer(ids, None)
    lacks = Text(en="{id} is not confirmed", zh="{id} 尚未确认").format(id=late.id)
    return _Answer(ids, lacks, f"{noun} {_NEXT[late.status]} {late.id}")


def _requirements_signed(ws: Workspace) -> _Answer:
    found = [s for s in ws.of(SignOff) if s.subject == "requirements" and s.status in {"prepared", "signed"}]
    signed = tuple(s.id for s in found if s.status == "signed")
    if signed:
        return _Answer(signed, None)
    if found:
        lacks = Text(en="{id} is not signed", zh="{id} 尚未签署").format(id=found[-1].id)
        return _Answer((found[-1].id,), lacks, f"pmkit signoff record {found[-1].id} --by HANDLE --evidence FILE")
    return _Answer((), Text("not there yet", "尚未形成"), "pmkit signoff prepare requirements")


def _changes_confirmed(ws: Workspace) -> _Answer:
    """Every change that was agreed was confirmed by the customer; without one there is no form to file."""
    agreed = [c for c in ws.of(ChangeRequest) if c.status in {"approved", "confirmed", "applied", "verified", "closed"}]
    late = next((c for c in agreed if c.reached("confirmed") is None), None)
    if late is None:
        return _Answer(tuple(c.id for c in agreed), None)
    lacks = Text(en="{id} is not confirmed by the customer", zh="{id} 客户尚未确认").format(id=late.id)
    return _Answer(tuple(c.id for c in agreed), lacks, f"pmkit change confirm {late.id} --by HANDLE --evidence FILE")


def _reviewed(kind: str) -> Callable[[Workspace], _Answer]:
    """A review of that type that passed, with every comment answered."""

    def answer(ws: Workspace) -> _Answer:
        found = [r for r in ws.of(Review) if r.type == kind and r.status != "cancelled"]
        if not found:
            return _Answer((), Text("not there yet", "尚未形成"), f"pmkit review plan --type {kind}")
        passed = tuple(r.id for r in found if r.status == "closed" and r.decision in {"pass", "conditional"})
        if passed:
            return _Answer(passed, None)
        last = found[-1]
        lacks = Text(en="{id} is not closed", zh="{id} 尚未关闭").format(id=last.id)
        verb = "record" if last.decision is None else "close"
        return _Answer((last.id,), lacks, f"pmkit review {verb} {last.id}")

    return answer


def _minutes(ws: Workspace) -> _Answer:
    return _confirmed([m for m in ws.of(Meeting) if m.status != "cancelled"], "pmkit meeting add", "pmkit meeting")


def _acceptance_signed(subject: str) -> Callable[[Workspace], _Answer]:
    """The report and certificate of a stage, signed by the customer."""

    def answer(ws: Workspace) -> _Answer:
        found = [s for s in ws.of(SignOff) if s.subject == subject and s.status in {"prepared", "signed"}]
        signed = tuple(s.id for s in found if s.status == "signed")
        if signed:
            return _Answer(signed, None)
        if found:
            lacks = Text(en="{id} is not signed", zh="{id} 尚未签署").format(id=found[-1].id)
            return _Answer((found[-1].id,), lacks, f"pmkit signoff record {found[-1].id} --by HANDLE --evidence FILE")
        return _Answer((), Text("not there yet", "尚未形成"), f"pmkit acceptance certificate --stage {subject}")

    return answer


def _ended(model: type[Tracked], state: str, mend: str) -> Callable[[Workspace], _Answer]:
    """A record that came to the state in which the customer has signed for it."""

    def answer(ws: Workspace) -> _Answer:
        found = [one for one in ws.of(model) if one.status != "cancelled"]
        done = tuple(one.id for one in found if one.status == state)
        if done:
            return _Answer(done, None)
        if not found:
            return _Answer((), Text("not there yet", "尚未形成"), mend)
        last = found[-1]
        states = last.kind.states
        word = states.names[last.status] if states else Text.same(last.status)
        lacks = Text(en="{id}: {state}", zh="{id}：{state}").format(id=last.id, state=word)
        return _Answer((last.id,), lacks, mend)

    return answer


def _training_signed(ws: Workspace) -> _Answer:
    found = [one for one in ws.of(Training) if one.status != "cancelled"]
    late = next((one for one in found if one.status != "confirmed"), None)
    if found and late is None:
        return _Answer(tuple(one.id for one in found), None)
    if late is None:
        return _Answer((), Text("not there yet", "尚未形成"), "pmkit training plan --title TEXT")
    lacks = Text(en="{id} is not confirmed", zh="{id} 尚未确认").format(id=late.id)
    verb = "record" if late.status == "planned" else "confirm"
    return _Answer(tuple(one.id for one in found), lacks, f"pmkit training {verb} {late.id}")


def _inspections(ws: Workspace) -> _Answer:
    found = [one for one in ws.of(Warranty) if one.inspections]
    if found:
        return _Answer(tuple(one.id for one in found), None)
    return _Answer((), Text("not there yet", "尚未形成"), "pmkit warranty inspect TEXT")


# Papers that pmkit itself keeps are not registered once more: their records answer for them.
_BY_RECORDS: dict[str, Callable[[Workspace], _Answer]] = {
    "QDHY": _kickoff,
    "XQFT": _interviews,
    "XQGG": _requirements_signed,
    "XQQR": _requirements_signed,
    "XQPS": _reviewed("requirement"),
    "SJPS": _reviewed("design"),
    "BGSQ": _changes_confirmed,
    "HYJY": _minutes,
    "PXJL": _training_signed,
    "CYBG": _acceptance_signed("preliminary"),
    "YSBG": _acceptance_signed("final"),
    "SYXBG": _ended(Trial, "passed", "pmkit trial finish --result pass --by HANDLE --evidence FILE"),
    "YXRZ": _ended(Trial, "passed", "pmkit trial log TEXT"),
    "YJQD": _ended(Handover, "handed_over", "pmkit acceptance handover add --title TEXT"),
    "XJJL": _inspections,
    "ZBZM": _ended(Warranty, "completed", "pmkit warranty end --by HANDLE --evidence FILE"),
}


def wanted_by_customer(ws: Workspace, type_name: str | None) -> bool:
    """True for a type of document that the customer signs: it is the customer's to see."""
    if not type_name:
        return False
    word = type_word(type_name)
    return any(one.name == word for phase in phases_of(ws) for one in phase.required.get("signed", ()))
