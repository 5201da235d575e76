"""The end of guests who cannot come back: their session has ended, or they are let into nothing any more."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from documents.models import Revision
from documents.sharing.models import LinkMembership

# How long a guest who is just coming in is left alone.
GRACE = timedelta(hours=1)
PORTION = 500


def close_guests() -> None:
    """Deletes them, but keeps as a name, without any access, those who wrote something."""
    gone = User.objects.filter(is_guest=True, is_active=True, date_joined__lt=timezone.now() - GRACE).exclude(
        Exists(LinkMembership.objects.filter(user=OuterRef("pk"))),
        Exists(UserSession.objects.filter(user=OuterRef("pk"))),
    )
    for guest in gone[:PORTION]:
        _close(guest)


@transaction.atomic
def _close(guest: User) -> None:
    if not Revision.objects.filter(user=guest).exists():
        guest.delete()
        return
    LinkMembership.objects.filter(user=guest).delete()
    guest.is_active = False
    guest.save(update_fields=["is_active"])
