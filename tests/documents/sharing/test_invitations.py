"""People are added by e-mail: with an account at once, without one as soon as they have it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.principals import Principal
from documents import acts, rights
from documents.jobs import forget_sharing
from documents.models import Document
from documents.sharing import addresses, invitations
from documents.sharing.models import Invitation
from tests import cast
from tests.documents.conftest import Asker
from tests.documents.sharing.conftest import browser

DAVE = "dave@example.com"


def invites(asker: Asker, document: Document, email: str = DAVE, role: str = "editor") -> Any:
    return asker("PUT", f"documents/{document.pk}/members", {"email": email, "role": role})


def mails() -> list[EmailMessage]:
    return list(mail.outbox)


def role(document: Document, user: User) -> str | None:
    return rights.role_of(document.pk, str(user.pk))


@pytest.fixture
def dave(db: None) -> Callable[..., User]:
    """`dave()`: makes an account for the address, which is confirmed unless it says otherwise."""

    def make(verified: bool = True) -> User:
        user = User.objects.create_user(DAVE, cast.PASSWORD, name="Dave")
        EmailAddress.objects.create(user=user, email=DAVE, verified=verified, primary=True)
        return user

    return make


# With an account


def test_who_has_an_account_is_in_at_once_and_is_told(document: Document, mallory: User, as_alice: Asker) -> None:
    assert invites(as_alice, document, mallory.email).status == 200
    assert role(document, mallory) == "editor"
    [sent] = mails()
    assert sent.to == [mallory.email]
    assert sent.subject == "Alice shared “A document” with you"
    assert f"http://testserver/documents/{document.pk}/" in sent.body


def test_another_role_is_no_news(document: Document, bob: User, as_alice: Asker) -> None:
    assert invites(as_alice, document, bob.email, "viewer").status == 200
    assert mails() == []


def test_nobody_is_buried_in_mail(
    document: Document, mallory: User, as_alice: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.sharing.limits.RATES", {"tell": "1/h/user"})
    for _ in range(3):
        assert invites(as_alice, document, mallory.email).status == 200
        acts.remove_member(document.pk, None, mallory.pk)
    assert len(mails()) == 1


# Without one


def test_who_has_none_is_invited(document: Document, as_alice: Asker) -> None:
    answer = invites(as_alice, document, " Dave@Example.com ")
    assert (answer.status, answer.body["email"], answer.body["role"]) == (202, DAVE, "editor")
    assert as_alice("GET", f"documents/{document.pk}/invitations").body == [answer.body]
    [sent] = mails()
    assert (sent.to, sent.subject) == ([DAVE], "Alice invites you to “A document”")
    assert "http://testserver/invited/" in sent.body
    assert AuditEntry.objects.get(act="invitations.send").about["email"] == DAVE


def test_invited_again_they_get_the_newer_role(document: Document, as_alice: Asker) -> None:
    invites(as_alice, document)
    invites(as_alice, document, role="viewer")
    assert Invitation.objects.get().role == "viewer"


def test_it_is_taken_up_by_who_confirms_the_address(
    document: Document, as_alice: Asker, dave: Callable[..., User]
) -> None:
    invites(as_alice, document)
    user = dave(verified=False)
    browser(user)
    assert role(document, user) is None, "anyone can type in an address"
    EmailAddress.objects.update(verified=True)
    browser(user)
    assert role(document, user) == "editor"
    assert not Invitation.objects.exists()
    assert AuditEntry.objects.get(act="invitations.accept").user_id == user.pk


def test_where_nobody_confirms_addresses_the_account_will_do(
    document: Document, as_alice: Asker, dave: Callable[..., User], settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    invites(as_alice, document)
    user = dave(verified=False)
    browser(user)
    assert role(document, user) == "editor"


def test_the_mail_itself_confirms_the_address(
    document: Document, as_alice: Asker, dave: Callable[..., User], mallory: User
) -> None:
    invites(as_alice, document)
    path = addresses.path_of_invitation(Invitation.objects.get().pk)
    assert browser().get(path).content.decode().count(f'href="/accounts/signup/?next={path}"') == 2
    assert browser(mallory).get(path).status_code == 403
    user = dave(verified=False)
    assert browser(user).get(path)["Location"] == f"/documents/{document.pk}/"
    assert (role(document, user), role(document, mallory)) == ("editor", None)
    assert browser(user).get(path).status_code == 404, "once is enough"


def test_who_is_more_already_stays_so(document: Document, as_alice: Asker, dave: Callable[..., User]) -> None:
    invites(as_alice, document, role="viewer")
    user = dave()
    acts.put_member(document.pk, None, user.pk, "admin")
    browser(user)
    assert (role(document, user), Invitation.objects.exists()) == ("admin", False)


def test_it_ends_by_itself(document: Document, as_alice: Asker, dave: Callable[..., User]) -> None:
    invites(as_alice, document)
    path = addresses.path_of_invitation(Invitation.objects.get().pk)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_alice("GET", f"documents/{document.pk}/invitations").body == []
    user = dave()
    assert browser(user).get(path).status_code == 404
    assert role(document, user) is None
    forget_sharing()
    assert not Invitation.objects.exists()


def test_it_is_sent_again_and_withdrawn(document: Document, as_alice: Asker, dave: Callable[..., User]) -> None:
    one = f"documents/{document.pk}/invitations/{invites(as_alice, document).body['id']}"
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert as_alice("POST", f"{one}/send").status == 200
    assert Invitation.objects.get().expires_at > timezone.now() + timedelta(days=13)
    assert len(mails()) == 2
    assert as_alice("DELETE", one).status == 204
    user = dave()
    browser(user)
    assert role(document, user) is None


# Rights and bad input


@pytest.mark.parametrize(("asker", "refused"), [("as_bob", 403), ("as_carol", 403), ("as_mallory", 404)])
def test_it_is_for_those_who_may_share(
    document: Document, alice: User, asker: str, refused: int, request: pytest.FixtureRequest
) -> None:
    by = Principal(str(alice.pk))
    made = invitations.invite(document.pk, by, DAVE, "viewer", "http://testserver/")
    ask, path = request.getfixturevalue(asker), f"documents/{document.pk}/invitations"
    for method, address in (("GET", path), ("DELETE", f"{path}/{made.pk}"), ("POST", f"{path}/{made.pk}/send")):
        assert ask(method, address).refused[0] == refused
    assert invites(ask, document, "eve@example.com").refused[0] == refused
    assert [row.email for row in Invitation.objects.all()] == [DAVE]


@pytest.mark.parametrize(
    "email", ["", "dave", "dave@", "@example.com", "a@b@c.org", "dave@example.com\nBcc: eve@x.org"]
)
def test_it_refuses_what_is_no_address(document: Document, as_alice: Asker, email: str) -> None:
    assert invites(as_alice, document, email).refused == (422, "invalid_field")
    assert mails() == []


def test_nobody_is_invited_to_own(document: Document, as_alice: Asker) -> None:
    assert invites(as_alice, document, role="owner").refused == (422, "invalid_field")


def test_strangers_are_mailed_only_so_often(
    document: Document, as_alice: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.sharing.limits.RATES", {"invite": "2/h/user"})
    answers = [invites(as_alice, document, f"dave{n}@example.com").status for n in range(3)]
    assert answers == [202, 202, 429]


def test_only_so_many_wait_at_a_time(document: Document, as_alice: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.sharing.invitations.MOST_INVITATIONS", 1)
    assert invites(as_alice, document).status == 202
    assert invites(as_alice, document).status == 202, "the same person again"
    assert invites(as_alice, document, "eve@example.com").refused == (422, "invalid_field")


def test_an_invitation_that_is_not_there(document: Document, as_alice: Asker) -> None:
    path = f"documents/{document.pk}/invitations/{uuid4()}"
    assert as_alice("DELETE", path).refused == (404, "not_found")
    assert as_alice("POST", f"{path}/send").refused == (404, "not_found")
