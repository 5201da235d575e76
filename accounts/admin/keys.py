"""What people come in with: tokens, sessions, second factors; and the log-in to the admin itself."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.admin.lists import BoundedPaginator
from accounts.admin.people import may_touch
from accounts.models import Token

# The admin's own log-in form knows neither second factors nor rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# allauth's own pages show secrets (of authenticators, of providers) and search by a name that our users don't have.
admin.site.unregister([Authenticator, SocialApp, SocialToken, UserSession])


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens to look at and to revoke; the secret is nowhere."""

    list_display = ("name", "prefix", "user", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("revoked_at", "expires_at")
    list_select_related = ("user",)
    show_full_result_count = False
    paginator = BoundedPaginator
    search_fields = ("name", "prefix", "user__email")
    fields = readonly_fields = (
        "user",
        "name",
        "prefix",
        "scopes",
        "made_by",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        for token in queryset:
            acts.revoke_token(None, token)
            self.log_change(request, token, [{"changed": {"fields": ["revoked_at"]}}])


class EndOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Something of a person's, to look at and to end."""

    list_select_related = ("user",)
    show_full_result_count = False
    paginator = BoundedPaginator
    search_fields = ("user__email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_touch(request, obj and obj.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            if self.has_delete_permission(request, row):
                self.delete_model(request, row)


@admin.register(UserSession)
class UserSessionAdmin(EndOnlyAdmin):
    """Sessions; to delete one is to end it. The key is shown nowhere."""

    list_display = fields = ("user", "ip", "user_agent", "created_at", "last_seen_at")

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        obj.end()


@admin.register(Authenticator)
class AuthenticatorAdmin(EndOnlyAdmin):
    """Second factors, to be deleted for someone who lost theirs; their sessions end with it."""

    list_display = fields = ("user", "type", "created_at", "last_used_at")

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        obj.delete()
        for session in UserSession.objects.filter(user=obj.user):
            session.end()
