"""The streams of one process: who is among them, and who is not any more."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from collab.streams import Streams
from protocol.errors import ProtocolError

ALICE = SimpleNamespace(user_id="alice")


class Layer:
    """A layer that hears of documents, or cannot."""

    def __init__(self) -> None:
        self.is_broken = False
        self.heard: list[UUID] = []

    async def subscribe(self, document_id: UUID) -> None:
        if self.is_broken:
            raise ConnectionError
        self.heard.append(document_id)


def made(streams_each: int = 2) -> tuple[Any, Layer]:
    layer = Layer()

    async def unsubscribe(document_id: UUID) -> None:
        if document_id in layer.heard:
            layer.heard.remove(document_id)

    limits = SimpleNamespace(streams=streams_each)
    process: Any = SimpleNamespace(limits=limits, layer=layer, unsubscribe=unsubscribe)
    return Streams(process), layer


class Stream:
    """One of alice's, on a document."""

    def __init__(self, document_id: UUID) -> None:
        self.document_id = document_id
        self.principal = ALICE


async def test_it_works() -> None:
    (streams, layer), stream = made(), Stream(uuid4())
    await streams.enter(stream)
    assert (len(streams), layer.heard) == (1, [stream.document_id])
    await streams.leave(stream)
    await streams.leave(stream)
    assert (len(streams), layer.heard, stream.document_id in streams) == (0, [], False)


async def test_one_that_cannot_hear_is_not_among_them_and_counts_for_nobody() -> None:
    streams, layer = made(streams_each=1)
    layer.is_broken = True
    with pytest.raises(ConnectionError):
        await streams.enter(Stream(uuid4()))
    assert len(streams) == 0
    layer.is_broken = False
    await streams.enter(Stream(uuid4()))


async def test_one_too_many_is_refused_and_the_others_stay() -> None:
    streams, _ = made(streams_each=1)
    await streams.enter(Stream(uuid4()))
    with pytest.raises(ProtocolError, match="rate_limited"):
        await streams.enter(Stream(uuid4()))
    assert len(streams) == 1
