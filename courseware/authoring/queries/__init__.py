"""Reads of authoring, each with a fixed number of SQL queries.

questions   the list of a draft's questions, and one question open for editing
"""
