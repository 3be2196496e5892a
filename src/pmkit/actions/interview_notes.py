"""Notes of an interview as people write them, in Markdown, read into the fields of the record.

The shape (docs/interviews.md): a title, a few lines `时间：...`, a `##` heading for each part, and in the parts lists,
`问：/答：/需求：` lines or tables. Every mistake is told with its line, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.domain.interviews import MODES
from pmkit.domain.points import parse_day_loosely, parse_point
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean, display_width

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
PART_OF = {name: key for key, names in _PARTS.items() for name in names}
HEAD_OF = {name: key for key, names in _HEADS.items() for name in names}
SAYS_OF = {name: key for key, names in _SAYS.items() for name in names}

_NUMBER = re.compile(r"\A(?:[一二三四五六七八九十]+[、.．]|[0-9]+(?:\.[0-9]+)*[、.．)）]?)\s*")
_ITEM = re.compile(r"\A\s*(?:[-*+•]|[0-9]+[.)、．])\s+")
_LABELLED = re.compile(r"\A(?P<label>[^:：|]{1,24}?)\s*[:：]\s*(?P<value>.*)\Z")
_ARROW = re.compile(r"\A(?P<label>→|->|=>)\s*(?P<value>.*)\Z")
_WHEN = re.compile(
    r"\A(?P<day>[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?)"
    r"(?:\s*[T\s]?\s*(?P<start>[0-9]{1,2}[:：][0-9]{2})(?:\s*[-~–—至到]+\s*(?P<end>[0-9]{1,2}[:：][0-9]{2}))?)?\Z"
)
_CLOCK = re.compile(r"\A(?P<start>[0-9]{1,2}[:：][0-9]{2})(?:\s*[-~–—至到]+\s*(?P<end>[0-9]{1,2}[:：][0-9]{2}))?\Z")


def parse_notes(text: str, name: str, handles: Mapping[str, str], year: int) -> dict[str, Any]:
    """The fields that the notes say. `handles`: people's handles, by name and by handle; `year`: of days without one.

    Raises UsageError with every line that does not fit, as `name:line: what is wrong`.
    """
    reader = _Reader(handles, year)
    reader.read(text)
    if reader.wrong:
        raise UsageError(
            Text.join(
                (
                    Text("{name}:{line}: {says}", "{name}:{line}：{says}").format(name=name, line=line, says=says)
                    for line, says in reader.wrong
                ),
                en="\n",
                zh="\n",
            ),
            Text("the shape of notes is in docs/interviews.md", "访谈记录的写法见 docs/interviews.md"),
        )
    return reader.values


def parse_clock(text: str) -> tuple[str, str | None]:
    """`09:00` or `09:00-11:30` as start and end. Raises UsageError."""
    match = _CLOCK.match(text.strip())
    if match is None:
        raise UsageError(
            Text(en="`{text}` is no time of day", zh="`{text}` 不是有效的时间").format(text=text),
            Text("write 09:00-11:30", "请写成 09:00-11:30"),
        )
    return _hour(match["start"]), _hour(match["end"]) if match["end"] else None


def _hour(text: str) -> str:
    return text.replace("：", ":").zfill(5)


@dataclass
class _Reader:
    """Reads line by line; what it cannot use it remembers with the line."""

    handles: Mapping[str, str]
    year: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[int, Text]] = field(default_factory=list)

    def read(self, text: str) -> None:
        part: str | None = None
        lines: list[tuple[int, str]] = []
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
            heading = re.match(r"(#{1,2})\s+(.*\S)\s*\Z", line)
            if heading is None:
                lines.append((number, line.rstrip()))
                continue
            self._finish(part, lines)
            lines = []
            if len(heading[1]) == 1:
                self.values.setdefault("title", heading[2].strip("# "))
                part = None
                continue
            part = self._part(number, heading[2].strip("# "))
        self._finish(part, lines)

    def _part(self, number: int, heading: str) -> str:
        words = _NUMBER.sub("", heading).strip().casefold()
        key = PART_OF.get(words) or PART_OF.get(re.split(r"[（(/·]", words)[0].strip())
        if key is None:
            hint = did_you_mean(words, PART_OF)
            known = Text(", ".join(n[-1] for n in _PARTS.values()), "、".join(n[0] for n in _PARTS.values()))
            self._say(
                number,
                Text("there is no part “{heading}”; {hint}", "没有名为“{heading}”的部分；{hint}").format(
                    heading=heading, hint=hint if hint.en else known
                ),
            )
        return key or "?"

    def _say(self, number: int, says: Text) -> None:
        self.wrong.append((number, says))

    def _finish(self, part: str | None, lines: Sequence[tuple[int, str]]) -> None:
        match part:
            case None:
                self._heads(lines)
            case "purpose" | "practice":
                text = "\n".join(line for _, line in lines).strip("\n")
                if text.strip():
                    self.values[part] = text + "\n" if "\n" in text else text
            case "answers":
                self._answers(lines)
            case "open_points":
                self._points(lines)
            case "agreed" | "documents":
                found = [text for _, text in self._items(lines)]
                if found:
                    self.values[part] = found

    # --- the lines before the first part -----------------------------------------------------------------------------

    def _heads(self, lines: Sequence[tuple[int, str]]) -> None:
        for number, line in lines:
            plain = _ITEM.sub("", line).strip()
            if not plain:
                continue
            match = _LABELLED.match(plain.replace("**", ""))
            key = HEAD_OF.get(match["label"].strip().casefold()) if match else None
            if match is None or key is None:
                label = match["label"].strip().casefold() if match else plain
                self._say(
                    number,
                    Text(
                        "“{line}” is under no heading and starts with no known word; {hint}",
                        "“{line}”不在任何标题之下，也不是已知的项目；{hint}",
                    )
                    .format(line=plain[:40], hint=did_you_mean(label, HEAD_OF))
                    .stripped(),
                )
                continue
            value = match["value"].strip()
            if value:
                self._head(number, key, value)

    def _head(self, number: int, key: str, value: str) -> None:
        if key == "when":
            self._when(number, value)
        elif key in {"with", "by"}:
            self.values[key] = [self._person(number, one) for one in re.split(r"[,，、;；]", value) if one.strip()]
        elif key == "minutes_by":
            self.values[key] = self._person(number, value)
        elif key == "mode":
            known = {word: mode for mode, text in MODES.items() for word in (mode, text.en.casefold(), text.zh)}
            if value.casefold() in known:
                self.values[key] = known[value.casefold()]
            else:
                self._say(
                    number,
                    Text("“{value}” is none of {known}", "“{value}”不在可选值之内：{known}").format(
                        value=value, known=Text.join(MODES.values())
                    ),
                )
        else:
            self.values[key] = value

    def _when(self, number: int, value: str) -> None:
        match = _WHEN.match(value)
        try:
            day = parse_day_loosely(match["day"], self.year) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            says = Text(
                "“{value}” is no time; write 2026-03-03 09:00-11:30", "“{value}”不是时间，请写成 2026-03-03 09:00-11:30"
            )
            self._say(number, says.format(value=value))
            return
        self.year = day.year
        self.values["time"] = f"{day}T{_hour(match['start'])}" if match["start"] else str(day)
        if match["end"]:
            self.values["until"] = _hour(match["end"])

    def _person(self, number: int, text: str) -> str:
        """A handle for a handle, a name, or a name with a position in brackets behind it."""
        name = re.split(r"[（(]", text.strip())[0].strip()
        if name in self.handles:
            return self.handles[name]
        self._say(
            number,
            Text("nobody is called {name} in people.yaml; {hint}", "people.yaml 中没有{name}；{hint}")
            .format(name=name, hint=did_you_mean(name, self.handles))
            .stripped(),
        )
        return name

    # --- lists and tables --------------------------------------------------------------------------------------------

    def _items(self, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """List items, or paragraphs where there is no list; continued lines belong to what they continue."""
        found: list[tuple[int, str]] = []
        is_open = False
        for number, line in lines:
            if not line.strip():
                is_open = False
            elif _ITEM.match(line) or not (is_open or (found and line.startswith((" ", "\t")))):
                found.append((number, _ITEM.sub("", line).strip()))
                is_open = True
            else:
                found[-1] = (found[-1][0], _wrapped(found[-1][1], line.strip()))
        yield from found

    def _points(self, lines: Sequence[tuple[int, str]]) -> None:
        found: list[dict[str, str]] = []
        for number, row in _table_rows(lines):
            cells = row[1:] if row[0].isdigit() else row
            text, owner, due = (*cells, "", "", "")[:3]
            if text:
                found.append(
                    self._point(
                        number, f"{text}（{'，'.join(x for x in (owner, due) if x)}）" if owner or due else text
                    )
                )
        for number, text in self._items([x for x in lines if not x[1].lstrip().startswith("|")]):
            found.append(self._point(number, text))
        if found:
            self.values["open_points"] = found

    def _point(self, number: int, text: str) -> dict[str, str]:
        try:
            return parse_point(text, self.handles, self.year)
        except ValueError as error:
            says = Text(
                "`{day}` is no day; write 2026-03-10 or 3月10日", "`{day}` 不是日期，请写成 2026-03-10 或 3月10日"
            )
            self._say(number, says.format(day=str(error)))
            return {"text": text}

    def _answers(self, lines: Sequence[tuple[int, str]]) -> None:
        found: list[dict[str, str]] = []
        rows = dict(_table_rows(lines))
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
                found.append({"question": _NUMBER.sub("", plain.lstrip("# ")).strip()})
                where = "answer"
                continue
            key, value = _said(_ITEM.sub("", line).strip().replace("**", ""))
            if key == "question":
                found.append({"question": value})
                where = key
            elif key is not None and not found:
                says = Text("an answer stands before the first question", "“{line}”之前还没有问题").format(
                    line=plain[:30]
                )
                self._say(number, says)
            elif key is not None:
                found[-1][key] = f"{found[-1][key]}\n{value}" if found[-1].get(key) else value
                where = key
            elif plain and where is None:
                says = Text(
                    "“{line}” is neither question nor answer; begin it with `Q:` or `A:`, or make it a `###` heading",
                    "“{line}”既不是问也不是答，请以“问：”“答：”开头，或写成 `###` 标题",
                )
                self._say(number, says.format(line=plain[:30]))
            elif plain and where is not None:
                before = found[-1].get(where)
                found[-1][where] = f"{before}\n{plain}" if before else plain
        if found:
            self.values["answers"] = [{k: v for k, v in one.items() if v} for one in found]


def _wrapped(before: str, after: str) -> str:
    """A line and the one that continues it; between two Chinese characters there is no space."""
    is_wide = display_width(before[-1:]) == display_width(after[:1]) == 2
    return f"{before}{'' if is_wide else ' '}{after}"


def _said(plain: str) -> tuple[str | None, str]:
    """`问：...` as the field and its text; a line without a known word as (None, line)."""
    match = _ARROW.match(plain) or _LABELLED.match(plain)
    key = SAYS_OF.get(re.sub(r"\s*[0-9]+\Z", "", match["label"].strip().casefold())) if match else None
    return (key, match["value"].strip()) if match and key else (None, plain)


def _table_rows(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows below a table's head, as cells."""
    is_body = False
    for number, line in lines:
        plain = line.strip()
        if not plain.startswith("|"):
            is_body = False
        elif re.fullmatch(r"[|:\-\s]+", plain):
            is_body = True
        elif is_body:
            yield number, [cell.strip().replace("<br>", "\n") for cell in plain.strip("|").split("|")]
