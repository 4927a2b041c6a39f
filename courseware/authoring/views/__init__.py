"""Pages of instructors and reviewers, in the frame of the admin."""
