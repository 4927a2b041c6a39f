"""I8: the trail tells the whole story, and nobody has rewritten it.

    append-only   the database refuses to change or delete what was recorded
    recorded      what the tables say has happened, the trail says too, and the other way round
    pinned        whoever has begun is on the edition where the trail last put them
    grants        a role holds as it was last given or ended
    proven        seals verify, and nothing waits long for one (audit.queries.verify_chain)

Owns: which state of a row follows from which event. Must not: mend anything, or name anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet

from courseware.accounts.actions import grant_details
from courseware.accounts.models import RoleGrant, User
from courseware.audit import schema
from courseware.audit.models import AuditEvent
from courseware.audit.queries import verify_chain
from courseware.authoring.models import Review
from courseware.certificates.models import Certificate, CertificateEvent
from courseware.core.ids import made_at
from courseware.courses.models import Course, Edition, EditionLanguage
from courseware.enrolments.models import Completion, DateChange, Enrolment
from courseware.health import freezing
from quizzes.models import Attempt, Erratum, Override, Regrade, Talk

#: The trail's own tables; the others' triggers are nobody's invariant but everybody's condition.
TABLES = "audit_"
_AT_ONCE = 500
#: A trail that was rewritten as a whole is said in this many lines; then somebody must look.
_MOST = 100

#: What is wrong with which row: (its type and id, a sentence).
Wrong = tuple[str, str]


@dataclass(frozen=True)
class Fact:
    """Each of `rows` came about by an event `verb` about what `column` names.

    `is_final`: no later act undoes it, so an event without its row means that the row was taken
    back or away behind the product's back.
    """

    verb: str
    subject: str
    rows: Callable[[], QuerySet[Any]]
    column: str = "pk"
    is_final: bool = True


def _certificate_fact(kind: CertificateEvent.Kind) -> Fact:
    return Fact(
        f"certificate.{kind.value}",
        "certificate",
        lambda: CertificateEvent.objects.filter(kind=kind),
        column="certificate_id",
    )


_DECISIONS = (Review.Decision.APPROVED, Review.Decision.RETURNED, Review.Decision.WITHDRAWN)


def _review_fact(decision: Review.Decision) -> Fact:
    return Fact(
        f"edition.{decision.value}",
        "edition",
        lambda: Review.objects.filter(decision=decision),
        column="edition_id",
        is_final=decision == Review.Decision.APPROVED,
    )


FACTS: tuple[Fact, ...] = (
    Fact("edition.opened", "edition", Edition.objects.all, is_final=False),  # drafts may go
    Fact(
        "edition.published", "edition", lambda: Edition.objects.filter(published_at__isnull=False)
    ),
    Fact(
        "edition.submitted",
        "edition",
        Review.objects.all,
        column="edition_id",
        is_final=False,  # as all of a draft that is thrown away
    ),
    *(_review_fact(decision) for decision in _DECISIONS),
    Fact(
        "edition.confirmed",
        "edition",
        lambda: EditionLanguage.objects.filter(confirmed_at__isnull=False),
        column="edition_id",
    ),
    Fact("course.retired", "course", lambda: Course.objects.filter(retired_at__isnull=False)),
    Fact("enrolment.created", "enrolment", Enrolment.objects.all),
    Fact(
        "enrolment.due_changed",
        "enrolment",
        lambda: DateChange.objects.filter(field="due_on"),
        column="enrolment_id",
    ),
    Fact(
        "enrolment.started", "enrolment", lambda: Enrolment.objects.filter(started_at__isnull=False)
    ),
    Fact(
        "enrolment.needs_talk",
        "enrolment",
        lambda: Enrolment.objects.filter(needs_talk_since__isnull=False),
        is_final=False,  # a talk ends it
    ),
    Fact(
        "enrolment.withdrawn",
        "enrolment",
        lambda: Enrolment.objects.filter(withdrawn_at__isnull=False),
    ),
    Fact("attempt.started", "attempt", Attempt.objects.all),
    Fact(
        "attempt.submitted",
        "attempt",
        lambda: Attempt.objects.filter(state__in=[Attempt.State.SUBMITTED, Attempt.State.GRADED]),
    ),
    Fact("attempt.voided", "attempt", lambda: Attempt.objects.filter(state=Attempt.State.VOID)),
    Fact("attempt.graded", "attempt", lambda: Attempt.objects.filter(state=Attempt.State.GRADED)),
    Fact("attempt.regraded", "attempt", Regrade.objects.all, column="attempt_id"),
    Fact("erratum.proposed", "erratum", Erratum.objects.all),
    Fact(
        "erratum.decided",
        "erratum",
        lambda: Erratum.objects.filter(decided_at__isnull=False),
    ),
    Fact(
        "erratum.dropped",
        "erratum",
        lambda: Erratum.objects.filter(state=Erratum.State.DROPPED),
    ),
    Fact(
        "attempt.granted",
        "enrolment",
        lambda: Talk.objects.filter(is_granted=True),
        column="enrolment_id",
    ),
    Fact(
        "talk.noted",
        "enrolment",
        lambda: Talk.objects.filter(is_granted=False),
        column="enrolment_id",
    ),
    Fact("exception.decided", "exception", Override.objects.all),
    Fact(
        "exception.taken_back",
        "exception",
        lambda: Override.objects.filter(taken_back_at__isnull=False),
    ),
    Fact("completion.recorded", "completion", Completion.objects.all),
    Fact("certificate.signed", "certificate", lambda: Certificate.objects.exclude(pdf_file="")),
    *(_certificate_fact(kind) for kind in CertificateEvent.Kind),
    Fact("person.created", "person", User.objects.all),
    Fact("person.disabled", "person", lambda: User.objects.filter(is_active=False), is_final=False),
)


def findings(now: datetime) -> Iterator[Wrong]:
    """Everything of I8 that does not hold at `now`."""
    for table in freezing.missing():
        if table.startswith(TABLES):
            yield table, "The trigger is missing; run manage.py migrate."
    for fact in FACTS:
        yield from _first(_without_event(fact))
        if fact.is_final:
            yield from _first(_without_row(fact))
    yield from _first(_pins())
    yield from _first(_grants())
    yield from _first((problem.subject, problem.message) for problem in verify_chain(now=now))


def _first(found: Iterator[Wrong]) -> Iterator[Wrong]:
    yield from islice(found, _MOST)
    if next(found, None) is not None:
        yield "trail", f"There is more of this: only {_MOST} are shown."


# ------------------------------------------------------------------ rows and events
def _without_event(fact: Fact) -> Iterator[Wrong]:
    """Rows first, then their events: what commits in between has both."""
    numbers = (
        fact.rows()
        .order_by(fact.column)
        .values_list(fact.column)
        .annotate(number=Count("pk"))
        .iterator(chunk_size=_AT_ONCE)
    )
    for some in batched(numbers, _AT_ONCE):
        recorded = Counter(
            _events(fact)
            .filter(subject_id__in=[str(pk) for pk, _number in some])
            .values_list("subject_id", flat=True)
        )
        for pk, number in some:
            if recorded[str(pk)] < number:
                yield f"{fact.subject} {pk}", f"The trail knows no {fact.verb} of it."


def _without_row(fact: Fact) -> Iterator[Wrong]:
    subjects = (
        _events(fact)
        .order_by("subject_id")
        .values_list("subject_id", flat=True)
        .distinct()
        .iterator(chunk_size=_AT_ONCE)
    )
    for some in batched(subjects, _AT_ONCE):
        named = [subject for subject in some if _is_id(subject)]
        there = fact.rows().filter(**{f"{fact.column}__in": named})
        there = there.values_list(fact.column, flat=True)
        for gone in sorted(set(some) - {str(pk) for pk in there}):
            yield f"{fact.subject} {gone}", f"The trail says {fact.verb}, the table does not."


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _events(fact: Fact) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(verb=fact.verb, subject_type=fact.subject)


def _pins() -> Iterator[Wrong]:
    """Whoever has begun is on the edition where the trail last put them, by beginning or a move.

    Where the words of those events are erased, nothing is known.
    """
    begun = Enrolment.objects.filter(started_at__isnull=False).order_by("pk")
    for some in batched(begun.values_list("pk", "edition_id").iterator(_AT_ONCE), _AT_ONCE):
        pinned: dict[str, str] = {}
        events = AuditEvent.objects.filter(
            verb__in=["enrolment.started", "enrolment.moved"],
            subject_type="enrolment",
            subject_id__in=[str(pk) for pk, _edition in some],
            detail__isnull=False,
        )
        for event in events.select_related("detail").order_by("id"):
            words = event.detail.data
            pinned[event.subject_id] = str(words.get("to") or words.get("edition", ""))
        for pk, edition in some:
            if pinned.get(str(pk), str(edition)) != str(edition):
                yield f"enrolment {pk}", "It is on another edition than the trail says."


# ------------------------------------------------------------------ grants
@dataclass(frozen=True)
class Said:
    """One event about a role: when it was written, its details' hash, and the details if any."""

    written_at: datetime
    details_hash: str
    details: dict[str, Any]


