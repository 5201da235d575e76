"""The process that reads one stranger's file: `python -m documents.exchange.sealed FORMAT`, file in, JSON out.

It bounds itself before it reads: memory, seconds, and no open files but the three it has, so that nothing in it can
open a file or a connection, whatever the file makes it do.
"""

import codecs
import resource
import sys
from traceback import walk_tb
from typing import Any

import pydantic_core

from documents.exchange.archive_reader import from_archive
from documents.exchange.reading import read
from protocol.errors import ProtocolError

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
ARCHIVE_CPU_SECONDS = 40
# Codecs are loaded when they are first used, and then it would be too late: those of texts, and of names in zips.
CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp437")


def seal(cpu_seconds: int = CPU_SECONDS) -> None:
    """From here on nothing is opened, and what takes too much ends."""
    for codec in CODECS:
        codecs.lookup(codec)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answer(name: str, data: bytes) -> dict[str, Any]:
    """What the file holds, or the code of why not; `failed` is where the reader itself broke, without the text."""
    try:
        if name == "archive":
            return {"archive": from_archive(data).model_dump()}
        return {"contents": read(name, data).to_json()}
    except ProtocolError as error:
        return {"code": error.code, "message": error.message}
    except (MemoryError, RecursionError):
        return {"code": "file_too_costly"}
    except Exception as error:
        *_, (frame, line) = walk_tb(error.__traceback__)
        return {"code": "unreadable_file", "failed": f"{type(error).__name__} at {frame.f_code.co_filename}:{line}"}


def main() -> None:
    seal(ARCHIVE_CPU_SECONDS if sys.argv[1] == "archive" else CPU_SECONDS)
    sys.stdout.buffer.write(pydantic_core.to_json(answer(sys.argv[1], sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
