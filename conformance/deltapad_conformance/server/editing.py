"""How a server orders, rewrites, acknowledges and refuses changes."""

import asyncio
import json
import random

from .. import delta
from ..data import Frame, Ops, vectors
from ..scenario import Scenario, equal
from .scenarios import book, scenario
from .stage import ServerStage
from .talker import Talker

LIVE_VECTORS = 30
ROOM = "x" * 120
"""At the beginning of the document: no change of the vectors reaches further."""
TYPISTS = 3
ROUNDS = 12


@scenario("server/revision", "EDIT-1", "EDIT-2", "EDIT-5", needs=["editor"])
async def revision(stage: ServerStage) -> None:
    """A change becomes the next version, sent alike to its author and to everyone else."""
    owner, editor = await stage.joins("owner"), await stage.joins("editor")
    base = owner.version
    equal(await owner.edits({"insert": "Hello"}), base + 1, "the next version")
    await editor.reaches(base + 1)
    equal(editor.revisions, owner.revisions, "everyone gets the same")
    told = owner.revisions[-1]
    equal(told["delta"], [{"insert": "Hello"}], "the change")
    equal((told["client_id"], told["seq"], told["user_id"]), (owner.client_id, 1, owner.welcome["user"]["id"]), "whose")


@scenario("server/kept", "EDIT-2", "CON-17")
async def kept(stage: ServerStage) -> None:
    """What was acknowledged is in the contents of whoever comes next."""
    owner = await stage.joins("owner")
    await owner.edits({"insert": "Hello 😀", "attributes": {"bold": True}})
    next_one = await stage.joins("owner")
    equal(next_one.contents, owner.contents, "the contents")
    equal(next_one.welcome["document"]["last"], {"client_id": owner.client_id, "seq": 1}, "the last revision's name")


@scenario("server/tie", "EDIT-3")
async def tie(stage: ServerStage) -> None:
    """At one place the later change stands left."""
    first, second = await stage.joins("owner"), await stage.joins("owner")
    base = first.version
    await first.edits({"insert": "World"})
    await second.edits({"insert": "Hello "}, base=base)
    await first.reaches(base + 2)
    equal(first.contents, [{"insert": "Hello World\n"}], "the later one left")
    equal(first.revisions[-1]["delta"], [{"insert": "Hello "}], "its change")


@scenario("server/one-attribute", "EDIT-3")
async def one_attribute(stage: ServerStage) -> None:
    """On one attribute the later change wins."""
    first, second = await stage.joins("owner"), await stage.joins("owner")
    await first.edits({"insert": "word"})
    base = first.version
    await first.edits({"retain": 4, "attributes": {"color": "#ff0000", "bold": True}})
    await second.edits({"retain": 4, "attributes": {"color": "#0000ff"}}, base=base)
    attributes = {"bold": True, "color": "#0000ff"}
    equal(second.contents, [{"insert": "word", "attributes": attributes}, {"insert": "\n"}], "the later colour")


@scenario("server/one-revision-at-a-time", "EDIT-3")
async def one_revision_at_a_time(stage: ServerStage) -> None:
    """A late change is moved over each revision for itself: over all of them, composed, it would come out elsewhere."""
    first, second = await stage.joins("owner"), await stage.joins("owner")
    await first.edits({"insert": "b"})
    base = first.version
    await first.edits({"delete": 1})
    await first.edits({"insert": "H"})
    await second.edits({"retain": 1}, {"insert": "y"}, base=base)
    equal(second.contents, [{"insert": "yH\n"}], "moved over the deletion, and then over the insertion")


@scenario("server/nothing-left", "EDIT-4")
async def nothing_left(stage: ServerStage) -> None:
    """A change of which nothing is left is still a revision."""
    first, second = await stage.joins("owner"), await stage.joins("owner")
    await first.edits({"insert": "x"})
    base = first.version
    await first.edits({"delete": 1})
    equal(await second.edits({"delete": 1}, base=base), base + 2, "the version that it made")
    equal(second.revisions[-1]["delta"], [], "nothing")


