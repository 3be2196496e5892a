"""JUnit XML in: the results of the delivery's own tests, and which acceptance case each of them is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pmkit.connectors.xml import Element, read
from pmkit.domain.acceptance import AcceptanceCase
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

_ID = re.compile(r"(?<![A-Za-z0-9])CAS[-_ ]?([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_PROPERTIES = frozenset({"pmkit", "case", "acceptance_case", "test_id", "testcase_id"})
MOST_TEXT = 2000  # characters of a failure's message that are kept


@dataclass(frozen=True, slots=True)
class Test:
    """A test as the file tells it. `result`: pass, fail or skipped; an error counts as a failure."""

    name: str
    class_name: str
    suite: str
    result: str
    message: str
    cases: tuple[str, ...]
    line: int

    @property
    def full_name(self) -> str:
        """`class.name`, as runners print it."""
        return ".".join(part for part in (self.class_name, self.name) if part)


def parse_junit(content: bytes, name: str) -> list[Test]:
    """Every test of a JUnit XML file. Raises UsageError for another kind of file, naming the line."""
    root = read(name, content).root
    if root.name not in {"testsuites", "testsuite"}:
        raise UsageError(
            Text(
                en="{name} is no JUnit XML: its first element is <{element}>, not <testsuites> or <testsuite>",
                zh="{name} 不是 JUnit XML：首个元素为 <{element}>，应为 <testsuites> 或 <testsuite>",
            ).format(name=name, element=root.name)
        )
    return list(_tests(root, ""))


def _tests(element: Element, suite: str) -> Iterator[Test]:
    for child in element.children:
        if child.name in {"testsuite", "testsuites"}:
            yield from _tests(child, child.attributes.get("name", suite))
        elif child.name == "testcase":
            yield _test(child, suite or element.attributes.get("name", ""))


def _test(element: Element, suite: str) -> Test:
    said = {child.name: child for child in element.children}
    bad = said.get("failure") or said.get("error")
    skipped = said.get("skipped")
    told = bad or skipped
    message = ""
    if told is not None:
        message = "\n".join(p for p in (told.attributes.get("message", "").strip(), told.plain().strip()) if p)
    name, class_name = element.attributes.get("name", ""), element.attributes.get("classname", "")
    properties = [(p.attributes.get("name", ""), p) for p in element.all("properties", "property")]
    named = [p.attributes.get("value") or p.text for key, p in properties if key.casefold() in _PROPERTIES]
    found = [match[1] for text in (*named, name, class_name) for match in _ID.finditer(text)]
    return Test(
        name, class_name, suite,
        "fail" if bad is not None else "skipped" if skipped is not None else "pass",
        message[:MOST_TEXT],
        tuple(dict.fromkeys(f"CAS-{int(number):03}" for number in found)),
        element.line,
    )  # fmt: skip


def parse_mapping(content: bytes, name: str) -> dict[str, str]:
    """A mapping file: a test's name, its `class.name` or a pattern with `*`, and the case, one a line (CSV).

    Raises UsageError, naming the line.
    """
    import csv
    import io

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    found: dict[str, str] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells or cells[0].startswith("#"):
            continue
        match = _ID.fullmatch(cells[1]) if len(cells) > 1 else None
        if match is None:
            if number == 1:
                continue  # a line of headings
            raise UsageError(
                Text(
                    en="{name}:{line}: write a test and its case: `login.*,CAS-001`",
                    zh="{name}:{line}：每行写测试名和用例编号，如 `login.*,CAS-001`",
                ).format(name=name, line=number)
            )
        found[cells[0]] = f"CAS-{int(match[1]):03}"
    return found


@dataclass(frozen=True, slots=True)
class Matched:
    """What the tests say of a case: the worst of them counts; `skipped` only where every one was skipped."""

    case: str
    result: str
    tests: tuple[Test, ...]

    @property
    def message(self) -> str:
        """How many tests ran, and what those that did not pass said."""
        bad = [test for test in self.tests if test.result == self.result and self.result != "pass"]
        lines = [f"{test.full_name}: {test.message.splitlines()[0] if test.message else test.result}" for test in bad]
        return "\n".join(lines)[:MOST_TEXT]


def matched(
    tests: Sequence[Test], cases: Iterable[AcceptanceCase], mapping: Mapping[str, str]
) -> tuple[list[Matched], list[Test]]:
    """What the file says of each case, and the tests that belong to none.

    A test belongs to what the mapping file says, else to the ids in its properties, name or class, else to the cases
    that name it as their automated test.
    """
    by_name: dict[str, list[str]] = {}
    known = set()
    for case in cases:
        known.add(case.id)
        for name in case.automated:
            by_name.setdefault(name, []).append(case.id)
    of_case: dict[str, list[Test]] = {}
    unmatched = []
    for test in tests:
        names = (test.full_name, test.name)
        mapped = [case for pattern, case in mapping.items() if any(fnmatchcase(name, pattern) for name in names)]
        found = mapped or list(test.cases) or [case for name in names for case in by_name.get(name, ())]
        found = [case for case in dict.fromkeys(found) if case in known]
        if not found:
            unmatched.append(test)
        for record_id in found:
            of_case.setdefault(record_id, []).append(test)
    return [Matched(case, _result(own), tuple(own)) for case, own in of_case.items()], unmatched


def _result(tests: Sequence[Test]) -> str:
    found = {test.result for test in tests}
    if "fail" in found:
        return "fail"
    return "pass" if "pass" in found else "skipped"
