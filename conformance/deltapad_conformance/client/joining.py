"""How a client comes in."""

from ..scenario import Failed, equal
from .scenarios import scenario
from .stage import TOKEN, ClientStage


@scenario("client/hello", "CON-4", "CON-11", "BACK-6")
async def hello(stage: ClientStage) -> None:
    """The first frame is `hello`; it says who is asking, and names no version while nothing is held."""
    await stage.opens()
    line = await stage.line()
    bearer = line.headers.get("Authorization", "")
    if line.hello.get("token") != TOKEN and bearer != f"Bearer {TOKEN}":
        raise Failed("the token stands in `hello` or in the handshake's Authorization", TOKEN, line.hello)
    if "version" in line.hello:
        raise Failed("a client that holds nothing names no version", seen=line.hello)
    await line.says(stage.document.welcome(line.hello))
    await stage.shows("the contents of the welcome", contents=stage.document.contents, version=0)


@scenario("client/subprotocol", "CON-3")
async def subprotocol(stage: ClientStage) -> None:
    """The client offers the subprotocol `deltapad.v1`, or none."""
    await stage.opens()
    line = await stage.line()
    offered = line.headers.get("Sec-WebSocket-Protocol")
    if offered is not None and "deltapad.v1" not in [name.strip() for name in offered.split(",")]:
        raise Failed("deltapad.v1 is offered, or nothing", "deltapad.v1", offered)


@scenario("client/unknown-from-the-beginning", "CON-6", "CON-24")
async def unknown_from_the_beginning(stage: ClientStage) -> None:
    """Types and fields that a client does not know are passed over, in the welcome and before it."""
    stage.document.bob({"insert": "Hello"})
    await stage.opens()
    line = await stage.line()
    await line.says({"type": "weather", "outlook": ["sun", {"wind": 3}]})
    frame = stage.document.welcome(line.hello, weather="fine", role="gardener")
    frame["document"] = frame["document"] | {"smell": "roses"}
    frame["limits"] = frame["limits"] | {"patience": 3, "formats": [*frame["limits"]["formats"], "glow"]}
    frame["capabilities"] = [*frame["capabilities"], "water"]
    await line.says(frame)
    await stage.shows("the contents of the welcome", contents=stage.document.contents)
    await stage.edits({"insert": "a"})
    submission = await stage.commits(line)
    equal(submission["delta"], [{"insert": "a"}], "what is typed is sent")
    await stage.converges()


@scenario("client/probe", "CON-20")
async def probe(stage: ClientStage) -> None:
    """`probe` is answered by `seen` with its id, be that a number or a text."""
    line = await stage.joins()
    for probe_id in ("one", 2):
        await line.says({"type": "probe", "id": probe_id})
        equal(await line.hears("seen"), {"type": "seen", "id": probe_id}, "`seen` gives back the probe's id")
