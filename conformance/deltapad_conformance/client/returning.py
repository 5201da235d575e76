"""How a client comes back: what it says then, and when."""

import asyncio
import time

from ..scenario import Failed, Scenario, equal
from .document import Document
from .scenarios import book, scenario
from .stage import ClientStage

PASSING = {4500: "internal", 4503: "draining", 4504: "too_slow", 4508: "hello_timeout", 4529: "rate_limited"}
PASSING |= {4599: "", 1001: "", 1011: "", 3000: ""}
WATCHED_SECONDS = 3.0
MOST_ATTEMPTS = 25
"""In those seconds. One whose bound begins with a tenth of a second and doubles makes ten or so."""


def passing(number: int, code: str) -> Scenario[ClientStage]:
    """The server ends the connection for a reason that passes."""

    async def play(stage: ClientStage) -> None:
        line = await stage.joins()
        await stage.bob(line, {"insert": "Hello"})
        await stage.edits({"insert": "me"})
        first = await line.hears("submit")
        await stage.shows("both", version=1)
        await line.close(number, code, retry_after=0.1)
        again = await stage.returns()
        equal(again.client_id, line.client_id, "the same client_id")
        equal(again.hello.get("version"), 1, "the version that is held")
        equal(again.hello.get("last"), {"client_id": "bob-client", "seq": 1}, "the name of the revision there")
        equal((await stage.commits(again))["seq"], first["seq"], "what is pending, under its seq")
        await stage.converges()
        equal(stage.document.text.count("me"), 1, "once")

    why = code or "no code of the table"
    about = f"After a close with {number} ({why}) a client comes back and goes on where it was."
    return Scenario(f"client/back-after-{number}", about, ("CON-27", "BACK-5", "BACK-6", "BACK-11", "ERR-4"), (), play)


for each, name in PASSING.items():
    book.add(passing(each, name))


@scenario("client/retry-after", "CON-27")
async def retry_after(stage: ClientStage) -> None:
    """Before it comes back, a client waits for the `retry_after` of the error at least."""
    line = await stage.joins()
    began = time.monotonic()
    await line.close(4503, "draining", retry_after=2.0)
    await stage.dials()
    waited = time.monotonic() - began
    if waited < 1.95:
        raise Failed("no attempt before `retry_after`", 2.0, round(waited, 2))


@scenario("client/backoff", "CON-27")
async def backoff(stage: ClientStage) -> None:
    """A server that turns a client away again and again, by 4503, is not hammered."""
    line = await stage.joins()
    before = stage.dialled

    async def drain() -> None:
        await line.close(4503, "draining")
        while True:
            busy = await stage.line()
            await busy.close(4503, "draining")

    draining = asyncio.create_task(drain())
    await asyncio.sleep(WATCHED_SECONDS)
    attempts = stage.dialled - before
    draining.cancel()
    await asyncio.gather(draining, return_exceptions=True)
    if not 1 <= attempts <= MOST_ATTEMPTS:
        raise Failed(f"attempts in {WATCHED_SECONDS:g} seconds", f"1 to {MOST_ATTEMPTS}", attempts)


@scenario("client/offline", "BACK-5", "BACK-11", "EDIT-15")
async def offline(stage: ClientStage) -> None:
    """What is typed while there is no connection is kept, and sent once there is one."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    await stage.commits(line)
    await line.cut()
    again = await stage.line()
    await stage.edits({"retain": 1}, {"insert": "b"})
    await stage.edits({"retain": 2}, {"insert": "c"})
    await stage.shows("on the screen at once", contents=[{"insert": "abc\n"}], unsent=True)
    stage.document.bob({"insert": "bob "})
    await again.says(stage.document.welcome(again.hello))
    equal(
        (await stage.commits(again))["delta"], [{"retain": 5}, {"insert": "bc"}], "one change, moved over the other's"
    )
    await stage.converges()


@scenario("client/nothing-added", "BACK-11", "EDIT-15")
async def nothing_added(stage: ClientStage) -> None:
    """What was sent before the line broke goes again alone; what was typed since goes under the next seq."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    first = await line.hears("submit")
    await line.cut()
    await stage.edits({"retain": 1}, {"insert": "b"})
    again = await stage.returns()
    equal(await stage.commits(again), first, "the same submission")
    equal((await stage.commits(again))["delta"], [{"retain": 1}, {"insert": "b"}], "then the buffer")
    await stage.converges()


