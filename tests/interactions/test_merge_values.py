"""What letters and mails say of entry, contact, salesperson and company (I-92, I-163)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.contacts.people import country, own
from tests.interactions.making import logged, make_company, make_person
from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressPeriod,
    Salutation,
    SalutationFormula,
)
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.models import Language
from tuttava.interactions.merge_values import FIELDS, RELATED, Values, values_of
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")


def values(contact: Contact, **more: Any) -> Values:
    return values_of(read(logged(contact, **more)))[0]


def read(*entries: InteractionLogEntry) -> list[InteractionLogEntry]:
    wanted = [entry.pk for entry in entries]
    return list(InteractionLogEntry.objects.filter(pk__in=wanted).select_related(*RELATED).order_by("entry_no"))


def salutation() -> None:
    records.create(Salutation, {"code": "MX"})
    for language, kind, text in (
        ("DE", "formal", "Sehr geehrte Frau %1"),
        ("DE", "informal", "Hallo %1"),
        (None, "formal", "Dear Ms %1"),
    ):
        Language.objects.get_or_create(code="DE", defaults={"format_region": "de-DE"})
        records.create(
            SalutationFormula,
            {
                "salutation_ref_code": "MX",
                "language_code": language,
                "salutation_type": kind,
                "salutation": text,
                "name_1": "surname" if kind == "formal" else "first_name",
            },
        )


def test_every_field_of_the_list_has_a_value() -> None:  # I-163
    own(name="Own AS", bank_name="Bank", registration_number="914", bank_branch_no="6021", giro_no="5-77")
    filled = values(make_person(job_title="Buyer", email="anna@example.com"), subject="Spring")
    assert set(filled) == set(FIELDS) and len(FIELDS) == 44
    assert all(isinstance(value, str) for value in filled.values())
    told = ("contact.job_title", "entry.subject", "entry.recipient_address", "salesperson.name", "company.bank_name")
    assert [filled[name] for name in told] == ["Buyer", "Spring", "anna@example.com", "Pia Solberg", "Bank"]
    assert (filled["company.bank_branch_no"], filled["company.giro_no"]) == ("6021", "5-77")


def test_salutation_and_date_speak_the_language_of_the_entry() -> None:  # I-92
    salutation()
    anna = make_person(name="Anna Berg", salutation_code="MX")
    english, german = values(anna), values(anna, interaction_language_code="DE")
    assert (english["contact.formal_salutation"], english["contact.informal_salutation"]) == ("Dear Ms Berg", "")
    assert german["contact.formal_salutation"] == "Sehr geehrte Frau Berg"
    assert german["contact.informal_salutation"] == "Hallo Anna"
    assert german["entry.document_date"] == "2. März 2026"
    assert english["entry.document_date"] == "2 March 2026"


def test_without_a_language_of_its_own_the_entry_speaks_the_contacts() -> None:  # I-92
    salutation()
    anna = make_person(name="Anna Berg", salutation_code="MX", language_code="DE")
    assert values(anna)["contact.formal_salutation"] == "Sehr geehrte Frau Berg"


def test_address_block_is_that_of_the_entrys_date() -> None:  # I-92
    country("NO", name="Norway")
    fjord = make_company(name="Fjord AS", address="Strandgata 1", city="Bergen", country_code="NO")
    cabin = records.create(
        ContactAltAddress,
        {"code": "CABIN", "company_name": "Fjord hytte", "address": "Fjellveien 2", "email": "c@x.no"},
        given={"contact_id": fjord.pk},
    )
    records.create(
        ContactAltAddressPeriod,
        {"alt_address_id": cabin.pk, "starting_date": dt.date(2026, 7, 1), "ending_date": dt.date(2026, 7, 31)},
        given={"contact_id": fjord.pk},
    )
    winter, summer = values(fjord), values(fjord, date=dt.date(2026, 7, 15))
    chosen = values(fjord, contact_alt_address_id=cabin.pk)
    assert "Strandgata 1" in winter["contact.address_block"] and "Fjellveien" not in winter["contact.address_block"]
    assert "Fjellveien 2" in summer["contact.address_block"]
    assert chosen["contact.address_block"].startswith("Fjord hytte\nFjord AS\nFjellveien 2")
    assert chosen["entry.recipient_address"] == "c@x.no"


def test_values_frozen_with_older_data_win() -> None:  # 2.9
    entry = logged(make_company(name="Fjord AS"))
    kept = InteractionAttachment.objects.create(no=900, merge_source=b'{"contact.name": "Fjord 1998", "x.y": 1}')
    InteractionLogEntry.objects.filter(pk=entry.pk).update(attachment=kept)
    filled = values_of(read(entry))[0]
    assert filled["contact.name"] == "Fjord 1998" and "x.y" not in filled


def test_many_entries_cost_no_more_queries_than_two() -> None:  # I-92
    entries = [logged(make_person()) for _number in range(10)]
    counts = []
    for some in (entries[:2], entries):
        rows = read(*some)
        with acting(Context()), CaptureQueriesContext(connection) as counted:
            values_of(rows)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 8
