"""The Python client's driver, broken in the way that the first argument names."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python" / "conformance"))

import adapter  # type: ignore[import-not-found]

from deltapad_client import connection
from protocol.delta import Delta
from protocol.messages import Probe, Rejected, Submit
from protocol.replica import Pending, Replica, Update

transform = Delta.transform
receive = connection.Connection.receive
disconnected = Replica.disconnected
sendable = Replica.sendable


def ties() -> None:
    """Lets the earlier change stand left."""
    Delta.transform = lambda self, other, priority: transform(self, other, not priority)  # type: ignore[method-assign]


def doubles() -> None:
    """Sends what was pending under a new seq after the line broke."""

    def forget(self: Replica) -> None:
        disconnected(self)
        if self.pending is not None:
            self.buffer = self.pending.delta.compose(self.buffer or Delta())
            self.pending = None

    Replica.disconnected = forget  # type: ignore[method-assign]


def hammers() -> None:
    """Comes back at once, however often it is sent away."""

    connection.Backoff.after = lambda self, lasted: 0.001  # type: ignore[method-assign]


def impatient() -> None:
    """Does not wait for the answer to what it sent."""

    def send_all(self: Replica) -> Submit | None:
        if self.pending is not None and self.buffer is not None:
            self._in_flight = False
            self.seq += 1
            self.pending, self.buffer = Pending(seq=self.seq, delta=self.buffer), None
        return sendable(self)

    Replica.sendable = send_all  # type: ignore[method-assign]


def drops() -> None:
    """Loses what was rejected."""

    def lose(self: Replica, message: Rejected) -> Update:
        return Update(changes=self._withdraw(self.pending.delta)) if self.pending else Update()

    Replica.rejected = lose  # type: ignore[method-assign]


def deaf() -> None:
    """Answers no probe."""

    async def hear(self: connection.Connection) -> Any:
        while isinstance(message := await receive(self), Probe):
            pass
        return message

    connection.Connection.receive = hear  # type: ignore[method-assign]


def returns() -> None:
    """Comes back after a close that says not to."""

    def meaning(self: connection.Connection, closed: object) -> connection.Lost:
        return connection.Lost()

    connection.Connection._meaning = meaning  # type: ignore[method-assign]


BREAKAGES: dict[str, Callable[[], None]] = {
    function.__name__: function for function in (ties, doubles, hammers, impatient, drops, deaf, returns)
}

if __name__ == "__main__":
    BREAKAGES[sys.argv[1]]()
    asyncio.run(adapter.main())
