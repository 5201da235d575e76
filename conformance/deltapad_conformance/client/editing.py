"""How a client's changes go out, and how others' come in."""

import asyncio
import hashlib
import json
import time
from itertools import pairwise

from .. import delta
from ..data import Ops
from ..scenario import Failed, equal
from .document import rejected, revisions
from .scenarios import scenario
from .stage import ClientStage, Line


@scenario("client/one-at-a-time", "CON-4", "EDIT-14", "EDIT-15", "EDIT-16", "EDIT-17")
async def one_at_a_time(stage: ClientStage) -> None:
    """While a change has no answer, what is typed waits, and then goes as one change under a higher seq."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    first = await line.hears("submit")
    equal((first["base_version"], first["delta"]), (0, [{"insert": "a"}]), "the change, on the version that is held")
    await stage.edits({"retain": 1}, {"insert": "b"})
    await stage.edits({"retain": 2}, {"insert": "c"})
    await line.is_silent()
    await line.says(stage.document.take(line.client_id, first))
    second = await stage.commits(line)
    equal(second["delta"], [{"retain": 1}, {"insert": "bc"}], "what was typed meanwhile, composed")
    equal(second["base_version"], 1, "the version that is held")
    if second["seq"] <= first["seq"]:
        raise Failed("a seq above the one before", first["seq"] + 1, second["seq"])
    await stage.converges()


@scenario("client/slow-acknowledgement", "EDIT-14", "EDIT-19")
async def slow_acknowledgement(stage: ClientStage) -> None:
    """An acknowledgement that is long in coming: others' changes go on, nothing is sent twice."""
    line = await stage.joins()
    await stage.edits({"insert": "mine "})
    submission = await line.hears("submit")
    for letter in "abcde":
        await stage.bob(line, {"insert": letter})
        await stage.edits({"insert": letter.upper()})
        await asyncio.sleep(0.1)
    await line.is_silent()
    await line.says(stage.document.take(line.client_id, submission))
    await stage.commits(line)
    await stage.converges()
    equal(len([each for each in stage.document.revisions if each["client_id"] == line.client_id]), 2, "two submissions")


@scenario("client/tie", "EDIT-19", "TEXT-8")
async def tie(stage: ClientStage) -> None:
    """Where two insert at one place, the later change stands left, on the screen as in the document."""
    line = await stage.joins()
    await stage.edits({"insert": "mine"})
    submission = await line.hears("submit")
    await stage.edits({"retain": 4}, {"insert": "!"})
    await stage.bob(line, {"insert": "bob"})
    await stage.shows("the pending change stands left of one that was before it", contents=[{"insert": "mine!bob\n"}])
    await line.says(stage.document.take(line.client_id, submission))
    await stage.commits(line)
    await stage.converges()
    equal(stage.document.text, "mine!bob\n", "the same text on both sides")


@scenario("client/one-attribute", "EDIT-19", "TEXT-8")
async def one_attribute(stage: ClientStage) -> None:
    """Where two set one attribute, the later change wins."""
    stage.document.bob({"insert": "word"})
    line = await stage.joins()
    await stage.edits({"retain": 4, "attributes": {"color": "red"}})
    submission = await line.hears("submit")
    await stage.bob(line, {"retain": 4, "attributes": {"color": "blue", "bold": True}})
    mine = [{"insert": "word", "attributes": {"color": "red", "bold": True}}, {"insert": "\n"}]
    await stage.shows("the later colour, and the other's bold", contents=mine)
    await line.says(stage.document.take(line.client_id, submission))
    await stage.converges()


@scenario("client/units", "TEXT-1")
async def units(stage: ClientStage) -> None:
    """Lengths count UTF-16 code units: an emoji is 2, an embed 1."""
    stage.document.bob({"insert": "😀👩‍💻"}, {"insert": {"image": "one"}}, {"insert": "漢"})
    line = await stage.joins()
    await stage.bob(line, {"retain": 7}, {"insert": "x"})
    await stage.edits({"retain": 9}, {"insert": "y"})
    await stage.commits(line)
    await stage.converges()


