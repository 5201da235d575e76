"""A recorded round, read back: what each submission was, when it was sent, and how it ended."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from protocol.delta import Delta

Outcome = Literal["acknowledged", "refused", "unknown"]


class Name(NamedTuple):
    """What names a submission for ever."""

    document: str
    client_id: str
    seq: int


class Sending(NamedTuple):
    """One time that a submission was sent."""

    at: float
    base_version: int
    delta: Delta


@dataclass
class Submission:
    """A submission, each time that it was sent, and each time that it was acknowledged (when, as which version)."""

    name: Name
    sent: list[Sending] = field(default_factory=list)
    acknowledged: list[tuple[float, int | None]] = field(default_factory=list)

    @property
    def stall(self) -> float:
        """Seconds from first sending it to its acknowledgement."""
        return self.acknowledged[0][0] - self.sent[0].at


class Typed(NamedTuple):
    at: float
    document: str
    client_id: str
    text: str


class Told(NamedTuple):
    """A revision that a client was told of."""

    document: str
    client_id: str
    version: int
    author: str
    seq: int


class Held(NamedTuple):
    document: str
    client_id: str
    version: int
    contents: Delta
    settled: bool


class Refusal(NamedTuple):
    """A change that was refused for good, or (without `seq`) a client that was."""

    document: str
    client_id: str
    seq: int | None
    code: str


@dataclass
class Fault:
    """A fault that was injected; one that did not end was still there when the record ends."""

    kind: str
    began: float
    ended: float | None = None


class History:
    """What a recorder wrote. A line that was cut off, the last one of a killed round, is left out."""

    def __init__(self, lines: Iterable[dict[str, Any]]) -> None:
        self.submissions: dict[Name, Submission] = {}
        self.typed: list[Typed] = []
        self.told: set[Told] = set()
        self.held: list[Held] = []
        self.refusals: list[Refusal] = []
        self.faults: dict[int, Fault] = {}
        self.ended = 0.0
        for line in lines:
            self.ended = line.pop("at")
            getattr(self, f"_{line.pop('what')}")(self.ended, **line)

    @classmethod
    def read(cls, path: Path) -> "History":
        return cls(_lines(path))

    def documents(self) -> list[str]:
        return sorted({name.document for name in self.submissions} | {held.document for held in self.held})

    def of(self, document: str) -> list[Submission]:
        return [each for each in self.submissions.values() if each.name.document == document]

    def count(self, outcome: Outcome) -> int:
        """How many submissions ended so."""
        return sum(self.outcome(each) == outcome for each in self.submissions.values())

    def outcome(self, submission: Submission) -> Outcome:
        if submission.acknowledged:
            return "acknowledged"
        return "refused" if any(each[:3] == submission.name for each in self.refusals) else "unknown"

    # -- the lines --

    def _typed(self, at: float, document: str, client_id: str, text: str) -> None:
        self.typed.append(Typed(at, document, client_id, text))

    def _submitted(
        self, at: float, document: str, client_id: str, seq: int, base_version: int, delta: list[dict[str, Any]]
    ) -> None:
        self._submission(Name(document, client_id, seq)).sent.append(Sending(at, base_version, Delta(delta)))

    def _told(self, at: float, document: str, client_id: str, revisions: list[tuple[int, str, int]]) -> None:
        for version, author, seq in revisions:
            self.told.add(Told(document, client_id, version, author, seq))
            if author == client_id:
                self._submission(Name(document, client_id, seq)).acknowledged.append((at, version))

    def _acknowledged(self, at: float, document: str, client_id: str, seq: int, version: int | None) -> None:
        if version is not None:
            self._submission(Name(document, client_id, seq)).acknowledged.append((at, version))
            return
        for submission in self.of(document):
            if submission.name.client_id == client_id and submission.name.seq <= seq:
                submission.acknowledged.append((at, None))

    def _refused(self, at: float, document: str, client_id: str, code: str, seq: int | None) -> None:
        self.refusals.append(Refusal(document, client_id, seq, code))

    def _held(
        self, at: float, document: str, client_id: str, version: int, contents: list[dict[str, Any]], settled: bool
    ) -> None:
        self.held.append(Held(document, client_id, version, Delta(contents), settled))

    def _fault_began(self, at: float, number: int, kind: str) -> None:
        self.faults[number] = Fault(kind, at)

    def _fault_ended(self, at: float, number: int) -> None:
        self.faults[number].ended = at

    def _submission(self, name: Name) -> Submission:
        return self.submissions.setdefault(name, Submission(name))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)
