"""Which contacts belong to which record of the registers (B-88): a view of each company."""

from __future__ import annotations

from django.db import models

from tuttava.contacts.models.contact import Contact
from tuttava.contacts.models.links import LinkToTable
from tuttava.foundation.views import company_view

# The people of a linked company and the company itself, which is its own company; or the one person that is linked.
company_view(
    "contacts_linkedcontact",
    """
SELECT md5(r.id::text || c.id::text)::uuid AS id, c.id AS contact_id, r.linked_id, r.link_to_table
  FROM {schema}.contacts_contactbusinessrelation r
  JOIN {schema}.contacts_contact c ON c.company_id = r.contact_id
 WHERE r.linked_id IS NOT NULL
 UNION ALL
SELECT md5(r.id::text || c.id::text)::uuid, c.id, r.linked_id, r.link_to_table
  FROM {schema}.contacts_contactbusinessrelation r
  JOIN {schema}.contacts_contact c ON c.id = r.contact_id AND c.company_id IS DISTINCT FROM c.id
 WHERE r.linked_id IS NOT NULL
""",
)


class LinkedContact(models.Model):
    """A contact of the record ``linked_id`` of the register ``link_to_table``."""

    id = models.UUIDField(primary_key=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="linked_records"
    )
    linked_id = models.UUIDField()
    link_to_table = models.CharField(max_length=15, choices=LinkToTable.choices)

    class Meta:
        managed = False
        db_table = "contacts_linkedcontact"

    def __str__(self) -> str:
        return f"{self.contact_id} {self.link_to_table} {self.linked_id}"
