"""Pull, push and the settling of conflicts: what is written on both sides, and what is said of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from pmkit.cli.crm_session import Exchange
from pmkit.cli.crm_told import as_json, field_label, sections
from pmkit.cli.language import h, tell
from pmkit.cli.progress import progress
from pmkit.cli.session import Session, out, print_json
from pmkit.domain.crm import CrmLink
from pmkit.kernel.errors import OutsideError, Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting

if TYPE_CHECKING:
    from pmkit.actions.crm import Pulled
    from pmkit.connectors.crm.push import Pushed
    from pmkit.workspace.crm.compare import Clash, Comparison, Pair
    from pmkit.workspace.crm.links import Base, Links


@dataclass
class Ended:
    """What a sync has done so far."""

    pulled: Pulled | None = None
    pushed: Pushed | None = None
    commits: list[str] = field(default_factory=list)
    requests: int = 0


@contextmanager
def as_crm(s: Session, crm: CrmLink) -> Iterator[Acting]:
    """The CRM acts, and whoever runs the command records it."""
    own = s.acting
    acting = Acting(crm.acting, own.on, own.by)
    s.__dict__["acting"] = acting
    try:
        yield acting
    finally:
        s.__dict__["acting"] = own


def do_pull(x: Exchange, found: Comparison, links: Links, ended: Ended) -> None:
    """Take in what came, in one commit."""
    from pmkit.actions.crm import pulled

    own = x.s.acting
    with as_crm(x.s, x.crm) as acting:
        done = pulled(x.s.whole, x.crm, found, links, x.s.next_id, acting, own)
        if done.edits is not None:
            _written(x.s, done.edits, ended)
    ended.pulled = done


def do_push(x: Exchange, found: Comparison, links: Links, ended: Ended, *, claim: bool) -> None:
    """Write what goes; what was done until an end that nobody wanted is kept all the same."""
    from pmkit.actions.crm import pushed
    from pmkit.connectors.crm.push import Pushed, push

    if claim and ended.pulled is not None:
        found.pairs += _claims(x, found, links, ended.pulled)
    done = ended.pushed = Pushed()
    total = len(found.pushes) + len(found.departures)
    try:
        with progress(Text("writing to {crm}", "正在写入{crm}").format(crm=x.crm.within)) as shown:
            shown.expect(total)
            push(x.client, x.crm, x.code, found, links, done, shown.one)
    except (OutsideError, KeyboardInterrupt):
        sys.stderr.write(
            h(
                f"written before that: {len(done.created)} new, {len(done.changed)} changed; the next run goes on\n",
                f"此前已写入：新建 {len(done.created)} 条，更新 {len(done.changed)} 条；再次执行将从此处继续\n",
            )
        )
        raise
    finally:
        ids = [link.record for link in (*done.created, *done.changed)]
        edits = pushed(x.crm, links, ids, (len(done.created), len(done.changed)), x.s.acting)
        if edits is not None:
            _written(x.s, edits, ended)


def _written(s: Session, edits: Any, ended: Ended) -> None:
    written = s.write(edits, silent=True)
    if written.commit:
        ended.commits.append(written.commit)


def _claims(x: Exchange, found: Comparison, links: Links, done: Pulled) -> list[Pair]:
    """Our key goes onto what just came, so that another copy of the project knows it for taken."""
    from pmkit.workspace.crm.compare import Pair, own_key

    claims = []
    for arrival in found.arrivals:
        entry, record_id = arrival.entry, done.made.get(arrival.remote.id)
        if record_id is None or not entry.key or not entry.pushes or entry.new_here.get("visibility") == "internal":
            continue
        link = links.of(record_id, entry.module)
        if link is not None:
            push = {entry.key: own_key(x.code, record_id)}
            claims.append(Pair(entry, x.s.whole.project, link, arrival.remote, push=push))
    return claims


# --- saying it -------------------------------------------------------------------------------------------------------


def report(s: Session, crm: CrmLink, found: Comparison, ended: Ended, *, pull: bool, push: bool) -> None:
    """What was done, or would be; ends the command with 5 where the CRM refused something, 1 where people decide."""
    done, sent = ended.pulled, ended.pushed
    if s.json:
        print_json(
            {
                **({"dry_run": True} if s.dry_run else {}), "commits": ended.commits, "requests": ended.requests,
                "pulled": None if done is None else {
                    "new": done.new, "changed": {k: list(v) for k, v in done.changed.items()},
                    "proposed": {k: list(v) for k, v in done.proposed.items()}, "request": done.request,
                    "left": [{"remote": name, "en": says.en, "zh": says.zh} for name, says in done.left],
                },
                "pushed": None if sent is None else {
                    "new": [link.record for link in sent.created], "changed": [link.record for link in sent.changed],
                    "failed": [{"id": one, "en": says.en, "zh": says.zh} for one, says in sent.failed],
                    "overtaken": sent.overtaken,
                },
                "found": as_json(found),
            }
        )  # fmt: skip
    else:
        _say(s, crm, found, ended, pull=pull, push=push)
    if sent is not None and sent.failed:
        raise typer.Exit(5)
    if found.conflicts or (done is not None and done.left) or (sent is not None and sent.overtaken):
        raise typer.Exit(1)


def _say(s: Session, crm: CrmLink, found: Comparison, ended: Ended, *, pull: bool, push: bool) -> None:
    done, sent = ended.pulled, ended.pushed
    if done is not None:
        new = sum(map(len, done.new.values()))
        out(h(f"pulled: {new} new, {len(done.changed)} changed", f"读入：新增 {new} 条，更新 {len(done.changed)} 条"))
        for ids in done.new.values():
            for one in ids[:20]:
                out(f"  + {one}")
        for one, keys in list(done.changed.items())[:20]:
            out(f"  ~ {one}  {tell(_labels(s, one, keys))}")
        if done.request:
            out(h(
                f"  signed, so proposed in {done.request}: {', '.join(done.proposed)}",
                f"  以下内容已签认，所做修改列入变更申请 {done.request}：{'、'.join(done.proposed)}",
            ))  # fmt: skip
        for name, says in done.left:
            out(h(f"  not taken: {name}: ", f"  未读入：{name}：") + tell(says))
    if sent is not None:
        out(h(
            f"pushed: {len(sent.created)} new, {len(sent.changed)} changed",
            f"写入：新建 {len(sent.created)} 条，更新 {len(sent.changed)} 条",
        ))  # fmt: skip
        for name, says in sent.failed:
            out(h(f"  not written: {name}: ", f"  未写入：{name}：") + tell(says))
        for name in sent.overtaken:
            out(h(
                f"  {name} was changed in {crm.vendor.en} in this moment: sync again",
                f"  {name} 刚刚在{crm.within.zh}中被改动：请再次同步",
            ))  # fmt: skip
    rest = list(sections(crm, found, pull=pull and done is None, push=push and sent is None))
    for line in rest:
        out(line)
    if not rest and done is None and sent is None:
        out(h(f"both sides agree ({found.same} records)", f"双方一致（{found.same} 条记录）"))
    if s.dry_run:
        out(h("  nothing written (dry run)", "  未写入（试运行）"))
    for commit in ended.commits:
        out(h(f"  commit {commit[:9]}", f"  提交 {commit[:9]}"))


def _labels(s: Session, record_id: str, keys: Sequence[str]) -> Text:
    record = s.whole.records.get(record_id)
    kind = record.kind.name if record is not None else "project"
    return Text.join(field_label(kind, key) for key in keys)


# --- conflicts -------------------------------------------------------------------------------------------------------


def resolve(x: Exchange, pairs: Sequence[Pair], links: Links, take: str) -> None:
    """Settle every conflict of a record: theirs first, so that a failure there leaves everything as it was."""
    from pmkit.actions.crm import resolved
    from pmkit.connectors.crm.base import Change
    from pmkit.workspace.crm.links import mark

    for pair in pairs:
        here: dict[str, str] = {}
        there: dict[str, str] = {}
        base: dict[str, Base] = {}
        for clash in (*pair.conflicts, *pair.theirs):
            way = pair.entry.way(clash.field)
            name = pair.entry.fields[clash.field].theirs[0]
            text = _merged(x, pair, clash, links) if take == "merge" else clash.here if take == "local" else clash.there
            if take == "local" and clash.told is not None and way != "pull":
                there[name] = x.marked(pair.entry, name, clash.told, pair.id)
                base[clash.field] = (mark(clash.here), mark(clash.told))
            elif take == "merge":
                there[name] = x.marked(pair.entry, name, text, pair.id)
                here[clash.field] = text
                base[clash.field] = (mark(text), mark(text))
            elif take == "remote" and way != "push":
                here[clash.field] = text
                base[clash.field] = (mark(text), mark(clash.raw))
            else:  # whose word counts does not write there, or the other does not write here: both stay as they are
                base[clash.field] = (mark(clash.here), mark(clash.raw))
        if there and not x.s.dry_run:
            saved = x.client.update(pair.entry.module, Change(pair.remote.id, there, pair.remote.modified))
            if saved.was_changed:
                raise Refused(
                    Text("{id} was changed there in this moment", "{id} 刚刚在 CRM 中被改动").format(id=pair.id),
                    Text("run it again", "请重新执行"),
                )
            if saved.error is not None:
                raise OutsideError(saved.error)
        edits = resolved(x.s.whole, pair, here, links, base, x.s.acting)
        x.s.write(edits)


def _merged(x: Exchange, pair: Pair, clash: Clash, links: Links) -> str:
    """Both texts in one. Refused where both changed one sentence, or it is no free text."""
    from pmkit.workspace.crm.merge import merged_text

    link = links.of(pair.id, pair.entry.module)
    before = _as_it_was(x.s, pair, clash.field, link.base.get(clash.field, ("", ""))[0] if link else "")
    is_free = pair.entry.way(clash.field) == "both" and clash.told == clash.here and clash.raw == clash.there
    text = merged_text(before, clash.here, clash.there) if before is not None and is_free else None
    if text is None:
        raise Refused(
            Text(
                "{id}: “{field}” cannot be merged: both sides changed the same words",
                "{id}：“{field}”无法合并，双方改动了同一处",
            ).format(id=pair.id, field=field_label(pair.entry.kind, clash.field)),
            Text(
                "write it as it should be with `pmkit set`, then `--take local`",
                "请先用 `pmkit set` 改成应有的内容，再执行 `--take local`",
            ),
        )
    return text


def _as_it_was(s: Session, pair: Pair, name: str, wanted: str) -> str | None:
    """The text of a field that both sides had, out of git's history; None where it is not found."""
    from pmkit.store.history import record_log
    from pmkit.workspace.crm.links import mark
    from pmkit.workspace.crm.said import as_text

    if s.git is None or not wanted:
        return None
    for event in reversed(record_log(s.git, pair.record.spot.path)):
        for change in event.changes:
            if change.field == name:
                for value in (change.after, change.before):
                    if mark(text := as_text(value)) == wanted:
                        return text
    return None
