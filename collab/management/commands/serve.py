import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collab.config import config
from collab.listening import CannotListen, listen, url_of
from collab.scrape import FOLDER
from collab.sqlite_place import Taken, occupied
from collab.supervisor import Supervisor


class Command(BaseCommand):
    help = "Serves Deltapad. HOST, PORT, SERVER (daphne, uvicorn) and WORKERS come from the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listener = listen(config.host, config.port)
            with self._database_held():
                sys.exit(self._serve(listener))
        except (CannotListen, Taken) as error:
            raise CommandError(str(error)) from error

    def _database_held(self) -> AbstractContextManager[None]:
        database = settings.DATABASES["default"]
        if "sqlite" not in database["ENGINE"]:
            return nullcontext()
        return occupied(Path(database["NAME"]), shared=bool(config.redis_url))

    def _serve(self, listener: socket) -> int:
        supervisor = Supervisor(config.server, config.workers, listener, config.shutdown_seconds, self._report)
        processes = "1 process" if config.workers == 1 else f"{config.workers} processes"
        self._report(f"Deltapad serves at {url_of(listener)} ({config.server}, {processes})")
        with TemporaryDirectory(prefix="deltapad-") as folder:
            os.environ[FOLDER] = folder
            return supervisor.run()

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
