"""A server that is broken in one way fails the scenarios of the rules that it breaks."""

import pytest
from websockets.asyncio.server import serve
from websockets.typing import Subprotocol

from deltapad_conformance import server
from deltapad_conformance.client.house import DOCUMENT
from deltapad_conformance.report import broken_rules
from deltapad_conformance.scenario import Result, play
from deltapad_conformance.server.stage import Server
from tests.conformance import small_server
from tests.conformance.small_server import SmallServer

TRIED = (
    "canonical",
    "kept",
    "nothing-left",
    "one-attribute",
    "one-revision-at-a-time",
    "ping",
    "rejected-for-good",
    "same-again",
    "tie",
    "together",
    "twice-at-once",
)


async def judged(judging: SmallServer) -> list[Result]:
    """How it does in what is tried."""
    scenarios = server.book.chosen([f"server/{name}" for name in TRIED])
    assert len(scenarios) == len(TRIED)
    async with serve(judging.accept, "127.0.0.1", 0, subprotocols=[Subprotocol("deltapad.v1")]) as listening:
        port = listening.sockets[0].getsockname()[1]
        at = Server(f"ws://127.0.0.1:{port}", {"owner": "anyone"}, document=DOCUMENT, patience=1)
        return [result async for result in play(scenarios, at.stage, 1)]


def failed(results: list[Result]) -> set[str]:
    return {result.scenario.id.removeprefix("server/") for result in results if result.verdict == "failed"}


async def test_the_small_server_passes() -> None:
    assert failed(await judged(SmallServer())) == set()


@pytest.mark.parametrize(
    ("breakage", "scenarios", "rule"),
    [
        (small_server.AcksTwice, {"twice-at-once"}, "EDIT-7"),
        (small_server.AppliesTwice, {"same-again", "twice-at-once"}, "EDIT-6"),
        (small_server.ForgetsTheName, {"kept"}, "CON-17"),
        (small_server.Reorders, {"together"}, "EDIT-5"),
        (small_server.TakesWhatItRefused, {"rejected-for-good"}, "EDIT-11"),
        (small_server.TiesTheOtherWay, {"one-attribute", "one-revision-at-a-time", "tie", "together"}, "EDIT-3"),
        (small_server.LosesPings, {"ping"}, "CON-19"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
async def test_a_broken_one_fails_where_it_is_broken(
    breakage: type[SmallServer], scenarios: set[str], rule: str
) -> None:
    results = await judged(breakage())
    assert scenarios <= failed(results)
    assert ("ping" in failed(results)) == (rule == "CON-19")
    assert rule in broken_rules(results)


async def test_the_reason_is_told_with_the_frames() -> None:
    (result,) = (one for one in await judged(small_server.Reorders()) if one.scenario.id == "server/together")
    assert "in order and without gaps" in result.reason
    assert result.seen == result.expected + 1
    assert result.record[-1]["frame"]["revisions"][0]["version"] == result.seen
