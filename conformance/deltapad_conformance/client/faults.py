"""Lines that break, delay and double at every point, while two people type: nothing is lost, nothing comes twice."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from ..data import Frame, Ops
from ..scenario import Scenario, equal
from .document import rejected, revisions
from .scenarios import book
from .stage import ClientStage, Line

EXACTLY_ONCE = ("BACK-5", "BACK-10", "BACK-11", "EDIT-18")
STORMS = 6
EDITS = 12
CROWDED = 20
LONG = 200
"""How long the document is; all that is deleted in a storm leaves it longer than `CROWDED`."""


async def before_hello(stage: ClientStage, line: Line) -> None:
    """cut before the hello was read"""
    await line.cut()
    await (await stage.dials()).cut()


async def before_welcome(stage: ClientStage, line: Line) -> None:
    """cut between hello and welcome"""
    await line.cut()
    await (await stage.line()).cut()


async def after_welcome(stage: ClientStage, line: Line) -> None:
    """cut right behind the welcome"""
    await line.cut()
    await (await stage.returns()).cut()


async def before_commit(stage: ClientStage, line: Line) -> None:
    """cut when the submission was under way, and it is lost"""
    await line.hears("submit")
    await line.cut()


async def before_acknowledgement(stage: ClientStage, line: Line) -> None:
    """cut when the submission was committed, and its answer is lost"""
    stage.document.take(line.client_id, await line.hears("submit"))
    await line.cut()


async def commit_while_away(stage: ClientStage, line: Line) -> None:
    """cut, and the submission comes in only while the client is back already"""
    submission = await line.hears("submit")
    await line.cut()
    again = await stage.returns()
    second = await again.hears("submit")
    for copy in (submission, second):
        await again.says(stage.document.take(line.client_id, copy))
    await again.is_silent()
    await again.cut()


async def within_pages(stage: ClientStage, line: Line) -> None:
    """cut between two pages of what was missed"""
    stage.document.take(line.client_id, await line.hears("submit"))
    stage.document.bob({"insert": "p"})
    await line.cut()
    again = await stage.line()
    welcome = stage.document.welcome(again.hello)
    await again.says(welcome | {"revisions": welcome["revisions"][:1]})
    await again.is_silent()
    await again.cut()


async def before_fetched(stage: ClientStage, line: Line) -> None:
    """cut between `fetch` and its answer"""
    await line.hears("submit")
    stage.document.bob({"insert": "g"})
    await line.says(revisions(stage.document.bob({"insert": "h"})))
    await line.hears("fetch")
    await line.cut()


async def while_slowed_down(stage: ClientStage, line: Line) -> None:
    """cut while the client waits as `slow_down` asked it to"""
    submission = await line.hears("submit")
    await line.says({"type": "slow_down", "retry_after": 30, "seq": submission["seq"]})
    await line.is_silent()
    await line.cut()


async def while_draining(stage: ClientStage, line: Line) -> None:
    """drained, by 4503, with a submission under way that is committed"""
    stage.document.take(line.client_id, await line.hears("submit"))
    await line.close(4503, "draining", retry_after=0.2)


Cut = Callable[[ClientStage, Line], Awaitable[None]]
CUTS: tuple[Cut, ...] = (
    before_hello,
    before_welcome,
    after_welcome,
    before_commit,
    before_acknowledgement,
    commit_while_away,
    within_pages,
    before_fetched,
    while_slowed_down,
    while_draining,
)


def lost(cut: Cut) -> Scenario[ClientStage]:
    """The line is lost at one point, while the client's person and bob both type."""

    async def play(stage: ClientStage) -> None:
        stage.document.bob({"insert": "Hello"})
        line = await stage.joins()
        await stage.edits({"retain": 5}, {"insert": "[one]"})
        await cut(stage, line)
        stage.document.bob({"insert": "b"})
        await stage.edits({"insert": "[two]"})
        stage.serves()
        await stage.converges()
        text = stage.document.text
        equal([text.count("[one]"), text.count("[two]")], [1, 1], f"each of the two once, in {text!r}")

    name = getattr(cut, "__name__", "").replace("_", "-")
    about = f"The line is {cut.__doc__}: everything typed is in the document, once."
    return Scenario(f"client/lost-{name}", about, EXACTLY_ONCE, (), play)


