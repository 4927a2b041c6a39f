"""Pure parts of search: cutting a lesson into sections, quoting around a hit."""
