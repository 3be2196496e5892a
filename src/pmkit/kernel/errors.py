"""Errors that end a command, each with its exit code. Anything else that is raised is a bug in pmkit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Text


class PmkitError(Exception):
    """A command cannot go on. `says`: what is wrong; `fix`: what to do about it."""

    exit_code: ClassVar[int] = 3

    def __init__(self, says: Text, fix: Text | None = None) -> None:
        super().__init__(says.en)
        self.says = says
        self.fix = fix


class UsageError(PmkitError):
    """The command line asks for something that cannot be: exit 2."""

    exit_code = 2


class MissingExtra(UsageError):
    """An optional package is not installed: exit 2."""

    def __init__(self, extra: str, purpose: Text) -> None:
        super().__init__(
            Text(en="{purpose} needs the extra `{extra}`", zh="{purpose}需要可选组件 `{extra}`").format(
                purpose=purpose, extra=extra
            ),
            Text.same(f"pip install 'pmkit[{extra}]'"),
        )


class BadWorkspace(PmkitError):
    """The workspace or its data is broken: exit 3. `findings` tell where."""

    exit_code = 3

    def __init__(self, says: Text, fix: Text | None = None, findings: Sequence[Finding] = ()) -> None:
        super().__init__(says, fix)
        self.findings = tuple(findings)


class Refused(PmkitError):
    """The workflow does not allow it: exit 4. `fix` says what to do instead."""

    exit_code = 4


class OutsideError(PmkitError):
    """Something outside failed: git, a hook, a disk, a server: exit 5."""

    exit_code = 5
