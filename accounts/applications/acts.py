"""What people do with applications: register them, let them act, and end that; each kept in the audit log."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.applications.scopes import DEFAULT, SCOPES, in_order
from accounts.names import cleaned
from accounts.principals import Principal
from protocol.errors import ProtocolError

NAME_LENGTH = 100
MOST_APPLICATIONS = 20
MOST_ADDRESSES = 10
ADDRESS_LENGTH = 500
HERE = ("127.0.0.1", "::1", "localhost")
# It stands in the content security policy of the page that asks.
HOST = re.compile(r"((\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?)?", re.IGNORECASE)
LASTING = (Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN)


@dataclass(frozen=True, slots=True)
class Allowed:
    """That an application may act for someone; `at` is when it last got a new token for it."""

    application: Client
    scopes: list[str]
    at: datetime


def register(
    by: Principal,
    name: str,
    addresses: Collection[str],
    *,
    keeps_secret: bool = False,
    by_device_code: bool = False,
    scopes: Iterable[str] = SCOPES,
) -> tuple[Client, str | None]:
    """A new application of theirs and, where it can keep one, its secret, which can't be had again.

    `addresses` is where people may be sent back to. Raises invalid_field, rate_limited for too many applications.
    """
    application = Client(name=cleaned(name, NAME_LENGTH), owner_id=by.user_id)
    application.type = Client.Type.CONFIDENTIAL if keeps_secret else Client.Type.PUBLIC
    application.set_grant_types(_grants(bool(addresses), by_device_code and not keeps_secret))
    application.set_scopes(in_order({*DEFAULT, *scopes}))
    application.set_default_scopes(list(DEFAULT))
    _set_addresses(application, addresses)
    secret = get_adapter().generate_client_secret()
    application.set_secret(secret)
    with transaction.atomic():
        if Client.objects.filter(owner_id=by.user_id).count() >= MOST_APPLICATIONS:
            raise ProtocolError("rate_limited", _("One person registers %d applications at most.") % MOST_APPLICATIONS)
        application.save()
        audit.record("applications.register", by=by, application=application.pk, name=application.name)
    return application, secret if keeps_secret else None


def withdraw(by: Principal, client_id: str) -> None:
    """Deletes an application of theirs; it acts for nobody any more. Raises not_found."""
    with transaction.atomic():
        application = Client.objects.filter(owner_id=by.user_id, pk=client_id).first()
        if application is None:
            raise ProtocolError("not_found", _("There is no such application."))
        audit.record("applications.withdraw", by=by, application=client_id, name=application.name)
        application.delete()


def allow(by: Principal, application: Client, scopes: Iterable[str]) -> None:
    """Keeps that someone lets an application act for them."""
    told = " ".join(in_order(scopes))
    audit.record("applications.allow", by=by, user_id=by.user_id, application=application.pk, scopes=told)


def allowed_by(user_id: Any) -> list[Allowed]:
    """The applications that may act for someone, by name."""
    tokens = Token.objects.valid().filter(user=user_id, type__in=LASTING).exclude(client=None).select_related("client")
    found: dict[str, list[Token]] = {}
    for token in tokens:
        found.setdefault(token.client_id, []).append(token)
    each = [
        Allowed(
            some[0].client,
            in_order(scope for token in some for scope in token.get_scopes()),
            max(token.created_at for token in some),
        )
        for some in found.values()
    ]
    return sorted(each, key=lambda one: one.application.name.lower())


def forbid(by: Principal, client_id: str) -> None:
    """Ends at once what an application may do for someone. Raises not_found where it may do nothing."""
    with transaction.atomic():
        tokens = Token.objects.filter(user=by.user_id, client=client_id)
        if not tokens.exists():
            raise ProtocolError("not_found", _("There is no such application."))
        audit.record("applications.forbid", by=by, user_id=by.user_id, application=client_id)
        tokens.delete()  # what ends with an access token hears of it


def refresh_token(raw: str) -> Token | None:
    """The refresh token that this text is."""
    return Token.objects.by_value(raw).filter(type=Token.Type.REFRESH_TOKEN).first()


def end_access(refresh: Token) -> None:
    """Ends what an application may do for someone until it needs this refresh token, which it has given back."""
    Token.objects.filter(client=refresh.client_id, user=refresh.user_id, type=Token.Type.ACCESS_TOKEN).delete()


def _grants(sends_back: bool, by_device_code: bool) -> list[str]:
    kinds = Client.GrantType
    grants = [kinds.AUTHORIZATION_CODE] if sends_back else []
    grants += [kinds.DEVICE_CODE] if by_device_code else []
    if not grants:
        raise ProtocolError("invalid_field", _("Name an address to which people are sent back."))
    return [*grants, kinds.REFRESH_TOKEN]


def _set_addresses(application: Client, addresses: Collection[str]) -> None:
    if len(addresses) > MOST_ADDRESSES:
        raise ProtocolError("invalid_field", _("There may be %d addresses.") % MOST_ADDRESSES)
    urls = [_address(address) for address in addresses]
    application.set_redirect_uris(list(addresses))
    application.set_cors_origins(sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc}))


def _address(text: str) -> SplitResult:
    """Raises invalid_field for what is neither https, nor on the person's own machine, nor a program's own scheme."""
    try:
        url = urlsplit(text)
        host = url.hostname
    except ValueError:
        raise _no_address(text) from None
    plain = text.isascii() and text.isprintable() and not set(text) & set(" *#\\") and len(text) <= ADDRESS_LENGTH
    reaches = (url.scheme == "https" and host) or (url.scheme == "http" and host in HERE) or "." in url.scheme
    if not plain or not reaches or not HOST.fullmatch(url.netloc):
        raise _no_address(text)
    return url


def _no_address(text: str) -> ProtocolError:
    sentence = _("%s is no address to send people back to: https://…, http://127.0.0.1/… or com.example.program:/…")
    return ProtocolError("invalid_field", sentence % text[:80])
