"""What the page of one document shows: its text, now or at a version, and everything around it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from accounts.models import AuditEntry, User
from documents import connections, history
from documents.admin.lists import written_within_the_hour
from documents.exchange.files import FILE_FORMATS, within
from documents.exchange.html_writer import to_html
from documents.images.embedding import DocumentImages
from documents.models import Document
from documents.past.timeline import Stretch, timeline
from documents.sharing.models import ShareLink
from protocol.content import Content
from protocol.errors import ProtocolError

PREVIEW_LENGTH = 100_000
STRETCHES_SHOWN = 20
# What one wrote without a longer rest is shown as one.
PAUSE = timedelta(minutes=10)
LINKS_SHOWN = 50
ACTS_SHOWN = 15
SESSIONS_SHOWN = 100


def about(request: HttpRequest, document: Document) -> dict[str, Any]:
    """The page's context; the address may name a `version` to show and one `before` which the history begins."""
    version = _asked(request, "version", document.version)
    stretches, next_before = timeline(
        document.pk, _asked(request, "before", document.version + 1), PAUSE, STRETCHES_SHOWN
    )
    return {
        "version": version,
        "stretches": _with_people(stretches),
        "next_before": next_before,
        "sessions": connections.present([document.pk])[document.pk][:SESSIONS_SHOWN],
        "links": ShareLink.objects.filter(document=document)
        .select_related("made_by")
        .order_by("-made_at")[:LINKS_SHOWN],
        "groups": document.group_memberships.select_related("group").order_by("pk")[:LINKS_SHOWN],
        "invitations": document.invitations.order_by("email")[:LINKS_SHOWN],
        "latest_acts": AuditEntry.objects.filter(document_id=document.pk).order_by("-id")[:ACTS_SHOWN],
        "written": written_within_the_hour([document]).get(document.pk, 0),
        "formats": FILE_FORMATS,
        "may_change": request.user.has_perm("documents.change_document"),
        "may_purge": request.user.has_perm("documents.delete_document"),
        **_preview(document, version),
    }


def _preview(document: Document, version: int) -> dict[str, Any]:
    content = _readable(document, version)
    if content is None:
        return {"html": None}
    shown = content.slice(0, min(content.length, PREVIEW_LENGTH))
    images = within(DocumentImages(document.pk))
    html: SafeString = mark_safe(to_html(shown.to_json(), images))  # noqa: S308 - sanitised there
    return {"html": html, "cut": content.length > PREVIEW_LENGTH}


def _readable(document: Document, version: int) -> Content | None:
    """The contents at a version; None where damage, or a removal, keeps them from being read."""
    try:
        return history.contents_at(document.pk, version)
    except ProtocolError:
        return None
    except Exception:
        if not document.damage:
            raise
        return None


def _with_people(stretches: list[Stretch]) -> list[tuple[Stretch, User | None]]:
    people: dict[UUID, User] = User.objects.in_bulk({stretch.user_id for stretch in stretches if stretch.user_id})
    return [(stretch, people.get(stretch.user_id) if stretch.user_id else None) for stretch in stretches]


def _asked(request: HttpRequest, name: str, most: int) -> int:
    """A version of the address, at most `most`, which it is without one."""
    given = request.GET.get(name, "")
    return min(int(given), most) if given.isdecimal() and len(given) < 20 else most
