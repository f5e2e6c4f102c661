"""What creating contacts from a register would bring, before it is done (B-51)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.relations.test_founding import stored
from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.partners.models import BankAccount, Customer, Vendor
from tuttava.relations import founding_job, founding_preview
from tuttava.relations.founding import found_contacts
from tuttava.relations.founding_preview import preview

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def root(company: Company) -> str:
    return f"/c/{company.slug}"


def contact(**values: Any) -> Contact:
    return records.create(Contact, {"type": "company", **values})


def test_counts_tell_what_would_happen() -> None:  # B-51
    linked = stored(Customer, name="A")
    found_contacts([linked])
    stored(Customer, name="B", contact="Kari")
    stored(Customer, name="C")
    shown = preview("customer")
    assert (shown.code, shown.records, shown.linked, shown.due, shown.people) == ("CUST", 3, 1, 2, 1)


def test_filters_narrow_what_is_looked_at() -> None:  # B-51
    for n in range(4):
        stored(Vendor, no=f"V{n}", name=f"Firm {n}", vendor_posting_group="FOREIGN" if n % 2 else "")
    assert preview("vendor", {"no": "V1..V3", "vendorPostingGroup": "foreign"}).due == 2
    with pytest.raises(DomainError) as refused:
        preview("vendor", {"no": "V1..V2..V3"})
    assert (refused.value.code, refused.value.field) == ("bad_filter", "no")


def test_job_creates_for_those_that_meet_the_filters_only() -> None:  # B-51
    for n in range(4):
        stored(Vendor, no=f"V{n}", name=f"Firm {n}")
    assert founding_job.create_contacts("vendor")({"no": "V1|V2"}) == {"created": 2, "skipped": 0, "withDuplicates": 0}
    assert founding_job.create_contacts("vendor")({"no": "<>V1"}) == {"created": 2, "skipped": 1, "withDuplicates": 0}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "Other", "vat_registration_no": "NO987654321MVA"}, "tax_number"),
        ({"name": "Other", "email": "POST@fjord.example"}, "email"),
        ({"name": "FJORD as", "post_code": "5013"}, "name"),
    ],
)
def test_contacts_that_look_the_same_are_found(values: dict[str, str], reason: str) -> None:
    there = contact(
        name="Fjord AS", vat_registration_no="NO987654321MVA", email="post@fjord.example", post_code="5013", city="X"
    )
    customer = stored(Customer, **values)
    found = preview("customer")
    assert found.alike == 1
    assert [(each.record.pk, each.contact.pk, each.reason) for each in found.samples] == [
        (customer.pk, there.pk, reason)
    ]


def test_samples_tell_what_differs() -> None:
    contact(name="Fjord AS", email="post@fjord.example", city="Bergen")
    stored(Customer, name="Fjord AS", email="post@fjord.example", city="Oslo")
    differing = {
        each.name: (each.contact_value, each.record_value) for each in preview("customer").samples[0].differences
    }
    assert differing["city"] == ("Bergen", "Oslo") and "email" not in differing


def test_linked_and_hidden_contacts_are_no_look_alikes() -> None:
    found_contacts([stored(Customer, name="A", email="a@a.example")])
    contact(name="B", email="b@b.example", privacy_blocked=True)
    stored(Customer, name="A2", email="a@a.example")
    stored(Customer, name="B2", email="b@b.example")
    assert preview("customer").alike == 0
    stored(Vendor, name="A3", email="a@a.example")
    assert preview("vendor").alike == 1  # linked to a customer, so it can be linked to a vendor still


def test_bank_accounts_have_no_tax_number_to_compare() -> None:
    contact(name="Nordbank", post_code="0101")
    stored(BankAccount, name="Nordbank", post_code="0101")
    assert preview("bank_account").alike == 1


def test_comparison_is_bounded(monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any) -> None:
    monkeypatch.setattr(founding_preview, "MOST_COMPARED", 3)
    for n in range(5):
        contact(name=f"Firm {n}", email=f"{n}@firm.example")
        stored(Customer, name=f"Firm {n}", email=f"{n}@firm.example")
    with acting(), django_assert_max_num_queries(20):
        shown = preview("customer")
    assert (shown.compared, shown.alike, shown.due, shown.all_compared) == (3, 3, 5, False)


def test_page_shows_the_preview_and_begins_the_work(
    company: Company, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # B-51
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    client = administrator(company)
    contact(name="Fjord AS", email="post@fjord.example", city="Bergen")
    stored(Customer, name="Fjord AS", email="post@fjord.example", city="Oslo")
    page = client.get(f"{root}/registers/customer/create-contacts")
    text = page.content.decode()
    assert page.status_code == 200
    assert "same e-mail address" in text and "Bergen" in text and "Will get a contact" in text
    answer = client.post(f"{root}/registers/customer/create-contacts", {"no": "X*"}, headers=JSON)
    assert answer.json()["redirect"].endswith("/jobs/")
    row = Job.objects.get(kind=founding_job.KIND)
    assert row.arguments == {"table": "customer", "filters": {"no": "X*"}}


def test_page_asks_before_it_creates_many(company: Company, root: str, monkeypatch: pytest.MonkeyPatch) -> None:  # B-51
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    monkeypatch.setattr(founding_job, "MOST_UNASKED", 0)
    client, address = administrator(company), f"{root}/registers/vendor/create-contacts"
    stored(Vendor, name="A")
    assert client.post(address, headers=JSON).status_code == 409
    client.post(address, {"answer:q_create_many": "no"}, headers=JSON)
    assert not Job.objects.filter(kind=founding_job.KIND).exists()
    client.post(address, {"answer:q_create_many": "yes"}, headers=JSON)
    assert Job.objects.filter(kind=founding_job.KIND).exists()


def test_page_shows_a_bad_filter_at_its_field(company: Company, root: str) -> None:
    page = administrator(company).get(f"{root}/registers/vendor/create-contacts", {"no": "V1..V2..V3"})
    assert page.status_code == 422 and 'id="e-no"' in page.content.decode()


def test_page_says_that_the_setup_has_no_code(company: Company, root: str) -> None:  # B-10
    records.change(marketing_setup(), {"bus_rel_for_vendors_code": None})
    client, address = administrator(company), f"{root}/registers/vendor/create-contacts"
    assert "names no relation code" in client.get(address).content.decode()
    answer = client.post(address, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "setup.missing")


def test_page_is_for_those_who_may_write_contacts(company: Company, root: str) -> None:
    reader = visitor(company, sets="CRM-READ", name="reader")
    assert reader.get(f"{root}/registers/vendor/create-contacts").status_code == 403
    assert administrator(company).get(f"{root}/registers/employee/create-contacts").status_code == 404


def test_list_offers_the_page(company: Company, root: str) -> None:
    stored(Customer, name="A")
    assert (
        f"{root}/registers/customer/create-contacts"
        in administrator(company).get(f"{root}/customers/").content.decode()
    )


def hint(client: Client, root: str, field: str) -> str:
    found: str = client.get(f"{root}/setup/marketing/field/{field}/hint").json()["text"]
    return found


def test_setup_says_what_the_first_code_would_bring(company: Company, root: str) -> None:  # B-51
    client = administrator(company)
    records.change(marketing_setup(), {"bus_rel_for_vendors_code": None})
    assert hint(client, root, "bus_rel_for_vendors_code") == "New ones will get a contact at once."
    for n in range(2):
        stored(Vendor, name=f"Firm {n}")
    assert "2 have none yet" in hint(client, root, "bus_rel_for_vendors_code")


def test_ended_work_tells_what_came_of_it(company: Company, root: str) -> None:  # B-51
    stored(Customer, name="A", contact="Kari")
    stored(Customer, name="B", email="nobody at home")
    with acting(user_name="anna"):
        founding_job.create_contacts_from("customer", wait=True)
    page = administrator(company).get(f"{root}/jobs/").content.decode()
    assert "1 record got a contact.<br>1 contact person was created.<br>1 was refused:<br>" in page
    assert "nobody at home" in page and "/undo" in page
