"""The text form of a course, pure: files' schemas, YAML with lines, findings.

Owns: what the files may say (docs/reference/library-format.md). Must not: touch the database.
"""
