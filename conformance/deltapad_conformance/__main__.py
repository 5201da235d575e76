"""`deltapad-conformance`: judges a server, a client or an algebra, and says what it saw."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from . import report
from .client import book as client_book
from .client.house import House
from .scenario import Failed, Result, play


def main() -> None:
    sys.exit(asyncio.run(run(sys.argv[1:])))


async def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 all passed or skipped, 1 something failed, 2 nothing could be tried."""
    options = parser().parse_args(arguments)
    if options.list:
        for scenario in client_book.chosen(options.only):
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
    client = kinds.add_parser("client", help="plays a server against a client")
    client.add_argument("--command", default="", help="starts the client: a program that speaks the client interface")
    client.set_defaults(judge=judge_client)
    for kind in (client,):
        kind.add_argument(
            "--only", action="append", default=[], metavar="PATTERN", help="scenarios, or requirements, by name"
        )
        kind.add_argument("--list", action="store_true", help="name the scenarios, and end")
        kind.add_argument("--jobs", type=int, default=4, help="how many scenarios at a time (4)")
        kind.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
        kind.add_argument("--quiet", action="store_true", help="say nothing of what passed")
    return parser


async def judge_client(options: argparse.Namespace) -> tuple[str, list[Result]]:
    house = House(options.command)
    try:
        about = await house.about()
        results = []
        async for result in play(client_book.chosen(options.only), house.stage, options.jobs):
            results.append(_told(result, options))
    finally:
        await house.end()
    return " ".join(str(about[key]) for key in ("name", "version") if key in about), results


def _told(result: Result, options: argparse.Namespace) -> Result:
    if not (options.quiet and result.verdict == "passed"):
        print(report.text(result), flush=True)
    return result


if __name__ == "__main__":
    main()
