"""`pmkit sync`: bring this clone and the host together, ids and all, and send what passes the checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.kernel.errors import Refused
from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.store.id_clashes import Clash
    from pmkit.store.remote import Remote

app = single()
_ROUNDS = 20  # times that somebody else may be faster before we give up
_SHOWN = 8


@dataclass
class _Story:
    """What a sync came to."""

    remote: str = ""
    came: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    renumbered: list[dict[str, str]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    is_pushed: bool = False


def _sync(s: Session) -> None:
    from pmkit.store.remote import Remote
    from pmkit.store.transaction import refuse_disturbed

    git = s.need_git()
    refuse_disturbed(git, [])
    remote = Remote.of(git)
    story = _Story(remote.label)
    for _ in range(_ROUNDS):
        remote.fetch()
        if not _together(s, remote, story) or s.dry_run:
            break
        if remote.push():
            story.is_pushed = True
            break
    else:
        raise Refused(
            Text(en="others sent commits {n} times in between", zh="其间他人已连续 {n} 次提交").format(n=_ROUNDS),
            Text("what came is merged; `pmkit sync` again", "收到的内容已合并，请再次执行 `pmkit sync`"),
        )
    _tell(s, story)
    if story.conflicts and not s.dry_run:
        raise typer.Exit(4)
    if story.findings:
        raise typer.Exit(1)


def _together(s: Session, remote: Remote, story: _Story) -> bool:
    """HEAD holds what the remote has; True where something is left to send, and may be."""
    theirs = remote.tip()
    if not theirs:
        story.sent = remote.git.run("log", "--reverse", "--format=%s").stdout.decode("utf-8", "replace").splitlines()
        return True
    ahead, behind = remote.counts()
    story.came += [line for line in remote.subjects(here=False) if line not in story.came] if behind else []
    story.sent = remote.subjects(here=True) if ahead else []
    if not ahead and not behind:
        return False
    if behind:
        _refuse_unsaved(remote, theirs)
        clashes = _clashes(remote, theirs) if ahead else []
        if s.dry_run:
            story.renumbered = [_as_told(clash, "?") for clash in clashes]
            story.conflicts = [] if clashes else remote.conflicts_with(theirs)
            return False
        merging = _renumbered(s, remote, theirs, clashes, story) if clashes else theirs
        subject = Text(en="Merge {remote}", zh="合并 {remote}").format(remote=remote.label)
        story.conflicts = remote.merge(merging, subject.to(s.ws.project.language))
        if story.conflicts:
            return False
        story.sent = remote.subjects(here=True)
    if ahead and not s.dry_run:
        story.findings = _new_errors(s, theirs)
    return bool(ahead) and not story.findings


def _clashes(remote: Remote, theirs: str) -> list[Clash]:
    from pmkit.store.id_clashes import parting

    return parting(remote.git, "HEAD", theirs).clashes


def _refuse_unsaved(remote: Remote, theirs: str) -> None:
    """Refused where the merge would meet edits that are not committed."""
    from pmkit.store.git import not_committed

    git = remote.git
    edited = set(git.edited(["."]))
    if not edited:
        return
    base = git.merge_base("HEAD", theirs)
    names = git.run("diff", "--name-only", "-z", base, theirs).stdout.decode("utf-8", "replace").split("\0")
    coming = {path.removeprefix(git.prefix) for path in names}
    staged = git.run("diff", "--cached", "--name-only", "-z").stdout.decode("utf-8", "replace").split("\0")
    if wrong := sorted(edited & coming) or sorted(path.removeprefix(git.prefix) for path in staged if path):
        raise not_committed(wrong)


def _renumbered(s: Session, remote: Remote, theirs: str, clashes: Sequence[Clash], story: _Story) -> str:
    """The later one of each pair gets another number, on its own side; the commit that is to be merged."""
    from pmkit.store.id_clashes import parting

    taken = {*parting(remote.git, "HEAD", theirs).theirs, *(clash.id for clash in clashes)}
    ours = [clash for clash in clashes if clash.is_ours_later]
    others = [clash for clash in clashes if not clash.is_ours_later]
    for clash in ours:
        _give(_again(s), clash, _free(s, clash.id, taken), story)
    if not others:
        return theirs
    with remote.checked_out(theirs) as folder:
        for clash in others:
            there = Session(workspace=str(folder), as_=s.as_)
            _give(there, clash, _free(s, clash.id, taken), story)
        return _again(there).need_git().head or theirs


def _free(s: Session, record_id: str, taken: set[str]) -> str:
    """A number that neither side has."""
    prefix = record_id.rpartition("-")[0]
    while (free := s.next_id(prefix)) in taken:
        pass
    taken.add(free)
    return free


def _give(s: Session, clash: Clash, new: str, story: _Story) -> None:
    from pmkit.cli.renumber import renumbering

    s.write(renumbering(s, clash.id, new)[0], silent=True)
    story.renumbered.append(_as_told(clash, new))


def _as_told(clash: Clash, new: str) -> dict[str, str]:
    return {"from": clash.id, "to": new, "side": "ours" if clash.is_ours_later else "theirs"}


def _again(s: Session) -> Session:
    """The same clone, read anew."""
    return Session(workspace=s.workspace, as_=s.as_)


def _new_errors(s: Session, theirs: str) -> list[Finding]:
    """What is wrong now and was not on the remote: that is not sent."""
    from pmkit.cli.check import collect

    return [f for f in collect(_again(s), since=theirs).findings if f.severity == "error"]


def _tell(s: Session, story: _Story) -> None:
    if s.json:
        print_json(_as_json(story) | ({"dry_run": True} if s.dry_run else {}))
        return
    for says, lines in (
        (Text(en="{n} commits came from {remote}", zh="从 {remote} 收到 {n} 个提交"), story.came),
        (Text(en="{n} commits to send to {remote}", zh="待发送到 {remote} 的提交：{n} 个"), story.sent)
        if not story.is_pushed
        else (Text(en="{n} commits sent to {remote}", zh="已向 {remote} 发送 {n} 个提交"), story.sent),
    ):
        if lines:
            out(tell(says.format(n=len(lines), remote=story.remote)))
            for line in lines[:_SHOWN]:
                out(f"  {line}")
            if more := len(lines[_SHOWN:]):
                out(f"  {tell(Text(en='... and {n} more', zh='……及另外 {n} 个').format(n=more))}")
    for one in story.renumbered:
        side = Text("ours", "我方") if one["side"] == "ours" else Text("theirs", "对方")
        says = Text(
            en="both sides gave {old}; the later one ({side}) is {new} now",
            zh="双方都使用了编号 {old}，较晚的一条（{side}）改为 {new}",
        )
        if s.dry_run:
            says = Text(
                en="both sides gave {old}; the later one ({side}) would get another number",
                zh="双方都使用了编号 {old}，较晚的一条（{side}）将改号",
            )
        out(tell(says.format(old=one["from"], side=side, new=one["to"])))
    _tell_open(s, story)
    if not any((story.came, story.sent, story.conflicts)):
        out(
            tell(
                Text(en="nothing new, here or on {remote}", zh="本地与 {remote} 均无新内容").format(remote=story.remote)
            )
        )


def _tell_open(s: Session, story: _Story) -> None:
    """What is left to a person."""
    if story.conflicts:
        says = (
            Text("a person would have to decide in these files:", "以下文件将需要人工决定：")
            if s.dry_run
            else Text(
                "decide between the markers in these files, then `git commit -a` and `pmkit sync`:",
                "请在以下文件的冲突标记之间作出选择，然后执行 `git commit -a` 和 `pmkit sync`：",
            )
        )
        out(tell(says))
        for path in story.conflicts:
            out(f"  {path}")
    if story.findings:
        out(
            tell(
                Text(
                    "merged here, not sent: mend these errors, `pmkit commit`, then `pmkit sync` again",
                    "已在本地合并，尚未发送：请改正以下错误，执行 `pmkit commit` 后再次 `pmkit sync`",
                )
            )
        )
        for finding in story.findings:
            out(f"  {finding.place}: {finding.code} {tell(finding.says)}")


def _as_json(story: _Story) -> dict[str, Any]:

    return {
        "remote": story.remote,
        "came": story.came,
        "sent": story.sent,
        "pushed": story.is_pushed,
        "renumbered": story.renumbered,
        "conflicts": story.conflicts,
        "errors": [
            {"code": f.code, "at": str(f.place), "message": {"en": f.says.en, "zh": f.says.zh}} for f in story.findings
        ],
    }


_HELP = h("Fetch, merge, renumber clashing ids, check, push", "拉取、合并、为重号记录改号、检查并推送")
SYNCING = {key: option for key, option in WRITING.items() if key not in {"no_commit", "date"}}
command(app, "sync", _HELP, SYNCING)(_sync)
