"""GET /api/v1/documents/{id}/events: what happened to a document, in the order in which it did."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Group, User
from documents import acts, group_members, history
from documents.events import cursors, feed
from documents.events.cursors import Position
from documents.models import Document
from documents.past import versions
from documents.retention.compaction import compact
from documents.retention.purge import purge
from tests.documents.conftest import Answer, Asker, principal, typed

pytestmark = pytest.mark.django_db


def ask(asker: Asker, document: Document, after: str | None = None, **query: Any) -> Answer:
    wanted = {"after": after, **query}
    parts = "&".join(f"{name}={value}" for name, value in wanted.items() if value is not None)
    return asker("GET", f"documents/{document.pk}/events?{parts}")


def messages(answer: Answer) -> list[dict[str, Any]]:
    return [event["message"] for event in answer.body["events"]]


def kinds(answer: Answer) -> list[str]:
    return [message["type"] for message in messages(answer)]


def test_it_tells_all_in_the_order_in_which_it_happened(
    document: Document, alice: User, bob: User, as_alice: Asker
) -> None:
    typed(document, bob, "a")
    acts.rename(document.pk, principal(alice), "Plans")
    typed(document, bob, "b")
    versions.name(document.pk, principal(bob), 2, "first draft")
    acts.change_role(document.pk, principal(alice), bob.pk, "viewer")
    acts.move(document.pk, None, "frozen")
    told = ask(as_alice, document, "0")
    assert kinds(told) == ["revisions", "document", "revisions", "named", "member", "document"]
    first, title, _, named, member, frozen = messages(told)
    assert first["revisions"][0]["delta"] == [{"insert": "a"}]
    assert title == {"type": "document", "title": "Plans"}
    assert named == {"type": "named", "version": 2, "name": "first draft"}
    assert member == {"type": "member", "user_id": str(bob.pk), "role": "viewer"}
    assert frozen == {"type": "document", "state": "frozen"}
    by = [event["user_id"] for event in told.body["events"]]
    assert by == [str(bob.pk), str(alice.pk), str(bob.pk), str(bob.pk), str(alice.pk), None]


def test_pages_join_without_gap_and_end_at_what_is_new(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "a", "b")
    acts.rename(document.pk, None, "One")
    acts.rename(document.pk, None, "Two")
    typed(document, alice, "c")
    acts.rename(document.pk, None, "Three")
    whole = ask(as_alice, document, "0").body
    assert not whole["more"]
    for limit in (1, 2, 3):
        found: list[Any] = []
        cursor, more = "0", True
        while more:
            page = ask(as_alice, document, cursor, limit=limit).body
            found, cursor, more = found + page["events"], page["cursor"], page["more"]
        assert found == whole["events"]
    assert cursor == whole["cursor"]
    assert ask(as_alice, document, cursor).body["events"] == []


def test_without_a_cursor_one_gets_that_of_now(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "a")
    acts.rename(document.pk, None, "Before")
    now = ask(as_alice, document).body
    assert (now["events"], now["more"]) == ([], False)
    acts.rename(document.pk, None, "After")
    typed(document, alice, "b")
    after = ask(as_alice, document, now["cursor"])
    assert kinds(after) == ["document", "revisions"]


def test_a_version_is_a_cursor(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "a", "b")
    acts.rename(document.pk, None, "After")
    assert kinds(ask(as_alice, document, "1")) == ["revisions", "document"]
    assert kinds(ask(as_alice, document, "2")) == ["document"]


def test_how_much_changed_may_be_told_instead_of_what(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "😀a")
    (message,) = messages(ask(as_alice, document, "0", deltas="false"))
    (told,) = message["revisions"]
    assert message["type"] == "summary"
    assert (told["version"], told["inserted"], told["deleted"], told["formatted"]) == (1, 3, 0, 0)
    assert "delta" not in told


def test_what_is_known_is_not_sent_again(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "a")
    page = ask(as_alice, document, "0")
    address = f"/api/v1/documents/{document.pk}/events?after=0"
    known = {"If-None-Match": page.headers["ETag"], **as_alice._headers}
    assert as_alice._client.get(address, headers=known).status_code == 304
    acts.rename(document.pk, None, "News")
    assert as_alice._client.get(address, headers=known).status_code == 200


def test_groups_owners_and_those_who_go_are_told_of(
    document: Document, alice: User, bob: User, carol: User, as_bob: Asker
) -> None:
    group = Group.objects.create(name="Friends")
    group_members.put(document.pk, None, group.pk, "viewer")
    group_members.remove(document.pk, None, group.pk)
    acts.remove_member(document.pk, None, carol.pk)
    acts.put_member(document.pk, None, bob.pk, "owner")
    told = messages(ask(as_bob, document, "0"))
    assert told == [
        {"type": "member", "group_id": str(group.pk), "role": "viewer"},
        {"type": "member", "group_id": str(group.pk), "role": None},
        {"type": "member", "user_id": str(carol.pk), "role": None},
        {"type": "member", "user_id": str(alice.pk), "role": "editor"},
        {"type": "member", "user_id": str(bob.pk), "role": "owner"},
    ]


# What was removed


def test_where_the_next_revision_is_removed_one_has_to_read_the_document(
    document: Document, alice: User, as_alice: Asker
) -> None:
    typed(document, alice, "a", "b", "c", "d")
    versions.name(document.pk, principal(alice), 2, "a name")
    purge(document.pk, principal(alice), 2, 3)
    assert ask(as_alice, document, "1").refused == (409, "history_gone")
    assert kinds(ask(as_alice, document, "0")) == ["revisions"]
    assert ask(as_alice, document, "0").body["more"]
    assert kinds(ask(as_alice, document, "3")) == ["revisions", "named", "named"]


def test_compacted_drafts_are_gone_too(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "a", "b")
    document.revisions.update(at=document.created_at - timedelta(days=9))
    Document.objects.update(keep_days=1, verified_version=2)
    assert compact(document.pk, document.created_at)
    assert ask(as_alice, document, "0").refused == (409, "history_gone")
    assert ask(as_alice, document, "2").body["events"] == []


# Rights


def test_a_reader_hears_what_goes_on_and_not_what_was(document: Document, bob: User, as_carol: Asker) -> None:
    typed(document, bob, "draft")
    for past in ("0", "0-0", "1"):
        assert ask(as_carol, document, past).refused == (409, "history_gone")
    cursor = ask(as_carol, document).body["cursor"]
    typed(document, bob, "news")
    page = ask(as_carol, document, cursor)
    assert kinds(page) == ["revisions"]
    assert ask(as_carol, document, page.body["events"][-1]["cursor"]).body["events"] == []


def test_a_readers_cursor_is_theirs_and_soon_too_old(
    document: Document, bob: User, carol: User, as_carol: Asker, as_mallory: Asker, mallory: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    document.memberships.create(user=mallory, role="viewer")
    cursor = ask(as_carol, document).body["cursor"]
    earlier = cursor.replace("0-0", "0-1", 1)
    assert ask(as_mallory, document, cursor).refused == (409, "history_gone")
    assert ask(as_carol, document, earlier).refused == (409, "history_gone")
    monkeypatch.setattr(cursors, "AWAY", timedelta(seconds=-1))
    assert ask(as_carol, document, cursor).refused == (409, "history_gone")


def test_a_reader_who_may_look_back_goes_on_with_the_cursor_that_they_had(
    document: Document, bob: User, as_carol: Asker
) -> None:
    cursor = ask(as_carol, document).body["cursor"]
    typed(document, bob, "news")
    acts.show_history_to_viewers(document.pk, None, True)
    assert kinds(ask(as_carol, document, cursor)) == ["revisions"]
    assert kinds(ask(as_carol, document, "0")) == ["revisions"]


def test_it_is_there_for_those_alone_who_may_read(document: Document, as_mallory: Asker, as_nobody: Asker) -> None:
    assert ask(as_mallory, document, "0").refused == (404, "not_found")
    assert ask(as_nobody, document, "0").refused == (401, "unauthenticated")


def test_who_did_it_is_nobody_once_they_are_erased(document: Document, alice: User, bob: User, as_alice: Asker) -> None:
    acts.rename(document.pk, principal(bob), "Bob's")
    bob.delete()
    assert ask(as_alice, document, "0").body["events"][0]["user_id"] is None


# Bad input


@pytest.mark.parametrize("cursor", ["-1", "1-", "1-2-3", "x", "%00", "99999999999999999", "9999999999999999-1", "٣"])
def test_what_is_no_cursor_is_refused(document: Document, as_alice: Asker, cursor: str) -> None:
    assert ask(as_alice, document, cursor).refused == (422, "invalid_field")


def test_a_cursor_of_another_history_is_refused(document: Document, as_alice: Asker) -> None:
    assert ask(as_alice, document, "7").refused == (400, "history_changed")


def test_what_is_recorded_while_a_page_is_read_is_on_the_next(
    document: Document, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(document, alice, "a")
    read = history.revisions_after

    def meanwhile(*about: Any) -> Any:
        found = read(*about)
        monkeypatch.undo()
        acts.rename(document.pk, None, "Before the second")
        typed(document, alice, "b")
        acts.rename(document.pk, None, "After the second")
        return found

    monkeypatch.setattr(history, "revisions_after", meanwhile)
    first = feed.page(document.pk, Position(0))
    second = feed.page(document.pk, first.end)
    assert [found.position.version for found in (*first.happenings, *second.happenings)] == [1, 1, 2, 2]
