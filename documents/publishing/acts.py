"""Publishing a document, and taking it back, which ends it at once."""

import re
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.principals import Principal
from documents.acts import held, require
from documents.publishing.models import SLUG_LENGTH, Publication
from protocol.errors import ProtocolError

MOST_EMBEDDERS = 20
"""The most sites that may show one document in a frame."""

_SLUG = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{1,{SLUG_LENGTH - 2}}})[a-z0-9]")
# What a policy of content security takes for a site, and nothing that could end it.
_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?")


def publish(
    document_id: UUID,
    by: Principal | None,
    *,
    slug: str | None = None,
    indexed: bool = False,
    embedders: Iterable[str] = (),
) -> Publication:
    """Lets anyone read the document, or changes how; needs `share`.

    Without `slug` the address stays as it is, or is one that nobody guesses. `embedders` are the origins of the sites
    that may show it in a frame. Raises invalid_field for what is none, or is taken.
    """
    fields = {"indexed": indexed, "embedders": _origins(embedders)}
    with held(document_id) as document:
        require(document, by, "share")
        publication = Publication.objects.filter(document=document).first() or Publication(
            document=document, slug=secrets.token_hex(12)
        )
        publication.slug = _cleaned(slug) if slug else publication.slug
        for name, value in fields.items():
            setattr(publication, name, value)
        _save(publication)
        audit.record("documents.publish", by=by, document_id=document_id, slug=publication.slug)
    return publication


def unpublish(document_id: UUID, by: Principal | None) -> None:
    """Ends the document's page, if it has one; needs `share`. Its address is free again."""
    with held(document_id) as document:
        require(document, by, "share")
        if Publication.objects.filter(document=document).delete()[0]:
            audit.record("documents.unpublish", by=by, document_id=document_id)


def _save(publication: Publication) -> None:
    try:
        with transaction.atomic():
            publication.save()
    except IntegrityError as error:
        raise ProtocolError("invalid_field", "This address is taken.") from error


def _cleaned(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise ProtocolError("invalid_field", "An address has 3 to 64 small letters, digits and hyphens.")
    return slug


def _origins(embedders: Iterable[str]) -> list[str]:
    origins = sorted({origin.strip().rstrip("/").lower() for origin in embedders})
    if len(origins) > MOST_EMBEDDERS:
        raise ProtocolError("invalid_field", f"At most {MOST_EMBEDDERS} sites may embed a document.")
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ProtocolError("invalid_field", "A site is named by its origin, as https://example.org.")
    return origins
