"""Every act the trail knows, in words. docs/reference/audit-verbs.md is made from here.

A verb is "noun.past"; a test compares this list with every `record(…)` in the code, both ways.
What an older release wrote under a verb that is no longer here is shown by its bare name.

Owns: the words. Must not: look anything up; what is recorded is decided where the act is done.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

#: What an event may be about, by `AuditEvent.subject_type`.
SUBJECTS: Words = {
    "person": _("Person"),
    "unit": _("Unit"),
    "support contact": _("Support contact"),
    "course": _("Course"),
    "edition": _("Edition of a course"),
    "enrolment": _("Enrolment"),
    "assignment": _("Assignment of people to a course"),
    "attempt": _("Attempt at a test"),
    "exception": _("Exception from the rules of a test"),
    "erratum": _("Question that turned out wrong"),
    "completion": _("Completion"),
    "certificate": _("Certificate"),
    "job": _("Piece of work"),
    "message": _("Mail"),
    "export": _("Export of completions"),
    "trail": _("Audit trail"),
    "seal key": _("Key that signs seals"),
}

VERBS: Words = {
    # people and how they sign in
    "person.created": _("A person was entered"),
    "person.invited": _("An invitation was sent"),
    "person.updated": _("A person's details were changed by staff"),
    "person.disabled": _("An account was closed and its sessions ended"),
    "person.enabled": _("An account was opened again"),
    "profile.updated": _("A person changed their own settings"),
    "sign_in.password_changed": _("A password was changed"),
    "sign_in.password_set": _("A first password was set"),
    "sign_in.password_reset": _("A password was set anew through a link"),
    "sign_in.link_made": _("A link for setting a password was made by staff"),
    "sign_in.app_added": _("An authenticator app was added"),
    "sign_in.app_removed": _("An authenticator app was removed"),
    "sign_in.codes_made": _("New recovery codes were made"),
    "sign_in.key_added": _("A passkey or security key was added"),
    "sign_in.key_removed": _("A passkey or security key was removed"),
    "sign_in.second_steps_removed": _("All second steps were removed by staff"),
    "record.viewed": _("Somebody else's record was looked at"),
    # the force
    "unit.created": _("A unit was made"),
    "unit.updated": _("A unit was changed"),
    "unit.moved": _("A unit was moved in the tree"),
    "posting.started": _("A person was posted to a unit"),
    "posting.ended": _("A posting was ended"),
    "grant.given": _("A role was given"),
    "grant.ended": _("A role was ended"),
    "support_contact.created": _("A support contact was entered"),
    "support_contact.updated": _("A support contact was changed"),
    "support_contact.deleted": _("A support contact was removed"),
    # what is taught
    "edition.opened": _("A draft edition was opened"),
    "edition.taken_on": _("A draft that came with Courseware was taken on by the force"),
    "edition.edited": _("A draft edition was changed"),
    "edition.submitted": _("A draft edition was sent for review"),
    "edition.withdrawn": _("A draft edition was withdrawn from review"),
    "edition.returned": _("A draft edition was returned by a reviewer"),
    "edition.approved": _("A draft edition was approved by a reviewer"),
    "edition.discarded": _("A draft edition was thrown away"),
    "edition.published": _("An edition was published"),
    "edition.confirmed": _("An edition was confirmed by the force"),
    "answers.exported": _("The answers to a test were taken away as a file, without names"),
    "questions.exported": _("The questions of a draft were taken away as a file"),
    "picture.added": _("A picture was added to a draft"),
    "course.retired": _("A course was retired"),
    # the training record
    "assignment.confirmed": _("People were put on a course together"),
    "assignment.exported": _("The rows of an assignment were taken away as a file"),
    "enrolment.created": _("A person was put on a course"),
    "enrolment.due_changed": _("A due date was set or moved"),
    "enrolment.started": _("A course was begun"),
    "enrolment.moved": _("A person in progress was moved to a newer edition"),
    "enrolment.needs_talk": _("All attempts were used: a talk is needed"),
    "enrolment.withdrawn": _("A person was taken off a course"),
    "attempt.started": _("A test was begun"),
    "attempt.submitted": _("A test was handed in"),
    "attempt.voided": _("A test was not handed in in time and does not count"),
    "attempt.graded": _("A test was marked"),
    "attempt.granted": _("One more attempt was allowed"),
    "attempt.reopened": _("An exception or a newer edition allowed attempts again"),
    "talk.noted": _("A talk was noted, without a further attempt"),
    "exception.decided": _("An exception from the rules of a test was decided"),
    "exception.taken_back": _("An exception from the rules of a test was taken back"),
    "erratum.proposed": _("A question of a test was said to be wrong"),
    "erratum.decided": _("It was decided what becomes of the marks of a wrong question"),
    "erratum.dropped": _("A question said to be wrong was not pursued"),
    "attempt.regraded": _("A test was marked anew because a question was wrong"),
    "enrolment.pass_taken_back": _("A passed test counts as not passed after a wrong question"),
    "statistics.asked": _("Statistics of a test were asked for"),
    "completion.recorded": _("A course was completed"),
    "certificate.issued": _("A certificate was issued"),
    "certificate.signed": _("The document of a certificate was signed"),
    "certificate.rebuilt": _("A lost document of a certificate was made again"),
    "certificate.superseded": _("A certificate was replaced by a newer one"),
    "certificate.revoked": _("A certificate was revoked"),
    "certificate.restored": _("A revoked certificate was restored"),
    "completions.export_started": _("An export of completions began"),
    "completions.exported": _("An export of completions was over"),
    # the trail itself
    "trail.searched": _("The audit trail was searched"),
    "trail.exported": _("The audit trail was exported"),
    "seal_key.changed": _("A new key for seals took over"),
    # work and mail
    "job.retried": _("A piece of work was tried again by staff"),
    "job.cancelled": _("A piece of work was given up by staff"),
    "message.sent_again": _("A mail that had failed was sent again by staff"),
}


def words_of(verb: str) -> str:
    """The verb in the reader's language."""
    return str(VERBS.get(verb, verb))
