"""What the ids in events are called today. The trail itself holds no name.

Owns: one query for each type of thing that occurs, whatever the number of events. Must not: know
lessons and quizzes; what they own is shown by its id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courseware.accounts.access import people_in_scope
from courseware.accounts.models import Unit, User
from courseware.audit.models import AuditEvent
from courseware.certificates.models import Certificate
from courseware.courses.models import Course, Edition
from courseware.enrolments.models import Completion, Enrolment


@dataclass(frozen=True)
class Named:
    """A thing in words, and the person whose training record the reader may open for it."""

    words: str
    person: UUID | None = None


@dataclass(frozen=True)
class _Thing:
    words: str
    person: str = ""  # of whom it is a part of the record


@dataclass
class Names:
    people: dict[str, str] = field(default_factory=dict)
    readable: set[str] = field(default_factory=set)
    things: dict[tuple[str, str], _Thing] = field(default_factory=dict)

    def of(self, kind: str, identity: str) -> Named:
        """Its name; its id where it has none, or is not there any more."""
        if kind == "person":
            thing = _Thing(self.people.get(identity, identity), identity)
        else:
            thing = self.things.get((kind, identity), _Thing(identity))
            if thing.person:
                name = self.people.get(thing.person, thing.person)
                words = _("%(person)s, %(thing)s") % {"person": name, "thing": thing.words}
                thing = _Thing(words, thing.person)
        return Named(thing.words, UUID(thing.person) if thing.person in self.readable else None)


def details_of(event: AuditEvent) -> Mapping[str, Any]:
    """Empty where there were none and where they were erased."""
    detail = getattr(event, "detail", None)
    return detail.data if detail is not None else {}


def names_on(events: list[AuditEvent], reader: User) -> Names:
    """For events that were read with their details."""
    subjects: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.subject_type in _WITH_UUID and _is_id(event.subject_id):
            subjects[event.subject_type].add(event.subject_id)
        elif event.subject_type == "unit" and event.subject_id.isdigit():
            subjects["unit"].add(event.subject_id)
    names = Names(things=dict(_things(subjects)))
    people = {thing.person for thing in names.things.values() if thing.person}
    people |= subjects["person"] | {str(e.actor_id) for e in events if e.actor_id}
    people |= {str(details_of(event).get("person", "")) for event in events}
    known = [person for person in people if _is_id(person)]
    names.people = {str(person.pk): str(person) for person in User.objects.filter(pk__in=known)}
    may_open = people_in_scope(reader, "see completions").filter(pk__in=known)
    names.readable = {str(pk) for pk in may_open.values_list("pk", flat=True)}
    return names


_WITH_UUID = {"person", "enrolment", "completion", "certificate", "edition", "course"}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _things(subjects: Mapping[str, set[str]]) -> Iterable[tuple[tuple[str, str], _Thing]]:
    enrolments = Enrolment.objects.filter(pk__in=subjects["enrolment"])
    for pk, person, slug in enrolments.values_list("pk", "person", "course__slug"):
        yield ("enrolment", str(pk)), _Thing(slug, str(person))
    completions = Completion.objects.filter(pk__in=subjects["completion"])
    for pk, person, slug in completions.values_list(
        "pk", "enrolment__person", "enrolment__course__slug"
    ):
        yield ("completion", str(pk)), _Thing(slug, str(person))
    certificates = Certificate.objects.filter(pk__in=subjects["certificate"])
    for pk, serial, person in certificates.values_list(
        "pk", "serial", "completion__enrolment__person"
    ):
        yield ("certificate", str(pk)), _Thing(serial, str(person))
    editions = Edition.objects.filter(pk__in=subjects["edition"])
    for pk, number, slug in editions.values_list("pk", "number", "course__slug"):
        words = _("%(course)s, edition %(number)s") % {"course": slug, "number": number}
        yield ("edition", str(pk)), _Thing(words)
    for pk, slug in Course.objects.filter(pk__in=subjects["course"]).values_list("pk", "slug"):
        yield ("course", str(pk)), _Thing(slug)
    for number, name in Unit.objects.filter(pk__in=subjects["unit"]).values_list("pk", "name"):
        yield ("unit", str(number)), _Thing(name)
