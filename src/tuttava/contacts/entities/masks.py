"""Personal data of blocked contacts in answers of the services (C-72)."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.api.declare import Row, Wanted
from tuttava.api.sets.changes import MASKS
from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import HIDDEN, RIGHT, log_looks, mask_of, masked_row
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


def mask_changes(rows: Sequence[Row]) -> None:
    """Mask what the journal tells of blocked contacts and of what hangs on them (C-72)."""
    if current().may(RIGHT):
        return
    owners = {row["owner_id"] for row in rows} | {row["record_id"] for row in rows}
    blocked = set(Contact.objects.filter(pk__in=owners, privacy_blocked=True).values_list("pk", flat=True))
    for row in rows:
        if {row["owner_id"], row["record_id"]} & blocked and row["column_name"] in (*HIDDEN, "company_name", "comment"):
            row["old_value"], row["new_value"] = mask_of(row["old_value"]), mask_of(row["new_value"])


MASKS.append(mask_changes)
