import shutil
from pathlib import Path

import pytest

from tests.installed import missing


@pytest.fixture(scope="session")
def typescript_built(root: Path) -> None:
    """The TypeScript client as `make setup` builds it, and Node to run it."""
    if shutil.which("node") is None or not (root / "clients" / "typescript" / "dist").exists():
        missing("Node, or the built client", "apt-get install nodejs npm, then make setup")


@pytest.fixture(scope="session")
def ruby() -> None:
    if shutil.which("ruby") is None:
        missing("Ruby", "apt-get install ruby")
