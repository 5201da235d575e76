"""What happens with every request."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts import audit

SEEN_IS_NOTED_EVERY = timedelta(minutes=5)


class LastSeenMiddleware:
    """Notes when, from where and with what someone's session was last used, for the sessions list.

    Now and then only: a write with every request would queue behind the documents' commits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, after the note."""
        session_key = request.session.session_key
        if session_key and request.user.is_authenticated:
            recently = timezone.now() - SEEN_IS_NOTED_EVERY
            if not UserSession.objects.filter(session_key=session_key, last_seen_at__gt=recently).exists():
                UserSession.objects.create_from_request(request)
        return self._get_response(request)


class OriginMiddleware:
    """Notes where a request comes from, for the audit log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response."""
        before = audit.arrive(audit.Origin(_address(request), _administrator(request)))
        try:
            return self._get_response(request)
        finally:
            audit.leave(before)


def _address(request: HttpRequest) -> str | None:
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:  # it is not known: a Unix socket
        return None
    return address


def _administrator(request: HttpRequest) -> str | None:
    if not request.path.startswith(reverse("admin:index")) or not request.user.is_authenticated:
        return None
    return str(request.user.pk)
