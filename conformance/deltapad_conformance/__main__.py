"""`deltapad-conformance`: judges a server, a client or an algebra, and says what it saw."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

from . import client, report, server, vectors
from .client.house import House
from .scenario import PATIENCE, Book, Failed, Result, Scenario, Stage, play
from .server.stage import Server

S = TypeVar("S", bound=Stage)
Judge = Callable[[argparse.Namespace], Awaitable[tuple[str, list[Result]]]]


def main() -> None:
    sys.exit(asyncio.run(run(sys.argv[1:])))


async def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 all passed or skipped, 1 something failed, 2 nothing could be tried."""
    options = parser().parse_args(arguments)
    if options.list:
        for scenario in options.book().chosen(options.only):
            print(report.line(scenario))
        return 0
    try:
        name, results = await options.judge(options)
    except Failed as failed:
        print(f"{failed.what}: {failed.seen}" if failed.seen is not None else failed.what, file=sys.stderr)
        return 2
    print(report.summary(results))
    if options.json is not None:
        options.json.write_text(report.as_json(options.kind, name, results), "utf-8")
    return int(any(result.verdict == "failed" for result in results))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("deltapad-conformance", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    _server(_kind(kinds, "server", "plays people at a server's documents", judge_server, lambda: server.book))
    _command(_kind(kinds, "client", "plays a server against a client", judge_client, lambda: client.book))
    _command(_kind(kinds, "vectors", "asks an algebra what the vectors know", judge_vectors, vectors.book))
    return parser


def _kind(kinds: Any, name: str, about: str, judge: Judge, book: Callable[[], Book[Any]]) -> argparse.ArgumentParser:
    kind: argparse.ArgumentParser = kinds.add_parser(name, help=about)
    kind.set_defaults(judge=judge, book=book)
    kind.add_argument("--only", action="append", default=[], metavar="PATTERN", help="these scenarios or requirements")
    kind.add_argument("--list", action="store_true", help="name the scenarios, and end")
    kind.add_argument("--jobs", type=int, default=4, help="how many scenarios at a time (4)")
    kind.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help="how long to wait (10)")
    kind.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    kind.add_argument("--quiet", action="store_true", help="say nothing of what passed")
    return kind


def _server(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--url", default="", help="where the server is: ws://host:port")
    kind.add_argument("--token", default="", help="of one who may make documents, or owns --document")
    kind.add_argument("--editor", default="", metavar="TOKEN", help="of somebody else, who edits")
    kind.add_argument("--reader", default="", metavar="TOKEN", help="of one who reads")
    kind.add_argument("--stranger", default="", metavar="TOKEN", help="of one who may not enter")
    kind.add_argument("--rest", default="", metavar="URL", help="where documents are made (http://, at the same host)")
    kind.add_argument("--document", default="", metavar="ID", help="play in this one, and make none; it is emptied")
    kind.add_argument("--slow", action="store_true", help="also what takes more than ten seconds")


def _command(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--command", default="", help="starts the program: it reads and writes a JSON object a line")


async def judge_server(options: argparse.Namespace) -> tuple[str, list[Result]]:
    people = {"owner": options.token, "editor": options.editor, "reader": options.reader, "stranger": options.stranger}
    url = options.url.rstrip("/")
    rest = "" if options.document else options.rest.rstrip("/") or url.replace("ws", "http", 1)
    tokens = {name: token for name, token in people.items() if token}
    judged = Server(url, tokens, rest, options.document, options.slow, options.patience)
    jobs = 1 if options.document else options.jobs
    return url, await _play(server.book.chosen(options.only), judged.stage, jobs, options)


async def judge_client(options: argparse.Namespace) -> tuple[str, list[Result]]:
    house = House(options.command, options.patience)
    try:
        about = await house.about()
        results = await _play(client.book.chosen(options.only), house.stage, options.jobs, options)
    finally:
        await house.end()
    return " ".join(str(about[key]) for key in ("name", "version") if key in about), results


async def judge_vectors(options: argparse.Namespace) -> tuple[str, list[Result]]:
    bench = vectors.Bench(options.command)
    try:
        return options.command, await _play(vectors.book().chosen(options.only), bench.stage, 1, options)
    finally:
        await bench.end()


async def _play(
    scenarios: Sequence[Scenario[S]],
    stage: Callable[[], AbstractAsyncContextManager[S]],
    jobs: int,
    options: argparse.Namespace,
) -> list[Result]:
    results = []
    async for result in play(scenarios, stage, jobs):
        results.append(result)
        if not (options.quiet and result.verdict == "passed"):
            print(report.text(result), flush=True)
    return results


if __name__ == "__main__":
    main()
