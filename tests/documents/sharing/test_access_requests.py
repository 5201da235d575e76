"""Asking for access: the same whether or not there is a document; and answering who asked."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import AuditEntry, User
from documents import acts, rights
from documents.jobs import note_access_request
from documents.models import Document
from documents.sharing import requests
from documents.sharing.models import AccessRequest
from jobs.models import Job
from tests.documents.conftest import Asker
from tests.documents.sharing.conftest import MakeLink, browser
from tests.documents.sharing.test_invitations import mails
from tests.documents.sharing.test_join_page import guest


def do_jobs() -> None:
    for job in Job.objects.filter(kind=requests.JOB):
        note_access_request(**job.payload)
        job.delete()


def requests_of(document: Document) -> str:
    return f"documents/{document.pk}/access-requests"


def asks(asker: Asker, document_id: UUID) -> Any:
    answer = asker("POST", f"documents/{document_id}/access-requests")
    do_jobs()
    return answer


def without_what_differs(page: bytes, document_id: UUID) -> str:
    text = page.decode().replace(str(document_id), "ID")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


# Asking


def test_the_owner_is_told_who_asks(document: Document, alice: User, as_mallory: Asker, as_alice: Asker) -> None:
    assert asks(as_mallory, document.pk).status == 202
    [asked] = as_alice("GET", requests_of(document)).body
    assert (asked["user"]["name"], asked["email"]) == ("Mallory", "mallory@example.com")
    [sent] = mails()
    assert (sent.to, sent.subject) == ([alice.email], "Mallory asks for access to “A document”")
    assert f"http://testserver/documents/{document.pk}/" in sent.body


def test_admins_are_told_too(document: Document, bob: User, as_mallory: Asker) -> None:
    acts.put_member(document.pk, None, bob.pk, "admin")
    asks(as_mallory, document.pk)
    assert {sent.to[0] for sent in mails()} == {"alice@example.com", "bob@example.com"}


def test_one_waits_once(document: Document, as_mallory: Asker) -> None:
    for _ in range(2):
        assert asks(as_mallory, document.pk).status == 202
    assert (AccessRequest.objects.count(), len(mails())) == (1, 1)


def test_what_is_not_there_is_asked_for_likewise(
    document: Document, mallory: User, as_mallory: Asker, alice: User
) -> None:
    trashed = acts.create(alice.pk, "Old")
    acts.move(trashed.pk, None, "trashed")
    pages = set()
    for document_id in (document.pk, uuid4(), trashed.pk):
        client = browser(mallory)
        before = client.get(f"/documents/{document_id}/")
        after = client.post(f"/documents/{document_id}/ask/", follow=True)
        assert (before.status_code, after.status_code) == (404, 404)
        pages.add(tuple(without_what_differs(page.content, document_id) for page in (before, after)))
        answer = as_mallory("POST", f"documents/{document_id}/access-requests")
        assert (answer.status, answer.body) == (202, None)
    assert len(pages) == 1
    assert "Ask for access" in next(iter(pages))[0]
    do_jobs()
    assert [request.document for request in AccessRequest.objects.all()] == [document]


def test_a_member_asks_for_nothing(document: Document, as_bob: Asker) -> None:
    assert asks(as_bob, document.pk).status == 202
    assert not AccessRequest.objects.exists()


def test_a_guest_logs_in_instead(document: Document, alice: User, link: MakeLink) -> None:
    client = guest(link(guests=True))
    other = acts.create(alice.pk, "Another")
    page = client.get(f"/documents/{other.pk}/").content
    assert (b"Ask for access" in page, b"Log in" in page) == (False, True)
    client.post(f"/documents/{other.pk}/ask/")
    client.post(f"/api/v1/documents/{other.pk}/access-requests")
    do_jobs()
    assert not AccessRequest.objects.exists()


def test_one_asks_only_so_often(document: Document, as_mallory: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.sharing.limits.RATES", {"ask": "1/h/user"})
    assert asks(as_mallory, document.pk).status == 202
    assert asks(as_mallory, uuid4()).refused == (429, "rate_limited")


# Answering


def test_accepted_they_are_in_and_told(document: Document, mallory: User, as_mallory: Asker, as_alice: Asker) -> None:
    asks(as_mallory, document.pk)
    assert as_alice("POST", f"{requests_of(document)}/{mallory.pk}/accept", {"role": "viewer"}).status == 204
    assert rights.role_of(document.pk, str(mallory.pk)) == "viewer"
    assert mails()[-1].subject == "Alice shared “A document” with you"
    assert as_alice("GET", requests_of(document)).body == []
    assert AuditEntry.objects.get(act="access_requests.accept").user_id == mallory.pk


def test_declined_they_hear_nothing(document: Document, mallory: User, as_mallory: Asker, as_alice: Asker) -> None:
    asks(as_mallory, document.pk)
    assert as_alice("DELETE", f"{requests_of(document)}/{mallory.pk}").status == 204
    assert rights.role_of(document.pk, str(mallory.pk)) is None
    assert [sent.to for sent in mails()] == [["alice@example.com"]]


def test_who_is_in_by_now_waits_no_more(document: Document, mallory: User, as_mallory: Asker, as_alice: Asker) -> None:
    asks(as_mallory, document.pk)
    acts.put_member(document.pk, None, mallory.pk, "editor")
    assert as_alice("GET", requests_of(document)).body == []
    assert as_alice("POST", f"{requests_of(document)}/{mallory.pk}/accept", {"role": "viewer"}).status == 204
    assert rights.role_of(document.pk, str(mallory.pk)) == "editor"


@pytest.mark.parametrize(("asker", "refused"), [("as_bob", 403), ("as_carol", 403), ("as_mallory", 404)])
def test_answering_is_for_those_who_may_share(
    document: Document, mallory: User, asker: str, refused: int, request: pytest.FixtureRequest
) -> None:
    requests.note(document.pk, mallory.pk, "http://testserver/")
    ask, one = request.getfixturevalue(asker), f"{requests_of(document)}/{mallory.pk}"
    assert ask("GET", requests_of(document)).refused[0] == refused
    assert ask("POST", f"{one}/accept", {"role": "viewer"}).refused[0] == refused
    assert ask("DELETE", one).refused[0] == refused
    assert rights.role_of(document.pk, str(mallory.pk)) is None


@pytest.mark.parametrize("body", [{}, {"role": "owner"}, {"role": "king"}])
def test_it_refuses_nonsense(document: Document, mallory: User, as_alice: Asker, body: dict[str, Any]) -> None:
    requests.note(document.pk, mallory.pk, "http://testserver/")
    assert as_alice("POST", f"{requests_of(document)}/{mallory.pk}/accept", body).refused == (422, "invalid_field")


def test_who_did_not_ask_is_not_answered(document: Document, mallory: User, as_alice: Asker) -> None:
    one = f"{requests_of(document)}/{mallory.pk}"
    assert as_alice("POST", f"{one}/accept", {"role": "viewer"}).refused == (404, "not_found")
    assert as_alice("DELETE", one).refused == (404, "not_found")
