"""The pages behind a link and an invitation, and asking for access."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.principals import Principal, in_browser
from documents.models import Document
from documents.sharing import addresses, invitations, limits, links, requests
from documents.sharing.entrance import come_in
from documents.sharing.forms import EntranceForm
from documents.sharing.models import ShareLink
from protocol.errors import ProtocolError


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Lets in whoever has the address, once they say so; straight to the document for those who are in already."""
    link = addresses.find(secret)
    person = request.user if request.user.is_authenticated else None
    if link is not None and person is not None and links.is_in(link, str(person.pk)):
        return redirect("documents:editor", link.document_id)
    if link is None or not link.lets_in or link.document.state == Document.State.TRASHED:
        return render(request, "documents/join_nowhere.html", status=404)
    if person is None and not link.guests:
        return redirect_to_login(request.get_full_path())
    form = EntranceForm(request.POST if request.method == "POST" else None, link=link, as_guest=person is None)
    if form.is_valid() and _let_in(request, link, person, form):
        return redirect("documents:editor", link.document_id)
    return render(request, "documents/join.html", {"form": form, "link": link})


def _let_in(request: HttpRequest, link: ShareLink, person: User | None, form: EntranceForm) -> bool:
    """Whether they came in; if not, the form says why."""
    by = in_browser(request) if person else None
    try:
        come_in(request, link, by, **form.cleaned_data)
    except ProtocolError as error:
        form.add_error("password" if "password" in form.fields else None, _sentence(error.code))
        return False
    return True


def _sentence(code: str) -> str:
    return {
        "rate_limited": _("Too many attempts. Try again in a few minutes."),
        "forbidden": _("This is not the link’s password."),
    }.get(code, _("This link no longer lets anyone in."))


@never_cache
@require_http_methods(["GET"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the mail of an invitation leads: into the document, for whoever has the address that it was sent to."""
    invitation = addresses.find_invitation(secret)
    if invitation is None or invitation.expires_at <= timezone.now():
        return render(request, "documents/join_nowhere.html", status=404)
    if not request.user.is_authenticated:
        about = {"invitation": invitation, "come_back": request.get_full_path()}
        return render(request, "documents/invited.html", about)
    person = request.user
    if person.email.lower() != invitation.email:
        return render(request, "documents/invited_other.html", {"invitation": invitation}, status=403)
    invitations.accept(invitation, person)
    return redirect("documents:editor", invitation.document_id)


@login_required
@require_POST
def ask(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Asks for access, and says the same whether or not there is such a document."""
    if cast(User, request.user).is_guest:
        return redirect("documents:editor", document_id)
    if limits.tried(request, "ask"):
        requests.ask(document_id, Principal(str(request.user.pk)), request.build_absolute_uri("/"))
        messages.success(request, _("If there is such a document, those who share it have been asked."))
    else:
        messages.error(request, _("You have asked very often. Try again in an hour."))
    return redirect("documents:editor", document_id)
