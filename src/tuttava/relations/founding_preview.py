"""What creating contacts from a register would do, before anybody decides on it: counts, and likely doubles (B-51).

Everything is counted by the database; how many records are looked at for doubles is bounded.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.relations import known_relation_code
from tuttava.foundation.context import require
from tuttava.foundation.errors import Text
from tuttava.foundation.records import rules_of
from tuttava.partners.models import Customer, RegisterEntry, Vendor
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.founding_job import Filters, matching, without_contact
from tuttava.relations.linking import Difference, differences

#: Records that are looked at for doubles.
MOST_COMPARED = 20_000
#: Doubles that are shown with what differs.
MOST_SHOWN = 20

#: By what a contact looks like the same party, the surest first.
REASONS: Mapping[str, Text] = {
    "tax_number": _("same tax number"),
    "email": _("same e-mail address"),
    "name": _("same name and post code"),
}


@dataclass(frozen=True)
class LookAlike:
    """A record without contact, and a contact that may be the same party: it could be linked instead."""

    record: RegisterEntry
    contact: Contact
    reason: str
    differences: list[Difference]

    @property
    def words(self) -> Text:
        return REASONS[self.reason]


@dataclass(frozen=True)
class Preview:
    """What would happen to the records that meet the filters.

    ``records`` in all, ``linked`` of them already, ``due`` would get a contact, ``people`` contact persons would be
    created beside; ``compared`` of the due were looked at, ``alike`` of those look like a contact that exists.
    ``code`` is the relation code of the register, blank while the setup names none.
    """

    code: str
    records: int
    linked: int
    due: int
    people: int
    compared: int
    alike: int
    samples: list[LookAlike]

    @property
    def all_compared(self) -> bool:
        return self.compared == self.due


def preview(table: str, filters: Filters | None = None) -> Preview:
    """Look at what :func:`~tuttava.relations.founding_job.create_contacts_from` would do. Raises ``bad_filter``."""
    require("api.read", rules_of(REGISTERS[table]).set_name)
    require("api.read", "contacts")
    rows = matching(table, filters or {})
    unlinked = without_contact(rows)
    records, due = rows.count(), unlinked.count()
    compared = list(unlinked.order_by("pk").values_list("pk", flat=True)[:MOST_COMPARED])
    pairs = _look_alikes(table, compared)
    return Preview(
        code=known_relation_code(table),
        records=records,
        linked=records - due,
        due=due,
        people=_people(table, unlinked),
        compared=len(compared),
        alike=len(pairs),
        samples=_samples(table, pairs[:MOST_SHOWN]),
    )


def _people(table: str, unlinked: Any) -> int:
    """Records that name a contact person who would be created (B-51)."""
    if table not in (Customer.table, Vendor.table):
        return 0
    named: int = unlinked.filter(~Q(contact=""), primary_contact=None).count()
    return named


# A contact that is linked to a record of the register, or hidden for privacy, is none to propose.
_FOUND = """
SELECT due.id, found.id, found.reason
  FROM {table} due CROSS JOIN LATERAL (
    SELECT c.id, c.reason FROM (
      {alternatives}
    ) c
    WHERE NOT EXISTS (SELECT 1 FROM contacts_contactbusinessrelation r
                       WHERE r.contact_id = c.id AND r.link_to_table = %(name)s AND r.linked_id IS NOT NULL)
    ORDER BY c.place, c.no LIMIT 1) found
 WHERE due.id = ANY(%(ids)s)
 ORDER BY due.no
"""

_ALTERNATIVES = {
    "tax_number": "(SELECT id, no, 'tax_number' AS reason, 1 AS place FROM contacts_contact"
    " WHERE vat_registration_no = due.vat_registration_no AND vat_registration_no <> '' AND NOT privacy_blocked"
    " ORDER BY no LIMIT 5)",
    "email": "(SELECT id, no, 'email' AS reason, 2 AS place FROM contacts_contact"
    " WHERE search_email = upper(due.email) AND due.email <> '' AND NOT privacy_blocked ORDER BY no LIMIT 5)",
    "name": "(SELECT id, no, 'name' AS reason, 3 AS place FROM contacts_contact"
    " WHERE lower(name) = lower(due.name) AND due.name <> '' AND post_code = due.post_code AND NOT privacy_blocked"
    " ORDER BY no LIMIT 5)",
}


def _look_alikes(table: str, ids: list[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Records, each with the contact most like it, in the order of their numbers: record, contact, reason."""
    model = REGISTERS[table]
    known = {field.name for field in model._meta.concrete_fields}
    usable = [name for name in _ALTERNATIVES if name != "tax_number" or "vat_registration_no" in known]
    statement = _FOUND.format(
        table=model._meta.db_table, alternatives="\n      UNION ALL ".join(_ALTERNATIVES[name] for name in usable)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"name": table, "ids": ids})
        return list(cursor.fetchall())


def _samples(table: str, pairs: list[tuple[uuid.UUID, uuid.UUID, str]]) -> list[LookAlike]:
    unsearched = ("search_tokens", "search_text")
    rows = REGISTERS[table]._default_manager.filter(pk__in=[record for record, _contact, _reason in pairs])
    records = rows.in_bulk()
    contacts = Contact.objects.defer(*unsearched).in_bulk([contact for _record, contact, _reason in pairs])
    return [
        LookAlike(records[record], contacts[contact], reason, differences(contacts[contact], records[record]))
        for record, contact, reason in pairs
        if record in records and contact in contacts
    ]
