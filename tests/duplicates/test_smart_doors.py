"""The smart search at the doors: what is saved is compared, whoever saves it (D-26 to D-29)."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.contacts.register import change, firm, person
from tuttava.contacts.models import Contact, ContactEmail
from tuttava.duplicates import smart
from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey
from tuttava.foundation import records
from tuttava.foundation.journal import UnitOfWork
from tuttava.foundation.undo import undo_unit

pytestmark = pytest.mark.usefixtures("company")

LITWARE = {
    "name": "Litware Analytics Ltd",
    "address": "20 Church Road",
    "post_code": "N12 5XY",
    "city": "London",
    "country_code": "GB",
    "phone_no": "+44 20 7946 0018",
    "email": "info@litware.example",
}
AGAIN = {
    **LITWARE,
    "name": "LITWARE Analytics Limited",
    "address": "20, Church Rd.",
    "phone_no": "020 7946 0018",
    "email": "sales@litware.example",
}
OTHER = {"name": "Nordvik Fisk AS", "address": "Strandgata 3", "post_code": "9008", "city": "Tromsø", "phone_no": "77600000"}


def found(one: Contact, other: Contact) -> ContactDuplicate | None:
    """The pair of the two, whichever way round."""
    pairs = ContactDuplicate.objects.filter(contact__in=[one, other], duplicate__in=[one, other])
    return pairs.first()


def test_company_written_differently_is_found_when_saved() -> None:  # D-26, D-27
    old, _other, new = firm(**LITWARE), firm(**OTHER), firm(**AGAIN)
    pair = found(old, new)
    assert pair is not None
    assert (pair.contact_id, pair.duplicate_id) == (new.pk, old.pk)
    assert pair.smart and not pair.separate_contacts and pair.score and pair.score >= 50
    assert ContactDuplicate.objects.filter(smart=True).count() == 1
