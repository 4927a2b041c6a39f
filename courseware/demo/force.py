"""The fictional force: units, people and two years of training, all made through the actions.

Owns: demo data. Must not: run outside demo mode, or where there are people already.
Nothing is written to tables directly: what the demo shows is what the product does, including
its jobs, which are carried out here at the time at which a worker would have done it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courseware.accounts.actions import (
    create_person,
    create_unit,
    grant_role,
    post_person,
)
from courseware.accounts.models import SupportContact, Unit, User
from courseware.bundles.actions import load_folder
from courseware.courses.models import Course
from courseware.courses.queries import outline
from courseware.demo.answers import answer, chance, confidence, habit_of, seconds
from courseware.demo.people import (
    ACCOUNTS,
    DOMAIN,
    FAMILY,
    GIVEN,
    PASSWORD,
    RANKS,
    REGIONS,
    SUPPORT,
    Account,
)
from courseware.enrolments.actions import enrol, finish_lesson, set_due
from courseware.enrolments.models import Enrolment
from courseware.jobs.actions import begin, claim, finish
from courseware.jobs.registry import Work, get
from lessons.queries import page
from quizzes.actions import Invented, grade, invent_answers, start_attempt, submit
from quizzes.engine import registry
from quizzes.engine.content import Content
from quizzes.models import Attempt, Question

SEED = 2026
TRAINEES = 140
HISTORY = timedelta(days=750)
HISTORY_COURSE = "c0-landscape"
_LEAKED = timedelta(days=330)  # since then, a question or two are known beforehand
#: Of a hundred trainees: how far they have come.
_FINISHED, _FAILED, _STARTED = 88, 4, 4
Say = Callable[[str], None]


@dataclass(frozen=True)
class _World:
    rng: random.Random
    now: datetime
    units: dict[str, Unit]


def build(*, now: datetime, say: Say = lambda _line: None) -> bool:
    """Make the force once. False if there are people already."""
    if not settings.DEMO:
        raise RuntimeError("The demo force belongs to demo mode: set COURSEWARE_DEMO=1.")
    if User.objects.exists():
        return False
    world = _World(random.Random(SEED), now, {})
    start = now - HISTORY
    say("Loading the courses …")
    for folder in sorted(path.parent for path in settings.LIBRARY_DIR.glob("*/course.yaml")):
        # Only the course of the invented history is dated back; pages say so (is_dated_back).
        is_history = folder.name == HISTORY_COURSE
        load_folder(folder, now=start - timedelta(days=30) if is_history else now)
    with transaction.atomic():  # whoever stops the first start finds no half force at the second
        _force(world, start, say)
    return True


def _force(world: _World, start: datetime, say: Say) -> None:
    say("Making a fictional force …")
    _units(world, start)
    staff = [_account(world, account, start) for account in ACCOUNTS]
    people = [_trainee(world, index, start) for index in range(TRAINEES)]
    course = Course.objects.get(slug=HISTORY_COURSE)
    for done, person in enumerate(people):
        _history(world, person, course, turn=done * 37 % 100)
        if done % 20 == 19:
            say(f"Two years of training: {done + 1} of {len(people)} people …")
    _own_stories(world, dict(zip([a.login for a in ACCOUNTS], staff, strict=True)), course)


def _units(world: _World, now: datetime) -> None:
    force = create_unit(name="Norland Police", code="norland", parent=None, by=None, now=now)
    world.units[""] = force
    for region, stations in REGIONS.items():
        above = create_unit(name=region, code=_code(region), parent=force, by=None, now=now)
        world.units[region] = above
        for name in stations:
            world.units[name] = create_unit(
                name=name, code=_code(name), parent=above, by=None, now=now
            )
    for position, (name, description, phone, hours) in enumerate(SUPPORT):
        SupportContact.objects.create(
            name=name,
            description=description,
            phone=phone,
            hours=hours,
            position=position,
            checked_on=world.now.date() - timedelta(days=20),
        )


def _code(name: str) -> str:
    return name.lower().replace(" ", "-")


def _account(world: _World, account: Account, now: datetime) -> User:
    has_mail = not account.login.startswith("N-")
    person = create_person(
        given_name=account.given,
        family_name=account.family,
        email=f"{account.login}@{DOMAIN}" if has_mail else None,
        service_number=account.login if not has_mail else f"N-{account.login[:6].upper()}",
        password=PASSWORD,
        by=None,
        now=now,
    )
    post_person(
        person=person,
        unit=world.units[account.unit],
        rank="Inspector" if account.role != "trainee" else RANKS[0],
        from_on=now.date(),
        by=None,
        now=now,
    )
    grant_role(
        person=person,
        role=account.role,
        unit=world.units[account.scope] if account.scope else None,
        from_on=now.date(),
        by=None,
        now=now,
    )
    return person


def _trainee(world: _World, index: int, now: datetime) -> User:
    """Every seventh has no e-mail address and signs in by service number."""
    stations = [name for names in REGIONS.values() for name in names]
    given = GIVEN[index % len(GIVEN)]
    family = FAMILY[(index * 7 + index // len(GIVEN)) % len(FAMILY)]
    person = create_person(
        given_name=given,
        family_name=family,
        email=None if index % 7 == 3 else f"{given}.{family}.{index}@{DOMAIN}".lower(),
        service_number=f"N-{2000 + index}",
        by=None,
        now=now,
    )
    post_person(
        person=person,
        unit=world.units[stations[index * 5 % len(stations)]],
        rank=world.rng.choice(RANKS),
        from_on=now.date(),
        by=None,
        now=now,
    )
    grant_role(person=person, role="trainee", from_on=now.date(), by=None, now=now)
    return person


def _history(world: _World, person: User, course: Course, *, turn: int) -> None:
    """One person's story. `turn` (0…99) decides how far they come."""
    rng = world.rng
    finished = turn < _FINISHED + _FAILED
    latest = timedelta(days=25) if finished else timedelta(days=3)
    span = (HISTORY - latest).days if finished else 50
    assigned = _office_hour(rng, world.now - latest - timedelta(days=rng.randint(1, span)))
    enrolment = enrol(
        person=person,
        course=course,
        by=None,
        now=assigned,
        due_on=(assigned + timedelta(days=60)).date(),
    )
    if turn >= _FINISHED + _FAILED + _STARTED:
        return
    ability = rng.gauss(3.0, 0.7) if turn < _FINISHED else rng.gauss(-0.4, 0.3)
    moment = assigned
    lessons = _lessons(enrolment)
    share = len(lessons) if finished else rng.randint(1, len(lessons) - 1)
    for key, content_hash in lessons[:share]:
        moment = min(
            moment + timedelta(hours=rng.randint(3, 30), minutes=rng.randint(0, 59)),
            world.now - timedelta(hours=30),
        )
        finish_lesson(
            enrolment=enrolment,
            activity_key=key,
            content_hash=content_hash,
            language="en",
            now=moment,
        )
    if finished:
        _sit_until_over(world, enrolment, moment + timedelta(hours=4), ability)


