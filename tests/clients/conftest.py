"""What tests of clients ask for: Node, with the TypeScript client built."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.installed import missing


@pytest.fixture(scope="session")
def node(root: Path) -> str:
    """Node, with the client built, once for all processes that test."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        missing("Node", "apt-get install nodejs npm")
    with (root / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", "clients/typescript/dist/index.js"], cwd=root, check=True)
    return node
