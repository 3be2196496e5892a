"""The portal: the views of all documents that its readers may have, made once, and what its pages show beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis, rendered, view_in
from pmkit.cli.session import Session
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import LANGS, Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.reports.site.sources import Sources
    from pmkit.reports.views.blocks import Audience
    from pmkit.reports.views.change import ChangeForm
    from pmkit.reports.views.minutes import Minutes
    from pmkit.reports.views.site import Download
    from pmkit.workspace.model import Workspace

_LANGUAGES = {"zh": Text("Chinese", "中文"), "en": Text("English", "英文")}


def site(s: Session, audience: Audience, formats: Sequence[str]) -> Sources:
    """What the portal is made of. `formats`: those of the documents that go with it."""
    from pmkit.reports.catalogue import REPORTS
    from pmkit.reports.site.sources import Sources
    from pmkit.workspace.audience import for_portal

    seen = for_portal(s.whole, internal=audience == "internal")
    views: dict[str, View] = {}
    for report in REPORTS:
        if report.kind is None and not report.personal and (audience == "internal" or not report.internal):
            with suppress(UsageError, Refused):  # what this project has nothing for yet
                views[report.name] = view_in(s, seen, report, Asked(None, audience))
    status_date = max((p.status_date for p in s.whole.progress if p.status_date <= s.today), default=None)
    return Sources(
        seen=seen,
        audience=audience,
        basis=basis(s, status_date),
        views=views,
        forms=dict(_forms(s, seen, audience)),
        minutes=dict(_minutes(s, seen, audience)),
        downloads=tuple(_downloads(s, views, formats)),
    )


def _forms(s: Session, seen: Workspace, audience: Audience) -> Iterator[tuple[str, ChangeForm]]:
    from pmkit.domain.changes import ChangeRequest
    from pmkit.reports.change import change_form
    from pmkit.reports.site.records import has_page
    from pmkit.workspace.approvals import level_in_force
    from pmkit.workspace.impact import computed
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, None)[0]
    made_of = basis(s, planned.status_date if planned else None)
    for change in seen.changes:
        if has_page(change, audience):
            level = level_in_force(s.whole, s.whole.get(change.id, ChangeRequest), planned)
            found = computed(seen.trace, change, planned)
            yield change.id, change_form(seen, change, level, audience, made_of, found)


def _minutes(s: Session, seen: Workspace, audience: Audience) -> Iterator[tuple[str, Minutes]]:
    from pmkit.reports.minutes import minutes
    from pmkit.reports.site.records import has_page

    made_of = basis(s, None)
    for meeting in seen.meetings:
        if has_page(meeting, audience):
            yield meeting.id, minutes(seen, meeting, made_of)


def _downloads(s: Session, views: Mapping[str, View], formats: Sequence[str]) -> Iterator[Download]:
    from pmkit.reports.views.site import Download

    for name, view in views.items():
        for lang in LANGS:
            for form in formats:
                content = rendered(s, name, view, lang, form)
                yield Download(_called(s, view), _LANGUAGES[lang], form, f"{name}.{lang}.{form}", content)


def _called(s: Session, view: View) -> Text:
    """What a document is called, without the project's name, which stands on every page."""
    project = s.whole.project.name
    en, zh = (view.title(lang).removeprefix(project).lstrip(": ：") for lang in ("en", "zh"))
    return Text(en[:1].upper() + en[1:], zh)
