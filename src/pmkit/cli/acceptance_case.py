"""`pmkit acceptance case`: the cases by which the customer accepts, and skeletons of them."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.deliverable import EVIDENCE, received
from pmkit.cli.generic import noun
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, one_of, out
from pmkit.domain.acceptance import CASE, AcceptanceCase
from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.requirements import Requirement
from pmkit.kernel.text import Text

app = noun(CASE)


def _generate(
    s: Session,
    requirement: Annotated[
        list[str] | None,
        typer.Option(
            "--requirement", metavar="REQ-ID", help=h("just of these; may be repeated", "只按这些需求生成；可重复")
        ),
    ] = None,
    stage: Annotated[str | None, typer.Option("--stage", help=h("the stage that they are for", "所属验收阶段"))] = None,
) -> None:
    from pmkit.actions.acceptance import generate
    from pmkit.cli.interview import people_of

    if stage:
        one_of(stage, STAGES)
    only = [s.whole.get(one, Requirement) for one in people_of(requirement)]
    edits = generate(s.whole, only, stage, s.next_id, s.acting)
    if edits is None:
        out(h("every criterion has its case", "每条验收标准均已有用例"))
        return
    s.write(
        edits,
        Text(en="{n} cases drafted", zh="已生成 {n} 个用例草稿").format(n=len(edits.records)),
        then=Text(
            "write what is done and expected, then: pmkit acceptance case ready {id} ...",
            "补充操作步骤和预期结果后执行：pmkit acceptance case ready {id} ……",
        ).format(id=edits.records[0]),
    )


def _waive(
    s: Session,
    case_ids: Annotated[list[str], typer.Argument(metavar="CAS-ID...")],
    reason: Annotated[str, typer.Option("--reason", help=h("why", "理由"))],
    evidence: Annotated[str | None, EVIDENCE] = None,
) -> None:
    from pmkit.actions.acceptance import waive
    from pmkit.workspace.model import normal_id

    cases = [s.ws.get(one, AcceptanceCase) for one in dict.fromkeys(map(normal_id, case_ids))]
    s.write(waive(s.ws, cases, reason, received(evidence), s.acting))


command(app, "generate", h("Draft cases from acceptance criteria", "按验收标准生成用例草稿"), WRITING)(_generate)
command(
    app,
    "waive",
    h("Record that the customer does without it", "记录建设单位同意豁免"),
    WRITING,
    aliases={"as_": "--by"},
)(_waive)
