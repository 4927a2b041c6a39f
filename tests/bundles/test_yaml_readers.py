"""The quick reader of YAML and PyYAML's own make the same of a text."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from courseware.bundles.management.commands.load_courses import library_or
from courseware.bundles.schema import yamlfile
from courseware.core.yamlreaders import QuickLoader, may_be_quick

LIBRARY = sorted(path for folder in library_or([]) for path in folder.rglob("*.yaml"))

# What makes YAML hard, between words.
_SIGNS = "a:- []{},'\"#|>&*!%@`~\n\\?<=0\t\u2028\ufeffé"
_PIECES = [
    "\n  ",
    "\n- ",
    ": ",
    "key: ",
    "|\n",
    "? ",
    "<<: ",
    "\n---\n",
    "2026-01-31",
    "1:20",
    "true",
]
_BITS = st.sampled_from([*_SIGNS, *_PIECES])


def _read(text: str, reader: type[yaml.SafeLoader]) -> object:
    try:
        return repr(yamlfile._parse(text, reader))
    except (yamlfile.YamlFault, yaml.YAMLError, ValueError):
        return None


def test_the_quick_reader_is_there() -> None:
    """Without libyaml everything holds, but everything is slow: nobody would notice."""
    assert issubclass(QuickLoader, yaml.CSafeLoader)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_shipped_file_is_read_quickly(path: Path) -> None:
    text = path.read_text("utf-8")
    assert may_be_quick(text)
    assert _read(text, QuickLoader)


@given(st.lists(_BITS, max_size=25).map("".join))
def test_both_read_the_same(text: str) -> None:
    quick = _read(text, QuickLoader) if may_be_quick(text) else None
    assert quick is None or quick == _read(text, yamlfile._DatedLoader)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1, 2\n", 3, "expected ',' or ']', but got '<stream end>'"),
        ("a: 1\nb: 2027-02-30\n", 2, "A value cannot be read: "),
        ("a: 1\na: 2\n", 2, "The key 'a' stands twice."),
        ("a: &x 1\nb: *x\n", 2, "Aliases are not allowed."),
        ("a: !!str 1\n", 1, "Tags are not allowed."),
        ("[" * 5_000, 1, "Values are nested too deeply."),
    ],
)
def test_faults_are_told_in_the_words_of_one_reader(text: str, line: int, message: str) -> None:
    with pytest.raises(yamlfile.YamlFault) as raised:
        yamlfile.parse(text)
    assert raised.value.line == line
    assert raised.value.message.startswith(message)
