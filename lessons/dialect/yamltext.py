"""Small YAML texts (front matter, directive options) read strictly.

Owns one function. Refuses duplicate keys, aliases, tags and anything but a mapping; gives the line
of every key. Must not know what the keys mean.
"""

from contextlib import suppress
from typing import Any, NamedTuple

import yaml

from courseware.core.yamlreaders import QuickLoader, may_be_quick

MAX_CHARACTERS = 8_000
#: The time to read a text grows with the square of its depth.
MAX_DEPTH = 20


class YamlProblem(Exception):
    """`line` counts from 1 within the text."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(message)


class YamlText(NamedTuple):
    """The values, and for each top-level key the line (from 1) it stands on."""

    values: dict[str, Any]
    lines: dict[str, int]


def read_mapping(text: str) -> YamlText:
    """The mapping that `text` is. Raises YamlProblem with a line."""
    if not text:  # most directives have no options
        return YamlText({}, {})
    if len(text) > MAX_CHARACTERS:
        raise YamlProblem(1, f"more than {MAX_CHARACTERS} characters")
    if may_be_quick(text):
        with suppress(YamlProblem, yaml.YAMLError, ValueError):
            return _read(text, QuickLoader)
    try:
        return _read(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise YamlProblem(_line(mark), f"not valid YAML: {reason}") from error
    except (RecursionError, ValueError) as error:
        # ValueError: a date such as 2026-02-31.
        raise YamlProblem(1, f"not valid YAML: {error}") from error


def _read(text: str, reader: type[yaml.SafeLoader]) -> YamlText:
    _refuse_what_no_option_needs(text, reader)
    loader = reader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlText({}, {})
        if not isinstance(root, yaml.MappingNode):
            raise YamlProblem(1, "expected lines of the form `name: value`")
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
            raise YamlProblem(_line(event.start_mark), "not valid YAML: nested too deeply")
        if isinstance(event, yaml.AliasEvent):
            raise YamlProblem(_line(event.start_mark), "aliases (*name) are not allowed")


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
                raise YamlProblem(key.start_mark.line + 1, "a name must be a plain word")
            if key.value in seen:
                raise YamlProblem(key.start_mark.line + 1, f"`{key.value}` stands twice")
            seen.add(key.value)
            _refuse_duplicates(value)
