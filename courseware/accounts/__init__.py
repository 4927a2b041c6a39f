"""People, units, postings, roles, and how they sign in."""
