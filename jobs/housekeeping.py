"""What the queue does for itself."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.registry import job

DEAD_ARE_KEPT = timedelta(days=30)


@job("jobs.forget_dead", every=timedelta(days=1))
def forget_dead() -> None:
    """Deletes the jobs that were given up so long ago that nobody will look at them."""
    Job.objects.filter(dead_at__lt=timezone.now() - DEAD_ARE_KEPT).delete()
