"""People without an account, who came in by a link and chose a name.

A guest is a person like any other to the documents, the socket and REST, but has nothing besides the documents that
they were let into: no documents, tokens or settings of their own, and no way to log in once the session has ended.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from protocol.errors import ProtocolError

# Besides what is about one document, guests reach these views alone.
REACHED = {"accounts:end_guest", "account_logout", "documents:join", "javascript-catalog"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def come_in(request: HttpRequest, name: str) -> User:
    """A new guest of that name, logged in by this request's session."""
    guest_id = uuid.uuid4()
    email = f"{guest_id.hex}@guest.invalid"
    guest = User.objects.create_user(email, id=guest_id, name=name, is_guest=True)
    login(request, guest, backend=BACKEND)
    return guest


def refuse(user_id: str | uuid.UUID) -> None:
    """Raises forbidden for a guest."""
    if User.objects.filter(pk=user_id, is_guest=True).exists():
        raise ProtocolError("forbidden", "A guest may not do this. Log in with an account.")


class GuestMiddleware:
    """Keeps guests to the documents that they were let into: there, the rights decide."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A page that says so, instead of one that is not for guests."""
        assert request.resolver_match is not None
        if "document_id" in kwargs or request.resolver_match.view_name in REACHED:
            return None
        if not getattr(request.user, "is_guest", False):
            return None
        return render(request, "account/guest.html", status=403)
