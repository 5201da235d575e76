"""Groups of people. (Django's own groups, of powers, are another thing.)"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import groups
from accounts.admin.lists import BoundedPaginator
from accounts.models import Group, GroupMember
from protocol.errors import ProtocolError


class GroupMemberInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who is in it."""

    model = GroupMember
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Groups that people have made, to be looked at and put in order."""

    list_display = ("name", "size", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
    show_full_result_count = False
    paginator = BoundedPaginator
    fields = ("name",)
    inlines = (GroupMemberInline,)

    # Whoever makes one manages it.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups_of_people: QuerySet[Group] = super().get_queryset(request)
        return groups_of_people.annotate(size=Count("members"))

    @admin.display(description=_("people"))
    def size(self, group: Any) -> int:
        """How many are in it."""
        return int(group.size)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        if "name" in form.changed_data:
            self._told(request, lambda: groups.rename(obj.pk, None, obj.name))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed: list[GroupMember] = formset.save(commit=False)  # says what was changed, and writes nothing
        # Who comes before who goes: a new manager first, where the last one leaves.
        for member in sorted(changed, key=lambda member: not member.is_manager):
            self._put(request, member)
        for member in formset.deleted_objects:
            self._remove(request, member)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        groups.delete(obj.pk, None)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            self.delete_model(request, group)

    def _put(self, request: HttpRequest, member: GroupMember) -> None:
        self._told(
            request,
            lambda: groups.put(member.group_id, None, member.user_id, is_manager=member.is_manager),
        )

    def _remove(self, request: HttpRequest, member: GroupMember) -> None:
        self._told(request, lambda: groups.remove(member.group_id, None, member.user_id))

    def _told(self, request: HttpRequest, act: Callable[[], object]) -> None:
        try:
            act()
        except ProtocolError as error:
            self.message_user(request, error.message, messages.ERROR)
