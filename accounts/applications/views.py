"""Where people let applications act for them, and where these come for tokens: allauth's views, with our rules."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from allauth.idp.oidc import views
from allauth.idp.oidc.forms import ConfirmCodeForm
from allauth.idp.oidc.internal.oauthlib import device_codes
from allauth.idp.oidc.models import Client
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.applications import acts
from accounts.applications.scopes import SCOPES, in_order
from accounts.principals import in_browser

View = Callable[..., HttpResponse]


class Consent(views.AuthorizationView):  # type: ignore[misc]
    """The page that asks whether an application may act for whoever is logged in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lets the browser follow the answer to where the application waits for it."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        waits_at = getattr(self, "_request_info", {}).get("redirect_uri")
        if waits_at:
            response._csp_update = {"form-action": [_source(waits_at)]}  # type: ignore[attr-defined]
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or why an application is refused."""
        return _refusal(request) or super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """They let it."""
        application = Client.objects.get(pk=self._request_info["client_id"])
        acts.allow(in_browser(self.request), application, form.cleaned_data["scopes"])
        answer: HttpResponse = super().form_valid(form)
        return answer

    def get_form(self, form_class: Any = None) -> Any:
        """allauth's form, with what it asks for in our order."""
        form = super().get_form(form_class)
        scopes = form.fields["scopes"]
        scopes.label, scopes.choices = _("It may"), [(scope, SCOPES[scope]) for scope in in_order(self._scopes)]
        return form

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the page says besides."""
        context: dict[str, Any] = super().get_context_data(**more)
        return context | {"waits_at": _shown(self._request_info["redirect_uri"])}


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Why an application is sent back at once: it wants an answer without a question, or its proof is none."""
    error = _error(request.GET)
    if error is None:
        return None
    application = Client.objects.filter(pk=request.GET.get("client_id", "")).first()
    waits_at = request.GET.get("redirect_uri", "")
    if application is None or waits_at not in application.get_redirect_uris():
        return render(request, "idp/oidc/error.html", {"error": {"description": error}}, status=400)
    told = {"error": error} | ({"state": request.GET["state"]} if "state" in request.GET else {})
    joint = "&" if urlsplit(waits_at).query else "?"
    return HttpResponse(status=302, headers={"Location": f"{waits_at}{joint}{urlencode(told)}"})


def _error(asked: Mapping[str, str]) -> str | None:
    if "none" in asked.get("prompt", "").split():
        # allauth would let an application have what any other one was allowed.
        return "consent_required"
    # Where nothing is said of it, the challenge would be the secret itself.
    method = asked.get("code_challenge_method", "plain") if "code_challenge" in asked else "S256"
    return None if method == "S256" else "invalid_request"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    """Takes the code that a device shows, and asks whether it may act for whoever is logged in."""
    form = ConfirmCodeForm(request.GET if "code" in request.GET else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "idp/oidc/device_authorization_code_form.html", {"form": form})
    context = {"client": form.client, "user_code": form.cleaned_data["code"], "scopes": []}
    if request.method != "POST":
        context["scopes"] = [SCOPES[scope] for scope in _device_scopes(form)]
        return render(request, "idp/oidc/device_authorization_confirm_form.html", context)
    confirmed = request.POST.get("action") == "confirm"
    if confirmed:
        acts.allow(in_browser(request), form.client, _device_scopes(form))
    device_codes.confirm_or_deny_device_code(request.user, form.device_code, confirm=confirmed)
    outcome = "confirmed" if confirmed else "denied"
    return render(request, f"idp/oidc/device_authorization_{outcome}.html", context)


def _device_scopes(form: Any) -> list[str]:
    asked = cache.get(device_codes.cache_device_code_key(form.device_code))["scope"]
    return in_order(form.client.get_default_scopes() if asked is None else asked)


def _limited(action: str) -> Callable[[View], View]:
    """So often from one address, as IDP_OIDC_RATE_LIMITS has it."""

    def limited(view: View) -> View:
        @wraps(view)
        def done(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                ratelimit.consume(request, app="allauth.idp.oidc", action=action, raise_exception=True)
            except RateLimited:
                return JsonResponse({"error": "temporarily_unavailable"}, status=429)
            return view(request, *args, **kwargs)

        return done

    return limited


@csrf_exempt
@_limited("token")
def token(request: HttpRequest) -> HttpResponse:
    """Gives an application tokens for a code, a device code or a refresh token."""
    answer: HttpResponse = views.token(request)
    return answer


@csrf_exempt
@_limited("device_code")
def device_code(request: HttpRequest) -> HttpResponse:
    """Gives a device a code to show."""
    answer: HttpResponse = views.device_code(request)
    return answer


@csrf_exempt
@_limited("token")
def revoke(request: HttpRequest) -> HttpResponse:
    """Takes a token back from an application; with a refresh token, the access tokens that it was for."""
    refresh = acts.refresh_token(request.POST.get("token", ""))
    answer: HttpResponse = views.revoke(request)
    if refresh is not None and answer.status_code == 200:
        acts.end_access(refresh)
    return answer


def _source(waits_at: str) -> str:
    """The address as a content security policy writes it."""
    url = urlsplit(waits_at)
    return f"{url.scheme}://{url.netloc}" if url.scheme in ("http", "https") else f"{url.scheme}:"


def _shown(waits_at: str) -> str:
    """Where people are sent back to, as they would recognise it."""
    url = urlsplit(waits_at)
    return url.netloc or f"{url.scheme}:"
