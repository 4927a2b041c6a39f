"""Work that is counted in the background, one run at a time for each thing.

Owns: the race of those who ask. Must not: know what is counted.
"""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet


def run_under_way[R: Model](
    waiting: QuerySet[R],
    *,
    has_stopped: Callable[[R], bool],
    give_way: Callable[[QuerySet[R]], object],
    begin: Callable[[], R],
) -> R:
    """The run among `waiting`, or the one that `begin` makes if there is none.

    Of any number of parallel calls one makes it: a unique constraint decides. One whose job has
    stopped for good gives way.
    """
    try:
        with transaction.atomic():
            run = waiting.first()
            if run is not None:
                if not has_stopped(run):
                    return run
                give_way(waiting.filter(pk=run.pk))  # only this one: another may be new
            return begin()
    except IntegrityError:
        return waiting.get()
