"""`pmkit ci init`: the pipeline that refuses what breaks the agreement."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(h("Pipelines", "流水线配置"))


def _init(
    s: Session,
    github: Annotated[bool, typer.Option("--github", help=h("for GitHub Actions", "用于 GitHub Actions"))] = False,
    gitlab: Annotated[bool, typer.Option("--gitlab", help=h("for GitLab CI", "用于 GitLab CI"))] = False,
) -> None:
    from pmkit.actions.pipelines import pipelines
    from pmkit.workspace.edits import Edits

    chosen = [name for name, wanted in (("github", github), ("gitlab", gitlab)) if wanted]
    if not chosen:
        raise UsageError(
            Text("which pipeline?", "请指定流水线类型"), Text(en="--github or --gitlab", zh="--github 或 --gitlab")
        )
    prefix = s.git.prefix if s.git else ""
    changes = pipelines(chosen, prefix)
    acting = s.acting
    subject = f"Check the project in CI ({', '.join(chosen)})"
    s.write(Edits(tuple(changes), "project.ci", (), subject, acting.by, acting.on))


command(app, "init", h("Write the pipeline file", "生成流水线配置文件"), WRITING)(_init)
