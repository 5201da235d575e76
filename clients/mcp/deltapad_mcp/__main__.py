"""`deltapad-mcp`: serves its tools to whoever started it, over standard input and output."""

import argparse
import asyncio
import os
from contextlib import aclosing, suppress

from .rest import Deltapad
from .server import server


def main() -> None:
    arguments = _parser().parse_args()
    try:
        deltapad = Deltapad.at(os.environ["DELTAPAD_URL"], os.environ["DELTAPAD_TOKEN"])
    except KeyError as missing:
        raise SystemExit(f"deltapad-mcp: set {missing.args[0]} in the environment.") from missing
    except ValueError as error:
        raise SystemExit(f"deltapad-mcp: {error}") from error
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(deltapad, arguments.http))


async def _serve(deltapad: Deltapad, port: int | None) -> None:
    async with aclosing(deltapad):
        if port is None:
            await server(deltapad).run_stdio_async()
        else:
            await server(deltapad).run_streamable_http_async(port=port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deltapad-mcp",
        description="Tools for Deltapad's documents, over the Model Context Protocol. DELTAPAD_URL is where the server"
        " answers, DELTAPAD_TOKEN an API token, an agent's by preference.",
    )
    parser.add_argument(
        "--http",
        type=int,
        metavar="PORT",
        help="serve streamable HTTP at http://127.0.0.1:PORT/mcp instead: every program on this machine may then act"
        " by the token",
    )
    return parser


if __name__ == "__main__":
    main()
