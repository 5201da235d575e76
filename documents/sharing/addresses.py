"""The secret part of a link's address: the link's id, signed. Nothing of it is kept.

So those who may share can be shown the address again, and a copy of the database opens no document
(docs/decisions/0023-addresses-of-links-are-signed.md).
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from documents.sharing.models import LinkMembership, ShareLink

LONGEST = 200


def secret_of(link_id: UUID) -> str:
    """What stands in the address of a link."""
    return _signer().sign(link_id.hex)


def path_of(link_id: UUID) -> str:
    """The address of a link, from the site's root."""
    return reverse("documents:join", args=[secret_of(link_id)])


def way_of(document_id: UUID, user_id: UUID) -> str:
    """The address that someone came into the document by; that of the document for one who used no link."""
    used = LinkMembership.objects.filter(document=document_id, user=user_id).first()
    return path_of(used.link_id) if used else reverse("documents:editor", args=[document_id])


def find(secret: str) -> ShareLink | None:
    """The link with this secret, whether or not it still lets anyone in; None where there is none."""
    try:
        link_id = UUID(_signer().unsign(secret[:LONGEST]))
    except (BadSignature, ValueError):
        return None
    return ShareLink.objects.select_related("document").filter(pk=link_id).first()


def _signer() -> Signer:
    return Signer(sep=".", salt="documents.sharing.links")
