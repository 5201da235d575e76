import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Copies an SQLite database, as it stands at one moment, into a new file. People may go on typing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the new file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if connection.vendor != "sqlite":
            raise CommandError("The database is not SQLite: use pg_dump, as docs/guides/backup.md says.")
        if path.exists():
            raise CommandError(f"{path} is there already.")
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        # Under the name that was asked for there is a whole copy or none.
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        _sync(unfinished)
        unfinished.rename(path)
        _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
