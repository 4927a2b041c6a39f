"""How a test of a draft is drawn, timed and marked.

Owns: the limits of these numbers, and that two people who change them at once do not undo each
other. Must not: judge the pool; `queries.draw_problems` says whether it can fill the blueprint.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields

from django.db import transaction

from courseware.courses.actions import sha256_of
from quizzes.actions.editing import Stale
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop
from quizzes.models import Quiz

MAX_DRAWN, MAX_ATTEMPTS, MAX_DAYS, MAX_MINUTES = 100, 10, 90, 600
MAX_HOURS, MAX_GRACE = 720, 1_440


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
    tag_quotas: dict[str, int] = field(default_factory=dict)
    pool_tags: list[str] = field(default_factory=list)
    withheld_tags: list[str] = field(default_factory=list)
    cooldown_hours: int = 0
    time_out: str = Quiz.TimeOut.SUBMIT
    grace_minutes: int = 0
    review: str = Quiz.Review.CHECK
    asks_confidence: bool = False

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
        yield from self._time_faults()
        yield from self._tag_faults()
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

    def _time_faults(self) -> Iterator[Fault]:
        if not 0 <= self.cooldown_hours <= MAX_HOURS:
            yield Fault("cooldown_hours", _BETWEEN, {"least": 0, "most": MAX_HOURS})
        least = int(self.time_out == Quiz.TimeOut.GRACE)
        most = MAX_GRACE if least else 0
        if not least <= self.grace_minutes <= most:
            message = _BETWEEN if least else gettext_noop("Only where a time of grace is given.")
            yield Fault("grace_minutes", message, {"least": least, "most": most})
        for name, choices in (("time_out", Quiz.TimeOut), ("review", Quiz.Review)):
            if getattr(self, name) not in choices.values:
                params = {"choices": ", ".join(choices.values)}
                yield Fault(name, gettext_noop("Must be one of: %(choices)s."), params)

    def _tag_faults(self) -> Iterator[Fault]:
        for tag, least in self.tag_quotas.items():
            if not 1 <= least <= self.draw_count:
                params = {"least": 1, "most": self.draw_count}
                yield Fault(f"tag_quotas.{tag}", _BETWEEN, params)
        for tag in sorted({*self.pool_tags, *self.tag_quotas} & {*self.withheld_tags}):
            message = gettext_noop("The tag %(tag)s cannot be both drawn and withheld.")
            yield Fault("withheld_tags", message, {"tag": tag})


_BETWEEN = gettext_noop("Must be a whole number from %(least)s to %(most)s.")


def settings_of(quiz: Quiz) -> QuizSettings:
    own = {each.name: deepcopy(getattr(quiz, each.name)) for each in fields(QuizSettings)}
    return QuizSettings(**own)


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
