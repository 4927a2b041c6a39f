"""Helpers without tables: markup, identifiers, small clock-free things."""
