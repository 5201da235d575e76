"""The servers that are measured, each started afresh for each run: who is in which document, and what runs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from benchmarks.bench.cores import SERVER

ROOT = Path(__file__).resolve().parents[2]
LOAD = ROOT / "benchmarks" / "load"
PEERS = ROOT / "benchmarks" / "peers"


@dataclass(frozen=True, slots=True)
class Cast:
    """How many documents there are, and how many people of each kind in each."""

    documents: int = 1
    writers: int = 0
    readers: int = 0

    @property
    def people(self) -> list[dict[str, Any]]:
        """The people of one document."""
        return [{"id": number, "writes": number < self.writers} for number in range(self.writers + self.readers)]


class System(ABC):
    """One server with all that it needs; `with` starts and ends it."""

    name: str
    client: Path
    # Where it runs; None: on all cores, with the load generator.
    core: ClassVar[int | None] = SERVER

    @abstractmethod
    def __init__(self, cast: Cast) -> None: ...

    @abstractmethod
    def places(self) -> list[dict[str, Any]]:
        """The documents, as the load generator's client finds them, with their people."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def restart(self) -> None:
        """Ends in good order and starts again, with what was kept."""

    @abstractmethod
    def kill(self) -> None:
        """As a power cut of the server alone does it; `start()` brings it back."""

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def processes(self) -> dict[str, list[int]]:
        """The process ids of `server`, and of `database` and `redis` where those are others."""

    @abstractmethod
    def disk(self) -> int:
        """Bytes that its database takes."""

    def database(self) -> str | None:
        """The URL of its database in PostgreSQL, where it has one."""
        return None

    def extend_history(self, number: int, revisions: int) -> None:
        """Gives an empty document a long history."""
        raise NotImplementedError

    @property
    @abstractmethod
    def log(self) -> str:
        """What the server has printed."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def size_of(folder: Path, pattern: str = "*") -> int:
    """Bytes of the files in it and below."""
    return sum(file.stat().st_size for file in folder.rglob(pattern) if file.is_file())
