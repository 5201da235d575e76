"""The pages of documents: the list, the editor, the history. What they show they get over REST and the socket."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import ensure_csrf_cookie

from accounts.models import User
from accounts.principals import Principal
from documents import rights, visits
from documents.exchange import pdf_writer
from documents.jobs import TRASH_IS_KEPT
from documents.sharing import addresses

# How people call the formats that a document is offered in.
DOWNLOADS = {
    "docx": _("Word (.docx)"),
    "markdown": _("Markdown (.md)"),
    "pdf": _("PDF"),
    "html": _("Web page (.html)"),
    "text": _("Plain text (.txt)"),
    "delta": _("Delta, for programs (.json)"),
}


@login_required
@ensure_csrf_cookie
def documents(request: HttpRequest) -> HttpResponse:
    """Your documents and those shared with you."""
    about = {"bootstrap": _bootstrap(request), "trash_days": TRASH_IS_KEPT.days}
    return render(request, "documents/list.html", about)


@login_required
@ensure_csrf_cookie
def editor(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document; 404 alike where it is not there and where it is not theirs."""
    if rights.access_of(document_id, Principal(str(request.user.pk))).role is None:
        return render(request, "documents/not_yours.html", {"document_id": document_id}, status=404)
    visits.note(document_id, UUID(str(request.user.pk)))
    about = {
        "bootstrap": _bootstrap(request, document_id=str(document_id)),
        "file_formats": [(name, label) for name, label in DOWNLOADS.items() if name != "pdf" or pdf_writer.is_there()],
        "guest_next": addresses.way_of(document_id, UUID(str(request.user.pk))),
    }
    return render(request, "documents/editor.html", about)


@login_required
@ensure_csrf_cookie
def history(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What a document was; 404 also where someone may read it, but not how it came about."""
    if "history" not in rights.access_of(document_id, Principal(str(request.user.pk))).capabilities:
        raise Http404
    about = {
        "bootstrap": _bootstrap(request, document_id=str(document_id)),
        "guest_next": addresses.way_of(document_id, UUID(str(request.user.pk))),
    }
    return render(request, "documents/history.html", about)


def _bootstrap(request: HttpRequest, **more: str) -> dict[str, Any]:
    user = request.user
    assert isinstance(user, User)
    return {"user": {"id": str(user.pk), "name": user.display_name, "color": user.color}, **more}
