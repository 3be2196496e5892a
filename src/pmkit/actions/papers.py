"""Paper: sent to be signed, signed, sealed, returned, filed. None of it moves the record itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmkit.actions.communications import action_item
from pmkit.actions.evidence import Received, kept_if_any
from pmkit.actions.interviews import handles_of
from pmkit.actions.records import NextId, ids_in_short
from pmkit.domain.kind import Record
from pmkit.domain.papers import EVENTS, PARTY_OF_SIDE, SEALS, SIGNING_PARTIES, Event, OnPaper
from pmkit.domain.people import SIDES, Person
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Append, Attach, Change, Edits, Set, headed
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import OURS, PaperStanding, paper_standing, party_of, party_word, signing_parties


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of the paper beside what happened. `owner` and `settle_by`: who settles the remarks, until when.

    `about`: the signed records that the remarks are about; all of them where none is named. `unsealed`: records whose
    paper wants no seals, though by custom its like do.
    """

    party: str | None = None
    copies: int | None = None
    pages: int | None = None
    due: date | None = None
    seal: str | None = None
    kept_at: str | None = None
    remarks: str | None = None
    owner: str | None = None
    settle_by: date | None = None
    about: Sequence[str] = ()
    scan: Received | None = None
    note: str | None = None
    anyway: bool = False
    unsealed: Collection[str] = ()


def party_called(said: str) -> str:
    """The party that a word of either language, or the word of a side, means. Raises UsageError."""
    words = {form.casefold(): code for code, t in SIGNING_PARTIES.items() for form in (code, t.en, t.zh)}
    words |= {
        form.casefold(): party
        for side, party in PARTY_OF_SIDE.items()
        for form in (side, SIDES[side].en, SIDES[side].zh)
    }
    if said.casefold() not in words:
        raise UsageError(
            Text(en="there is no party `{said}`", zh="没有“{said}”这一单位").format(said=said),
            did_you_mean(said, words)
            if did_you_mean(said, words).en
            else Text.join(Text(en=code, zh=f"{code}（{t.zh}）") for code, t in SIGNING_PARTIES.items()),
        )
    return words[said.casefold()]


def seal_called(ws: Workspace, said: str) -> str:
    """The seal that a word of either language means, among those in use. Raises UsageError."""
    words = {form.casefold(): code for code, t in SEALS.items() for form in (code, t.en, t.zh)}
    code = words.get(said.casefold())
    if code is None or code not in ws.project.paper.seals:
        raise UsageError(
            Text(en="`{said}` is no seal of this project", zh="“{said}”不是本项目可用的印章").format(said=said),
            Text.join(Text(en=one, zh=f"{one}（{SEALS[one].zh}）") for one in ws.project.paper.seals),
        )
    return code


def handle(ws: Workspace, records: Sequence[Record], what: Event, told: Told, next_id: NextId, acting: Acting) -> Edits:
    """The same event of the paper of each record, in one commit; remarks become conditions or action items.

    Refused, for all records at once: what does not fit what happened so far.
    """
    changes: list[Change] = []
    parties: list[str] = []
    refusals: list[Refused] = []
    scan, attach = kept_if_any(records[0].id, told.scan)
    for record in records:
        try:
            on_paper = _on_paper(record)
            standing = paper_standing(ws, on_paper)
            event = _event(ws, on_paper, standing, what, told, scan, acting)
            parties.append(event.get("party", ""))
            changes += _written(ws, on_paper, event, told)
            changes += _settled(ws, on_paper, told, next_id, acting) if told.remarks else ()
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        fixes = [r.fix for r in refusals if r.fix is not None]
        raise Refused(Text.join((r.says for r in refusals), en="\n", zh="\n"), fixes[0] if fixes else None)
    ids = tuple(record.id for record in records)
    subject = headed(ids_in_short(ids), said(what, parties))
    files: tuple[Attach, ...] = attach
    return Edits((*changes, *files), f"paper.{what}", ids, subject, acting.by, acting.on)


