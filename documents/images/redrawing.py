"""Draws strangers' images anew: what comes out holds pixels and nothing else.

What they are is read from the bytes themselves, and how large from their header, before any pixel is. Of what moves
the first picture stays.
"""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from documents.images.drawing import Drawing
from protocol.errors import ProtocolError

MOST_PIXELS = 50_000_000
"""The largest image that is read, in pixels, whatever its sides."""
LONGEST_SIDE = 2560
"""In pixels; what is longer is made smaller."""
QUALITY = 85
UNREADABLE = "This is no image in PNG, JPEG, WebP or GIF, or it is damaged."

FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
# What each is written as.
WRITTEN_AS = {"GIF": "PNG", "JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
MODES = {"JPEG": ("L", "RGB"), "PNG": ("L", "LA", "P", "RGB", "RGBA"), "WEBP": ("RGB", "RGBA")}


def rehearse() -> None:
    """Draws an image of each format: what Pillow loads at first use is loaded, before nothing opens any more."""
    turned = Image.Exif()
    turned[0x0112] = 6
    for kind in FORMATS:
        file = BytesIO()
        Image.new("P", (2, 1)).convert("RGB").save(file, kind, **({} if kind == "GIF" else {"exif": turned}))
        drawn_anew(file.getvalue())


def drawn_anew(data: bytes) -> Drawing:
    """The same image without anything but its pixels, upright, and no larger than is kept.

    Raises ProtocolError: unreadable_file for what is none, of a format that isn't taken, or cut off; file_too_costly.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _drawn(data)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ProtocolError("unreadable_file", UNREADABLE) from error


def _drawn(data: bytes) -> Drawing:
    image = Image.open(BytesIO(data), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    kind = WRITTEN_AS[str(image.format)]
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    pixels = _fitting(ImageOps.exif_transpose(image), MODES[kind])
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    _bare(pixels).save(written, kind, quality=QUALITY)
    return Drawing(f"image/{kind.lower()}", *pixels.size, written.getvalue())


def _fitting(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """The image in a mode that can be written."""
    if image.mode in modes and image.mode != "P":
        return image
    clear = "RGBA" in modes and image.has_transparency_data
    return image.convert("RGBA" if clear else "RGB")


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone: savers write on what else they find."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _too_large() -> ProtocolError:
    return ProtocolError("file_too_costly", f"An image has {MOST_PIXELS} pixels at most.")
