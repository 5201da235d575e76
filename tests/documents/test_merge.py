"""POST /api/v1/documents/{id}/revisions"""

from typing import Any

import pytest

from accounts.models import User
from documents.models import Document, Revision
from protocol.limits import LIMITS
from tests.documents.conftest import Answer, Asker, typed


def change(**fields: Any) -> dict[str, Any]:
    return {"client_id": "bobs_client", "seq": 1, "base_version": 0, "delta": [{"insert": "hi"}]} | fields


def merge(asker: Asker, document: Document, **fields: Any) -> Answer:
    return asker("POST", f"documents/{document.pk}/revisions", change(**fields))


def text(asker: Asker, document: Document) -> str:
    contents = asker("GET", f"documents/{document.pk}/contents").body["contents"]
    return "".join(op["insert"] for op in contents)


def test_it_changes_the_document(document: Document, as_bob: Asker) -> None:
    answer = merge(as_bob, document)
    assert (answer.status, answer.body) == (201, {"version": 1, "delta": [{"insert": "hi"}], "duplicate": False})
    assert text(as_bob, document) == "hi\n"


def test_a_change_of_an_earlier_version_is_transformed(document: Document, alice: User, as_bob: Asker) -> None:
    typed(document, alice, "one", "two ")
    answer = merge(as_bob, document, base_version=1, delta=[{"retain": 3}, {"insert": "!"}])
    assert answer.body == {"version": 3, "delta": [{"retain": 7}, {"insert": "!"}], "duplicate": False}
    assert text(as_bob, document) == "two one!\n"


def test_the_same_submission_is_never_applied_twice(document: Document, alice: User, as_bob: Asker) -> None:
    first = merge(as_bob, document)
    typed(document, alice, "x")
    again = merge(as_bob, document)
    assert (again.status, again.body) == (200, first.body | {"duplicate": True})
    assert text(as_bob, document) == "xhi\n"


def test_two_equal_changes_under_two_seqs_are_two(document: Document, as_bob: Asker) -> None:
    merge(as_bob, document)
    assert merge(as_bob, document, seq=2, base_version=1).body["version"] == 2
    assert text(as_bob, document) == "hihi\n"


def test_a_change_that_comes_to_nothing_is_still_a_revision(document: Document, alice: User, as_bob: Asker) -> None:
    typed(document, alice, "x")
    merge(as_bob, document, base_version=1, delta=[{"delete": 1}])
    answer = merge(as_bob, document, client_id="bobs_other", base_version=1, delta=[{"delete": 1}])
    assert (answer.status, answer.body["version"], answer.body["delta"]) == (201, 3, [])


def test_a_viewer_changes_nothing(document: Document, as_carol: Asker) -> None:
    assert merge(as_carol, document).refused == (403, "not_allowed")
    assert not Revision.objects.exists()


def test_a_reading_token_changes_nothing(document: Document, bob: User) -> None:
    assert merge(Asker(bob, "read"), document).refused == (403, "not_allowed")
    assert not Revision.objects.exists()


def test_a_token_that_only_writes_may(document: Document, bob: User) -> None:
    assert merge(Asker(bob, "write"), document).status == 201


def test_to_a_stranger_it_is_not_there(document: Document, as_mallory: Asker) -> None:
    assert merge(as_mallory, document).refused == (404, "not_found")
    assert not Revision.objects.exists()


