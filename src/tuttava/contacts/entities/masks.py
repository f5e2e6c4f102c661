"""Personal data of blocked contacts in answers of the services (C-72)."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.api.declare import Compute, Row, Wanted
from tuttava.api.sets.changes import MASKS
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.privacy import HIDDEN, RIGHT, log_looks, mask_of, masked_row
from tuttava.foundation.context import current

#: What :func:`mask` needs of each row.
NEEDED = ("id", "no", "type", "privacy_blocked")
#: What a mask of rows that hang on a contact needs of each.
NEEDED_OF_CHILD = ("contact_id", "contact__no", "contact__type", "contact__privacy_blocked")
_COMPANY_NAME = "contact__company_name"
#: Columns that give away who a contact is, on it and on what hangs on it.
_MASKED_IN_HISTORY = frozenset({*HIDDEN, "company_name", "comment", "file_name"})


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


def mask_child(*columns: str) -> Compute:
    """The same for rows that hang on a contact: ``columns`` hold what is personal beside the contact's names."""
    personal = ("contact__name", _COMPANY_NAME, *columns)

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        blocked = [row for row in rows if row["contact__privacy_blocked"] and any(row.get(name) for name in personal)]
        if not blocked:
            return
        if current().may(RIGHT):
            seen = {row["contact_id"]: row["contact__no"] for row in blocked}
            log_looks(Contact(id=key, no=no, privacy_blocked=True) for key, no in seen.items())
            return
        for row in blocked:
            _hide(row, personal)

    return finish


def _hide(row: Row, personal: Sequence[str]) -> None:
    """The name of a blocked person's company is the company's own data."""
    for name in personal:
        if row.get(name) and (name != _COMPANY_NAME or row["contact__type"] == ContactType.COMPANY):
            row[name] = mask_of(row[name])


def mask_changes(rows: Sequence[Row]) -> None:
    """Mask what the journal tells of blocked contacts and of what hangs on them (C-72)."""
    if current().may(RIGHT):
        return
    owners = {row["owner_id"] for row in rows} | {row["record_id"] for row in rows}
    blocked = set(Contact.objects.filter(pk__in=owners, privacy_blocked=True).values_list("pk", flat=True))
    for row in rows:
        if {row["owner_id"], row["record_id"]} & blocked and row["column_name"] in _MASKED_IN_HISTORY:
            row["old_value"], row["new_value"] = mask_of(row["old_value"]), mask_of(row["new_value"])


MASKS.append(mask_changes)
