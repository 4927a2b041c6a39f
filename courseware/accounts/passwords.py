"""Password rules after NIST SP 800-63B-4: length and a blocklist; no composition rules.

Fifteen characters where the password is the only factor, twelve beside a second one. Beside
Django's list of common passwords, ours refuses words of this place and of the person, walks over
the keyboard or the alphabet, and mere repetition. Must not: ask for kinds of signs.
"""

import re
import unicodedata

from django.conf import settings
from django.contrib.auth import password_validation as django_rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courseware.accounts.models import User
from courseware.accounts.second_factor import has_second_factor

ALONE = 15
WITH_SECOND_FACTOR = 12
#: Session key: signed in with a password that is too short without a second step.
NEW_PASSWORD_DUE = "new_password_due"  # noqa: S105 - a name, no password

# Neighbours, as fingers and children know them; doubled, because a walk goes round.
_WALKS = tuple(
    way * 2
    for line in (
        "abcdefghijklmnopqrstuvwxyz",
        "1234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    )
    for way in (line, line[::-1])
)
_SHORTEST_WALK = 4
_LEAST_LETTERS = 4  # beside everything that is known or walked


class LengthValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        needed = _needed(user)
        if len(password) < needed:
            raise ValidationError(
                ngettext(
                    "Use at least %(count)d character. A sentence you can remember works well.",
                    "Use at least %(count)d characters. A sentence you can remember works well.",
                    needed,
                )
                % {"count": needed},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return str(
            _(
                "At least 15 characters, or 12 if you sign in with a second step. "
                "A sentence you can remember works well; you may paste it."
            )
        )


class SimilarityValidator(django_rules.UserAttributeSimilarityValidator):
    """Django's; silent where the length is wrong anyway: one thing at a time."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) >= _needed(user):
            super().validate(password, user)


class CommonValidator(django_rules.CommonPasswordValidator):
    """Django's; silent where the length is wrong anyway."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) >= _needed(user):
            super().validate(password, user)


class ContextValidator:
    """Refuses what is only words everybody here would try first, or one thing over and over."""

    words = ("courseware", "training", "password", "police", "welcome", "officer", "qwerty")

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < _needed(user):
            return
        plain = _plain(password)
        rest = plain
        known = {*self.words, *_words(settings.FORCE_NAME, 4), *_words_of(user)}
        for word in sorted(known, key=lambda word: (-len(word), word)):
            rest = rest.replace(word, " ")  # a space: what is left on both sides stays apart
        rest = re.sub(r"[\s\d]+", "", _without_walks(rest))
        if len(rest) < _LEAST_LETTERS or len(set(plain)) < 6 or _repeats(plain) or _repeats(rest):
            raise ValidationError(
                _("This is easy to guess here. Use several words that do not belong together."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return str(
            _(
                "Not your own name, the name of the force or of this site, not one thing repeated,"
                " and not a row of the keyboard or the alphabet."
            )
        )


def _plain(password: str) -> str:
    """Letters and digits in one case: `Let-me in!` is `letmein`."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", password).casefold())


def _repeats(text: str) -> bool:
    """One thing at least twice and nothing else; the last time may be cut off."""
    return any(text[size:] == text[: len(text) - size] for size in range(1, len(text) // 2 + 1))


def _without_walks(text: str) -> str:
    """`text` without runs of neighbours on a keyboard, in the alphabet or among the digits."""
    kept, at = "", 0
    while at < len(text):
        end = at + _SHORTEST_WALK
        if any(text[at:end] in walk for walk in _WALKS) and end <= len(text):
            while end < len(text) and any(text[at : end + 1] in walk for walk in _WALKS):
                end += 1
        else:
            kept, end = kept + text[at], at + 1
        at = end
    return kept


def _words(text: str, least: int) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= least]


def _words_of(user: User | None) -> list[str]:
    """What colleagues know of the person."""
    fields = ("given_name", "family_name", "email", "service_number")
    return [word for name in fields for word in _words(getattr(user, name, None) or "", 3)]


def _needed(user: User | None) -> int:
    return WITH_SECOND_FACTOR if user is not None and has_second_factor(user) else ALONE
