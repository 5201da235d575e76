from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def alive(self) -> "JobQuerySet":
        """Jobs that still have a future: all but the dead."""
        return self.filter(dead_at=None)

    def due(self, now: datetime) -> "JobQuerySet":
        """Jobs to run by `now`, longest due first: waiting ones, and those whose worker let its lease run out."""
        unleased = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.alive().filter(unleased, run_at__lte=now).order_by("run_at", "pk")


class Job(models.Model):
    """A piece of work that is due: done ones are deleted, dead ones are kept for a person to look at."""

    kind = models.CharField(_("kind"), max_length=100)
    payload: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(_("payload"), default=dict)
    key = models.CharField(_("key"), max_length=200, null=True, blank=True)  # noqa: DJ001 - null keys never collide
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    run_at = models.DateTimeField(_("runs at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    again = models.BooleanField(_("asked for again while it ran"), default=False)
    last_error = models.TextField(_("last error"), blank=True)
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(dead_at=None), name="one_living_job_per_key"),
        )
        indexes = (models.Index(fields=["run_at", "id"], condition=Q(dead_at=None), name="jobs_in_order"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key or self.pk}"
