"""Links that let people into a document: made, changed and revoked by those who may share; and coming in through one.

Whoever came in has the link's role as long as the link lives. What they are in their own right is untouched by that,
and the highest of their roles counts.
"""

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from accounts import audit, guests
from accounts.principals import Principal
from documents import rights
from documents.acts import after, held, require
from documents.models import Document
from documents.names import cleaned
from documents.sharing.models import LinkMembership, ShareLink
from documents.signals import access_changed
from protocol.errors import ProtocolError

MOST_LINKS = 100
NO_LINK = "This link leads nowhere: it was revoked, has expired, or was never given out."


class Terms(TypedDict, total=False):
    """What a link allows; what is left out stays as it is. An empty password asks for none."""

    role: str
    label: str
    password: str
    expires_at: datetime | None
    guests: bool
    most_people: int | None


def make(document_id: UUID, by: Principal | None, **terms: Unpack[Terms]) -> ShareLink:
    """A new link into the document; needs `share`. Raises invalid_field where there are MOST_LINKS already."""
    fields = _fields(terms)
    with held(document_id) as document:
        require(document, by, "share")
        if document.share_links.count() >= MOST_LINKS:
            raise ProtocolError("invalid_field", f"A document has at most {MOST_LINKS} links.")
        link = ShareLink.objects.create(document=document, made_by_id=by.user_id if by else None, **fields)
        audit.record("links.make", by=by, document_id=document_id, link=str(link.pk), role=link.role)
    return link


def change(document_id: UUID, by: Principal | None, link_id: UUID, **terms: Unpack[Terms]) -> ShareLink:
    """Changes what a link allows, also for those who came through it; needs `share`."""
    fields = _fields(terms)
    with held(document_id) as document:
        require(document, by, "share")
        link = _of(document, link_id)
        for name, value in fields.items():
            setattr(link, name, value)
        link.save(update_fields=list(fields))
        audit.record(
            "links.change", by=by, document_id=document_id, link=str(link_id), fields=", ".join(sorted(fields))
        )
        after(access_changed, document_id, user_id=None)
    return link


def revoke(document_id: UUID, by: Principal | None, link_id: UUID) -> None:
    """Ends a link, and the access of those who have none but through it; needs `share`."""
    with held(document_id) as document:
        require(document, by, "share")
        link = _of(document, link_id)
        had = [str(user_id) for user_id in link.memberships.values_list("user", flat=True)]
        link.delete()
        audit.record("links.revoke", by=by, document_id=document_id, link=str(link_id))
        after(access_changed, document_id, user_id=None, had=had)


def is_in(link: ShareLink, user_id: str) -> bool:
    """Whether someone has no use for the link: they came through it already, or are as much or more by other ways."""
    role = rights.role_of(link.document_id, user_id)
    return role is not None and rights.RANKS[role] <= rights.RANKS[link.role]


def enter(link: ShareLink, by: Principal) -> None:
    """Lets someone who knows its password into the document with the link's role; to be in already is no error.

    Raises not_found where the link lets nobody in any more, forbidden for a guest where it lets in none.
    """
    if is_in(link, by.user_id):
        return
    if not link.guests:
        guests.refuse(by.user_id)
    with held(link.document_id) as document:
        link = _of(document, link.pk)
        if document.state == Document.State.TRASHED or not link.lets_in:
            raise ProtocolError("not_found", NO_LINK)
        if not LinkMembership.objects.get_or_create(link=link, document=document, user_id=by.user_id)[1]:
            return
        link.people += 1
        link.save(update_fields=["people"])
        audit.record("links.enter", by=by, document_id=document.pk, link=str(link.pk), role=link.role)
        after(access_changed, document.pk, user_id=by.user_id)


def opens(link: ShareLink, password: str) -> bool:
    """Whether the link asks for no password, or for this one."""
    return not link.password or check_password(password, link.password)


def _of(document: Document, link_id: UUID) -> ShareLink:
    link = document.share_links.filter(pk=link_id).first()
    if link is None:
        raise ProtocolError("not_found", NO_LINK)
    return link


def _fields(terms: Terms) -> dict[str, Any]:
    """The terms as they are kept; a password takes its time to be hashed, so this is done before anything is held."""
    fields: dict[str, Any] = dict(terms)
    expires_at = terms.get("expires_at")
    if expires_at is not None and expires_at <= timezone.now():
        raise ProtocolError("invalid_field", "expires_at lies in the past.")
    if terms.get("label"):
        fields["label"] = cleaned(terms["label"])
    if terms.get("password"):
        fields["password"] = make_password(terms["password"])
    return fields
