"""The Ruby client's own tests: vectors and transcripts, run by what was written from the specification alone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.installed import missing

CLIENT = Path(__file__).parents[2] / "clients" / "ruby"


@pytest.fixture(scope="module")
def ruby() -> str:
    found = shutil.which("ruby")
    if found is None:
        missing("Ruby", "apt-get install ruby")
    return found


@pytest.mark.parametrize("file", sorted(CLIENT.glob("test/test_*.rb")), ids=lambda file: file.stem)
def test_what_ruby_tests_itself_holds_without_a_warning(ruby: str, file: Path) -> None:
    ran = subprocess.run([ruby, "-w", file], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
