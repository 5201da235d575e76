"""Webhooks of real servers: what is committed arrives, also where the server is killed right afterwards."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.documents.webhooks.sink import Sink
from tests.live import LiveServer

# A job that was under way when its worker was killed comes again when its lease has run out.
PATIENCE = 150.0


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer("uvicorn", environment={"WEBHOOK_HOSTS": "127.0.0.1"}) as running:
        yield running
        assert "Traceback" not in running.log


def within_patience(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def versions(sink: Sink) -> list[int]:
    told = [message["revisions"] for message in sink.events if message["type"] == "revisions"]
    return [revision["version"] for revisions in told for revision in revisions]


def test_what_is_committed_arrives_also_after_a_kill(server: LiveServer, sink: Sink) -> None:
    document = server.document()
    server.rest("bob", "POST", f"/api/v1/documents/{document}/webhooks", {"url": sink.url, "deltas": True})

    def write(seq: int) -> None:
        change = {"client_id": "a-program", "seq": seq, "base_version": seq - 1, "delta": [{"insert": "x"}]}
        server.rest("alice", "POST", f"/api/v1/documents/{document}/revisions", change)

    write(1)
    assert within_patience(lambda: 1 in versions(sink))
    for seq in (2, 3):
        write(seq)
        server.kill()
        server.start()
    assert within_patience(lambda: set(versions(sink)) == {1, 2, 3})
    first_seen = list(dict.fromkeys(versions(sink)))
    assert first_seen == [1, 2, 3]
