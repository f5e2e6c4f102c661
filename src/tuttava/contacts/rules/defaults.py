"""What a new contact gets from the marketing setup and from its user (C-35 to C-40)."""

from __future__ import annotations

from typing import cast

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit
from tuttava.partners.own import own_salesperson

#: Key in ``Edit.memory``: this new contact comes from a customer, vendor or bank account and takes none (C-38).
NO_DEFAULTS = "contacts.no_defaults"

_DEFAULTS = ("territory_code", "country_code", "language_code", "format_region")


def take_defaults(edit: Edit[Contact]) -> None:
    """Fill the blank fields of a new contact; the field rules run as if the values were typed (C-35, C-40)."""
    if edit.memory.get(NO_DEFAULTS):
        return
    setup = marketing_setup()
    for name in _DEFAULTS:
        value = getattr(setup, f"default_{name}")
        if value and not edit.get(name):
            edit.enter(name, value)
    if edit.get("correspondence_type") == CorrespondenceType.NONE and "correspondence_type" not in edit.typed:
        edit.copy("correspondence_type", setup.default_correspondence_type)
    _take_salesperson(edit)
    if not edit.get("salutation_code"):
        edit.copy("salutation_code", default_salutation(edit.record))


def default_salutation(contact: Contact) -> str | None:
    """The setup's salutation for the contact's type (C-37)."""
    setup = marketing_setup()
    kind = "company" if contact.is_company else "person"
    return cast("str | None", getattr(setup, f"default_{kind}_salutation_code"))


def _take_salesperson(edit: Edit[Contact]) -> None:
    """The user's own salesperson goes before the setup's (C-36). A blocked one is left out with a warning."""
    value = None if edit.get("salesperson_code") else own_salesperson() or marketing_setup().default_salesperson_code
    if not value:
        return
    try:
        edit.enter("salesperson_code", value)
    except DomainError as error:
        tell(error.code, error.message, severity="warning", target="salesperson_code")
