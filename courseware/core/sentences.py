"""What a module that knows no language says, in the reader's (courseware.core.messages)."""

from collections.abc import Mapping

from django.utils.translation import gettext


def sentence(message: str, params: Mapping[str, object]) -> str:
    return gettext(message) % params if params else gettext(message)
