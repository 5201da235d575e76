"""How a server takes back one who was away, and tells what was missed; checks, and presence."""

from ..data import Frame
from ..scenario import Failed, Skipped, equal
from .scenarios import scenario
from .stage import ServerStage
from .talker import digest


@scenario("server/resume", "BACK-7", "CON-16", "CON-17")
async def resume(stage: ServerStage) -> None:
    """Who names the version that they hold, and its revision, gets the revisions since."""
    owner = await stage.joins("owner")
    await owner.edits({"insert": "one"})
    held, last = owner.version, {"client_id": owner.client_id, "seq": 1}
    await owner.cut()
    other = await stage.joins("owner")
    await other.edits({"insert": "two"})
    again = await stage.joins("owner", owner.client_id, version=held, last=last)
    if "revisions" not in again.welcome:
        raise Failed("revisions", "revisions", again.welcome)
    await again.reaches(held + 1)
    equal(again.revisions[-1]["delta"], [{"insert": "two"}], "what was missed")
    equal(again.welcome["acked_seq"], 1, "what of one's own is in")


@scenario("server/resume-with-nothing-new", "BACK-7")
async def resume_with_nothing_new(stage: ServerStage) -> None:
    """With nothing missed, nothing comes."""
    owner = await stage.joins("owner")
    at = await owner.edits({"insert": "one"})
    again = await stage.joins("owner", owner.client_id, version=at, last={"client_id": owner.client_id, "seq": 1})
    equal(again.welcome.get("revisions"), [], "no revisions")


@scenario("server/another-history", "BACK-8")
async def another_history(stage: ServerStage) -> None:
    """Who means another history, by a version or a name that is not there, gets the contents, and why."""
    owner = await stage.joins("owner")
    at = await owner.edits({"insert": "one"})
    for version, seq in ((at, 9), (at + 5, 1)):
        last = {"client_id": owner.client_id, "seq": seq}
        again = await stage.joins("owner", version=version, last=last)
        equal(again.welcome.get("resync"), "history_changed", "why")
        equal(again.welcome.get("contents"), [{"insert": "one\n"}], "the contents")


@scenario("server/unheard", "BACK-15", "EDIT-6", "BACK-7")
async def unheard(stage: ServerStage) -> None:
    """A change whose answer was lost is found among what was missed, and not taken again."""
    owner = await stage.joins("owner")
    watcher = await stage.joins("owner")
    held = owner.version
    await owner.submit({"insert": "unheard"})
    await watcher.reaches(held + 1)
    await owner.cut()
    again = await stage.joins("owner", owner.client_id, version=held)
    await again.reaches(held + 1)
    told = again.revisions[-1]
    equal((told["client_id"], told["seq"]), (owner.client_id, 1), "it is among them")
    await again.submit({"insert": "unheard"}, base=held, seq=1)
    equal((await again.hears("ack", "rejected"))["version"], held + 1, "where it stands")


@scenario("server/fetch", "EDIT-23")
async def fetch(stage: ServerStage) -> None:
    """`fetch` is answered with every revision after, and at or above the newest version with none."""
    owner = await stage.joins("owner")
    begin = owner.version
    for letter in "abc":
        await owner.edits({"insert": letter})
    told = list(owner.revisions)
    await owner.says("fetch", after=begin)
    got: list[Frame] = []
    while len(got) < len(told):
        got += (await owner.hears("revisions"))["revisions"]
    equal(got, told, "the revisions after")
    for after in (begin + 3, begin + 30):
        await owner.quiet()
        await owner.says("fetch", after=after)
        equal((await owner.hears("revisions"))["revisions"], [], "there are no more")


@scenario("server/presence", "PRES-1", "PRES-7", needs=["editor"])
async def presence(stage: ServerStage) -> None:
    """Where somebody is is told to the others, and to who comes."""
    owner, editor = await stage.joins("owner"), await stage.joins("editor")
    version = await owner.edits({"insert": "Hello"})
    place = {"version": version, "selection": {"index": 1, "length": 3}}
    await owner.says("presence", **place)
    who = {"session_id": owner.welcome["session_id"]}
    for talker in (editor, await stage.joins("editor")):
        told = (await talker.hears("presence"))["participants"]
        mine = [{key: each[key] for key in (*who, *place)} for each in told if each["session_id"] == who["session_id"]]
        equal(mine, [who | place], "where the owner is")


@scenario("server/presence-ahead", "PRES-5")
async def presence_ahead(stage: ServerStage) -> None:
    """A place in a version that does not exist yet is refused, and the connection stays."""
    owner = await stage.joins("owner")
    await owner.says("presence", version=owner.version + 1, selection={"index": 0, "length": 0})
    equal((await owner.hears("error"))["code"], "base_version_ahead", "the error's code")
    await owner.edits({"insert": "in order"})


@scenario("server/presence-is-not-stored", "PRES-6")
async def presence_is_not_stored(stage: ServerStage) -> None:
    """A selection makes no version, and goes with its session."""
    owner = await stage.joins("owner")
    version = owner.version
    await owner.says("presence", version=version, selection={"index": 0, "length": 0})
    await owner.quiet()
    await owner.leave()
    next_one = await stage.joins("owner")
    equal(next_one.version, version, "no version more")
    if any(frame["type"] == "presence" for frame in await next_one.quiet()):
        raise Failed("no place of who is gone")


@scenario("server/check", "CHECK-1", "CHECK-3")
async def check(stage: ServerStage) -> None:
    """`check` is answered: the same, or different and what it is."""
    owner = await stage.joins("owner")
    if "check_interval" not in owner.welcome["limits"]:
        raise Skipped("the server takes no checks")
    version = await owner.edits({"insert": 'Hello 😀 "quoted" \\'})
    await owner.says("check", version=version, digest=digest(owner.contents))
    equal(await owner.hears("checked"), {"type": "checked", "version": version, "result": "same"}, "the same")
    other = await stage.joins("owner")
    await other.says("check", version=version, digest="0" * 64)
    checked = await other.hears("checked")
    wanted = {"type": "checked", "version": version, "result": "different", "contents": owner.contents}
    equal(checked, wanted, "different, and the document at that version")
