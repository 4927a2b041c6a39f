"""One installation with something in every state, for tests that look at everything.

    shown = build_exhibition(cast, now=timezone.now())
    shown.pages("alice")                      (what it shows, address) for a person's own pages

Alice has it all: a course that waits for another, one whose test is open, one passed, one whose
attempts are used up, a hard lesson, the real first course overdue, certificates in every state and
the mails that went with them. Toni, of another unit, has nothing.

Owns: building it through the actions. Must not: ask anything of a page.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from courseware.accounts.actions import create_person, invite_person
from courseware.accounts.models import SupportContact, User
from courseware.authoring.actions import (
    keep_import,
    open_draft,
    save_term,
    save_words,
    submit,
    upload_picture,
)
from courseware.authoring.models import QuestionImport
from courseware.authoring.queries.translations import stale_translations
from courseware.bundles.actions import load_folder
from courseware.certificates import actions as certificates
from courseware.certificates.models import Certificate
from courseware.core.ids import grouped
from courseware.courses.actions import put_prerequisites, seen
from courseware.courses.models import Course, Edition
from courseware.courses.queries import words_in
from courseware.enrolments.actions import enrol
from courseware.enrolments.models import AssignmentBatch, Enrolment
from courseware.jobs.models import Message
from lessons.actions import prepare_picture
from quizzes.actions import (
    apply_erratum,
    ask_statistics,
    decide_erratum,
    finish_attempt,
    propose_erratum,
    start_attempt,
)
from quizzes.models import Answer, Attempt, Erratum, Question, StatisticsRun
from tests.cast import Cast
from tests.certificates.completed import complete, work_off
from tests.courses_made import TEST_KEY, make_course
from tests.enrolments.assigning import ALICE, SAM, TONI, carried_out, looked_at
from tests.lessons.pictures_made import file_of
from tests.quizzes.counted import counted_run
from tests.quizzes.sitting import answer_all, answers, right, save
from tests.quizzes.wrong_question import dry_run

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT / "courseware" / "library" / "c0-landscape"
HARD = ROOT / "tests" / "fixtures" / "library" / "level-two"
EIGHT = (
    "single",
    "multiple",
    "truefalse",
    "ordering",
    "matching",
    "numeric",
    "short",
    "scenario",
)

#: A line of every kind.
_LIST = (
    f"e-mail;due\n{ALICE}\ncarol@example.org\n{SAM};soon\n{SAM};2020-01-01\n{TONI}\n{ALICE}\n;\n"
)

Page = tuple[str, str]


@dataclass(frozen=True)
class Exhibition:
    open_attempt: Attempt  # one question of every type, some answered, on course "eight"
    passed_attempt: Attempt  # course "passed"
    failed_attempt: Attempt  # the last of course "failed"
    valid: Certificate
    revoked: Certificate
    superseded: Certificate
    expired: Certificate
    question: Question
    letter: Message
    invitation: str  # the address in an invited person's mail
    looked_at: AssignmentBatch  # Carol's, with every kind of line
    assigned: AssignmentBatch  # Carol's, carried out
    draft: Edition  # Ingrid's, of course "level-two", with a changed term
    pool: Edition  # Ingrid's draft of course "eight": one question of every type
    brought: QuestionImport  # into that draft: a new question, a changed one, a lost one
    submitted: Edition  # Ingrid's, of course "submitted": it waits for a reviewer
    counted: StatisticsRun  # of course "eight"; course "passed" has one of a single attempt
    erratum: Erratum  # Ingrid's proposal at the test of course "failed"
    decided: Erratum  # Rafael's decision at the test of course "passed", applied

    def signed_out(self) -> list[Page]:
        return [
            ("home, signed out", "/"),
            ("sign in", "/accounts/login/"),
            ("password reset", "/accounts/password/reset/"),
            ("password reset, mail sent", "/accounts/password/reset/done/"),
            ("password reset, old link", "/accounts/password/reset/key/abc-def/"),
            ("password reset, done", "/accounts/password/reset/key/done/"),
            ("account closed", "/accounts/inactive/"),
            ("invitation", self.invitation),
            ("invitation, old link", "/accounts/invitation/abc/"),
            ("404", "/nothing-here/"),
            ("edition notes", "/editions/"),
            ("accessibility", "/accessibility/"),
            ("verification", "/verify/"),
            ("verification: unknown", "/verify/0000-0000-0000-0000/"),
            *(
                (f"verification: {name}", f"/verify/{grouped(getattr(self, name).code)}/")
                for name in ("valid", "revoked", "superseded", "expired")
            ),
        ]

    def demo(self) -> list[Page]:
        return [
            ("mailbox", "/demo/mailbox/"),
            ("letter", f"/demo/mailbox/{self.letter.pk}/"),
        ]

    def training(self) -> list[Page]:
        """Alice's pages outside a test."""
        return [
            ("my training", "/"),
            ("course, begun", "/courses/c0-landscape/"),
            ("course, done", "/courses/passed/"),
            ("course, waiting for another", "/courses/behind/"),
            ("course, talk needed", "/courses/failed/"),
            ("course, not on it", "/courses/open-house/"),
            ("lesson", "/courses/c0-landscape/lessons/two-families/"),
            ("lesson, hard: the door", "/courses/level-two/lessons/spilt-tea/"),
            ("lesson, locked", "/courses/behind/lessons/lesson-1/"),
            ("search", "/search/"),
            ("search, found", "/search/?q=encryption"),
            ("search, a hard lesson", "/search/?q=spilt+tea"),
            ("search, locked", "/search/?q=The+lesson-1"),
            ("search, nothing", "/search/?q=0000"),
            ("glossary", "/glossary/"),
            ("course glossary", "/courses/c0-landscape/glossary/"),
            ("certificates", "/certificates/"),
            *(
                (f"certificate, {name}", f"/certificates/{getattr(self, name).pk}/")
                for name in ("valid", "revoked", "superseded", "expired")
            ),
            ("settings", "/accounts/profile/"),
            ("sessions", "/accounts/sessions/"),
            ("sign-in security", "/accounts/2fa/"),
            ("sign-in security: app", "/accounts/2fa/totp/activate/"),
            ("sign-in security: keys", "/accounts/2fa/webauthn/"),
            ("password", "/accounts/password/change/"),
            ("confirm it is you", "/accounts/reauthenticate/"),
            ("sign out", "/accounts/logout/"),
            ("support", "/support/"),
        ]

    def testing(self) -> list[Page]:
        """Alice's pages of tests."""
        attempt = f"/attempts/{self.open_attempt.pk}"
        asked = Answer.objects.filter(attempt=self.open_attempt).order_by("position")
        return [
            ("test, locked", f"/courses/c0-landscape/tests/{TEST_KEY}/"),
            ("test, not begun", f"/courses/fresh/tests/{TEST_KEY}/"),
            ("test, begun", f"/courses/eight/tests/{TEST_KEY}/"),
            ("test, passed", f"/courses/passed/tests/{TEST_KEY}/"),
            ("test, talk needed", f"/courses/failed/tests/{TEST_KEY}/"),
            *(
                (f"question: {answer.question.type}", f"{attempt}/{answer.position}/")
                for answer in asked.select_related("question")
            ),
            ("all questions", f"{attempt}/all/"),
            ("summary", f"{attempt}/summary/"),
            ("result, passed", f"/attempts/{self.passed_attempt.pk}/result/"),
            ("result, failed", f"/attempts/{self.failed_attempt.pk}/result/"),
        ]

    def nothing_yet(self) -> list[Page]:
        """Toni's pages."""
        return [
            ("my training, empty", "/"),
            ("certificates, none", "/certificates/"),
            ("search, no course", "/search/?q=0000"),
            ("glossary, no course", "/glossary/"),
        ]

    def reporting(self) -> list[Page]:
        """Carol's pages about the people of her unit."""
        alice = f"/reports/people/{self.passed_attempt.enrolment.person_id}/"
        return [
            ("start page, in a role", "/"),
            ("completions", "/reports/completions/"),
            ("completions, one state", "/reports/completions/?state=overdue"),
            ("completions, nobody", "/reports/completions/?state=withdrawn"),
            ("training record", alice),
        ]

    def auditing(self) -> list[Page]:
        """Audrey's pages about the trail."""
        return [
            ("trail", "/reports/trail/"),
            ("trail of a certificate", f"/reports/trail/?type=certificate&id={self.valid.pk}"),
            ("trail, nothing found", "/reports/trail/?until=2000-01-01"),
            ("trail, not understood", "/reports/trail/?verb=nonsense&since=soon"),
        ]

    def assigning(self) -> list[Page]:
        """Carol's pages of putting people on courses."""
        over = self.passed_attempt.enrolment
        fresh = Enrolment.objects.get(course__slug="fresh", person=over.person_id).pk
        return [
            ("assign training", "/training/assign/"),
            ("an assignment, looked at", f"/training/assign/{self.looked_at.pk}/"),
            ("an assignment, its wrong lines", f"/training/assign/{self.looked_at.pk}/?show=left"),
            ("an assignment, nobody", f"/training/assign/{self.looked_at.pk}/?show=put"),
            ("an assignment, done", f"/training/assign/{self.assigned.pk}/"),
            ("taking off a course", f"/training/enrolments/{fresh}/withdraw/"),
            ("taking off a course, over", f"/training/enrolments/{over.pk}/withdraw/"),
        ]

    def staff(self) -> list[Page]:
        """Adam's and Ingrid's pages in the admin."""
        return [
            ("admin", "/admin/"),
            ("admin: questions", "/admin/quizzes/question/"),
            ("admin: a question", f"/admin/quizzes/question/{self.question.pk}/change/"),
            ("admin: attempts", "/admin/quizzes/attempt/"),
            ("admin: a talk", "/admin/quizzes/talk/add/"),
            ("admin: exceptions", "/admin/quizzes/override/"),
            ("admin: an exception", "/admin/quizzes/override/add/"),
            ("a question on trial", f"/admin/quizzes/question/{self.question.pk}/preview/"),
        ]

    def authoring(self) -> list[Page]:
        """Ingrid's pages about her draft."""
        draft = f"/admin/courses/edition/{self.draft.pk}/"
        term, source = self.draft.terms.earliest("key"), self.draft.sources.earliest("key")
        return [
            ("courses", "/admin/courses/course/"),
            ("a course with its editions", f"/admin/courses/course/{self.draft.course_id}/"),
            ("retiring a course", f"/admin/courses/course/{self.draft.course_id}/retire/"),
            *(
                (f"from the bank: {do}", f"/admin/courses/course/{self.pool.course_id}/bank/{rest}")
                for do, rest in (("tag", "?do=tag&key=T-Q1"), ("copy", "?do=copy&key=T-Q1"))
            ),
            ("a draft", draft),
            ("what a draft changes", f"{draft}review/"),
            ("sending a draft", f"{draft}submit/"),
            ("throwing a draft away", f"{draft}discard/"),
            ("what waits for a translator", f"{draft}translations/"),
            ("lesson editor", f"{draft}lessons/making-tea/en/"),
            ("lesson editor, hard", f"{draft}lessons/spilt-tea/en/?show=light"),
            ("pictures of a draft", f"{draft}pictures/"),
            ("title and words", f"{draft}words/en/"),
            ("glossary of a draft", f"{draft}glossary/en/"),
            ("a term", f"{draft}glossary/en/term/{term.key}/"),
            ("taking a term out", f"{draft}glossary/en/term/{term.key}/remove/"),
            ("a new term", f"{draft}glossary/en/add/"),
            ("sources of a draft", f"{draft}sources/"),
            ("a source", f"{draft}sources/source/{source.key}/"),
            ("taking a source out", f"{draft}sources/source/{source.key}/remove/"),
            ("a new source", f"{draft}sources/add/"),
        ]

    def asking(self) -> list[Page]:
        """Ingrid's pages about the questions of a draft."""
        pool = f"/admin/courses/edition/{self.pool.pk}/"
        return [
            ("questions of a draft", f"{pool}questions/"),
            ("questions, none found", f"{pool}questions/?q=nowhere"),
            ("bringing questions in", f"{pool}questions/import/"),
            ("what would come in", f"{pool}questions/import/{self.brought.pk}/"),
            ("taking questions away", f"{pool}questions/export/?format=gift"),
            *(
                (f"editing: {kind}", f"{pool}questions/T-Q{number}/en/")
                for number, kind in enumerate(EIGHT, start=1)
            ),
            ("a new question", f"{pool}questions/new/{TEST_KEY}/scenario/"),
            ("taking a question out", f"{pool}questions/T-Q1/remove/"),
            ("the rules of a test", f"{pool}tests/{TEST_KEY}/"),
        ]

    def counting(self) -> list[Page]:
        """Ingrid's pages about what the answers say."""
        of = "/admin/quizzes/statistics/"
        eight = f"{of}{self.counted.course_id}/{TEST_KEY}/"
        few = f"{of}{self.passed_attempt.enrolment.course_id}/{TEST_KEY}/"
        never = f"{of}{self.failed_attempt.enrolment.course_id}/{TEST_KEY}/"
        return [
            ("statistics of tests", of),
            ("statistics, never computed", never),
            ("statistics of too few", few),
            ("statistics, being computed", eight),
            ("statistics, confident and wrong", f"{eight}units/"),
            ("statistics, no unit", f"{few}units/"),
            *(
                (f"statistics of a question: {kind}", f"{eight}questions/T-Q{number}/")
                for number, kind in enumerate(EIGHT, start=1)
            ),
            ("statistics of a question, too few", f"{few}questions/{self.asked_once()}/"),
        ]

    def asked_once(self) -> str:
        """Key of a question of the single attempt."""
        return Answer.objects.filter(attempt=self.passed_attempt).earliest("position").question.key

    def correcting(self) -> list[Page]:
        """Ingrid's pages about questions that turned out wrong."""
        errata = "/admin/quizzes/erratum/"
        eight = f"{errata}new/{self.pool.course_id}/{TEST_KEY}/"
        return [
            ("errata", errata),
            ("a question is wrong: tests", f"{errata}new/"),
            ("a question is wrong: which", eight),
            ("a question is wrong: none found", f"{eight}?q=nowhere"),
            *(
                (f"a wrong question: {kind}", f"{eight}T-Q{number}/")
                for number, kind in enumerate(EIGHT, start=1)
            ),
            ("an erratum, proposed", f"{errata}{self.erratum.pk}/"),
            ("an erratum, applied", f"{errata}{self.decided.pk}/"),
            ("an erratum not to be pursued", f"{errata}{self.erratum.pk}/drop/"),
        ]

    def reviewing(self) -> list[Page]:
        """Rafael's pages."""
        published = self.draft.course.editions.get(number=1)
        return [
            ("a draft in review", f"/admin/courses/edition/{self.submitted.pk}/"),
            ("deciding", f"/admin/courses/edition/{self.submitted.pk}/review/"),
            ("confirming an edition", f"/admin/courses/edition/{published.pk}/confirm/"),
        ]


