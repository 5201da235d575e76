"""The queue alone, with jobs that leave a trace: for workers in processes of their own."""

from datetime import timedelta

from collab.settings import DATABASES, USE_TZ

__all__ = ["DATABASES", "USE_TZ"]

SECRET_KEY = "for tests"
INSTALLED_APPS = ["jobs", "tests.jobs.chores"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
JOBS_LEASE = timedelta(seconds=1.5)
