"""The setup of search strings, and the strings themselves (17.2)."""

from __future__ import annotations

from django.db.models import CharField, F, UUIDField, Value
from django.db.models.functions import MD5, Cast, Concat

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of, type_of
from tuttava.api.declare import CRM, Action, EntitySet, Expression, Navigation, Property
from tuttava.contacts.models import Contact
from tuttava.duplicates.actions import create_default_setup
from tuttava.duplicates.entities.names import field_called, field_property
from tuttava.duplicates.models import ContactSearchString, DuplicateSearchStringSetup

SETUP = "duplicateSearchStringSetup"


crm_set(
    DuplicateSearchStringSetup,
    SETUP,
    SETUP,
    natural_key=("fieldName", "partOfField"),
    properties=properties_of(
        DuplicateSearchStringSetup,
        SETUP,
        replace={
            "field_name": (
                Property(
                    "fieldName",
                    edm.text(30),
                    expression=field_property,
                    write="field_name",
                    convert=field_called,
                    required=True,
                ),
            )
        },
        required=("part_of_field",),
    ),
    actions=(Action("createDefaults", create_default_setup, returns=SETUP, returns_many=True, on_set=True),),
)


def _string_id() -> Expression:
    """An id of its own: a string is known by its contact, field and part."""
    key = Concat(Cast("contact_id", CharField()), Value("/"), F("field_name"), Value("/"), F("part_of_field"))
    return Cast(MD5(key), UUIDField())


CRM.register(
    EntitySet(
        name="contactSearchStrings",
        entity="contactSearchString",
        model=ContactSearchString,
        natural_key=("contactCompanyNo", "fieldName", "partOfField"),
        properties=(
            Property("id", edm.GUID, expression=_string_id, read_only=True),
            Property("contactCompanyNo", edm.code(20), "contact__no", read_only=True),
            Property("contactCompanyId", edm.GUID, "contact_id", read_only=True),
            Property("fieldName", edm.text(30), expression=field_property, read_only=True),
            Property(
                "partOfField",
                type_of(ContactSearchString._meta.get_field("part_of_field"), SETUP, "partOfField"),
                "part_of_field",
                read_only=True,
            ),
            Property("searchString", edm.text(10), "search_string", read_only=True),
        ),
        navigations=(Navigation("contactCompany", Contact, many=False, ours="contact_id"),),
        methods=frozenset({"GET"}),
        version="",
    )
)
