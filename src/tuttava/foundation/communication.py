"""Phone numbers and e-mail addresses: what is refused, and the form in which they are compared (C-41 to C-43)."""

from __future__ import annotations

import re
from functools import lru_cache

import email_validator
import phonenumbers
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError, Text

# Reserved domains (.local, .test) are deliverable inside an organisation; syntax is what is checked here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


_is_plain_number = re.compile(r"[0-9 +()./-]*").fullmatch


def check_phone(text: str, *, field: str, label: Text) -> None:
    """Refuse a letter of any alphabet; digits, blanks and signs are accepted (C-41)."""
    if not _is_plain_number(text) and (letter := next((char for char in text if char.isalpha()), "")):
        raise DomainError(
            "contact.phone.letters",
            _("%(field)s “%(value)s” holds the letter “%(letter)s”. Use digits and signs only.")
            % {"field": str(label), "value": text, "letter": letter},
            field=field,
            rule="C-41",
        )


@lru_cache(maxsize=20_000)
def normalised_phone(text: str, country_iso: str) -> str:
    """``text`` as an international number (``+4755102030``), or blank when it cannot be read (C-41)."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country_iso or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# Local parts that need no closer look: letters, digits and signs of ASCII with single dots between.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_LONGEST_LOCAL = 64
_LONGEST_PLAIN = 200


def is_email(text: str) -> bool:
    """Whether ``text`` is one well-formed address; no look-up on the net.

    Of a plain address only the domain is looked at, once for all addresses in it.
    """
    local, _at, domain = text.rpartition("@")
    if len(local) <= _LONGEST_LOCAL and len(text) <= _LONGEST_PLAIN and _PLAIN_LOCAL.fullmatch(local):
        return _is_valid(f"a@{domain}")
    return _is_valid(text)


@lru_cache(maxsize=20_000)
def _is_valid(text: str) -> bool:
    try:
        email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError:
        return False
    return True


def checked_email(text: str, *, field: str) -> str:
    """One address without the blanks around it, or blank; otherwise ``contact.email.invalid`` (C-43)."""
    address = text.strip()
    if address and not is_email(address):
        raise _invalid_email(address, field, "C-43")
    return address


def checked_emails(text: str, *, field: str) -> str:
    """Several addresses with semicolons between, each trimmed, empty ones left out (C-42)."""
    addresses = [part.strip() for part in text.split(";")]
    for address in addresses:
        if address and not is_email(address):
            raise _invalid_email(address, field, "C-42")
    return ";".join(address for address in addresses if address)


def _invalid_email(address: str, field: str, rule: str) -> DomainError:
    return DomainError(
        "contact.email.invalid",
        _("“%(address)s” is not a valid e-mail address. Correct it; several addresses need semicolons between them.")
        % {"address": address},
        field=field,
        rule=rule,
    )
