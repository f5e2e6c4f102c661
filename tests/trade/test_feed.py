"""The trade feed: batches that can be repeated, and refusals that name row and field (17.11, segments section 0)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import feed as trade_feed
from tuttava.trade.models import CustomerLedgerEntry, Origin, PostedDocument, ValueEntry, VendorLedgerEntry
from tuttava.trade.signals import sales_invoices_arrived

pytestmark = pytest.mark.usefixtures("company")

LOAD = "Microsoft.NAV.load"


def invoice(number: int = 1, **more: Any) -> dict[str, Any]:
    """An invoice of customer C1 as a program would send it."""
    return {
        "entryNo": number,
        "customerNo": "c1",
        "documentType": "Invoice",
        "documentNo": f"F{number}",
        "postingDate": "2026-03-02",
        "dueDate": "2026-04-01",
        "amountLcy": 125,
        "salesLcy": 100,
        "profitLcy": 20.5,
        **more,
    }


def test_entry_starts_open_with_all_of_its_amount(feed: Service, customer: Customer) -> None:  # S 0
    made = feed.made("customerLedgerEntries", invoice())
    assert (made["open"], made["remainingAmountLcy"], made["origin"]) == (True, 125, "Feed")
    assert (made["customerNo"], made["customerId"]) == ("C1", str(customer.pk))
    assert made["documentType"] == "Invoice"


def test_closed_entry_has_nothing_left(feed: Service, customer: Customer) -> None:  # S 0
    assert feed.made("customerLedgerEntries", invoice(open=False))["remainingAmountLcy"] == 0


def test_same_key_replaces_and_keeps_the_id(feed: Service, customer: Customer) -> None:  # 17.11
    made = feed.made("customerLedgerEntries", invoice())
    again = feed.post("customerLedgerEntries", invoice(amountLcy=50, description="Corrected"))
    assert again.status == 200
    assert (again.json["id"], again.json["amountLcy"], again.json["remainingAmountLcy"]) == (made["id"], 50, 50)
    assert CustomerLedgerEntry.objects.count() == 1


def test_equal_row_changes_nothing(feed: Service, customer: Customer) -> None:  # 17.11
    made = feed.made("customerLedgerEntries", invoice())
    again = feed.post("customerLedgerEntries", invoice())
    assert (again.status, again.json["@odata.etag"]) == (200, made["@odata.etag"])


def test_load_counts_what_it_did(feed: Service, customer: Customer) -> None:  # 17.11
    feed.made("customerLedgerEntries", invoice(1))
    feed.made("customerLedgerEntries", invoice(2))
    rows = [invoice(1), invoice(2, amountLcy=1), invoice(3), invoice(4)]
    answer = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert (answer.status, answer.json) == (200, {"inserted": 2, "replaced": 1, "unchanged": 1})
    again = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert again.json == {"inserted": 0, "replaced": 0, "unchanged": 4}


def test_key_that_comes_twice_counts_twice_and_the_last_one_stays(feed: Service, customer: Customer) -> None:  # 17.11
    rows = [invoice(1), invoice(1, amountLcy=7), invoice(1, amountLcy=7)]
    assert feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows}).json == {
        "inserted": 1,
        "replaced": 1,
        "unchanged": 1,
    }
    assert CustomerLedgerEntry.objects.get().amount_lcy == 7


def test_unknown_customer_names_row_and_field_and_nothing_is_stored(feed: Service, customer: Customer) -> None:
    rows = [invoice(1), invoice(2, customerNo="NOBODY")]
    answer = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert (answer.status, answer.domain_code, answer.target) == (400, "not_found", "rows[1]/customerNo")
    assert "Row 2" in answer.json["error"]["message"] and "NOBODY" in answer.json["error"]["message"]
    assert not CustomerLedgerEntry.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "target", "code"),
    [
        ({"entryNo": None}, "entryNo", "field_required"),
        ({"entryNo": -1}, "entryNo", "value_invalid"),
        ({"entryNo": "one"}, "entryNo", ""),
        ({"customerNo": None}, "customerNo", "field_required"),
        ({"postingDate": None}, "postingDate", "field_required"),
        ({"postingDate": "02.03.2026"}, "postingDate", ""),
        ({"amountLcy": 1e18}, "amountLcy", ""),
        ({"amountLcy": "a lot"}, "amountLcy", ""),
        ({"amountLcy": 0.001}, "amountLcy", "value_invalid"),
        ({"amountLcy": True}, "amountLcy", ""),
        ({"documentType": "Poem"}, "documentType", ""),
        ({"description": "x" * 101}, "description", "value_too_long"),
        ({"documentNo": "x" * 21}, "documentNo", "value_too_long"),
        ({"nothing": 1}, "nothing", ""),
        ({"salespersonCode": "NOBODY"}, "salespersonCode", "not_found"),
    ],
)
def test_bad_row_is_refused_at_its_field(
    feed: Service, customer: Customer, wrong: dict[str, Any], target: str, code: str
) -> None:
    rows = [invoice(1), invoice(2) | wrong]
    answer = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert (answer.status, answer.target, answer.domain_code) == (400, f"rows[1]/{target}", code)
    alone = feed.post("customerLedgerEntries", invoice(2) | wrong)
    assert (alone.status, alone.target) == (400, target)
    assert not CustomerLedgerEntry.objects.exists()


def test_negative_and_large_amounts_are_facts(feed: Service, customer: Customer) -> None:  # S 0
    made = feed.made("customerLedgerEntries", invoice(documentType="CreditMemo", amountLcy=-99999999999999.99))
    assert made["remainingAmountLcy"] == -99999999999999.99


@pytest.mark.parametrize("rows", [None, "x", {"a": 1}, [1]])
def test_load_wants_a_list_of_objects(feed: Service, rows: Any) -> None:  # 17.11
    answer = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert answer.status == 400 and answer.target.startswith("rows")


def test_one_row_too_many_is_refused(feed: Service, customer: Customer) -> None:  # 17.11
    rows = [invoice(number) for number in range(1, 5002)]
    answer = feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows})
    assert (answer.status, answer.domain_code, answer.target) == (400, "feed.too_many_rows", "rows")
    assert feed.post(f"customerLedgerEntries/{LOAD}", {"rows": rows[:5000]}).json["inserted"] == 5000


def test_load_takes_a_bounded_number_of_queries(django_assert_max_num_queries: Any, customer: Customer) -> None:
    rows = [
        {"entry_no": number, "customer_no": "C1", "posting_date": "2026-01-01", "amount_lcy": number}
        for number in range(1, 301)
    ]
    trade_feed.load(CustomerLedgerEntry, rows)
    changed = [row | {"amount_lcy": 1} for row in rows] + [row | {"entry_no": row["entry_no"] + 300} for row in rows]
    with django_assert_max_num_queries(12):
        done = trade_feed.load(CustomerLedgerEntry, changed)
    assert (done.inserted, done.replaced, done.unchanged) == (300, 299, 1)


def test_feeding_needs_the_right(sign_in: SignIn, customer: Customer) -> None:  # 17.11
    manager = sign_in(service=CRM, name="crm-manager")
    for path, body in (("customerLedgerEntries", invoice()), (f"customerLedgerEntries/{LOAD}", {"rows": [invoice()]})):
        answer = manager.post(path, body)
        assert (answer.status, answer.domain_code) == (403, "permission.denied")
    assert manager.get("customerLedgerEntries").value == []


def test_posted_rows_are_read_only(feed: Service, customer: Customer) -> None:  # 17.11
    entry = CustomerLedgerEntry.objects.create(
        entry_no=1, customer=customer, posting_date=dt.date(2026, 1, 1), origin=Origin.POSTING
    )
    answers = [
        feed.post("customerLedgerEntries", invoice()),
        feed.post(f"customerLedgerEntries/{LOAD}", {"rows": [invoice()]}),
        feed.patch(f"customerLedgerEntries({entry.pk})", {"description": "x"}),
        feed.delete(f"customerLedgerEntries({entry.pk})"),
    ]
    assert [(answer.status, answer.domain_code) for answer in answers] == [(400, "read_only")] * 4
    assert CustomerLedgerEntry.objects.get().description == ""


def test_row_can_be_changed_and_deleted(feed: Service, customer: Customer) -> None:
    made = feed.made("customerLedgerEntries", invoice())
    changed = feed.patch(f"customerLedgerEntries(entryNo={made['entryNo']})", {"open": False, "remainingAmountLcy": 0})
    assert (changed.status, changed.json["open"], changed.json["amountLcy"]) == (200, False, 125)
    refused = feed.patch(f"customerLedgerEntries({made['id']})", {"entryNo": 9})
    assert refused.status == 400
    assert feed.delete(f"customerLedgerEntries({made['id']})").status == 204
    assert not CustomerLedgerEntry.objects.exists()


def test_renaming_a_customer_loses_no_entry(feed: Service, customer: Customer) -> None:
    feed.made("customerLedgerEntries", invoice())
    records.change(customer, {"no": "C2"})
    found = feed.get("customerLedgerEntries?$filter=customerNo eq 'C2'").value
    assert [row["entryNo"] for row in found] == [1]


def test_who_has_traded_cannot_be_deleted(feed: Service, customer: Customer) -> None:
    feed.made("customerLedgerEntries", invoice())
    with pytest.raises(DomainError) as refused:
        records.delete(customer)
    assert refused.value.code == "code.in_use" and "customer ledger entries" in str(refused.value)


def test_number_and_id_must_agree(feed: Service, customer: Customer) -> None:
    other = records.create(Customer, {"no": "C9", "name": "Other"})
    answer = feed.post("customerLedgerEntries", invoice(customerId=str(other.pk)))
    assert (answer.status, answer.target) == (400, "customerNo")
    made = feed.made("customerLedgerEntries", {**invoice(), "customerNo": None, "customerId": str(other.pk)})
    assert made["customerNo"] == "C9"


def test_vendor_entries(feed: Service, vendor: Vendor) -> None:  # S 0
    row = {
        "entryNo": 5,
        "vendorNo": "V1",
        "documentType": "Invoice",
        "postingDate": "2026-03-02",
        "purchaseLcy": -80,
        "amountLcy": -100,
    }
    made = feed.made("vendorLedgerEntries", row)
    assert (made["vendorNo"], made["purchaseLcy"], made["remainingAmountLcy"]) == ("V1", -80, -100)
    assert VendorLedgerEntry.objects.get().vendor_id == vendor.pk


def test_value_entries_of_each_source(feed: Service, customer: Customer, vendor: Vendor) -> None:  # S 0
    common = {"postingDate": "2026-03-02", "itemNo": "1000", "variantCode": "red", "inventoryPostingGroup": "retail"}
    rows = [
        {"entryNo": 1, "sourceType": "Customer", "sourceNo": "C1", "discountAmount": -5, **common},
        {"entryNo": 2, "sourceType": "Vendor", "sourceNo": "V1", "discountAmount": 5, **common},
        {"entryNo": 3, "sourceType": "Item", "sourceNo": "1000", **common},
    ]
    assert feed.post(f"valueEntries/{LOAD}", {"rows": rows}).json["inserted"] == 3
    found = feed.get("valueEntries?$filter=sourceNo ne ''").value
    assert [(row["sourceType"], row["sourceNo"]) for row in found] == [
        ("Customer", "C1"),
        ("Vendor", "V1"),
        ("Item", "1000"),
    ]
    assert [row["entryNo"] for row in feed.get("valueEntries?$filter=sourceNo eq 'C1'").value] == [1]
    assert found[0]["variantCode"] == "RED" and found[0]["discountAmount"] == -5
    assert feed.post(f"valueEntries/{LOAD}", {"rows": rows}).json["unchanged"] == 3


def test_value_entry_needs_to_know_its_source(feed: Service, customer: Customer) -> None:
    row = {"entryNo": 1, "sourceNo": "C1", "postingDate": "2026-03-02"}
    assert feed.post("valueEntries", row).target == "sourceType"
    assert feed.post("valueEntries", row | {"sourceType": "Vendor"}).target == "sourceNo"
    assert feed.post("valueEntries", row | {"sourceType": "Customer", "sourceNo": None}).domain_code == "field_required"


def test_value_entry_changes_its_source(feed: Service, customer: Customer, vendor: Vendor) -> None:
    made = feed.made(
        "valueEntries", {"entryNo": 1, "sourceType": "Customer", "sourceNo": "C1", "postingDate": "2026-03-02"}
    )
    changed = feed.patch(f"valueEntries({made['id']})", {"sourceType": "Vendor", "sourceNo": "V1"})
    assert (changed.status, changed.json["sourceNo"]) == (200, "V1")
    assert ValueEntry.objects.get().customer_id is None
    again = feed.patch(f"valueEntries({made['id']})", {"quantity": 3})
    assert (again.status, again.json["sourceNo"], again.json["quantity"]) == (200, "V1", 3)


def posted(**more: Any) -> dict[str, Any]:
    return {
        "kind": "SalesInvoice",
        "no": "PI1",
        "orderNo": "SO1",
        "accountNo": "C1",
        "postingDate": "2026-03-02",
        "description": "Order SO1",
        **more,
    }


def test_posted_document_with_its_people_and_lines(feed: Service, customer: Customer) -> None:  # 2.12
    person = records.create(Contact, {"type": "person", "name": "Kari Nordmann"})
    lines = [
        {"lineNo": 10000, "lineType": "Item", "no": "1000", "quantity": 2, "unitPrice": 50, "lineAmount": 100},
        {"description": "Thank you"},
    ]
    body = posted(mainContactNo=person.no, billingContactNo=person.no, postedDocumentLines=lines)
    made = feed.made("postedDocuments?$expand=postedDocumentLines,mainContact", body)
    assert (made["accountNo"], made["mainContact"]["no"]) == ("C1", person.no)
    assert [(line["lineNo"], line["lineType"]) for line in made["postedDocumentLines"]] == [
        (10000, "Item"),
        (20000, "Text"),
    ]
    again = feed.post("postedDocuments", body)
    assert (again.status, again.json["@odata.etag"]) == (200, made["@odata.etag"])
    fewer = feed.post("postedDocuments?$expand=postedDocumentLines", body | {"postedDocumentLines": lines[:1]})
    assert len(fewer.json["postedDocumentLines"]) == 1
    assert fewer.json["@odata.etag"] != made["@odata.etag"]


def test_posted_purchase_is_about_a_vendor(feed: Service, vendor: Vendor) -> None:  # S 0
    made = feed.made("postedDocuments", posted(kind="PurchaseInvoice", accountNo="V1"))
    assert (made["accountNo"], made["vendorId"]) == ("V1", str(vendor.pk))
    answer = feed.post("postedDocuments", posted(kind="PurchaseInvoice", accountNo="C1"))
    assert (answer.status, answer.target) == (400, "accountNo")


def test_document_outlives_its_contact(feed: Service, customer: Customer) -> None:
    person = records.create(Contact, {"type": "person", "name": "Kari Nordmann"})
    made = feed.made("postedDocuments", posted(mainContactNo=person.no))
    records.delete(person)
    assert feed.get(f"postedDocuments({made['id']})").json["mainContactNo"] == ""


def test_arriving_sales_invoice_is_told(feed: Service, customer: Customer) -> None:  # K-23
    told: list[list[str]] = []

    def listen(documents: list[PostedDocument], **_signal: Any) -> None:
        told.append([document.no for document in documents])

    sales_invoices_arrived.connect(listen)
    try:
        feed.made("postedDocuments", posted())
        feed.post("postedDocuments", posted())
        feed.post(f"postedDocuments/{LOAD}", {"rows": [posted(no="PI2"), posted(no="PC1", kind="SalesCreditMemo")]})
    finally:
        sales_invoices_arrived.disconnect(listen)
    assert told == [["PI1"], ["PI2"]]


def test_load_of_documents_counts_lines_as_part_of_them(feed: Service, customer: Customer) -> None:  # 17.11
    rows = [posted(no=f"PI{n}", postedDocumentLines=[{"lineType": "Item", "no": "A", "quantity": n}]) for n in (1, 2)]
    assert feed.post(f"postedDocuments/{LOAD}", {"rows": rows}).json["inserted"] == 2
    assert feed.post(f"postedDocuments/{LOAD}", {"rows": rows}).json["unchanged"] == 2
    rows[1]["postedDocumentLines"][0]["quantity"] = 9
    assert feed.post(f"postedDocuments/{LOAD}", {"rows": rows}).json == {"inserted": 0, "replaced": 1, "unchanged": 1}
    rows[0]["postedDocumentLines"] = [{"quantity": "many"}]
    refused = feed.post(f"postedDocuments/{LOAD}", {"rows": rows})
    assert refused.target == "rows[0]/postedDocumentLines[0]/quantity"


def test_file_import_keeps_the_good_rows(customer: Customer) -> None:
    rows = [
        {"entry_no": "1", "customer_no": "c1", "posting_date": "2026-01-05", "amount_lcy": "10.50"},
        {"entry_no": "2", "customer_no": "NOBODY", "posting_date": "2026-01-05"},
        {"entry_no": "x", "customer_no": "c1", "posting_date": "2026-01-05"},
    ]
    batch = trade_feed.read(CustomerLedgerEntry, rows)
    assert [(each.row, each.code, each.field) for each in batch.refused] == [
        (1, "not_found", "customer_no"),
        (2, "value_invalid", "entry_no"),
    ]
    assert trade_feed.store(batch).inserted == 1
    assert CustomerLedgerEntry.objects.get().amount_lcy == Decimal("10.50")


def test_people_of_a_contact_are_expanded_with_their_figures(crm: Service) -> None:
    company = records.create(Contact, {"type": "company", "name": "Fjord AS"})
    for name in ("Anna", "Bent"):
        records.create(Contact, {"type": "person", "name": name, "company_no": company.no})
    shown = crm.get(f"contacts({company.pk})?$expand=people($top=1),company").json
    assert ([person["name"] for person in shown["people"]], shown["company"]["no"]) == (["Anna"], company.no)


def test_entries_are_reached_from_their_customer_and_back(feed: Service, customer: Customer) -> None:
    feed.made("customerLedgerEntries", invoice())
    assert [row["entryNo"] for row in feed.get(f"customers({customer.pk})/customerLedgerEntries").value] == [1]
    shown = feed.get("customerLedgerEntries?$expand=customer").value
    assert shown[0]["customer"]["no"] == "C1"
