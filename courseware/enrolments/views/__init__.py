"""Putting people on courses, and taking them off: for administrators and HR officers."""
