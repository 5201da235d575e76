"""Documents in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import groups
from accounts.models import AuditEntry, User
from documents import acts, connections, group_members, rights
from documents.integrity.verify import verify
from documents.models import Connection, Document
from documents.sharing import links
from tests.documents.conftest import principal, typed

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


def inside(document: Document, query: str = "") -> str:
    """The address of the document's page."""
    return f"{LIST}{document.pk}/change/{query}"


def act(client: Client, document: Document, name: str, **form: Any) -> str:
    """Presses a button of the document's page; what is shown then."""
    answer = client.post(f"{LIST}{document.pk}/act/{name}/", form, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    document.refresh_from_db()
    return answer.content.decode()


def change(client: Client, document: Document, **fields: Any) -> None:
    """Saves the document's form with some fields changed."""
    members = list(document.memberships.order_by("pk"))
    form: dict[str, Any] = {
        "title": document.title,
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
    answer = client.post(inside(document), form | fields)
    assert answer.status_code == 302, answer.content.decode()
    document.refresh_from_db()


def role(document: Document, user: User) -> str | None:
    return rights.role_of(document.pk, str(user.pk))


def sits(document: Document, user: User) -> Connection:
    now = timezone.now()
    row = Connection(document=document, user=user, process="process-one", client_id="typewriter", since=now)
    row.lease = now + timedelta(minutes=1)
    connections.join([row])
    return row


def test_it_lists_documents_and_what_they_are_like_now(
    document: Document, alice: User, bob: User, admin: Client
) -> None:
    sits(document, bob)
    typed(document, alice, "one", "two")
    shown = page(admin, LIST)
    assert "A document" in shown
    assert '<td class="field-here">Bob <small class="quiet">process-</small></td>' in shown
    assert '<td class="field-pace">2</td>' in shown


def test_what_was_written_long_ago_is_not_the_pace(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "one", "two")
    document.revisions.filter(version=1).update(at=timezone.now() - timedelta(hours=2))
    assert '<td class="field-pace">1</td>' in page(admin, LIST)


def test_its_list_costs_the_same_for_many(alice: User, bob: User, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(admin, LIST)
        return len(captured)

    typed(acts.create(alice.pk, "one"), alice, "x")
    cost()  # the first visit notes the session
    few = cost()
    for number in range(20):
        made = acts.create(alice.pk, f"document {number}")
        typed(made, alice, "x")
        sits(made, bob)
    assert cost() == few


@pytest.mark.parametrize("query", ["minutes", "minu", "bob@", "{pk}"])
def test_it_is_searched_by_words_owner_and_id(alice: User, bob: User, admin: Client, query: str) -> None:
    acts.create(alice.pk, "Something else")
    made = acts.create(bob.pk, "The minutes of the council")
    shown = page(admin, f"{LIST}?q={query.format(pk=made.pk)}")
    assert "The minutes" in shown
    assert "Something else" not in shown


def test_it_is_filtered_by_who_is_in_it(document: Document, alice: User, bob: User, admin: Client) -> None:
    acts.create(alice.pk, "Empty room")
    sits(document, bob)
    shown = page(admin, f"{LIST}?live=yes")
    assert document.title in shown
    assert "Empty room" not in shown


def test_it_shows_the_text_the_history_and_who_is_there(
    document: Document, alice: User, bob: User, admin: Client
) -> None:
    typed(document, alice, "two", "one ")
    sits(document, bob)
    links.make(document.pk, None, role="viewer", label="For the press")
    group = groups.create(principal(alice), "The council")
    group_members.put(document.pk, None, group.pk, "editor")
    acts.move(document.pk, None, "frozen")
    shown = page(admin, inside(document))
    for said in ("<p>one two</p>", "1–2</a>", "Disconnect Bob", "For the press", "The council", "documents.freeze"):
        assert said in shown
    assert "<p>two</p>" in page(admin, inside(document, "?version=1"))


def test_history_goes_by_pages(document: Document, alice: User, bob: User, admin: Client) -> None:
    for number in range(15):
        typed(document, alice if number % 2 else bob, "x", client_id=f"client-{number:03}")
    assert "before=" in page(admin, inside(document))


def test_a_long_text_is_cut(document: Document, alice: User, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.admin.page.PREVIEW_LENGTH", 3)
    typed(document, alice, "abcdef")
    shown = page(admin, inside(document))
    assert "<p>abc</p>" in shown
    assert "only its beginning is shown" in shown


def test_markup_in_a_text_stays_text(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "<script>alert(1)</script>")
    acts.rename(document.pk, None, "<script>alert(2)</script>")
    for path in (LIST, inside(document)):
        assert "<script>alert" not in page(admin, path)


@pytest.mark.parametrize("query", ["version=x", "version=-1", "version=99", "before=0", "before=" + "9" * 50])
def test_versions_that_are_none_are_passed_over(document: Document, alice: User, admin: Client, query: str) -> None:
    typed(document, alice, "x")
    page(admin, inside(document, f"?{query}"))


# Changes go the way of all changes


def test_it_freezes_and_thaws_and_says_who_did(document: Document, admin: Client) -> None:
    act(admin, document, "freeze")
    assert document.state == "frozen"
    act(admin, document, "open")
    assert document.state == "open"
    entries = AuditEntry.objects.filter(document_id=document.pk).order_by("pk").values_list("act", "by_name", "way")
    assert list(entries) == [("documents.freeze", "Admin", "admin"), ("documents.open", "Admin", "admin")]


def test_it_trashes_and_takes_out_again(document: Document, admin: Client) -> None:
    act(admin, document, "trash")
    assert document.trashed_at is not None
    act(admin, document, "restore")
    assert document.state == "open"


def test_it_deletes_for_good_what_is_in_the_trash_once_it_is_confirmed(document: Document, admin: Client) -> None:
    purge = f"{LIST}{document.pk}/purge/"
    assert admin.post(purge).status_code == 404
    act(admin, document, "trash")
    assert "Delete this document for good?" in page(admin, purge)
    assert Document.objects.exists()
    admin.post(purge)
    assert not Document.objects.exists()
    assert AuditEntry.objects.get(act="documents.purge").document_id == document.pk


def test_it_goes_back_to_a_version_by_a_change_like_any_other(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "two", "one ")
    act(admin, document, "version", version=1)
    assert document.version == 3
    assert "<p>two</p>" in page(admin, inside(document))
    assert AuditEntry.objects.get(act="versions.restore").way == "admin"


def test_it_hands_on(document: Document, alice: User, bob: User, admin: Client) -> None:
    act(admin, document, "transfer", email="BOB@example.com")
    assert document.owner == bob
    assert role(document, alice) == "editor"


def test_it_revokes_a_link(document: Document, admin: Client) -> None:
    link = links.make(document.pk, None, role="viewer")
    act(admin, document, "revoke-link", link=link.pk)
    assert not document.share_links.exists()


def test_it_exports(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "two")
    answer = admin.get(f"{LIST}{document.pk}/export/text/")
    assert answer.content == b"two\n"
    assert "A document.txt" in answer.headers["Content-Disposition"]
    assert AuditEntry.objects.get(act="documents.export").about == {"format": "text"}


def test_it_renames_and_shows_the_history(document: Document, admin: Client) -> None:
    change(admin, document, title="Renamed", viewers_see_history="on")
    assert (document.title, document.viewers_see_history) == ("Renamed", True)


def test_it_leaves_the_text_alone(document: Document, alice: User, admin: Client) -> None:
    typed(document, alice, "x")
    change(admin, document, version=7, length=9, digest="x", state="frozen", title="Renamed")
    assert (document.version, document.length, document.state) == (1, 2, "open")


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


def test_nothing_is_made_or_deleted_by_the_form(document: Document, admin: Client) -> None:
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Document.objects.exists()


@pytest.mark.parametrize("path", ["", "{pk}/change/", "{pk}/purge/", "{pk}/export/text/"])
def test_people_have_no_business_here(document: Document, alice: User, path: str) -> None:
    client = Client()
    client.force_login(alice, backend=BACKEND)
    assert client.get(LIST + path.format(pk=document.pk)).status_code == 302


def test_staff_who_only_look_change_nothing(document: Document, carol: User) -> None:
    User.objects.filter(pk=carol.pk).update(is_staff=True)
    client = Client()
    client.force_login(carol, backend=BACKEND)
    assert client.get(inside(document)).status_code == 403, "not without a permission"
    carol.user_permissions.set(Permission.objects.filter(codename="view_document"))
    acts.move(document.pk, None, "trashed")
    shown = page(client, inside(document))
    assert "Take out of the trash" not in shown
    assert "Delete for good" not in shown
    assert client.post(f"{LIST}{document.pk}/act/restore/").status_code == 403
    assert client.post(f"{LIST}{document.pk}/purge/").status_code == 403
    document.refresh_from_db()
    assert document.state == "trashed"


# Bad input


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("transfer", {"email": "nobody@example.com"}, "Nobody with that e-mail address"),
        ("version", {"version": "x"}, "A version is a number"),
        ("version", {"version": "99"}, "has not reached"),
        ("revoke-link", {"link": "x"}, "no such link"),
    ],
)
def test_what_is_refused_is_told(document: Document, admin: Client, name: str, form: dict[str, str], said: str) -> None:
    assert said in act(admin, document, name, **form)


def test_what_is_not_there(document: Document, admin: Client) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    assert admin.post(f"{LIST}{nobody}/act/freeze/").status_code == 404
    assert admin.get(f"{LIST}{nobody}/export/text/").status_code == 404
    assert admin.get(f"{LIST}{nobody}/purge/").status_code == 404
    assert admin.post(f"{LIST}{document.pk}/act/explode/").status_code == 404
    assert admin.get(f"{LIST}{document.pk}/export/exe/").status_code == 404
    assert admin.get(f"{LIST}{document.pk}/act/freeze/").status_code == 405


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
    shown = page(admin, inside(damaged))
    assert "revision at version 1: it is missing" in shown
    assert "This version cannot be read" in shown


def test_what_is_damaged_is_not_opened(admin: Client, damaged: Document) -> None:
    assert "did not pass its integrity check" in act(admin, damaged, "open")
    assert damaged.state == "frozen"
    chosen = {"action": "open", "_selected_action": [damaged.pk]}
    assert "did not pass its integrity check" in admin.post(LIST, chosen, follow=True).content.decode()


def test_it_is_verified_when_asked(admin: Client, document: Document, alice: User) -> None:
    typed(document, alice, "a")
    verify(document.pk)
    assert document.title not in page(admin, f"{LIST}?integrity=waiting")
    admin.post(LIST, {"action": "verify_now", "_selected_action": [document.pk]})
    assert document.title in page(admin, f"{LIST}?integrity=waiting")
    verify(document.pk)
    act(admin, document, "verify")
    assert document.verified_at is None
