"""Pipeline files: `pmkit check` and `pmkit plan drift` on every push, with the whole history."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit import __version__
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Attach

# The commands are the same in both; a test runs them, step by step, in a clean clone.
INSTALL = f'python -m pip install "pmkit>={__version__}"'
CHECK = "pmkit check"
DRIFT = "pmkit plan drift"

_GITHUB = """\
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
      - run: {install}
      - run: {check} --format github
      - run: {drift} --format github
"""
_GITLAB = """\
# Written by `pmkit ci init --gitlab`; edit as you like.
agreement:
  image: python:3.12
  variables:
    GIT_DEPTH: "0"   # the history is the audit trail
  script:
    - {install}
    - {check}
    - {drift}
"""


def pipelines(chosen: Sequence[str], prefix: str) -> list[Attach]:
    """The files for `github` and `gitlab`; refused where the workspace is not the top of its repository."""
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
    texts = {
        "github": (".github/workflows/pmkit.yml", _GITHUB),
        "gitlab": (".gitlab-ci.yml", _GITLAB),
    }
    return [
        Attach(path, text.format(install=INSTALL, check=CHECK, drift=DRIFT).encode())
        for path, text in (texts[name] for name in chosen)
    ]
