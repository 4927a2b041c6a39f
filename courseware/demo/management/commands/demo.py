"""`manage.py demo`, which `make run` calls: everything a stranger needs, in one command."""

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from courseware.demo import force, supervisor
from courseware.demo.people import ACCOUNTS, DOMAIN, PASSWORD
from courseware.jobs import embedded


class Command(BaseCommand):
    help = "Start the product in demo mode: data, web, worker and beat, until Ctrl-C."
    requires_system_checks: list[str] = []  # a second start takes seconds

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This starts demo mode, with accounts whose password is public. Set "
                "COURSEWARE_DEMO=1 for that; how to run it for real is in the Procfile."
            )
        try:
            self._run()
        except supervisor.CannotStart as error:
            raise CommandError(str(error)) from error

    def _run(self) -> None:
        supervisor.check_home(settings.HOME)
        supervisor.check_port(settings.PORT)
        with supervisor.only_one(settings.HOME):
            self._prepare()
            children = supervisor.processes(
                port=settings.PORT,
                logs=settings.HOME / "log",
                environment={**os.environ, "DJANGO_SETTINGS_MODULE": "courseware.settings"},
            )
            self._say("Starting web, worker and beat …")
            supervisor.Supervisor(
                children, self._say, f"http://127.0.0.1:{settings.PORT}", self._greet
            ).run()
        self._say("Stopped. Nothing is lost; `make run` goes on where you were.")

    def _prepare(self) -> None:
        began = time.monotonic()
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        force.build(now=timezone.now(), say=self._say)
        call_command("load_courses", verbosity=0)
        removed = embedded.clean(settings.BROKER_DIR)
        if removed:
            self._say(f"Removed {removed} broken messages; the work itself is in the database.")
        connections.close_all()
        self._say(f"Ready after {time.monotonic() - began:.0f} s.")

    def _greet(self) -> None:
        width = max(len(_login(account.login)) for account in ACCOUNTS)
        self._say("")
        self._say(f"  http://localhost:{settings.PORT}")
        self._say("")
        self._say(f"  Sign in as one of these; the password is always: {PASSWORD}")
        for account in ACCOUNTS:
            self._say(f"    {_login(account.login):<{width}}  {account.role}: {account.says}")
        self._say("")
        self._say("  Ctrl-C stops it.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _login(name: str) -> str:
    """A service number signs in as it is, everybody else by e-mail."""
    return name if name.startswith("N-") else f"{name}@{DOMAIN}"