@scenario("server/canonical", "TEXT-5")
async def canonical(stage: ServerStage) -> None:
    """What is sent is brought into canonical form."""
    owner = await stage.joins("owner")
    await owner.edits({"insert": "a"}, {"insert": "b", "attributes": {}}, {"retain": 1})
    equal(owner.revisions[-1]["delta"], [{"insert": "ab"}], "the canonical form")


@scenario("server/same-again", "EDIT-6", "BACK-15")
async def same_again(stage: ServerStage) -> None:
    """The same submission again is answered with where it stands: on this connection, and on the next."""
    owner = await stage.joins("owner")
    base = owner.version
    at = await owner.edits({"insert": "once"})
    await owner.edits({"insert": "more"})
    for _ in range(2):
        await owner.submit({"insert": "once"}, base=base, seq=1)
        answer = await owner.hears("ack", "rejected", "revisions")
        equal(answer, {"type": "ack", "seq": 1, "version": at}, "where it stands")
        owner = await stage.joins("owner", owner.client_id)
    equal((await stage.joins("owner")).contents, [{"insert": "moreonce\n"}], "once")


@scenario("server/twice-at-once", "EDIT-6", "EDIT-7")
async def twice_at_once(stage: ServerStage) -> None:
    """Twice in one breath is once, and `ack` comes behind the revision that it names."""
    owner = await stage.joins("owner")
    base = owner.version
    for _ in range(2):
        await owner.submit({"insert": "once"}, base=base, seq=1)
    first, second = await owner.hears("revisions", "ack"), await owner.hears("revisions", "ack", "rejected")
    equal([first["type"], second["type"]], ["revisions", "ack"], "the revision, then the `ack`")
    equal((await stage.joins("owner")).contents, [{"insert": "once\n"}], "once")


@scenario("server/two-equal-changes", "EDIT-6", needs=["editor"])
async def two_equal_changes(stage: ServerStage) -> None:
    """Two equal changes under two names are two."""
    owner, editor = await stage.joins("owner"), await stage.joins("editor")
    base = owner.version
    await owner.edits({"insert": "x"})
    await editor.edits({"insert": "x"}, base=base)
    equal(editor.contents, [{"insert": "xx\n"}], "both")


@scenario("server/rejected-for-good", "EDIT-11", "EDIT-10")
async def rejected_for_good(stage: ServerStage) -> None:
    """What was rejected is not taken later, though it could be then."""
    owner = await stage.joins("owner")
    await owner.submit({"insert": "too early"}, base=owner.version + 1, seq=3)
    await owner.rejected("base_version_ahead")
    await (await stage.joins("owner")).edits({"insert": "x"})
    for _ in range(2):
        await owner.submit({"insert": "too early"}, seq=3)
        await owner.rejected("seq_too_old")
        owner = await stage.joins("owner", owner.client_id)


@scenario("server/seq-too-old", "EDIT-10")
async def seq_too_old(stage: ServerStage) -> None:
    """A seq below one that is committed is too old."""
    owner = await stage.joins("owner")
    await owner.committed(await owner.submit({"insert": "x"}, seq=5))
    await owner.submit({"insert": "y"}, seq=3)
    await owner.rejected("seq_too_old")


@scenario("server/base-version-behind", "EDIT-10")
async def base_version_behind(stage: ServerStage) -> None:
    """A base_version below a revision of one's own is refused."""
    owner = await stage.joins("owner")
    base = owner.version
    await owner.edits({"insert": "x"})
    await owner.submit({"insert": "y"}, base=base)
    await owner.rejected("base_version_behind")


@scenario("server/one-at-a-time", "EDIT-10")
async def one_at_a_time(stage: ServerStage) -> None:
    """A second submission while the first waits is refused, and the first is in."""
    owner = await stage.joins("owner")
    base = owner.version
    await owner.submit({"insert": "x"}, base=base)
    await owner.submit({"insert": "y"}, base=base)
    await owner.rejected("seq_out_of_order", "base_version_behind")
    equal((await stage.joins("owner")).contents, [{"insert": "x\n"}], "the first alone")


