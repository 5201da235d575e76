import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collab.config import config
from collab.listening import CannotListen, listen, url_of
from collab.supervisor import Supervisor


class Command(BaseCommand):
    help = "Serves Deltapad. HOST, PORT, SERVER (daphne, uvicorn) and WORKERS come from the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listener = listen(config.host, config.port)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        processes = "1 process" if config.workers == 1 else f"{config.workers} processes"
        self._report(f"Deltapad serves at {url_of(listener)} ({config.server}, {processes})")
        supervisor = Supervisor(config.server, config.workers, listener, config.shutdown_seconds, self._report)
        sys.exit(supervisor.run())

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
