"""One server and one load generator for all workloads, each of which gets documents of its own."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.bench.deltapad import DeltapadUvicorn
from benchmarks.bench.generator import Generator
from benchmarks.bench.run import Stage
from benchmarks.bench.systems import Cast
from tests.installed import missing

DOCUMENTS, WRITERS, READERS = 20, 4, 2


class Shared(DeltapadUvicorn):
    """A server on which each workload is given the next few of its documents."""

    def __init__(self) -> None:
        super().__init__(Cast(DOCUMENTS, WRITERS, READERS))
        self._unused = self._documents

    def hand_out(self, count: int) -> None:
        self._documents, self._unused = self._unused[:count], self._unused[count:]


@pytest.fixture(scope="session")
def node() -> None:
    if shutil.which("node") is None:
        missing("Node", "apt-get install nodejs npm")


@pytest.fixture(scope="session")
def shared(node: None) -> Iterator[Shared]:
    with Shared() as system:
        yield system


@pytest.fixture(scope="session")
def generator(node: None) -> Iterator[Generator]:
    with Generator() as generator:
        yield generator


@pytest.fixture
def stage(shared: Shared, generator: Generator) -> Any:
    return Stage(shared, generator)
