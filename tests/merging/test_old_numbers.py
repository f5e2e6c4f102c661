"""Whoever names a record by a number that was merged away means the survivor (M-41)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping

import pytest
from django.test import Client

from tests.api.conftest import Service
from tests.transfer.helpers import counts, messages, run
from tuttava.contacts.actions import restore
from tuttava.contacts.lookup import resolve_company
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.resolving import resolve_contact
from tuttava.contacts.search import search_ids
from tuttava.foundation import former, records
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Customer, Vendor

pytestmark = pytest.mark.usefixtures("company")

Merged = Callable[[str, str, Contact | Customer | Vendor], uuid.UUID]
GONE = uuid.UUID("01890000-0000-7000-8000-00000000dead")


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> Merged:
    """Tells that a number was merged into a record; the id of the one that had it is answered."""
    known: dict[tuple[str, str], uuid.UUID] = {}
    gone: dict[uuid.UUID, uuid.UUID] = {}

    def resolve(table: str, numbers: Collection[str]) -> Mapping[str, uuid.UUID]:
        return {number: known[table, number] for number in numbers if (table, number) in known}

    def tell(table: str, number: str, survivor: Contact | Customer | Vendor) -> uuid.UUID:
        known[table, number] = survivor.pk
        return gone.setdefault(GONE, survivor.pk) and GONE

    monkeypatch.setattr(former, "_resolvers", [resolve])
    monkeypatch.setattr(former, "_id_resolvers", [lambda _table, ids: {key: gone[key] for key in ids if key in gone}])
    return tell


@pytest.fixture
def firm(merged: Merged) -> Contact:
    """The company that OLD1 was merged into."""
    made = records.create(Contact, {"no": "F1", "name": "Nordlys AS"})
    merged("contact", "OLD1", made)
    return made


@pytest.fixture
def customer(merged: Merged) -> Customer:
    """The customer that OLDK was merged into."""
    made = records.create(Customer, {"no": "K1", "name": "Granit AB"})
    merged("customer", "OLDK", made)
    return made


def test_typed_number_means_the_survivor(firm: Contact) -> None:  # M-41, C-66, C-67
    assert resolve_contact("old1") == firm
    assert resolve_company(" OLD1 ") == firm
    assert search_ids("old1") == [firm.pk]


def test_who_has_the_number_now_comes_first(firm: Contact) -> None:  # M-41
    again = records.create(Contact, {"no": "OLD1", "name": "Ny AS"})
    assert resolve_contact("OLD1") == again
    assert former.by_number(Contact, ["old1"])["OLD1"].id == again.pk
    assert former.numbers_now(Contact, ["OLD1"]) == {}
    assert search_ids("OLD1") == [again.pk]


def test_company_of_a_person_is_the_survivor(firm: Contact) -> None:  # M-41, C-21
    made = records.create(Contact, {"type": "person", "name": "Anna Berg", "company_no": "OLD1"})
    assert (made.company_no, made.company_id) == ("F1", firm.pk)


def test_unknown_number_stays_unknown(firm: Contact) -> None:
    with pytest.raises(DomainError, match="OLD2"):
        records.create(Contact, {"type": "person", "name": "Anna Berg", "company_no": "OLD2"})


def test_bodies_name_the_survivor(crm: Service, firm: Contact, customer: Customer) -> None:  # M-41, 17.2
    person = crm.made("contacts", {"type": "Person", "name": "Anna Berg", "companyNo": "old1"})
    assert person["companyNo"] == "F1"
    assert crm.made("contactEmailAddresses", {"contactNo": "OLD1", "email": "a@b.example"})["contactNo"] == "F1"
    comment = {"ownerKind": "Contact", "ownerNo": "OLD1", "comment": "Hi"}
    assert crm.made("comments", comment)["ownerNo"] == "F1"
    assert crm.made("shipToAddresses", {"customerNo": "OLDK", "code": "HOME"})["customerNo"] == "K1"
    other = crm.made("customers", {"name": "Ø AS", "billToCustomerNo": "OLDK"})
    assert other["billToCustomerNo"] == "K1"


def test_bodies_of_the_standard_service_name_the_survivor(api: Service, firm: Contact) -> None:  # M-41
    made = api.made("contacts", {"type": "Person", "displayName": "Anna Berg", "companyNumber": "OLD1"})
    assert made["companyNumber"] == "F1"


def test_link_with_an_old_number_is_one_with_the_survivor(crm: Service, firm: Contact, customer: Customer) -> None:
    hub = ContactBusinessRelation.objects.get(linked_id=customer.pk)
    crm.delete(f"contactBusinessRelations({hub.pk})")
    linked = crm.post(f"contacts({firm.pk})/Microsoft.NAV.linkToCustomer", {"no": "OLDK"})
    assert (linked.json["no"], linked.json["contactNo"]) == ("K1", "F1")
    crm.delete(f"contactBusinessRelations({linked.json['id']})")
    typed = {"contactNo": "OLD1", "businessRelationCode": "CUST", "linkToTable": "Customer", "no": "OLDK"}
    made = crm.made("contactBusinessRelations", typed)
    assert (made["no"], made["contactNo"]) == ("K1", "F1")


def test_trade_of_an_old_number_is_the_survivors(sign_in: Callable[..., Service], customer: Customer) -> None:
    feed = sign_in("FEED", service="tuttava/crm/v1.0")
    entry = {"entryNo": 9, "customerNo": "OLDK", "postingDate": "2026-01-02", "amountLcy": 5, "documentNo": "F1"}
    assert feed.made("customerLedgerEntries", entry)["customerNo"] == "K1"


def test_alternate_key_leads_to_the_survivor(crm: Service, api: Service, firm: Contact) -> None:  # M-41, 17.2
    moved = crm.get("contacts(no='old1')")
    assert (moved.status, moved.headers["Location"]) == (301, f"http://testserver{crm.base}/contacts({firm.pk})")
    assert moved.headers["Cache-Control"] == "no-store"
    assert crm.get(moved.headers["Location"]).json["no"] == "F1"
    moved = api.get("contacts(number='OLD1')?$select=number,city")
    assert moved.headers["Location"] == f"http://testserver{api.base}/contacts({firm.pk})?%24select=number%2Ccity"
    assert api.get(moved.headers["Location"]).json["number"] == "F1"
    below = crm.get("contacts(no='OLD1')/name")
    assert crm.get(below.headers["Location"]).json["value"] == "Nordlys AS"
    assert crm.call("HEAD", "contacts(no='OLD1')").status == 301


def test_alternate_key_of_registers_leads_to_the_survivor(
    crm: Service, api: Service, merged: Merged, customer: Customer
) -> None:  # M-41
    vendor = records.create(Vendor, {"no": "V1", "name": "Granit AB"})
    merged("vendor", "OLDV", vendor)
    for service, key in ((crm, "no"), (api, "number")):
        assert service.get(f"customers({key}='OLDK')").headers["Location"].endswith(f"/customers({customer.pk})")
        assert service.get(f"vendors({key}='OLDV')").headers["Location"].endswith(f"/vendors({vendor.pk})")


def test_other_methods_and_filters_do_not_find_an_old_number(crm: Service, firm: Contact) -> None:  # M-41, 17.2
    assert crm.patch("contacts(no='OLD1')", {"city": "Bergen"}).status == 404
    assert crm.delete("contacts(no='OLD1')").status == 404
    assert crm.post("contacts(no='OLD1')/Microsoft.NAV.createAsCustomer", {}).status == 404
    assert crm.get("contacts?$filter=no eq 'OLD1'").value == []
    assert crm.get("contacts(no='OLD2')").status == 404
    assert crm.get(f"contacts({GONE})").status == 404


def test_resolve_finds_the_survivor(crm: Service, firm: Contact) -> None:  # 17.2
    assert crm.get("contacts/Microsoft.NAV.resolve(text='OLD1')").json["no"] == "F1"


def test_link_to_the_old_card_leads_to_the_survivors(editor: Client, root: str, firm: Contact) -> None:  # M-41
    answer = editor.get(f"{root}/contacts/{GONE}")
    assert (answer.status_code, answer["Location"]) == (302, f"{root}/contacts/{firm.pk}")
    assert editor.get(f"{root}/contacts/{uuid.uuid4()}").status_code in (404, 410)


def test_merged_contact_is_not_restored(firm: Contact, merged: Merged) -> None:  # M-41, C-87
    gone = records.create(Contact, {"id": GONE, "no": "OLD1", "name": "Nordlys"})
    records.delete(gone)
    with pytest.raises(DomainError) as refused:
        restore("OLD1")
    assert refused.value.code == "nothing_to_restore"


@pytest.mark.usefixtures("uploads", "places")
def test_row_with_an_old_number_changes_the_survivor(firm: Contact) -> None:  # M-41
    row = run("No,Name,City\nOLD1,Nordlys AS,Bergen\n", match_by=["no"])
    assert counts(row) == (0, 1, 0, 0), [found.messages for found in row.rows.all()]
    assert messages(row, 1) == ["import.number_merged"]
    found = Contact.objects.get(pk=firm.pk)
    assert (found.no, found.city) == ("F1", "Bergen")


@pytest.mark.usefixtures("uploads", "places")
def test_rows_that_hang_on_an_old_number_go_to_the_survivor(firm: Contact, customer: Customer) -> None:  # M-41
    row = run("Contact no,Business relation\nOLD1,BANK\n", kind="contact_business_relations")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    assert ContactBusinessRelation.objects.get(contact=firm).business_relation_code == "BANK"
    row = run("Name,Company\nAnna Berg,OLD1\n")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    assert Contact.objects.get(name="Anna Berg").company_id == firm.pk
    row = run("No,Name,Bill-to customer no\nK9,Ø AS,OLDK\n", kind="customers")
    assert Customer.objects.get(no="K9").bill_to_customer_id == customer.pk


@pytest.mark.usefixtures("uploads", "places")
def test_linked_row_with_an_old_number_is_there_already(firm: Contact, customer: Customer) -> None:  # M-41
    hub = ContactBusinessRelation.objects.get(linked_id=customer.pk)
    row = run(
        f"Contact no,Business relation,Linked to,Linked no\n{hub.contact.no},CUST,Customer,OLDK\n",
        kind="contact_business_relations",
    )
    assert counts(row) == (0, 0, 1, 0), [found.messages for found in row.rows.all()]
