"""Findings as JUnit XML: every check that ran is a test case that passed, or one that failed for each finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from pmkit.kernel.finding import Finding, Outcome
from pmkit.kernel.text import Lang

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Title = Callable[[str], str]  # a code -> what it is called


def findings_junit(outcome: Outcome, lang: Lang, title: Title, *, fails: Sequence[Finding]) -> str:
    """One suite. `fails`: the findings that make the run fail.

    The other findings pass with their text as output; excused ones are skipped, with the reason.
    """
    suite = ET.Element("testsuite", name="pmkit")
    failing = {id(finding) for finding in fails}
    for finding in outcome.findings:
        case = _case(suite, finding.code, f"{finding.code} {_where(finding)}: {finding.says.to(lang)}")
        if id(finding) in failing:
            about = {"type": finding.severity, "message": _clean(finding.says.to(lang))}
            ET.SubElement(case, "failure", about).text = _clean(_details(finding, lang))
        else:
            ET.SubElement(case, "system-out").text = _clean(_details(finding, lang))
    for entry in outcome.waived:
        case = _case(suite, entry.finding.code, f"{entry.finding.code} {_where(entry.finding)}")
        why = f"{entry.waiver}: {entry.reason} ({entry.until})"
        ET.SubElement(case, "skipped", {"message": _clean(why)})
    found = {finding.code for finding in outcome.findings} | {entry.finding.code for entry in outcome.waived}
    for code in outcome.ran:
        if code not in found:
            _case(suite, code, f"{code} {title(code)}")
    counts = {"tests": str(len(suite)), "failures": str(len(fails)), "errors": "0"}
    suite.attrib.update(counts, skipped=str(len(outcome.waived)))
    root = ET.Element("testsuites", {"name": "pmkit", **counts})
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, code: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": f"pmkit.{code[:3]}", "name": _clean(name)})


def _where(finding: Finding) -> str:
    return finding.record or finding.place.path


def _details(finding: Finding, lang: Lang) -> str:
    fix = finding.fix.to(lang)
    return f"{finding.place}: {finding.code} {finding.says.to(lang)}" + (f"\n{fix}" if fix else "")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
