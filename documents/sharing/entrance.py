"""Coming in through a link, from the page and over REST: the password, how often it may be tried, and guests."""

from django.db import transaction
from django.http import HttpRequest

from accounts import guests
from accounts.principals import Principal
from documents.sharing import limits, links
from documents.sharing.models import ShareLink
from protocol.errors import ProtocolError


def come_in(request: HttpRequest, link: ShareLink, by: Principal | None, *, password: str = "", name: str = "") -> None:
    """Lets `by` into the link's document, or (None) a new guest of this name, whom it logs in.

    Raises as `links.enter` does, forbidden for a wrong password, and rate_limited.
    """
    if link.password and not (by and links.is_in(link, by.user_id)):
        _prove(request, link, password)
    if by is not None:
        links.enter(link, by)
        return
    if not link.guests:
        raise ProtocolError("unauthenticated")
    limits.count(request, "guest")
    with transaction.atomic():
        guest = guests.come_in(request, name)
        links.enter(link, Principal(str(guest.pk)))


def _prove(request: HttpRequest, link: ShareLink, password: str) -> None:
    attempt = limits.count(request, "password", str(link.pk))
    if not links.opens(link, password):
        raise ProtocolError("forbidden", "The password is another.")
    attempt.rollback()
