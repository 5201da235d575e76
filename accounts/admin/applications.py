"""Applications of others that people may let act for them: registered and withdrawn by administrators, too."""

from allauth.idp.oidc.admin import ClientAdmin
from allauth.idp.oidc.models import Client, Token
from django.contrib import admin

admin.site.unregister([Client, Token])


@admin.register(Client)
class ApplicationAdmin(ClientAdmin):  # type: ignore[misc]
    """allauth's, without what would widen an address or show even a hash; the secret is shown once, when it is made."""

    list_display = ("name", "id", "type", "owner", "skip_consent", "created_at")
    list_filter = ("type", "skip_consent")
    list_select_related = ("owner",)
    readonly_fields = ("created_at",)
    exclude = ("secret", "allow_uri_wildcards", "data")
