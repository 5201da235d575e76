"""How a server lets in, and whom."""

import asyncio
import json

from ..data import misfit
from ..scenario import Failed, Scenario, equal
from .scenarios import book, scenario
from .stage import ServerStage

SUBMIT = {"type": "submit", "seq": 1, "base_version": 0, "delta": [{"insert": "x"}]}
BAD_FRAMES: dict[str, str | bytes] = {
    "no-json": "nonsense",
    "half": json.dumps(SUBMIT)[:-1],
    "array": "[]",
    "null": "null",
    "no-type": "{}",
    "unknown-type": '{"type": "dance"}',
    "servers-type": '{"type": "probe", "id": 1}',
    "unknown-field": json.dumps(SUBMIT | {"extra": 1}),
    "text-for-number": json.dumps(SUBMIT | {"seq": "1"}),
    "true-for-number": json.dumps(SUBMIT | {"seq": True}),
    "seq-of-zero": json.dumps(SUBMIT | {"seq": 0}),
    "without-base": json.dumps({"type": "submit", "seq": 1, "delta": []}),
    "binary": json.dumps(SUBMIT).encode(),
}


@scenario("server/welcome", "CON-14", "CON-16", "CON-17", "LIM-1")
async def welcome(stage: ServerStage) -> None:
    """`hello` is answered by `welcome`, with the contents, who one is, and what the server takes."""
    owner = await stage.joins("owner")
    frame = owner.welcome
    equal(frame["protocol"], 1, "the protocol's version")
    equal(frame["contents"], [{"insert": "\n"}], "the contents")
    equal(frame["document"]["id"], stage.document, "the document")
    equal(frame["acked_seq"], 0, "nothing of a new client_id is committed")
    if frame["session_id"] not in [each["session_id"] for each in frame["participants"]]:
        raise Failed("one is among the participants", frame["session_id"], frame["participants"])
    if "read" not in frame["capabilities"] or "edit" not in frame["capabilities"]:
        raise Failed("the owner may read and edit", ["edit", "read"], frame["capabilities"])


@scenario("server/subprotocol", "CON-2")
async def subprotocol(stage: ServerStage) -> None:
    """`deltapad.v1` among others is chosen; one that offers none is served too."""
    both = await stage.sits("owner", subprotocols=("something.else", "deltapad.v1"))
    equal(both.subprotocol, "deltapad.v1", "the subprotocol that is spoken")
    await both.hello(token=stage.token("owner"))
    none = await stage.sits("owner", subprotocols=())
    await none.hello(token=stage.token("owner"))


@scenario("server/unknown-subprotocol", "CON-1", "CON-2")
async def unknown_subprotocol(stage: ServerStage) -> None:
    """One that offers only unknown subprotocols is let through the handshake, and told why it can't be served."""
    talker = await stage.sits("owner", subprotocols=("deltapad.v99",))
    await talker.says("hello", client_id=talker.client_id, token=stage.token("owner"))
    await talker.is_closed("unsupported_protocol")


@scenario("server/bearer", "CON-7")
async def bearer(stage: ServerStage) -> None:
    """A token in the handshake's Authorization lets in."""
    await (await stage.sits("owner", Authorization=f"Bearer {stage.token('owner')}")).hello()


@scenario("server/first-credential-decides", "CON-7")
async def first_credential_decides(stage: ServerStage) -> None:
    """A bad token in `hello` is not saved by a good one in the handshake."""
    talker = await stage.sits("owner", Authorization=f"Bearer {stage.token('owner')}")
    await talker.says("hello", client_id=talker.client_id, token="dp_nobodys")  # noqa: S106 - that is the point
    await talker.is_closed("unauthenticated")


@scenario("server/no-credentials", "CON-7", "CON-25")
async def no_credentials(stage: ServerStage) -> None:
    """Who does not say who they are is told so, and closed."""
    talker = await stage.sits("nobody")
    await talker.says("hello", client_id=talker.client_id)
    await talker.is_closed("unauthenticated")


@scenario("server/token-in-url", "CON-9")
async def token_in_url(stage: ServerStage) -> None:
    """A token in the URL is not read."""
    talker = await stage.sits("owner", url=f"{stage.url()}?token={stage.token('owner')}")
    await talker.says("hello", client_id=talker.client_id)
    await talker.is_closed("unauthenticated")


