"""Pictures in mails: mail programs do not show those written into the HTML, so they travel as parts of their own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from email.mime.image import MIMEImage

_PICTURE = re.compile(r'src="data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)"', re.IGNORECASE)


def with_parts(html: str) -> tuple[str, list[MIMEImage]]:
    """``html`` with its pictures named by ``cid:``, and those pictures, each once however often it is shown.

    What is no picture stays as it is. The HTML must be clean, see :func:`tuttava.foundation.mail_html.clean_html`.
    """
    parts: dict[str, MIMEImage] = {}

    def named(found: re.Match[str]) -> str:
        kind = found[1].lower()
        try:
            content = base64.b64decode(found[2], validate=False)
        except binascii.Error:
            return found[0]
        name = f"{hashlib.sha256(content).hexdigest()[:16]}@tuttava.invalid"
        if name not in parts:
            part = MIMEImage(content, kind)
            part.add_header("Content-ID", f"<{name}>")
            part.add_header("Content-Disposition", "inline", filename=f"picture-{len(parts) + 1}.{kind}")
            parts[name] = part
        return f'src="cid:{name}"'

    return _PICTURE.sub(named, html), list(parts.values())
