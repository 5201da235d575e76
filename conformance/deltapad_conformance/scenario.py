"""What a scenario is, how it says that something is wrong, and how a book of them is run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Generic, Protocol, TypeVar

SCENARIO_SECONDS = 60.0
PATIENCE = 10.0
"""Seconds in which what has to happen has to happen."""


class Failed(Exception):
    """What is judged did something else than it must."""

    def __init__(self, what: str, expected: Any = None, seen: Any = None) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.seen = seen


class Skipped(Exception):
    """What the scenario needs is not there; the text says what."""


def equal(seen: Any, expected: Any, what: str) -> None:
    """Compares two JSON values. Raises Failed where they differ."""
    if not same(seen, expected):
        raise Failed(what, expected, seen)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: `true` is not `1`, `1` is `1.0`, the order of names means nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@dataclass
class Record:
    """What was said, in order: who, which way, and the frame."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def note(self, who: str, way: str, frame: Any) -> None:
        self.lines.append({"who": who, "way": way, "frame": frame})


class Stage(Protocol):
    """What a scenario plays on."""

    record: Record
    can: frozenset[str]


S = TypeVar("S", bound=Stage)


@dataclass(frozen=True)
class Scenario(Generic[S]):
    """One thing that is tried. `rules` are ids of the specification's requirements, `needs` what has to be there."""

    id: str
    about: str
    rules: tuple[str, ...]
    needs: tuple[str, ...]
    play: Callable[[S], Awaitable[None]]


@dataclass(frozen=True)
class Result:
    """How a scenario went: `passed`, `failed` or `skipped`, and why; the frames where it failed."""

    scenario: Scenario[Any]
    verdict: str
    reason: str = ""
    expected: Any = None
    seen: Any = None
    record: Sequence[dict[str, Any]] = ()


class Book(Generic[S]):
    """Scenarios of one kind, by id, in the order in which they were written."""

    def __init__(self) -> None:
        self.scenarios: dict[str, Scenario[S]] = {}

    def scenario(
        self, name: str, *rules: str, needs: Sequence[str] = ()
    ) -> Callable[[Callable[[S], Awaitable[None]]], Callable[[S], Awaitable[None]]]:
        """Enters the function below as a scenario; its docstring says what it is about."""

        def enter(play: Callable[[S], Awaitable[None]]) -> Callable[[S], Awaitable[None]]:
            self.add(Scenario(name, " ".join((play.__doc__ or "").split()), rules, tuple(needs), play))
            return play

        return enter

    def add(self, scenario: Scenario[S]) -> None:
        assert scenario.id not in self.scenarios, scenario.id
        self.scenarios[scenario.id] = scenario

    def chosen(self, patterns: Iterable[str]) -> list[Scenario[S]]:
        """Those whose id, or one of whose rules, matches one of the patterns; all where there are none."""
        patterns = tuple(patterns)
        return [one for one in self.scenarios.values() if not patterns or _matches(one, patterns)]


def _matches(scenario: Scenario[Any], patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for name in (scenario.id, *scenario.rules) for pattern in patterns)


async def play(
    scenarios: Sequence[Scenario[S]], stage: Callable[[], AbstractAsyncContextManager[S]], jobs: int
) -> AsyncIterator[Result]:
    """Plays each on a stage of its own, `jobs` at a time; the results, in the order of `scenarios`."""
    turn = asyncio.Semaphore(jobs)

    async def in_turn(scenario: Scenario[S]) -> Result:
        async with turn:
            return await _play(scenario, stage)

    tasks = [asyncio.create_task(in_turn(scenario)) for scenario in scenarios]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _play(scenario: Scenario[S], stage: Callable[[], AbstractAsyncContextManager[S]]) -> Result:
    record = Record()
    try:
        async with asyncio.timeout(SCENARIO_SECONDS), stage() as scene:
            record = scene.record
            missing = [need for need in scenario.needs if need not in scene.can]
            if missing:
                return Result(scenario, "skipped", f"needs {', '.join(missing)}")
            await scenario.play(scene)
    except Skipped as skipped:
        return Result(scenario, "skipped", str(skipped))
    except Failed as failed:
        return Result(scenario, "failed", failed.what, failed.expected, failed.seen, record.lines)
    except TimeoutError:
        return Result(scenario, "failed", f"not done after {SCENARIO_SECONDS:g} seconds", record=record.lines)
    except Exception as error:  # what is judged may say what nobody thought of
        return Result(scenario, "failed", f"{type(error).__name__}: {error}", record=record.lines)
    return Result(scenario, "passed")
