"""Password rules after NIST SP 800-63B-4: length and a blocklist; no composition rules.

Fifteen characters where the password is the only factor, twelve beside a second one. Beside
Django's list of common passwords, ours refuses words of this place and mere repetition.
"""

import re

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

ALONE = 15
WITH_SECOND_FACTOR = 12


class LengthValidator:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        needed = WITH_SECOND_FACTOR if _has_second_factor(user) else ALONE
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


class ContextValidator:
    """Refuses what is only words everybody here would try first, or one thing over and over."""

    words = ("courseware", "training", "password", "police", "welcome", "officer", "qwerty")

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        rest = password.lower()
        for word in (*self.words, *_long_words(settings.FORCE_NAME)):
            rest = rest.replace(word, "")
        rest = re.sub(r"[\W\d_]+", "", rest)
        if len(rest) < 4 or len(set(password.lower())) < 6:
            raise ValidationError(
                _("This is easy to guess here. Use several words that do not belong together."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return str(_("Not the name of the force or of this site, and not one thing repeated."))


def _long_words(text: str) -> list[str]:
    return [word for word in re.split(r"\W+", text.lower()) if len(word) >= 4]


def _has_second_factor(user: AbstractBaseUser | None) -> bool:
    if user is None or user.pk is None:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user))
