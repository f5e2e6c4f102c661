"""Picture files for tests."""

from __future__ import annotations

import io

from PIL import Image


def image(kind: str = "PNG", size: tuple[int, int] = (40, 20), colour: str = "red") -> bytes:
    """A file of this format, one colour all over."""
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()
