"""The words for what the matching library found: fields, and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text

_LABELS: Mapping[str, Text] = {
    "kind": _("Type"),
    "name": _("Name"),
    "name_2": _("Name 2"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "surname": _("Surname"),
    "company_name": _("Company"),
    "address": _("Address"),
    "house_no": _("House number"),
    "address_2": _("Address 2"),
    "post_code": _("Post code"),
    "city": _("City"),
    "county": _("County"),
    "country": _("Country"),
    "phone": _("Phone"),
    "mobile_phone": _("Mobile phone"),
    "email": _("E-mail"),
    "home_page": _("Home page"),
    "vat_number": _("Tax number"),
    "registration_no": _("Tax or registration number"),
    "national_id": _("Personal number"),
    "birth_date": _("Date of birth"),
    "external_id": _("External ID"),
    "together": _("All together"),
    "learned": _("Your answers"),
    "third": _("Another contact"),
}
_VERDICTS: Mapping[str, Text] = {
    "equal": _("the same"),
    "equal_rare": _("the same, and rare"),
    "common": _("the same, but common"),
    "similar": _("similar"),
    "typo": _("the same but for a slip of the pen"),
    "swapped": _("swapped"),
    "abbreviated": _("one is an abbreviation of the other"),
    "nickname": _("one is a short form of the other"),
    "contained": _("one is part of the other"),
    "initial": _("an initial that fits"),
    "one_missing": _("missing on one side"),
    "missing": _("missing"),
    "different": _("different"),
    "generic": _("a shared mailbox"),
    "generation": _("another generation"),
    "shared": _("both are the same as it"),
    "learned": _("as you answered about others"),
}


def label_of(field: str) -> Text:
    """What people call a field of the library."""
    return _LABELS.get(field) or field.replace("_", " ").capitalize()


def words_of(verdict: str) -> Text:
    """What a verdict of the library means."""
    return _VERDICTS.get(verdict) or verdict.replace("_", " ")
