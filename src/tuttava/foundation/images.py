"""Picture files: accepted by their content, re-encoded without what cameras add (A-85, C-97)."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tuttava.foundation.errors import DomainError, Text

#: What is accepted: Pillow's name of the format, its type, its file ending.
FORMATS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
    "BMP": ("image/bmp", "bmp"),
}
#: Formats that can be stored smaller at the price of detail, and those without transparency.
LOSSY = frozenset({"JPEG", "WEBP"})
OPAQUE = frozenset({"JPEG", "BMP"})
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
STORED_SIDE = 1200
THUMBNAIL_SIDE = 160


@dataclass(frozen=True)
class Encoded:
    """A picture as it is stored; ``width`` and ``height`` are those of ``content``."""

    content_type: str
    width: int
    height: int
    content: bytes
    thumbnail: bytes


def encoded(data: bytes) -> Encoded:
    """What is stored of the file ``data``. Raises ``picture.too_large``, ``picture.invalid``."""
    image, kind = _opened(data)
    width, height = _fitted(image, STORED_SIDE).size
    content, thumbnail = _bare(image, kind, STORED_SIDE), _bare(image, kind, THUMBNAIL_SIDE)
    return Encoded(FORMATS[kind][0], width, height, content, thumbnail)


def ending_of(content_type: str) -> str:
    """The file ending of a stored type."""
    return next(ending for kind, ending in FORMATS.values() if kind == content_type)


def _opened(data: bytes) -> tuple[Image.Image, str]:
    """The decoded picture, upright, and its format; size and pixels are checked before anything is decoded."""
    if len(data) > LARGEST_FILE:
        raise _refused("too_large", _("The picture is larger than 10 MB. Make it smaller first."))
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=list(FORMATS))
        if image.width * image.height > LARGEST_PIXELS:
            raise _refused("too_large", _("The picture has more than 40 million pixels. Make it smaller first."))
        kind = str(image.format)
        image.draft("RGB", (STORED_SIDE * 2, STORED_SIDE * 2))
        image.load()
        return ImageOps.exif_transpose(image), kind
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        message = _("This is not a readable picture. Use a JPEG, PNG, WebP, GIF or BMP file.")
        raise _refused("invalid", message) from error


def _fitted(image: Image.Image, side: int) -> Image.Image:
    fitted = image.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    return fitted


def _bare(image: Image.Image, kind: str, side: int) -> bytes:
    """Pixels alone: no location, camera data, comments or further frames."""
    fitted = _fitted(image, side)
    fitted = fitted.convert("RGB" if kind in OPAQUE or fitted.mode in ("CMYK", "YCbCr", "L") else "RGBA")
    bare = Image.frombytes(fitted.mode, fitted.size, fitted.tobytes())
    target = io.BytesIO()
    bare.save(target, kind, **({"quality": 85} if kind in LOSSY else {}))
    return target.getvalue()


def _refused(reason: str, message: Text) -> DomainError:
    return DomainError(f"picture.{reason}", message, field="picture", rule="C-97")
