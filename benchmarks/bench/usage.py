"""What processes use, from /proc: processor time, memory, and what everybody else on the machine burns."""

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of processor time so far, of each group and of the whole machine, at a moment."""

    at: float
    seconds: dict[str, float]
    machine: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Per cent of one core between two readings."""

    percent: dict[str, float]
    other: float


def read(groups: Mapping[str, Iterable[int]]) -> Reading:
    """Groups are named by the process ids at their roots."""
    children = _children()
    seconds = {name: sum(_seconds(pid) for pid in _tree(roots, children)) for name, roots in groups.items()}
    return Reading(time.monotonic(), seconds, _machine_seconds())


def between(start: Reading, end: Reading) -> Usage:
    took = end.at - start.at
    percent = {name: 100 * (end.seconds[name] - start.seconds[name]) / took for name in end.seconds}
    return Usage(percent, 100 * (end.machine - start.machine) / took - sum(percent.values()))


def resident(roots: Iterable[int]) -> int:
    """Bytes of memory that the processes under `roots` hold."""
    return sum(_pages(pid) for pid in _tree(roots, _children())) * PAGE


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields:
            found.setdefault(int(fields[1]), []).append(int(folder.name))
    return found


def _tree(roots: Iterable[int], children: dict[int, list[int]]) -> list[int]:
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/pid/stat after the name: the state, the parent, …; none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _seconds(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _pages(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[21]) if fields else 0


def _machine_seconds() -> float:
    user, nice, system, _, _, irq, soft, *_ = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + irq + soft) / TICKS
