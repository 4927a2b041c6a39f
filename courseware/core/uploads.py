"""A bound on what people send, before a view is asked.

Forms are parsed before the view, to look for the token against forged ones, so a view that refuses
a file of ten gigabytes has it on the disk already. This handler stands first in
FILE_UPLOAD_HANDLERS and drops the rest of a file that is too long; the other fields of the form
arrive as they were typed, and the view finds no file.
"""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from courseware.core.pictures import MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Passes on what is no longer than the largest picture, give or take a piece of 64 kB."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > MAX_BYTES + self.chunk_size:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
