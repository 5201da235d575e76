"""/api/v1/operations: what administrators see of the live system, and do to it, over REST."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.principals import Principal
from collab.models import Banner
from documents.models import Connection, Document, Process
from tests.documents.conftest import Asker

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(mallory: User) -> Asker:
    """An administrator, who is nobody in any document."""
    User.objects.filter(pk=mallory.pk).update(is_staff=True, is_superuser=True)
    return Asker(mallory)


@pytest.fixture
def session(document: Document, bob: User) -> Connection:
    """Bob's, in the document."""
    lease = timezone.now() + timedelta(minutes=1)
    Process.objects.create(name="one", lease=lease)
    about = {"document": document, "user": bob, "process": "one", "client_id": "bobs-editor"}
    return Connection.objects.create(since=timezone.now(), lease=lease, **about)


def test_sessions_and_processes_are_seen(ask: Asker, session: Connection) -> None:
    [found] = ask("GET", f"operations/sessions?document={session.document_id}").body
    assert (found["user"]["name"], found["process"], found["client_id"]) == ("Bob", "one", "bobs-editor")
    assert ask("GET", f"operations/sessions?document={uuid4()}").body == []
    [process] = ask("GET", "operations/processes").body
    assert (process["name"], process["alive"], process["sessions"]) == ("one", True, 1)


def test_sessions_are_ended_and_processes_drained(ask: Asker, session: Connection, mallory: User) -> None:
    assert ask("DELETE", f"operations/sessions?user={session.user_id}").body == {"ended": 1}
    assert ask("POST", "operations/processes/one/drain").status == 202
    acts = AuditEntry.objects.order_by("pk").values_list("act", "by", "way")
    assert list(acts) == [("connections.end", mallory.pk, "token"), ("processes.drain", mallory.pk, "token")]


def test_a_banner_is_put_and_withdrawn(ask: Asker) -> None:
    assert ask("PUT", "operations/banner", {"text": "Down at  noon."}).body == {"text": "Down at noon."}
    assert ask("GET", "operations/banner").body == {"text": "Down at noon."}
    assert ask("PUT", "operations/banner", {"text": ""}).body == {"text": ""}
    assert not Banner.objects.exists()


def test_the_audit_log_is_read_page_by_page(ask: Asker, alice: User, document: Document) -> None:
    for act in ("members.put", "members.remove", "documents.trash"):
        audit.record(act, by=Principal(str(alice.pk)), document_id=document.pk, role="editor")
    first = ask("GET", "operations/audit?act=members.&limit=1").body
    second = ask("GET", f"operations/audit?act=members.&limit=1&cursor={first['next_cursor']}").body
    assert [page["entries"][0]["act"] for page in (first, second)] == ["members.remove", "members.put"]
    assert second["next_cursor"] is None
    entry = first["entries"][0]
    assert (entry["by_id"], entry["by_name"], entry["about"]) == (str(alice.pk), "Alice", {"role": "editor"})
    assert ask("GET", f"operations/audit?user={uuid4()}").body["entries"] == []


REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "operations/sessions", None),
    ("DELETE", "operations/sessions?process=one", None),
    ("GET", "operations/processes", None),
    ("POST", "operations/processes/one/drain", None),
    ("GET", "operations/banner", None),
    ("PUT", "operations/banner", {"text": "Mine"}),
    ("GET", "operations/audit", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_it_is_for_administrators(alice: User, method: str, path: str, body: Any) -> None:
    assert Asker(alice)(method, path, body).refused == (403, "forbidden")
    assert Asker(None)(method, path, body).refused == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path", "body"), [request for request in REQUESTS if request[0] != "GET"])
def test_staff_without_the_permission_and_readers_change_nothing(
    bob: User, mallory: User, method: str, path: str, body: Any
) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    User.objects.filter(pk=mallory.pk).update(is_staff=True, is_superuser=True)
    assert Asker(bob)(method, path, body).refused == (403, "forbidden")
    assert Asker(mallory, "read")(method, path, body).refused == (403, "forbidden")


def test_what_means_nothing_is_refused(ask: Asker) -> None:
    assert ask("DELETE", "operations/sessions").refused == (422, "invalid_field")
    assert ask("POST", "operations/processes/nobody/drain").refused == (404, "not_found")
    assert ask("PUT", "operations/banner", {"text": "x" * 10_000}).refused == (422, "invalid_field")
    assert ask("GET", "operations/audit?cursor=x").refused == (422, "invalid_field")
    assert ask("GET", "operations/sessions?user=x").refused == (422, "invalid_field")
