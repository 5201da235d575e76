"""Our policies where allauth's provider asks for them."""

import secrets
from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client

from accounts.applications.scopes import SCOPES
from accounts.models import User


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """What applications are told of people and of this server."""

    scope_display = SCOPES

    def generate_client_secret(self) -> str:
        """A secret that needs no escaping anywhere."""
        return secrets.token_urlsafe(32)

    def get_claims(
        self, purpose: str, user: User, client: Client, scopes: Iterable[str], email: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Who someone is: their name only with `profile`, their address only with `email`."""
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, email=email, **more)
        if "profile" in scopes:
            claims |= {"name": user.display_name, "color": user.color}
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """What this server does of all that allauth could."""
        data["scopes_supported"] = list(SCOPES)
        data["response_types_supported"] = [Client.ResponseType.CODE.value]
        kinds = Client.GrantType
        data["grant_types_supported"] = [kinds.AUTHORIZATION_CODE, kinds.REFRESH_TOKEN, kinds.DEVICE_CODE]
