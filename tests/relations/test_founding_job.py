"""Creating contacts from a whole register in the background (B-51, B-52)."""

from __future__ import annotations

import pytest

from tests.relations.test_founding import stored
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.foundation.jobs import unit_of
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import BankAccount, Customer, Vendor
from tuttava.relations import founding_job
from tuttava.relations.founding import found_contacts
from tuttava.relations.founding_job import create_contacts, create_contacts_from

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(founding_job, "SLICE", 3)


def create(table: str) -> Job:
    made = create_contacts_from(table, wait=True)
    assert made is not None
    return made


def test_every_record_without_contact_gets_one() -> None:  # B-51
    customers = [stored(Customer, name=f"Firm {n}", contact=f"Kari {n}" if n % 2 else "") for n in range(8)]
    found_contacts(customers[:2])
    row = create("customer")
    assert row.status == JobStatus.DONE and (row.done, row.total) == (6, 6)
    assert row.result is not None
    assert {name: row.result[name] for name in ("created", "people", "skipped", "withDuplicates", "refused")} == {
        "created": 6,
        "people": 3,
        "skipped": 2,
        "withDuplicates": 0,
        "refused": 0,
    }
    assert ContactBusinessRelation.objects.filter(link_to_table="customer").count() == 8
    assert Customer.objects.filter(primary_contact=None).count() == 2


def test_the_answer_of_the_service_counts() -> None:  # B-51
    linked = stored(Vendor, name="A")
    found_contacts([linked])
    stored(Vendor, name="B")
    assert create_contacts("vendor")() == {"created": 1, "skipped": 1, "withDuplicates": 0}
    assert create_contacts("vendor")() == {"created": 0, "skipped": 2, "withDuplicates": 0}


def test_bank_accounts_get_no_people() -> None:  # B-51
    stored(BankAccount, name="Nordbank", contact="Kari")
    row = create("bank_account")
    assert row.result is not None and (row.result["created"], row.result["people"]) == (1, 0)


def test_blank_code_is_refused_before_anything_begins() -> None:  # B-10, B-51
    records.change(marketing_setup(), {"bus_rel_for_vendors_code": None})
    stored(Vendor, name="A")
    with pytest.raises(DomainError) as refused:
        create_contacts_from("vendor", wait=True)
    assert refused.value.code == "setup.missing"
    assert not Job.objects.filter(kind=founding_job.KIND).exists()


def test_more_than_a_hundred_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:  # B-51
    monkeypatch.setattr(founding_job, "MOST_UNASKED", 1)
    for table, model in (("customer", Customer), ("vendor", Vendor), ("bank_account", BankAccount)):
        for n in range(2):
            stored(model, name=f"Firm {n}")
        with acting(interactive=True):
            if table == "bank_account":
                assert create_contacts_from(table, wait=True)
                continue
            with pytest.raises(QuestionsPending) as pending:
                create_contacts_from(table, wait=True)
        assert [(each.code, each.default) for each in pending.value.questions] == [("q_create_many", "yes")]
        with acting(interactive=True, answers={"q_create_many": "no"}):
            assert create_contacts(table)() == {"created": 0, "skipped": 2, "withDuplicates": 0}
        with acting(interactive=True, answers={"q_create_many": "yes"}):
            assert create_contacts(table)()["created"] == 2


def test_unattended_callers_are_taken_to_want_it(monkeypatch: pytest.MonkeyPatch) -> None:  # B-51
    monkeypatch.setattr(founding_job, "MOST_UNASKED", 1)
    for n in range(2):
        stored(Customer, name=f"Firm {n}")
    assert create_contacts("customer")()["created"] == 2


def test_refused_record_is_named_and_the_others_get_theirs() -> None:  # B-46, B-51
    for n in range(4):
        stored(Customer, name=f"Firm {n}", email="nobody at home" if n == 1 else "")
    for _again in range(2):
        row = create("customer")
        assert row.result is not None and row.result["refused"] == 1
        assert "Firm 1" in row.result["refusals"][0]
    assert ContactBusinessRelation.objects.count() == 3


def test_what_concerns_all_stops_the_job() -> None:  # B-46
    records.change(marketing_setup(), {"contact_nos_code": None})
    stored(Customer, name="Firm")
    row = create("customer")
    assert (row.status, row.error) == (JobStatus.FAILED, row.error) and "contact numbers" in row.error
    with pytest.raises(DomainError):
        create_contacts("customer")()


def test_the_whole_creation_is_undone_as_one() -> None:  # B-51
    customers = [stored(Customer, name=f"Firm {n}", contact=f"Kari {n}") for n in range(7)]
    before = Contact.objects.count()
    unit = unit_of(create("customer"))
    assert unit is not None and Contact.objects.count() == before + 14
    undo_unit(unit)
    assert Contact.objects.count() == before
    assert not ContactBusinessRelation.objects.exists()
    fresh = Customer.objects.get(pk=customers[0].pk)
    assert (fresh.primary_contact_id, fresh.contact) == (None, "Kari 0")


def test_without_the_right_to_write_contacts_nothing_begins() -> None:
    with acting(rights=frozenset({"api.read", "api.write:customers"})), pytest.raises(PermissionDenied):
        create_contacts_from("customer", wait=True)
