"""Reads behind the reports: one module a report, each a fixed number of SQL queries."""
