"""`manage.py work`: the same loop as Celery's, in one process and without a broker."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from courseware.jobs import runner
from courseware.jobs.schedule import TICK_SECONDS


class Command(BaseCommand):
    help = "Carry out waiting work in this process, without Celery or a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Stop when nothing is due any more."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._loop(once=options["once"])
        except KeyboardInterrupt:
            self.stdout.write("Stopped. What was being worked on is taken up again later.")

    def _loop(self, *, once: bool) -> None:
        total = 0
        while True:
            runner.show_life("beat")
            done = runner.tick(publish=_run)
            total += done
            if done:
                continue
            if once:
                self.stdout.write(f"{total} jobs carried out; nothing is due.")
                return
            time.sleep(TICK_SECONDS)
            close_old_connections()


def _run(job_id: UUID, token: UUID) -> None:
    runner.run_job(job_id=job_id, token=token)
