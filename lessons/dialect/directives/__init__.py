"""The directives of the lesson dialect, and the one list that names them.

Owns the registry. A new directive is one file here with a tuple `BLOCKS`, one line below, its
classes in `courseware/core/markup/policies.py`, one test file, and its row in
docs/reference/lesson-dialect.md.
"""

from collections.abc import Mapping

from lessons.dialect.directives import (
    boxes,
    callouts,
    checks,
    figure,
    legal,
    sensitive,
    then_now,
)
from lessons.dialect.directives.base import LessonBlock

_FILES = (then_now, callouts, legal, boxes, sensitive, figure, checks)

DIRECTIVES: Mapping[str, type[LessonBlock]] = {
    block.NAME: block for file in _FILES for block in file.BLOCKS
}
