"""Random keys, secrets and codes: stored as digests, readable only in the call that drew them."""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.db import models

from tuttava.foundation.context import current


def draw() -> str:
    """32 random bytes as 44 characters."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def draw_for_addresses() -> str:
    """As much chance in characters that stand in addresses and forms as they are."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret. It is random and long, so a plain SHA-256 suffices."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def remember_drawn(record: models.Model, secret: str) -> None:
    """Let :func:`drawn` find what was drawn for ``record``."""
    current().cache["drawn", record.pk] = secret


def drawn(record_id: object) -> str:
    """What was drawn for a record in this call; blank ever after."""
    return str(current().cache.get(("drawn", record_id), ""))
