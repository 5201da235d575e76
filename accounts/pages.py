"""The account pages that aren't allauth's own: profile, tokens, the end of one session."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import acts
from accounts.forms import ProfileForm, TokenForm
from accounts.models import Token, User
from accounts.principals import in_browser


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name and color."""
    form = ProfileForm(request.POST or None, instance=_person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "account/profile.html", {"form": form})


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """A person's live tokens, and a form for a new one, which is shown this once."""
    form, raw = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        _made, raw = acts.make_token(in_browser(request), _person(request).pk, **form.wanted())
        form = TokenForm()
    live = Token.objects.live().filter(user=_person(request))
    return render(request, "account/tokens.html", {"form": form, "raw": raw, "tokens": live})


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ends one of a person's tokens."""
    token = get_object_or_404(Token, pk=token_id, user=_person(request))
    acts.revoke_token(in_browser(request), token)
    messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name})
    return redirect("accounts:tokens")


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ends one of a person's sessions, their present one included."""
    end_sessions(request, [get_object_or_404(UserSession, pk=session_id, user=_person(request))])
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")


@require_POST
def end_guest(request: HttpRequest) -> HttpResponse:
    """Ends a guest's session, so that they can log in, and come back to where they were."""
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if getattr(request.user, "is_guest", False):
        logout(request)
    return redirect_to_login(wanted if is_ours else "/")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