@scenario("server/not-there", "CON-10", "CON-1")
async def not_there(stage: ServerStage) -> None:
    """A document that is not there, and an address that no document can have, are `not_found`."""
    told = []
    for document in (stage.no_document(), "no-document"):
        talker = await stage.sits("owner", url=stage.url(document))
        await talker.says("hello", client_id=talker.client_id, token=stage.token("owner"))
        told.append(await talker.is_closed("not_found"))
    equal(told[0], told[1], "they are told alike")


@scenario("server/not-yours", "CON-10", needs=["stranger"])
async def not_yours(stage: ServerStage) -> None:
    """A document of others' is told of as if it were not there."""
    told = []
    for document in (stage.no_document(), stage.document):
        talker = await stage.sits("stranger", url=stage.url(document))
        await talker.says("hello", client_id=talker.client_id, token=stage.token("stranger"))
        told.append(await talker.is_closed("not_found"))
    equal(told[0], told[1], "they are told alike")


@scenario("server/hello-first", "CON-12")
async def hello_first(stage: ServerStage) -> None:
    """Another first message is refused; so is a second hello."""
    early = await stage.sits("owner")
    await early.submit({"insert": "x"}, base=0)
    await early.is_closed("unauthenticated")
    twice = await stage.joins("owner")
    await twice.says("hello", client_id=twice.client_id, token=stage.token("owner"))
    await twice.is_closed("bad_message")


@scenario("server/hello-in-time", "CON-13", needs=["slow"])
async def hello_in_time(stage: ServerStage) -> None:
    """Who says nothing is closed."""
    owner, silent = await stage.joins("owner"), await stage.sits("owner")
    silent.patience += owner.welcome["limits"].get("hello_timeout", 10)
    await silent.is_closed("hello_timeout")


@scenario("server/short-hello", "CON-13")
async def short_hello(stage: ServerStage) -> None:
    """A first frame above `hello_frame` is too large."""
    talker = await stage.sits("owner")
    await talker.says("hello", client_id=talker.client_id, token=stage.token("owner"), padding="x" * 5000)
    await talker.is_closed("too_large")


@scenario("server/hello-of-tomorrow", "CON-5")
async def hello_of_tomorrow(stage: ServerStage) -> None:
    """Fields of `hello` that the server does not know are passed over."""
    talker = await stage.sits("owner")
    await talker.hello(token=stage.token("owner"), mood={"good": True}, client={"name": "kit", "colour": "red"})


@scenario("server/bad-client-id", "CON-5")
async def bad_client_id(stage: ServerStage) -> None:
    """A client_id is 8 to 64 of A-Z a-z 0-9 _ -."""
    for client_id in ("short", "x" * 65, "with space", "@server-ids"):
        talker = await stage.sits("owner", client_id)
        await talker.says("hello", client_id=client_id, token=stage.token("owner"))
        await talker.is_closed("bad_message")


@scenario("server/all-at-once", "CON-15", "CON-14")
async def all_at_once(stage: ServerStage) -> None:
    """What comes right behind `hello` is done after the welcome."""
    watcher = await stage.joins("owner")
    talker = await stage.sits("owner")
    await talker.says("hello", client_id=talker.client_id, token=stage.token("owner"))
    await talker.says("submit", seq=1, base_version=watcher.version, delta=[{"insert": "at once"}])
    await talker.says("ping", id="last")
    frame = await talker.hears("welcome", "revisions", "ack", "pong", "rejected")
    equal(frame["type"], "welcome", "the welcome comes first")
    await watcher.reaches(watcher.version + 1)
    await talker.hears("pong")


@scenario("server/ping", "CON-19")
async def ping(stage: ServerStage) -> None:
    """`ping` is answered by `pong`, with its id where it has one."""
    owner = await stage.joins("owner")
    await owner.quiet()
    for said in ({}, {"id": "text"}, {"id": 7}):
        await owner.says("ping", **said)
        equal(await owner.hears("pong"), {"type": "pong", **said}, "the pong")


