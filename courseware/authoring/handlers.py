"""Work of authoring: after an approval that says so, people in progress are moved; imports that
nobody took in are dropped.
"""

from courseware.authoring.actions.interchange import forget_imports
from courseware.authoring.actions.moving import move_person, plan_for, waiting_to_move
from courseware.authoring.models import Review
from courseware.jobs.registry import Work

MOVE = "authoring.move_people"
FORGET = "authoring.forget_imports"
_RENEW_EVERY = 20


def move_people(work: Work) -> None:
    """One transaction a person, so that nobody's test waits for the others. May run twice."""
    review = Review.objects.select_related("edition", "decided_by").get(pk=work.args["review"])
    plan = plan_for(review.edition)
    people = waiting_to_move(review.edition)
    for number, enrolment_id in enumerate(people, start=1):
        move_person(plan=plan, enrolment_id=enrolment_id, by=review.decided_by, now=work.now)
        if number % _RENEW_EVERY == 0 and not work.heartbeat(number, len(people)):
            return


def forget(work: Work) -> None:
    """Kind "authoring.forget_imports": files of questions that lay for a day."""
    forget_imports(now=work.now)
