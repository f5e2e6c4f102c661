"""The marketing setup in force, read once a call."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from tuttava.contacts.models import MarketingSetup
from tuttava.foundation.context import current

_KEY = "contacts.marketing_setup"


def marketing_setup() -> MarketingSetup:
    """The one setup record, created with its initial values when missing (C-113); one query a context."""
    cache = current().cache
    found = cache.get(_KEY)
    if found is None:
        stored = MarketingSetup.objects.select_related("contact_nos").first()
        found = stored or MarketingSetup.objects.get_or_create(only_row=True)[0]
        cache[_KEY] = found
    return found


def forget_marketing_setup(**_signal: Any) -> None:
    """Read the setup anew next time; runs by itself when the setup is saved."""
    current().cache.pop(_KEY, None)


def connect() -> None:
    """Listen to changes of the setup."""
    post_save.connect(forget_marketing_setup, sender=MarketingSetup, dispatch_uid=_KEY)
