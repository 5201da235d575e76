"""PATCH and DELETE /api/v1/documents/{id}"""

import pytest

from accounts.models import User
from documents.models import Document
from tests.documents.conftest import Asker


def test_it_renames(document: Document, as_bob: Asker) -> None:
    answer = as_bob("PATCH", f"documents/{document.pk}", {"title": "Renamed"})
    assert (answer.status, answer.body["title"]) == (200, "Renamed")
    document.refresh_from_db()
    assert document.title == "Renamed"


def test_it_freezes_and_thaws(document: Document, as_alice: Asker) -> None:
    assert as_alice("PATCH", f"documents/{document.pk}", {"state": "frozen"}).body["state"] == "frozen"
    assert as_alice("PATCH", f"documents/{document.pk}", {"state": "open"}).body["state"] == "open"


def test_it_trashes_and_restores(document: Document, as_alice: Asker) -> None:
    assert as_alice("DELETE", f"documents/{document.pk}").status == 204
    document.refresh_from_db()
    assert document.state == "trashed"
    assert document.trashed_at is not None
    assert as_alice("PATCH", f"documents/{document.pk}", {"state": "open"}).body["state"] == "open"
    document.refresh_from_db()
    assert document.trashed_at is None


def test_trashing_twice_is_no_error_and_does_not_begin_anew(document: Document, as_alice: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    document.refresh_from_db()
    trashed_at = document.trashed_at
    assert as_alice("DELETE", f"documents/{document.pk}").status == 204
    document.refresh_from_db()
    assert document.trashed_at == trashed_at


def test_it_shows_viewers_the_history(document: Document, as_alice: Asker, as_carol: Asker) -> None:
    as_alice("PATCH", f"documents/{document.pk}", {"viewers_see_history": True})
    assert "history" in as_carol("GET", f"documents/{document.pk}").body["capabilities"]
    as_alice("PATCH", f"documents/{document.pk}", {"viewers_see_history": False})
    assert "history" not in as_carol("GET", f"documents/{document.pk}").body["capabilities"]


def test_what_is_left_out_stays(document: Document, as_alice: Asker) -> None:
    answer = as_alice("PATCH", f"documents/{document.pk}", {})
    assert (answer.status, answer.body["title"], answer.body["state"]) == (200, "A document", "open")


def test_several_changes_stand_or_fall_together(document: Document, as_bob: Asker) -> None:
    answer = as_bob("PATCH", f"documents/{document.pk}", {"title": "Renamed", "state": "frozen"})
    assert answer.refused == (403, "forbidden")
    document.refresh_from_db()
    assert (document.title, document.state) == ("A document", "open")


def test_it_comes_out_of_the_trash_under_a_new_title(document: Document, as_alice: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    answer = as_alice("PATCH", f"documents/{document.pk}", {"title": "Back", "state": "open"})
    assert (answer.body["title"], answer.body["state"]) == ("Back", "open")


@pytest.mark.parametrize(
    "body",
    [{"state": "frozen"}, {"state": "trashed"}, {"viewers_see_history": True}],
    ids=lambda body: next(iter(body)),
)
def test_only_the_owner_freezes_trashes_and_shares(document: Document, as_bob: Asker, body: dict[str, object]) -> None:
    assert as_bob("PATCH", f"documents/{document.pk}", body).refused == (403, "forbidden")
    document.refresh_from_db()
    assert (document.state, document.viewers_see_history) == ("open", False)


def test_an_editor_does_not_delete(document: Document, as_bob: Asker) -> None:
    assert as_bob("DELETE", f"documents/{document.pk}").refused == (403, "forbidden")


def test_a_viewer_does_not_rename(document: Document, as_carol: Asker) -> None:
    assert as_carol("PATCH", f"documents/{document.pk}", {"title": "Mine"}).refused == (403, "forbidden")


def test_a_reading_token_changes_nothing(document: Document, alice: User) -> None:
    asker = Asker(alice, "read")
    assert asker("PATCH", f"documents/{document.pk}", {"title": "x"}).refused == (403, "forbidden")
    assert asker("DELETE", f"documents/{document.pk}").refused == (403, "forbidden")


def test_to_a_stranger_it_is_not_there(document: Document, as_mallory: Asker) -> None:
    assert as_mallory("PATCH", f"documents/{document.pk}", {"title": "Mine"}).refused == (404, "not_found")
    assert as_mallory("DELETE", f"documents/{document.pk}").refused == (404, "not_found")
    document.refresh_from_db()
    assert (document.title, document.state) == ("A document", "open")


def test_in_the_trash_nothing_else_is_changed(document: Document, as_alice: Asker) -> None:
    as_alice("DELETE", f"documents/{document.pk}")
    assert as_alice("PATCH", f"documents/{document.pk}", {"title": "x"}).refused == (403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [{"title": ""}, {"title": 7}, {"state": "gone"}, {"viewers_see_history": "yes"}, {"version": 7}, {"owner": "bob"}],
    ids=str,
)
def test_it_refuses_nonsense(document: Document, as_alice: Asker, body: dict[str, object]) -> None:
    assert as_alice("PATCH", f"documents/{document.pk}", body).refused == (422, "invalid_field")
