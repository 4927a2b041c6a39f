"""A course as a folder of text files: load, check."""
