"""`pmkit ci init`: the pipeline that refuses what breaks the agreement."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, group, out
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(h("Pipelines", "流水线配置"))
_HOOK = h("a hook that checks before a commit (pre-commit)", "提交前检查的钩子（pre-commit）")
_SARIF = h("with --github: upload to code scanning", "配合 --github：上传到代码扫描")


def _init(
    s: Session,
    github: Annotated[bool, typer.Option("--github", help=h("for GitHub Actions", "用于 GitHub Actions"))] = False,
    gitlab: Annotated[bool, typer.Option("--gitlab", help=h("for GitLab CI", "用于 GitLab CI"))] = False,
    pre_commit: Annotated[bool, typer.Option("--pre-commit", help=_HOOK)] = False,
    sarif: Annotated[bool, typer.Option("--sarif", help=_SARIF)] = False,
) -> None:
    from pmkit.actions.pipelines import pipelines
    from pmkit.workspace.edits import Edits

    given = {"github": github, "gitlab": gitlab, "pre-commit": pre_commit}
    chosen = [name for name, wanted in given.items() if wanted]
    if not chosen or (sarif and not github):
        raise UsageError(
            Text("which pipeline?", "请指定流水线类型") if not chosen else Text.same("--sarif"),
            Text(
                en="--github (with --sarif), --gitlab, --pre-commit",
                zh="--github（可加 --sarif）、--gitlab、--pre-commit",
            ),
        )
    changes = pipelines(chosen, s.git.prefix if s.git else "", s.text_of, sarif=sarif)
    if all(s.text_of(change.path) is not None for change in changes):
        out(h("the files are there already", "配置文件已存在，无需修改"))
        return
    acting = s.acting
    subject = Text("Check the project in CI ({hosts})", "配置流水线检查（{hosts}）").format(
        hosts=Text.join(map(Text.same, chosen))
    )
    then = (
        Text("`pre-commit install` switches the hook on", "执行 `pre-commit install` 启用钩子") if pre_commit else None
    )
    s.write(Edits(tuple(changes), "project.ci", (), subject, acting.by, acting.on), then=then)


command(app, "init", h("Write the pipeline file", "生成流水线配置文件"), WRITING)(_init)