def build_exhibition(cast: Cast, *, now: datetime | None = None) -> Exhibition:
    now = now or timezone.now()
    alice = cast.alice
    SupportContact.objects.create(
        name="Peer support",
        description="Colleagues who listen",
        phone="0100 200 300",
        hours="Day and night",
        checked_on=now.date(),
    )
    _real_course(alice, now)
    hard = load_folder(HARD, now=now).edition
    _on(alice, hard, now)
    _waiting_course(alice, now)
    make_course(slug="open-house")
    _on(alice, make_course(slug="fresh", lessons=0), now)
    passed = _sat(alice, make_course(slug="passed", lessons=0), now, is_right=True)
    failed = make_course(slug="failed", lessons=0)
    _sat(alice, failed, now, is_right=False)
    last = _sat(alice, failed, now, is_right=False)
    held = _certificates(cast, now)
    fresh = Course.objects.get(slug="fresh")
    assigned = carried_out(looked_at(cast.carol, fresh, SAM, now=now), now=now)
    work_off()
    for certificate in held.values():
        certificate.refresh_from_db()
    _counted_once(cast, passed, now)
    open_attempt = _open_attempt(alice, now)
    eight = open_attempt.enrolment.course
    pool = open_draft(course=eight, by=cast.ingrid, now=now)
    return Exhibition(
        open_attempt=open_attempt,
        passed_attempt=passed,
        failed_attempt=last,
        question=Question.objects.filter(type="scenario").earliest("pk"),
        letter=Message.objects.filter(attachment_file__gt="").earliest("pk"),
        invitation=_invitation(alice.language, now),
        looked_at=looked_at(cast.carol, fresh, _LIST, now=now),
        assigned=assigned,
        valid=held["valid"],
        revoked=held["revoked"],
        draft=_draft(cast, hard, now),
        pool=pool,
        brought=keep_import(
            edition=pool,
            format_name="gift",
            encoding="utf-8",
            text=_GIFT,
            by=cast.ingrid,
            now=now,
        ),
        submitted=_submitted(cast, now),
        erratum=_looked_through(_erratum(cast, last, now)),
        decided=_decided(cast, passed, now),
        superseded=held["superseded"],
        expired=held["expired"],
        counted=counted_run(eight, by=cast.ingrid, unit=cast.force, now=now),
    )


