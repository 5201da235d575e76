from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job


class DeadFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("alive", gettext("alive")), ("dead", gettext("given up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        if self.value() is None:
            return queryset
        return queryset.filter(dead_at__isnull=self.value() == "alive")


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Jobs to look at, try again or drop. The payload isn't shown: mails carry one-time links."""

    list_display = ("kind", "key", "run_at", "attempts", "lease_until", "dead_at")
    list_filter = (DeadFilter, "kind")
    search_fields = ("kind", "key")
    fields = (
        "kind",
        "key",
        "created_at",
        "run_at",
        "attempts",
        "lease_until",
        "dead_at",
        "last_error",
    )
    readonly_fields = fields
    actions = ("try_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Try the selected dead jobs again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset.exclude(dead_at=None):
            job.dead_at, job.attempts, job.run_at = None, 0, timezone.now()
            try:
                with transaction.atomic():
                    job.save(update_fields=["dead_at", "attempts", "run_at"])
            except IntegrityError:
                self.message_user(request, _("%(job)s is waiting already.") % {"job": job}, messages.WARNING)