@scenario("client/unknown-formats", "TEXT-4")
async def unknown_formats(stage: ClientStage) -> None:
    """Attributes and embeds that a client does not know stay where they are."""
    stage.document.bob({"insert": "word", "attributes": {"x-glow": 3}}, {"insert": {"x-dial": "7"}})
    line = await stage.joins()
    await stage.edits({"retain": 2, "attributes": {"bold": True}})
    submission = await stage.commits(line)
    equal(submission["delta"], [{"retain": 2, "attributes": {"bold": True}}], "what changes, and nothing else")
    await stage.converges()


@scenario("client/canonical", "TEXT-6")
async def canonical(stage: ClientStage) -> None:
    """What is sent, and what is kept as pending, is in canonical form."""
    stage.document.bob({"insert": "abcd"})
    line = await stage.joins()
    loose: Ops = [{"retain": 1}, {"delete": 1}, {"insert": "x"}, {"insert": "y"}, {"delete": 1}, {"retain": 1}]
    await stage.edits(*loose)
    submission = await line.hears("submit")
    # What arrives meets the pending change where only one of the two forms lies.
    await stage.bob(line, {"retain": 2}, {"insert": "bob"})
    equal(submission["delta"], delta.canonical(loose), "the canonical form")
    await line.says(stage.document.take(line.client_id, submission))
    await stage.converges()


@scenario("client/nothing-left-over", "EDIT-20")
async def nothing_left_over(stage: ClientStage) -> None:
    """A buffer whose edits cancel out is not sent."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    submission = await line.hears("submit")
    await stage.edits({"insert": "b"})
    await stage.edits({"delete": 1})
    await line.says(stage.document.take(line.client_id, submission))
    await line.is_silent()
    await stage.converges()


@scenario("client/pending-that-comes-to-nothing", "EDIT-20")
async def pending_that_comes_to_nothing(stage: ClientStage) -> None:
    """A pending change of which others' left nothing is still waited for."""
    stage.document.bob({"insert": "abc"})
    line = await stage.joins()
    await stage.edits({"delete": 3})
    submission = await line.hears("submit")
    await stage.bob(line, {"delete": 3})
    await stage.edits({"insert": "x"})
    await line.is_silent()
    await line.says(stage.document.take(line.client_id, submission))
    await stage.commits(line)
    await stage.converges()


@scenario("client/gap", "EDIT-22", "EDIT-21")
async def gap(stage: ClientStage) -> None:
    """On a gap nothing above it is applied; what is missed is fetched (or got on a new connection)."""
    line = await stage.joins()
    missed = stage.document.bob({"insert": "a"})
    await line.says(revisions(stage.document.bob({"retain": 1}, {"insert": "b"})))
    fetched = await line.hears("fetch")
    equal(fetched["after"], 0, "the version that is held")
    await stage.shows("nothing is applied across the gap", contents=[{"insert": "\n"}], version=0)
    await line.says(revisions(missed, stage.document.revisions[1]), revisions())
    await stage.converges()


@scenario("client/known-revisions", "EDIT-21")
async def known_revisions(stage: ClientStage) -> None:
    """Revisions that are held already are passed over, however often they come."""
    line = await stage.joins()
    for letter in "abc":
        await stage.bob(line, {"insert": letter})
    await line.says(revisions(*stage.document.revisions), revisions(stage.document.revisions[0]), revisions())
    await line.is_silent()
    await stage.converges()


