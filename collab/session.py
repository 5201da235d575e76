"""What each message of someone who is in does: a table from messages to a few lines each. Nothing here waits."""

from collections.abc import Callable
from typing import Any, ClassVar

from collab import metrics
from collab.connection import Connection
from collab.process import Process
from collab.room import Room
from collab.submissions import RETRY_AFTER, Waiting
from collab.tasks import spawn
from protocol.authority import Submission
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.messages import (
    Check,
    ClientMessage,
    Error,
    Fetch,
    Hello,
    Ping,
    Pong,
    PresenceUpdate,
    Seen,
    Submit,
)


class Session:
    """One connection in its room."""

    __slots__ = ("_process", "_room", "connection")

    def __init__(self, process: Process, room: Room, connection: Connection) -> None:
        self.connection = connection
        self._process = process
        self._room = room

    def take(self, message: ClientMessage, size: int) -> None:
        """Does what a message, whose frame had `size` bytes, asks for. Raises what ends the connection."""
        self._takers[type(message)](self, message, size)

    def reject(self, seq: int, error: ProtocolError) -> bool:
        """Refuses in its turn a submission that could not even be read; False where there were too many of them."""
        if not self._process.throttle.other(self.connection.principal.user_id):
            return False
        unread = Submission(self.connection.client_id, seq, self._room.version, Delta())
        self._queue(Waiting(unread, self.connection, error), 0)
        return True

    def leave(self) -> None:
        """The connection is over."""
        self._room.leave(self.connection)

    def _hello(self, message: Hello, size: int) -> None:
        raise ProtocolError("bad_message", "A connection says hello once.")

    def _submit(self, message: Submit, size: int) -> None:
        submission = Submission(self.connection.client_id, message.seq, message.base_version, message.delta)
        self._queue(Waiting(submission, self.connection), size)

    def _queue(self, waiting: Waiting, size: int) -> None:
        if self._process.draining:
            waiting.put_off(RETRY_AFTER)
            return
        seconds = self._process.throttle.submission(self.connection.principal.user_id, size)
        if seconds:
            waiting.put_off(seconds)
        else:
            self._room.submit(waiting)

    def _presence(self, message: PresenceUpdate, size: int) -> None:
        self._count()
        if not self.connection.may("presence"):
            self._refuse("not_allowed")
        elif message.version > self._room.version:
            self._refuse("base_version_ahead")
        else:
            self._room.selections.update(self.connection, message)

    def _fetch(self, message: Fetch, size: int) -> None:
        self._count()
        self.connection.outbound.rewind(max(message.after, self.connection.reaches_back_to))

    def _check(self, message: Check, size: int) -> None:
        self._count()
        spawn(self._room.checking.answer(self.connection, message))

    def _ping(self, message: Ping, size: int) -> None:
        self._count()
        self.connection.tell(Pong(id=message.id))

    def _seen(self, message: Seen, size: int) -> None:
        self._count()
        self.connection.outbound.seen(message.id)

    def _refuse(self, code: str) -> None:
        metrics.refused(code)
        self.connection.tell(Error.of(ProtocolError(code)))

    def _count(self) -> None:
        if not self._process.throttle.other(self.connection.principal.user_id):
            raise ProtocolError("rate_limited")

    _takers: ClassVar[dict[type, Callable[[Any, Any, int], None]]] = {
        Hello: _hello,
        Submit: _submit,
        PresenceUpdate: _presence,
        Fetch: _fetch,
        Check: _check,
        Ping: _ping,
        Seen: _seen,
    }