@scenario("server/seq-used-up", "EDIT-13", "EDIT-11")
async def seq_used_up(stage: ServerStage) -> None:
    """A change that can't be read is rejected, the connection stays, and its seq is used up."""
    owner = await stage.joins("owner")
    await owner.submit({"retain": -1}, seq=1)
    await owner.rejected("bad_delta")
    await owner.submit({"insert": "x"}, seq=1)
    await owner.rejected("seq_too_old")
    await owner.edits({"insert": "next"})


@scenario("server/committed-before-all", "EDIT-8")
async def committed_before_all(stage: ServerStage) -> None:
    """Whether it is committed is asked first: a garbled copy of what is in gets an `ack`."""
    owner = await stage.joins("owner")
    at = await owner.edits({"insert": "x"})
    await owner.submit({"retain": -1}, seq=1)
    equal(await owner.hears("ack", "rejected"), {"type": "ack", "seq": 1, "version": at}, "where it stands")


@scenario("server/rights-before-contents", "EDIT-8", "EDIT-9", needs=["reader"])
async def rights_before_contents(stage: ServerStage) -> None:
    """Who only reads is refused, whatever the change; and everyone goes on."""
    reader = await stage.joins("reader")
    for ops in ([{"insert": "x"}], [{"retain": -1}], [{"delete": 99}]):
        await reader.submit(*ops)
        await reader.rejected("not_allowed")
    await (await stage.joins("owner")).edits({"insert": "still in order"})


@scenario("server/client-id-taken", "EDIT-9", "BACK-3", needs=["editor"])
async def client_id_taken(stage: ServerStage) -> None:
    """A client_id belongs to who committed with it first; others learn nothing of its state."""
    owner = await stage.joins("owner")
    await owner.edits({"insert": "mine"})
    editor = await stage.joins("editor", owner.client_id)
    equal(editor.welcome["acked_seq"], 0, "nothing is told of how far it has come")
    for seq in (1, 2):
        await editor.submit({"insert": "x"}, seq=seq)
        await editor.rejected("client_id_taken")


@scenario("server/frozen", "EDIT-9", needs=["rest"])
async def frozen(stage: ServerStage) -> None:
    """A frozen document takes nothing, and says so; thawed, it does again."""
    owner = await stage.joins("owner")
    await stage.rest("PATCH", "", {"state": "frozen"})
    equal((await owner.hears("document"))["state"], "frozen", "the state is told")
    await owner.submit({"insert": "x"})
    await owner.rejected("document_frozen")
    await stage.rest("PATCH", "", {"state": "open"})
    equal((await owner.hears("document"))["state"], "open", "the state is told")
    await owner.edits({"insert": "thawed"})


@scenario("server/formats", "TEXT-3")
async def formats(stage: ServerStage) -> None:
    """Formats, values and embeds that `limits` does not list are refused; names that begin with `x-` are free."""
    owner = await stage.joins("owner")
    for op in (
        {"insert": "x", "attributes": {"onclick": "x"}},
        {"insert": "x", "attributes": {"link": "javascript:alert(1)"}},
        {"insert": "x", "attributes": {"header": 9}},
        {"insert": {"video": "https://example.org/"}},
    ):
        await owner.submit(op)
        await owner.rejected("format_not_allowed")
    await owner.edits({"insert": "x", "attributes": {"x-mine": "free", "x-n": 1}})


@scenario("server/units", "TEXT-1", "TEXT-3")
async def units(stage: ServerStage) -> None:
    """Lengths count UTF-16 code units, and no character is cut in two."""
    owner = await stage.joins("owner")
    await owner.edits({"insert": "a😀b"})
    await owner.submit({"retain": 2}, {"insert": "x"})
    await owner.rejected("splits_surrogate")
    await owner.edits({"retain": 3}, {"insert": "x"})
    equal(owner.contents, [{"insert": "a😀xb\n"}], "behind the emoji")


