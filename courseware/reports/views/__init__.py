"""Pages of the read side: one module a report."""
