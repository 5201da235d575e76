"""The channel layer as a doorbell between processes: it may lose, double and reorder, and it may be gone.

Every message carries versions or is asked about in the database; nothing that matters is known from here alone.
One channel per process, in the group of every document that is open in it and in one group of all processes.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer

from collab.tasks import log_failure, spawn, stopped

logger = logging.getLogger(__name__)

EVERYONE = "processes"
PATIENCE = 5.0
LONGEST_PAUSE = 5.0
# More than this waiting means that the layer is gone; the oldest are dropped, and the log tells instead.
MOST_WAITING = 10_000

Message = dict[str, Any]


def group_of(document_id: UUID) -> str:
    return f"document.{document_id}"


def addressed(message: Message, document_id: UUID | None) -> tuple[str, Message]:
    """A message about a document (None: about people), and the group that it goes to."""
    if document_id is None:
        return EVERYONE, message
    return group_of(document_id), message | {"document": str(document_id)}


def _shared_layer() -> BaseChannelLayer | None:
    """The project's channel layer, where another process could hear of it: a layer in memory reaches only this one."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


class Layer:
    """This process's ear and voice among the processes; `heard` is called with every message of another one.

    `answers` is whether the layer did, the last time that it was tried; true where there is none.
    """

    def __init__(self, heard: Callable[[Message], None], layer: BaseChannelLayer | None = None) -> None:
        self._layer = layer or _shared_layer()
        self._heard = heard
        self._name = uuid4().hex
        self._channel: str | None = None
        self._groups: set[str] = {EVERYONE}
        self._waiting: deque[tuple[str, Message]] = deque(maxlen=MOST_WAITING)
        self.answers = True
        self._ring = asyncio.Event()
        self._up = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._tasks = [spawn(self._listen()), spawn(self._speak())] if self._layer else []

    async def subscribe(self, document_id: UUID) -> None:
        """Hears of the document from now on; without a layer that answers, from when it does."""
        if not self._layer:
            return
        group = group_of(document_id)
        self._groups.add(group)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._up.wait()
        await self._add(group)

    async def unsubscribe(self, document_id: UUID) -> None:
        group = group_of(document_id)
        self._groups.discard(group)
        if self._layer and self._channel:
            await self._tried(self._layer.group_discard(group, self._channel))

    async def renew(self) -> None:
        """Joins the groups anew: memberships expire, and a layer that restarted has forgotten them."""
        # To join what one is in may be nothing to do: a message to nobody shows whether the layer is there.
        if not self._layer or not await self._tried(self._layer.group_send(self._name, {"type": "nothing"})):
            return
        for group in list(self._groups):
            if not await self._add(group):
                return

    def send(self, message: Message, document_id: UUID | None = None) -> None:
        """Tells the other processes that have the document open, or all; does not wait, and may be lost."""
        if not self._layer:
            return
        self._waiting.append(addressed(message | {"sender": self._name}, document_id))
        self._quiet.clear()
        self._ring.set()

    @property
    def waiting(self) -> int:
        """How many messages wait to be sent."""
        return len(self._waiting)

    async def close(self) -> None:
        """Stops hearing; what waits to be said is said first, where the layer answers."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._quiet.wait()
        await stopped(*self._tasks)
        if self._layer and self._channel:
            for group in self._groups:
                if not await self._tried(self._layer.group_discard(group, self._channel)):
                    break

    async def _add(self, group: str) -> bool:
        if not self._layer or not self._channel:
            return False
        return await self._tried(self._layer.group_add(group, self._channel))

    async def _tried(self, call: Any) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await call
        except Exception as error:
            self._note(False, type(error).__name__)
            return False
        self._note(True)
        return True

    def _note(self, answers: bool, why: str = "") -> None:
        # Once for each time that it goes or comes back, however often it is tried meanwhile.
        if answers and not self.answers:
            logger.info("the channel layer answers again")
        elif self.answers and not answers:
            logger.warning("the channel layer does not answer (%s); the database is asked instead", why)
        self.answers = answers

    async def _speak(self) -> None:
        assert self._layer
        while True:
            await self._ring.wait()
            self._ring.clear()
            while self._waiting:
                group, message = self._waiting.popleft()
                if not await self._tried(self._layer.group_send(group, message)):
                    await asyncio.sleep(LONGEST_PAUSE / 5)
            self._quiet.set()

    async def _listen(self) -> None:
        assert self._layer
        pause = 0.1
        while True:
            try:
                if self._channel is None:
                    self._channel = await self._layer.new_channel()
                    await self.renew()
                    self._up.set()
                message = await self._layer.receive(self._channel)
                pause = 0.1
            except Exception as error:
                self._note(False, type(error).__name__)
                self._channel = None
                self._up.clear()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._take(message)

    def _take(self, message: Message) -> None:
        if message.get("sender") == self._name:
            return
        try:
            self._heard(message)
        except Exception as error:  # a garbled message is as good as a lost one
            log_failure(error)