def said(what: Event, parties: Sequence[str]) -> Text:
    """What happened to the paper, with whom: the summary of the commit."""
    who = Text.join(party_word(one) for one in dict.fromkeys(parties) if one)
    says = {
        "sent": Text("Send the paper to {who}", "纸质文件送{who}签署"),
        "returned": Text("The paper comes back from {who}", "{who}退回纸质文件"),
        "filed": Text("File the original", "原件归档"),
    }.get(what, Text("{who} has {what} the paper", "{who}在纸质文件上{what}"))
    return says.format(who=who, what=EVENTS[what])


def _on_paper(record: Record) -> OnPaper:
    if isinstance(record, OnPaper) and record.kind.paper is not None:
        return record
    raise UsageError(
        Text(en="a {kind} is not signed on paper", zh="{kind}没有需签署的纸质文件").format(kind=record.kind.label),
        Text(
            "name a record whose document is signed: a sign-off, a change, minutes",
            "请指明需签署文件的记录，如签认、变更、会议纪要",
        ),
    )


def _event(
    ws: Workspace, record: OnPaper, standing: PaperStanding | None, what: Event, told: Told,
    scan: dict[str, Any] | None, acting: Acting,
) -> dict[str, Any]:  # fmt: skip
    """The event as it is written. Refused where it does not fit what happened before."""
    party = _party(ws, record, standing, what, told, acting)
    _refuse_unfit(record, standing, what, party, told, acting.on)
    signer = ws.find(acting.by, Person)
    signs = signer is not None and what in {"signed", "sealed"} and party_of(ws, signer.id) == party
    raw = {
        "what": what,
        "on": acting.on.isoformat(),
        "by": acting.recorded_by if signs and acting.recorded_by else acting.by,
        "party": None if what == "filed" else party,
        "signer": signer.id if signs and signer else None,
        "copies": told.copies,
        "due": told.due.isoformat() if told.due else None,
        "seal": told.seal,
        "remarks": told.remarks,
        "at": told.kept_at,
        "scan": scan,
        "note": told.note,
    }
    return {key: value for key, value in raw.items() if value is not None}


def _party(
    ws: Workspace, record: OnPaper, standing: PaperStanding | None, what: Event, told: Told, acting: Acting
) -> str:
    """Whose turn it is: as said, the signer's, where the paper lies, else the next that has not signed."""
    if told.party is not None:
        return told.party
    own = party_of(ws, acting.by)
    if what in {"signed", "sealed"} and acting.recorded_by and own:
        return own
    if what in {"signed", "sealed"} and own and not _has(standing, own, what):
        return own
    if what in {"signed", "sealed", "returned"}:
        return (standing.at if standing else None) or own or OURS
    states = standing.parties if standing else ()
    waiting = [one.party for one in states if one.signed is None and one.party != OURS]
    others = [one for one in (record.paper.parties if record.paper else ()) or signing_parties(ws) if one != OURS]
    return (waiting or others or [OURS])[0]


def _has(standing: PaperStanding | None, party: str, what: str) -> bool:
    """True where a party signed, or sealed, it already."""
    state = next((one for one in standing.parties if one.party == party), None) if standing else None
    return bool(state and (state.signed if what == "signed" else state.sealed))


