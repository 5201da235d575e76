"""Versions that people gave a name, to find them again."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.principals import Principal
from documents import acts, history
from documents.events.recording import record
from documents.models import NamedVersion
from documents.names import cleaned
from protocol.errors import ProtocolError
from protocol.events import VersionNamed

NO_NAME = "That version has no name."


def named(document_id: UUID) -> QuerySet[NamedVersion]:
    """The named versions of a document with who named them, the newest version first."""
    return NamedVersion.objects.filter(document=document_id).select_related("user").order_by("-version")


def name(document_id: UUID, by: Principal, version: int, wanted: str) -> NamedVersion:
    """Gives the version a name, or another one; needs `edit` and `history`.

    Raises invalid_field, base_version_ahead, and history_gone for a version that cannot be opened any more.
    """
    wanted = cleaned(wanted)
    with acts.held(document_id) as document:
        acts.require(document, by, "edit")
        acts.require(document, by, "history")
        if version != document.version:
            history.contents_at(document_id, version)
        about = {"name": wanted, "user_id": UUID(by.user_id), "at": timezone.now()}
        row, _ = NamedVersion.objects.update_or_create(document=document, version=version, defaults=about)
        record(document, by, VersionNamed(version=version, name=wanted))
    return named(document_id).get(pk=row.pk)


def unname(document_id: UUID, by: Principal, version: int) -> None:
    """Takes the version's name away; needs `edit` and `history`. Raises not_found where it has none."""
    with acts.held(document_id) as document:
        acts.require(document, by, "edit")
        acts.require(document, by, "history")
        if not NamedVersion.objects.filter(document=document, version=version).delete()[0]:
            raise ProtocolError("not_found", NO_NAME)
        record(document, by, VersionNamed(version=version, name=None))
