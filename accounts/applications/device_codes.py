"""What oauthlib 4.0.1 asks of allauth, which has no answer to it as of 65.21: whether a device's code was confirmed.

allauth looks into that itself before it asks oauthlib for the tokens, and tells it then who confirmed it.
"""

from typing import Any

from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from oauthlib.oauth2.rfc8628.grant_types.device_code import DeviceCodeGrant


def validate_device_code(self: Any, client_id: str, code: str, request: Any) -> str | None:
    """The status of a code; None for one that nobody confirmed."""
    if not request.user:
        return None
    if request.scope is None:
        request.scopes = self.get_default_scopes(client_id, request)
    return str(DeviceCodeGrant.DEVICE_CODE_AUTHORIZED)


def answer() -> None:
    """Gives allauth this answer, unless it has one of its own."""
    if not hasattr(OAuthLibRequestValidator, "validate_device_code"):
        OAuthLibRequestValidator.validate_device_code = validate_device_code
