"""Who must learn what by when; progress; completion."""