@scenario("client/unknown-meanwhile", "CON-6")
async def unknown_meanwhile(stage: ClientStage) -> None:
    """Types and fields of a newer server are passed over, at any time and in any message."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    submission = await line.hears("submit")
    await line.says({"type": "applause", "from": "s-bob", "version": 99}, {"type": "sub.mit", "seq": 1})
    frame = stage.document.take(line.client_id, submission)
    revision = frame["revisions"][0] | {"mood": "good", "parts": []}
    await line.says(frame | {"revisions": [revision], "more": False, "seq": 77})
    await line.says(
        {
            "type": "joined",
            "participant": {
                "session_id": "s-x",
                "client_id": "x-client-1",
                "role": "poet",
                "user": {"id": "u-x", "name": "X", "color": "#000000", "pronouns": "they"},
            },
            "at": "door",
        }
    )
    await line.is_silent()
    await stage.bob(line, {"insert": "b"})
    await stage.converges()


@scenario("client/slow-down", "EDIT-27", "EDIT-25")
async def slow_down(stage: ClientStage) -> None:
    """`slow_down` with the seq: the same again, not before `retry_after`, and nothing added."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    first = await line.hears("submit")
    began = time.monotonic()
    await line.says({"type": "slow_down", "retry_after": 1.2, "seq": first["seq"]})
    await stage.edits({"retain": 1}, {"insert": "b"})
    again = await line.hears("submit")
    if time.monotonic() - began < 1.15:
        raise Failed("nothing is submitted before `retry_after`", 1.2, round(time.monotonic() - began, 2))
    equal(again, first, "the same submission again")
    await line.says(stage.document.take(line.client_id, again))
    equal((await stage.commits(line))["delta"], [{"retain": 1}, {"insert": "b"}], "then the buffer")
    await stage.converges()


@scenario("client/answers-to-others", "EDIT-25")
async def answers_to_others(stage: ClientStage) -> None:
    """An `ack`, `rejected` or `slow_down` whose seq is not the pending one changes nothing."""
    line = await stage.joins()
    await stage.edits({"insert": "a"})
    first = await line.hears("submit")
    other = first["seq"] + 7
    await line.says({"type": "ack", "seq": other, "version": 1}, rejected(other, "bad_delta"))
    await line.says({"type": "slow_down", "retry_after": 0, "seq": other})
    await stage.shows("nothing has changed", contents=[{"insert": "a\n"}], kept=[], unsent=True)
    await line.is_silent()
    await line.says(stage.document.take(line.client_id, first))
    await stage.converges()


@scenario("client/selection", "PRES-3", needs=["select"])
async def selection(stage: ClientStage) -> None:
    """One's own selection is told while nothing is unsent or unacknowledged, in positions of the version held."""
    stage.document.bob({"insert": "abcdef"})
    line = await stage.joins()
    await stage.asks("select", index=2, length=1)
    told = await line.hears("presence")
    equal((told["version"], told["selection"]), (1, {"index": 2, "length": 1}), "where one is")
    await stage.edits({"insert": "m"})
    submission = await line.hears("submit", "presence")
    if submission["type"] == "presence":
        raise Failed("no presence while something is unsent", seen=submission)
    await stage.asks("select", index=1, length=0)
    await asyncio.sleep(0.2)
    await line.says(stage.document.take(line.client_id, submission))
    told = await line.hears("presence")
    equal((told["version"], told["selection"]), (2, {"index": 1, "length": 0}), "the latest, once all is acknowledged")


@scenario("client/selections-of-others", "PRES-2", "PRES-8", "PRES-9", "PRES-12", needs=["select"])
async def selections_of_others(stage: ClientStage) -> None:
    """Others' selections wait for their version, and move over revisions and over what is unsent here."""
    stage.document.bob({"insert": "abcdef"})
    line = await stage.joins()
    await stage.edits({"insert": "me"})
    submission = await line.hears("submit")
    where = {"session_id": "s-bob", "version": 2, "selection": {"index": 4, "length": 2}, "typing": False}
    await line.says({"type": "presence", "participants": [where]})
    await line.is_silent()
    await stage.shows("a place in a version to come is not shown", selections={})
    await stage.bob(line, {"insert": "b"})
    await stage.shows("the place, moved over what is unsent", selections={"s-bob": {"index": 6, "length": 2}})
    await line.says({"type": "left", "session_id": "s-bob"})
    await stage.shows("who left is nowhere", selections={})
    await line.says(stage.document.take(line.client_id, submission))
    await stage.converges()


