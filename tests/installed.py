"""What the tests need from the machine. What is missing is skipped with a line that says how to install it."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def missing(what: str, install: str) -> NoReturn:
    """Skips the test that asks; with REQUIRE_SERVICES=1 it fails instead."""
    line = f"{what} is not installed; install it with: {install}"
    if REQUIRED:
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


def postgresql_binaries() -> Path | None:
    """The folder with initdb and postgres; Debian keeps the newest under /usr/lib/postgresql."""
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb"):
        return Path(on_path).parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=lambda folder: int(folder.parent.name), default=None)


def redis_binary() -> str | None:
    return shutil.which("redis-server") or shutil.which("valkey-server")


def chromium_binary() -> str | None:
    """CHROMIUM, else the system's Chromium or Chrome."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def faketime_library() -> Path | None:
    """What gives one process a clock of its own, once preloaded; Debian's package is `faketime`."""
    return next(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"), None)


def shared_data(name: str) -> Path:
    """A file or folder of recorded data beside the project; skips where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"no recorded data here: ../shared/data/{name} is absent")
    return path
