"""Reads strangers' files in a process of their own, which bounds itself and may end in any way."""

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import pydantic_core

from protocol.content import Content
from protocol.errors import ProtocolError

logger = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""The largest file that is read, in bytes."""
SECONDS = 20
"""How long reading one may take, whatever it waits for."""
ROOT = Path(__file__).parents[2]

# As many at once: each may take a whole processor and much memory.
_places = BoundedSemaphore(2)
WAIT = 5


def read_file(name: str, data: bytes) -> Content:
    """The contents of a file in the format `name`.

    Raises ProtocolError: too_large, unreadable_file, file_too_costly, document_too_large, what is wrong with a Delta,
    and rate_limited where too many are being read.
    """
    if len(data) > LARGEST:
        raise ProtocolError("too_large")
    if not _places.acquire(timeout=WAIT):
        raise ProtocolError("rate_limited", retry_after=WAIT)
    try:
        answer = pydantic_core.from_json(_ran(name, data))
    finally:
        _places.release()
    if "failed" in answer:
        logger.error("a file in the format %s was not understood: %s", name, answer["failed"])
    if "code" in answer:
        raise ProtocolError(answer["code"], answer.get("message"))
    return Content.from_json(answer["contents"])


def _ran(name: str, data: bytes) -> bytes:
    """What the process said; it gets neither our environment nor our files."""
    command = [sys.executable, "-m", "documents.exchange.sealed", name]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, env={}, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ProtocolError("file_too_costly") from error
    return ran.stdout
