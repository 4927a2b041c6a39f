"""How a test of a draft is drawn, timed and marked.

Owns: the limits of these numbers, and that two people who change them at once do not undo each
other. Must not: judge the pool; `queries.draw_problems` says whether it can fill the blueprint.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import transaction

from courseware.courses.actions import sha256_of
from quizzes.actions.editing import Stale
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop
from quizzes.models import Quiz

MAX_DRAWN, MAX_ATTEMPTS, MAX_DAYS, MAX_MINUTES = 100, 10, 90, 600


@dataclass(frozen=True)
class QuizSettings:
    """Everything of a test but its questions. A quota of 0 and a cap of None are left out."""

    draw_count: int
    pass_percent: int
    attempts_allowed: int
    window_days: int
    time_limit_minutes: int | None
    quotas: dict[str, int] = field(default_factory=dict)
    caps: dict[str, int] = field(default_factory=dict)

    def faults(self, objectives: set[str]) -> Iterator[Fault]:
        for name, most in (
            ("draw_count", MAX_DRAWN),
            ("pass_percent", 100),
            ("attempts_allowed", MAX_ATTEMPTS),
            ("window_days", MAX_DAYS),
        ):
            if not 1 <= getattr(self, name) <= most:
                yield Fault(name, _BETWEEN, {"least": 1, "most": most})
        minutes = self.time_limit_minutes
        if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
            yield Fault("time_limit_minutes", _BETWEEN, {"least": 1, "most": MAX_MINUTES})
        for key, quota in self.quotas.items():
            if key not in objectives:
                yield Fault("quotas", gettext_noop("The course has no such objective."))
            elif not 0 <= quota <= MAX_DRAWN:
                yield Fault(f"quotas.{key}", _BETWEEN, {"least": 0, "most": MAX_DRAWN})
        for name, cap in self.caps.items():
            if not 0 <= cap <= MAX_DRAWN:
                yield Fault(f"caps.{name}", _BETWEEN, {"least": 0, "most": MAX_DRAWN})
        total = sum(self.quotas.values())
        if total != self.draw_count:
            message = gettext_noop(
                "The questions per objective add up to %(sum)s, but %(draw)s are drawn."
            )
            yield Fault("draw_count", message, {"sum": total, "draw": self.draw_count})


_BETWEEN = gettext_noop("Must be a whole number from %(least)s to %(most)s.")


def settings_of(quiz: Quiz) -> QuizSettings:
    return QuizSettings(
        draw_count=quiz.draw_count,
        pass_percent=quiz.pass_percent,
        attempts_allowed=quiz.attempts_allowed,
        window_days=quiz.window_days,
        time_limit_minutes=quiz.time_limit_minutes,
        quotas=dict(quiz.quotas),
        caps=dict(quiz.caps),
    )


def quiz_state(quiz: Quiz) -> str:
    """What a change of the settings is made from."""
    return sha256_of(asdict(settings_of(quiz)))


@transaction.atomic
def change_quiz(*, quiz: Quiz, settings: QuizSettings, seen: str) -> bool:
    """False when nothing differs. Raises Stale when its state is not the one that was `seen`, and
    ContentError naming every fault.
    """
    current = Quiz.objects.select_for_update().filter(pk=quiz.pk).first()
    if current is None or quiz_state(current) != seen:
        raise Stale(None)
    objectives = set(quiz.activity.edition.objectives.values_list("key", flat=True))
    faults = list(settings.faults(objectives))
    if faults:
        raise ContentError(faults)
    if settings == settings_of(current):
        return False
    Quiz.objects.filter(pk=quiz.pk).update(**asdict(settings))
    return True
