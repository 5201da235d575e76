"""What a client makes of a no: to a change, and to itself."""

import asyncio

from ..data import errors
from ..scenario import Failed, Scenario, equal
from .document import rejected
from .scenarios import book, scenario
from .stage import ClientStage

REFUSALS = (
    "not_allowed",
    "document_frozen",
    "document_trashed",
    "over_budget",
    "client_id_taken",
    "seq_too_old",
    "seq_out_of_order",
    "base_version_ahead",
    "base_version_behind",
    "history_gone",
    "bad_delta",
    "splits_surrogate",
    "beyond_end",
    "final_newline",
    "format_not_allowed",
    "document_too_large",
    "a_code_of_next_year",
)
FINAL = {
    4400: "bad_message",
    4401: "unauthenticated",
    4403: "forbidden",
    4404: "not_found",
    4406: "unsupported_protocol",
    4409: "replaced",
    4410: "disconnected",
    4413: "too_large",
    4499: "a_code_of_next_year",
}
AWHILE = 2.0
"""Seconds in which a client that comes back would have."""


def refused(code: str) -> Scenario[ClientStage]:
    """A change is refused with `code`, while its author has typed on."""

    async def play(stage: ClientStage) -> None:
        stage.document.bob({"insert": "abc"})
        line = await stage.joins()
        await stage.edits({"retain": 3}, {"insert": "no"})
        first = await line.hears("submit")
        await stage.edits({"insert": "yes"})
        await line.says(rejected(first["seq"], code))
        kept = [{"code": code, "delta": [{"retain": 3}, {"insert": "no"}]}]
        await stage.shows("off the screen, and kept", contents=[{"insert": "yesabc\n"}], kept=kept)
        if code == "client_id_taken":  # it may begin anew, under another one
            return
        second = await line.hears("submit")
        equal(second["delta"], [{"insert": "yes"}], "the buffer goes on without it")
        if second["seq"] <= first["seq"]:
            raise Failed("the seq of what was rejected is not used again", first["seq"] + 1, second["seq"])
        await line.says(stage.document.take(line.client_id, second))
        await stage.converges()

    about = f"A change that is rejected with `{code}` leaves the screen, is kept, and what was typed on top goes on."
    return Scenario(f"client/rejected-{code}", about, ("EDIT-26", "EDIT-16", "ERR-3"), (), play)


def closed(number: int, code: str) -> Scenario[ClientStage]:
    """The server ends the connection for good."""

    async def play(stage: ClientStage) -> None:
        line = await stage.joins()
        await stage.edits({"insert": "kept"})
        await line.hears("submit")
        await line.close(number, code)
        state = await stage.shows("not to come back", connection="closed")
        if not state["unsent"] and not state["kept"]:
            raise Failed("what is unsent is kept for its person", seen=state)
        dialled = stage.dialled
        await asyncio.sleep(AWHILE)
        equal(stage.dialled, dialled, "no further connection")
        if code in errors():
            equal(state["reason"], code, "the error's code")

    about = f"After a close with {number} (`{code}`) a client does not come back by itself, and keeps what is unsent."
    return Scenario(f"client/closed-{number}", about, ("CON-26", "ERR-4"), (), play)


for each in REFUSALS:
    book.add(refused(each))
for number, name in FINAL.items():
    book.add(closed(number, name))


@scenario("client/turned-away", "CON-26", "ERR-3")
async def turned_away(stage: ClientStage) -> None:
    """Who is turned away at the door does not knock again."""
    await stage.opens()
    line = await stage.line()
    await line.close(4404, "not_found")
    await stage.shows("not to come back", connection="closed", reason="not_found", contents=None)
    dialled = stage.dialled
    await asyncio.sleep(AWHILE)
    equal(stage.dialled, dialled, "no further connection")


@scenario("client/rejected-again", "EDIT-26", "EDIT-25")
async def rejected_again(stage: ClientStage) -> None:
    """A refusal that comes twice keeps the change once."""
    line = await stage.joins()
    await stage.edits({"insert": "no"})
    first = await line.hears("submit")
    await line.says(rejected(first["seq"], "not_allowed"), rejected(first["seq"], "not_allowed"))
    await line.is_silent()
    kept = [{"code": "not_allowed", "delta": [{"insert": "no"}]}]
    await stage.shows("kept once", contents=[{"insert": "\n"}], kept=kept, unsent=False)


@scenario("client/rejected-after-others", "EDIT-26")
async def rejected_after_others(stage: ClientStage) -> None:
    """A refused deletion comes back on the screen, where others typed meanwhile and with what is typed on top."""
    stage.document.bob({"insert": "abcdef"})
    line = await stage.joins()
    await stage.edits({"retain": 1}, {"delete": 4})
    first = await line.hears("submit")
    await stage.edits({"retain": 1}, {"insert": "X"})
    await stage.bob(line, {"retain": 3}, {"insert": "bob"})
    await line.says(rejected(first["seq"], "not_allowed"))
    await stage.commits(line)
    await stage.converges()
