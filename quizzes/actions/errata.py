"""A question that was asked turned out wrong: said, looked at, decided, or not pursued.

    propose_erratum   by who writes the course: which words, what becomes of the marks, and why
    decide_erratum    by a reviewer or an administrator who is somebody else and saw whom it changes
    drop_erratum      by either, before it is decided

A decision names the basis of the dry run that was seen; if it is another by now, nothing happens
and the numbers are computed again. The work itself is a job (actions.regrading). Must not: touch
an attempt.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.jobs.actions import ask
from quizzes.access import may_decide_errata, may_propose_errata
from quizzes.actions.dry_runs import ask_dry_run
from quizzes.engine import registry
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.errata import NEWEST
from quizzes.engine.messages import gettext_noop
from quizzes.engine.responses import Response
from quizzes.models import Erratum
from quizzes.queries.dry_runs import basis_of
from quizzes.queries.errata import REGRADE, Wording, wordings_of

_STATE = Erratum.State


class NumbersChanged(Exception):
    """Meanwhile it would change other people, or others than were shown. Nothing was decided."""


class AlreadyDecided(Exception):
    """Somebody has decided it, or it is no longer pursued. Nothing was changed."""


@transaction.atomic
def propose_erratum(
    *,
    course: Course,
    activity_key: str,
    question_key: str,
    content_hashes: Collection[str],
    remedy: str,
    reason: str,
    by: User,
    now: datetime,
    accepted: Mapping[str, Response] | None = None,
) -> Erratum:
    """Say which wordings of a question are wrong and what should become of their marks.

    `accepted`: for ACCEPT, the answer that is a key too, by wording; of a case, those of its parts
    in which another answer counts. Raises PermissionDenied, and
    ContentError naming every fault.
    """
    if not may_propose_errata(by, course.slug):
        raise PermissionDenied
    known = {own.content_hash: own for own in wordings_of(course, activity_key, question_key)}
    chosen = sorted(set(content_hashes))
    takes = remedy == Erratum.Remedy.ACCEPT
    given = {key: (accepted or {}).get(key, {}) for key in chosen} if takes else {}
    faults = []
    if remedy not in Erratum.Remedy.values:
        faults.append(Fault("remedy", gettext_noop("Say what should become of the marks.")))
    if not chosen or not known.keys() >= set(chosen):
        faults.append(Fault("wordings", gettext_noop("Choose the words that are wrong.")))
    else:
        faults += [fault for key in given for fault in _faults(known[key], given[key])]
    if not reason.strip():
        faults.append(Fault("reason", gettext_noop("Say what is wrong with the question.")))
    if faults:
        raise ContentError(faults)
    erratum = Erratum.objects.create(
        course=course,
        activity_key=activity_key,
        question_key=question_key,
        content_hashes=chosen,
        remedy=remedy,
        accepted=given,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )
    ask_dry_run(erratum=erratum, now=now)
    record(
        verb="erratum.proposed",
        subject=("erratum", erratum.pk),
        by=by.pk,
        now=now,
        details={
            "course": course.slug,
            "activity": activity_key,
            "question": question_key,
            "remedy": remedy,
            "wordings": len(chosen),
            "reason": erratum.reason,
        },
    )
    return erratum


def _faults(wording: Wording, response: Response) -> list[Fault]:
    """Of an answer that should count too."""
    kind = registry.get(wording.type)
    content = kind.validate(wording.content)
    path = f"accepted.{wording.content_hash}"
    key = kind.whole_key(content, response)
    if not response or not kind.is_complete(content, key):
        return [Fault(path, gettext_noop("Give the whole answer that should count as right too."))]
    if kind.grade(content, key) == 1:
        return [Fault(path, gettext_noop("This answer has the full mark already."))]
    return []


@transaction.atomic
def decide_erratum(
    *, erratum: Erratum, lowering: str, reason: str, seen: str, by: User, now: datetime
) -> Erratum:
    """Decide as a named person. `seen` is the basis of the dry run that was shown.

    Raises PermissionDenied for who may not or proposed it, ValueError without a reason,
    NumbersChanged and AlreadyDecided.
    """
    if not may_decide_errata(by, erratum.course.slug) or erratum.proposed_by_id == by.pk:
        raise PermissionDenied
    if not reason.strip() or lowering not in Erratum.Lowering.values:
        raise ValueError("A decision needs a reason, and to say whether results may fall.")
    shown = erratum.dry_runs.filter(basis=seen, finished_at__isnull=False).first()
    changes = {
        "state": _STATE.DECIDED,
        "lowering": lowering,
        "rule": NEWEST,
        "decision_reason": reason.strip(),
        "impact": {**shown.counts, "basis": seen} if shown else {},
        "decided_by": by,
        "decided_at": now,
    }
    # Of any number of deciders one gets this UPDATE through.
    if not Erratum.objects.filter(pk=erratum.pk, state=_STATE.PROPOSED).update(**changes):
        raise AlreadyDecided
    # The row is held by now. Raising takes it back.
    if shown is None or basis_of(erratum) != seen:
        raise NumbersChanged
    erratum.dry_runs.all().delete()
    for name, value in changes.items():
        setattr(erratum, name, value)
    ask(kind=REGRADE, key=str(erratum.pk), args={"erratum": str(erratum.pk)}, now=now)
    record(
        verb="erratum.decided",
        subject=("erratum", erratum.pk),
        by=by.pk,
        now=now,
        details={"lowering": lowering, "reason": reason.strip(), **shown.counts},
    )
    return erratum


@transaction.atomic
def drop_erratum(*, erratum: Erratum, by: User, now: datetime) -> bool:
    """It is not pursued. False if it was decided or dropped before."""
    slug = erratum.course.slug
    if not (may_propose_errata(by, slug) or may_decide_errata(by, slug)):
        raise PermissionDenied
    waiting = Erratum.objects.filter(pk=erratum.pk, state=_STATE.PROPOSED)
    if not waiting.update(state=_STATE.DROPPED):
        return False
    erratum.dry_runs.all().delete()
    erratum.state = _STATE.DROPPED
    record(verb="erratum.dropped", subject=("erratum", erratum.pk), by=by.pk, now=now)
    return True