def _grants() -> Iterator[Wrong]:
    """Every role is held as the trail last said. The hash proves it after the words are erased."""
    for grants in batched(RoleGrant.objects.order_by("pk").iterator(_AT_ONCE), _AT_ONCE):
        said = _said_of({grant.person_id for grant in grants})
        for grant in grants:
            of_person = said[str(grant.person_id)]
            now_held = schema.details_hash(grant_details(grant), key=settings.AUDIT_KEY)
            if now_held not in {one.details_hash for one in of_person}:
                yield (
                    f"grant {grant.pk}",
                    "The trail never said so: it was given or changed unseen.",
                )
            elif now_held not in {one.details_hash for one in _last_about(grant.pk, of_person)}:
                yield f"grant {grant.pk}", "It was changed back, and the trail does not know."
    yield from _grants_removed()
    yield from _superusers()


def _said_of(people: Iterable[object]) -> dict[str, list[Said]]:
    said: dict[str, list[Said]] = defaultdict(list)
    events = AuditEvent.objects.filter(
        verb__in=["grant.given", "grant.ended"],
        subject_type="person",
        subject_id__in=[str(person) for person in people],
    )
    for event in events.select_related("detail").order_by("id"):
        detail = getattr(event, "detail", None)
        words = detail.data if detail is not None else {}
        said[event.subject_id].append(Said(made_at(event.pk), event.details_hash, words))
    return said


