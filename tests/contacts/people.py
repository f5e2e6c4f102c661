"""Short ways to a contact, for the tests of single rules."""

from __future__ import annotations

import itertools
from typing import Any

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.models import CompanyInformation, Country, PostCode

_numbers = itertools.count(1)


def contact(**values: Any) -> Contact:
    """A new contact through the rules; ``T``-number unless ``no`` is given."""
    return records.create(Contact, {"no": f"T{next(_numbers)}", "name": "Fjord AS", **values})


def person(**values: Any) -> Contact:
    return contact(**{"type": "person", "name": "Anna Berg", **values})


def change(record: Contact, **values: Any) -> Contact:
    return records.change(record, values)


def country(code: str, **values: Any) -> Country:
    """A country with these values, whether the standard setup has it or not."""
    found, _created = Country.objects.update_or_create(code=code, defaults={"iso_code": code[:2], **values})
    return found


def post_code(code: str, city: str, land: str = "NO", county: str = "") -> PostCode:
    country(land)
    found, _created = PostCode.objects.update_or_create(
        code=code, city=city, defaults={"search_city": city.upper(), "country": Country(code=land), "county": county}
    )
    return found


def own(**values: Any) -> None:
    """Set values of the organisation."""
    CompanyInformation.objects.get_or_create(defaults={"name": "Own AS"})
    CompanyInformation.objects.update(**values)