def test_another_persons_client_id_is_refused(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    merge(as_bob, document)
    assert merge(as_alice, document).refused == (409, "client_id_taken")
    assert merge(as_alice, document, seq=2, base_version=1).refused == (409, "client_id_taken")


def test_a_frozen_document_is_left_alone(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("PATCH", f"documents/{document.pk}", {"state": "frozen"})
    assert merge(as_bob, document).refused == (409, "document_frozen")
    assert merge(as_alice, document).refused == (409, "document_frozen")


def test_what_was_refused_is_refused_for_good(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("PATCH", f"documents/{document.pk}", {"state": "frozen"})
    merge(as_bob, document)
    as_alice("PATCH", f"documents/{document.pk}", {"state": "open"})
    assert merge(as_bob, document).refused == (409, "seq_too_old")
    assert merge(as_bob, document, seq=2).status == 201


def test_a_trashed_document_is_closed(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    assert merge(as_bob, document).refused == (404, "not_found")
    assert merge(as_alice, document).refused == (409, "document_trashed")


def test_what_was_committed_stays_acknowledged_when_frozen(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    merge(as_bob, document)
    as_alice("PATCH", f"documents/{document.pk}", {"state": "frozen"})
    assert merge(as_bob, document).body == {"version": 1, "delta": [{"insert": "hi"}], "duplicate": True}


def test_a_seq_below_the_highest_that_never_came_is_too_old(document: Document, as_bob: Asker) -> None:
    merge(as_bob, document, seq=5)
    assert merge(as_bob, document, seq=3, base_version=1).refused == (409, "seq_too_old")


def test_a_base_below_ones_own_last_is_refused(document: Document, as_bob: Asker) -> None:
    merge(as_bob, document)
    assert merge(as_bob, document, seq=2, base_version=0).refused == (409, "base_version_behind")


def test_a_base_still_to_come_is_refused(document: Document, as_bob: Asker) -> None:
    assert merge(as_bob, document, base_version=1).refused == (409, "base_version_ahead")


@pytest.mark.parametrize(
    ("delta", "code"),
    [
        ([{"insert": ""}], "bad_delta"),
        ([{"retain": -1}], "bad_delta"),
        ([{"retain": 1.5}], "bad_delta"),
        ([{"delete": True}], "bad_delta"),
        ([{"retain": {"x": 1}}], "bad_delta"),
        ([{"insert": "a\x00"}], "bad_delta"),
        ([{"insert": "a", "delete": 1}], "bad_delta"),
        ([7], "bad_delta"),
        ([{"delete": 1}], "final_newline"),
        ([{"retain": 1}, {"insert": "x"}], "final_newline"),
        ([{"retain": 7}, {"delete": 1}], "beyond_end"),
        ([{"insert": "x", "attributes": {"bold": "yes"}}], "format_not_allowed"),
        ([{"insert": "x", "attributes": {"link": "javascript:alert(1)"}}], "format_not_allowed"),
        ([{"insert": {"image": "data:image/png;base64,"}}], "format_not_allowed"),
    ],
    ids=str,
)
def test_a_delta_that_no_document_holds_is_refused(
    document: Document, as_bob: Asker, delta: list[Any], code: str
) -> None:
    assert merge(as_bob, document, delta=delta).refused == (422, code)
    assert not Revision.objects.exists()


def test_half_a_character_is_refused(document: Document, alice: User, as_bob: Asker) -> None:
    typed(document, alice, "😀")
    cut = merge(as_bob, document, base_version=1, delta=[{"retain": 1}, {"insert": "x"}])
    assert cut.refused == (422, "splits_surrogate")


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": "short"},
        {"client_id": "x" * 65},
        {"client_id": "@restore1"},
        {"client_id": 12345678},
        {"seq": 0},
        {"seq": "1"},
        {"seq": True},
        {"seq": 2**53},
        {"base_version": -1},
        {"base_version": 0.5},
        {"delta": "hi"},
        {"delta": None},
        {"version": 1},
    ],
    ids=str,
)
def test_it_refuses_fields_that_are_wrong(document: Document, as_bob: Asker, fields: dict[str, Any]) -> None:
    assert merge(as_bob, document, **fields).refused == (422, "invalid_field")
    assert not Revision.objects.exists()


def test_it_refuses_a_body_above_the_limit(document: Document, as_bob: Asker) -> None:
    body = b'{"client_id": "' + b"x" * LIMITS.frame_in + b'"}'
    assert as_bob("POST", f"documents/{document.pk}/revisions", raw=body).refused == (413, "too_large")
