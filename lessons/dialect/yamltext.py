"""Small YAML texts (front matter, directive options) read strictly.

Owns one function. Refuses duplicate keys, aliases, tags and anything but a mapping; gives the line
of every key. Must not know what the keys mean.
"""

from contextlib import suppress
from typing import Any, NamedTuple

import yaml

from courseware.core.messages import gettext_noop, in_english
from courseware.core.yamlreaders import QuickLoader, may_be_quick

MAX_CHARACTERS = 8_000
#: The time to read a text grows with the square of its depth.
MAX_DEPTH = 20
_LINES = gettext_noop("Expected lines of the form `name: value`.")
_TOO_DEEP = gettext_noop("This is not valid YAML: it is nested too deeply.")
_NOT_CLOSED = gettext_noop("This is not valid YAML: quotation marks are opened and not closed.")
_COLON = gettext_noop("This is not valid YAML: put words that contain a colon in quotation marks.")
_SPECIAL = gettext_noop(
    "This is not valid YAML: put words that begin with a special character in quotation marks."
)
# What the reader says to the mistakes that authors make; anything rarer is passed on.
_REASONS = (
    ("mapping values are not allowed", _COLON),
    ("could not find expected ':'", _LINES),
    ("found unexpected end of stream", _NOT_CLOSED),
    ("found unexpected document separator", _NOT_CLOSED),
    ("that cannot start any token", _SPECIAL),
)


class YamlProblem(Exception):
    """`line` counts from 1 within the text. As a string it is English."""

    def __init__(self, line: int, message: str, **params: str | int) -> None:
        self.line = line
        self.message = message
        self.params = params
        super().__init__(in_english(message, params))


class YamlText(NamedTuple):
    """The values, and for each top-level key the line (from 1) it stands on."""

    values: dict[str, Any]
    lines: dict[str, int]


def read_mapping(text: str) -> YamlText:
    """The mapping that `text` is. Raises YamlProblem with a line."""
    if not text:  # most directives have no options
        return YamlText({}, {})
    if len(text) > MAX_CHARACTERS:
        message = gettext_noop("There are more than %(most)s characters of settings.")
        raise YamlProblem(1, message, most=MAX_CHARACTERS)
    if may_be_quick(text):
        with suppress(YamlProblem, yaml.YAMLError, ValueError):
            return _read(text, QuickLoader)
    try:
        return _read(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _problem(error) from error
    except RecursionError as error:
        raise YamlProblem(1, _TOO_DEEP) from error
    except ValueError as error:  # a date such as 2026-02-31
        message = gettext_noop("This is not valid YAML: there is no such day or number.")
        raise YamlProblem(1, message) from error


def _problem(error: yaml.YAMLError) -> YamlProblem:
    line = _line(getattr(error, "problem_mark", None))
    said = str(getattr(error, "problem", None) or "")
    for words, message in _REASONS:
        if words in said:
            return YamlProblem(line, message)
    if not said:
        return YamlProblem(line, gettext_noop("This is not valid YAML: it cannot be read."))
    return YamlProblem(line, gettext_noop("This is not valid YAML: %(reason)s."), reason=said)


def _read(text: str, reader: type[yaml.SafeLoader]) -> YamlText:
    _refuse_what_no_option_needs(text, reader)
    loader = reader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlText({}, {})
        if not isinstance(root, yaml.MappingNode):
            raise YamlProblem(1, _LINES)
        _refuse_duplicates(root)
        lines = {str(key.value): key.start_mark.line + 1 for key, _ in root.value}
        values = loader.construct_document(root)
    finally:
        loader.dispose()
    return YamlText({str(key): value for key, value in values.items()}, lines)


def _refuse_what_no_option_needs(text: str, reader: type[yaml.SafeLoader]) -> None:
    """Aliases and deep nesting, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=reader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise YamlProblem(_line(event.start_mark), _TOO_DEEP)
        if isinstance(event, yaml.AliasEvent):
            message = gettext_noop("YAML aliases (`*name`) are not allowed.")
            raise YamlProblem(_line(event.start_mark), message)


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1


def _refuse_duplicates(node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                message = gettext_noop("A name must be a plain word.")
                raise YamlProblem(key.start_mark.line + 1, message)
            if key.value in seen:
                message = gettext_noop("`%(name)s` stands twice.")
                raise YamlProblem(key.start_mark.line + 1, message, name=key.value)
            seen.add(key.value)
            _refuse_duplicates(value)
