"""The Python client without an event loop: the same words, one call after the other, from any thread."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from threading import active_count

import pytest

from deltapad_client import Closed, DeltaError, DocumentClient, SQLiteOutbox, events, sync
from tests.collab.talk import PATIENCE
from tests.live import LiveServer


@pytest.fixture
def url(live: LiveServer) -> str:
    return live.ws_url(live.document())


def test_it_works(live: LiveServer, url: str) -> None:
    with (
        sync.DocumentClient(url, token=live.people["alice"].token) as alice,
        sync.DocumentClient(url, token=live.people["bob"].token) as bob,
        bob.events(timeout=PATIENCE) as happening,
    ):
        alice.insert(0, "Hello 😀")
        alice.format(0, 5, {"bold": True})
        alice.committed()
        for event in happening:
            if isinstance(event, events.Change) and bob.version == alice.version:
                break
        assert bob.text == alice.text == "Hello 😀\n"
        assert bob.contents == alice.contents
        assert len(alice.participants) == 2
    assert (alice.text, alice.connection) == ("Hello 😀\n", "closed")


def test_it_has_every_word_of_the_other() -> None:
    def face(client: type) -> dict[str, object]:
        return {name: member for name, member in vars(client).items() if not name.startswith("_")}

    def parameters(member: object) -> list[str] | None:
        return list(inspect.signature(member).parameters) if callable(member) else None

    mine, its = face(sync.DocumentClient), face(DocumentClient)
    assert mine.keys() == its.keys()
    more = {"committed": ["timeout"], "events": ["timeout"]}
    for name in mine:
        assert parameters(mine[name]) == (parameters(its[name]) or []) + more.get(name, []) or not callable(mine[name])


def test_any_thread_may_call(live: LiveServer, url: str) -> None:
    with sync.DocumentClient(url, token=live.people["alice"].token) as alice, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: alice.insert(0, "x"), range(100)))
        alice.committed(timeout=PATIENCE)
        assert alice.text == "x" * 100 + "\n"


def test_waiting_in_vain_ends(live: LiveServer, url: str) -> None:
    with sync.DocumentClient(url, token=live.people["alice"].token) as alice, alice.events(timeout=0.1) as happening:
        with pytest.raises(TimeoutError):
            list(happening)
        alice.insert(0, "x")
        assert isinstance(next(happening), events.Edit)


def test_another_run_goes_on(live: LiveServer, url: str, tmp_path: object) -> None:
    outbox = f"{tmp_path}/outbox"
    for word in ("one ", "two "):
        with sync.DocumentClient(url, token=live.people["alice"].token, outbox=SQLiteOutbox(outbox)) as alice:
            alice.insert(0, word)
            alice.committed()
    assert alice.text == "two one \n"


def test_who_may_not_is_told_and_no_thread_stays(live: LiveServer, url: str) -> None:
    before = active_count()
    with pytest.raises(Closed) as closed, sync.DocumentClient(url, token=live.people["mallory"].token):
        pass
    assert closed.value.code == "not_found"
    assert active_count() == before


def test_a_change_that_cannot_be_made_raises_here(live: LiveServer, url: str) -> None:
    with sync.DocumentClient(url, token=live.people["alice"].token) as alice, pytest.raises(DeltaError):
        alice.delete(0, 1)
