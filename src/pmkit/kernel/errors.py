"""Errors that end a command, each with its exit code. Anything else that is raised is a bug in pmkit."""

from __future__ import annotations

import errno
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


# What the system says in English, and only there, of what happens to files.
_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "操作不被允许",
    errno.ENOENT: "文件或目录不存在",
    errno.ENOTDIR: "路径中有一级不是目录",
    errno.EISDIR: "是目录，不是文件",
    errno.EEXIST: "已存在",
    errno.ENOSPC: "磁盘空间已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "文件系统只读",
    errno.EFBIG: "文件过大",
    errno.EIO: "读写出错",
    errno.ELOOP: "符号链接层数过多",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.EBUSY: "正在被占用",
    errno.ENOEXEC: "不是可执行程序",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "连接超时",
    errno.EPIPE: "对方已关闭连接",
    errno.ECONNRESET: "连接被对方中断",
    errno.EHOSTUNREACH: "无法到达主机",
    errno.ENETUNREACH: "网络不可达",
}


def reason(error: OSError) -> Text:
    """Why the system did not do it: in its own words, and in Chinese."""
    said = error.strerror or str(error)
    return Text(en=said, zh=_REASONS.get(error.errno or 0, said))


def cannot_write(path: object, error: OSError, fix: Text | None = None) -> OutsideError:
    """The error for a file that the system did not write."""
    says = Text(en="cannot write {path}: {why}", zh="无法写入 {path}：{why}")
    return OutsideError(says.format(path=path, why=reason(error)), fix)
