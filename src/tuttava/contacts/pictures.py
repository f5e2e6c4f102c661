"""Portraits and logos: accepted by their content, stored without what cameras add (C-97)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact, ContactPicture
from tuttava.contacts.privacy import is_hidden
from tuttava.contacts.touching import touch
from tuttava.foundation import records
from tuttava.foundation.context import ask
from tuttava.foundation.errors import DomainError, PermissionDenied, Text
from tuttava.foundation.journal import unit_of_work

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
class PictureFile:
    """A picture to send: ``name`` is the file name for downloading."""

    name: str
    content_type: str
    content: bytes


def set_picture(contact: Contact, data: bytes) -> ContactPicture:
    """Give ``contact`` a picture; an existing one is replaced after asking (``q_picture_replace``).

    Raises ``contact.required`` without number or name, ``contact.picture.too_large``, ``contact.picture.invalid``.
    """
    _require_number_and_name(contact)
    image, kind = _opened(data)
    content, thumbnail = _encoded(image, kind, STORED_SIDE), _encoded(image, kind, THUMBNAIL_SIDE)
    with unit_of_work("set picture", refer(contact)):
        old = ContactPicture.objects.filter(contact=contact).first()
        if old is not None:
            if not ask("q_picture_replace", _("Replace the picture?"), default=True):
                return old
            records.delete(old)
        width, height = _fitted(image, STORED_SIDE).size
        picture = records.create(
            ContactPicture,
            {},
            given={
                "contact": contact,
                "content_type": FORMATS[kind][0],
                "width": width,
                "height": height,
                "content": content,
                "thumbnail": thumbnail,
            },
        )
        touch([contact.pk])
    return picture


def delete_picture(contact: Contact) -> bool:
    """Delete the picture after asking (``q_picture_delete``); whether there is none any more."""
    picture = ContactPicture.objects.filter(contact=contact).first()
    if picture is None:
        return True
    if not ask("q_picture_delete", _("Delete the picture?"), default=True):
        return False
    with unit_of_work("delete picture", refer(contact)):
        records.delete(picture)
        touch([contact.pk])
    return True


def picture_file(contact: Contact, *, thumbnail: bool = False) -> PictureFile | None:
    """The picture to show or download, or None; of a blocked contact only for the privacy role (C-72)."""
    if is_hidden(contact):
        raise PermissionDenied("privacy.manage")
    picture = ContactPicture.objects.filter(contact=contact).first()
    if picture is None:
        return None
    if not thumbnail:
        _require_number_and_name(contact)
    ending = next(ending for kind, ending in FORMATS.values() if kind == picture.content_type)
    name = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "_", f"{contact.no} {contact.name}")
    content = picture.thumbnail if thumbnail else picture.content
    return PictureFile(f"{name}.{ending}", picture.content_type, bytes(content))


def _require_number_and_name(contact: Contact) -> None:
    for name in ("no", "name"):
        if not getattr(contact, name):
            raise DomainError(
                "contact.required",
                _("Contact %(no)s needs a number and a name before it gets a picture.") % {"no": contact.no},
                field=name,
                rule="C-97",
            )


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


def _encoded(image: Image.Image, kind: str, side: int) -> bytes:
    """Pixels alone: no location, camera data, comments or further frames."""
    fitted = _fitted(image, side)
    fitted = fitted.convert("RGB" if kind in OPAQUE or fitted.mode in ("CMYK", "YCbCr", "L") else "RGBA")
    bare = Image.frombytes(fitted.mode, fitted.size, fitted.tobytes())
    target = io.BytesIO()
    bare.save(target, kind, **({"quality": 85} if kind in LOSSY else {}))
    return target.getvalue()


def _refused(reason: str, message: Text) -> DomainError:
    return DomainError(f"contact.picture.{reason}", message, field="picture", rule="C-97")
