"""Markdown lessons: texts, media, rendering, reading."""
