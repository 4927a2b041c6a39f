"""Facts that happened: append-only events, erasable details, seals."""
