"""Work of search: what was published since, and all after an upgrade, goes into the index."""

from courseware.jobs.registry import Work
from courseware.search.actions import fill as fill_words
from courseware.search.queries import unfilled

FILL = "search.fill"


def fill(work: Work) -> None:
    """One query when there is nothing to do."""
    for words in unfilled():
        fill_words(edition_id=words.edition_id, language=words.language, now=work.now)
        if not work.heartbeat(None, None):
            return
