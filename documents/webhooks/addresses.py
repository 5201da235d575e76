"""Where webhooks may go: to https on the public Internet, and nowhere else unless a setting names the host.

A name is looked up once for each message, and what is connected to is the address that was judged.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx
from django.conf import settings

from documents.webhooks.models import URL_LENGTH
from protocol.errors import ProtocolError

Address = IPv4Address | IPv6Address
HIGHEST_PORT = 65535
PORTS = {"http": 80, "https": 443}
# They reach IPv4 addresses by other names: mapped, translated (NAT64), 6to4, Teredo; and what was site-local.
DISGUISES = [
    ip_network(network) for network in ("::ffff:0:0/96", "64:ff9b::/32", "2002::/16", "2001::/32", "fec0::/10", "::/96")
]
NOT_PUBLIC = "A webhook goes to a public address."


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, and the address that its host was found at."""

    url: httpx.URL
    address: str


def find(text: str) -> Target:
    """Where a URL leads now. Raises invalid_field where a webhook may not go there, or nowhere."""
    url = _read(text)
    named = url.host in settings.WEBHOOK_HOSTS
    if url.scheme != "https" and not named:
        raise ProtocolError("invalid_field", "A webhook goes to an https:// address.")
    addresses = look_up(url.host, url.port or PORTS[url.scheme])
    if not addresses:
        raise ProtocolError("invalid_field", "That host is not to be found.")
    # All of them: which one is taken must not be a matter of luck.
    if not named and not all(is_public(ip_address(address)) for address in addresses):
        raise ProtocolError("invalid_field", NOT_PUBLIC)
    return Target(url, addresses[0])


def host(text: str) -> str:
    """The host of a URL that was found once."""
    return httpx.URL(text).host


def is_public(address: Address) -> bool:
    """Whether it is on the public Internet, and no other address in disguise."""
    disguised = any(address in network for network in DISGUISES if network.version == address.version)
    return address.is_global and not disguised and not address.is_multicast


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, without scopes."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


def _read(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ProtocolError("invalid_field", "That is no URL.") from None
    is_whole = url.scheme in PORTS and url.host and (url.port or 1) <= HIGHEST_PORT and len(text) <= URL_LENGTH
    if not is_whole or url.userinfo or url.fragment:
        raise ProtocolError("invalid_field", "A webhook's URL has a scheme, a host and a path, and no password.")
    return url
