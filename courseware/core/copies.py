"""Copies of rows.

Owns: that a copy carries every column of its original. Must not: save anything.
"""

from typing import Any

from django.db.models import Model


def copy_of[M: Model](row: M, **changes: Any) -> M:
    """An unsaved row with the values of `row`, a new primary key, and `changes` by column name."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)(**(values | changes))
