"""How long to wait before the next try: one minute, doubling, at most a day, with jitter.

Owns: that one rule. Must not: know why a try failed.
"""

from datetime import timedelta
from random import Random

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=24)
# Jitter: jobs that failed together (a mail server went down) do not come back together.
_SPREAD = 0.2


def delay(attempt: int, *, longest: timedelta = LONGEST, random: Random | None = None) -> timedelta:
    """The wait after try number `attempt` (from 1), between 80 % and 120 % of the plain doubling.

    Never longer than `longest`, which a periodic kind sets to its own span.
    """
    doublings: int = 2 ** min(max(attempt, 1) - 1, 20)
    plain = min(FIRST * doublings, LONGEST)
    factor = 1 + (random or Random()).uniform(-_SPREAD, _SPREAD)
    return min(plain * factor, longest)
