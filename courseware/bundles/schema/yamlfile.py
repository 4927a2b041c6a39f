"""YAML with the line of every value; duplicate keys, tags and aliases are refused.

Aliases are refused because a few lines of them expand to gigabytes.
"""

import re
from contextlib import suppress
from typing import Any, NamedTuple

import yaml

from courseware.core.yamlreaders import QuickLoader, may_be_quick

type Path = tuple[str | int, ...]

# The time to read a text grows with the square of its depth: 11 s for 5,000 brackets.
_MAX_DEPTH = 20

# "\0" or "\ud800" in quotes: no database keeps them.
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class YamlFault(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"line {line}: {message}")


class Parsed(NamedTuple):
    """The value, and the line of everything in it by its path."""

    value: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest place above it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _DatedLoader(yaml.SafeLoader):
    """SafeLoader that says on which line a value such as 2027-02-30 stands."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            line = node.start_mark.line + 1
            raise YamlFault(line, f"A value cannot be read: {error}") from error


def parse(text: str) -> Parsed:
    """Raises YamlFault with a line."""
    if may_be_quick(text):
        with suppress(YamlFault, yaml.YAMLError, ValueError):
            return _parse(text, QuickLoader)
    try:
        return _parse(text, _DatedLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlFault(line, "A character is not allowed in YAML.") from error
    except yaml.YAMLError as error:
        raise YamlFault(1, "The file is not YAML text.") from error
    except RecursionError as error:
        raise YamlFault(1, "Values are nested too deeply.") from error


def _parse(text: str, reader: type[yaml.SafeLoader]) -> Parsed:
    _refuse_what_no_course_needs(text, reader)
    loader = reader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Parsed(None, {})
        lines: dict[Path, int] = {}
        _walk(node, (), lines)
        return Parsed(loader.construct_document(node), lines)
    finally:
        loader.dispose()


def _refuse_what_no_course_needs(text: str, reader: type[yaml.SafeLoader]) -> None:
    """Aliases, tags and deep nesting, before anything is built."""
    depth = 0
    for event in yaml.parse(text, reader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise YamlFault(line, "Values are nested too deeply.")
        if isinstance(event, yaml.AliasEvent):
            raise YamlFault(line, "Aliases are not allowed.")
        if getattr(event, "tag", None) is not None:
            raise YamlFault(line, "Tags are not allowed.")


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int]) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in seen:
                raise YamlFault(key_node.start_mark.line + 1, f"The key {key!r} stands twice.")
            seen.add(key)
            _walk(value_node, (*path, key), lines)
            lines[(*path, key)] = key_node.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), lines)
    elif _UNKEPT.search(node.value):
        raise YamlFault(node.start_mark.line + 1, "A control character stands in the text.")
