"""Picture files for tests: good ones, and every kind that must not get in.

file_of("JPEG", size=(40, 30))          its bytes
with_places()                           a photograph that says where it was taken
"""

import io
import struct
import zlib
from typing import Any

from PIL import Image

#: 55.123 north: found in the bytes of a file that kept its places.
_LATITUDE = (55.0, 7.0, 22.8)


def file_of(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind, **options)
    return target.getvalue()


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, kind, save_all=True, append_images=frames[1:])
    return target.getvalue()


def with_places(*, turned: bool = False) -> bytes:
    """A JPEG of 40 × 30 with GPS, camera, comment and profile; lying on its side if `turned`."""
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera Works"
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825).update({1: "N", 2: _LATITUDE, 3: "E", 4: _LATITUDE})
    return file_of(
        "JPEG", exif=exif, comment=b"taken at the safe house", icc_profile=b"secret profile" * 20
    )


def claiming(width: int, height: int) -> bytes:
    """A small PNG whose header claims a size; its pixels, all black, are really there."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress(bytes((width // 8 + 2) * height), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def often_scanned(times: int) -> bytes:
    """A progressive JPEG that asks for its last scan again and again."""
    once = file_of("JPEG", size=(64, 64), progressive=True)
    last = once[once.rfind(b"\xff\xda") : -2]
    return once[:-2] + last * times + b"\xff\xd9"


#: Two languages in one file: a good picture first, then something to run or unpack.
POLYGLOTS = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": b"PK\x03\x04evil.html" + bytes(30),
    "pdf": b"%PDF-1.7 /OpenAction /JS (app.alert(1))",
}

#: What is no picture of ours, by what it is.
STRANGE: dict[str, bytes] = {
    "nothing": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "bmp": b"BM" + bytes(60),
    "tiff": b"II*\x00" + bytes(60),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "zip": b"PK\x03\x04" + bytes(60),
    "only the start of a png": b"\x89PNG\r\n\x1a\n",
    "a png that begins with its pixels": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x01IDAT" + bytes(20),
    "a png of chunks": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13 + 4) + bytes(12) * 30_000,
    "only the start of a jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a jpeg of markers": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 30_000,
    "only the start of a webp": b"RIFF\x00\x00\x00\x00WEBPVP8X",
    "a picture of no size": claiming(8, 8).replace(struct.pack(">II", 8, 8), bytes(8)),
}
