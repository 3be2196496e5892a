"""Every signed requirement is traced to a deliverable and to cases that passed, or was waived."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace.coverage import alive, linked
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.signing import signed_records
from pmkit.workspace.todo.base import Situation

GROUP = Group("requirements", Text("Signed requirements", "已签认需求"), 10)
_PASSED = frozenset({"passed", "waived"})


def missing(at: Situation) -> Iterator[Missing]:
    """A requirement without a deliverable, without a case, or with cases that have not passed."""
    trace = at.ws.trace
    signed = signed_records(at.ws.of(SignOff))
    promised = [one for one in alive(at.ws) if one.id in signed]
    for one in promised:
        if not linked(trace, one.id, "deliverable"):
            says = Text(en="{title}: no deliverable", zh="{title}：没有对应的交付物").format(title=one.title)
            yield Missing(one.id, says, f"pmkit deliverable add --title TEXT --requirement {one.id}")
    cases = {one.id: linked(trace, one.id, "case") for one in promised}
    for one in promised:
        if not cases[one.id]:
            says = Text(en="{title}: no acceptance case", zh="{title}：没有验收用例").format(title=one.title)
            yield Missing(one.id, says, f"pmkit acceptance case add --title TEXT --requirement {one.id}")
    for one in promised:
        late = [case for case in cases[one.id] if getattr(at.ws.records[case], "status", "") not in _PASSED]
        if late:
            says = Text(en="{title}: {cases} not passed", zh="{title}：{cases} 尚未通过").format(
                title=one.title, cases=Text.join(Text.same(case) for case in late)
            )
            yield Missing(one.id, says, f"pmkit show {late[0]}")
