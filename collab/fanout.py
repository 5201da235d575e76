"""One page to everyone in a room: whoever waits for nothing else gets it with no lookup of their own.

All of them in one coroutine, for one each costs more than what is done in it. Where a line takes no more, the coroutine
stays with that connection, as a task, and another one tells the rest.
"""

from collections.abc import Iterable, Iterator

from collab.frames import Page, event
from collab.outbound import Outbound, Source
from collab.tasks import begin


def fan_out(source: Source, after: int, outbounds: Iterable[Outbound]) -> None:
    """The source has moved on from version `after`: tells everyone."""
    page = source.page(after)
    if page and page.version == source.version:
        FanOut(after, page, iter(outbounds)).run()
    else:
        for outbound in outbounds:
            outbound.wake()


class FanOut:
    """The way of one page, which leads from version `after` to the newest, to those who are `left`."""

    def __init__(self, after: int, page: Page, left: Iterator[Outbound]) -> None:
        self._after = after
        self._page = page
        self._left = left
        # Whose turn it is, until their line takes no more.
        self._now: Outbound | None = None

    def run(self) -> None:
        """Tells everyone; those that have to wait go on by themselves."""
        while rest := begin(self._tell()):
            assert self._now
            self._now.waits(rest, self._page.frame.size)
            self._now = None

    async def _tell(self) -> None:
        after, (frame, version) = self._after, self._page
        size, message = frame.size, event(frame)
        for outbound in self._left:
            if not outbound.takes(after, version, size):
                outbound.wake()
                continue
            self._now = outbound
            try:
                await outbound.send(message)
            except Exception as error:
                outbound.fail(error)
            if self._now is not outbound:  # it had to wait: the others were told meanwhile
                await outbound.go_on()
                return
