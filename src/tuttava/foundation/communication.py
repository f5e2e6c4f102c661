"""Phone numbers and e-mail addresses: what is refused, and the form in which they are compared (C-41 to C-43)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

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
    return _of_plain_shape(text, country_iso) or parsed_phone(text, country_iso) if text.strip() else ""


def parsed_phone(text: str, country_iso: str) -> str:
    """The same by the library alone."""
    try:
        number = phonenumbers.parse(text, country_iso or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class _Numbering(NamedTuple):
    """What a country's numbers look like: calling code, prefixes that are not part of a number, possible lengths."""

    calling_code: str
    dialled_abroad: Callable[[str], object]
    dialled_inland: Callable[[str], object]
    lengths: frozenset[int]


_is_plain_shape = re.compile(r"\+?[0-9](?:[ ()./-]*[0-9])+").fullmatch
_ONLY_DIGITS = str.maketrans("", "", "+ ()./-")
# The first country of each calling code.
_REGIONS = {str(code): regions[0] for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}


@lru_cache(maxsize=300)
def _numbering(region: str) -> _Numbering | None:
    """The numbering of a country that is the first of its calling code; of others None."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    calling_code = str(metadata.country_code) if metadata else ""
    if metadata is None or metadata.general_desc is None or _REGIONS.get(calling_code) != region:
        return None
    never = "(?!)"
    return _Numbering(
        calling_code,
        re.compile(metadata.international_prefix or never).match,
        re.compile(metadata.national_prefix_for_parsing or never).match,
        frozenset(metadata.general_desc.possible_length),
    )


def _of_plain_shape(text: str, country_iso: str) -> str:
    """The international form of a number in which nothing is to be guessed, as nearly all are; else blank.

    That is a number without any prefix but the calling code behind a plus, of a length that its country has. The
    library comes to the same in five times the time.
    """
    if not _is_plain_shape(text):
        return ""
    number = text.translate(_ONLY_DIGITS)
    if text[0] == "+":
        length = next((length for length in (1, 2, 3) if number[:length] in _REGIONS), 0)
        number, region = number[length:], _REGIONS.get(number[:length], "")
    else:
        region = country_iso.upper()
    numbering = _numbering(region) if region else None
    if numbering is None or len(number) not in numbering.lengths:
        return ""
    inland = text[0] != "+" and (number.startswith(numbering.calling_code) or numbering.dialled_abroad(number))
    if inland or number[0] == "0" or numbering.dialled_inland(number):
        return ""
    return f"+{numbering.calling_code}{number}"


# Local parts that need no closer look: letters, digits and signs of ASCII with single dots between.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_LONGEST_LOCAL = 64
_LONGEST_PLAIN = 200
# Domains that need none either: labels of ASCII letters and digits with single hyphens between, the last of letters.
_PLAIN_DOMAIN = re.compile(r"(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,63}")
_LONGEST_LABEL = 63


def is_email(text: str) -> bool:
    """Whether ``text`` is one well-formed address; no look-up on the net.

    Of a plain address only the domain is looked at, once for all addresses in it, and that not where it is plain too.
    """
    local, _at, domain = text.rpartition("@")
    if len(local) > _LONGEST_LOCAL or len(text) > _LONGEST_PLAIN or not _PLAIN_LOCAL.fullmatch(local):
        return _is_valid(text)
    if _PLAIN_DOMAIN.fullmatch(domain) and max(map(len, domain.split("."))) <= _LONGEST_LABEL:
        return True
    return _is_valid(f"a@{domain}")


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
