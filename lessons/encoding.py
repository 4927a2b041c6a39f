"""An uploaded picture written anew: the pixels and nothing else.

Owns: the only decoding of what people upload, in the worker. Everything beside the pixels is left
behind: EXIF with its places and times, thumbnails, colour profiles, texts, and whatever was
appended to the file. Must not: touch the database or keep a file.

Bounded by the header before it starts: at most 20 million pixels, 60 scans of a JPEG, and exactly
the one decoder that the first bytes call for. A JPEG is read at the scale that is needed.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from courseware.core.pictures import MAX_BYTES, MAX_PIXELS, Header, NotAPicture, read_header

MAX_WIDTH = 1_600
CONTENT_TYPE = "image/webp"
_QUALITY = 82
#: Drawings and screenshots are kept exactly; a photograph saved as PNG would become too heavy.
_HEAVY = 400 * 1024


class Refused(Exception):
    """The picture is not taken. `reason` is one of `lessons.models.Upload.Reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Encoded:
    content: bytes
    width: int
    height: int


def checked_header(content: bytes) -> Header:
    """The header of a picture that may be decoded. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused("too-large")
    try:
        header = read_header(content)
    except NotAPicture as error:
        raise Refused("not-a-picture") from error
    if header.is_animated:
        raise Refused("animated")
    if not header.is_within_limits:
        raise Refused("too-many-pixels")
    return header


def encode(content: bytes) -> Encoded:
    """`content` as a WebP of our own making. Raises Refused."""
    header = checked_header(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _written(_pixels(content, header), is_photo=header.kind == "jpeg")
    except Refused:
        raise
    except Exception as error:
        # Decoders of hostile bytes raise whatever they like, also struct.error and SyntaxError.
        raise Refused("damaged") from error


def _pixels(content: bytes, header: Header) -> Image.Image:
    """The decoded picture, upright, no wider than wanted, in RGB or RGBA."""
    with Image.open(io.BytesIO(content), formats=[header.kind.upper()]) as image:
        if image.size != (header.width, header.height) or image.width * image.height > MAX_PIXELS:
            raise Refused("damaged")
        image.draft("RGB", (MAX_WIDTH, MAX_WIDTH))  # only a JPEG knows how
        image.load()
        upright = _upright(image)
    if upright.mode.startswith(("I", "F")):
        # 16 bits a pixel: the upper eight are what a screen shows.
        upright = upright.point(lambda value: value / 256).convert("L")
    has_holes = upright.has_transparency_data
    plain = upright.convert("RGBA" if has_holes else "RGB")
    if plain.width > MAX_WIDTH:
        height = max(1, round(plain.height * MAX_WIDTH / plain.width))
        plain = plain.resize((MAX_WIDTH, height), Image.Resampling.LANCZOS)
    # A new picture, so that nothing hangs on to the old one: profiles live in `info`.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _upright(image: Image.Image) -> Image.Image:
    """As the camera was held. Many a good picture has notes that nobody can read: then as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image.copy()


def _written(image: Image.Image, *, is_photo: bool) -> Encoded:
    exact = b"" if is_photo else _webp(image, lossless=True)
    content = exact
    if is_photo or len(exact) > _HEAVY:
        content = _webp(image, quality=_QUALITY, method=4)
        if exact and len(content) > len(exact) // 2:
            content = exact
    return Encoded(content, image.width, image.height)


def _webp(image: Image.Image, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, "WEBP", **options)
    return target.getvalue()