def refused(code: str, cases: list[Frame]) -> Scenario[ServerStage]:
    """Changes that are refused with `code`, one after the other on one connection."""

    async def play(stage: ServerStage) -> None:
        owner = await stage.joins("owner")
        await owner.edits({"insert": "a😀b"})
        for case in cases:
            owner.seq += 1
            stage.record.note("kit", "»", case["id"])
            names = f'"type": "submit", "seq": {owner.seq}, "base_version": {owner.version}'
            await owner.says_text(f'{{{names}, "delta": {case["json"]}}}')
            await owner.rejected(code)
        await owner.edits({"insert": "in order"})
        equal(owner.contents, [{"insert": "in ordera😀b\n"}], "nothing of them is in the document")

    about = f"The vectors of changes that are refused with `{code}`: the connection stays, and nothing is changed."
    return Scenario(f"server/refused-{code.replace('_', '-')}", about, ("TEXT-3", "EDIT-13"), (), play)


def _is_json(text: str) -> bool:
    """Whether every parser takes it, which is not so of NaN."""
    try:
        json.loads(text, parse_constant=lambda name: [][0])
    except IndexError:
        return False
    return True


refusals: dict[str, list[Frame]] = {}
for case in vectors("refused"):
    if _is_json(case["json"]):
        refusals.setdefault(case["code"], []).append(case)
for each, cases in refusals.items():
    book.add(refused(each, cases))


def live(kind: str, cases: list[Frame]) -> Scenario[ServerStage]:
    """Transform vectors, played: `a` is committed, then `b`, made on the same version."""

    async def play(stage: ServerStage) -> None:
        first, second = await stage.joins("owner"), await stage.joins("owner")
        for case in cases:
            await first.reaches(second.version)
            await first.edits({"insert": ROOM})
            base = first.version
            stage.record.note("kit", "»", case["id"])
            await first.edits(*case["a"], base=base)
            await second.edits(*case["b"], base=base)
            equal(second.revisions[-1]["delta"], case["expected"], f"`b` behind `a`, as {case['id']} has it")

    about = f"The transform vectors of kind `{kind}`, as two changes made at once: the later one is what they say."
    return Scenario(f"server/transform-{kind}", about, ("TEXT-8", "EDIT-3"), (), play)


def _plays(case: Frame) -> bool:
    return not case["priority"] and all("attributes" not in op for op in case["a"] + case["b"])


for kind in ("plain", "same_position"):
    fitting = [case for case in vectors("transform") if case["id"].startswith(f"transform-{kind}-") and _plays(case)]
    book.add(live(kind.replace("_", "-"), fitting[:LIVE_VECTORS]))


class Typist:
    """Somebody who types without waiting for what the others do."""

    def __init__(self, talker: Talker, source: random.Random) -> None:
        self.talker = talker
        self.sent: dict[int, tuple[int, Ops]] = {}
        self._random = source

    async def types(self, word: str) -> None:
        """Puts a word in, or takes a little out, on what is held now; returns when that is in."""
        length = sum(map(delta.length, self.talker.contents)) - 1
        at = self._random.randint(0, length)
        change: Ops = [{"retain": at}] if at else []
        if at < length and self._random.random() < 0.4:
            change.append({"delete": min(length - at, self._random.randint(1, 4))})
        else:
            change.append({"insert": word})
        base = self.talker.version
        seq = await self.talker.submit(*change, base=base)
        self.sent[await self.talker.committed(seq)] = base, change


@scenario("server/together", "EDIT-1", "EDIT-3", "EDIT-5", "EDIT-6")
async def together(stage: ServerStage) -> None:
    """Several type at once: each change is in once, moved over what was before it, and everyone holds the same."""
    typists = [Typist(await stage.joins("owner"), random.Random(seed)) for seed in range(TYPISTS)]  # noqa: S311
    begin = typists[0].talker.version
    for number in range(ROUNDS):
        await asyncio.gather(*(typist.types(f"{who}{number} ") for who, typist in zip("abc", typists, strict=True)))
    end = begin + TYPISTS * ROUNDS
    await asyncio.gather(*(typist.talker.reaches(end) for typist in typists))
    told = typists[0].talker.revisions
    for typist in typists:
        equal(typist.talker.revisions, told, "everyone is told the same")
        for version, (base, change) in typist.sent.items():
            for revision in told[base - begin : version - begin - 1]:
                change = delta.transform(revision["delta"], change, priority=False)
            equal(told[version - begin - 1]["delta"], change, f"version {version} is the change, moved")
    equal((await stage.joins("owner")).contents, typists[0].talker.contents, "the document")
