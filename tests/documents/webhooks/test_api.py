"""/api/v1/documents/{id}/webhooks and /api/v1/webhooks"""

from typing import Any

import pytest

from accounts.models import AuditEntry, User
from documents import acts
from documents.models import Document
from documents.webhooks.models import Webhook
from jobs.runner import run_due
from protocol.limits import LIMITS
from tests.documents.conftest import Asker
from tests.documents.webhooks.sink import Sink

pytestmark = pytest.mark.django_db


def make(asker: Asker, document: Document, sink: Sink, **about: Any) -> Any:
    answer = asker("POST", f"documents/{document.pk}/webhooks", {"url": sink.url, **about})
    assert answer.status == 201, answer.body
    return answer.body


def test_one_is_made_seen_changed_and_deleted(document: Document, as_carol: Asker, sink: Sink) -> None:
    made = make(as_carol, document, sink, kinds=["named", "document"])
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (made["kinds"], made["deltas"], made["is_on"]) == (["document", "named"], False, True)
    assert as_carol("GET", "webhooks").body == [made]
    assert as_carol("GET", f"documents/{document.pk}/webhooks").body == [made]
    changed = as_carol("PATCH", f"webhooks/{made['id']}", {"deltas": True, "is_on": False}).body
    assert (changed["deltas"], changed["is_on"], changed["why_off"]) == (True, False, "person")
    assert as_carol("POST", f"webhooks/{made['id']}/secret").body["secret"] not in (secret, "")
    assert as_carol("DELETE", f"webhooks/{made['id']}").status == 204
    assert as_carol("GET", "webhooks").body == []
    acted = AuditEntry.objects.filter(act__startswith="webhooks.").order_by("pk").values_list("act", flat=True)
    assert list(acted) == ["webhooks.make", "webhooks.change", "webhooks.rotate", "webhooks.delete"]


def test_what_was_sent_stands_in_the_log_and_is_sent_once_more(document: Document, as_bob: Asker, sink: Sink) -> None:
    webhook = make(as_bob, document, sink)["id"]
    sent = as_bob("POST", f"webhooks/{webhook}/test")
    assert (sent.status, sent.body["attempts"]) == (202, 0)
    run_due(outside=True)
    (logged,) = as_bob("GET", f"webhooks/{webhook}/deliveries").body
    assert (logged["id"], logged["kind"], logged["status"], logged["attempts"]) == (sent.body["id"], "test", 204, 1)
    assert as_bob("POST", f"webhooks/{webhook}/deliveries/{logged['id']}/replay").status == 202
    run_due(outside=True)
    assert [headers["webhook-id"] for headers, _ in sink.got] == [logged["id"]] * 2


def test_a_person_has_so_many_for_a_document(document: Document, as_bob: Asker, as_alice: Asker, sink: Sink) -> None:
    for _ in range(LIMITS.webhooks):
        make(as_bob, document, sink)
    answer = as_bob("POST", f"documents/{document.pk}/webhooks", {"url": sink.url})
    assert answer.refused == (403, "quota_exceeded")
    make(as_alice, document, sink)


# Rights


def test_ones_own_are_ones_own(document: Document, as_carol: Asker, as_bob: Asker, sink: Sink) -> None:
    webhook = make(as_carol, document, sink)["id"]
    assert as_bob("GET", f"documents/{document.pk}/webhooks").body == []
    for method, path, body in (
        ("PATCH", "", {"deltas": True}),
        ("DELETE", "", None),
        ("POST", "/secret", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("POST", "/deliveries/msg_0/replay", None),
    ):
        assert as_bob(method, f"webhooks/{webhook}{path}", body).refused == (404, "not_found")


def test_who_shares_the_document_sees_whose_there_are_and_ends_them(
    document: Document, carol: User, as_carol: Asker, as_alice: Asker, sink: Sink
) -> None:
    webhook = make(as_carol, document, sink)["id"]
    (seen,) = as_alice("GET", f"documents/{document.pk}/webhooks").body
    assert (seen["id"], seen["user_id"], seen["url"]) == (webhook, str(carol.pk), None)
    assert as_alice("PATCH", f"webhooks/{webhook}", {"url": sink.url}).refused == (404, "not_found")
    assert as_alice("DELETE", f"webhooks/{webhook}").status == 204
    assert not Webhook.objects.exists()


def test_who_may_not_read_makes_none(document: Document, as_mallory: Asker, as_nobody: Asker, sink: Sink) -> None:
    path = f"documents/{document.pk}/webhooks"
    assert as_mallory("POST", path, {"url": sink.url}).refused == (404, "not_found")
    assert as_mallory("GET", path).refused == (404, "not_found")
    assert as_nobody("POST", path, {"url": sink.url}).refused == (401, "unauthenticated")


def test_a_token_that_only_reads_makes_none(document: Document, bob: User, sink: Sink) -> None:
    reader = Asker(bob, "read")
    assert reader("POST", f"documents/{document.pk}/webhooks", {"url": sink.url}).refused == (403, "forbidden")


def test_a_guest_makes_none(document: Document, carol: User, as_carol: Asker, sink: Sink) -> None:
    User.objects.filter(pk=carol.pk).update(is_guest=True)
    assert as_carol("POST", f"documents/{document.pk}/webhooks", {"url": sink.url}).refused == (403, "forbidden")


def test_one_that_ended_with_rights_is_not_turned_on_without(
    document: Document, bob: User, as_bob: Asker, sink: Sink
) -> None:
    webhook = make(as_bob, document, sink)["id"]
    Webhook.objects.update(off="rights")
    acts.remove_member(document.pk, None, bob.pk)
    assert as_bob("PATCH", f"webhooks/{webhook}", {"is_on": True}).refused == (404, "not_found")


# Bad input


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "https://10.0.0.1/x"},
        {"url": "http://[::1]/"},
        {"url": "x" * 2001},
        {"url": "OK", "kinds": []},
        {"url": "OK", "kinds": ["presence"]},
        {"url": "OK", "deltas": 1},
        {"url": "OK", "secret": "mine"},
    ],
)
def test_what_means_nothing_is_refused(document: Document, as_bob: Asker, sink: Sink, body: dict[str, Any]) -> None:
    if body.get("url") == "OK":
        body = body | {"url": sink.url}
    assert as_bob("POST", f"documents/{document.pk}/webhooks", body).refused == (422, "invalid_field")
