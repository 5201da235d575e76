"""/api/v1/documents/{id}/restore, …/undo and …/comparison: going back, as changes that merge with what others do"""

import random
from typing import Any
from uuid import UUID

import pytest

from accounts.models import AuditEntry, User
from documents import acts, history
from documents.models import Document, Revision
from documents.past import reverting
from documents.submit import submit
from protocol.authority import Accepted, Submission
from protocol.delta import Delta
from tests.documents.conftest import Asker, principal, typed
from tests.documents.growing import grow
from tests.scale import rounds
from tests.seeds import seeds


@pytest.fixture
def address(document: Document, alice: User) -> str:
    """Of a document that holds, at version 3, `one two three`."""
    typed(document, alice, "three", "two ", "one ")
    return f"documents/{document.pk}"


def change(document: Document, user: User, *ops: dict[str, Any]) -> int:
    """Has someone change the newest version; the version that makes."""
    document.refresh_from_db()
    seq = document.revisions.filter(client_id="changes-it").count() + 1
    verdict = submit(document.pk, principal(user), Submission("changes-it", seq, document.version, Delta(ops)))
    assert isinstance(verdict, Accepted)
    return verdict.version


def text(document: Document) -> str:
    document.refresh_from_db()
    return history.contents_at(document.pk, document.version).text()


# Restore


def test_a_version_is_restored_as_a_new_one(document: Document, address: str, as_bob: Asker, bob: User) -> None:
    answer = as_bob("POST", f"{address}/restore", {"version": 1})
    assert (answer.status, answer.body) == (200, {"version": 4})
    assert text(document) == "three\n"
    made = Revision.objects.get(document=document, version=4)
    assert made.user == bob
    assert made.client_id.startswith("@restore-")


def test_only_what_differs_is_changed_so_that_carets_stay(document: Document, address: str, as_bob: Asker) -> None:
    as_bob("POST", f"{address}/restore", {"version": 2})
    assert Revision.objects.get(document=document, version=4).delta == '[{"delete":4}]'


def test_where_nothing_differs_nothing_is_changed(document: Document, address: str, as_bob: Asker) -> None:
    assert as_bob("POST", f"{address}/restore", {"version": 3}).body == {"version": 3}
    document.refresh_from_db()
    assert document.version == 3


def test_the_empty_document_can_be_restored(document: Document, address: str, as_bob: Asker) -> None:
    as_bob("POST", f"{address}/restore", {"version": 0})
    assert text(document) == "\n"


# Undo of past revisions


def test_a_past_change_is_taken_back_and_what_came_later_stays(document: Document, address: str, as_bob: Asker) -> None:
    answer = as_bob("POST", f"{address}/undo", {"first_version": 2, "last_version": 2})
    assert (answer.status, answer.body) == (200, {"version": 4})
    assert text(document) == "one three\n"
    assert Revision.objects.get(document=document, version=4).client_id.startswith("@undo-")


def test_several_are_taken_back_as_one(document: Document, address: str, as_bob: Asker) -> None:
    as_bob("POST", f"{address}/undo", {"first_version": 1, "last_version": 2})
    assert text(document) == "one \n"


def test_a_deletion_is_taken_back_where_it_was(document: Document, address: str, bob: User, as_bob: Asker) -> None:
    change(document, bob, {"retain": 4}, {"delete": 4})
    change(document, bob, {"insert": "zero "})
    as_bob("POST", f"{address}/undo", {"first_version": 4, "last_version": 4})
    assert text(document) == "zero one two three\n"


def test_what_is_left_of_a_change_is_taken_back(document: Document, address: str, bob: User, as_bob: Asker) -> None:
    change(document, bob, {"retain": 4}, {"insert": "and a half "})
    change(document, bob, {"retain": 4}, {"delete": 4})
    as_bob("POST", f"{address}/undo", {"first_version": 4, "last_version": 4})
    assert text(document) == "one two three\n"


def test_a_later_format_stands(document: Document, address: str, bob: User, as_bob: Asker) -> None:
    change(document, bob, {"retain": 3, "attributes": {"bold": True, "italic": True}})
    change(document, bob, {"retain": 3, "attributes": {"color": "#ff0000", "italic": None}})
    as_bob("POST", f"{address}/undo", {"first_version": 4, "last_version": 4})
    [first, *_] = history.contents_at(document.pk, 6).to_json()
    assert first == {"insert": "one", "attributes": {"color": "#ff0000"}}


def test_where_nothing_is_left_it_is_refused(document: Document, address: str, bob: User, as_bob: Asker) -> None:
    change(document, bob, {"delete": 4})
    body = {"first_version": 3, "last_version": 3}
    assert as_bob("POST", f"{address}/undo", body).refused == (409, "nothing_left")
    document.refresh_from_db()
    assert document.version == 4


def test_after_a_long_time_the_difference_since_tells_what_is_left(
    document: Document, address: str, as_bob: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverting, "MOST_BEHIND", 0)
    as_bob("POST", f"{address}/undo", {"first_version": 2, "last_version": 2})
    assert text(document) == "one three\n"


# Both


