"""Numbers in addresses: `<number:…>` in place of Django's `<int:…>`.

A number that no column can hold is no address of ours: it is not found, and no query is asked.
"""

from django.urls import register_converter
from django.urls.converters import IntConverter


class Number(IntConverter):
    """A whole number from 0 that fits into a database's 64 bits, with room to spare."""

    regex = "[0-9]{1,18}"


register_converter(Number, "number")
