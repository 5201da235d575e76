"""Links over REST: made, listed, changed, revoked; and coming in by one with a token."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from documents import acts, rights
from documents.models import Document
from documents.sharing.addresses import secret_of
from documents.sharing.models import LinkMembership, ShareLink
from tests.documents.conftest import Asker
from tests.documents.sharing.conftest import MakeLink

# No link has this id.
NOWHERE = "4" * 32


def links_of(document: Document) -> str:
    return f"documents/{document.pk}/links"


def role(document: Document, user: User) -> str | None:
    return rights.role_of(document.pk, str(user.pk))


def joins(asker: Asker, link: ShareLink, password: str = "") -> Any:
    return asker("POST", "join", {"link": secret_of(link.pk), "password": password})


# Making and listing


def test_a_link_is_made_and_shown_again(document: Document, as_alice: Asker) -> None:
    made = as_alice("POST", links_of(document), {"role": "editor", "label": "for the class", "most_people": 30})
    assert made.status == 201
    assert made.body["url"].startswith("http://testserver/join/")
    assert (made.body["role"], made.body["label"], made.body["lets_in"]) == ("editor", "for the class", True)
    assert as_alice("GET", links_of(document)).body == [made.body]
    assert AuditEntry.objects.get(act="links.make").document_id == document.pk


def test_a_list_takes_no_more_questions_for_more_links(
    document: Document, link: MakeLink, bob: User, as_alice: Asker, as_mallory: Asker
) -> None:
    joins(as_mallory, link())
    with CaptureQueriesContext(connection) as few:
        as_alice("GET", links_of(document))
    for _ in range(5):
        joins(as_mallory, link(role="editor"))
    with CaptureQueriesContext(connection) as more:
        shown = as_alice("GET", links_of(document)).body
    assert len(more) == len(few)
    assert [len(row["members"]) for row in shown] == [1, 1, 0, 0, 0, 0]


def test_the_password_is_kept_hashed_and_never_shown(document: Document, as_alice: Asker) -> None:
    made = as_alice("POST", links_of(document), {"role": "viewer", "password": "open sesame"})
    assert made.body["has_password"]
    assert "sesame" not in str(made.body)
    assert "sesame" not in ShareLink.objects.get().password


@pytest.mark.parametrize(("asker", "refused"), [("as_bob", 403), ("as_carol", 403), ("as_mallory", 404)])
def test_links_are_for_those_who_may_share(
    document: Document, link: MakeLink, asker: str, refused: int, request: pytest.FixtureRequest
) -> None:
    ask, made = request.getfixturevalue(asker), link()
    one = f"{links_of(document)}/{made.pk}"
    for method, path in (("GET", links_of(document)), ("DELETE", one)):
        assert ask(method, path).refused[0] == refused
    assert ask("POST", links_of(document), {"role": "viewer"}).refused[0] == refused
    assert ask("PATCH", one, {"role": "editor"}).refused[0] == refused
    assert ShareLink.objects.get().role == "viewer"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": "owner"},
        {"role": "admin"},
        {"role": "viewer", "most_people": 0},
        {"role": "viewer", "label": "x" * 101},
        {"role": "viewer", "label": "two\u202elines"},
        {"role": "viewer", "expires_at": "2020-01-01T00:00:00Z"},
        {"role": "viewer", "expires_at": "tomorrow"},
        {"role": "viewer", "guests": "yes"},
        {"role": "viewer", "colour": "blue"},
    ],
)
def test_it_refuses_nonsense(document: Document, as_alice: Asker, body: dict[str, Any]) -> None:
    assert as_alice("POST", links_of(document), body).refused == (422, "invalid_field")
    assert not ShareLink.objects.exists()


def test_a_document_has_only_so_many(
    document: Document, as_alice: Asker, link: MakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.sharing.links.MOST_LINKS", 1)
    link()
    assert as_alice("POST", links_of(document), {"role": "viewer"}).refused == (422, "invalid_field")


def test_the_link_of_another_document_is_not_here(alice: User, as_alice: Asker, link: MakeLink) -> None:
    other, made = acts.create(alice.pk, "Another"), link()
    for method in ("PATCH", "DELETE"):
        assert as_alice(method, f"{links_of(other)}/{made.pk}", {}).refused == (404, "not_found")
    assert ShareLink.objects.exists()


# Coming in


def test_one_comes_in_with_the_links_role(
    document: Document, mallory: User, as_mallory: Asker, as_alice: Asker, link: MakeLink
) -> None:
    made = link(role="editor")
    answer = joins(as_mallory, made)
    assert (answer.status, answer.body["id"], answer.body["role"]) == (200, str(document.pk), "editor")
    assert [found["id"] for found in as_mallory("GET", "documents").body["documents"]] == [str(document.pk)]
    [listed] = as_alice("GET", links_of(document)).body
    assert (listed["people"], [person["name"] for person in listed["members"]]) == (1, ["Mallory"])


def test_the_whole_address_will_do(document: Document, as_mallory: Asker, as_alice: Asker) -> None:
    made = as_alice("POST", links_of(document), {"role": "viewer"}).body
    assert as_mallory("POST", "join", {"link": made["url"]}).body["role"] == "viewer"


def test_people_are_counted_not_visits(as_mallory: Asker, as_alice: Asker, as_bob: Asker, link: MakeLink) -> None:
    made = link(most_people=1)
    for _ in range(3):
        assert joins(as_mallory, made).status == 200
    assert joins(as_alice, made).status == 200  # is there already, as the owner
    made.refresh_from_db()
    assert (made.people, made.lets_in) == (1, False)


def test_a_full_link_lets_nobody_else_in(
    document: Document, carol: User, as_mallory: Asker, bob: User, link: MakeLink
) -> None:
    made = link(most_people=1)
    document.memberships.all().delete()
    assert joins(Asker(carol), made).status == 200
    assert joins(as_mallory, made).refused == (404, "not_found")
    acts.remove_member(document.pk, None, carol.pk)
    assert joins(Asker(carol), made).refused == (404, "not_found"), "whoever left does not make room"


def test_the_higher_role_counts_and_ones_own_stays(
    document: Document, carol: User, as_carol: Asker, as_alice: Asker, link: MakeLink
) -> None:
    made = link(role="editor")
    assert joins(as_carol, made).body["role"] == "editor"
    assert as_alice("DELETE", f"{links_of(document)}/{made.pk}").status == 204
    assert role(document, carol) == "viewer"


def test_who_is_more_already_uses_no_place(document: Document, bob: User, as_bob: Asker, link: MakeLink) -> None:
    assert joins(as_bob, link(role="viewer")).body["role"] == "editor"
    assert not LinkMembership.objects.exists()


def test_a_link_that_is_changed_changes_its_people(
    document: Document, mallory: User, as_mallory: Asker, as_alice: Asker, link: MakeLink
) -> None:
    made = link(role="viewer", label="as it was")
    joins(as_mallory, made)
    answer = as_alice("PATCH", f"{links_of(document)}/{made.pk}", {"role": "editor"})
    assert (answer.body["role"], answer.body["label"]) == ("editor", "as it was")
    assert role(document, mallory) == "editor"


def test_revoked_it_takes_its_people_out(
    document: Document, mallory: User, as_mallory: Asker, as_alice: Asker, link: MakeLink
) -> None:
    made = link()
    joins(as_mallory, made)
    assert as_alice("DELETE", f"{links_of(document)}/{made.pk}").status == 204
    assert role(document, mallory) is None
    assert joins(as_mallory, made).refused == (404, "not_found")
    assert AuditEntry.objects.filter(act="links.revoke").exists()


def test_expired_it_takes_its_people_out(
    document: Document, mallory: User, as_mallory: Asker, as_carol: Asker, link: MakeLink
) -> None:
    made = link(expires_at=timezone.now() + timedelta(hours=1))
    joins(as_mallory, made)
    assert role(document, mallory) == "viewer"
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert role(document, mallory) is None
    assert as_mallory("GET", "documents").body["documents"] == []
    document.memberships.all().delete()
    assert joins(as_carol, made).refused == (404, "not_found")


def test_a_password_is_asked_for(document: Document, mallory: User, as_mallory: Asker, link: MakeLink) -> None:
    made = link(password="open sesame")
    assert joins(as_mallory, made).refused == (403, "forbidden")
    assert role(document, mallory) is None
    assert joins(as_mallory, made, "open sesame").status == 200
    assert joins(as_mallory, made).status == 200, "who is in is not asked again"


def test_passwords_are_not_tried_out(as_mallory: Asker, link: MakeLink) -> None:
    made = link(password="open sesame")
    tried = [joins(as_mallory, made, f"guess {n}").refused for n in range(11)]
    assert tried == [(403, "forbidden")] * 10 + [(429, "rate_limited")]
    assert joins(as_mallory, made, "open sesame").refused == (429, "rate_limited")


def test_who_came_by_a_link_may_leave(document: Document, mallory: User, as_mallory: Asker, link: MakeLink) -> None:
    joins(as_mallory, link())
    assert as_mallory("DELETE", f"documents/{document.pk}/members/{mallory.pk}").status == 204
    assert role(document, mallory) is None


def test_no_link_leads_into_the_trash(document: Document, alice: User, as_mallory: Asker, link: MakeLink) -> None:
    made = link()
    acts.move(document.pk, None, "trashed")
    assert joins(as_mallory, made).refused == (404, "not_found")


def test_a_reading_token_joins_nothing(mallory: User, link: MakeLink) -> None:
    assert joins(Asker(mallory, "read"), link()).refused == (403, "forbidden")


@pytest.mark.parametrize("secret", ["", "x", NOWHERE, f"{NOWHERE}.{'A' * 43}", "é" * 300])
def test_a_made_up_address_leads_nowhere(as_mallory: Asker, link: MakeLink, secret: str) -> None:
    made = link()
    assert as_mallory("POST", "join", {"link": secret}).refused == (404, "not_found")
    assert as_mallory("POST", "join", {"link": f"{made.pk.hex}.{'A' * 43}"}).refused == (404, "not_found")
