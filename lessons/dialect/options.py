"""What is wrong with an option of a directive, said to its author.

Owns the sentence for each of pydantic's findings. Must not know any particular directive.
"""

from pydantic_core import ErrorDetails

from courseware.core.messages import gettext_noop
from lessons.dialect.records import Problem, problem

_NUMBER = gettext_noop("`%(option)s` of `%(name)s` must be a whole number.")
_TRUTH = gettext_noop("`%(option)s` of `%(name)s` must be `true` or `false`.")
_DAY = gettext_noop("`%(option)s` of `%(name)s` must be a day, written as 2026-05-31.")
_SENTENCES = {
    "missing": gettext_noop("`%(name)s` needs the option `%(option)s`."),
    "extra_forbidden": gettext_noop("`%(name)s` has no option `%(option)s`."),
    "string_type": gettext_noop(
        "`%(option)s` of `%(name)s` must be text; put quotation marks around it."
    ),
    "string_too_short": gettext_noop("`%(option)s` of `%(name)s` must not be empty."),
    "string_too_long": gettext_noop(
        "`%(option)s` of `%(name)s` is longer than %(max_length)s characters."
    ),
    "string_pattern_mismatch": gettext_noop(
        "`%(option)s` of `%(name)s` does not have the form that is asked for here."
    ),
    "tuple_type": gettext_noop("`%(option)s` of `%(name)s` must be a list."),
    "literal_error": gettext_noop("`%(option)s` of `%(name)s` must be one of: %(expected)s."),
    "greater_than_equal": gettext_noop("`%(option)s` of `%(name)s` must be %(ge)s or more."),
    "less_than_equal": gettext_noop("`%(option)s` of `%(name)s` must be %(le)s or less."),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}
_ANY_OTHER = gettext_noop("`%(option)s` of `%(name)s`: %(reason)s.")


def option_problem(at: int, name: str, option: str, found: ErrorDetails) -> Problem:
    """The finding about `option` of the directive `name` that stands in line `at`."""
    code = "missing-alt" if option == "alt" else "bad-option"
    message = _SENTENCES.get(found["type"])
    if message is None:
        return problem(at, code, _ANY_OTHER, option=option, name=name, reason=found["msg"])
    values = {
        # pydantic joins the last two by a word.
        key: value if isinstance(value, int) else str(value).replace(" or ", ", ")
        for key, value in found.get("ctx", {}).items()
        if f"%({key})s" in message
    }
    return problem(at, code, message, option=option, name=name, **values)
