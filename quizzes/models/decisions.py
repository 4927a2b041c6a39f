"""What people decided about somebody's attempts, or about a question everybody was asked."""

from fractions import Fraction
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import Unit
from courseware.core.ids import new_id
from courseware.core.personal import Personal
from courseware.courses.models import Course
from courseware.enrolments.models import Enrolment
from quizzes.models.attempts import Attempt

_RECORD = "As long as the force must prove training."
_KEPT = "Kept: pseudonymous."
_UNDECIDED = "Until it is decided."


class Talk(models.Model):
    """Somebody spoke with a trainee after the last failed attempt; maybe one more was allowed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="talks")
    activity_key = models.SlugField(_("test"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"))
    reason = models.TextField(_("reason"))
    is_granted = models.BooleanField(_("one more attempt allowed"), default=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "by": Personal("Who answers for it.", _RECORD, _KEPT),
        "reason": Personal("What was talked about.", _RECORD, "Blanked."),
    }

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")

    def __str__(self) -> str:
        return f"Talk on {self.enrolment_id}"


class Override(models.Model):
    """Another time, more attempts or other dates at one test, for a person or a unit and all below.

    It counts from `at` to the end of `ends_on`, unless it was taken back. What is None or 0 stays
    as the test has it. An attempt keeps the deadline it began with. `extra_attempts` come on top of
    all others, for each enrolment it reaches; an ExtraAttempt says which of them were begun.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    activity_key = models.SlugField(_("test"), max_length=60)
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="overrides", null=True, blank=True
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    extra_attempts = models.PositiveSmallIntegerField(_("more attempts"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"), null=True, blank=True
    )
    window_days = models.PositiveSmallIntegerField(
        _("days until an attempt closes"), null=True, blank=True
    )
    opens_at = models.DateTimeField(_("not before"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    skips_cooldown = models.BooleanField(_("no waiting between attempts"), default=False)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("decided at"))
    ends_on = models.DateField(_("counts until"))
    # It is over, and whoever it had let sit the test again has been looked at.
    settled_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "reason": Personal("Why the rules differ for somebody.", _RECORD, "Blanked."),
        "by": Personal("Who answers for it.", _RECORD, _KEPT),
        "taken_back_by": Personal("Who answers for it.", _RECORD, _KEPT),
    }

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, unit__isnull=True)
                | Q(enrolment__isnull=True, unit__isnull=False),
                name="an_override_is_for_a_person_or_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Exception until %(day)s") % {"day": date_format(self.ends_on)}


