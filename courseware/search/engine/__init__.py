"""Pure parts of search: folding words, cutting a lesson into sections, quoting around a hit."""
