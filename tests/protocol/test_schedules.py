"""Thousands of schedules: whatever arrives late, twice or never, everyone ends with one document.

Each schedule is its seed. `SCHEDULES=200000 pytest tests/protocol/test_schedules.py` runs more of them, and
`SCHEDULES=1 FIRST_SCHEDULE=<seed>` runs one again.
"""

import os
import random
from collections import Counter

import pytest

from protocol.delta import Delta
from protocol.messages import Submit
from protocol.parsing import parse_client
from tests.scale import rounds

from .session import Connection, Person, Session

FIRST = int(os.environ.get("FIRST_SCHEDULE", "0"))
COUNT = int(os.environ.get("SCHEDULES", rounds(2_000, 20_000)))
PARTS = 8
EMOJI = 0x1F300
IDEOGRAMS = 0x4E00


class Schedule:
    """One random course of events. Every character typed is another one, so each can be followed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.session = Session("alice", "bob", "carol")
        self.typed: list[str] = []
        self.deleted: set[str] = set()

    def run(self) -> None:
        for _ in range(self.random.randint(10, 60)):
            self.random.choice(self.EVENTS)(self, self.random.choice(self.session.people))
        self.session.server.refusal = None
        self.session.server.busy = False
        for person in self.session.people:
            if person.connection is None:
                person.joins()
        self.session.settle()

    def character(self) -> str:
        number = len(self.typed)
        self.typed.append(chr((EMOJI if number % 3 == 0 else IDEOGRAMS) + number))
        return self.typed[-1]

    def place(self, person: Person) -> int:
        """An index between two characters, before the last newline."""
        text = person.text
        return len(text[: self.random.randint(0, len(text))].encode("utf-16-le")) // 2

    def types(self, person: Person) -> None:
        person.types(self.place(person), "".join(self.character() for _ in range(self.random.randint(1, 3))))

    def deletes(self, person: Person) -> None:
        start, end = sorted((self.place(person), self.place(person)))
        if start < end:
            removed = person.screen.slice(start, end)
            self.deleted.update(character for op in removed.to_json() for character in str(op["insert"]))
            person.deletes(start, end - start)

    def formats(self, person: Person) -> None:
        start, end = sorted((self.place(person), self.place(person)))
        if start < end:
            bold = self.random.choice((True, None))
            styled = {"retain": end - start, "attributes": {"bold": bold}}
            person.does(Delta([{"retain": start}, styled] if start else [styled]))

    def sends(self, person: Person) -> None:
        person.sends()

    def delivers(self, person: Person) -> None:
        self.session.deliver(person)

    def server_reads(self, person: Person) -> None:
        if person.connection is not None and person.connection.to_server:
            self.session.server.reads(person.connection)

    def repeats(self, person: Person) -> None:
        """A submission is taken twice; by a busy server too, which puts two copies under way by two `slow_down`."""
        connection, server = person.connection, self.session.server
        if connection is None or not connection.to_server:
            return
        if isinstance(parse_client(connection.to_server[0]), Submit):
            connection.to_server.appendleft(connection.to_server[0])
            server.reads(connection)
            server.reads(connection)

    def insists(self, person: Person) -> None:
        """A copy of something that was rejected comes late, by a line that is gone."""
        server = self.session.server
        if server.rejections:
            connection, submission = self.random.choice(server.rejections)
            server.take(Connection(connection.user_id, client_id=connection.client_id), submission)

    def leaves(self, person: Person) -> None:
        person.leaves()

    def joins(self, person: Person) -> None:
        if person.connection is None:
            person.joins()

    def restarts(self, person: Person) -> None:
        person.restarts()

    def forgets(self, person: Person) -> None:
        """The server drops the history of what is old."""
        server = self.session.server
        server.history_from = self.random.randint(server.history_from, server.head.version)

    def refuses(self, person: Person) -> None:
        server = self.session.server
        server.refusal = None if server.refusal else "document_frozen"

    def is_busy(self, person: Person) -> None:
        self.session.server.busy = not self.session.server.busy

    EVENTS = (
        [types] * 8 + [deletes] * 2 + [formats] * 2 + [sends] * 8 + [delivers] * 10 + [server_reads] * 6
        + [joins] * 3 + [leaves, restarts, repeats, insists, forgets, refuses, is_busy]
    )  # fmt: skip


def assert_exactly_once(schedule: Schedule) -> None:
    """Each character is in the document once, or was deleted, or is with its author again."""
    final = Counter(schedule.session.people[0].text)
    assert all(count == 1 for count in final.values()), "doubled"
    kept = {
        character
        for person in schedule.session.people
        for one in person.refused
        for op in one.delta.to_json()
        for character in str(op.get("insert", ""))
    }
    lost = set(schedule.typed) - set(final) - schedule.deleted - kept
    assert not lost, f"lost {lost}"
    assert not set(final) - set(schedule.typed), "made up"
    assert not kept & set(final), "offered again though it is in the document"


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_ends_with_one_document_and_each_character_once(part: int) -> None:
    for seed in range(FIRST + part, FIRST + COUNT, PARTS):
        schedule = Schedule(seed)
        try:
            schedule.run()
            schedule.session.assert_converged()
            assert_exactly_once(schedule)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
