"""Replays editing histories through a real server and compares what everyone ends up with."""

import argparse
import asyncio
import sys
import time
from typing import Any

import httpx

from benchmarks.replay.agent import Agent
from benchmarks.replay.trace import NoOneOrder, Trace, load, names
from tests.live import LiveServer


def main() -> int:
    options = _options()
    failures = [name for name in options.traces or names() if not _replay(name, options)]
    if failures:
        print(f"differs from the trace's text: {', '.join(failures)}")
    return bool(failures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("traces", nargs="*", metavar="TRACE", help=f"one of {', '.join(names())}; all if none")
    parser.add_argument("--server", choices=("daphne", "uvicorn"), default="daphne")
    parser.add_argument("--limit", type=int, help="only the first so many submissions (the end is then not known)")
    return parser.parse_args()


def _replay(name: str, options: argparse.Namespace) -> bool:
    try:
        trace = load(name)
    except NoOneOrder:
        print(f"{name}: skipped, it is a graph of merges without one server order")
        return True
    with LiveServer(server=options.server) as server:
        people = server.people
        document = server.document(owner="alice")
        token = people["alice"].token
        rows = trace.transactions[: options.limit]
        began = time.monotonic()
        texts = asyncio.run(_play(trace, rows, server.ws_url(document), token))
        took = time.monotonic() - began
        texts["over REST"] = _text(server.url, document, token)
        server.restart()
        texts["after a restart"] = _text(server.url, document, token)
    return _report(trace, rows, texts, took)


async def _play(trace: Trace, rows: Any, url: str, token: str) -> dict[str, str]:
    agents = [await Agent.join(url, token, f"replay-{number:04}") for number in range(trace.agents)]
    for version, row in enumerate(rows, start=1):
        await agents[row.agent].commit(row.delta(), row.base, version)
        if version % 10_000 == 0 and sys.stdout.isatty():
            print(f"\r{trace.name}: {version:,} of {len(rows):,}", end="\r")
    return {f"client {number}": await agent.finish(len(rows)) for number, agent in enumerate(agents)}


def _text(url: str, document: str, token: str) -> str:
    path = f"{url}/api/v1/documents/{document}/contents"
    answer = httpx.get(path, headers={"Authorization": f"Bearer {token}"}, timeout=60).raise_for_status()
    return "".join(op["insert"] for op in answer.json()["contents"])[:-1]


def _report(trace: Trace, rows: Any, texts: dict[str, str], took: float) -> bool:
    whole = len(rows) == len(trace.transactions)
    same = len(set(texts.values())) == 1
    right = same and (not whole or all(trace.ends_with(text) for text in texts.values()))
    verdict = "equal to the trace" if right and whole else "equal to each other" if same else "DIFFERENT"
    rate = len(rows) / took
    print(f"{trace.name}: {len(rows):,} submissions by {trace.agents} in {took:.0f} s ({rate:,.0f}/s), {verdict}")
    return right


if __name__ == "__main__":
    sys.exit(main())
