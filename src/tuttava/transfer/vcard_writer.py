"""Contacts as vCards 4.0 (RFC 6350)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuttava.contacts.models import Contact

LINE = 75


def write_cards(contacts: Iterable[Contact]) -> Iterator[bytes]:
    """A card each, as UTF-8 bytes."""
    for contact in contacts:
        yield "".join(_fold(line) for line in _lines(contact)).encode()


def _lines(contact: Contact) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:uuid:{contact.pk}"
    yield f"KIND:{'individual' if contact.is_person else 'org'}"
    yield f"FN:{_text(contact.name or contact.no)}"
    if contact.is_person:
        yield f"N:{_parts(contact.surname, contact.first_name, contact.middle_name, '', '')}"
        if contact.company_name:
            yield f"ORG:{_text(contact.company_name)}"
        if contact.job_title:
            yield f"TITLE:{_text(contact.job_title)}"
    else:
        yield f"ORG:{_text(contact.name)}"
    yield from _reach(contact)
    if any((contact.address, contact.address_2, contact.city, contact.post_code, contact.county)):
        place = (
            contact.city,
            contact.county,
            contact.post_code,
            contact.country.name or contact.country.code if contact.country else "",
        )
        yield f"ADR;TYPE=work:{_parts('', contact.address_2, contact.address, *place)}"
    if contact.language_code:
        yield f"LANG:{contact.language_code.lower()}"
    yield f"REV:{contact.last_modified_at:%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _reach(contact: Contact) -> Iterator[str]:
    numbers = (
        ("work,voice", contact.phone_no),
        ("work,cell", contact.mobile_phone_no),
        ("work,fax", contact.fax_no),
        ("pager", contact.pager),
    )
    for kinds, number in numbers:
        if number:
            kind = f'"{kinds}"' if "," in kinds else kinds
            yield f"TEL;TYPE={kind}:{_text(number)}"
    addresses = [*contact.email.split(";"), contact.email_2]
    for rank, address in enumerate((a.strip() for a in addresses if a.strip()), start=1):
        yield f"EMAIL;TYPE=work;PREF={rank}:{_text(address)}"
    if contact.home_page:
        yield "URL:" + "".join(contact.home_page.split())


def _text(value: str) -> str:
    escaped = re.sub(r"([\\,;])", r"\\\1", value)
    return re.sub(r"\r\n?|\n", r"\\n", escaped)


def _parts(*values: str) -> str:
    return ";".join(_text(value) for value in values)


def _fold(line: str) -> str:
    """At most 75 bytes a line, never inside a letter."""
    pieces: list[str] = []
    piece, size, limit = "", 0, LINE
    for char in line:
        width = len(char.encode())
        if size + width > limit:
            pieces.append(piece)
            piece, size, limit = "", 0, LINE - 1
        piece += char
        size += width
    return "\r\n ".join([*pieces, piece]) + "\r\n"
