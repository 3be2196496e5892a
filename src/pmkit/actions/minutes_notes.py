"""Minutes as people write them, in Markdown, read into the fields of the meeting (docs/minutes.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.notes import LABELLED, NUMBER, Notes, NotesReader, table_rows
from pmkit.domain.meetings import KINDS
from pmkit.domain.points import parse_day_loosely
from pmkit.kernel.text import Text

_PARTS = {
    "followed": (
        "上次事项落实", "上次会议事项落实", "上次待办落实", "上次事项", "last actions", "actions from last meeting",
    ),
    "topics": (
        "议题与讨论要点", "议题与讨论", "讨论要点", "议题", "会议内容", "讨论",
        "topics", "topics and discussion", "discussion",
    ),
    "decisions": ("议定事项", "会议决定", "决定", "决议", "decisions"),
    "actions": ("待办事项", "待办", "行动项", "下一步工作", "actions", "action items"),
    "escalations": ("需协调事项", "需协调", "需要协调的事项", "escalations", "matters for escalation"),
    "next_at": ("下次会议", "下次会议时间", "next", "next meeting"),
    "annexes": ("附件", "annex", "annexes"),
}  # fmt: skip
_HEADS = {
    "title": ("会议主题", "主题", "subject", "title"),
    "type": ("会议类型", "类型", "type"),
    "when": ("会议时间", "时间", "日期", "time", "date", "when"),
    "place": ("地点", "会议地点", "地点/线上", "place", "where"),
    "chair": ("主持人", "主持", "chair", "chaired by"),
    "minutes_by": ("记录人", "记录", "整理", "recorded by", "minutes by"),
    "reviewed_by": ("审核", "审核人", "reviewed by"),
    "present": (
        "参会人员", "参会", "参加人员", "与会人员", "出席人员", "出席", "建设单位", "承建单位", "监理单位", "协作单位",
        "甲方", "乙方", "监理",
        "customer", "supplier", "supervisor", "partner", "attendees", "present",
    ),
    "absent": ("请假/缺席", "请假", "缺席", "absent", "apologies"),
    "cc": ("抄送", "cc", "copy to"),
    "reply_by": ("回复期限", "reply by"),
    "ref": ("编号", "ref", "ref."),
}  # fmt: skip
_TICK = re.compile(r"\A\[(?P<tick>[ xX√✓])\]\s*")
_ACTION_ID = re.compile(r"\A(?P<id>[Aa][Cc][Tt]-?[0-9]{1,9})[\s：:、，,]*(?P<rest>.*)\Z", re.DOTALL)
_DUE = re.compile(r"(?:\A|[\s，,])(?P<due>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日)\s*前?\Z")


def parse_minutes(notes: Notes, handles: Mapping[str, str], year: int) -> dict[str, Any]:
    """The fields of the meeting that the minutes say, with `actions` (text, owner, due) and `followed`.

    `followed` are earlier actions: `id`, `done`, and where they are said `note` and `due`. Raises UsageError with every
    line that does not fit.
    """
    return _Reader(handles, year, parts=_PARTS, heads=_HEADS, page="docs/minutes.md").read_all(notes)


class _Reader(NotesReader):
    def part(self, key: str, lines: Sequence[tuple[int, str]]) -> None:
        match key:
            case "topics":
                self._add(key, self._topics(lines))
            case "actions":
                self._actions(lines)
            case "followed":
                self._followed(lines)
            case "next_at":
                self._next(lines)
            case _:
                self._add(key, [text for _, text in self.items(lines) if text not in _NONE])

    def _add(self, key: str, found: Sequence[Any]) -> None:
        if found:
            self.values[key] = [*self.values.get(key, []), *found]

    def head(self, number: int, key: str, value: str) -> None:
        if key == "when":
            if moment := self.when(number, value):
                self.values["time"], end = moment
                if end:
                    self.values["until"] = end
        elif key in {"present", "absent"}:
            if value not in _NONE:
                self._add(key, self.people(number, value))
        elif key in {"chair", "minutes_by", "reviewed_by"}:
            self.values[key] = self.person(number, value)
        elif key == "cc":
            self.values[key] = [one.strip() for one in re.split(r"[,，、;；]", value) if one.strip()]
        elif key == "type":
            self._type(number, value)
        elif key == "reply_by":
            self._reply_by(number, value)
        elif key != "ref":
            self.values[key] = value

    def _type(self, number: int, value: str) -> None:
        known = {word: kind for kind, text in KINDS.items() for word in (kind, text.en.casefold(), text.zh)}
        if value.casefold() in known:
            self.values["type"] = known[value.casefold()]
            return
        names = Text.join(KINDS.values())
        self.say(
            number,
            Text("“{value}” is none of {known}", "“{value}”不在可选值之内：{known}").format(value=value, known=names),
        )

    def _reply_by(self, number: int, value: str) -> None:
        try:
            self.values["reply_by"] = parse_day_loosely(value, self.year).isoformat()
        except ValueError:
            says = Text("`{day}` is no day; write 2026-03-10", "`{day}` 不是日期，请写成 2026-03-10")
            self.say(number, says.format(day=value))

    def _topics(self, lines: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
        """`###` headings with what was said below; or a list, an item a topic."""
        found: list[dict[str, str]] = []
        below: list[tuple[int, str]] = []
        for number, line in lines:
            heading = re.match(r"#{3,6}\s+(.*\S)\s*\Z", line)
            if heading is None:
                below.append((number, line))
                continue
            self._said(found, below)
            below = []
            found.append({"title": NUMBER.sub("", heading[1].strip("# ")).strip()})
        self._said(found, below)
        return found

    def _said(self, found: list[dict[str, str]], below: Sequence[tuple[int, str]]) -> None:
        if found:
            if text := self.text(below):
                found[-1]["discussion"] = text
            return
        for _, text in self.items(below):
            match = LABELLED.match(text)
            found.append({"title": match["label"], "discussion": match["value"]} if match else {"title": text})

    def _actions(self, lines: Sequence[tuple[int, str]]) -> None:
        listed = [x for x in lines if not x[1].lstrip().startswith("|")]
        for number, text in self.items(listed):
            tick = _TICK.match(text)
            plain = text[tick.end() :] if tick else text
            if plain in _NONE:
                continue
            if _ACTION_ID.match(plain):
                self._follow(number, text)
            elif tick and tick["tick"] != " ":
                says = Text(
                    "“{line}” is done already; actions are what is still to do",
                    "“{line}”已完成；待办事项只写尚未完成的事项",
                )
                self.say(number, says.format(line=plain[:40]))
            else:
                self._action(number, self.point(number, plain))
        for number, _ in table_rows(lines):
            for point in self.points([x for x in lines if x[1].lstrip().startswith("|")]):
                self._action(number, point)
            break

    def _action(self, number: int, point: dict[str, str]) -> None:
        owner = point.get("owner")
        if owner and owner not in self.handles:
            self.person(number, owner)
        elif not point["text"]:
            self.say(number, Text("the action does not say what is to be done", "待办事项没有写明做什么"))
        else:
            self._add("actions", [point])

    def _followed(self, lines: Sequence[tuple[int, str]]) -> None:
        for number, _ in table_rows(lines):
            self.say(number, _AS_LIST)
            return
        for number, text in self.items(lines):
            if text not in _NONE:
                self._follow(number, text)

    def _follow(self, number: int, text: str) -> None:
        tick = _TICK.match(text)
        match = _ACTION_ID.match(text[tick.end() :] if tick else text)
        if match is None or tick is None:
            self.say(number, _AS_LIST)
            return
        found: dict[str, Any] = {"id": match["id"], "done": tick["tick"] != " ", "line": number}
        rest = match["rest"].strip()
        due = None if found["done"] else _DUE.search(rest)
        if due:
            try:
                found["due"] = parse_day_loosely(due["due"], self.year).isoformat()
            except ValueError as error:
                says = Text("`{day}` is no day; write 2026-03-10", "`{day}` 不是日期，请写成 2026-03-10")
                self.say(number, says.format(day=str(error)))
            rest = rest[: due.start()].strip()
        if rest:
            found["note"] = rest
        self._add("followed", [found])

    def _next(self, lines: Sequence[tuple[int, str]]) -> None:
        for number, text in self.items(lines):
            if text not in _NONE and (moment := self.when(number, text)):
                self.values["next_at"] = moment[0]
            return


_NONE = frozenset({"无", "无。", "本期无", "暂无", "/", "-", "None", "none"})
_AS_LIST = Text(
    "write `- [x] ACT-003 what came of it` for what is done, `- [ ] ACT-004 how far, 2026-03-27` for what is not",
    "已完成的请写成“- [x] ACT-003 完成情况”，未完成的写成“- [ ] ACT-004 进展，2026-03-27”",
)
