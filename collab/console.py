"""The page at /console: a socket by hand, to see what goes over it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from collab.specification.examples import examples
from documents import rights
from protocol.errors import ERRORS

MOST_DOCUMENTS = 200
CHANGE = {"type": "submit", "seq": 1, "base_version": 0, "delta": [{"insert": "Hello from the console. "}]}


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Whoever is logged in with their documents, and examples of all that a client may say."""
    shown = rights.documents_of(str(request.user.pk)).order_by("-updated_at")[:MOST_DOCUMENTS]
    context = {
        "documents": [{"id": str(document.pk), "title": document.title} for document in shown],
        "chosen": _chosen(request),
        "templates": _templates(),
        "about": {"codes": {row.close: row.code for row in ERRORS.values() if row.close}},
    }
    return render(request, "console.html", context)


def _templates() -> list[dict[str, Any]]:
    """First a change that fits every document: that is what one comes for. Then the examples of each kind."""
    right = [example for example in examples() if example.direction == "ClientMessage" and example.code is None]
    told = [{"type": example.type, "about": example.about, "message": example.message} for example in right]
    return [{"type": "submit", "about": gettext("a text at the beginning"), "message": CHANGE}, *told]


def _chosen(request: HttpRequest) -> str:
    """The document that the address names, so that a page can link to the console on one."""
    try:
        return str(UUID(request.GET.get("document", "")))
    except ValueError:
        return ""
