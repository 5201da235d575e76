"""How a process bounds itself before it reads a stranger's file, and how it tells what came of that.

Bounded are memory, seconds, and open files: none but the three it has, so that nothing in it can open a file or a
connection, whatever the file makes it do.
"""

import codecs
import resource
from collections.abc import Callable
from traceback import walk_tb
from typing import Any

import pydantic_core

from protocol.errors import ProtocolError

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
# For archives, each change of which is applied, and for many images.
LONG_CPU_SECONDS = 40
# Codecs are loaded when they are first used, and then it would be too late: those of texts, and of names in zips.
CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp437")


def seal(cpu_seconds: int = CPU_SECONDS) -> None:
    """From here on nothing is opened, and what takes too much ends."""
    pydantic_core.to_json(None)  # likewise
    for codec in CODECS:
        codecs.lookup(codec)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answered(reading: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What reading gave, or the code of why not; `failed` is where the reader itself broke, without the text."""
    try:
        return reading()
    except ProtocolError as error:
        return {"code": error.code, "message": error.message}
    except (MemoryError, RecursionError):
        return {"code": "file_too_costly"}
    except Exception as error:
        *_, (frame, line) = walk_tb(error.__traceback__)
        return {"code": "unreadable_file", "failed": f"{type(error).__name__} at {frame.f_code.co_filename}:{line}"}
