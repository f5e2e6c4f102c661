"""Contacts and their pictures in the standard service (16.1, 16.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Property
from tuttava.api.sets.attachments import attachments_navigation, owns_attachments
from tuttava.api.sets.pictures import owns_pictures, picture_navigation
from tuttava.contacts.entities import figures
from tuttava.contacts.entities.masks import NEEDED, mask
from tuttava.contacts.models import Contact, ContactType, RelationStatus
from tuttava.contacts.pictures import PICTURED
from tuttava.contacts.privacy import RIGHT, hidden_ids
from tuttava.foundation import records
from tuttava.foundation.attachments import Parent
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, PictureParent

CONTACT_TYPE = edm.standard_enum("contactType", ContactType)
BUSINESS_RELATION = edm.standard_enum(
    "contactBusinessRelation", RelationStatus, {"bank_account": "Bank Account"}, values=(0, 1, 2, 3, 4, 100, 101, 102)
)


def create_contact(values: Mapping[str, Any], given: Mapping[str, Any]) -> Contact:
    """Create by the rules of the register; the name must be there (C-118)."""
    if not (values.get("name") or "").strip():
        raise DomainError("api.display_name_missing", _("displayName must have a value."), field="name", rule="C-118")
    return records.create(Contact, values, given=given, in_order=True)


def change_contact(record: Contact, values: Mapping[str, Any], version: int | None) -> Contact:
    """Change by the rules of the register; the name cannot be taken away (C-118)."""
    if "name" in values and not (values["name"] or "").strip():
        raise DomainError("api.display_name_blank", _("displayName must have a value."), field="name", rule="C-118")
    return records.change(record, values, version=version, in_order=True)


def _text(name: str, length: int, source: str, **options: Any) -> Property:
    return Property(name, edm.text(length), source, **options)


CONTACTS = EntitySet(
    name="contacts",
    entity="contact",
    model=Contact,
    properties=(
        Property("id", edm.GUID, "id", immutable=True),
        Property("number", edm.code(20), "no"),
        Property("type", CONTACT_TYPE, "type"),
        _text("displayName", 100, "name"),
        _text("jobTitle", 30, "job_title"),
        Property("companyNumber", edm.code(20), "company_no"),
        _text("companyName", 100, "company_name"),
        Property("contactBusinessRelation", BUSINESS_RELATION, "contact_business_relation", read_only=True),
        _text("addressLine1", 100, "address"),
        _text("addressLine2", 50, "address_2"),
        _text("city", 30, "city"),
        _text("state", 30, "county"),
        Property("country", edm.code(10), "country_code", nullable=True),
        Property("postalCode", edm.code(20), "post_code"),
        _text("phoneNumber", 30, "phone_no"),
        _text("mobilePhoneNumber", 30, "mobile_phone_no"),
        _text("email", 80, "email"),
        _text("website", 255, "home_page"),
        Property("searchName", edm.code(100), "search_name"),
        Property("privacyBlocked", edm.BOOLEAN, "privacy_blocked"),
        _text("taxRegistrationNumber", 50, "vat_registration_no"),
        Property(
            "lastInteractionDate",
            edm.DATE,
            expression=figures.column("date_of_last_interaction"),
            read_only=True,
            nullable=True,
        ),
        Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True),
    ),
    navigations=(
        picture_navigation(PictureParent.CONTACT, partner="contact"),
        attachments_navigation(AttachmentParent.CONTACT, partner="contact"),
    ),
    natural_key=("number",),
    create=create_contact,
    change=change_contact,
    finish=mask,
    always=NEEDED,
    delete_right="contacts.delete",
    tracked=True,
    webhooks=True,
)


STANDARD.register(CONTACTS)
owns_attachments(AttachmentParent.CONTACT, Parent(Contact, hidden_ids, RIGHT), "contact")
owns_pictures(PictureParent.CONTACT, PICTURED, "contact", "contacts")