def _last_about(grant: object, said: list[Said]) -> list[Said]:
    """The newest words about it; several if they were written in the same millisecond."""
    about = [one for one in said if one.details.get("grant") == str(grant)]
    if not about:
        return said  # erased: nothing newer is known
    newest = max(one.written_at for one in about)
    return [one for one in about if one.written_at == newest]


def _grants_removed() -> Iterator[Wrong]:
    """A grant leaves its table only when it is ended before it began."""
    given = AuditEvent.objects.filter(verb="grant.given", detail__isnull=False)
    for some in batched(given.select_related("detail").order_by("id").iterator(_AT_ONCE), _AT_ONCE):
        people = {event.detail.data["grant"]: event.subject_id for event in some}
        there = RoleGrant.objects.filter(pk__in=people).values_list("pk", flat=True)
        gone = set(people) - {str(pk) for pk in there}
        said = _said_of({people[grant] for grant in gone})
        for grant in sorted(gone):
            last = _last_about(grant, said[people[grant]])
            if not any((one.details.get("to") or "9999") < one.details["from"] for one in last):
                yield f"grant {grant}", "It is gone, and the trail does not know."


def _superusers() -> Iterator[Wrong]:
    """An administrator without a grant was made by a command, never out of somebody else."""
    made_so = schema.details_hash({"superuser": True}, key=settings.AUDIT_KEY)
    for person in User.objects.filter(is_superuser=True):
        created = AuditEvent.objects.filter(
            verb="person.created", subject_type="person", subject_id=str(person.pk)
        )
        if not created.filter(details_hash=made_so).exists():
            yield f"person {person.pk}", "An administrator without a grant, and the trail has none."
