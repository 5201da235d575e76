"""A sentence to everybody: kept in the database, shown on every page, told to every open editor."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from collab.frames import Frame
from collab.models import Banner
from protocol.messages import Banner as BannerMessage

if TYPE_CHECKING:
    from collab.process import Process


def text() -> str:
    """What everybody is told now; empty for nothing."""
    return Banner.objects.values_list("text", flat=True).first() or ""


def on_pages(request: HttpRequest) -> dict[str, object]:
    """For the pages' templates: `banner`, read where one shows it."""
    return {"banner": SimpleLazyObject(text)}


class Told:
    """What one process tells its connections; a message makes it quick, reading it now and then makes it certain."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self.text = ""
        self.is_known = False

    async def look(self) -> None:
        """Reads it, and tells everyone here if it is another."""
        found = await self._process.database.read(text)
        self.is_known = True
        if found == self.text:
            return
        self.text = found
        frame = Frame.of(BannerMessage(text=found))
        for connection in self._process.connections():
            connection.outbound.post(frame)
