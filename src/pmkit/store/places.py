"""From what a finding is about to where it stands: keys become line and column, once, when findings are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pmkit.kernel.finding import Finding
from pmkit.kernel.place import Place, Spot
from pmkit.store.tree import Tree
from pmkit.store.yaml_read import decode


def placed(tree: Tree, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with a `Place` each, in the order of their places; a file is read once."""
    texts: dict[str, str | None] = {}
    found = []
    for finding in findings:
        at = finding.at
        if isinstance(at, Spot):
            if at.path not in texts:
                texts[at.path] = _text(tree, at.path)
            text = texts[at.path]
            finding = replace(finding, at=_place(at, text))  # noqa: PLW2901 - the same finding, better placed
        found.append(finding)
    return sorted(found, key=_order)


def _order(finding: Finding) -> tuple[str, int, int, str]:
    at = finding.at
    return (at.path, at.line, at.column, finding.code) if isinstance(at, Place) else (at.path, 0, 0, finding.code)


def _text(tree: Tree, path: str) -> str | None:
    try:
        return decode(tree.read(path), path)[0]
    except (OSError, KeyError):
        return None


def _place(spot: Spot, text: str | None) -> Place:
    if text is None:
        return Place(spot.path)
    from pmkit.store.yaml_edit import locate

    line, column, width = locate(text, spot.keys, of_key=spot.of_key)
    return Place(spot.path, line, column, width)
