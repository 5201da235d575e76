"""How often strangers may be let in, mailed and asked: counted where allauth counts log-ins."""

from typing import Literal

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from protocol.errors import ProtocolError

# Per address of the visitor, per link (key), or per person who is logged in.
RATES = {
    "password": "10/m/ip,10/5m/key",
    "guest": "60/h/ip",
    "invite": "100/h/user",
    "tell": "50/h/user",
    "ask": "20/h/user",
}
Action = Literal["password", "guest", "invite", "tell", "ask"]


def count(request: HttpRequest, action: Action, key: str | None = None) -> ratelimit.RateLimitUsage:
    """Counts one more, which can be rolled back. Raises rate_limited."""
    counted = tried(request, action, key)
    if counted is None:
        raise ProtocolError("rate_limited")
    return counted


def tried(request: HttpRequest, action: Action, key: str | None = None) -> ratelimit.RateLimitUsage | None:
    """`count`, with None where it is too much."""
    return ratelimit.consume(request, app="documents.sharing", action=action, config=RATES, key=key, limit_get=True)
