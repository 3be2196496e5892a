"""Notes as people write them, in Markdown, read into the fields of a record: what all kinds of notes have in common.

A title, a few lines `时间：...`, a `##` heading for each part, and in the parts lists, paragraphs or tables. Which
words stand for which field is the business of each kind of notes. Every mistake is told with its line, all at once.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.domain.points import parse_day_loosely, parse_point
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean, display_width

NUMBER = re.compile(r"\A(?:[一二三四五六七八九十]+[、.．]|[0-9]+(?:\.[0-9]+)*[、.．)）]?)\s*")
ITEM = re.compile(r"\A\s*(?:[-*+•]|[0-9]+[.)、．])\s+")
LABELLED = re.compile(r"\A(?P<label>[^:：|]{1,24}?)\s*[:：]\s*(?P<value>.*)\Z")
_WHEN = re.compile(
    r"\A(?P<day>[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?)"
    r"(?:\s*[（(][^）)]*[）)])?"
    r"(?:\s*[T\s]?\s*(?P<start>[0-9]{1,2}[:：][0-9]{2})(?:\s*[-~–—至到～]+\s*(?P<end>[0-9]{1,2}[:：][0-9]{2}))?)?\Z"
)
_CLOCK = re.compile(r"\A(?P<start>[0-9]{1,2}[:：][0-9]{2})(?:\s*[-~–—至到～]+\s*(?P<end>[0-9]{1,2}[:：][0-9]{2}))?\Z")


@dataclass(frozen=True, slots=True)
class Notes:
    """A file of notes: its name, its text."""

    name: str
    text: str


Words = Mapping[str, Sequence[str]]  # a field -> what people call it, Chinese first, English last


@dataclass
class NotesReader(ABC):
    """Reads line by line; what it cannot use it remembers with the line.

    `handles`: people's handles, by name and by handle; `year`: of days without one. `parts` and `heads` are the words
    of the `##` headings and of the lines before the first of them; `page` tells of the shape.
    """

    handles: Mapping[str, str]
    year: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[int, Text]] = field(default_factory=list)
    parts: Words = field(default_factory=dict)
    heads: Words = field(default_factory=dict)
    page: str = ""

    def read_all(self, notes: Notes) -> dict[str, Any]:
        """The fields that the notes say. Raises UsageError with every line that does not fit, as `name:line: ...`."""
        self.read(notes.text)
        if self.wrong:
            raise UsageError(
                Text.join(
                    (
                        Text("{name}:{line}: {says}", "{name}:{line}：{says}").format(
                            name=notes.name, line=line, says=says
                        )
                        for line, says in sorted(self.wrong, key=lambda one: one[0])
                    ),
                    en="\n",
                    zh="\n",
                ),
                Text("the shape of notes is in {page}", "记录的写法见 {page}").format(page=self.page),
            )
        return self.values

    def read(self, text: str) -> None:
        """Part by part, from the first line to the last."""
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

    @abstractmethod
    def part(self, key: str, lines: Sequence[tuple[int, str]]) -> None:
        """Take in a part: its field, and its lines with their numbers."""

    @abstractmethod
    def head(self, number: int, key: str, value: str) -> None:
        """Take in a line before the first part."""

    def say(self, number: int, says: Text) -> None:
        """Remember what is wrong with a line."""
        self.wrong.append((number, says))

    def _part(self, number: int, heading: str) -> str:
        known = by_word(self.parts)
        words = NUMBER.sub("", heading).strip().casefold()
        key = known.get(words) or known.get(re.split(r"[（(/·]", words)[0].strip())
        if key is None:
            hint = did_you_mean(words, known)
            names = Text(", ".join(n[-1] for n in self.parts.values()), "、".join(n[0] for n in self.parts.values()))
            self.say(
                number,
                Text("there is no part “{heading}”; {hint}", "没有名为“{heading}”的部分；{hint}").format(
                    heading=heading, hint=hint if hint.en else names
                ),
            )
        return key or "?"

    def _finish(self, part: str | None, lines: Sequence[tuple[int, str]]) -> None:
        if part is None:
            self._heads(lines)
        elif part != "?":
            self.part(part, lines)

    def _heads(self, lines: Sequence[tuple[int, str]]) -> None:
        known = by_word(self.heads)
        for number, line in lines:
            plain = ITEM.sub("", line).strip()
            if not plain:
                continue
            match = LABELLED.match(plain.replace("**", ""))
            key = known.get(match["label"].strip().casefold()) if match else None
            if match is None or key is None:
                label = match["label"].strip().casefold() if match else plain
                self.say(
                    number,
                    Text(
                        "“{line}” is under no heading and starts with no known word; {hint}",
                        "“{line}”不在任何标题之下，也不是已知的项目；{hint}",
                    )
                    .format(line=plain[:40], hint=did_you_mean(label, known))
                    .stripped(),
                )
                continue
            value = match["value"].strip()
            if value:
                self.head(number, key, value)

    # --- what stands in lines -----------------------------------------------------------------------------------------

    def when(self, number: int, value: str) -> tuple[str, str | None] | None:
        """`2026-03-03 09:00-11:30` as the moment and the end; the year counts for days without one from here on."""
        match = _WHEN.match(value)
        try:
            day = parse_day_loosely(match["day"], self.year) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            says = Text(
                "“{value}” is no time; write 2026-03-03 09:00-11:30", "“{value}”不是时间，请写成 2026-03-03 09:00-11:30"
            )
            self.say(number, says.format(value=value))
            return None
        self.year = day.year
        start = f"{day}T{_hour(match['start'])}" if match["start"] else str(day)
        return start, _hour(match["end"]) if match["end"] else None

    def people(self, number: int, value: str) -> list[str]:
        """Handles for names parted by commas."""
        return [self.person(number, one) for one in split_people(value)]

    def person(self, number: int, text: str) -> str:
        """A handle for a handle, a name, or a name with a position in brackets behind it."""
        name = re.split(r"[（(]", text.strip())[0].strip().removeprefix("@")
        if name in self.handles:
            return self.handles[name]
        self.say(
            number,
            Text("nobody is called {name} in people.yaml; {hint}", "people.yaml 中没有{name}；{hint}")
            .format(name=name, hint=did_you_mean(name, self.handles))
            .stripped(),
        )
        return name

    def text(self, lines: Sequence[tuple[int, str]]) -> str | None:
        """The lines as they are, as one text; None where they are blank."""
        text = "\n".join(line for _, line in lines).strip("\n")
        return (text + "\n" if "\n" in text else text) if text.strip() else None

    def items(self, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """List items, or paragraphs where there is no list; continued lines belong to what they continue."""
        found: list[tuple[int, str]] = []
        is_open = False
        for number, line in lines:
            if not line.strip():
                is_open = False
            elif ITEM.match(line) or not (is_open or (found and line.startswith((" ", "\t")))):
                found.append((number, ITEM.sub("", line).strip()))
                is_open = True
            else:
                found[-1] = (found[-1][0], _wrapped(found[-1][1], line.strip()))
        yield from found

    def points(self, lines: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
        """Who does what by when: `事项（王芳，3月10日）`, `事项 @王芳 2026-03-10`, or rows of a table."""
        found: list[dict[str, str]] = []
        for number, row in table_rows(lines):
            cells = row[1:] if row[0].isdigit() else row
            text, owner, due = (*cells, "", "", "")[:3]
            if text:
                said = f"{text}（{'，'.join(x for x in (owner, due) if x)}）" if owner or due else text
                found.append(self.point(number, said))
        for number, text in self.items([x for x in lines if not x[1].lstrip().startswith("|")]):
            found.append(self.point(number, text))
        return found

    def point(self, number: int, text: str) -> dict[str, str]:
        """One of them."""
        try:
            return parse_point(text, self.handles, self.year)
        except ValueError as error:
            says = Text(
                "`{day}` is no day; write 2026-03-10 or 3月10日", "`{day}` 不是日期，请写成 2026-03-10 或 3月10日"
            )
            self.say(number, says.format(day=str(error)))
            return {"text": text}


def by_word(words: Words) -> dict[str, str]:
    """The field behind each word."""
    return {name: key for key, names in words.items() for name in names}


def split_people(value: str) -> list[str]:
    """Names parted by commas; `建设单位：王芳、刘洋` says a party first."""
    found = []
    for piece in re.split(r"[,，、;；]", value):
        name = piece.rpartition("：")[2].strip()
        if name:
            found.append(name)
    return found


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


def _wrapped(before: str, after: str) -> str:
    """A line and the one that continues it; between two Chinese characters there is no space."""
    is_wide = display_width(before[-1:]) == display_width(after[:1]) == 2
    return f"{before}{'' if is_wide else ' '}{after}"


def table_rows(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
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
