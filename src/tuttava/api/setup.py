"""Reading and changing the service's own setup."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tuttava.api.models import ApiSetup
from tuttava.foundation.directory.entries import enter, locked, require_value, store
from tuttava.foundation.directory.guards import require_everywhere
from tuttava.foundation.errors import DomainError

#: Seconds that a process may go on with the setup it read; others' changes count after that at the latest.
FRESH = 2.0


class _Kept:
    """The setup as this process read it last."""

    setup: ApiSetup | None = None
    until: float = 0.0


def api_setup() -> ApiSetup:
    """The setup in force, at most :data:`FRESH` seconds old. A transaction sees what it changed itself."""
    if connection.in_atomic_block:
        return stored_setup()
    if _Kept.setup is None or time.monotonic() > _Kept.until:
        _Kept.setup, _Kept.until = stored_setup(), time.monotonic() + FRESH
    return _Kept.setup


def stored_setup() -> ApiSetup:
    """The one row, made with its defaults where it is missing."""
    return ApiSetup.objects.first() or ApiSetup.objects.get_or_create(only_row=True)[0]


def forget_setup() -> None:
    """Read the setup anew next time."""
    _Kept.setup = None


def change(record: ApiSetup, values: Mapping[str, Any], version: int | None = None) -> ApiSetup:
    """Change the setup. Raises ``value_invalid`` for a number out of bounds and ``field_required`` for a blank name."""
    require_everywhere("api.admin")
    with locked(record, version) as fresh:
        enter(fresh, {name: value for name, value in values.items() if name != "allowed_notification_hosts"})
        if "allowed_notification_hosts" in values:
            fresh.allowed_notification_hosts = [_host(each) for each in values["allowed_notification_hosts"] or []]
        require_value(fresh, "default_environment")
        store(fresh)
        transaction.on_commit(forget_setup)
    return fresh


def _host(text: object) -> str:
    """A host name or address, optionally with a port."""
    host = str(text).strip().lower()
    if not re.fullmatch(r"[a-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?|[0-9a-f:]+", host):
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not the name of a host. Type a name or address without https://.") % {"value": host[:80]},
            field="allowed_notification_hosts",
        )
    return host