def _office_hour(rng: random.Random, moment: datetime) -> datetime:
    return moment.replace(hour=rng.randint(7, 15), minute=rng.randint(0, 59), tzinfo=UTC)


def _lessons(enrolment: Enrolment) -> list[tuple[str, str]]:
    """Keys and content hashes of the lessons, in order."""
    course_outline = outline(enrolment.edition_id, "en")
    return [
        (item.key, page(enrolment.edition_id, item.key, "en").content_hash)
        for item in course_outline.activities
        if item.kind == "lesson"
    ]


def _sit_until_over(world: _World, enrolment: Enrolment, moment: datetime, ability: float) -> None:
    """Sit the test until it is passed or no attempt is left; whoever fails learns a little."""
    key = outline(enrolment.edition_id, "en").activities[-1].key
    for turn in range(2):
        attempt = start_attempt(
            enrolment=enrolment,
            activity_key=key,
            language="en",
            now=moment,
            seed=world.rng.getrandbits(60),
        )
        _sit(world, attempt, moment, ability + 0.5 * turn)
        enrolment.refresh_from_db()
        if enrolment.completed_on is not None:
            break
        moment += timedelta(days=world.rng.randint(1, 4))


def _sit(world: _World, attempt: Attempt, moment: datetime, ability: float) -> None:
    asks = attempt.quiz.asks_confidence

    def choose(question: Question, content: Content) -> Invented:
        invented = _invented(world, question, content, ability=ability, moment=moment)
        return invented if asks else replace(invented, confidence=None)

    ended = moment + timedelta(minutes=world.rng.randint(14, 38))
    invent_answers(attempt=attempt, choose=choose, began=moment, ended=ended)
    submit(attempt=attempt, now=ended, finish=Attempt.Finish.PERSON)
    grade(attempt_id=attempt.pk, now=ended)
    carry_out(now=ended + timedelta(minutes=1))


