"""Which of PyYAML's two readers a text gets.

libyaml's is ten times as fast; PyYAML's own says what is wrong in the words people are shown, and
is there on every machine. So the fast one reads, and whatever it does not like is read again.
"""

import re

import yaml

#: Where the two disagree: uncommon spaces, tags, marks of documents, a comment glued to the head
#: of a block, a question mark within brackets.
_DISPUTED = re.compile(
    r"""[\t\x85\u2028\u2029\ufeff] | (?<![^\s\[\]{},:>|"'-])! | ^(---|\.\.\.|%)
    | [>|][-+\d]*\# | [\[{][^\]}]{0,500}\?""",
    re.VERBOSE | re.MULTILINE,
)


class QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """SafeLoader by libyaml, where PyYAML was built with it."""


def may_be_quick(text: str) -> bool:
    """Whether what libyaml makes of `text` is what PyYAML would make of it."""
    return not _DISPUTED.search(text)
