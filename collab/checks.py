"""System checks: what would start, and then lose something."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from collab.config import config
from collab.keys import has_key
from collab.sqlite_place import OF_THE_NETWORK, file_system


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


@checks.register()
def lasting_key(**kwargs: Any) -> list[checks.CheckMessage]:
    """Applications believe what is signed by a key that all hosts have, and keep."""
    if not config.openid_signing_key:
        wrong = "is required when ENVIRONMENT=production" if config.production else ""
    else:
        wrong = "" if has_key(config) else "is no RSA key of 2048 bits or more"
    hint = "Set it to what `openssl genrsa 2048` prints, or to the path of a file that holds that."
    return [checks.Error(f"OPENID_SIGNING_KEY {wrong}.", hint=hint, id="collab.E005")] if wrong else []


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
def local_file(**kwargs: Any) -> list[checks.CheckMessage]:
    """SQLite's write-ahead log needs memory that all its users share: a disk of this host."""
    database = settings.DATABASES["default"]
    kind = file_system(Path(database["NAME"])) if "sqlite" in database["ENGINE"] else ""
    if kind not in OF_THE_NETWORK:
        return []
    return [
        checks.Error(
            f"SQLite does not work on a file system of the network ({kind}): {database['NAME']} would be damaged.",
            hint="Set DATA_DIR to a folder on a disk of this host, or DATABASE_URL to a PostgreSQL.",
            id="collab.E004",
        )
    ]


@checks.register()
def collected_files(**kwargs: Any) -> list[checks.CheckMessage]:
    """Pages without their styles and scripts are of no use."""
    if not config.production or settings.STATIC_ROOT.is_dir():
        return []
    return [checks.Error("The files of the pages are not there: run `manage.py collectstatic`.", id="collab.E003")]
