"""What every paper says about us, and how addresses stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.addresses import Addressee, format_block, own_block
from tuttava.documents.printing.typesetting import Sender
from tuttava.foundation.company import company_information, logo

_PRINTABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class _Spot:
    """An address out of a header's columns, as address blocks read one."""

    address: str
    address_2: str
    post_code: str
    city: str
    county: str
    country_code: str | None


def sender() -> Sender:
    """Us, in the language in force."""
    own = company_information()
    block = own_block()
    reached = _labelled(
        (_("Phone"), own.phone_no), (_("E-mail"), own.email), ("", own.home_page.removeprefix("https://"))
    )
    bank = _labelled(
        (own.bank_name, own.bank_account_no), ("IBAN", own.iban), ("BIC", own.swift_code), (_("Giro"), own.giro_no)
    )
    register = _labelled(
        (_("Registration number"), own.registration_number), (_("Tax number"), own.vat_registration_no)
    )
    columns = ["\n".join(line for line in block if line), reached, bank, register]
    return Sender(
        name=own.name,
        return_line=" · ".join(line for line in block if line),
        columns=[column for column in columns if column],
        logo=_logo(),
    )


def _logo() -> bytes:
    """Our logo, where it is a picture that papers can show."""
    found = logo()
    return found[1] if found and found[0] in _PRINTABLE else b""


def _labelled(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{label} {value}".strip() for label, value in pairs if value)


def block_of(record: Any, prefix: str = "", person: str = "") -> str:
    """The address of a document's party (``prefix`` ``bill_to_``, ``ship_to_``), or of a customer or vendor."""
    values = [getattr(record, f"{prefix}{name}") for name in _Spot.__dataclass_fields__]
    place: Any = _Spot(*values)
    name, name_2 = getattr(record, f"{prefix}name"), getattr(record, f"{prefix}name_2")
    shown = person if person != name else ""
    return "\n".join(format_block(Addressee(name, name_2, shown, place)))
