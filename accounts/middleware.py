"""What happens with every request of someone logged in."""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

SEEN_IS_NOTED_EVERY = timedelta(minutes=5)


class LastSeenMiddleware:
    """Notes when, from where and with what a session was last used, for the sessions list.

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
