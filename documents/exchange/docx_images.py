"""Images in Word files: how they stand in the text, and which parts they are."""

from collections.abc import Callable
from io import BytesIO
from xml.sax.saxutils import quoteattr

from PIL import Image

from documents.exchange.docx_parts import TEXT_HEIGHT, TEXT_WIDTH, R
from documents.images.drawing import Drawing

Find = Callable[[str], Drawing | None]
"""The image of an id, or None."""

# English Metric Units on paper: of a pixel, at 96 to the inch, and of a twip.
PIXEL = 9525
TWIP = 635
WIDEST, HIGHEST = TEXT_WIDTH * TWIP, TEXT_HEIGHT * TWIP
DRAWINGS = "http://schemas.openxmlformats.org/drawingml/2006"
SUFFIXES = {"image/png": "png", "image/jpeg": "jpeg"}


class DocxImages:
    """The images of a Word file that is written, each once.

    `parts` has them by the names of the files; `targets` says which is `image0`, `image1` …
    """

    def __init__(self, find: Find) -> None:
        self.parts: dict[str, bytes] = {}
        self.targets: list[str] = []
        self._find = find
        self._known: dict[str, tuple[int, Drawing] | None] = {}
        self._shown = 0

    def shown(self, image_id: str, alt: str) -> str | None:
        """The image as it stands in a run, no larger than the page; None where it is not there."""
        if image_id not in self._known:
            self._known[image_id] = self._added(image_id)
        known = self._known[image_id]
        if known is None:
            return None
        number, drawing = known
        self._shown += 1
        return _inline(self._shown, f"image{number}", alt, *_size(drawing))

    def _added(self, image_id: str) -> tuple[int, Drawing] | None:
        found = self._find(image_id)
        if found is None:
            return None
        drawing = _for_word(found)
        number = len(self.targets)
        self.targets.append(f"media/image{number}.{SUFFIXES[drawing.media_type]}")
        self.parts[f"word/{self.targets[-1]}"] = drawing.data
        return number, drawing


def _for_word(drawing: Drawing) -> Drawing:
    """WebP, which few versions of Word open, as something that all do."""
    if drawing.media_type in SUFFIXES:
        return drawing
    image, written = Image.open(BytesIO(drawing.data), formats=["WEBP"]), BytesIO()
    kind = "PNG" if image.has_transparency_data else "JPEG"
    image.save(written, kind, quality=90)
    return drawing._replace(media_type=f"image/{kind.lower()}", data=written.getvalue())


def _size(drawing: Drawing) -> tuple[int, int]:
    width, height = drawing.width * PIXEL, drawing.height * PIXEL
    scale = min(1, WIDEST / width, HIGHEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _inline(number: int, relation: str, alt: str, width: int, height: int) -> str:
    return (
        f'<w:drawing><wp:inline xmlns:wp="{DRAWINGS}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Image {number}" descr={quoteattr(alt)}/>'
        f'<a:graphic xmlns:a="{DRAWINGS}/main"><a:graphicData uri="{DRAWINGS}/picture">'
        f'<pic:pic xmlns:pic="{DRAWINGS}/picture"><pic:nvPicPr><pic:cNvPr id="{number}" name="Image {number}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{R}" r:embed="{relation}"/>'
        f"<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>"
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