_GIFT = """\
// [id:T-Q1]
What is new? {=This#Yes. ~That#No.}

What comes first? {=The scene ~The press}

Match them. {=a -> 1 =b -> 2}

Write about it. {}
"""


def _counted_once(cast: Cast, attempt: Attempt, now: datetime) -> None:
    ask_statistics(
        course=attempt.enrolment.course,
        activity_key=TEST_KEY,
        which="first",
        by=cast.ingrid,
        now=now,
    )
    work_off()


def _invitation(language: str, now: datetime) -> str:
    invited = create_person(
        given_name="Ines",
        family_name="Example",
        email="ines@example.org",
        language=language,
        by=None,
        now=now,
    )
    invite_person(person=invited, by=None, now=now)
    sent = Message.objects.get(kind="accounts.invitation", recipient_id=invited.pk)
    return f"/accounts/invitation/{sent.text.split('/accounts/invitation/')[1].split('/')[0]}/"


def _draft(cast: Cast, base: Edition, now: datetime) -> Edition:
    draft = open_draft(course=base.course, by=cast.ingrid, now=now)
    term = draft.terms.filter(language="en").earliest("key")
    save_term(
        edition=draft,
        language="en",
        key=term.key,
        term=term.term,
        definition="Said in other words.",
        seen=seen(term),
        by=cast.ingrid,
        now=now,
    )
    for content in (file_of(), b"not a picture"):
        upload = upload_picture(
            edition=draft,
            content=content,
            original_name="tray.png",
            alt="A tray",
            caption="",
            description="",
            by=cast.ingrid,
            now=now,
        )
    prepare_picture(upload_id=upload.pk, now=now)  # the second is refused, the first still waits
    return draft


