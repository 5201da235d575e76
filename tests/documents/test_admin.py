"""Documents in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from documents import acts, connections, rights
from documents.integrity.verify import verify
from documents.models import Connection, Document
from tests.documents.conftest import typed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LIST = "/admin/documents/document/"


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of an administrator, who is no member of any document."""
    user = User.objects.create_superuser("admin@example.com", "x", name="Admin")
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def change(client: Client, document: Document, **fields: Any) -> None:
    """Saves the document's form with some fields changed."""
    members = list(document.memberships.order_by("pk"))
    form: dict[str, Any] = {
        "title": document.title,
        "owner": document.owner_id,
        "state": document.state,
        "memberships-TOTAL_FORMS": len(members),
        "memberships-INITIAL_FORMS": len(members),
    }
    for number, member in enumerate(members):
        form |= {
            f"memberships-{number}-id": member.pk,
            f"memberships-{number}-document": document.pk,
            f"memberships-{number}-user": member.user_id,
            f"memberships-{number}-role": member.role,
        }
    answer = client.post(f"{LIST}{document.pk}/change/", form | fields)
    assert answer.status_code == 302, answer.content.decode()
    document.refresh_from_db()


def role(document: Document, user: User) -> str | None:
    return rights.role_of(document.pk, str(user.pk))


def test_it_lists_documents_and_who_is_in_them(document: Document, bob: User, admin: Client) -> None:
    now = timezone.now()
    connections.join(
        [
            Connection(
                document=document,
                user=bob,
                process="here",
                client_id="typewriter",
                since=now,
                lease=now + timedelta(minutes=1),
            )
        ]
    )
    shown = page(admin, LIST)
    assert "A document" in shown
    assert '<td class="field-here">Bob</td>' in shown
    assert "Bob" in page(admin, f"{LIST}{document.pk}/inside/")


