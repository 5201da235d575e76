"""What is counted and timed. Each call costs a microsecond or less; the hot path makes one for each batch.

A metric bears the label `process` when it is scraped (collab/scrape.py), so nothing is added up here.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from protocol.authority import Duplicate, Refused

if TYPE_CHECKING:
    from collab.process import Process

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

# How often the event loop is asked how late it is, in seconds.
LAG_EVERY = 0.25

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FAN_OUT_SECONDS = (0.00005, 0.0001, 0.00025, *SECONDS)
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def _counter(name: str, meaning: str, label: str | None = None) -> Counter:
    return Counter(f"deltapad_{name}", meaning, [label] if label else [], registry=REGISTRY)


def _histogram(name: str, meaning: str, buckets: Iterable[float] = SECONDS) -> Histogram:
    return Histogram(f"deltapad_{name}", meaning, registry=REGISTRY, buckets=tuple(buckets))


_submissions = _counter("submissions", "Submissions that were answered, by outcome.", "outcome")
_accepted = _submissions.labels("accepted")
_duplicates = _submissions.labels("duplicate")
_refused = _submissions.labels("refused")
_put_off = _submissions.labels("put_off")
_refusals = _counter("refusals", "Submissions refused and connections ended, by code of the error table.", "code")
_batches = _histogram("batch_submissions", "Submissions that a room settled together.", COUNTS)
_commit_seconds = _histogram("commit_seconds", "How long a transaction took, from asking to answer.")
_commit_documents = _histogram("commit_documents", "Documents that shared a transaction.", COUNTS)
_conflicts = _counter("conflicts", "Batches that another process was before, by when they were judged anew.", "judged")
_judged_inside = _conflicts.labels("inside")
_deliveries = _counter("deliveries", "Connections that were woken for new revisions.")
_fan_out_seconds = _histogram("fan_out_seconds", "How long it took to wake a room's connections.", FAN_OUT_SECONDS)
_lag_seconds = _histogram("loop_lag_seconds", "How late the event loop was.")

judged_again = _conflicts.labels("again")
commit_failures = _counter("commit_failures", "Transactions that failed, or whose outcome nobody knows.")
healed_gaps = _counter("healed_gaps", "Times that a room read the log for revisions of which no message had told.")
mismatches = _counter("mismatches", "Clients that held another text than the document's.")
read_seconds = _histogram("read_seconds", "How long a read from the database took, from asking to answer.")


def settled(submissions: int, accepted: int, others_were_first: bool) -> None:
    """A batch is committed. Those of its submissions that were not accepted are counted when they are answered."""
    _batches.observe(submissions)
    _accepted.inc(accepted)
    if others_were_first:
        _judged_inside.inc()


def answered(verdict: Duplicate | Refused) -> None:
    """A submission was answered otherwise than by its revision."""
    if isinstance(verdict, Refused):
        _refused.inc()
        refused(verdict.code)
    else:
        _duplicates.inc()


def refused(code: str) -> None:
    """Something was refused, or a connection ended, by a code of the error table."""
    _refusals.labels(code).inc()


def refusals() -> dict[str, float]:
    """How many there were, by code, since this process began."""
    samples = [sample for family in _refusals.collect() for sample in family.samples]
    return {sample.labels["code"]: sample.value for sample in samples}


def put_off() -> None:
    """A submission is to come again."""
    _put_off.inc()


def committed(seconds: float, documents: int) -> None:
    """A transaction with batches of so many documents had its answer."""
    _commit_seconds.observe(seconds)
    _commit_documents.observe(documents)


def fanned_out(seconds: float, connections: int) -> None:
    """So many connections were woken."""
    _fan_out_seconds.observe(seconds)
    _deliveries.inc(connections)


async def watch_lag(clock: Callable[[], float]) -> None:
    """Measures, as long as it is not cancelled, how late the event loop comes back."""
    while True:
        due = clock() + LAG_EVERY
        await asyncio.sleep(LAG_EVERY)
        _lag_seconds.observe(max(0.0, clock() - due))


def standing(process: "Process") -> Iterator[Metric]:
    """What a process holds at this moment."""
    rooms, connections = process.rooms(), list(process.connections())
    outbound = [connection.outbound.waiting_bytes for connection in connections]
    for name, meaning, value in (
        ("connections", "Connections that were welcomed and are open.", len(connections)),
        ("strangers", "Sockets that have not said who they are.", len(process.strangers)),
        ("streams", "Streams of events that are open.", len(process.streams)),
        ("rooms", "Documents that are open.", len(rooms)),
        ("waiting_submissions", "Submissions that have no answer yet.", process.throttle.outstanding),
        ("outbound_bytes", "Bytes of frames that wait for connections, revisions aside.", sum(outbound)),
        ("outbound_most_bytes", "The most of them for one connection.", max(outbound, default=0)),
        ("recent_bytes", "Bytes of revisions kept in memory.", sum(room.log.bytes for room in rooms)),
        ("channel_layer_waiting", "Messages that wait for the channel layer.", process.layer.waiting),
        ("channel_layer_up", "Whether the channel layer answers; 1 where there is none.", process.layer.answers),
        ("damaged_documents", "Documents of the whole database that are damaged.", process.damaged_documents),
        ("draining", "Whether the process is about to end.", process.draining),
    ):
        yield GaugeMetricFamily(f"deltapad_{name}", meaning, value=float(value))
