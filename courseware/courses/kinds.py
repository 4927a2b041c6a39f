"""The contract between courses and what an activity may be.

A kind opens, hashes and describes its activities. Lessons and quizzes register theirs in
`AppConfig.ready`; courses, enrolments and home know kinds only through this Protocol.
"""

from typing import Protocol

from django.utils.functional import Promise

from courseware.courses.models import Activity, Edition


class ActivityKind(Protocol):
    name: str
    label: str | Promise
    icon: str  # name in the icon sprite
    is_assessed: bool

    def url(self, *, course_slug: str, activity_key: str) -> str:
        """Where a trainee opens the activity."""

    def content_hash(self, activity: Activity, language: str) -> str:
        """SHA-256 over everything a trainee meets in it, in one language."""

    def languages(self, edition: Edition) -> frozenset[str]:
        """Languages in which every activity of this kind in the edition has its words."""

    def describe(self, activity: Activity) -> str:
        """One translated line for the course page: "20 questions, pass mark 80 %"."""


_KINDS: dict[str, ActivityKind] = {}


def register(kind: ActivityKind) -> None:
    _KINDS[kind.name] = kind


def get(name: str) -> ActivityKind:
    """Raises KeyError for a kind that no installed app registered."""
    return _KINDS[name]


def names() -> frozenset[str]:
    return frozenset(_KINDS)
