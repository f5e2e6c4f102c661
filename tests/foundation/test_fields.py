"""Look-ups of our own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import pytest
from django.contrib.postgres.expressions import ArraySubquery

from tests.interactions.making import make_company, make_person
from tuttava.contacts.models import Contact

pytestmark = pytest.mark.usefixtures("company")


def test_among_finds_what_is_in_a_long_list() -> None:
    one, other = make_company(name="Aas"), make_company(name="Berg")
    make_company(name="Dal")

    def names(keys: Iterable[uuid.UUID | str]) -> set[str]:
        return set(Contact.objects.filter(pk__among=keys).values_list("name", flat=True))

    assert names([one.pk, str(other.pk), uuid.uuid4()]) == {"Aas", "Berg"}
    assert names([]) == set()
    others = Contact.objects.exclude(no__among=[one.no, other.no.lower()])
    assert set(others.values_list("name", flat=True)) == {"Dal"}


def test_among_takes_references_and_the_array_of_a_subquery() -> None:
    firm = make_company(name="Aas")
    person = make_person(company_no=firm.no)
    make_person(company_no=make_company(name="Berg").no)
    firms = Contact.objects.filter(name="Aas").values("pk")
    assert list(Contact.objects.filter(company__among=[firm.pk], type="person")) == [person]
    assert list(Contact.objects.filter(company__among=ArraySubquery(firms), type="person")) == [person]
