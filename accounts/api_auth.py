"""Who asks over REST: a bearer's token, or the person of the page's session.

An `Authorization` header decides alone: one that is no good is a 401, never a fall back to the cookie.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from accounts import principals
from accounts.models import User
from accounts.principals import Principal, in_browser
from protocol.errors import ProtocolError


class BearerAuth(AuthBase):
    """`Authorization: Bearer …`: a token of someone's own, or one that an application got."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Principal | None:
        """The token's principal, which becomes `request.auth`; None without a valid token."""
        scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        principal = principals.by_token(raw.strip())
        if principal is not None:
            request.user = SimpleLazyObject(lambda: User.objects.get(pk=principal.user_id))  # type: ignore[assignment]
        return principal


class SessionAuth(AuthBase):
    """The session cookie of someone logged in; what changes something also needs the CSRF token."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Principal | None:
        """The session's principal, which becomes `request.auth`; None where nobody is logged in.

        Raises:
            ProtocolError: `origin_not_allowed` for a page of another origin, `forbidden` without a valid CSRF token.
        """
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if request.headers.get("Origin", own := f"{request.scheme}://{request.get_host()}") != own:
            raise ProtocolError("origin_not_allowed", "Pages of other origins come with a token, not with a cookie.")
        if check_csrf(request) is not None:
            raise ProtocolError("forbidden", "The CSRF token is missing or wrong.")
        return in_browser(request)


def scoped(request: HttpRequest, scope: str) -> Principal:
    """Who asks, if their token lets them `read` or `write`; else raises forbidden."""
    principal = asker(request)
    if scope not in principal.scopes:
        raise ProtocolError("forbidden")
    return principal


def in_person(request: HttpRequest, scope: str) -> Principal:
    """As `scoped`; applications are refused, whatever they may do."""
    themselves(request)
    return scoped(request, scope)


def themselves(request: HttpRequest) -> Principal:
    """The asker, unless it is an application that acts for them: raises forbidden."""
    principal = asker(request)
    if principal.application is not None:
        raise ProtocolError("forbidden", "No application may do this for a person.")
    return principal


def asker(request: HttpRequest) -> Principal:
    """The principal that one of the classes above found."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    return principal
