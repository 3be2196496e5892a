"""Photos: what a camera's file says of itself, and the small picture of it that documents show.

The small picture is made anew from the dots alone: upright, without position, camera or any other word of the original.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from pmkit.kernel.errors import MissingExtra, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 50 * 2**20  # of a file; git keeps it for ever
# Dots that are taken in. A JPEG is read at an eighth of its size, anything else whole, four bytes a dot.
MOST_DOTS = {"JPEG": 250_000_000, "MPO": 250_000_000}
MOST_DOTS_ELSE = 60_000_000
LONGEST_SIDE = 1280  # of the small picture; 8 cm of paper at 300 dots an inch and more
_QUALITY = 82
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # a JPEG of several pictures opens as MPO
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftypmsf1", b"ftypavif")
_EXIF, _TAKEN, _CHANGED, _POSITION = 0x8769, 0x9003, 0x0132, 0x8825
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError, TypeError, OverflowError)


class PhotoFacts(NamedTuple):
    """What a photo says of itself. `width` and `height` in dots as it is shown, turned upright."""

    width: int
    height: int
    taken_on: date | None
    has_position: bool


def read_photo(name: str, content: bytes) -> PhotoFacts:
    """The facts of a photo (JPEG, PNG, WebP, GIF), every dot of it read once.

    `name` is for messages. Raises UsageError for what is none, is broken, or is too large; MissingExtra.
    """
    with _opened(name, content) as image:
        exif = image.getexif()
        taken = exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED)
        turned = exif.get(0x0112) in {5, 6, 7, 8}
        width, height = reversed(image.size) if turned else image.size
        _small(image)
        return PhotoFacts(width, height, _day(taken), bool(exif.get_ifd(_POSITION)))


def thumbnail(name: str, content: bytes) -> bytes:
    """A JPEG of at most 1280 dots a side that shows the photo upright and says nothing else. Raises as `read_photo`."""
    with _opened(name, content) as image:
        small = _small(image)
    made = BytesIO()
    small.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()


@contextmanager
def _opened(name: str, content: bytes) -> Iterator[Image]:
    """The picture in a file; whatever goes wrong with it is one error that names it."""
    _refuse_at_sight(name, content)
    pillow = _pillow()
    from PIL import UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own limit on dots, and of EXIF blocks that are cut off
        try:
            with pillow.open(BytesIO(content), formats=_FORMATS) as image:
                dots, most = image.width * image.height, MOST_DOTS.get(image.format or "", MOST_DOTS_ELSE)
                if dots > most:
                    raise _too_many_dots(name, image.width, image.height)
                yield image
        except UnidentifiedImageError:
            raise UsageError(
                Text(en="{name} is not a picture that can be read", zh="{name} 不是可识别的图片").format(name=name),
                Text("JPEG, PNG, WebP and GIF are", "支持 JPEG、PNG、WebP 和 GIF 格式"),
            ) from None
        except _BROKEN:
            raise UsageError(
                Text(en="{name} is a broken picture", zh="{name} 图片已损坏").format(name=name),
                Text("copy it from the camera again", "请从拍摄设备重新复制原文件"),
            ) from None


def _refuse_at_sight(name: str, content: bytes) -> None:
    """UsageError for what need not be opened to be refused."""
    if not content:
        raise UsageError(Text(en="{name} is empty", zh="{name} 是空文件").format(name=name))
    if content[4:12] in _HEIC:
        raise UsageError(
            Text(
                en="{name} is a HEIC picture, which few programs read", zh="{name} 是 HEIC 图片，多数程序无法打开"
            ).format(name=name),
            Text(
                "save it as JPEG; on the telephone: Settings, Camera, Formats, Most Compatible",
                "请另存为 JPEG；手机上可改：设置 › 相机 › 格式 › 兼容性最佳",
            ),
        )
    if len(content) > MOST_BYTES:
        raise UsageError(
            Text(en="{name} is larger than {n} MB", zh="{name} 超过 {n} MB").format(name=name, n=MOST_BYTES >> 20),
            Text("save it as JPEG, or smaller", "请另存为 JPEG 或缩小尺寸"),
        )


def _too_many_dots(name: str, width: int, height: int) -> UsageError:
    return UsageError(
        Text(en="{name} has too many dots ({w} × {h})", zh="{name} 像素过多（{w} × {h}）").format(
            name=name, w=width, h=height
        ),
        Text("save it smaller", "请缩小尺寸后再试"),
    )


def _small(image: Image) -> Image:
    """The dots of a picture on white, upright, at most LONGEST_SIDE a side; nothing else of it."""
    from PIL import Image as pillow  # noqa: N813 - a module with the name of a class
    from PIL import ImageOps

    turn = image.getexif().get(0x0112)
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = image
    if turn in range(2, 9):
        upright = ImageOps.exif_transpose(image)
    flat = pillow.new("RGB", upright.size, "white")  # a new one: what is saved of the old one is not ours to know
    if upright.mode.startswith("I"):  # 16 bits of grey, as scanners write
        upright = upright.point(lambda value: value / 256).convert("L")
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat.paste(upright.convert("RGB"))
    return flat


def _day(said: Any) -> date | None:
    """The day of `2026:03:26 09:14:05`; None for what cameras without a clock write."""
    try:
        found = date.fromisoformat(str(said)[:10].replace(":", "-"))
    except ValueError:
        return None
    return found if found.year >= 1990 else None


def _pillow() -> Any:
    """The library, its own limit on dots set aside: ours is stricter."""
    try:
        from PIL import Image as pillow  # noqa: N813
    except ImportError:
        raise MissingExtra("photos", Text("photos", "处理照片")) from None
    pillow.MAX_IMAGE_PIXELS = None
    return pillow
