"""Pages of docs/reference that are made from the code, so that they cannot say anything else.

Owns: their wording around what the code declares. Must not: read a row; the pages are the same on
every machine.
"""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models
from django.utils import translation

from courseware.accounts.roles import PERMISSIONS, ROLES, SCOPES
from courseware.audit.verbs import SUBJECTS, VERBS
from courseware.core.personal import Personal

_MADE = "<!-- Made by `manage.py write_reference`. Change the code, not this page. -->"
_TOPS = frozenset({"courseware", "lessons", "quizzes"})
_SIGNED_IN = "While the session is open, and at most an hour more."
_STEP = "Until the person or an administrator removes it."
_DELETED = "The row is deleted."
#: What libraries keep about people in tables of theirs. The other tables of libraries stay empty.
OF_LIBRARIES: dict[str, dict[str, Personal]] = {
    "usersessions.UserSession": {
        "user": Personal("To show and end open sessions.", _SIGNED_IN, _DELETED),
        "ip": Personal("To recognise a session of somebody else.", _SIGNED_IN, _DELETED),
        "user_agent": Personal("To recognise a session of somebody else.", _SIGNED_IN, _DELETED),
    },
    "sessions.Session": {
        "session_data": Personal("Who is signed in.", _SIGNED_IN, _DELETED),
    },
    "mfa.Authenticator": {
        "user": Personal("Whose second step it is.", _STEP, _DELETED),
        "data": Personal("The second step, encrypted or a public key.", _STEP, _DELETED),
        "last_used_at": Personal("When it was last shown.", _STEP, _DELETED),
    },
}


def roles() -> str:
    """docs/reference/roles.md: who may do what, over whom."""
    lines = [
        "# Roles",
        "",
        _MADE,
        "",
        "A person holds grants; a grant gives one role over a span of days, for a unit, a course",
        "or the whole force. What is not listed is not allowed. Grants are read again whenever a",
        "permission is used: a change acts at once. Everybody with a role beyond trainee needs a",
        "second step at sign-in. Nobody gives a role to themselves, and nobody approves what they",
        "wrote.",
        "",
    ]
    for role in ROLES:
        lines += [
            f"## {role.label}",
            "",
            f"Holds for {SCOPES[role.scope]}.",
            "",
            "| permission | what it allows |",
            "| --- | --- |",
            *(f"| {name} | {PERMISSIONS[name]} |" for name in sorted(role.permissions)),
            "",
        ]
    return "\n".join(lines)


def personal_data() -> str:
    """docs/reference/personal-data.md: every personal field, why, how long, what erasure does."""
    lines = [
        "# Personal data",
        "",
        _MADE,
        "",
        "Every table declares which of its fields are personal. Training facts are kept by legal",
        "duty; names can be replaced by a pseudonym without breaking the audit trail or",
        "certificates.",
        "",
        "| table | field | why it is held | how long | what erasure does |",
        "| --- | --- | --- | --- | --- |",
    ]
    without: list[str] = []
    for model in our_models():
        declared: dict[str, Personal] = getattr(model, "personal_data", {})
        if not declared:
            without.append(model.__name__)
        lines += [
            f"| {model.__name__} | `{field}` | {entry.why} | {entry.keep} | {entry.erasure} |"
            for field, entry in declared.items()
        ]
    lines += [
        f"| {label} | `{field}` | {entry.why} | {entry.keep} | {entry.erasure} |"
        for label, declared in OF_LIBRARIES.items()
        for field, entry in declared.items()
    ]
    return "\n".join([*lines, "", f"Without personal data: {', '.join(sorted(without))}.", ""])


def audit_verbs() -> str:
    """docs/reference/audit-verbs.md: every act that leaves an event."""
    return "\n".join(
        [
            "# What the audit trail records",
            "",
            _MADE,
            "",
            "Each of these acts leaves one event, in the same transaction as the act: who did it",
            "(an opaque id), when, to what, and a keyed hash of the details. Saving an answer and",
            "reading a lesson leave none. How events are sealed and proven: [the audit",
            "trail](audit.md).",
            "",
            "| verb | what happened |",
            "| --- | --- |",
            *(f"| `{verb}` | {words} |" for verb, words in sorted(VERBS.items())),
            "",
            "## What an event can be about",
            "",
            "| type | what it is |",
            "| --- | --- |",
            *(f"| `{kind}` | {words} |" for kind, words in sorted(SUBJECTS.items())),
            "",
        ]
    )


def our_models() -> Iterator[type[models.Model]]:
    """Our own tables, by app and name."""
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if config.name.split(".")[0] in _TOPS:
            yield from sorted(config.get_models(), key=lambda model: model.__name__)


PAGES: dict[str, Callable[[], str]] = {
    "roles.md": roles,
    "personal-data.md": personal_data,
    "audit-verbs.md": audit_verbs,
}


def page(name: str) -> str:
    """The text of one page, in English whatever language is active."""
    with translation.override("en"):
        return PAGES[name]()
