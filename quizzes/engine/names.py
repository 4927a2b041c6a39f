"""What types, levels of thinking and verdicts are called, in the engine's English.

One place for the editor of questions and for the bank: who reads both reads the same word. Whoever
shows one translates it.
"""

from __future__ import annotations

from collections.abc import Mapping

from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.findings import Level

TYPE_NAMES: Mapping[str, str] = {
    "single": gettext_noop("Single choice"),
    "multiple": gettext_noop("Multiple choice"),
    "truefalse": gettext_noop("True or false"),
    "ordering": gettext_noop("Ordering"),
    "matching": gettext_noop("Matching"),
    "numeric": gettext_noop("Number"),
    "short": gettext_noop("Short answer"),
    "scenario": gettext_noop("Case in parts"),
}
BLOOM_NAMES: Mapping[str, str] = {
    "remember": gettext_noop("remember"),
    "understand": gettext_noop("understand"),
    "apply": gettext_noop("apply"),
    "analyse": gettext_noop("analyse"),
    "evaluate": gettext_noop("evaluate"),
    "create": gettext_noop("create"),
}
DIFFICULTY_NAMES: Mapping[int, str] = {
    1: gettext_noop("1, easy"),
    2: gettext_noop("2, middling"),
    3: gettext_noop("3, hard"),
}
LEVEL_NAMES: Mapping[Level, str] = {
    Level.ACT: gettext_noop("Check now"),
    Level.LOOK: gettext_noop("Look at it"),
    Level.GOOD: gettext_noop("Sound"),
    Level.NOTE: gettext_noop("Too early to tell"),
}
#: The state of core.ui that shows a level.
LEVEL_STATES: Mapping[Level, str] = {
    Level.ACT: "check-now",
    Level.LOOK: "look-at-it",
    Level.GOOD: "sound",
    Level.NOTE: "note",
}
