"""People."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.admin.lists import BoundedPaginator
from accounts.models import User

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People. A new one gets no password here: they set it by the link of a password reset."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    show_full_result_count = False
    paginator = BoundedPaginator
    fieldsets = (
        (None, {"fields": ("email", "name", "color", "is_active", "quota", "date_joined", "last_login")}),
        (_("Powers"), {"fields": POWERS, "classes": ("collapse",)}),
    )
    filter_horizontal = ("groups", "user_permissions")
    actions = ("activate", "deactivate")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser gives powers; staff could else give themselves any."""
        powers = () if person(request).is_superuser else POWERS
        return ("date_joined", "last_login", *powers)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Activate the selected users"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, True)

    @admin.action(description=_("Deactivate the selected users"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset.exclude(email=person(request).email), False)

    def _set_active(self, request: HttpRequest, queryset: QuerySet[User], is_active: bool) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                acts.set_active(None, user, is_active)
                self.log_change(request, user, [{"changed": {"fields": ["is_active"]}}])


def person(request: HttpRequest) -> User:
    return cast(User, request.user)


def may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or person(request).is_superuser
