"""People who type, by the Python client, over sockets on which a recorder listens."""

import asyncio
import random
from collections.abc import Callable, Iterator

from deltapad_client import Closed, Delta, DocumentClient
from deltapad_client.connection import Connection
from protocol.messages import Ack, Hello, Part, Rejected, Revisions, ServerMessage, Submit, Welcome
from tests.chaos.recorder import Recorder

PAUSE = (0.2, 0.8)
FIRST_CHARACTER, LAST_CHARACTER = 0x4E00, 0x9FFF


class Overheard(Connection):
    """A connection of which the recorder hears everything: before it is sent, and before the client gets it."""

    recorder: Recorder
    document: str
    client_id = ""

    @classmethod
    def dialer(cls, recorder: Recorder, document: str) -> "Callable[[str], asyncio.Future[Connection]]":
        """A `dial` for DocumentClient."""

        async def dial(url: str) -> Connection:
            connection = await cls.dial(url)
            assert isinstance(connection, Overheard)
            connection.recorder, connection.document = recorder, document
            return connection

        return lambda url: asyncio.ensure_future(dial(url))

    async def send(self, message: Part) -> None:
        if isinstance(message, Hello):
            self.client_id = message.client_id
        if isinstance(message, Submit):
            self.recorder.submitted(self.document, self.client_id, message)
        await super().send(message)

    async def receive(self) -> ServerMessage:
        try:
            message = await super().receive()
        except Closed as refused:
            self.recorder.refused(self.document, self.client_id, refused.code)
            raise
        self._note(message)
        return message

    def _note(self, message: ServerMessage) -> None:
        document, client_id = self.document, self.client_id
        match message:
            case Revisions():
                self.recorder.told(document, client_id, message.revisions)
            case Welcome():
                self.recorder.told(document, client_id, message.revisions or ())
                self.recorder.acknowledged(document, client_id, message.acked_seq, None)
            case Ack():
                self.recorder.acknowledged(document, client_id, message.seq, message.version)
            case Rejected():
                self.recorder.refused(document, client_id, message.code, message.seq)


def characters() -> Iterator[str]:
    """Each character once: so each can be looked for. Raises where there are no more."""
    yield from map(chr, range(FIRST_CHARACTER, LAST_CHARACTER + 1))
    raise RuntimeError("the round is too long for the characters that there are")


class Typist:
    """Types characters that nobody else types, at random places, and now and then deletes or makes bold."""

    def __init__(self, client: DocumentClient, document: str, recorder: Recorder, words: Iterator[str], seed: str):
        self.client = client
        self.document = document
        self._recorder = recorder
        self._words = words
        self._random = random.Random(seed)

    async def type(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            change = self._change()
            inserted = "".join(op["insert"] for op in change.to_json() if "insert" in op)
            self._recorder.typed(self.document, self.client.client_id, inserted)
            self.client.edit(change)

    def _change(self) -> Delta:
        length = self.client.length
        index = self._random.randrange(length)
        retain = [{"retain": index}] if index else []
        chance = self._random.random()
        span = min(self._random.randint(1, 8), length - 1 - index)
        # Of what is committed only: what is typed and deleted before it is sent never shows.
        if chance < 0.2 and span and not self.client.unsent:
            return Delta([*retain, {"delete": span}])
        if chance < 0.3 and span:
            return Delta([*retain, {"retain": span, "attributes": {"bold": self._random.choice((True, None))}}])
        word = "".join(next(self._words) for _ in range(self._random.randint(1, 3)))
        return Delta([*retain, {"insert": word}])
