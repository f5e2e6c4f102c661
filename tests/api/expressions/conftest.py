"""Rows that conditions find hard: blanks, NULL, capitals, wildcards, quotes, emoji, right-to-left text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.api.expressions.register import Register
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup, MailingGroup
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.schemas import in_schema
from tuttava.partners.models import Salesperson


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Register]:
    """The contacts of the tests and what hangs on them, gone after the module: no test writes."""
    blocker: DjangoDbBlocker = django_db_blocker  # type: ignore[assignment]
    with blocker.unblock(), in_schema(Company.objects.get(name="Test Company").schema), transaction.atomic():
        fill()
        yield Register()
        transaction.set_rollback(True)


@pytest.fixture
def register(rows: Register) -> Iterator[Register]:
    """The rows of the module; a failed query spoils no other test."""
    with transaction.atomic():
        yield rows
        transaction.set_rollback(True)


def fill() -> None:
    with unit_of_work("test"):
        people = [
            Salesperson(code="JO", name="Jo Berg", commission_pct="12.50"),
            Salesperson(code="AL", name="al", blocked=True),
            Salesperson(code="ZZ", name=""),
        ]
        Salesperson.objects.bulk_create(people)
        MailingGroup.objects.bulk_create([MailingGroup(code="WIRE"), MailingGroup(code="ZEAL")])
        firm = Contact(
            no="C001", name="Fjord AS", city="Bergen", salesperson_code="JO", country_code="NO",
            last_modified_at=moment("2024-02-29T10:20:30.517432"), contact_business_relation="customer",
        )  # fmt: skip
        other = Contact(
            no="C002", name="fjord as", city="Oslo", salesperson_code="AL", privacy_blocked=True,
            last_modified_at=moment("2024-03-01"), contact_business_relation="none",
        )  # fmt: skip
        blank = Contact(no="C003", last_modified_at=moment("1970-01-01"))
        rest = [
            _person("C004", firm, name="Ådne O'Hara", city="bergen", job_title="50%_off\\", salesperson_code="ZZ"),
            _person("C005", firm, name="🎺 Ada", city="Bergen", job_title="x%", minor=True, salesperson_code="JO"),
            _person("C006", other, name="שלום", city="_", job_title="  pad\t", last_modified_at=moment("1999-12-31")),
            _person("C007", None, name="Zed", city="Århus", job_title="Chief", last_modified_at=moment("9999-12-31")),
            _person("C008", other, name="ada", city="ÅRHUS", privacy_blocked=True, minor=True),
            _person("C009", blank, name="A", city="a*b"),
        ]
        contacts = [firm, other, blank, *rest]
        Contact.objects.bulk_create(contacts)
        links = [(firm, "WIRE"), (firm, "ZEAL"), (other, "WIRE"), (rest[0], "ZEAL")]
        ContactMailingGroup.objects.bulk_create(
            [ContactMailingGroup(contact=each, mailing_group_code=code) for each, code in links]
        )
        ContactAltAddress.objects.bulk_create(
            [
                ContactAltAddress(contact=firm, code="A", city="Bergen", last_date_modified=dt.date(2024, 2, 29)),
                ContactAltAddress(contact=firm, code="B", city="", last_date_modified=None),
                ContactAltAddress(contact=rest[0], code="A", city="Voss", last_date_modified=dt.date(2023, 1, 31)),
            ]
        )


def _person(no: str, company: Contact | None, **values: Any) -> Contact:
    return Contact(
        **{"no": no, "type": "person", "company": company, "last_modified_at": moment("1970-01-01"), **values}
    )