def _refuse_unfit(
    record: OnPaper, standing: PaperStanding | None, what: Event, party: str, told: Told, on: date
) -> None:
    last = standing.last if standing else None
    if last is not None and on < last.on:
        raise UsageError(
            Text(
                en="{id}: {on} is before {last}, when it was {what}", zh="{id}：{on} 早于上一步“{what}”的日期 {last}"
            ).format(id=record.id, on=on, last=last.on, what=EVENTS[last.what])
        )
    if what == "filed":
        lacking = [one.name for one in standing.parties if one.signed is None] if standing else [Text("all", "各方")]
        if lacking and not told.anyway:
            raise Refused(
                Text(en="{id}: not signed yet by {who}", zh="{id}：{who}尚未签字").format(
                    id=record.id, who=Text.join(lacking)
                ),
                Text("`--anyway` files it as it is", "确需先行归档请加 `--anyway`"),
            )
        return
    if standing is None:
        return
    if standing.state == "filed":
        raise Refused(
            Text(en="{id}: the original was filed on {on}", zh="{id}：原件已于 {on} 归档").format(
                id=record.id, on=last.on if last else ""
            ),
            Text("a paper that is signed anew belongs to a new record", "重新签署的文件请另建记录"),
        )
    state = next((one for one in standing.parties if one.party == party), None)
    done = {"signed": state and state.signed, "sealed": state and state.sealed}.get(what)
    if done and not _says_more(told):
        raise Refused(
            Text(en="{id}: {party} did so on {on}", zh="{id}：{party}已于 {on} 完成").format(
                id=record.id, party=party_word(party), on=done
            )
        )
    if what == "sent" and standing.at == party:
        raise Refused(
            Text(en="{id} lies with {party} since {on}", zh="{id} 已于 {on} 送达{party}，尚未返回").format(
                id=record.id, party=party_word(party), on=standing.since
            ),
            Text.same(f"pmkit paper signed|sealed|return {record.id}"),
        )


def _says_more(told: Told) -> bool:
    """True where it adds something to what is known: remarks, a scan, copies that came back."""
    return bool(told.remarks or told.scan or told.copies is not None)


def _written(ws: Workspace, record: OnPaper, event: dict[str, Any], told: Told) -> list[Change]:
    """The event; with the first one also how many originals there are and who signs them."""
    at = record.at("paper")
    facts = {
        "copies": told.copies if event["what"] == "sent" else None,
        "pages": told.pages,
        "sealed": False if record.id in told.unsealed else None,
    }
    given = {key: value for key, value in facts.items() if value is not None}
    if record.paper is None:
        parties = list(signing_parties(ws))
        if "party" in event and event["party"] not in parties:
            parties.append(event["party"])
        return [Set(at.path, at.keys, {**given, "parties": parties, "events": [event]})]
    changes: list[Change] = [Set(at.path, (*at.keys, key), value) for key, value in given.items()]
    party = event.get("party")
    if party and party not in record.paper.parties:
        changes.append(Append(at.path, (*at.keys, "parties"), party))
    return [*changes, Append(at.path, (*at.keys, "events"), event)]


def _settled(ws: Workspace, record: OnPaper, told: Told, next_id: NextId, acting: Acting) -> list[Change]:
    """What was written on it by hand, as something to settle: a condition of the sign-off, else an action item."""
    if told.owner is None or told.settle_by is None:
        raise UsageError(
            Text("who settles the remarks, until when?", "请指明手写意见由谁落实、何时完成"),
            Text("add `--owner HANDLE --due DATE`", "请加 `--owner 代号 --due 日期`"),
        )
    owner = handles_of(ws).get(told.owner, told.owner)
    due = told.settle_by.isoformat()
    text = told.remarks or ""
    if isinstance(record, SignOff):
        known = [one.id for one in record.agreed]
        wrong = [one for one in told.about if one not in known]
        if wrong:
            raise UsageError(
                Text(en="{ids} is not in {signoff}", zh="{signoff} 中没有 {ids}").format(
                    ids=", ".join(wrong), signoff=record.id
                )
            )
        named = [one for one in told.about or known if one not in record.conditional]
        condition = record.at("conditions")
        tied = record.at("conditional")
        return [
            Append(condition.path, condition.keys, {"text": text, "owner": owner, "due": due}),
            *(Append(tied.path, tied.keys, one) for one in named),
        ]
    point = {"text": text, "owner": owner, "due": due}
    visibility = None if record.seen_by_customer else "internal"
    return [action_item(ws, point, record.id, visibility, next_id, acting)]
