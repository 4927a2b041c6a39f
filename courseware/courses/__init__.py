"""What is taught: courses, their immutable editions and what an edition consists of."""
