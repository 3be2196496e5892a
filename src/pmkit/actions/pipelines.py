"""Pipeline files: `pmkit check` and `pmkit plan drift` on every push, with the whole history; a pre-commit hook."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmkit import __version__
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Attach

# A test runs what is written here, step by step, in a clean clone.
INSTALL = f'python -m pip install "pmkit>={__version__}"'
CHECK = "pmkit check"
DRIFT = "pmkit plan drift"
HOOK = "pmkit-check"  # the id by which pmkit tells pre-commit to leave its own commits alone

GITHUB = f"""\
# Written by `pmkit ci init --github`; edit as you like.
name: pmkit
on: [push, pull_request]
permissions:
  contents: read
jobs:
  agreement:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0   # the history is the audit trail
          fetch-tags: true
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: {INSTALL}
      - name: check
        run: {CHECK} --format github
      - name: drift
        if: ${{{{ !cancelled() }}}}
        run: {DRIFT} --format github
      - name: summary
        if: ${{{{ !cancelled() }}}}
        run: {CHECK} --format markdown >> "$GITHUB_STEP_SUMMARY" || true   # the step `check` has judged
"""
SARIF = f"""\
      - name: findings for code scanning
        if: ${{{{ !cancelled() }}}}
        run: {CHECK} --format sarif --out pmkit.sarif || true
      - uses: github/codeql-action/upload-sarif@v3
        if: ${{{{ !cancelled() }}}}
        with:
          sarif_file: pmkit.sarif
          category: pmkit
"""
GITLAB = f"""\
# Written by `pmkit ci init --gitlab`; edit as you like.
pmkit-check:
  image: python:3.12
  variables:
    GIT_DEPTH: "0"   # the history is the audit trail
  script:
    - {INSTALL}
    - {CHECK} --format gitlab --out gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
pmkit-drift:
  image: python:3.12
  needs: []
  variables:
    GIT_DEPTH: "0"
  script:
    - {INSTALL}
    - {DRIFT}
"""
PRE_COMMIT = f"""\
# Written by `pmkit ci init --pre-commit`; edit as you like. `pre-commit install` switches it on.
repos:
  - repo: local
    hooks:
      - id: {HOOK}   # pmkit's own commits pass it by: they hold what pmkit wrote, whatever else lies in the folder
        name: pmkit check
        entry: {CHECK} --since HEAD
        language: system
        pass_filenames: false
        always_run: true   # a record that goes is a change too
"""
PATHS = {
    "github": ".github/workflows/pmkit.yml",
    "gitlab": ".gitlab-ci.yml",
    "pre-commit": ".pre-commit-config.yaml",
}


def pipelines(chosen: Sequence[str], prefix: str, present: Callable[[str], str | None], *, sarif: bool) -> list[Attach]:
    """The files for `github`, `gitlab` and `pre-commit`. `present`: what a file says now, None where there is none.

    Refused where the workspace is not the top of its repository, and where a file is there that says otherwise.
    """
    if prefix:
        raise Refused(
            Text(
                en="the workspace lies in {prefix}; pipelines lie at the repository's top",
                zh="项目目录位于 {prefix}，而流水线配置须放在仓库根目录",
            ).format(prefix=prefix),
            Text(en="add these steps to your own pipeline: {steps}", zh="请在您自己的流水线中加入：{steps}").format(
                steps=f"{INSTALL}; {CHECK} -C {prefix}; {DRIFT} -C {prefix}"
            ),
        )
    texts = {"github": _github(sarif=sarif), "gitlab": GITLAB, "pre-commit": PRE_COMMIT}
    for name in chosen:
        if present(PATHS[name]) not in (None, texts[name]):
            raise Refused(
                Text(en="{path} is there already, and says something else", zh="{path} 已存在，且内容不同").format(
                    path=PATHS[name]
                ),
                Text(
                    en="add this to it, or move it away:\n{text}", zh="请将以下内容加入其中，或先移走该文件：\n{text}"
                ).format(text=texts[name]),
            )
    return [Attach(PATHS[name], texts[name].encode()) for name in chosen]


def _github(*, sarif: bool) -> str:
    if not sarif:
        return GITHUB
    return GITHUB.replace("  contents: read\n", "  contents: read\n  security-events: write\n") + SARIF
