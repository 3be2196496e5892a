"""Letters and their register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def letter(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.session import one_of
    from pmkit.domain.letters import TYPES, Letter
    from pmkit.reports.letter import blank_letter, letter_form

    if asked.blank:
        said = asked.record_id or "memo"
        words = {form: code for code, t in TYPES.items() for form in (code, t.en, t.zh)}
        return blank_letter(seen, words.get(said) or one_of(said, TYPES))
    if asked.record_id is None:
        raise UsageError(
            Text("which letter?", "请指明函件编号"),
            Text.same(f"pmkit report letter LTR-001 | {'|'.join(TYPES)} --blank"),
        )
    return letter_form(seen, seen.get(asked.record_id, Letter), basis(s, None))


def letters(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.letters import letter_register
    from pmkit.reports.views.letters import blank_letter_register

    if asked.blank:
        return blank_letter_register(form_head(seen))
    return letter_register(seen, asked.audience, s.today, basis(s, None))
