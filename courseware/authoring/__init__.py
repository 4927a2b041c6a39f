"""Drafts, editors, review, publishing, moving people: what instructors and reviewers do."""