@scenario("client/selection-pace", "PRES-4", needs=["select"])
async def selection_pace(stage: ClientStage) -> None:
    """Between two places that a client tells lie `presence_interval` seconds, and the last one is told."""
    stage.document.bob({"insert": "x" * 40})
    await stage.opens()
    line = await stage.line()
    welcome = stage.document.welcome(line.hello)
    await line.says(welcome | {"limits": welcome["limits"] | {"presence_interval": 0.5}})
    await stage.shows("the document", contents=stage.document.contents)
    for index in range(40):
        await stage.asks("select", index=index, length=0)
    moments = []
    while (await line.hears("presence"))["selection"]["index"] != 39:
        moments.append(line.heard_at)
    waits = [round(later - earlier, 2) for earlier, later in pairwise([*moments, line.heard_at])]
    if any(wait < 0.4 for wait in waits):
        raise Failed("seconds between two places", 0.5, waits)


@scenario("client/frame-limit", "LIM-2")
async def frame_limit(stage: ClientStage) -> None:
    """A change that no frame of `frame_in` bytes can hold is split, or kept for its person."""
    limit = 2000
    await stage.opens()
    line = await stage.line()
    welcome = stage.document.welcome(line.hello)
    await line.says(welcome | {"limits": welcome["limits"] | {"frame_in": limit}})
    await stage.shows("the document", contents=stage.document.contents)
    stage.meanwhile(_takes_frames_of(limit, stage, line))
    await stage.edits({"insert": "é" * limit})
    state = await stage.shows("all of it is in, or kept", unsent=False)
    if not state["kept"]:
        await stage.converges()


async def _takes_frames_of(limit: int, stage: ClientStage, line: Line) -> None:
    while True:
        submission = await line.hears("submit")
        size = len(json.dumps(submission, ensure_ascii=False, separators=(",", ":")).encode())
        if size > limit:
            raise Failed("no frame is larger than `frame_in`", limit, size)
        await line.says(stage.document.take(line.client_id, submission))


@scenario("client/check", "CHECK-1", "CHECK-2", needs=["check"])
async def check(stage: ClientStage) -> None:
    """A client that checks itself asks with the digest of what it holds, and `same` changes nothing."""
    line = await _checks(stage)
    asked = await line.hears("check")
    text = json.dumps(stage.document.contents, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    equal((asked["version"], asked["digest"]), (1, digest), "the version and the digest")
    await line.says({"type": "checked", "version": 1, "result": "same"})
    await stage.converges()


@scenario("client/check-different", "CHECK-4", needs=["check"])
async def check_different(stage: ClientStage) -> None:
    """`different`: its contents take the place of what was held, under what was typed and came meanwhile."""
    line = await _checks(stage)
    await line.hears("check")
    stage.document.contents = [{"insert": 'Hallo "Welt" 😀\n'}]
    held = stage.document.contents
    await stage.bob(line, {"insert": "bob "})
    await stage.edits({"insert": "me "})
    submission = await line.hears("submit")
    await line.says({"type": "checked", "version": 1, "result": "different", "contents": held})
    mine = [{"insert": 'me bob Hallo "Welt" 😀\n'}]
    await stage.shows("the server's contents, with what came and what was typed", contents=mine)
    await line.says(stage.document.take(line.client_id, submission))
    await stage.converges()


async def _checks(stage: ClientStage) -> Line:
    """A client on a server that takes checks."""
    stage.document.bob({"insert": 'Hello "World" 😀'})
    await stage.opens()
    line = await stage.line()
    welcome = stage.document.welcome(line.hello)
    await line.says(welcome | {"limits": welcome["limits"] | {"check_interval": 60}})
    await stage.shows("the document", contents=stage.document.contents)
    return line
