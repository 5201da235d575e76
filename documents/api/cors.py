"""Pages of other origins over REST: those that are listed may ask and read, with a token; cookies don't count there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from accounts.origins import is_listed
from documents.api.problems import refusal
from protocol.errors import ProtocolError

# REST's, and where applications get tokens.
PATHS = ("/api/", "/identity/o/api/")
METHODS = "GET, POST, PUT, PATCH, DELETE"
ASKED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"
TOLD = "Content-Disposition, Deltapad-Version, ETag, Idempotent-Replayed, Link, Location, Retry-After"
# Seconds for which a browser need not ask again whether it may ask.
REMEMBERED = "600"


class CorsMiddleware:
    """Tells browsers which pages may read what is answered there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with what a browser has to know of it."""
        origin = request.headers.get("Origin")
        if origin is None or not request.path.startswith(PATHS):
            return self._get_response(request)
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        answer = _preflight(origin) if preflight else self._get_response(request)
        if is_listed(origin):
            answer["Access-Control-Allow-Origin"] = origin
            answer["Access-Control-Expose-Headers"] = TOLD
        patch_vary_headers(answer, ["Origin"])
        return answer


def _preflight(origin: str) -> HttpResponse:
    if not is_listed(origin):
        return refusal(ProtocolError("origin_not_allowed"))
    allowed = {"Methods": METHODS, "Headers": ASKED}
    headers = {f"Access-Control-Allow-{name}": value for name, value in allowed.items()}
    return HttpResponse(status=204, headers={**headers, "Access-Control-Max-Age": REMEMBERED})
