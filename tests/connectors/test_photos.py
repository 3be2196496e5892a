"""Photos: what is read of them, what of them reaches a document, and what is refused."""

import random
import struct
import zlib
from datetime import date
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from pmkit.connectors.photos import LONGEST_SIDE, read_photo, thumbnail
from pmkit.kernel.errors import UsageError

GPS, EXIF, ORIENTATION, MAKE, TAKEN = 0x8825, 0x8769, 0x0112, 0x010F, 0x9003


def scene(width=400, height=300, mode="RGB"):
    """A picture whose upper left quarter is red: it tells how it was turned."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill=(220, 0, 0))
    return image.convert(mode)


def saved(image, form="JPEG", **more):
    made = BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def camera(orientation=1):
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "SecretCamera"
    exif.get_ifd(EXIF)[TAKEN] = "2026:03:26 09:14:05"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    return exif


def opened(content):
    return Image.open(BytesIO(content))


def red_corner(image):
    width, height = image.size
    corners = {
        "upper left": (width // 8, height // 8), "upper right": (width * 7 // 8, height // 8),
        "lower left": (width // 8, height * 7 // 8), "lower right": (width * 7 // 8, height * 7 // 8),
    }  # fmt: skip
    return [name for name, place in corners.items() if image.getpixel(place)[1] < 100]


def test_position_camera_and_words_of_the_original_are_gone():
    original = saved(
        scene(4000, 3000), exif=camera(), comment=b"secret comment", xmp=b"<x:xmpmeta>secret xmp</x:xmpmeta>"
    )
    facts = read_photo("a.jpg", original)
    assert facts == (4000, 3000, date(2026, 3, 26), True)
    small = thumbnail("a.jpg", original)
    image = opened(small)
    assert image.size == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    assert not image.getexif()
    assert not any(word in small.lower() for word in (b"secret", b"exif", b"gps", b"http"))
    assert thumbnail("a.jpg", original) == small  # the same document is the same bytes


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_photo_stands_upright(orientation):
    turned = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    image = scene() if turned[orientation] is None else scene().transpose(turned[orientation])
    content = saved(image, exif=camera(orientation), quality=95)
    shown = opened(thumbnail("a.jpg", content))
    assert shown.size == (400, 300) == read_photo("a.jpg", content)[:2]
    assert red_corner(shown) == ["upper left"]


@pytest.mark.parametrize(
    ("mode", "form"), [("RGBA", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("I;16", "PNG"), ("1", "PNG"), ("L", "JPEG"),
                       ("CMYK", "JPEG"), ("RGBA", "WEBP"), ("P", "GIF")],
)  # fmt: skip
def test_every_kind_of_dots_becomes_a_jpeg(mode, form):
    image = scene() if mode == "I;16" else scene(mode=mode)
    if mode == "I;16":
        image = Image.new("I;16", (400, 300), 65535)
        image.paste(0, (0, 0, 200, 150))
    shown = opened(thumbnail("a", saved(image, form)))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (400, 300))
    assert red_corner(shown) == ["upper left"]


def test_what_is_seen_through_is_white():
    shown = opened(thumbnail("a.png", saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")))
    assert shown.getpixel((25, 25)) == (255, 255, 255)


def bomb(width, height):
    """A PNG of a few hundred bytes that claims to unpack into gigabytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


REFUSED = [
    (b"", "a.jpg 是空文件"),
    (b"not a picture", "a.jpg 不是可识别的图片"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.jpg 不是可识别的图片"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "a.jpg 是 HEIC 图片，多数程序无法打开"),
    (saved(scene())[:3000], "a.jpg 图片已损坏"),
    (saved(scene(), "PNG")[:300], "a.jpg 图片已损坏"),
    (bomb(60_000, 60_000), "a.jpg 像素过多（60000 × 60000）"),
    (bomb(2**31 - 1, 2**31 - 1), "a.jpg 像素过多（2147483647 × 2147483647）"),
    (saved(scene()) + b"\0" * (50 * 2**20), "a.jpg 超过 50 MB"),
]


@pytest.mark.parametrize(("content", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_is_no_good_photo_is_named(content, says):
    for take in (read_photo, thumbnail):
        with pytest.raises(UsageError) as refused:
            take("a.jpg", content)
        assert refused.value.says.zh == says
    if says != "a.jpg 是空文件":
        assert refused.value.fix


def test_no_damage_is_more_than_an_error():
    """A file with wrong bytes is a photo or a named error, whatever the bytes."""
    chance = random.Random(8)
    pictures = [
        saved(scene(80, 60), exif=camera(6)), saved(scene(80, 60), "PNG", exif=camera(3)),
        saved(scene(80, 60, "P"), "GIF"), saved(scene(80, 60), "WEBP"),
    ]  # fmt: skip
    outcomes = set()
    for number in range(600):
        damaged = bytearray(pictures[number % 4])
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            outcomes.add(thumbnail("a", bytes(damaged))[:2])
        except UsageError as error:
            outcomes.add(error.says.en)
    assert outcomes >= {b"\xff\xd8", "a is a broken picture"}