class ExtraAttempt(models.Model):
    """An attempt that only an exception let begin: one of its `extra_attempts` is used."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="extra")
    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="used")

    personal_data: ClassVar[dict[str, Personal]] = {
        "attempt": Personal("The training record.", _RECORD, _KEPT),
    }

    def __str__(self) -> str:
        return f"Extra attempt {self.attempt_id}"


class Erratum(models.Model):
    """A question that was asked turned out wrong, and what becomes of the marks it gave.

    Names wordings by their hashes, so it reaches every attempt that was shown one of them, in
    whichever edition. Proposed → decided (by a named person who saw its effects) → applied by a
    job; or dropped before it was decided.
    """

    class Remedy(models.TextChoices):
        DROP = "drop", _("leave the question out")
        CREDIT = "credit", _("give everybody the full mark")
        ACCEPT = "accept", _("accept another answer too")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        DECIDED = "decided", _("Decided")
        APPLIED = "applied", _("Applied")
        DROPPED = "dropped", _("Not pursued")

    class Lowering(models.TextChoices):
        """What happens to somebody whom the remedy would lower."""

        KEEP = "keep", _("nobody is lowered")
        LOWER = "lower", _("results may fall")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    activity_key = models.SlugField(_("test"), max_length=60)
    question_key = models.CharField(_("question"), max_length=40)
    content_hashes = models.JSONField(default=list)
    remedy = models.CharField(_("remedy"), max_length=8, choices=Remedy.choices)
    accepted = models.JSONField(default=dict)  # {content hash: response that is a key too}
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    impact = models.JSONField(default=dict)  # the numbers that were seen at the decision
    # Why it was decided so, by whom it was; `reason` is the proposer's.
    decision_reason = models.TextField(_("reason of the decision"), blank=True, default="")
    lowering = models.CharField(
        _("lowering"), max_length=8, choices=Lowering.choices, default=Lowering.KEEP
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    # By which of `engine.errata.Rule` it was decided: its regrades come out of them whenever they
    # are checked. What was there before, and what an older release decides, is of the first.
    rule = models.PositiveSmallIntegerField(default=1, db_default=1)

    personal_data: ClassVar[dict[str, Personal]] = {
        "reason": Personal("Why marks were changed.", _RECORD, "Blanked."),
        "decision_reason": Personal("Why it was decided so.", _RECORD, "Blanked."),
        "proposed_by": Personal("Who answers for it.", _RECORD, _KEPT),
        "decided_by": Personal("Who answers for it.", _RECORD, _KEPT),
    }

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "applied"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="an_erratum_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="an_erratum_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Erratum on {self.question_key}"


class DryRun(models.Model):
    """Whom an erratum would change, as it stood at one moment: the newest that has ended is shown,
    until the erratum is decided or dropped.

    `basis` hashes what the numbers rest on; a decision is refused where that is no longer so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    erratum = models.ForeignKey(Erratum, on_delete=models.CASCADE, related_name="dry_runs")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)  # attempts looked at, of `total`
    total = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=64, blank=True, default="")
    counts = models.JSONField(default=dict)  # as queries.impact.Impact has them
    # Rows as queries.dry_runs.Named: an attempt of each person who would pass, or no longer; and
    # the attempts that turn though nothing becomes of it for the person.
    won = models.JSONField(default=list)
    lost = models.JSONField(default=list)
    aside = models.JSONField(default=list)

    personal_data: ClassVar[dict[str, Personal]] = {
        "won": Personal("Whom a decision would change.", _UNDECIDED, _KEPT),
        "lost": Personal("Whom a decision would change.", _UNDECIDED, _KEPT),
        "aside": Personal("Whose attempts a decision would change.", _UNDECIDED, _KEPT),
    }

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            # Asking twice is asking once: of two callers one makes the run.
            models.UniqueConstraint(
                fields=["erratum"],
                condition=Q(finished_at__isnull=True),
                name="one_dry_run_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Dry run of {self.erratum_id}"


class Regrade(models.Model):
    """What an attempt earns after an erratum. The attempt itself and its marks stay as they were.

    The newest row of an attempt is its result now. `score` and `is_passed` are what holds; where
    somebody was kept from falling, `was_kept` says that the marks alone would give less, and
    `is_carried` that this erratum took nothing: what an earlier one kept is kept on.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="regrades")
    erratum = models.ForeignKey(Erratum, on_delete=models.PROTECT, related_name="regrades")
    at = models.DateTimeField()
    score_numerator = models.PositiveBigIntegerField()
    score_denominator = models.PositiveBigIntegerField()
    is_passed = models.BooleanField()
    failed_points = models.JSONField(default=list)
    was_kept = models.BooleanField(default=False)
    is_carried = models.BooleanField(default=False, db_default=False)

    personal_data: ClassVar[dict[str, Personal]] = {
        "attempt": Personal("The training record.", _RECORD, _KEPT),
        "score_numerator": Personal("The result.", _RECORD, _KEPT),
        "is_passed": Personal("The result.", _RECORD, _KEPT),
    }

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "erratum"], name="one_regrade_per_erratum"),
            models.CheckConstraint(
                condition=Q(score_denominator__gt=0), name="a_regrade_has_a_score"
            ),
            models.CheckConstraint(
                condition=Q(is_carried=False) | Q(was_kept=True), name="what_is_carried_is_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"Regrade of {self.attempt_id}"

    @property
    def score(self) -> Fraction:
        return Fraction(self.score_numerator, self.score_denominator)
