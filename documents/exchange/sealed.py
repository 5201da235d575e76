"""The process that reads one stranger's file: `python -m documents.exchange.sealed FORMAT`, file in, JSON out."""

import sys
from typing import Any

import pydantic_core

from documents.exchange.archive_reader import from_archive
from documents.exchange.reading import read
from documents.exchange.sealing import CPU_SECONDS, answered, seal

ARCHIVE_CPU_SECONDS = 40


def answer(name: str, data: bytes) -> dict[str, Any]:
    """What the file holds, or the code of why not."""
    return answered(lambda: _found(name, data))


def _found(name: str, data: bytes) -> dict[str, Any]:
    if name == "archive":
        return {"archive": from_archive(data).model_dump()}
    return {"contents": read(name, data).to_json()}


def main() -> None:
    seal(ARCHIVE_CPU_SECONDS if sys.argv[1] == "archive" else CPU_SECONDS)
    sys.stdout.buffer.write(pydantic_core.to_json(answer(sys.argv[1], sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
