"""The operations page of the admin, and its buttons."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from collab.models import BANNER_LENGTH, Banner
from collab.operations import acts, live
from documents.models import Document
from protocol.errors import ProtocolError

View = Callable[[HttpRequest], HttpResponse]
# What sessions are chosen by: the name in the address, and what it stands for.
CHOICES: dict[str, Callable[[str], object]] = {"session": UUID, "document": UUID, "user": UUID, "process": str}
FIELDS = {"session": "session_id"}
SESSIONS_SHOWN = 100
DAMAGED_SHOWN = 20


def needs(permission: str) -> Callable[[View], View]:
    """Lets in who has this permission."""

    def guarded(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request)

        return guard

    return guarded


@require_GET
@needs("documents.view_connection")
def operations(request: HttpRequest) -> HttpResponse:
    """Who is where, on which process; what is refused, and what is damaged."""
    chosen = _chosen(request.GET)
    if chosen is None:
        return HttpResponseBadRequest()
    found = list(live.sessions(**chosen)[: SESSIONS_SHOWN + 1])
    processes = live.processes()
    about = {
        **admin.site.each_context(request),
        "title": _("Operations"),
        "banner_now": Banner.objects.first(),
        "banner_length": BANNER_LENGTH,
        "processes": processes,
        "sessions": found[:SESSIONS_SHOWN],
        "more_sessions": len(found) > SESSIONS_SHOWN,
        "chosen": {name: request.GET[name] for name in CHOICES if request.GET.get(name)},
        "documents": live.by_document(),
        "people": live.by_person(),
        "refusals": _refusals(processes),
        "mismatches": sum(process.measured.get("deltapad_mismatches_total", 0) for process in processes),
        "damaged": Document.objects.exclude(damage="").order_by("pk")[:DAMAGED_SHOWN],
    }
    return render(request, "admin/operations.html", about)


@require_POST
@needs("documents.delete_connection")
def disconnect(request: HttpRequest) -> HttpResponse:
    """Ends the sessions that the form names: one, or all of a document, a person or a process."""
    chosen = _chosen(request.POST)
    if not chosen:
        return HttpResponseBadRequest()
    ended = acts.disconnect(live.sessions(**chosen))
    told = ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", ended) % {"count": ended}
    messages.success(request, told)
    return _back(request)


@require_POST
@needs("documents.delete_process")
def drain(request: HttpRequest) -> HttpResponse:
    """Asks a process to send its people elsewhere and end."""
    try:
        acts.drain(request.POST.get("process", ""))
        messages.success(request, _("The process drains, and its parent starts another."))
    except ProtocolError as error:
        messages.error(request, error.message)
    return _back(request)


@require_POST
@needs("collab.change_banner")
def put_banner(request: HttpRequest) -> HttpResponse:
    """Tells everybody, or no more."""
    try:
        acts.put_banner("" if "withdraw" in request.POST else request.POST.get("text", ""))
    except ProtocolError as error:
        messages.error(request, error.message)
    return _back(request)


def _chosen(given: Any) -> dict[str, Any] | None:
    """The fields by which sessions are chosen; None where a value can't be one."""
    try:
        return {FIELDS.get(name, name): kind(given[name]) for name, kind in CHOICES.items() if given.get(name)}
    except ValueError:
        return None


def _refusals(processes: list[live.ProcessNow]) -> list[tuple[str, float, float]]:
    """By code: how many a minute lately, and how many in all; the most frequent first."""
    lately = live.added_up(process.lately for process in processes)
    in_all = live.added_up(process.refusals for process in processes)
    return [(code, lately.get(code, 0.0), in_all[code]) for code in {**lately, **in_all} if in_all.get(code)]


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if ours else reverse("admin:operations"))
