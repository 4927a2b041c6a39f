"""Rules of a test that came after the first ones.

In a file, a hash and a comparison they stand only where they differ from what a test had before
them, so that nothing written earlier reads otherwise.
"""

LATER_RULES = (
    *("tag_quotas", "pool_tags", "withheld_tags", "cooldown_hours"),
    *("time_out", "grace_minutes", "review", "asks_confidence"),
)
