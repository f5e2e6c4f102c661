"""A small service over real models, for conditions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models.functions import Upper

from tuttava.api import edm
from tuttava.api.declare import EntitySet, Navigation, Property, Row, Service
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup
from tuttava.contacts.models.contact import ContactType, RelationStatus
from tuttava.partners.models import Salesperson


def _fill(rows: Sequence[Row], filters: Mapping[str, str]) -> None:
    """Figures of the declaration that nobody reads here."""


CONTACTS = EntitySet(
    name="contacts",
    entity="contact",
    model=Contact,
    natural_key=("number",),
    finish=_fill,
    properties=(
        Property("id", edm.GUID, "id"),
        Property("number", edm.code(20), "no"),
        Property("type", edm.standard_enum("contactType", ContactType), "type"),
        Property("relation", edm.standard_enum("relation", RelationStatus), "contact_business_relation"),
        Property("displayName", edm.text(100), "name"),
        Property("jobTitle", edm.text(30), "job_title"),
        Property("city", edm.text(30), "city"),
        Property("shout", edm.text(30), expression=lambda: Upper("city")),
        Property("salespersonCode", edm.code(20), "salesperson_code"),
        Property("countryName", edm.text(50), "country__name"),
        Property("companyId", edm.GUID, "company_id"),
        Property("blocked", edm.BOOLEAN, "privacy_blocked"),
        Property("minor", edm.BOOLEAN, "minor"),
        Property("changed", edm.INSTANT, "last_modified_at"),
        Property("secret", edm.text(30), "pager", write_only=True),
        Property("hidden", edm.text(30), "fax_no", filterable=False),
        Property("unsorted", edm.text(30), "address", sortable=False),
        Property("figure", edm.DECIMAL),
        Property("pinned", edm.TEXTS, "pinned_fields"),
        Property("photo", edm.STREAM),
    ),
    navigations=(
        Navigation("salesperson", "salespeople", many=False, theirs="code", ours="salesperson_code"),
        Navigation("company", "contacts", many=False, theirs="id", ours="company_id"),
        Navigation("people", "contacts", theirs="company_id"),
        Navigation("mailingGroups", "mailingGroups", theirs="contact_id"),
        Navigation("altAddresses", "altAddresses", theirs="contact_id"),
        Navigation("absent", "nowhere"),
    ),
)
SALESPEOPLE = EntitySet(
    name="salespeople",
    entity="salesperson",
    model=Salesperson,
    natural_key=("code",),
    properties=(
        Property("id", edm.GUID, "id"),
        Property("code", edm.code(20), "code"),
        Property("name", edm.text(50), "name"),
        Property("commission", edm.DECIMAL, "commission_pct"),
        Property("version", edm.INT, "version"),
        Property("blocked", edm.BOOLEAN, "blocked"),
    ),
    navigations=(Navigation("contacts", "contacts", theirs="salesperson_code", ours="code"),),
)
GROUPS = EntitySet(
    name="mailingGroups",
    entity="mailingGroup",
    model=ContactMailingGroup,
    properties=(
        Property("id", edm.GUID, "id"),
        Property("code", edm.code(10), "mailing_group_code"),
    ),
    navigations=(Navigation("contact", "contacts", many=False, ours="contact_id"),),
)
ADDRESSES = EntitySet(
    name="altAddresses",
    entity="altAddress",
    model=ContactAltAddress,
    properties=(
        Property("id", edm.GUID, "id"),
        Property("code", edm.code(10), "code"),
        Property("city", edm.text(30), "city"),
        Property("shout", edm.text(30), expression=lambda: Upper("city")),
        Property("changed", edm.DATE, "last_date_modified"),
    ),
    navigations=(Navigation("contact", "contacts", many=False, ours="contact_id"),),
)

SERVICE = Service("test", "standard")
SERVICE.register(CONTACTS, SALESPEOPLE, GROUPS, ADDRESSES)
