import shutil
import subprocess
from pathlib import Path

import pytest

from tests.installed import missing


@pytest.fixture(scope="session")
def typescript_built(root: Path) -> None:
    """The TypeScript client, built, and Node to run it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("Node", "apt-get install nodejs npm")
    subprocess.run(["npm", "run", "build", "--silent", "--workspace", "clients/typescript"], cwd=root, check=True)


@pytest.fixture(scope="session")
def ruby() -> None:
    if shutil.which("ruby") is None:
        missing("Ruby", "apt-get install ruby")
