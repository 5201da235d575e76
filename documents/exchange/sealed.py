"""The process that reads one stranger's file: `python -m documents.exchange.sealed FORMAT`, file in, contents out."""

import sys
from collections.abc import Iterator
from typing import Any

from documents.exchange.archive_reader import from_archive
from documents.exchange.found_images import FoundImages
from documents.exchange.framing import packed
from documents.exchange.reading import read
from documents.exchange.sealing import CPU_SECONDS, LONG_CPU_SECONDS, answered, seal


def answer(name: str, data: bytes) -> Iterator[bytes]:
    """What the file holds, with its images, or the code of why not."""
    images: list[bytes] = []
    return packed(answered(lambda: _found(name, data, images)), images)


def _found(name: str, data: bytes, images: list[bytes]) -> dict[str, Any]:
    if name == "archive":
        archive = from_archive(data)
        images += archive.pixels
        return {"archive": archive.model_dump()}
    found = FoundImages()
    contents = read(name, data, found).to_json()
    images += found.held.values()
    return {"contents": contents, "images": list(found.held), "elsewhere": found.elsewhere}


def main() -> None:
    seal(LONG_CPU_SECONDS if sys.argv[1] == "archive" else CPU_SECONDS)
    for part in answer(sys.argv[1], sys.stdin.buffer.read()):
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()
