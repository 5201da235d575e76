"""Which pages a browser may come from: this server's own, and those that are listed one by one."""

from urllib.parse import urlsplit

from django.conf import settings

DEFAULT_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]
"""Scheme, host and port."""


def parsed(text: str) -> Origin | None:
    """The origin that this is, written as browsers do; None where it is anything else, as `null` is."""
    try:
        url = urlsplit(text)
        port = url.port or DEFAULT_PORTS.get(url.scheme)
    except ValueError:
        return None
    bare = f"{url.scheme}://{url.netloc}" == text and "@" not in url.netloc
    if not bare or not url.hostname or port is None:
        return None
    return url.scheme, url.hostname, port


def is_listed(text: str) -> bool:
    """Whether this is one of ALLOWED_ORIGINS."""
    origin = parsed(text)
    return origin is not None and origin in map(parsed, settings.ALLOWED_ORIGINS)
