"""Work of lessons: HTML after an upgrade of the dialect, pictures that people bring, tidying."""

from uuid import UUID

from courseware.courses.models import Edition
from courseware.jobs.registry import Work
from lessons.actions import fill_renderings, forget_unused_media, prepare_picture, tidy_uploads

FILL = "lessons.fill_renderings"
TIDY = "lessons.tidy"


def fill(work: Work) -> None:
    """Cheap when nothing is missing: one query a lesson text."""
    for edition in Edition.objects.filter(published_at__isnull=False):
        fill_renderings(edition=edition, now=work.now)
        if not work.heartbeat(None, None):
            return


def prepare(work: Work) -> None:
    """Kind "lessons.picture": write one uploaded picture anew."""
    prepare_picture(upload_id=UUID(str(work.args["upload"])), now=work.now)


def tidy(work: Work) -> None:
    """Kind "lessons.tidy": end what was broken off, drop what no edition names."""
    tidy_uploads(now=work.now)
    forget_unused_media(now=work.now)
