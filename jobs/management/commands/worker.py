import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jobs import queue
from jobs.runner import Runner, run_due

# Threads for jobs that wait for the servers of others.
OUTSIDE = 4


class Command(BaseCommand):
    help = "Runs background jobs until it is told to stop (SIGTERM, SIGINT); the job at hand is finished first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["until_idle"]:
            queue.plan_periodic()
            while run_due():
                pass
            return
        runner = Runner(outside=False)
        outside = [Runner(outside=True) for _ in range(OUTSIDE)]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: runner.ask_to_stop())
        for other in outside:
            other.start()
        runner.run()
        for other in outside:
            other.stop()
