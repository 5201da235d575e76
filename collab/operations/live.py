"""What the live system does now, as its administrators see it."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from collab import process
from documents import connections
from documents.models import Connection, Document
from documents.models import Process as Row

# Seconds that the processes have to tell what they measure.
PATIENCE = 3.0
# How many of a kind are shown; a search finds the others.
MOST_SHOWN = 50
PREFIX = "deltapad_"


@dataclass
class ProcessNow:
    """One process: what its row says, and what it tells itself, where it is on this host."""

    name: str
    lease: datetime | None = None
    alive: bool = True
    sessions: int = 0
    measured: dict[str, float] = field(default_factory=dict)
    refusals: dict[str, float] = field(default_factory=dict)
    lately: dict[str, float] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        """How many it has open."""
        return int(self.measured.get(f"{PREFIX}rooms", 0))

    @property
    def memory(self) -> int:
        """In bytes."""
        return int(self.measured.get("process_resident_memory_bytes", 0))

    @property
    def since(self) -> datetime | None:
        """When it began."""
        began = self.measured.get("process_start_time_seconds")
        return datetime.fromtimestamp(began, UTC) if began else None

    @property
    def draining(self) -> bool:
        """Whether it is about to end."""
        return bool(self.measured.get(f"{PREFIX}draining"))


def processes() -> list[ProcessNow]:
    """All that have said that they live, and those of this host that nobody is connected to."""
    sessions = dict(connections.live().values_list("process").annotate(Count("pk")))
    rows = Row.objects.annotate(alive=Q(lease__gt=Now())).order_by("name")
    found = {row.name: ProcessNow(row.name, row.lease, row.alive, sessions.get(row.name, 0)) for row in rows}
    for told in _told():
        name = told.name
        known = found.setdefault(name, told)
        # Who is asked and answers lives, also where it lets its lease run out because nobody is connected to it.
        known.alive = True
        known.measured, known.refusals, known.lately = told.measured, told.refusals, told.lately
    return list(found.values())


def _told() -> list[ProcessNow]:
    """What the processes of this host measure; nothing where this is none of them, or they do not answer."""
    here = process.running()
    if here is None:
        return []
    telling = asyncio.run_coroutine_threadsafe(here.scrape.told(), here.loop)
    try:
        return [_read(told) for told in telling.result(PATIENCE)]
    except NotInTime:
        return []


def _read(told: dict[str, Any]) -> ProcessNow:
    read = ProcessNow(told["name"], lately=told["lately"])
    for name, labels, value in _samples(told["families"]):
        if name == "deltapad_refusals_total":
            read.refusals[labels["code"]] = value
        elif not labels.keys() - {"process"}:
            read.measured[name] = value
    return read


def _samples(families: Iterable[Any]) -> Iterator[tuple[str, dict[str, str], float]]:
    for _, _, _, samples in families:
        yield from samples


def added_up(told: Iterable[dict[str, float]]) -> dict[str, float]:
    """The sums by code, the greatest first."""
    sums: dict[str, float] = {}
    for by_code in told:
        for code, value in by_code.items():
            sums[code] = sums.get(code, 0.0) + value
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def sessions(**chosen: Any) -> QuerySet[Connection]:
    """The live sessions with their people and documents, the newest first; `chosen` are fields to go by."""
    found = connections.live().filter(**chosen)
    return found.select_related("user", "document").order_by("-since", "session_id")


def by_document() -> list[tuple[Document, int]]:
    """The documents that most sessions are in, and in how many each is open."""
    counted = dict(_most("document"))
    documents = Document.objects.select_related("owner").in_bulk(counted)
    return [(documents[pk], count) for pk, count in counted.items() if pk in documents]


def by_person() -> list[tuple[User, int]]:
    """The people with the most sessions, and how many each has."""
    counted = dict(_most("user"))
    people = User.objects.in_bulk(counted)
    return [(people[pk], count) for pk, count in counted.items() if pk in people]


def _most(by: str) -> QuerySet[Any]:
    return connections.live().values_list(by).annotate(count=Count("pk")).order_by("-count", by)[:MOST_SHOWN]
