"""When an address has become someone's, their invitations are taken up."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from documents.sharing import invitations


@receiver(user_logged_in)
def logged_in(user: User, **_: Any) -> None:
    """Also right after signing up."""
    invitations.take_up(user)


@receiver(email_confirmed)
def confirmed(email_address: Any, **_: Any) -> None:
    """An address of someone who may be logged in already."""
    invitations.take_up(email_address.user)
