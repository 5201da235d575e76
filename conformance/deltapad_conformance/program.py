"""A program that is judged: it reads a JSON object a line, and answers each with one."""

import asyncio
import json
import shlex
from pathlib import Path
from typing import Any

from .data import Frame
from .scenario import Failed

ANSWER_SECONDS = 20.0
END_SECONDS = 5.0
LONGEST_LINE = 64 * 1024 * 1024


class Program:
    """A process of `command`, from `start()` until `end()` or `kill()`; then it may be started again."""

    def __init__(self, command: str, folder: Path | None = None) -> None:
        self._command = command
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        words = shlex.split(self._command)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *words, stdin=pipe, stdout=pipe, cwd=self._folder, limit=LONGEST_LINE
            )
        except OSError as error:
            raise Failed(f"the command does not start: {error}") from error

    async def ask(self, line: Frame) -> Frame:
        """What the program answers to a line. Raises Failed where it doesn't, or answers `error`."""
        if self._process is None:
            await self.start()
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._turn:
                answer = await self._exchange(line)
        except TimeoutError:
            raise Failed(f"the program did not answer within {ANSWER_SECONDS:g} seconds", seen=line) from None
        if "error" in answer:
            raise Failed(f"the program answered: {answer['error']}", seen=line)
        return answer

    async def _exchange(self, line: Frame) -> Frame:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            await self._process.stdin.drain()
            text = await self._process.stdout.readline()
        except ConnectionError:
            text = b""
        if not text:
            raise Failed("the program ended", seen=line)
        return _object(text)

    async def kill(self) -> None:
        """Ends it at once, as a crash does."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            self._process = None

    async def end(self) -> None:
        """Ends it in good order: its standard input ends."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            pass
        await self.kill()


def _object(text: bytes) -> Frame:
    try:
        answer: Any = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Failed("the program's answer is no JSON object", seen=text.decode(errors="replace")[:200])
    return answer
