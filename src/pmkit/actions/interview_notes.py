"""Notes of an interview as people write them, in Markdown, read into the fields of the record (docs/interviews.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.notes import ITEM, LABELLED, NUMBER, Notes, NotesReader, by_word, table_rows
from pmkit.domain.interviews import MODES
from pmkit.kernel.text import Text

_PARTS = {
    "purpose": ("访谈目的", "目的", "purpose"),
    "practice": (
        "业务现状与痛点", "业务现状和痛点", "业务现状", "现状与痛点", "现状",
        "current practice and problems", "current practice", "practice",
    ),
    "answers": ("问答", "访谈问答", "访谈内容", "questions and answers", "questions", "q&a"),
    "agreed": ("达成一致", "达成一致的事项", "agreed", "agreement"),
    "open_points": ("待确认事项", "待确认", "遗留事项", "open points", "open"),
    "documents": ("收到的资料", "收到资料", "资料", "documents received", "documents"),
}  # fmt: skip
_HEADS = {
    "title": ("访谈主题", "主题", "subject", "title"),
    "when": ("时间", "日期", "time", "date", "when"),
    "place": ("地点", "place", "where"),
    "mode": ("方式", "mode"),
    "with": ("访谈对象", "受访人", "interviewees", "interviewee", "with"),
    "by": ("访谈人", "interviewers", "interviewer", "by"),
    "minutes_by": ("记录人", "recorded by", "minutes by"),
}
_SAYS = {
    "question": ("问", "问题", "q", "question"),
    "answer": ("答", "回答", "a", "answer"),
    "leads_to": ("需求", "形成需求", "requirement", "→", "->", "=>"),
}
SAYS_OF = by_word(_SAYS)
_ARROW = re.compile(r"\A(?P<label>→|->|=>)\s*(?P<value>.*)\Z")


def parse_notes(notes: Notes, handles: Mapping[str, str], year: int) -> dict[str, Any]:
    """The fields that the notes say. Raises UsageError with every line that does not fit."""
    return _Reader(handles, year, parts=_PARTS, heads=_HEADS, page="docs/interviews.md").read_all(notes)


class _Reader(NotesReader):
    def part(self, key: str, lines: Sequence[tuple[int, str]]) -> None:
        found: object
        match key:
            case "purpose" | "practice":
                found = self.text(lines)
            case "answers":
                found = self._answers(lines)
            case "open_points":
                found = self.points(lines)
            case _:
                found = [text for _, text in self.items(lines)]
        if found:
            self.values[key] = found

    def head(self, number: int, key: str, value: str) -> None:
        if key == "when":
            if moment := self.when(number, value):
                self.values["time"], end = moment
                if end:
                    self.values["until"] = end
        elif key in {"with", "by"}:
            self.values[key] = self.people(number, value)
        elif key == "minutes_by":
            self.values[key] = self.person(number, value)
        elif key == "mode":
            known = {word: mode for mode, text in MODES.items() for word in (mode, text.en.casefold(), text.zh)}
            if value.casefold() in known:
                self.values[key] = known[value.casefold()]
            else:
                self.say(
                    number,
                    Text("“{value}” is none of {known}", "“{value}”不在可选值之内：{known}").format(
                        value=value, known=Text.join(MODES.values())
                    ),
                )
        else:
            self.values[key] = value

    def _answers(self, lines: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        rows = dict(table_rows(lines))
        where: str | None = None
        for number, line in lines:
            if number in rows:
                cells = rows[number][1:] if rows[number][0].isdigit() else rows[number]
                found.append(dict(zip(("question", "answer", "leads_to"), cells, strict=False)))
                where = None
            plain = line.strip()
            if plain.startswith("|"):
                continue
            if plain.startswith("###"):
                found.append({"question": NUMBER.sub("", plain.lstrip("# ")).strip()})
                where = "answer"
                continue
            key, value = _said(ITEM.sub("", line).strip().replace("**", ""))
            if key == "question":
                found.append({"question": value})
                where = key
            elif key is not None and not found:
                says = Text("an answer stands before the first question", "“{line}”之前还没有问题").format(
                    line=plain[:30]
                )
                self.say(number, says)
            elif key is not None:
                found[-1][key] = f"{found[-1][key]}\n{value}" if found[-1].get(key) else value
                where = key
            elif plain and where is None:
                says = Text(
                    "“{line}” is neither question nor answer; begin it with `Q:` or `A:`, or make it a `###` heading",
                    "“{line}”既不是问也不是答，请以“问：”“答：”开头，或写成 `###` 标题",
                )
                self.say(number, says.format(line=plain[:30]))
            elif plain and where is not None:
                before = found[-1].get(where)
                found[-1][where] = f"{before}\n{plain}" if before else plain
        return [{k: v for k, v in one.items() if v} for one in found]


def _said(plain: str) -> tuple[str | None, str]:
    """`问：...` as the field and its text; a line without a known word as (None, line)."""
    match = _ARROW.match(plain) or LABELLED.match(plain)
    key = SAYS_OF.get(re.sub(r"\s*[0-9]+\Z", "", match["label"].strip().casefold())) if match else None
    return (key, match["value"].strip()) if match and key else (None, plain)
