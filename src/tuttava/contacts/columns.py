"""Contacts as rows of a file: the 36 columns of the standard export, their headings, their values in words (C 7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError

#: The columns of the standard export in their order.
COLUMNS = (
    "no",
    "external_id",
    "name",
    "name_2",
    "address",
    "address_2",
    "county",
    "post_code",
    "city",
    "country_code",
    "phone_no",
    "telex_no",
    "fax_no",
    "telex_answer_back",
    "territory_code",
    "currency_code",
    "language_code",
    "salesperson_code",
    "vat_registration_no",
    "email",
    "home_page",
    "type",
    "company_name",
    "company_no",
    "first_name",
    "middle_name",
    "surname",
    "job_title",
    "initials",
    "extension_no",
    "mobile_phone_no",
    "pager",
    "organizational_level_code",
    "exclude_from_segment",
    "correspondence_type",
    "salutation_code",
)
#: Further columns an export may be asked for.
MORE_COLUMNS = (
    "search_name",
    "email_2",
    "format_region",
    "registration_number",
    "minor",
    "parental_consent_received",
    "privacy_blocked",
    "contact_business_relation",
    "last_modified_at",
)


def label(name: str, model: type[Model] = Contact) -> str:
    """The heading of a column, as the field is called everywhere."""
    text = str(attribute(model, name).verbose_name)
    return text[:1].upper() + text[1:]


def checked_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns asked for, all of the standard export when none is; refuses unknown ones."""
    for name in names:
        if name not in (*COLUMNS, *MORE_COLUMNS):
            raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": name}, field=name)
    return tuple(names) or COLUMNS


def shown(record: Model, name: str) -> str:
    """A value in words."""
    value = getattr(record, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    words = getattr(record, f"get_{name}_display", None)
    if words:
        return str(words()).strip()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
