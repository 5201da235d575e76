"""The page behind a link: for people with an account, and for guests."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.principals import by_session
from documents import acts, rights
from documents.models import Document
from documents.sharing import links
from documents.sharing.addresses import path_of
from documents.sharing.models import ShareLink
from tests.documents.sharing.conftest import MakeLink, browser


def guest_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def guest(link: ShareLink, name: str = "Grace") -> Client:
    """A browser in which someone has come in as a guest."""
    client = browser()
    answer = client.post(path_of(link.pk), {"name": name})
    assert answer.status_code == 302, answer.content
    return client


# With an account


def test_it_shows_what_it_leads_to_and_lets_in(document: Document, mallory: User, link: MakeLink) -> None:
    client, path = browser(mallory), path_of(link().pk)
    page = client.get(path)
    assert (page.status_code, b"A document" in page.content, b"Mallory" in page.content) == (200, True, True)
    assert rights.role_of(document.pk, str(mallory.pk)) is None, "looking is not coming in"
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/documents/{document.pk}/")
    assert rights.role_of(document.pk, str(mallory.pk)) == "viewer"
    assert client.get(path)["Location"] == f"/documents/{document.pk}/"


def test_a_password_hides_the_title(mallory: User, link: MakeLink) -> None:
    client, path = browser(mallory), path_of(link(password="open sesame").pk)
    assert b"A document<" not in client.get(path).content
    assert "not the link" in client.post(path, {"password": "guess"}).content.decode()
    assert client.post(path, {"password": "open sesame"}).status_code == 302


def test_without_an_account_one_logs_in_first(link: MakeLink) -> None:
    path = path_of(link().pk)
    answer = browser().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("end", ["revoked", "full", "garbled"])
def test_a_link_that_leads_nowhere_says_so(document: Document, mallory: User, link: MakeLink, end: str) -> None:
    made = link(most_people=1)
    path = path_of(made.pk)
    if end == "revoked":
        links.revoke(document.pk, None, made.pk)
    if end == "full":
        ShareLink.objects.update(people=1)
    answer = browser(mallory).get(path if end != "garbled" else f"{path[:-2]}/")
    assert (answer.status_code, b"leads nowhere" in answer.content) == (404, True)


# Guests


def test_a_guest_chooses_a_name_and_is_in(document: Document, link: MakeLink) -> None:
    client = guest(link(role="editor", guests=True))
    page = client.get(f"/documents/{document.pk}/")
    assert page.status_code == 200
    assert b"Grace (guest)" in page.content
    assert rights.role_of(document.pk, str(guest_of(client).pk)) == "editor"
    assert by_session(client.session.session_key or "") is not None, "the socket lets them in"
    members = client.get(f"/api/v1/documents/{document.pk}").json()
    assert members["role"] == "editor"


def test_the_name_is_shown_as_text(document: Document, link: MakeLink) -> None:
    client = guest(link(guests=True), "<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(f"/documents/{document.pk}/").content


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "evil\u202eeman", "a\x00b"])
def test_a_name_is_one_that_can_be_shown(link: MakeLink, name: str) -> None:
    answer = browser().post(path_of(link(guests=True).pk), {"name": name})
    assert (answer.status_code, User.objects.filter(is_guest=True).exists()) == (200, False)


def test_a_guest_gives_the_password_too(link: MakeLink) -> None:
    path = path_of(link(guests=True, password="open sesame").pk)
    assert browser().post(path, {"name": "Grace", "password": "guess"}).status_code == 200
    assert not User.objects.filter(is_guest=True).exists()
    assert browser().post(path, {"name": "Grace", "password": "open sesame"}).status_code == 302


def test_a_guest_uses_another_link_under_the_same_name(document: Document, link: MakeLink) -> None:
    client = guest(link(guests=True))
    client.post(path_of(link(role="editor", guests=True).pk))
    assert rights.role_of(document.pk, str(guest_of(client).pk)) == "editor"


def test_a_guest_is_not_let_in_where_guests_are_not(document: Document, link: MakeLink) -> None:
    client = guest(link(guests=True))
    path = path_of(link(role="editor").pk)
    assert b"only for people with an account" in client.get(path).content
    assert client.post(path).status_code == 200
    assert rights.role_of(document.pk, str(guest_of(client).pk)) == "viewer"


@pytest.mark.parametrize(
    "path", ["/", "/accounts/profile/", "/accounts/tokens/", "/accounts/email/", "/accounts/password/set/", "/admin/"]
)
def test_a_guest_has_no_pages_of_their_own(link: MakeLink, path: str) -> None:
    answer = guest(link(guests=True)).get(path)
    assert (answer.status_code, b"as a guest" in answer.content) == (403, True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "documents", {"title": "Mine"}),
        ("get", "documents", None),
        ("post", "tokens", {"name": "mine"}),
        ("get", "search", None),
    ],
)
def test_a_guest_has_nothing_of_their_own_over_rest(link: MakeLink, method: str, path: str, body: Any) -> None:
    client = guest(link(guests=True))
    answer = getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_guest_never_owns_a_document(document: Document, alice: User, link: MakeLink) -> None:
    stranger = guest_of(guest(link(guests=True)))
    acts.put_member(document.pk, None, stranger.pk, "editor")
    path = f"/api/v1/documents/{document.pk}/members/{stranger.pk}"
    answer = browser(alice).patch(path, {"role": "owner"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    document.refresh_from_db()
    assert document.owner == alice


def test_nobody_adds_a_guest_by_address(document: Document, alice: User, link: MakeLink) -> None:
    stranger = guest_of(guest(link(guests=True)))
    body = {"email": stranger.email, "role": "editor"}
    answer = browser(alice).put(f"/api/v1/documents/{document.pk}/members", body, content_type="application/json")
    assert answer.status_code != 200
    assert rights.role_of(document.pk, str(stranger.pk)) == "viewer"


def test_a_guest_may_log_in_instead(link: MakeLink) -> None:
    made = link(guests=True)
    client = guest(made)
    answer = client.post("/accounts/guest/end/", {"next": path_of(made.pk)})
    assert answer["Location"] == f"/accounts/login/?next={path_of(made.pk)}"
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/guest/end/", {"next": "https://evil.example/"})["Location"].endswith("?next=/")
