"""The sentences of the engine that a person may read, marked for translation.

The engine knows no language: it hands out the English sentence with named places and the values
for them; the layer that talks to a person translates the first and fills in the second.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogues, which look for this name, and return it."""
    return message


RESPONSE_MESSAGES = {
    "malformed": gettext_noop("This answer could not be read. Please answer again."),
    "too_long": gettext_noop("This answer is longer than %(limit)s characters. Please shorten it."),
    "too_many": gettext_noop("There are more choices than this question offers. Choose again."),
    "only_one": gettext_noop("Choose only one answer."),
    "unknown_choice": gettext_noop("This choice is not part of the question. Please choose again."),
    "unknown_position": gettext_noop("Give each step a position from 1 to %(count)s."),
    "position_twice": gettext_noop("Use each position once. Used more than once: %(positions)s."),
    "not_a_number": gettext_noop(
        "Write a number, for example 12 or 12.5. The unit may be left out."
    ),
    "checked": gettext_noop("You have seen the feedback on this answer; it no longer changes."),
    "not_answered": gettext_noop("Answer the question first; then its feedback is shown."),
    "part_incomplete": gettext_noop("Answer this part first; it is final once you go on."),
    "part_final": gettext_noop(
        "This part was made final elsewhere: the saved answer counts, yours here does not."
    ),
    "part_closed": gettext_noop("This part of the case is not open yet."),
}