def _invented(
    world: _World, question: Question, content: Content, *, ability: float, moment: datetime
) -> Invented:
    habit = habit_of(content.stem)
    if habit.has_leaked and moment > world.now - _LEAKED:
        ability += 4
    given = answer(
        world.rng,
        type_name=question.type,
        content=content,
        ability=ability,
        difficulty=question.difficulty,
        habit=habit,
    )
    is_right = registry.get(question.type).grade(content, given) == 1
    likely = chance(ability, question.difficulty, habit)
    words = sum(len(text.split()) for text in content.texts()) // 3
    return Invented(
        given,
        confidence(world.rng, likely=likely, is_right=is_right, habit=habit),
        seconds(world.rng, words=words, is_right=is_right),
    )


def carry_out(*, now: datetime) -> None:
    """Do what a worker would have done at `now`, with what was waiting then."""
    for job_id, token in _claims(now):
        job = begin(job_id=job_id, token=token, now=now)
        kind = get(job.kind) if job else None
        if job is None or kind is None or job.lease_token is None:
            continue
        kind.handler(
            Work(
                job_id=job.pk,
                kind=job.kind,
                key=job.key,
                args=job.args,
                attempt=job.attempts,
                now=now,
            )
        )
        finish(job_id=job.pk, token=job.lease_token, now=now)


def _claims(now: datetime) -> Iterator[tuple[UUID, UUID]]:
    while claims := claim(limit=20, now=now):
        yield from claims


def _own_stories(world: _World, people: dict[str, User], course: Course) -> None:
    """The accounts that are printed each show one state."""
    now = world.now
    fresh = enrol(person=people["trainee"], course=course, by=None, now=now - timedelta(days=4))
    set_due(
        enrolment=fresh,
        due_on=(now + timedelta(days=10)).date(),
        reason="assigned",
        by=people["hr"],
        now=now - timedelta(days=4),
    )
    enrol(
        person=people["N-1001"],
        course=course,
        by=None,
        now=now - timedelta(days=9),
        due_on=(now + timedelta(days=30)).date(),
    )
    for login, count, days in (("halfway", 3, 12), ("certified", 99, 90)):
        start = _office_hour(world.rng, now - timedelta(days=days))
        enrolment = enrol(
            person=people[login],
            course=course,
            by=None,
            now=start,
            due_on=(start + timedelta(days=40)).date(),
        )
        for hours, (key, content_hash) in enumerate(_lessons(enrolment)[:count], start=1):
            finish_lesson(
                enrolment=enrolment,
                activity_key=key,
                content_hash=content_hash,
                language="en",
                now=start + timedelta(hours=2 * hours),
            )
        if login == "certified":
            _sit_until_over(world, enrolment, start + timedelta(days=2), 6.0)