@scenario("client/already-in", "BACK-10", "EDIT-18")
async def already_in(stage: ClientStage) -> None:
    """What turns out to be in is not sent again."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    stage.document.take(line.client_id, await line.hears("submit"))
    await line.cut()
    again = await stage.returns()
    await again.is_silent()
    await stage.converges()


@scenario("client/pages", "BACK-9", "BACK-10")
async def pages(stage: ClientStage) -> None:
    """Nothing is submitted before `document.version` is reached: what is pending may be on the next page."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    first = await line.hears("submit")
    await line.cut()
    stage.document.bob({"insert": "1"})
    stage.document.take(line.client_id, first)
    stage.document.bob({"insert": "3"})
    again = await stage.line()
    welcome = stage.document.welcome(again.hello)
    page, rest = welcome["revisions"][:1], welcome["revisions"][1:]
    await again.says(welcome | {"revisions": page})
    await again.is_silent()
    for revision in rest:
        await again.says({"type": "revisions", "revisions": [revision]})
    await again.is_silent()
    await stage.converges()


@scenario("client/history-gone", "BACK-12", "BACK-13")
async def history_gone(stage: ClientStage) -> None:
    """Where the history is gone: contents, and what was not in them is kept; its seq goes once more, empty."""
    line = await stage.joins()
    await stage.edits({"insert": "lost "})
    first = await line.hears("submit")
    await line.cut()
    await stage.edits({"retain": 5}, {"insert": "too"})
    stage.document.bob({"insert": "elsewhere"})
    again = await stage.line()
    frame = stage.document.welcome({"client_id": again.client_id}, resync="history_gone")
    await again.says(frame)
    kept = [{"code": "history_gone", "delta": [{"insert": "lost too"}]}]
    await stage.shows("the contents, and what is kept", contents=stage.document.contents, kept=kept)
    claim = await stage.commits(again)
    equal((claim["seq"], claim["delta"], claim["base_version"]), (first["seq"], [], 1), "the seq once more, empty")
    await stage.converges()


@scenario("client/history-gone-and-in", "BACK-12")
async def history_gone_and_in(stage: ClientStage) -> None:
    """Where the history is gone and `acked_seq` covers the pending change, it is in: nothing is kept or sent."""
    line = await stage.joins()
    await stage.edits({"insert": "in"})
    stage.document.take(line.client_id, await line.hears("submit"))
    await line.cut()
    again = await stage.line()
    await again.says(stage.document.welcome({"client_id": again.client_id}, resync="history_gone"))
    await again.is_silent()
    await stage.shows("nothing is kept", kept=[])
    await stage.converges()


@scenario("client/history-changed", "BACK-12", "EDIT-16")
async def history_changed(stage: ClientStage) -> None:
    """Where the server's history is another, at a lower version: its contents, and seqs go on above one's own."""
    line = await stage.joins()
    for letter in "ab":
        await stage.edits({"insert": letter})
        last = await stage.commits(line)
        await stage.converges()
    await line.cut()
    stage.document = Document()
    stage.document.bob({"insert": "from the backup"})
    again = await stage.line()
    await again.says(stage.document.welcome({"client_id": again.client_id}, resync="history_changed"))
    await stage.shows("the server's contents", contents=stage.document.contents, version=1)
    await stage.edits({"insert": "c"})
    submission = await stage.commits(again)
    if submission["seq"] <= last["seq"]:
        raise Failed("a seq above every one that was used", last["seq"] + 1, submission["seq"])
    await stage.converges()


@scenario("client/acked-seq", "EDIT-16")
async def acked_seq(stage: ClientStage) -> None:
    """A new seq lies above the `acked_seq` of the welcome."""
    await stage.opens()
    line = await stage.line()
    await line.says(stage.document.welcome(line.hello, acked_seq=41))
    await stage.shows("the document", contents=stage.document.contents)
    await stage.edits({"insert": "a"})
    submission = await stage.commits(line)
    if submission["seq"] <= 41:
        raise Failed("a seq above `acked_seq`", 42, submission["seq"])


@scenario("client/killed", "BACK-4", "BACK-11", needs=["storage"])
async def killed(stage: ClientStage) -> None:
    """Killed between sending and hearing: the next run sends the same under the same name, and then the rest."""
    line = await stage.joins()
    await stage.edits({"insert": "one "})
    first = await line.hears("submit")
    await line.is_silent()
    await stage.edits({"retain": 4}, {"insert": "two"})
    await stage.crashes()
    stage.document.bob({"insert": "bob "})
    stage.serves()
    await stage.converges()
    equal([stage.document.text.count(word) for word in ("one ", "two", "bob ")], [1, 1, 1], "each once")
    names = [(each["client_id"], each["seq"]) for each in stage.document.revisions]
    if (line.client_id, first["seq"]) not in names:
        raise Failed("under the same name", [line.client_id, first["seq"]], names)


@scenario("client/killed-after-commit", "BACK-4", "BACK-10", needs=["storage"])
async def killed_after_commit(stage: ClientStage) -> None:
    """Killed when the change was in already: the next run does not put it in twice."""
    line = await stage.joins()
    await stage.edits({"insert": "once"})
    stage.document.take(line.client_id, await line.hears("submit"))
    await stage.crashes()
    stage.serves()
    await stage.converges()
    equal(stage.document.text, "once\n", "once")
