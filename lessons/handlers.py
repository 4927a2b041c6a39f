"""Work of lessons: after an upgrade of the dialect every published text gets its HTML anew."""

from courseware.courses.models import Edition
from courseware.jobs.registry import Work
from lessons.actions import fill_renderings

FILL = "lessons.fill_renderings"


def fill(work: Work) -> None:
    """Cheap when nothing is missing: one query a lesson text."""
    for edition in Edition.objects.filter(published_at__isnull=False):
        fill_renderings(edition=edition, now=work.now)
        if not work.heartbeat(None, None):
            return
