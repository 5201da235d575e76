"""One page to everyone: the same frame for those who are up to date, and their own way for the others."""

import asyncio

from collab.fanout import fan_out
from protocol.messages import Ack
from tests.collab.test_outbound import LIMITS, WELCOME, Log, Wire, settled


def wires(log: Log, *versions: int) -> list[Wire]:
    made = [Wire() for _ in versions]
    for wire, version in zip(made, versions, strict=True):
        wire.outbound.begin(WELCOME, version, log)
    return made


def told(log: Log, made: list[Wire]) -> None:
    log.version += 1
    fan_out(log, log.version - 1, [wire.outbound for wire in made])


async def test_everyone_is_told_at_once() -> None:
    log = Log(3)
    made = wires(log, 3, 3, 3)
    told(log, made)
    assert [wire.versions for wire in made] == [[4]] * 3


async def test_one_whose_line_is_full_holds_up_nobody_and_gets_the_rest_in_order() -> None:
    log = Log(3)
    made = wires(log, 3, 3, 3)
    made[1].reads.clear()
    told(log, made)
    told(log, made)
    assert [wire.versions for wire in made] == [[4, 5], [], [4, 5]]
    made[1].now = LIMITS.seen_timeout + 1
    assert made[1].outbound.overdue()
    made[1].reads.set()
    await settled()
    assert made[1].versions == [4, 5]
    assert not made[1].outbound.overdue()


async def test_one_that_is_stopped_while_its_line_is_full_gets_nothing() -> None:
    log = Log(3)
    made = wires(log, 3, 3)
    made[0].reads.clear()
    told(log, made)
    made[0].outbound.stop()
    await asyncio.wait_for(made[0].outbound.drained(), 1)
    made[0].reads.set()
    told(log, made)
    await settled()
    assert [wire.versions for wire in made] == [[], [4, 5]]


async def test_one_whose_line_is_gone_is_told_of_alone() -> None:
    log = Log(3)
    made = wires(log, 3, 3)

    async def gone(event: object) -> None:
        raise ConnectionResetError

    made[0].outbound.send = gone
    told(log, made)
    await settled()
    assert [type(error) for error in made[0].failures] == [ConnectionResetError]
    assert made[1].versions == [4]


async def test_who_waits_for_something_else_goes_their_own_way() -> None:
    log = Log(8)
    made = wires(log, 8, 8)
    made[0].outbound.ack(Ack(seq=1, version=9))
    behind, stranger = Wire(), Wire()
    behind.reads.clear()
    behind.outbound.begin(WELCOME, 2, log)
    told(log, [*made, behind, stranger])
    behind.reads.set()
    await settled()
    assert made[0].types == ["welcome", "revisions", "ack"]
    assert behind.versions == [3, 4, 5, 6, 7, 8, 9]
    assert stranger.came == [], "its welcome comes first"


async def test_it_is_asked_whether_it_reads() -> None:
    log = Log(0)
    (wire,) = wires(log, 0)
    for _ in range(30):
        told(log, [wire])
    assert wire.types.count("probe") == 2
    assert wire.versions[-1] < 30
    wire.outbound.seen(wire.probe)
    assert wire.versions == list(range(1, 31))
