"""Business relations: switching customers on, an edit that reaches four registers, a bulk edit of linked contacts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tuttava.contacts.fiction import Codes, Generator
from tuttava.contacts.models import Contact
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.records import blank
from tuttava.foundation.search_tokens import set_search
from tuttava.partners.models import Customer

#: Every how manieth customer names a contact person.
NAMED = 3
CHUNK = 5000

_TAKEN = (
    *("name", "search_name", "country_code", "post_code", "city", "county", "address", "phone_no", "mobile_phone_no"),
    *("email", "home_page", "language_code", "format_region", "currency_code", "territory_code", "salesperson_code"),
    *("registration_number", "vat_registration_no"),
)


def customers(count: int, seed: int = 11) -> Iterator[Customer]:
    """Fictitious customers, most of them companies, every third with the name of a contact person."""
    generator = Generator(count * 4, seed, Codes.of_company())
    chance = random.Random(seed)
    made = 0
    names: list[str] = []
    for draft in generator.contacts():
        if draft.is_person and draft.company_id is not None:
            names.append(draft.name)
            continue
        made += 1
        yield _customer(draft, made, chance.choice(names) if names and made % NAMED == 0 else "")
        if made == count:
            return


def _customer(draft: Contact, number: int, contact: str) -> Customer:
    row = blank(Customer)
    row.__dict__ |= {name: draft.__dict__[name] for name in _TAKEN}
    row.no, row.contact_type, row.contact = f"K{number:07}", draft.type, contact if draft.is_company else ""
    set_search(row)
    return row


def fill(count: int) -> None:
    """Put ``count`` customers without contact into the company at hand."""
    chunk: list[Customer] = []
    for row in customers(count):
        chunk.append(row)
        if len(chunk) == CHUNK:
            insert_many(chunk)
            chunk = []
    insert_many(chunk)
