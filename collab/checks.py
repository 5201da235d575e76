"""System checks: what would start, and then lose something."""

from typing import Any

from django.conf import settings
from django.core import checks

from collab.config import config


@checks.register()
def one_process_without_redis(**kwargs: Any) -> list[checks.CheckMessage]:
    """Processes tell each other of commits through Redis alone."""
    if config.workers == 1 or config.redis_url:
        return []
    return [
        checks.Error(
            f"WORKERS={config.workers} needs REDIS_URL: processes could not tell each other of edits.",
            hint="Set REDIS_URL=redis://127.0.0.1:6379/0, or WORKERS=1.",
            id="collab.E001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def lasting_mail(**kwargs: Any) -> list[checks.CheckMessage]:
    """Password resets must reach people."""
    if not config.production or config.email_url:
        return []
    return [checks.Warning("EMAIL_URL is not set: mail is printed, and nobody can reset a password.", id="collab.W001")]


@checks.register(checks.Tags.database)
def write_ahead_log(**kwargs: Any) -> list[checks.CheckMessage]:
    """SQLite without a file has no write-ahead log, and forgets everything at exit."""
    database = settings.DATABASES["default"]
    if "sqlite" not in database["ENGINE"] or ":memory:" not in str(database["NAME"]):
        return []
    return [checks.Error("DATABASE_URL names a database in memory: documents would be lost.", id="collab.E002")]


@checks.register()
def collected_files(**kwargs: Any) -> list[checks.CheckMessage]:
    """Pages without their styles and scripts are of no use."""
    if not config.production or settings.STATIC_ROOT.is_dir():
        return []
    return [checks.Error("The files of the pages are not there: run `manage.py collectstatic`.", id="collab.E003")]