async def lost_refusal(stage: ClientStage) -> None:
    """A refusal that is lost with the line: the change is refused again, kept, and not in the document."""
    line = await stage.joins()
    await stage.edits({"insert": "no"})
    first = await line.hears("submit")
    await line.cut()
    again = await stage.returns()
    equal((await again.hears("submit"))["seq"], first["seq"], "under its seq")
    await again.says(rejected(first["seq"], "seq_too_old"))
    await stage.shows("off the screen, and kept", contents=[{"insert": "\n"}], unsent=False)
    kept = (await stage.asks("state"))["kept"]
    equal([each["delta"] for each in kept], [[{"insert": "no"}]], "kept")


class Weather:
    """A line that is never quite well: frames come late and twice, and the line breaks. A seed says when."""

    def __init__(self, stage: ClientStage, seed: int) -> None:
        self._stage = stage
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self.fair = False

    async def serve(self, line: Line) -> None:
        """Answers as a good server does, over such a line."""
        await self._says(line, self._stage.document.welcome(line.hello))
        told = self._stage.document.version
        answering = asyncio.create_task(self._answer(line))
        try:
            while not answering.done():
                news = self._stage.document.revisions[told:]
                told += len(news)
                if news:
                    await self._says(line, revisions(*news))
                if not self.fair and self._random.random() < 0.02:
                    await line.cut()
                await asyncio.wait([answering], timeout=0.01)
            answering.result()
        finally:
            answering.cancel()

    async def _answer(self, line: Line) -> None:
        document, line.patience = self._stage.document, None
        while True:
            frame = await line.hears("submit", "fetch")
            if frame["type"] == "fetch":
                await self._says(line, revisions(*document.revisions[frame["after"] :]))
            elif not self.fair and self._random.random() < 0.15:
                await line.says({"type": "slow_down", "retry_after": 0.05, "seq": frame["seq"]})
            elif document.place(line.client_id, frame["seq"]) is None:
                document.take(line.client_id, frame)
            else:
                await asyncio.sleep(0.05)  # until all the revisions up to there were told
                await line.says(document.take(line.client_id, frame))

    async def _says(self, line: Line, frame: Frame) -> None:
        if not self.fair:
            await asyncio.sleep(self._random.choice([0, 0, 0.01, 0.1]))
        again = frame["type"] == "revisions" and not self.fair and self._random.random() < 0.3
        await line.says(frame, *([frame] if again else []))

    def change(self, word: str) -> Ops:
        """Somebody puts a word in, or takes a little out, where the document surely has something."""
        at = self._random.randint(0, CROWDED)
        before: Ops = [{"retain": at}] if at else []
        if self._random.random() < 0.3:
            return [*before, {"delete": self._random.randint(1, 3)}]
        return [*before, {"insert": word}]


def storm(seed: int) -> Scenario[ClientStage]:
    """Two people type over a line that is never quite well."""

    async def play(stage: ClientStage) -> None:
        stage.document.bob({"insert": "x" * LONG})
        await stage.opens()
        weather = Weather(stage, seed)
        stage.serves(weather.serve)
        await stage.shows("the document", contents=stage.document.contents)
        for number in range(EDITS):
            stage.document.bob(*weather.change(f"B{number}"))
            await stage.edits(*weather.change(f"a{number}"))
            await asyncio.sleep(0.03)
        weather.fair = True
        await stage.converges()

    about = f"Frames late and twice, refusals that pass, lines that break, while two people type (seed {seed})."
    return Scenario(f"client/storm-{seed}", about, (*EXACTLY_ONCE, "EDIT-19", "EDIT-21", "EDIT-27"), (), play)


for each in CUTS:
    book.add(lost(each))
book.scenario("client/lost-refusal", "EDIT-26", "BACK-11")(lost_refusal)
for number in range(1, STORMS + 1):
    book.add(storm(number))
