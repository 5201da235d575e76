"""Images are drawn anew: what comes out holds pixels and nothing else."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from documents.images.redrawing import LONGEST_SIDE, drawn_anew
from protocol.errors import ProtocolError

HIDDEN = b"where alice lives"


def written(image: Image.Image, kind: str, **about: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **about)
    return file.getvalue()


def red(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 20), **about: Any) -> bytes:
    return written(Image.new("RGB", size, "red").convert(mode), kind, **about)


def refusal(data: bytes) -> str:
    with pytest.raises(ProtocolError) as refused:
        drawn_anew(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGBA", "image/webp"),
        ("GIF", "P", "image/png"),
    ],
)
def test_formats_that_are_taken(kind: str, mode: str, becomes: str) -> None:
    source = Image.new(mode, (40, 20)) if mode == "I;16" else Image.new("RGB", (40, 20), "red").convert(mode)
    drawing = drawn_anew(written(source, kind))
    assert (drawing.media_type, drawing.width, drawing.height) == (becomes, 40, 20)
    assert Image.open(BytesIO(drawing.data)).get_format_mimetype() == becomes


def test_what_is_clear_stays_clear() -> None:
    clear = Image.new("RGBA", (2, 2), (255, 0, 0, 0))
    for data in (written(clear, "PNG"), written(clear, "WEBP"), written(clear, "GIF", transparency=0)):
        drawing = drawn_anew(data)
        assert Image.open(BytesIO(drawing.data)).convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_of_what_moves_the_first_picture_stays() -> None:
    first, second = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
    drawing = drawn_anew(written(first, "GIF", save_all=True, append_images=[second]))
    image = Image.open(BytesIO(drawing.data))
    assert image.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert getattr(image, "n_frames", 1) == 1


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = HIDDEN.decode()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", HIDDEN.decode())
    for data in (
        red("JPEG", exif=exif, comment=HIDDEN),
        red("PNG", exif=exif, pnginfo=texts),
        red("WEBP", exif=exif, xmp=HIDDEN),
        red("GIF", comment=HIDDEN),
        red("PNG") + HIDDEN,
    ):
        assert HIDDEN in data
        assert HIDDEN not in drawn_anew(data).data


def test_what_a_camera_turned_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    drawing = drawn_anew(red("JPEG", exif=exif))
    assert (drawing.width, drawing.height) == (20, 40)


def test_a_large_one_is_made_smaller() -> None:
    drawing = drawn_anew(red("JPEG", size=(6000, 3000)))
    assert (drawing.width, drawing.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def other_colors() -> bytes:
    """The color profile of a screen whose red is blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("WEBP", "RGBA")]
)
def test_colors_of_another_screen_become_what_they_mean(kind: str, mode: str) -> None:
    drawn = Image.open(BytesIO(drawn_anew(red(kind, mode, icc_profile=other_colors())).data))
    pixel = drawn.convert("RGB").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 8 for a, b in zip(pixel, (0, 0, 255), strict=True)), pixel
    assert "icc_profile" not in drawn.info


def test_what_is_clear_stays_so_with_a_profile() -> None:
    data = written(Image.new("RGBA", (2, 2), (255, 0, 0, 0)), "PNG", icc_profile=other_colors())
    assert Image.open(BytesIO(drawn_anew(data).data)).getchannel("A").getextrema() == (0, 0)


# -- bad input --


@pytest.mark.parametrize("profile", [b"no profile", other_colors()[:200], other_colors().replace(b"RGB ", b"CMYK")])
def test_a_profile_that_does_not_fit_is_none(profile: bytes) -> None:
    drawn = Image.open(BytesIO(drawn_anew(red(icc_profile=profile)).data))
    assert drawn.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_what_is_cut_off() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        noise = written(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
        assert refusal(noise[: len(noise) // 2]) == "unreadable_file", kind


def test_what_is_of_another_kind() -> None:
    for kind in ("BMP", "TIFF", "PPM", "ICO"):
        assert refusal(red(kind)) == "unreadable_file", kind
    for text in (b"", b"GIF89a", b"<svg/>", b"%!PS-Adobe", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"):
        assert refusal(text) == "unreadable_file", text


def test_a_bomb_is_seen_by_its_header() -> None:
    assert refusal(bomb(30_000, 30_000)) == "file_too_costly"
    assert refusal(bomb(2**31 - 1, 2**31 - 1)) in ("file_too_costly", "unreadable_file")


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes which says that it is so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