def _submitted(cast: Cast, now: datetime) -> Edition:
    base = make_course(slug="submitted", languages=("en", "es"))
    draft = open_draft(course=base.course, by=cast.ingrid, now=now)
    for language in ("en", "es"):
        words = words_in(draft, language)
        save_words(
            edition=draft,
            language=language,
            words=replace(words, title=f"{words.title}, again", change_note="Another title."),
            seen=seen(words),
            by=cast.ingrid,
            now=now,
        )
    submit(
        edition=draft,
        by=cast.ingrid,
        note="The title is clearer.",
        now=now,
        stale_accepted=len(stale_translations(draft)),
    )
    return draft


def _erratum(cast: Cast, attempt: Attempt, now: datetime) -> Erratum:
    """At the first question of an attempt: everybody should have its mark."""
    asked = Answer.objects.select_related("question").filter(attempt=attempt).earliest("position")
    return propose_erratum(
        course=attempt.enrolment.course,
        activity_key=TEST_KEY,
        question_key=asked.question.key,
        content_hashes=[asked.content_hash],
        remedy=Erratum.Remedy.CREDIT,
        reason="Two of its options can be right.",
        by=cast.ingrid,
        now=now,
    )


def _looked_through(erratum: Erratum) -> Erratum:
    dry_run(erratum)
    return erratum


