"""Question bank, attempts, grading."""
