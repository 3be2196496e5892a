"""Which checks a run is about: by code, by family, or by the beginning of codes (`REQ`, `REQ1`, `REQ101`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pmkit.domain.project import CheckSettings
from pmkit.kernel.errors import UsageError
from pmkit.kernel.finding import BROKEN
from pmkit.kernel.text import Text, nearest

ALL = "ALL"
_FAMILY = 3  # letters


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of checks.

    `only`: nothing but these, opinions among them included; `also`: these opinions beside the rest; `ignore`: not
    these, whatever else says so. A file that cannot be read is always told: no other check could look at it.
    """

    only: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def wants(self, code: str, *, opinion: bool = False) -> bool:
        """True where findings of the code are asked for."""
        if code.startswith(BROKEN):
            return True
        if _names(self.ignore, code):
            return False
        if self.only:
            return _names(self.only, code)
        return not opinion or _names(self.also, code)


def chosen(settings: CheckSettings, select: Sequence[str], ignore: Sequence[str], known: Collection[str]) -> Selection:
    """What the command line asks for, or else the profile. Raises UsageError with everything that names no check."""
    wanted, unwanted = _split(select), _split(ignore)
    wrong = [name for name in (*wanted, *unwanted) if not is_selector(name, known)]
    if wrong:
        raise UsageError(
            Text.join(
                (
                    Text(en="there is no check or family {name}", zh="没有检查项或检查类别 {name}").format(name=name)
                    for name in wrong
                ),
                en="\n",
                zh="\n",
            ),
            Text.join((_suggestion(name, known) for name in wrong), en="; ", zh="；"),
        )
    always = [name for name in unwanted if name.startswith(BROKEN)]
    if always:
        raise UsageError(
            Text(en="{names} cannot be ignored", zh="{names} 不能忽略").format(names=", ".join(always)),
            Text(
                "the file is not read at all, so nothing else in it is checked; mend it",
                "该文件无法读取，其中的内容都未经检查，请改正文件",
            ),
        )
    if wanted:
        return Selection(only=wanted, ignore=unwanted)
    return Selection(also=settings.also, ignore=(*settings.ignore, *unwanted))


def is_selector(name: str, known: Collection[str]) -> bool:
    """True for a code, a family, the beginning of a code from the family on, or `ALL`."""
    return name == ALL or (len(name) >= _FAMILY and any(code.startswith(name) for code in known))


def families(known: Collection[str]) -> list[str]:
    """The families of codes, in order."""
    return sorted({code[:_FAMILY] for code in known})


def nearest_check(name: str, known: Collection[str]) -> str | None:
    """The code or family most like `name`: another tier of the same family before another family."""
    name = name.upper()
    own = [code for code in known if code[:_FAMILY] == name[:_FAMILY]]
    return nearest(name, own) or nearest(name, [*known, *families(known)])


def _suggestion(name: str, known: Collection[str]) -> Text:
    if name.startswith("AUD"):
        return Text("`pmkit audit` finds these", "此类问题由 `pmkit audit` 检查")
    near = nearest_check(name, known)
    if near is None:
        return Text("`pmkit explain` lists them all", "`pmkit explain` 可列出全部检查项")
    return Text(en="did you mean `{near}`?", zh="是否想写 `{near}`？").format(near=near)


def _split(names: Sequence[str]) -> tuple[str, ...]:
    words = (word.strip().upper() for name in names for word in name.replace("，", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _names(selectors: Sequence[str], code: str) -> bool:
    return any(selector == ALL or code.startswith(selector) for selector in selectors)
