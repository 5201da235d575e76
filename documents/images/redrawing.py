"""Draws strangers' images anew: what comes out holds pixels and nothing else.

What they are is read from the bytes themselves, and how large from their header, before any pixel is. Of what moves
the first picture stays. Colors become those of sRGB, which is what pixels without a profile mean.
"""

import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from documents.images.drawing import Drawing
from protocol.errors import ProtocolError

MOST_PIXELS = 50_000_000
"""The largest image that is read, in pixels, whatever its sides."""
LONGEST_SIDE = 2560
"""In pixels; what is longer is made smaller."""
QUALITY = 85
UNREADABLE = "This is no image in PNG, JPEG, WebP or GIF, or it is damaged."

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
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
        about = {} if kind == "GIF" else {"exif": turned, "icc_profile": SRGB.tobytes()}
        Image.new("P", (2, 1)).convert("RGB").save(file, kind, **about)
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
    pixels = _fitting(_in_srgb(ImageOps.exif_transpose(image)), MODES[kind])
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    _bare(pixels).save(written, kind, quality=QUALITY)
    return Drawing(f"image/{kind.lower()}", *pixels.size, written.getvalue())


def _in_srgb(image: Image.Image) -> Image.Image:
    """The image with the colors that its profile means; as it is where it has none, or one that doesn't fit it."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    mode = "RGBA" if image.has_transparency_data else "RGB"
    given = image.convert(mode) if image.mode in ("P", "PA") else image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        found = ImageCms.profileToProfile(given, source, SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return image
    return found or image


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
