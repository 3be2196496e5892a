"""The specification and what is made of the requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.domain.specification import Prose
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def requirements(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.requirements import specification

    version = asked.version or _signed_version(s)
    return specification(seen, read_specification(s), version, s.today, basis(s, None))


def requirements_diff(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.signoffs import SignOff
    from pmkit.reports.requirements_diff import requirements_diff
    from pmkit.workspace.audience import for_customer

    signed = [one.id for one in seen.of(SignOff) if one.status == "signed" and one.subject == "requirements"]
    against = asked.against or (signed[-1] if signed else None)
    if against is None:
        raise UsageError(
            Text("with what is it to be compared?", "请指明与哪个状态对照"),
            usage("`pmkit report requirements-diff --against SGN-001|REF|DATE [--rev SGN-002|REF|DATE]`"),
        )
    earlier = Session(workspace=str(s.root), rev=against)
    old = earlier.whole if asked.audience == "internal" else for_customer(earlier.whole)
    after = Text.same(s.rev) if s.rev else Text(en=f"the state of {s.today}", zh=f"{s.today} 的状态")
    return requirements_diff(old, seen, against, after, asked.audience, basis(s, None))


def fit_gap(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.fit_gap import fit_gap_table
    from pmkit.reports.views.fit_gap import blank_fit_gap

    if asked.blank:
        return blank_fit_gap(form_head(seen))
    return fit_gap_table(seen, asked.version, s.today, basis(s, None))


def traceability(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.traceability import traceability_matrix

    return traceability_matrix(seen, asked.audience, basis(s, None))


def _signed_version(s: Session) -> str | None:
    """The version that was signed, where the state that is read is that of a sign-off (`--rev signoff/SGN-001`)."""
    from pmkit.domain.signoffs import SignOff

    signoff = s.whole.find((s.rev or "").removeprefix("signoff/"), SignOff)
    return signoff.version if signoff is not None and signoff.subject == "requirements" else None


def read_specification(s: Session) -> Prose:
    """The prose of the specification at the state that is read; empty where nobody wrote any. Raises BadWorkspace."""
    from pmkit.domain.specification import FILE, parse_specification
    from pmkit.store.yaml_text import decode

    if s.rev is not None:
        data = s.need_git().contents_at(s.commit_of(s.rev), [FILE]).get(FILE, b"")
    else:
        path = s.root / FILE
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    text, findings = decode(data, FILE)
    if text is None:
        raise BadWorkspace(Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=FILE), None, findings)
    return parse_specification(text)
