"""Typst, which sets pages and draws pictures: fonts, one folder of input, the same bytes every time."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from pmkit.kernel.errors import BadWorkspace, MissingExtra, OutsideError
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Photo

if TYPE_CHECKING:
    import typst

FONTS_IN = "PMKIT_FONTS"  # a folder whose fonts are taken instead of the system's: the same bytes on every machine
_CHINESE = (
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimSun",
    "Droid Sans Fallback",
)
_WESTERN = ("Source Sans 3", "Segoe UI", "Helvetica Neue", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_MAIN = "main.typ"
_SIGNS = {
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
_EPOCH = date(1980, 1, 1)


class Undrawable(BadWorkspace):
    """A picture that is none: broken, or of an unknown format: exit 3."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Text(en="{name} is not a picture that can be read", zh="{name} 不是可识别的图片").format(name=name),
            Text("JPEG, PNG, GIF and WebP are", "支持 JPEG、PNG、GIF 和 WebP 格式"),
        )


def fonts_for(text: str, *, chinese: bool) -> list[str]:
    """The font families to set `text` in, the first that has a character wins.

    Raises OutsideError where there are Chinese characters and no font for them: the page would be empty boxes.
    """
    known = _families()
    han = [name for name in _CHINESE if name in known]
    if not han and (chinese or _WIDE.search(text)):
        raise OutsideError(
            Text("no Chinese font is installed", "没有安装中文字体"),
            Text(
                en="Debian and Ubuntu: `apt install fonts-noto-cjk`; or name a folder with fonts in {variable}",
                zh="Debian、Ubuntu 可执行 `apt install fonts-noto-cjk`；也可用环境变量 {variable} 指定字体目录",
            ).format(variable=FONTS_IN),
        )
    western = [name for name in _WESTERN if name in known]
    return [*han[:1], *western[:1]] if chinese else [*(western[:1] or ["Libertinus Serif"]), *han[:1]]


def typeset(
    files: Mapping[str, bytes], program: str, form: Literal["pdf", "png"], day: date | None = None
) -> list[bytes]:
    """What a Typst program makes of `files`: one PDF, or a PNG (144 dots an inch) a page.

    The program sees nothing but these files: neither the workspace nor the network. `day` is the document's date.
    """
    typst = _typst()
    created = datetime.combine(day or _EPOCH, datetime.min.time(), UTC)
    with TemporaryDirectory(prefix="pmkit-") as folder:
        root = Path(folder)
        (root / _MAIN).write_text(program, encoding="utf-8")
        for name, content in files.items():
            (root / name).write_bytes(content)
        try:
            made = typst.compile(
                str(root / _MAIN),
                root=str(root),
                font_paths=_fonts(),
                format=form,
                timestamp=created,
                package_path=str(root),
                package_cache_path=str(root),
            )
        except typst.TypstError as error:
            if "failed to decode image" in str(error) or "unknown image format" in str(error):
                raise Undrawable("a picture") from None
            raise
    return made if isinstance(made, list) else [made]


def ending_of(photo: Photo) -> str:
    """What a photo is by its first bytes, whatever its name says: `jpg`, `png`, `gif`, `webp`. Raises Undrawable."""
    found = next((ending for ending, sign in _SIGNS.items() if sign.match(photo.content)), None)
    if found is None:
        raise Undrawable(photo.path)
    return found


def drawn(picture: bytes, ending: str, source: str = "") -> bytes:
    """A picture in any form that Typst reads (SVG, WebP ...) as PNG. Raises Undrawable, naming the `source`."""
    name = f"picture.{ending}"
    fonts = ", ".join(f'"{name}"' for name in fonts_for(picture.decode("utf-8", "ignore"), chinese=False))
    program = f'#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: ({fonts},))\n#image("{name}")\n'
    try:
        return typeset({name: picture}, program, "png")[0]
    except Undrawable:
        raise Undrawable(source or name) from None


@cache
def _fonts() -> typst.Fonts:
    folder = os.environ.get(FONTS_IN)
    found: typst.Fonts = _typst().Fonts(include_system_fonts=not folder, font_paths=[folder] if folder else [])
    return found


@cache
def _families() -> frozenset[str]:
    return frozenset(_fonts().families())


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise MissingExtra("pdf", Text("PDF", "生成 PDF ")) from None
    return typst
