"""Asking a program that is an algebra of Deltas what the vectors know the answers to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from . import delta
from .data import Frame, rules_of, vectors
from .program import Program
from .scenario import Book, Failed, Record, Scenario, same

FILES = {
    "compose": ("a", "b"),
    "transform": ("a", "b", "priority"),
    "invert": ("document", "change"),
    "position": ("change", "index", "priority"),
    "lengths": ("delta",),
    "digests": ("contents",),
    "refused": ("json", "document"),
}
"""Which fields of a case are the question; the rest is the answer."""
SHOWN = 10
ANSWERS = {"lengths": "length", "digests": "digest", "refused": "code"}


class Questions:
    """A scenario's scene: a program that answers."""

    def __init__(self, program: Program, can: frozenset[str]) -> None:
        self.record = Record()
        self.can = can
        self._program = program

    async def ask(self, file: str, case: Frame) -> Any:
        """What the program makes of a case."""
        question = {"do": file} | {key: case[key] for key in FILES[file] if key in case}
        answer = await self._program.ask(question)
        return answer.get("result")


class Bench:
    """Where a program is asked; one process for all questions."""

    def __init__(self, command: str) -> None:
        self._program = Program(command)
        self._can: frozenset[str] | None = None

    @asynccontextmanager
    async def stage(self) -> AsyncIterator[Questions]:
        if self._can is None:
            self._can = frozenset((await self._program.ask({"do": "about"})).get("can", ()))
        yield Questions(self._program, self._can)

    async def end(self) -> None:
        await self._program.end()


def book() -> Book[Questions]:
    """One scenario for each file of vectors."""
    made: Book[Questions] = Book()
    for file in FILES:
        made.add(_scenario(file))
    return made


def _scenario(file: str) -> Scenario[Questions]:
    cases = vectors(file)

    async def play(questions: Questions) -> None:
        wrong = []
        for case in cases:
            seen = await questions.ask(file, case)
            if not _agrees(file, case, seen):
                wrong.append({"id": case["id"], "expected": _answer(file, case), "seen": seen})
        if wrong:
            names = ", ".join(each["id"] for each in wrong[:SHOWN])
            raise Failed(f"{len(wrong)} of {len(cases)} cases: {names}", seen=wrong[:SHOWN])

    about = f"The {len(cases)} cases of {file}.json."
    return Scenario(f"vectors/{file}", about, rules_of(f"vectors/v1/{file}.json"), (file,), play)


def _answer(file: str, case: Frame) -> Any:
    return case[ANSWERS.get(file, "expected")]


def _agrees(file: str, case: Frame, seen: Any) -> bool:
    expected = _answer(file, case)
    if isinstance(expected, list) and isinstance(seen, list):
        return same(delta.canonical(seen), expected)
    return same(seen, expected)
