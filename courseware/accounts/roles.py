"""What each role may do, readable by an auditor. docs/reference/roles.md is generated from here.

Owns: the roles and their permissions. Must not: look anything up; `access` applies them to people.

A permission is a sentence in two words. Scope says over whom or what it holds: a trainee for
themselves, a supervisor or HR officer for their units, an instructor for their courses.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Every permission, in a sentence for somebody who reads the reference and not the code.
PERMISSIONS: dict[str, str] = {
    "take courses": "Read lessons, sit tests and hold certificates of the courses one is on.",
    "see own record": "See one's own training record.",
    "use admin": "Enter the administration pages; what is seen there depends on the others.",
    "see questions": "Read questions with their right answers and feedback.",
    "see statistics": "See, in numbers, what the answers to a test say about its questions.",
    "export answers": "Take the answers to a test away without names, after a fresh second step.",
    "author editions": "Start a draft of a course, edit its lessons and questions, submit it.",
    "approve edition": "Approve or return a draft that somebody else wrote and submitted.",
    "confirm edition": "Confirm for the force an edition that came with the distribution.",
    "propose errata": "Say that a question of a test is wrong and what should become of its marks.",
    "decide errata": "Decide on that, having seen whom it changes; never on one's own proposal.",
    "grant attempt": "Note a talk with a trainee and allow one attempt more.",
    "see completions": "See who has completed what, until when it is valid, and the records.",
    "export completions": "Take the completions away as a file, after a fresh second step.",
    "assign courses": "Put people on a course with a due date, and take them off with a reason.",
    "see audit trail": "Search the trail of what was done, when and by whom.",
    "export audit trail": "Take the trail with its seals away, after a fresh second step.",
    "manage people": "Enter, invite, post and disable people; keep the tree of units.",
    "manage grants": "Give and end roles, after a fresh second step; never one's own.",
    "manage support contacts": "Keep the list of people whom trainees can talk to.",
    "manage jobs": "See work and mail, try again what is parked, give up what is hopeless.",
}
#: Over whom or what a role holds.
SCOPES: dict[str, str] = {
    "self": "the person",
    "unit": "the unit of the grant and everything below it",
    "course": "the course of the grant, or all courses where it names none",
    "force": "the whole force",
}


class Role:
    """Base of all roles. `permissions` is closed: what is not listed is not allowed."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    scope: ClassVar[str]  # self, unit, course, force
    is_staff: ClassVar[bool] = True
    permissions: ClassVar[frozenset[str]] = frozenset()


class Trainee(Role):
    key = "trainee"
    label = _("Trainee")
    scope = "self"
    is_staff = False
    permissions = frozenset({"take courses", "see own record"})


class Instructor(Role):
    key = "instructor"
    label = _("Instructor")
    scope = "course"
    permissions = frozenset(
        {
            "use admin",
            "see questions",
            "see statistics",
            "export answers",
            "author editions",
            "propose errata",
            "grant attempt",
        }
    )


class Reviewer(Role):
    key = "reviewer"
    label = _("Reviewer")
    scope = "course"
    permissions = frozenset(
        {
            "use admin",
            "see questions",
            "see statistics",
            "export answers",
            "approve edition",
            "confirm edition",
            "decide errata",
        }
    )


class Supervisor(Role):
    key = "supervisor"
    label = _("Supervisor")
    scope = "unit"
    permissions = frozenset({"see completions"})


class HROfficer(Role):
    key = "hr"
    label = _("HR officer")
    scope = "unit"
    permissions = frozenset({"see completions", "export completions", "assign courses"})


class Auditor(Role):
    key = "auditor"
    label = _("Auditor")
    scope = "force"
    permissions = frozenset({"see audit trail", "export audit trail", "see completions"})


class Administrator(Role):
    key = "administrator"
    label = _("Administrator")
    scope = "force"
    permissions = frozenset(
        {
            "use admin",
            "manage people",
            "manage grants",
            "manage support contacts",
            "manage jobs",
            "grant attempt",
            "see statistics",
            "decide errata",
            "assign courses",
        }
    )


ROLES: tuple[type[Role], ...] = (
    Trainee,
    Instructor,
    Reviewer,
    Supervisor,
    HROfficer,
    Auditor,
    Administrator,
)
BY_KEY: dict[str, type[Role]] = {role.key: role for role in ROLES}
ROLE_CHOICES = [(role.key, role.label) for role in ROLES]
STAFF_ROLES = frozenset(role.key for role in ROLES if role.is_staff)


def roles_with(permission: str) -> frozenset[str]:
    """Keys of the roles that carry `permission`."""
    return frozenset(role.key for role in ROLES if permission in role.permissions)
