"""The secret part of the address of a link or an invitation: its id, signed. Nothing of it is kept.

So those who may share can be shown the address again, and a copy of the database opens no document
(docs/decisions/0023-addresses-of-links-are-signed.md).
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from documents.sharing.models import Invitation, LinkMembership, ShareLink

LONGEST = 200
LINKS = Signer(sep=".", salt="documents.sharing.links")
INVITATIONS = Signer(sep=".", salt="documents.sharing.invitations")


def secret_of(link_id: UUID) -> str:
    """What stands in the address of a link."""
    return LINKS.sign(link_id.hex)


def path_of(link_id: UUID) -> str:
    """The address of a link, from the site's root."""
    return reverse("documents:join", args=[secret_of(link_id)])


def way_of(document_id: UUID, user_id: UUID) -> str:
    """The address that someone came into the document by; that of the document for one who used no link."""
    used = LinkMembership.objects.filter(document=document_id, user=user_id).first()
    return path_of(used.link_id) if used else reverse("documents:editor", args=[document_id])


def path_of_invitation(invitation_id: UUID) -> str:
    """The address in the mail to someone who was invited, from the site's root."""
    return reverse("documents:invited", args=[INVITATIONS.sign(invitation_id.hex)])


def find(secret: str) -> ShareLink | None:
    """The link with this secret, whether or not it still lets anyone in; None where there is none."""
    return ShareLink.objects.select_related("document").filter(pk__in=_signed(LINKS, secret)).first()


def find_invitation(secret: str) -> Invitation | None:
    """The invitation whose mail held this secret; None where there is none."""
    return Invitation.objects.filter(pk__in=_signed(INVITATIONS, secret)).first()


def _signed(signer: Signer, secret: str) -> list[UUID]:
    """The one id that was signed, or none."""
    try:
        return [UUID(signer.unsign(secret[:LONGEST]))]
    except (BadSignature, ValueError):
        return []