def bad_frame(name: str, text: str | bytes) -> Scenario[ServerStage]:
    """A frame that is none of the protocol's."""

    async def play(stage: ServerStage) -> None:
        watcher = await stage.joins("owner")
        talker = await stage.joins("owner")
        await talker.says_text(text)
        error = await talker.is_closed("bad_message")
        equal(misfit(error, "ServerMessage"), "", "the error fits the schema")
        if any(frame["type"] == "revisions" for frame in await watcher.quiet()):
            raise Failed("a bad frame has no effect")

    about = f"A bad frame ({name.replace('-', ' ')}) closes the connection, and has no effect."
    return Scenario(f"server/bad-frame-{name}", about, ("CON-5", "CON-25", "ERR-1"), (), play)


for each, frame in BAD_FRAMES.items():
    book.add(bad_frame(each, frame))


@scenario("server/nothing-is-repeated", "ERR-2")
async def nothing_is_repeated(stage: ServerStage) -> None:
    """No error repeats what was sent."""
    talker = await stage.joins("owner")
    await talker.says("submit", seq=1, base_version=0, delta=[], **{"a-secret-name": "a-secret-value"})
    error = await talker.is_closed("bad_message")
    if "secret" in json.dumps(error):
        raise Failed("the error repeats nothing of the frame", seen=error)


@scenario("server/too-large", "LIM-1")
async def too_large(stage: ServerStage) -> None:
    """A frame of `frame_in` bytes is taken, and one byte more is too large."""
    talker = await stage.joins("owner")
    limit = talker.welcome["limits"]["frame_in"]
    for size, closes in ((limit, False), (limit + 1, True)):
        await talker.says_text(_frame_of(size))
        if closes:
            await talker.is_closed("too_large")
        else:
            await talker.hears("revisions", "rejected")


def _frame_of(size: int) -> str:
    frame = json.dumps(SUBMIT | {"delta": [{"insert": "PAD"}]})
    return frame.replace("PAD", "x" * (size - len(frame) + len("PAD")))


@scenario("server/replaced", "BACK-2")
async def replaced(stage: ServerStage) -> None:
    """A second hello with a client_id ends the connection of the first."""
    first = await stage.joins("owner")
    second = await stage.joins("owner", first.client_id)
    await first.is_closed("replaced")
    await second.edits({"insert": "x"})


@scenario("server/coming-and-going", "PRES-1", needs=["editor"])
async def coming_and_going(stage: ServerStage) -> None:
    """Who comes and who goes is told, once for each session."""
    owner = await stage.joins("owner")
    editor = await stage.joins("editor")
    joined = await owner.hears("joined")
    equal(joined["participant"]["session_id"], editor.welcome["session_id"], "who came")
    sessions = {each["session_id"] for each in editor.welcome["participants"]}
    equal(sessions, {owner.welcome["session_id"], editor.welcome["session_id"]}, "who is here already")
    await editor.leave()
    left = await owner.hears("left", "joined")
    equal(left, {"type": "left", "session_id": editor.welcome["session_id"]}, "who went")


@scenario("server/access", "CON-22", needs=["rest", "editor"])
async def access(stage: ServerStage) -> None:
    """Rights that change are told by `access`; who may not read any more is closed."""
    editor = await stage.joins("editor")
    await stage.lets_in("editor", "viewer")
    told = await editor.hears("access")
    if "edit" in told["capabilities"] or "read" not in told["capabilities"]:
        raise Failed("reading, and no editing", ["read"], told)
    await editor.submit({"insert": "x"})
    await editor.rejected("not_allowed")
    await stage.rest("DELETE", f"/members/{editor.welcome['user']['id']}")
    await editor.is_closed("forbidden")


@scenario("server/list", "LIST-1", "LIST-2", "LIST-3", needs=["rest"])
async def rings(stage: ServerStage) -> None:
    """The list's socket welcomes, answers pings, rings for a new document, and takes nothing else."""
    talker = await stage.sits_at_the_list("owner")
    await talker.says("hello", client_id=talker.client_id, token=stage.token("owner"))
    frame = await talker.hears("welcome")
    equal(frame["protocol"], 1, "the protocol's version")
    await talker.says("ping", id=1)
    equal(await talker.hears("pong"), {"type": "pong", "id": 1}, "the pong")
    making = asyncio.create_task(stage.makes("Another"))
    await talker.hears("changed")
    await making
    await talker.says("fetch", after=0)
    await talker.is_closed("bad_message")