def _decided(cast: Cast, attempt: Attempt, now: datetime) -> Erratum:
    proposed = _erratum(cast, attempt, now)
    erratum = decide_erratum(
        erratum=proposed,
        lowering=Erratum.Lowering.KEEP,
        reason="They can.",
        seen=dry_run(proposed).basis,
        by=cast.rafael,
        now=now,
    )
    apply_erratum(erratum=erratum, now=lambda: now)
    return Erratum.objects.get(pk=erratum.pk)


def _on(person: User, edition: Edition, now: datetime) -> Enrolment:
    return enrol(person=person, course=edition.course, by=None, now=now)


def _real_course(person: User, now: datetime) -> None:
    loaded = load_folder(REAL, now=now).edition
    today = now.date()
    enrol(
        person=person,
        course=loaded.course,
        by=None,
        now=now,
        due_on=today - timedelta(days=3),
    )


def _waiting_course(person: User, now: datetime) -> None:
    edition = make_course(slug="behind")
    put_prerequisites(course=edition.course, slugs=["c0-landscape"])
    _on(person, edition, now)


def _sat(person: User, edition: Edition, now: datetime, *, is_right: bool) -> Attempt:
    enrolment = Enrolment.objects.filter(person=person, course=edition.course).first()
    attempt = start_attempt(
        enrolment=enrolment or _on(person, edition, now),
        activity_key=TEST_KEY,
        language="en",
        now=now,
    )
    answer_all(attempt, wrong_at=() if is_right else (1, 2), now=now)
    finish_attempt(attempt=attempt, now=now)
    return Attempt.objects.get(pk=attempt.pk)


