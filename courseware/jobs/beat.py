"""Beat with a sign of life in the database and no schedule file to corrupt.

The schedule is one entry that repeats every two seconds; there is nothing to remember over a
restart, and two beats on one machine do not fight over a file.

Owns: the heartbeat of beat. Must not: end beat because the database is away.
"""

import logging
from typing import Any

from celery.beat import Scheduler as InMemoryScheduler
from django.db import DatabaseError, connection

from courseware.jobs import runner

logger = logging.getLogger(__name__)


class Scheduler(InMemoryScheduler):
    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            runner.show_life("beat")
        except DatabaseError as error:
            logger.warning("no heartbeat written (%s)", type(error).__name__)
            connection.close()
        return float(super().tick(*args, **kwargs))
