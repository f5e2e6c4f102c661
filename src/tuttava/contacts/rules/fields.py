"""What is checked and derived when single fields of a contact are entered (C-41 to C-48)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.rules import tax_numbers
from tuttava.contacts.rules.privacy import PrivacyRules
from tuttava.foundation.communication import check_phone, checked_email, checked_emails, normalised_phone
from tuttava.foundation.company import country_iso, languages, remembered
from tuttava.foundation.errors import DomainError
from tuttava.foundation.locales import check_format_region
from tuttava.foundation.places import PlaceRules, prepare_places
from tuttava.foundation.post_codes import Place, learn
from tuttava.foundation.records import Edit, Rules
from tuttava.partners.models import Salesperson

PHONES = ("phone_no", "mobile_phone_no")
REGISTRATION_NUMBER_LENGTH = 20


class PhoneRules:
    """Phone numbers of a contact or an alternative address: no letters (C-41)."""

    def enter_phone_no(self, edit: Edit[Any], value: str) -> None:
        _enter_phone(edit, "phone_no", value)

    def enter_mobile_phone_no(self, edit: Edit[Any], value: str) -> None:
        _enter_phone(edit, "mobile_phone_no", value)


def _enter_phone(edit: Edit[Any], name: str, value: str) -> None:
    check_phone(value, field=name, label=edit.record._meta.get_field(name).verbose_name)
    edit.copy(name, value)


class FieldRules(PhoneRules, PlaceRules, PrivacyRules, Rules[Contact]):
    """Communication, tax number, language, post code, city, country and privacy."""

    def prepare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read for a batch, set-based, what entering its rows looks up one by one otherwise (import)."""
        prepare_places((str(row.get("post_code") or ""), str(row.get("city") or "")) for row in rows)

    def enter_email(self, edit: Edit[Contact], value: str) -> None:
        """C-42, C-44."""
        edit.put("email", checked_emails(value, field="email"))
        edit.put("search_email", edit.get("email"))

    def enter_email_2(self, edit: Edit[Contact], value: str) -> None:
        """C-43."""
        edit.put("email_2", checked_email(value, field="email_2"))

    def enter_registration_number(self, edit: Edit[Contact], value: str) -> None:
        """C-45."""
        if len(value) > REGISTRATION_NUMBER_LENGTH:
            raise DomainError(
                "contact.registration.too_long",
                _("Contact %(no)s: a registration number has at most %(max)d characters; this has %(length)d.")
                % {"no": edit.get("no"), "max": REGISTRATION_NUMBER_LENGTH, "length": len(value)},
                rule="C-45",
            )
        edit.put("registration_number", value)

    def enter_vat_registration_no(self, edit: Edit[Contact], value: str) -> None:
        """Upper case (C-46); tested when saved, since the country counts too."""
        edit.put("vat_registration_no", value.strip().upper())

    def enter_salesperson_code(self, edit: Edit[Contact], value: str | None) -> None:
        """C-47; a salesperson whom the contact has already may stay."""
        if value and value != edit.old("salesperson_code"):
            check_salesperson(value, edit.get("no"))
        edit.put("salesperson_code", value)

    def enter_language_code(self, edit: Edit[Contact], value: str | None) -> None:
        """C-48: a blank format region becomes the one of the language."""
        edit.put("language_code", value)
        if value and not edit.get("format_region"):
            edit.put("format_region", _format_region_of(value))

    def enter_format_region(self, edit: Edit[Contact], value: str) -> None:
        """A known language tag (``nb-NO``); blank sent along with a language means the language's."""
        follows = not value and edit.changed("language_code") and "language_code" in edit.typed
        if not follows:
            edit.put("format_region", check_format_region(value, field="format_region"))

    def before_save(self, edit: Edit[Contact]) -> None:
        follow_fields([edit])

    def before_save_many(self, edits: Sequence[Edit[Contact]]) -> None:
        follow_fields(edits)

    def after_save(self, edits: Sequence[Edit[Contact]]) -> None:
        tax_numbers.log(edits)
        learn_places(edits)


def learn_places(edits: Sequence[Edit[Any]]) -> None:
    """Remember the post codes that came with these records, where the organisation wants that (C-49, C-50)."""
    learn(
        Place(record.post_code, record.city, record.country_code or "", record.county)
        for record in (edit.record for edit in edits if edit.changed("post_code", "city"))
    )


def follow_fields(edits: Sequence[Edit[Contact]]) -> None:
    """What follows other fields on every save: normalised numbers (C-41), search e-mail (C-44), tax number (C-46)."""
    for edit in edits:
        normalise_phones(edit)
        edit.put("search_email", edit.get("email"))
    tax_numbers.test(edits)


def normalise_phones(edit: Edit[Contact]) -> None:
    """Keep the international form beside what was typed; the country decides how a short number is read (C-41)."""
    if not edit.is_new and not edit.changed("country_code", *PHONES):
        return
    for name in PHONES:
        typed = edit.get(name)
        edit.put(f"{name}_normalised", normalised_phone(typed, country_iso(edit.get("country_code"))) if typed else "")


def check_salesperson(code: str, contact_no: str) -> None:
    """Refuse a salesperson who is blocked or whose data is locked (C-47)."""
    people = remembered(
        Salesperson,
        lambda: {
            row[0]: row[1:]
            for row in Salesperson.objects.exclude(blocked=False, privacy_blocked=False).values_list(
                "code", "privacy_blocked", "blocked"
            )
        },
    )
    privacy_blocked, blocked = people.get(code, (False, False))
    if privacy_blocked or blocked:
        kind = "privacy_blocked" if privacy_blocked else "blocked"
        raise DomainError(
            f"contact.salesperson.{kind}",
            _("Contact %(no)s: salesperson %(code)s is blocked. Choose somebody else.")
            % {"no": contact_no, "code": code},
            field="salesperson_code",
            rule="C-47",
        )


def _format_region_of(language: str) -> str:
    known = languages().get(language)
    return known.format_region if known is not None else ""
