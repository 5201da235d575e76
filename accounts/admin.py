from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.models import Token, User

# The admin's own log-in form knows neither second factors nor rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# allauth's own pages show secrets (of authenticators, of providers) and search by a name that our users don't have.
admin.site.unregister([Authenticator, SocialApp, SocialToken, UserSession])

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People. A new one gets no password here: they set it by the link of a password reset."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "color", "is_active", *POWERS, "date_joined", "last_login")
    filter_horizontal = ("groups", "user_permissions")
    actions = ("activate", "deactivate")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser gives powers; staff could else give themselves any."""
        powers = () if _person(request).is_superuser else POWERS
        return ("date_joined", "last_login", *powers)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Activate the selected users"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, True)

    @admin.action(description=_("Deactivate the selected users"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset.exclude(email=_person(request).email), False)

    def _set_active(self, request: HttpRequest, queryset: QuerySet[User], is_active: bool) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                user.is_active = is_active
                user.save(update_fields=["is_active"])  # one by one: what ends with a person hears of it
                self.log_change(request, user, [{"changed": {"fields": ["is_active"]}}])


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens to look at and to revoke; the secret is nowhere."""

    list_display = ("name", "prefix", "user", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("revoked_at", "expires_at")
    list_select_related = ("user",)
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
            tokens.revoke(token)
            self.log_change(request, token, [{"changed": {"fields": ["revoked_at"]}}])


class EndOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Something of a person's, to look at and to end."""

    list_select_related = ("user",)
    search_fields = ("user__email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj and obj.user)

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


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or _person(request).is_superuser
