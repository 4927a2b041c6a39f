"""Measure the product beside the floor and print ratios.

    make bench                          SQLite
    BENCH_POSTGRES=1 make bench         PostgreSQL (the one of the fault tests)
    BENCH_ROUNDS=5 BENCH_REQUESTS=100   how much is measured

Figure: server CPU milliseconds per request (web and database), since it survives a noisy machine.
Floor and product take turns in every round; printed are medians and the spread over rounds.
"""

import json
import os
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.bench import files
from tests.bench.servers import Server, request, serve
from tests.faults.harness import EMBEDDED, Shape, Site, open_site

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "100"))
#: Budget as a multiple of the floor, from the project's performance goals.
BUDGETS = {
    "lesson page": 1.3,
    "start a test": 2.0,
    "question page": 2.0,
    "save an answer": 0.8,
    "hand in and mark": 2.0,
    "result page": 2.0,
}

_PEOPLE = """
import json
from datetime import timedelta
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from django.conf import settings
from django.utils import timezone
from courseware.accounts.actions import create_person
from courseware.courses.models import Course
from courseware.courses.queries import outline
from courseware.enrolments.actions import enrol, finish_lesson
from lessons.queries import page
now = timezone.now()
course = Course.objects.get(key="C0")
cookies = []
for number in range({count}):
    person = create_person(given_name="Bench", family_name=str(number),
        service_number=f"B-{{number}}", by=None, now=now)
    enrolment = enrol(person=person, course=course, by=None, now=now)
    for item in outline(enrolment.edition_id, "en").activities:
        if item.kind == "lesson":
            finish_lesson(enrolment=enrolment, activity_key=item.key, language="en", now=now,
                content_hash=page(enrolment.edition_id, item.key, "en").content_hash)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cookies.append(session.session_key)
print(json.dumps(cookies))
"""

#: Every attempt with the place of a single choice, and what a browser posts to answer it rightly.
_ATTEMPTS = """
import json
from urllib.parse import urlencode
from quizzes.models import Attempt
from tests.quizzes.sitting import answers, right
found = []
for attempt in Attempt.objects.filter(state="open").order_by("started_at"):
    answer = next(a for a in answers(attempt) if a.question.type == "single")
    posted = {{**right(answer), f"q{{answer.position}}-sequence": 0}}
    path = f"/attempts/{{attempt.pk}}/{{answer.position}}/"
    found.append([f"/attempts/{{attempt.pk}}/", path, urlencode(posted, doseq=True)])
print(json.dumps(found[-{count}:]))
"""


class Visitor:
    """A signed-in trainee without a browser."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.server = server
        token = "x" * 32
        self.headers = {
            "Cookie": f"courseware_session={cookie}; courseware_csrf={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": "localhost",
        }

    def get(self, path: str) -> bytes:
        status, body = request(self.server.port, "GET", path, self.headers)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status}")
        return body

    def post(self, path: str, body: str = "", **headers: str) -> bytes:
        status, content = request(self.server.port, "POST", path, {**self.headers, **headers}, body)
        if status not in {200, 204, 302, 303}:
            raise RuntimeError(f"POST {path}: {status} {content[:300]!r}")
        return content


def per_request(server: Server, calls: list[Callable[[], object]]) -> float:
    """CPU milliseconds of the server for each call."""
    before = server.cpu()
    for call in calls:
        call()
    return (server.cpu() - before) * 1000 / len(calls)


def main() -> None:
    files.report()
    shape = Shape(postgres=True) if os.environ.get("BENCH_POSTGRES") else EMBEDDED
    with (
        tempfile.TemporaryDirectory() as folder,
        open_site(Path(folder), shape, COURSEWARE_DEMO="1") as site,
    ):
        site.manage("load_courses", "courseware/library/c0-landscape")
        with (
            serve(site, "courseware.wsgi") as product,
            serve(site, "tests.bench.floor_wsgi") as floor,
        ):
            measure(site, product, floor)


def measure(site: Site, product: Server, floor: Server) -> None:
    print("making people …")
    cookies = json.loads(site.python(_PEOPLE.format(count=ROUNDS * REQUESTS + 1)))
    figures: dict[str, list[float]] = {name: [] for name in BUDGETS}
    floors: list[float] = []
    # Caches of the process are filled once in its life: by somebody who is not measured.
    for calls in _actions(site, [Visitor(product, cookies[-1])]).values():
        per_request(product, calls())
    for turn in range(ROUNDS):
        mine = cookies[turn * REQUESTS : (turn + 1) * REQUESTS]
        visitors = [Visitor(product, cookie) for cookie in mine]
        low = [Visitor(floor, cookie) for cookie in mine]
        floors.append(per_request(floor, [partial(v.get, "/floor/") for v in low]))
        for visitor in visitors:  # a session is stamped every five minutes, not at every request
            visitor.get("/certificates/")
        for name, calls in _actions(site, visitors).items():
            figures[name].append(per_request(product, calls()))
        print(f"round {turn + 1} of {ROUNDS}: floor {floors[-1]:.2f} ms")
    report(floors, figures)


type Calls = list[Callable[[], object]]


def _actions(site: Site, visitors: list[Visitor]) -> dict[str, Callable[[], Calls]]:
    """What is measured, in an order in which each step makes the next one possible."""
    lesson = "/courses/c0-landscape/lessons/two-families/"
    test = "/courses/c0-landscape/tests/final-test/"
    attempts: list[tuple[str, str, str]] = []

    def each(call: Callable[[Visitor, str, str, str], object]) -> Calls:
        if not attempts:
            attempts.extend(json.loads(site.python(_ATTEMPTS.format(count=len(visitors)))))
        return [partial(call, v, *a) for v, a in zip(visitors, attempts, strict=True)]

    def save(visitor: Visitor, _attempt: str, question: str, answer: str) -> None:
        visitor.post(f"{question}save", answer, Accept="application/json")

    return {
        "lesson page": lambda: [partial(v.get, lesson) for v in visitors],
        "start a test": lambda: [partial(v.post, f"{test}") for v in visitors],
        "question page": lambda: each(lambda v, _, question, __: v.get(question)),
        "save an answer": lambda: each(save),
        "hand in and mark": lambda: each(lambda v, attempt, *_: v.post(f"{attempt}submit")),
        "result page": lambda: each(lambda v, attempt, *_: v.get(f"{attempt}result/")),
    }


def report(floors: list[float], figures: dict[str, list[float]]) -> None:
    print(
        f"\nfloor: {statistics.median(floors):.2f} ms of CPU a request (median of {ROUNDS} rounds)"
    )
    print(f"{'':18}{'ms':>8}{'× floor':>10}{'spread':>16}{'budget':>9}")
    for name, values in figures.items():
        ratios = [value / low for value, low in zip(values, floors, strict=True)]
        spread = f"{min(ratios):.2f} … {max(ratios):.2f}"
        print(
            f"{name:18}{statistics.median(values):8.2f}{statistics.median(ratios):10.2f}"
            f"{spread:>16}{BUDGETS[name]:>9}"
        )


if __name__ == "__main__":
    main()
