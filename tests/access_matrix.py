"""Who gets what, address by address. tests/test_access_matrix.py asks them all.

    "certificate": own(200, 405)      200 for its owner, 404 for everybody else, 405 when posted to

An outcome is a status, or the beginning of the path to which the answer leads. In every row the
addresses carry ids of Alice's objects, and GET stands before POST. A POST is sent empty.

    everybody   the same for all, signed in or not
    signed_in   a visitor is sent to sign in, anybody else gets it
    own         a visitor is sent to sign in, Alice gets it, for anybody else it does not exist
    staff       a visitor is sent to sign in, the people named get it, for anybody else it does
                not exist; 403 is for those who see a list but may not do this to it

Owns: what is expected. Must not: ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SIGN_IN = "/accounts/login/"
PEOPLE = ("alice", "toni", "sam", "ingrid", "rafael", "carol", "charlie", "audrey", "adam")
VISITOR = "anonymous"
EVERYBODY = (VISITOR, *PEOPLE)
OWNER = "alice"
IN_ADMIN = ("ingrid", "rafael", "adam")

Outcome = int | str


@dataclass(frozen=True)
class Row:
    get: Mapping[str, Outcome]
    post: Mapping[str, Outcome]


def everybody(get: Outcome, post: Outcome) -> Row:
    return Row(dict.fromkeys(EVERYBODY, get), dict.fromkeys(EVERYBODY, post))


def signed_in(get: Outcome, post: Outcome, *, visitor: Outcome = SIGN_IN) -> Row:
    return Row(
        dict.fromkeys(PEOPLE, get) | {VISITOR: visitor},
        dict.fromkeys(PEOPLE, post) | {VISITOR: visitor},
    )


def own(get: Outcome, post: Outcome) -> Row:
    """A method that is never allowed answers the same to everybody: it looks nothing up."""

    def column(outcome: Outcome) -> dict[str, Outcome]:
        others = outcome if outcome == 405 else 404
        return dict.fromkeys(PEOPLE, others) | {VISITOR: SIGN_IN, OWNER: outcome}

    return Row(column(get), column(post))


def staff(*people: str, get: Outcome = 200, post: Outcome = 200, visitor: Outcome = SIGN_IN) -> Row:
    def column(outcome: Outcome) -> dict[str, Outcome]:
        return dict.fromkeys(PEOPLE, 404) | dict.fromkeys(people, outcome) | {VISITOR: visitor}

    return Row(column(get), column(post))


# ------------------------------------------------------------------ the product
PRODUCT: dict[str, Row] = {
    # before and beside signing in
    "home": everybody(200, 405),
    "editions": everybody(200, 405),
    "accessibility": everybody(200, 405),
    "verification": everybody(200, 200),
    "verify": everybody(200, 400),
    "signing_certificate": everybody(200, 405),
    "set_language": everybody(405, "/"),
    "account_login": signed_in("/", "/", visitor=200),
    "account_logout": Row(
        dict.fromkeys(PEOPLE, 200) | {VISITOR: "/"}, dict.fromkeys(EVERYBODY, "/")
    ),
    "account_inactive": everybody(200, 405),
    "account_reset_password": everybody(200, 200),
    "account_reset_password_done": everybody(200, 405),
    "account_reset_password_from_key": everybody(200, 200),
    "account_reset_password_from_key_done": everybody(200, 405),
    "open_invitation": everybody(200, 405),  # an unknown link and an old one look the same
    "invitation": everybody(200, 200),
    # demo mode only
    "demo_mailbox": everybody(200, 405),
    "demo_letter": everybody(200, 405),
    "demo_letter_html": everybody(200, 405),
    "demo_attachment": everybody(200, 405),
    # one's own account
    "account_reauthenticate": signed_in(200, 200),
    "account_change_password": signed_in(200, 200),
    "account_set_password": signed_in("/accounts/password/change/", "/accounts/password/change/"),
    "profile": signed_in(200, 200),
    "usersessions_list": signed_in(200, "/accounts/sessions/"),
    "support": signed_in(200, 405),
    # second steps: a change wants the password once more, what is not set up does not exist
    "mfa_index": signed_in(200, 405),
    "mfa_list_webauthn": signed_in(200, 405),
    "mfa_authenticate": signed_in("/", "/"),
    "mfa_login_webauthn": signed_in("/", "/"),
    **dict.fromkeys(
        (
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
            "mfa_generate_recovery_codes",
        ),
        signed_in("/accounts/reauthenticate/", "/accounts/reauthenticate/"),
    ),
    "mfa_deactivate_totp": signed_in(404, 404),
    "mfa_download_recovery_codes": signed_in(404, 404),
    "mfa_view_recovery_codes": signed_in(404, 405),
    # courses and lessons
    "course": signed_in(200, 405),  # what a course is about is no secret among colleagues
    "course_glossary": own(200, 405),
    "glossary": signed_in(200, 405),  # of the courses one is on
    "search": signed_in(200, 405),
    "lesson": own(200, 405),
    "lesson_finish": own(405, "/courses/c0-landscape/lessons/not-reported/"),
    "lesson_choice": own(405, "/courses/level-two/lessons/spilt-tea/"),
    "lesson_position": own(405, 204),
    "media": Row(dict.fromkeys(PEOPLE, 200) | {VISITOR: 404}, dict.fromkeys(EVERYBODY, 405)),
    # tests
    "quizzes:start": own(200, "/attempts/"),
    "quizzes:question": own(200, 405),
    "quizzes:save": own("/attempts/", 409),  # an empty form has seen nothing: it may not overwrite
    "quizzes:all": own(200, 405),
    "quizzes:save_all": own("/attempts/", "/attempts/"),
    "quizzes:choose": own("/attempts/", "/attempts/"),
    "quizzes:summary": own(200, 405),
    "quizzes:submit": own("/attempts/", "/attempts/"),
    "quizzes:result": own(200, 405),
    # certificates
    "certificates": signed_in(200, 405),
    "certificate": own(200, 405),
    "certificate_pdf": own(200, 405),
    "certificate_image": own(200, 405),
}

# ------------------------------------------------------------------ reports
_IN_REPORTS = ("sam", "carol", "charlie", "audrey")
_FRESH = "/accounts/reauthenticate/"
_NEVER = signed_in(405, 405)
PRODUCT |= {
    "completions": Row(staff(*_IN_REPORTS).get, _NEVER.post),
    # asks for a fresh second step before anything leaves
    "completions_export": Row(staff("carol", "charlie", get=_FRESH).get, _NEVER.post),
    "completions_file": Row(
        _NEVER.get, staff("carol", "charlie", post="/reports/completions/export/").post
    ),
    # Alice's own, and of whoever answers for her: Charlie answers for unit B only
    "training_record": Row(staff("alice", "sam", "carol", "audrey").get, _NEVER.post),
    # the audit trail, for the auditor alone; a person is searched for by POST
    "trail": staff("audrey"),
    "trail_export": Row(staff("audrey", get=_FRESH).get, _NEVER.post),
    **dict.fromkeys(
        ("trail_rows", "trail_chain"),
        Row(_NEVER.get, staff("audrey", post="/reports/trail/export/").post),
    ),
    "trail_verifier": Row(staff("audrey").get, _NEVER.post),
}

# ------------------------------------------------------------------ putting people on courses
_ASSIGNERS = ("carol", "charlie", "adam")
PRODUCT |= {
    "assign": staff(*_ASSIGNERS, post=400),
    # Carol's own; a yes leads back to it
    "assignment": staff("carol", post="/training/assign/"),
    "assignment_rows": Row(staff("carol", get=_FRESH).get, _NEVER.post),
    # of Alice's enrolment: Charlie answers for unit B only
    "withdraw_enrolment": staff("carol", "adam", post=400),
}

# ------------------------------------------------------------------ the admin
_ENTRANCE = "/admin/login/"  # which leads on to the one page where people sign in
_PASSWORD = "/accounts/password/change/"
_ADAM = staff("adam")
_ADAM_NEVER = staff("adam", get=403, post=403)


def _list(model: str, *people: str, add: Row, change: Row, delete: Row) -> dict[str, Row]:
    return {
        f"admin:{model}_changelist": staff(*people),
        f"admin:{model}_history": staff(*people),
        f"admin:{model}_add": add,
        f"admin:{model}_change": change,
        f"admin:{model}_delete": delete,
    }


def _read(model: str, *people: str, add: Row | None = None) -> dict[str, Row]:
    """Looked at, never changed."""
    never = staff(*people, get=403, post=403)
    return _list(model, *people, add=add or never, change=staff(*people, post=403), delete=never)


def _looked_at(*people: str) -> Row:
    """A page without a form: whoever may enter the admin learns that nothing is sent to it."""
    posted: dict[str, Outcome] = dict.fromkeys(EVERYBODY, 404)
    return Row(staff(*people).get, posted | dict(staff(*IN_ADMIN, post=405).post))


_COURSE, _EDITION = "/admin/courses/course/", "/admin/courses/edition/"
_BANK = "/admin/quizzes/question/"
#: Instructors write, reviewers decide, administrators see nothing of it. What is sent empty to a
#: form that asks for something shows the form again.
AUTHORING: dict[str, Row] = {
    "admin:courses_course_changelist": _looked_at("ingrid", "rafael"),
    "admin:authoring_course": _looked_at("ingrid", "rafael"),
    "admin:authoring_edition": _looked_at("ingrid", "rafael"),
    "admin:authoring_review": _looked_at("ingrid", "rafael"),
    "admin:authoring_open_draft": staff("ingrid", get=_COURSE, post=_EDITION),
    "admin:authoring_from_bank": staff("ingrid", get=_BANK, post=_BANK),  # nothing is chosen
    "admin:authoring_retire": staff("ingrid", post=_COURSE),
    "admin:authoring_submit": staff("ingrid"),
    "admin:authoring_withdraw": staff("ingrid", get=_EDITION, post=_EDITION),
    "admin:authoring_discard": staff("ingrid", post=_COURSE),
    "admin:authoring_translations": staff("ingrid", post=_EDITION),
    "admin:authoring_words": staff("ingrid"),
    "admin:authoring_terms": _looked_at("ingrid"),
    "admin:authoring_term_add": staff("ingrid"),
    "admin:authoring_term": staff("ingrid"),
    "admin:authoring_term_remove": staff("ingrid", post=_EDITION),
    "admin:authoring_sources": _looked_at("ingrid"),
    "admin:authoring_source_add": staff("ingrid"),
    "admin:authoring_source": staff("ingrid"),
    "admin:authoring_source_remove": staff("ingrid", post=_EDITION),
    "admin:authoring_lesson": staff("ingrid", post=422),  # an empty form says what is missing
    "admin:authoring_lesson_preview": staff("ingrid", get=_EDITION),
    "admin:authoring_pictures": staff("ingrid", post=422),
    "admin:authoring_picture_remove": staff("ingrid", get=_EDITION, post=_EDITION),
    # questions: what is sent empty lacks what must be there, or has not seen what it would change
    "admin:authoring_bring": staff("ingrid", post=422),
    "admin:authoring_import": staff("ingrid", post=422),  # it asks where new questions belong
    "admin:authoring_export": staff("ingrid"),
    "admin:authoring_questions": _looked_at("ingrid"),
    "admin:authoring_test": staff("ingrid", post=422),
    "admin:authoring_question": staff("ingrid", post=422),
    "admin:authoring_question_preview": staff("ingrid", get=_EDITION),
    "admin:authoring_question_new": staff("ingrid", post=422),
    "admin:authoring_question_new_preview": staff("ingrid", get=_EDITION),
    "admin:authoring_questions_tag": staff("ingrid", get=_EDITION, post=_EDITION),
    "admin:authoring_question_copy": staff("ingrid", get=_EDITION, post=_EDITION),
    "admin:authoring_question_remove": staff("ingrid", post=409),
    "admin:authoring_confirm": staff("rafael", post=_EDITION),
    "admin:authoring_approve": staff("rafael", get=_EDITION),
    "admin:authoring_return": staff("rafael", get=_EDITION),
}

#: Numbers for whoever answers for the course and for administrators, who see no question's key.
STATISTICS: dict[str, Row] = {
    "admin:statistics": _looked_at("ingrid", "rafael", "adam"),
    "admin:statistics_test": staff("ingrid", "rafael", "adam", post="/admin/quizzes/statistics/"),
    "admin:statistics_answers": staff(
        "ingrid", "rafael", get=_FRESH, post="/admin/quizzes/statistics/"
    ),
    "admin:statistics_units": _looked_at("ingrid", "rafael", "adam"),
    "admin:statistics_question": _looked_at("ingrid", "rafael"),
}

ADMIN: dict[str, Row] = {
    "admin:index": staff(*IN_ADMIN, visitor=_ENTRANCE),
    "admin:app_list": staff(*IN_ADMIN, visitor=_ENTRANCE),
    "admin:login": staff(*IN_ADMIN, get="/admin/", post="/admin/"),
    "admin:logout": staff(
        *IN_ADMIN, get="/accounts/logout/", post="/accounts/logout/", visitor=_ENTRANCE
    ),
    "admin:password_change": staff(*IN_ADMIN, get=_PASSWORD, post=_PASSWORD, visitor=_ENTRANCE),
    "admin:password_change_done": staff(
        *IN_ADMIN, get="/accounts/profile/", post="/accounts/profile/", visitor=_ENTRANCE
    ),
    "admin:autocomplete": staff(*IN_ADMIN, get=403, post=405, visitor=_ENTRANCE),
    "admin:jsi18n": staff(*IN_ADMIN, get=200, post=405, visitor=_ENTRANCE),
    "admin:view_on_site": staff(visitor=_ENTRANCE),
    # people, for administrators
    **_list("accounts_user", "adam", add=_ADAM, change=_ADAM, delete=_ADAM_NEVER),
    **_list("accounts_unit", "adam", add=_ADAM, change=_ADAM, delete=_ADAM_NEVER),
    **_list("accounts_supportcontact", "adam", add=_ADAM, change=_ADAM, delete=_ADAM),
    **_list("accounts_posting", "adam", add=_ADAM, change=_ADAM, delete=_ADAM_NEVER),
    **_read(  # a role is given only after a fresh second step
        "accounts_rolegrant",
        "adam",
        add=staff("adam", get="/accounts/reauthenticate/", post="/accounts/reauthenticate/"),
    ),
    # work, for administrators
    **_read("jobs_job", "adam"),
    **_read("jobs_message", "adam"),
    **_read("jobs_heartbeat", "adam"),
    # tests: an administrator may allow one attempt more, but sees no keys
    **_read("quizzes_question", "ingrid", "rafael"),
    "admin:quizzes_question_preview": staff("ingrid", "rafael"),
    **_read("quizzes_attempt", "ingrid", "adam"),
    **_read("quizzes_talk", "ingrid", "adam", add=staff("ingrid", "adam")),
    **_read("quizzes_override", "ingrid", "adam", add=staff("ingrid", "adam")),
    "admin:quizzes_override_take_back": staff("ingrid", "adam", post="/admin/quizzes/override/"),
    # a wrong question: instructors propose, reviewers and administrators decide, nobody their own
    "admin:quizzes_erratum_changelist": _looked_at(*IN_ADMIN),
    "admin:quizzes_errata_one": _looked_at(*IN_ADMIN),
    "admin:quizzes_errata_tests": _looked_at("ingrid"),
    "admin:quizzes_errata_questions": _looked_at("ingrid"),
    "admin:quizzes_errata_propose": staff("ingrid", post=422),
    "admin:quizzes_errata_decide": staff("rafael", "adam", get=_FRESH, post=403),
    "admin:quizzes_errata_numbers": staff(
        *IN_ADMIN, get="/admin/quizzes/erratum/", post="/admin/quizzes/erratum/"
    ),
    "admin:quizzes_errata_drop": staff(*IN_ADMIN, post="/admin/quizzes/erratum/"),
}

MATRIX: dict[str, Row] = PRODUCT | ADMIN | AUTHORING | STATISTICS