def test_its_list_costs_the_same_for_many(alice: User, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(admin, LIST)
        return len(captured)

    acts.create(alice.pk, "one")
    cost()  # the first visit notes the session
    few = cost()
    for number in range(20):
        acts.create(alice.pk, f"document {number}")
    assert cost() == few


def test_it_shows_the_text_and_the_history(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "two", "one ")
    shown = page(admin, f"{LIST}{document.pk}/inside/")
    assert "<p>one two</p>" in shown
    assert "typewriter 2" in shown
    assert "[{&quot;insert&quot;:&quot;one &quot;}]" in shown
    earlier = page(admin, f"{LIST}{document.pk}/inside/?version=1&before=2")
    assert "<p>two</p>" in earlier
    assert "typewriter 2" not in earlier


def test_history_goes_by_pages(document: Document, alice: User, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.admin.REVISIONS_SHOWN", 2)
    typed(document, alice, *"abc")
    assert "before=2" in page(admin, f"{LIST}{document.pk}/inside/")
    assert "before=2" not in page(admin, f"{LIST}{document.pk}/inside/?before=2").partition("Earlier")[2]


def test_a_long_text_is_cut(document: Document, alice: User, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.admin.PREVIEW_LENGTH", 3)
    typed(document, alice, "abcdef")
    shown = page(admin, f"{LIST}{document.pk}/inside/")
    assert "<p>abc</p>" in shown
    assert "only its beginning is shown" in shown


def test_markup_in_a_text_stays_text(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "<script>alert(1)</script>")
    acts.rename(document.pk, None, "<script>alert(2)</script>")
    for path in (LIST, f"{LIST}{document.pk}/change/", f"{LIST}{document.pk}/inside/"):
        assert "<script>alert" not in page(admin, path)


@pytest.mark.parametrize("query", ["version=x", "version=-1", "version=99", "before=0", "before=" + "9" * 50])
def test_versions_that_are_none_are_passed_over(document: Document, alice: User, admin: Client, query: str) -> None:
    typed(document, alice, "x")
    page(admin, f"{LIST}{document.pk}/inside/?{query}")


# Changes go the way of all changes


def test_it_renames_freezes_and_hands_on(document: Document, alice: User, bob: User, admin: Client) -> None:
    change(admin, document, title="Renamed", state="frozen", owner=bob.pk, viewers_see_history="on")
    assert (document.title, document.state, document.owner) == ("Renamed", "frozen", bob)
    assert document.viewers_see_history
    assert role(document, alice) == "editor"


def test_it_trashes_and_restores(document: Document, admin: Client) -> None:
    change(admin, document, state="trashed")
    assert document.trashed_at is not None
    change(admin, document, state="open")
    assert document.trashed_at is None


def test_it_leaves_the_text_alone(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "x")
    change(admin, document, version=7, length=9, digest="x", title="Renamed")
    assert (document.version, document.length) == (1, 2)


def test_it_changes_members(document: Document, bob: User, carol: User, mallory: User, admin: Client) -> None:
    change(
        admin,
        document,
        **{
            "memberships-TOTAL_FORMS": 3,
            "memberships-0-role": "viewer",
            "memberships-1-DELETE": "on",
            "memberships-2-document": document.pk,
            "memberships-2-user": mallory.pk,
            "memberships-2-role": "editor",
        },
    )
    assert (role(document, bob), role(document, carol), role(document, mallory)) == ("viewer", None, "editor")


def test_the_owner_is_no_member_besides(document: Document, alice: User, admin: Client) -> None:
    change(
        admin,
        document,
        **{
            "memberships-TOTAL_FORMS": 3,
            "memberships-2-document": document.pk,
            "memberships-2-user": alice.pk,
            "memberships-2-role": "viewer",
        },
    )
    assert document.memberships.count() == 2
    assert role(document, alice) == "owner"


@pytest.mark.parametrize(("action", "state"), [("freeze", "frozen"), ("trash", "trashed")])
def test_it_moves_many(document: Document, alice: User, admin: Client, action: str, state: str) -> None:
    other = acts.create(alice.pk, "other")
    chosen = [document.pk, other.pk]
    admin.post(LIST, {"action": action, "_selected_action": chosen})
    assert set(Document.objects.values_list("state", flat=True)) == {state}
    admin.post(LIST, {"action": "open", "_selected_action": chosen})
    assert set(Document.objects.values_list("state", flat=True)) == {"open"}


# Who may


def test_nothing_is_made_or_deleted_here(document: Document, admin: Client) -> None:
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Document.objects.exists()


@pytest.mark.parametrize("path", [LIST, LIST + "{pk}/change/", LIST + "{pk}/inside/"])
def test_people_have_no_business_here(document: Document, alice: User, path: str) -> None:
    client = Client()
    client.force_login(alice, backend=BACKEND)
    assert client.get(path.format(pk=document.pk)).status_code in {302, 403}


def test_staff_without_the_permission_do_not_look_inside(document: Document, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    client = Client()
    client.force_login(alice, backend=BACKEND)
    assert client.get(f"{LIST}{document.pk}/inside/").status_code == 403


def test_a_document_that_is_not_there(admin: Client) -> None:
    assert admin.get(f"{LIST}00000000-0000-0000-0000-000000000000/inside/").status_code == 404


# Integrity


@pytest.fixture
def damaged(document: Document, alice: User) -> Document:
    """A document without its first revision."""
    typed(document, alice, "a", "b")
    document.revisions.filter(version=1).delete()
    verify(document.pk)
    return document


def test_what_is_damaged_is_listed_and_told(admin: Client, damaged: Document) -> None:
    assert damaged.title in page(admin, f"{LIST}?integrity=damaged")
    assert damaged.title not in page(admin, f"{LIST}?integrity=sound")
    assert "revision at version 1: it is missing" in page(admin, f"{LIST}{damaged.pk}/change/")
    assert "revision at version 1: it is missing" in page(admin, f"{LIST}{damaged.pk}/inside/")


def test_what_is_damaged_is_not_opened(admin: Client, damaged: Document) -> None:
    change(admin, damaged, state="open")
    assert damaged.state == "frozen"
    act = {"action": "open", "_selected_action": [damaged.pk]}
    assert "did not pass its integrity check" in admin.post(LIST, act, follow=True).content.decode()


def test_it_is_verified_when_asked(admin: Client, document: Document, alice: User) -> None:
    typed(document, alice, "a")
    verify(document.pk)
    assert document.title not in page(admin, f"{LIST}?integrity=waiting")
    admin.post(LIST, {"action": "verify_now", "_selected_action": [document.pk]})
    assert document.title in page(admin, f"{LIST}?integrity=waiting")