def _open_attempt(person: User, now: datetime) -> Attempt:
    """One question of every type; three of them are answered, one is flagged."""
    edition = make_course(
        slug="eight", lessons=0, objectives=1, per_objective=8, quota=8, types=EIGHT, must_pass=1
    )
    attempt = start_attempt(
        enrolment=_on(person, edition, now), activity_key=TEST_KEY, language="en", now=now
    )
    for answer in answers(attempt):
        if answer.question.type in {"single", "ordering", "short"}:
            save(attempt, answer.position, right(answer), now=now)
    Answer.objects.filter(attempt=attempt, position=5).update(is_flagged=True)
    return attempt


def _certificates(cast: Cast, now: datetime) -> dict[str, Certificate]:
    """By what they are worth today."""
    years_ago = now - timedelta(days=1_000)
    old = make_course(slug="old", lessons=1)
    withdrawn = make_course(slug="withdrawn", lessons=1)
    renewed = make_course(slug="renewed", lessons=1)
    completions = {
        "valid": Enrolment.objects.get(course__slug="passed").completion,
        "expired": complete(cast.alice, old, now=years_ago),
        "revoked": complete(cast.alice, withdrawn, now=now),
        "superseded": complete(cast.alice, renewed, now=now - timedelta(days=300)),
    }
    held = {
        name: certificates.issue(completion_id=completion.pk, now=completion.completed_at)
        for name, completion in completions.items()
    }
    newer = complete(cast.alice, renewed, now=now)
    certificates.issue(completion_id=newer.pk, now=now)
    certificates.revoke(certificate=held["revoked"], by=cast.adam, reason="A test", now=now)
    return held
