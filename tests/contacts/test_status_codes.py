"""The status of contacts follows the relation codes of the setup (B-18)."""

from __future__ import annotations

import pytest

from tuttava.contacts import status
from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation
from tuttava.contacts.relations import insert_relation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Customer, Vendor

pytestmark = pytest.mark.usefixtures("company")


def company(name: str) -> Contact:
    return records.create(Contact, {"type": "company", "name": name})


def linked(contact: Contact, model: type[Customer] | type[Vendor]) -> None:
    insert_relation(contact, model._default_manager.create(no=f"S{model._default_manager.count()}", name=contact.name))


def status_of(contact: Contact) -> str:
    return Contact.objects.get(pk=contact.pk).contact_business_relation


def change_code(code: str | None) -> None:
    records.change(marketing_setup(), {"bus_rel_for_customers_code": code})


@pytest.fixture
def parties() -> dict[str, Contact]:
    """A customer with a person, a customer who is a vendor too, a vendor, one with a label, nobody in particular."""
    made = {name: company(name) for name in ("customer", "both", "vendor", "label", "nobody")}
    linked(made["customer"], Customer)
    linked(made["both"], Customer)
    linked(made["both"], Vendor)
    linked(made["vendor"], Vendor)
    records.create(ContactBusinessRelation, {"contact_id": made["label"].pk, "business_relation_code": "LAW"})
    made["person"] = records.create(Contact, {"type": "person", "name": "P", "company_no": made["customer"].no})
    return made


BEFORE = {"customer": "customer", "person": "customer", "both": "multiple", "vendor": "vendor", "label": "other"}
AFTER = BEFORE | {"customer": "other", "person": "other"}


def statuses(parties: dict[str, Contact]) -> dict[str, str]:
    return {name: status_of(contact) for name, contact in parties.items() if name != "nobody"}


def test_other_code_for_customers_and_back(parties: dict[str, Contact]) -> None:  # B-15, B-18
    assert statuses(parties) == BEFORE
    change_code("LAW")
    assert statuses(parties) == AFTER
    change_code("CUST")
    assert statuses(parties) == BEFORE
    change_code(None)
    assert statuses(parties) == AFTER
    assert status_of(parties["nobody"]) == "none"


def test_code_that_links_bear_already_counts_from_now_on() -> None:  # B-15, B-18
    contact = company("A")
    linked(contact, Customer)
    BusinessRelation.objects.create(code="OLD")
    ContactBusinessRelation.objects.filter(contact=contact).update(business_relation="OLD")
    change_code("OLD")
    assert status_of(contact) == "customer"


def test_many_are_recalculated_in_the_background(
    parties: dict[str, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:  # B-18
    monkeypatch.setattr(status, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(status, "SLICE", 1)
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    change_code("LAW")
    assert statuses(parties) == BEFORE  # stale until the work is done
    row = Job.objects.get(kind=status.KIND)
    assert row.arguments == {"codes": ["CUST", "LAW"]}
    with acting():
        done = jobs.run_now(row.kind, row.title, row.arguments)
    assert (done.status, done.done, done.total, done.result) == (JobStatus.DONE, 3, 3, {"refreshed": 2})
    assert statuses(parties) == AFTER


def test_renamed_code_changes_no_status(parties: dict[str, Contact]) -> None:  # B-2
    records.change(BusinessRelation.objects.get(code="CUST"), {"code": "KUNDE"})
    assert marketing_setup().bus_rel_for_customers_code == "KUNDE"
    assert statuses(parties) == BEFORE


def test_change_of_the_code_is_undone_with_the_statuses(parties: dict[str, Contact]) -> None:
    with acting(), unit_of_work("change setup") as unit:
        change_code("LAW")
    undo_unit(unit)
    assert statuses(parties) == BEFORE


def test_statuses_worked_out_in_the_background_follow_an_undo(
    parties: dict[str, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(), unit_of_work("change setup") as unit:
        change_code("LAW")
    Contact.objects.filter(pk=parties["label"].pk).update(contact_business_relation="none")  # somebody else's unit
    monkeypatch.setattr(status, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    with acting():
        undo_unit(unit)
        row = Job.objects.get(kind=status.KIND)
        jobs.run_now(row.kind, row.title, row.arguments)
    assert statuses(parties) == BEFORE
