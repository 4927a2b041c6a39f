"""How many examples a long property test tries.

    @settings(max_examples=examples(60))

All of them, except under `make test` (QUICK_PROPERTIES), which tries a quarter; `.ci/run` tries all
in a step of its own. For tests whose examples cost a tenth of a second each, not for cheap ones.
"""

import os


def examples(thorough: int) -> int:
    return thorough // 4 if os.environ.get("QUICK_PROPERTIES") else thorough
