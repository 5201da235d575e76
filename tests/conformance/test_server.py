"""`deltapad-conformance server`: ours keeps the protocol."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.judging import judged, passes
from tests.live import LiveServer
from tests.scale import rounds

WHO = {"--token": "alice", "--editor": "bob", "--reader": "carol", "--stranger": "mallory"}


@pytest.fixture(params=rounds(["uvicorn"], ["uvicorn", "daphne"]))
def server(request: pytest.FixtureRequest, live_servers: Callable[[str], LiveServer]) -> LiveServer:
    return live_servers(request.param)


def at(server: LiveServer) -> list[str]:
    """Where the server is, and who everybody is."""
    tokens = [word for option, name in WHO.items() for word in (option, server.people[name].token)]
    return ["--url", f"ws://127.0.0.1:{server.port}", *tokens]


def test_our_server_passes(server: LiveServer, tmp_path: Path) -> None:
    passes(judged(tmp_path, "server", *at(server), *rounds([], ["--slow"])), skipped=rounds(1, 0))


def test_it_leaves_no_documents_behind(server: LiveServer, tmp_path: Path) -> None:
    passes(judged(tmp_path, "server", *at(server), "--only", "server/list", "--only", "server/nothing-left"))
    titles = {document["title"] for document in server.rest("alice", "GET", "/api/v1/documents")["documents"]}
    assert titles.isdisjoint({"Conformance", "Another"})


def test_what_is_not_there_is_skipped_with_the_reason(server: LiveServer, tmp_path: Path) -> None:
    document = server.document()
    who = ["--url", f"ws://127.0.0.1:{server.port}", "--token", server.people["alice"].token, "--document", document]
    only = ["--only", "server/not-yours", "--only", "server/frozen", "--only", "EDIT-4", "--only", "TEXT-5"]
    report = judged(tmp_path, "server", *who, *only)
    told = {entry["id"]: (entry["verdict"], entry.get("reason", "")) for entry in report["scenarios"]}
    assert told == {
        "server/not-yours": ("skipped", "needs stranger"),
        "server/frozen": ("skipped", "needs rest"),
        "server/nothing-left": ("passed", ""),
        "server/canonical": ("passed", ""),
    }
