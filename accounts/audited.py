"""Whatever is made, changed or deleted by the admin's forms is in the audit log, besides the admin's own."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.models import User

if TYPE_CHECKING:
    Admin = ModelAdmin[Any]
else:
    Admin = object


class Audited(Admin):
    """To be mixed into a ModelAdmin."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        _record("admin.add", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        _record("admin.change", obj, _fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            _record("admin.delete", row)
        return super().log_deletions(request, queryset)


def audited(admin_class: "type[ModelAdmin[Any]]") -> "type[ModelAdmin[Any]]":
    """The class with `Audited` mixed in."""
    return type(admin_class.__name__, (Audited, admin_class), {"__module__": admin_class.__module__})


def _record(act: str, row: Model, fields: str = "") -> None:
    user_id = row.pk if isinstance(row, User) else getattr(row, "user_id", None)
    audit.record(act, by=None, user_id=user_id, what=row._meta.label_lower, id=str(row.pk), fields=fields)


def _fields(message: Any) -> str:
    """The names of what was changed, where the message says that in Django's form."""
    if not isinstance(message, list):
        return ""
    changes = [part.get("changed", {}) for part in message]
    return ", ".join(str(name) for change in changes for name in change.get("fields", []))
