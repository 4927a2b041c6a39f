"""Reads about enrolments.

journeys    states in SQL, and what one person has to do
"""

from courseware.enrolments.queries.journeys import (
    Journey,
    Row,
    current_periods,
    dates_of,
    journey,
    missing_prerequisites,
    my_training,
    progress_of,
    steps_of,
    with_state,
)

__all__ = [
    "Journey",
    "Row",
    "current_periods",
    "dates_of",
    "journey",
    "missing_prerequisites",
    "my_training",
    "progress_of",
    "steps_of",
    "with_state",
]
