"""Drafts for tests of authoring.

edition = loaded(tmp_path)      the small whole course of tests/fixtures, published
draft = drafted(edition, by=cast.ingrid)
"""

from datetime import UTC, datetime
from pathlib import Path

from courseware.accounts.models import User
from courseware.authoring.actions import open_draft
from courseware.bundles.actions import load_folder
from courseware.courses.models import Edition
from tests.bundles.folders import copy_of
from tests.courses_made import PUBLISHED

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def loaded(tmp_path: Path) -> Edition:
    """Figures, sources, terms, a light text, a must-pass point and every type of question."""
    return load_folder(copy_of(tmp_path), now=PUBLISHED).edition


def drafted(edition: Edition, *, by: User) -> Edition:
    return open_draft(course=edition.course, by=by, now=NOW)
