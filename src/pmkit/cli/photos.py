"""Photos on the command line: from a folder into a record, from a record into a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import Session, read_file
from pmkit.kernel.errors import BadWorkspace, UsageError, reason
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text, did_you_mean

if TYPE_CHECKING:
    from pmkit.actions.photos import TakenPhoto
    from pmkit.domain.photos import KeptPhoto
    from pmkit.reports.views.blocks import Photo

Photos = Annotated[
    list[str] | None,
    typer.Option(
        "--photos", metavar="DIR|FILE", help=h("photos, or a folder of them; may be repeated", "照片或照片目录；可重复")
    ),
]
Captions = Annotated[
    list[str] | None,
    typer.Option(
        "--caption", metavar="FILE=TEXT", help=h("the words below a photo; may be repeated", "某张照片的说明；可重复")
    ),
]
MOST_PHOTOS = 200  # at once
_ENDINGS = frozenset({"jpg", "jpeg", "png", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff"})
# What cameras, telephones and messengers call their files: no words to print below a photo.
_CAMERA = re.compile(
    r"(?:img|dsc[fn]?|pxl|pic|photo|image|mmexport|wx_camera|微信图片|screenshot|p|dji|gopr)?[-_ ]?[0-9()（）_\- .~]*"
    r"(?:_?(?:hdr|burst|cover|mp|副本))*\Z",
    re.IGNORECASE,
)


def taken_photos(paths: Sequence[str] | None, captions: Sequence[str] | None = None) -> list[TakenPhoto]:
    """The photos of files and folders, in the order of their names; a name with words in it is the caption.

    Raises UsageError with everything that is wrong with any of them, MissingExtra.
    """
    from pmkit.actions.photos import TakenPhoto
    from pmkit.connectors.photos import read_photo

    said = dict(_caption(text) for text in captions or ())
    files = [file for path in paths or () for file in _files(Path(path))]
    if len(files) > MOST_PHOTOS:
        raise UsageError(
            Text(en="{n} photos are too many at once", zh="一次最多 {most} 张照片，现有 {n} 张").format(
                n=len(files), most=MOST_PHOTOS
            ),
            Text("choose those that show something", "请挑选有代表性的照片"),
        )
    names = {file.name for file in files}
    if unknown := [name for name in said if name not in names]:
        raise UsageError(
            Text(en="no photo is called {name}", zh="没有名为 {name} 的照片").format(name=unknown[0]),
            did_you_mean(unknown[0], names),
        )
    found: list[TakenPhoto] = []
    wrong: list[UsageError] = []
    for file in files:
        try:
            content = read_file(str(file))
            facts = read_photo(file.name, content)
        except UsageError as error:
            wrong.append(error)
            continue
        words = said.get(file.name) or (None if _CAMERA.match(file.stem) else file.stem)
        found.append(TakenPhoto(file.name, content, words, facts.taken_on))
    if len(wrong) == 1 or any(type(error) is not UsageError for error in wrong):
        raise wrong[0]
    if wrong:
        says = Text.join([error.says for error in wrong], en="\n", zh="\n")
        fixes = list(dict.fromkeys(error.fix for error in wrong if error.fix))
        raise UsageError(says, Text.join(fixes, en="; ", zh="；"))
    return found


def _caption(text: str) -> tuple[str, str]:
    name, equals, words = text.partition("=")
    if not equals or not words.strip():
        raise UsageError(
            Text(en="`{text}` is not FILE=TEXT", zh="`{text}` 应写成 文件名=说明").format(text=text),
        )
    return name.strip(), words.strip()


def _files(path: Path) -> list[Path]:
    """The pictures that a path means: itself, or those in the folder. Raises UsageError where there are none."""
    if not path.is_dir():
        return [path]
    try:
        inside = [file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")]
    except OSError as error:
        raise UsageError(
            Text(en="cannot read {path}: {why}", zh="无法读取 {path}：{why}").format(path=path, why=reason(error))
        ) from None
    found = [file for file in inside if file.suffix.lstrip(".").lower() in _ENDINGS]
    if not found:
        raise UsageError(Text(en="there are no photos in {path}", zh="{path} 中没有照片").format(path=path))
    return sorted(found, key=lambda file: natural_order(file.name))


def shown_photos(s: Session, photos: Iterable[KeptPhoto], caption: str = "") -> tuple[Photo, ...]:
    """Photos as documents show them: made small and without position when a format asks for the picture.

    `caption`: what stands below those that have no words of their own. Raises BadWorkspace for a file that is missing
    or is not the one that was filed.
    """
    return tuple(_shown(s, photo, caption) for photo in photos)


def _shown(s: Session, kept: KeptPhoto, caption: str) -> Photo:
    from pmkit.reports.views.blocks import Photo

    @cache
    def small() -> bytes:
        from pmkit.connectors.photos import thumbnail

        return thumbnail(kept.file, _content(s, kept))

    return Photo(kept.file, kept.caption or caption, small)


def _content(s: Session, kept: KeptPhoto) -> bytes:
    import hashlib

    content = s.content_of(kept.file)
    if content is not None and hashlib.sha256(content).hexdigest() == kept.sha256:
        return content
    says = (
        Text(en="the photo {file} is missing", zh="照片 {file} 缺失")
        if content is None
        else Text(en="{file} is not the photo that was filed", zh="{file} 不是当时归档的照片")
    )
    raise BadWorkspace(
        says.format(file=kept.file),
        Text(en="`git log -- {file}` has it", zh="可用 `git log -- {file}` 找回").format(file=kept.file),
    )
