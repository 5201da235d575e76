"""Where others are: a selection moved over what happened since it was told, and held until it can be shown."""

from datetime import UTC, datetime

import pytest

from protocol.delta import Delta
from protocol.messages import Participant, ParticipantPresence, Presence, Revision, Selection, UserInfo
from protocol.presence import RECENT, Selections, move

BOB = Participant(
    session_id="bob",
    client_id="bob-client",
    user=UserInfo(id="2", name="Bob", color="#3333aa"),
    role="editor",
)


def revision(version: int, delta: Delta, client_id: str = "carol-client") -> Revision:
    return Revision(
        version=version,
        client_id=client_id,
        seq=version,
        user_id=None,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        delta=delta,
    )


def insert(index: int, text: str) -> Delta:
    return Delta([*([{"retain": index}] if index else []), {"insert": text}])


def delete(index: int, length: int) -> Delta:
    return Delta([*([{"retain": index}] if index else []), {"delete": length}])


def told(version: int, index: int, length: int = 0) -> Presence:
    selection = Selection(index=index, length=length)
    return Presence(participants=(ParticipantPresence(session_id="bob", version=version, selection=selection),))


def selections(version: int = 1) -> Selections:
    return Selections(version, [BOB])


def shown(where: Selections, unsent: tuple[Delta, ...] = ()) -> tuple[int, int] | None:
    selection = where.on_screen(unsent)["bob"].selection
    return None if selection is None else (selection.index, selection.length)


# It works.


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (insert(0, "xx"), (5, 4)),
        (insert(3, "xx"), (5, 4)),
        (insert(4, "xx"), (3, 6)),
        (insert(7, "xx"), (3, 4)),
        (insert(8, "xx"), (3, 4)),
        (insert(4, "😀"), (3, 6)),
        (delete(0, 2), (1, 4)),
        (delete(2, 2), (2, 3)),
        (delete(4, 2), (3, 2)),
        (delete(6, 9), (3, 3)),
        (delete(0, 20), (0, 0)),
        (Delta([{"retain": 3}, {"insert": "xx"}, {"delete": 4}]), (5, 0)),
        (Delta([{"retain": 9, "attributes": {"bold": True}}]), (3, 4)),
    ],
)
def test_a_selection_moves_and_takes_in_nothing_at_its_edges(change: Delta, moved: tuple[int, int]) -> None:
    after = move(Selection(index=3, length=4), change)
    assert (after.index, after.length) == moved


@pytest.mark.parametrize(("priority", "index"), [(True, 3), (False, 5)])
def test_a_caret_stays_left_of_others_text_and_right_of_its_own(priority: bool, index: int) -> None:
    assert move(Selection(index=3, length=0), insert(3, "xx"), priority) == Selection(index=index, length=0)


def test_a_selection_at_the_version_held_is_shown() -> None:
    where = selections()
    where.heard(told(1, 3, 2))
    assert shown(where) == (3, 2)


def test_a_selection_moves_over_later_revisions() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.advance([revision(2, insert(0, "xx")), revision(3, insert(9, "x"))])
    assert shown(where) == (5, 0)
    assert where.on_screen()["bob"].version == 3


def test_a_caret_follows_its_own_persons_typing() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.advance([revision(2, insert(3, "xx"), "bob-client"), revision(3, insert(5, "y"))])
    assert shown(where) == (5, 0)


def test_a_later_selection_is_held_and_the_earlier_one_goes_on_showing() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.heard(told(3, 9))
    assert shown(where) == (3, 0)
    where.advance([revision(2, insert(0, "x"))])
    assert shown(where) == (4, 0)
    where.advance([revision(3, insert(0, "x"))])
    assert shown(where) == (9, 0)
    where.advance([revision(4, insert(0, "x"))])
    assert shown(where) == (10, 0)


def test_a_selection_told_late_is_moved_over_what_happened_since() -> None:
    where = selections()
    where.advance([revision(2, insert(0, "x")), revision(3, insert(0, "y"))])
    where.heard(told(2, 3))
    assert shown(where) == (4, 0)


def test_the_screen_is_ahead_by_what_is_unsent() -> None:
    where = selections()
    where.heard(told(1, 3))
    assert shown(where, (insert(0, "pending"), insert(0, "buffer"))) == (16, 0)
    assert shown(where) == (3, 0)


def test_the_latest_word_counts() -> None:
    where = selections()
    where.heard(told(2, 9))
    where.heard(told(1, 4))
    where.advance([revision(2, insert(0, "x"))])
    assert shown(where) == (5, 0)


def test_no_selection_is_one_too() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.heard(Presence(participants=(ParticipantPresence(session_id="bob", version=1, selection=None),)))
    where.advance([revision(2, insert(0, "x"))])
    assert shown(where, (insert(0, "x"),)) is None


def test_who_left_is_nowhere() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.heard(told(2, 4))
    where.left("bob")
    where.advance([revision(2, insert(0, "x"))])
    assert where.on_screen() == {}
    assert where.participants == {}
    where.left("bob")


def test_who_joined_is_known() -> None:
    where = Selections(1)
    where.joined(BOB)
    where.heard(told(1, 3))
    where.advance([revision(2, insert(3, "xx"), "bob-client")])
    assert shown(where) == (5, 0)


# Bad input.


def test_known_revisions_and_those_behind_a_gap_are_passed_over() -> None:
    where = selections()
    where.heard(told(1, 3))
    where.advance([revision(1, insert(0, "x")), revision(3, insert(0, "x"))])
    assert (where.version, shown(where)) == (1, (3, 0))


def test_a_selection_from_before_anything_remembered_waits_for_the_next_word() -> None:
    where = selections()
    where.heard(told(0, 3))
    assert where.on_screen() == {}
    where.advance(revision(version, insert(0, "x")) for version in range(2, RECENT + 3))
    where.heard(told(1, 3))
    assert where.on_screen() == {}
    where.heard(told(2, 3))
    assert shown(where) == (3 + RECENT, 0)
