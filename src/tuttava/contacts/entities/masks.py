"""Personal data of blocked contacts in answers of the services (C-72)."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.api.declare import Row, Wanted
from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import RIGHT, log_looks, mask_of, masked_row
from tuttava.foundation.context import current

#: What :func:`mask` needs of each row.
NEEDED = ("id", "no", "type", "privacy_blocked")


def mask(rows: Sequence[Row], wanted: Wanted) -> None:
    """Mask blocked contacts for whoever may not see them; write down who saw them in clear."""
    blocked = [row for row in rows if row["privacy_blocked"]]
    if not blocked:
        return
    if current().may(RIGHT):
        log_looks(Contact(id=row["id"], no=row["no"], privacy_blocked=True) for row in blocked)
        return
    for row in blocked:
        row.update(masked_row(row, blocked=True))
        if row["type"] == "company" and row.get("company_name"):
            row["company_name"] = mask_of(row["company_name"])
