"""What goes into and comes out of the sealed processes: a line of JSON, then pieces of bytes.

Before each piece stands a line with its length.
"""

from collections.abc import Iterable, Iterator
from typing import IO, Any

import pydantic_core


def packed(head: object, pieces: Iterable[bytes] = ()) -> Iterator[bytes]:
    """A head and its pieces, to be written one after another."""
    yield pydantic_core.to_json(head) + b"\n"
    for piece in pieces:
        yield b"%d\n" % len(piece)
        yield piece


def unpacked(file: IO[bytes]) -> tuple[Any, Iterator[bytes]]:
    """The head, and the pieces as they are asked for."""
    return pydantic_core.from_json(file.readline()), _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline():
        yield file.read(int(line))
