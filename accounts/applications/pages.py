"""The account page of applications: those that may act for someone, and those that they registered themselves."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.idp.oidc.models import Client
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.applications import acts
from accounts.applications.forms import ApplicationForm
from accounts.applications.scopes import SCOPES
from accounts.principals import Principal, in_browser
from protocol.errors import ProtocolError


@login_required
def application_list(request: HttpRequest) -> HttpResponse:
    """Who may act for someone here, and in what."""
    allowed = [
        {"application": one.application, "may": [SCOPES[scope] for scope in one.scopes], "at": one.at}
        for one in acts.allowed_by(request.user.pk)
    ]
    own = Client.objects.filter(owner=request.user.pk).order_by("name", "pk")
    return render(request, "account/applications.html", {"allowed": allowed, "own": own})


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A form for a new application; then its id and its secret, which is shown this once."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = acts.register(in_browser(request), **form.wanted())
        except ProtocolError as error:
            form.add_error("addresses" if error.code == "invalid_field" else None, error.message)
        else:
            return render(request, "account/application_made.html", {"application": made, "secret": secret})
    return render(request, "account/application_form.html", {"form": form})


@login_required
@require_POST
def withdraw(request: HttpRequest, client_id: str) -> HttpResponse:
    """Deletes an application of someone's own."""
    _or_404(acts.withdraw, request, client_id)
    messages.success(request, _("The application is deleted. It acts for nobody any more."))
    return redirect("applications:list")


@login_required
@require_POST
def forbid(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ends what an application may do for someone."""
    _or_404(acts.forbid, request, client_id)
    messages.success(request, _("The application may not act for you any more."))
    return redirect("applications:list")


def _or_404(act: Callable[[Principal, str], None], request: HttpRequest, client_id: str) -> None:
    try:
        act(in_browser(request), client_id)
    except ProtocolError as error:
        raise Http404 from error
