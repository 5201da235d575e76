"""Guests who cannot come back are closed."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import User
from documents.jobs import forget_sharing
from documents.models import Document, Revision
from documents.sharing import links
from tests.documents.conftest import typed
from tests.documents.sharing.conftest import MakeLink
from tests.documents.sharing.test_join_page import guest, guest_of


@pytest.fixture
def grace(document: Document, link: MakeLink) -> User:
    """A guest of some hours ago, who may edit."""
    client = guest(link(role="editor", guests=True))
    client.get(f"/documents/{document.pk}/")
    found = guest_of(client)
    User.objects.filter(pk=found.pk).update(date_joined=timezone.now() - timedelta(hours=3))
    return found


def test_who_can_come_back_stays(grace: User) -> None:
    forget_sharing()
    assert User.objects.get(pk=grace.pk).is_active


def test_whose_session_ended_goes(grace: User) -> None:
    UserSession.objects.all().delete()
    forget_sharing()
    assert not User.objects.filter(pk=grace.pk).exists()


def test_whose_link_is_gone_goes(document: Document, grace: User) -> None:
    links.revoke(document.pk, None, document.share_links.get().pk)
    forget_sharing()
    assert not User.objects.filter(pk=grace.pk).exists()


def test_who_wrote_something_stays_as_a_name(document: Document, grace: User) -> None:
    typed(document, grace, "by Grace")
    UserSession.objects.all().delete()
    forget_sharing()
    grace.refresh_from_db()
    assert (grace.is_active, grace.link_memberships.exists()) == (False, False)
    assert str(Revision.objects.get().user) == "Grace (guest)"


def test_who_just_comes_in_is_left_alone(document: Document, link: MakeLink) -> None:
    found = guest_of(guest(link(guests=True)))
    UserSession.objects.all().delete()
    forget_sharing()
    assert User.objects.filter(pk=found.pk).exists()