def test_both_are_audited(document: Document, address: str, bob: User, as_bob: Asker) -> None:
    as_bob("POST", f"{address}/restore", {"version": 1})
    as_bob("POST", f"{address}/undo", {"first_version": 4, "last_version": 4})
    entries = AuditEntry.objects.filter(document_id=document.pk, by=bob).order_by("pk")
    assert list(entries.values_list("act", "about")) == [
        ("versions.restore", {"version": 1, "made": 4}),
        ("versions.undo", {"first": 4, "last": 4, "made": 5}),
    ]
    assert text(document) == "one two three\n"


@pytest.mark.parametrize("seed", seeds(rounds(6, 200)))
def test_they_merge_with_what_others_type_meanwhile(
    document: Document, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """What is typed between reading the document and committing stays in it, once."""
    rng = random.Random(seed)
    grow(document, [alice, bob], 30, rng)
    whole = history.open_document
    typed_then = "typed meanwhile"

    def opened_and_overtaken(document_id: UUID) -> history.OpenDocument:
        found = whole(document_id)
        monkeypatch.setattr(history, "open_document", whole)
        change(document, bob, {"insert": typed_then})
        return found

    monkeypatch.setattr(history, "open_document", opened_and_overtaken)
    version = rng.randrange(30)
    before = history.contents_at(document.pk, version)
    if rng.random() < 0.5:
        reverting.restore(document.pk, principal(alice), version)
    else:
        reverting.undo(document.pk, principal(alice), version + 1, 30)
    assert text(document).count(typed_then) == 1
    assert text(document).replace(typed_then, "") == before.text()


@pytest.mark.parametrize("seed", seeds(rounds(6, 200)))
def test_undoing_a_change_that_nobody_touched_takes_back_just_that(document: Document, alice: User, seed: int) -> None:
    """Words at their own places, in any order; one of them is undone."""
    rng = random.Random(seed)
    words = [f"{chr(97 + number) * 3} " for number in range(8)]
    standing: list[str] = []
    for word in rng.sample(words, len(words)):
        place = sum(len(other) for other in standing if other < word)
        standing = sorted([*standing, word])
        change(document, alice, *([{"retain": place}] if place else []), {"insert": word})
    undone = rng.randrange(1, 9)
    [change_undone] = history.deltas_between(document.pk, undone - 1, undone)
    reverting.undo(document.pk, principal(alice), undone, undone)
    assert text(document) == "".join(word for word in standing if word != change_undone.to_json()[-1]["insert"]) + "\n"


# Comparison


def test_two_versions_are_compared_in_either_direction(
    document: Document, address: str, bob: User, as_bob: Asker
) -> None:
    change(
        document, bob, {"retain": 4}, {"insert": "half "}, {"retain": 3, "attributes": {"bold": True}}, {"delete": 6}
    )
    answer = as_bob("GET", f"{address}/comparison?before=3&after=4")
    assert answer.status == 200
    assert answer.body == {
        "before": 3,
        "after": 4,
        "contents": [{"insert": "one two three\n"}],
        "delta": [
            {"retain": 4},
            {"insert": "half "},
            {"retain": 3, "attributes": {"bold": True}},
            {"delete": 6},
        ],
    }
    back = as_bob("GET", f"{address}/comparison?before=4&after=3").body
    assert Delta(back["contents"]).compose(Delta(back["delta"])) == Delta(answer.body["contents"])


# Rights (and see test_timeline.py)


def test_a_frozen_document_stays_as_it_is(document: Document, address: str, alice: User, as_bob: Asker) -> None:
    acts.move(document.pk, principal(alice), "frozen")
    assert as_bob("POST", f"{address}/restore", {"version": 1}).refused == (409, "document_frozen")
    body = {"first_version": 1, "last_version": 1}
    assert as_bob("POST", f"{address}/undo", body).refused == (409, "document_frozen")
    assert not AuditEntry.objects.filter(act__startswith="versions.").exists()


# Bad input


def test_versions_that_are_not_there_are_refused(address: str, as_bob: Asker) -> None:
    for version in (4, 9000):
        assert as_bob("POST", f"{address}/restore", {"version": version}).refused == (409, "base_version_ahead")
        body = {"first_version": version, "last_version": version}
        assert as_bob("POST", f"{address}/undo", body).refused == (409, "base_version_ahead")
        for query in (f"before={version}&after=1", f"before=1&after={version}"):
            assert as_bob("GET", f"{address}/comparison?{query}").refused == (409, "base_version_ahead")


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("restore", {}),
        ("restore", {"version": -1}),
        ("restore", {"version": "1"}),
        ("undo", {"first_version": 0, "last_version": 1}),
        ("undo", {"first_version": 2, "last_version": 1}),
        ("undo", {"first_version": 1, "last_version": 5001}),
        ("undo", {"first_version": 1}),
    ],
)
def test_what_is_no_version_is_refused(address: str, as_bob: Asker, place: str, body: Any) -> None:
    assert as_bob("POST", f"{address}/{place}", body).refused == (422, "invalid_field")


def test_history_that_is_no_longer_kept_is_refused(document: Document, address: str, as_bob: Asker) -> None:
    document.revisions.filter(version=1).delete()
    assert as_bob("POST", f"{address}/restore", {"version": 2}).refused == (409, "history_gone")
    body = {"first_version": 2, "last_version": 2}
    assert as_bob("POST", f"{address}/undo", body).refused == (409, "history_gone")
    assert as_bob("GET", f"{address}/comparison?before=2&after=0").refused == (409, "history_gone")
