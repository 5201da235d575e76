"""The audit log: who did what to whom, from where."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts import audit, tokens
from accounts.middleware import OriginMiddleware
from accounts.models import AuditEntry, User
from accounts.principals import Principal, by_token

pytestmark = pytest.mark.django_db


def test_an_act_is_kept_with_who_did_it_to_whom(alice: User, bob: User) -> None:
    document_id = uuid4()
    audit.record("members.put", by=Principal(str(alice.pk)), document_id=document_id, user_id=bob.pk, role="editor")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.by, entry.by_name, entry.way) == ("members.put", alice, "Alice", "session")
    assert (entry.document_id, entry.user_id, entry.about) == (document_id, bob.pk, {"role": "editor"})


def test_a_token_is_named(alice: User) -> None:
    token, raw = tokens.create(alice.pk, "Bot")
    audit.record("documents.export", by=by_token(raw))
    entry = AuditEntry.objects.get()
    assert (entry.way, entry.token_id) == ("token", token.pk)


def test_an_entry_outlives_who_is_in_it(alice: User) -> None:
    audit.record("tokens.make", by=Principal(str(alice.pk)), user_id=alice.pk)
    alice.delete()
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.by_name) == (None, "Alice")


def test_what_was_undone_was_not_done(alice: User) -> None:
    with transaction.atomic():
        audit.record("documents.trash", by=Principal(str(alice.pk)))
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def answer(request: HttpRequest) -> HttpResponse:
    audit.record("documents.freeze", by=None)
    return HttpResponse()


@pytest.mark.parametrize(("path", "way", "by_name"), [("/admin/documents/", "admin", "Alice"), ("/", "server", "")])
def test_a_request_tells_from_where(alice: User, path: str, way: str, by_name: str) -> None:
    request = RequestFactory().get(path, REMOTE_ADDR="192.0.2.7")
    request.user = alice
    OriginMiddleware(answer)(request)
    entry = AuditEntry.objects.get()
    assert (entry.way, entry.by_name, entry.address) == (way, by_name, "192.0.2.7")


def test_it_is_forgotten_with_the_request(alice: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user = alice
    OriginMiddleware(lambda _: HttpResponse())(request)
    audit.record("documents.freeze", by=None)
    assert AuditEntry.objects.get().address is None


def test_without_a_request_the_server_did_it() -> None:
    audit.record("documents.purge", by=None)
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.way, entry.address) == (None, "server", None)
