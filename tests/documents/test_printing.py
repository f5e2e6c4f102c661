"""Documents as PDF: whose address, which language, what is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.documents.making import company, customer, document, item, line, person, rate, vendor
from tests.pictures import image
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, DocumentType
from tuttava.documents.posting import post
from tuttava.documents.printing import papers_of, pdf_of
from tuttava.documents.printing.papers import paper_of
from tuttava.documents.printing.sources import source_of
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.models import CompanyInformation
from tuttava.foundation.pictures import set_picture
from tuttava.trade.models import PostedKind

pytestmark = pytest.mark.usefixtures("company")


def test_invoice_is_a_pdf() -> None:
    made = pdf_of(document(DocumentType.INVOICE, lines=2))
    assert made.startswith(b"%PDF")


def test_paper_tells_lines_totals_and_vat() -> None:
    order = document(lines=0)
    line(order, item("100", vat="25"), "3")
    line(order, item("10", vat="15"), "1")
    order.refresh_from_db()
    paper = paper_of(source_of(order))
    assert [row.cells[-1] for row in paper.rows] == ["300.00", "10.00"]
    assert [total.value for total in paper.totals] == ["310.00", "76.50", "386.50"]
    assert paper.summaries[0].rows == [("15 %", "10.00", "1.50", "11.50"), ("25 %", "300.00", "75.00", "375.00")]


def test_paper_speaks_the_customers_language_and_format() -> None:
    records.change(buyer := customer(company("Fjord AS")), {"language_code": "NL", "format_region": "nl-NL"})
    order = document(customer_id=buyer.pk)
    line(order, item("1234.5"), "1")
    order.refresh_from_db()
    paper = paper_of(source_of(order))
    assert paper.locale.language == "nl"
    assert paper.rows[0].cells[3] == "1.234,50"


@pytest.mark.parametrize(
    "name",
    [
        "شركة النور للتجارة",
        "🚀 Rocket 🧑🏽‍🚀 & Søn <b>#strong[x]</b>",
        "x" * 100,
        'Ma"rk\\up $x^2$ @ref `code`',
        "日本商事",
    ],
)
def test_any_name_can_be_printed(name: str) -> None:
    order = document(customer_id=customer(company(name)).pk, your_reference="#panic()")
    line(order, item(description=name), "1")
    order.refresh_from_db()
    assert pdf_of(order, internal=True).startswith(b"%PDF")


def test_right_to_left_customer_gets_a_pdf() -> None:
    records.change(buyer := customer(), {"format_region": "ar-EG"})
    order = document(customer_id=buyer.pk, lines=1)
    assert paper_of(source_of(order)).locale.text_direction == "rtl"
    assert pdf_of(order).startswith(b"%PDF")


def test_copies_are_marked_and_internal_information_is_asked_for() -> None:  # I-137
    source = source_of(document(lines=1))
    papers = papers_of(source, copies=2, internal=True)
    assert [paper.mark for paper in papers] == ["", "COPY", "COPY"]
    assert papers[0].internal is not None and papers[0].internal.rows[0][3] == "120.00"
    assert papers_of(source)[0].internal is None


def test_shipment_tells_no_prices() -> None:
    shipment, invoice = post(document(lines=1))
    assert shipment.kind == PostedKind.SALES_SHIPMENT
    assert paper_of(source_of(shipment)).totals == ()
    assert len(paper_of(source_of(shipment)).columns) == 3
    assert paper_of(source_of(invoice)).heading == f"Invoice {invoice.no}"


def test_archived_version_prints_its_vat_summary() -> None:  # I-141
    version = archive(document(lines=1))
    assert paper_of(source_of(version)).summaries
    assert pdf_of(version).startswith(b"%PDF")


def test_document_of_a_feed_is_printed_with_what_is_known() -> None:
    from tuttava.foundation.context import current
    from tuttava.trade.models import PostedDocument

    fed = PostedDocument.objects.create(
        kind=PostedKind.PURCHASE_INVOICE, no="X1", vendor=vendor(), posting_date=current().date, amount=Decimal(5)
    )
    assert "Skog AS" in paper_of(source_of(fed)).address
    assert pdf_of(fed).startswith(b"%PDF")


def test_delivery_address_is_told_when_it_differs() -> None:
    order = document(lines=1, ship_to_name="Quay 7", ship_to_address="Harbour")
    assert "Quay 7" in paper_of(source_of(order)).boxes[0].text


def test_contact_person_stands_in_the_window() -> None:
    hub = company("Fjord AS")
    buyer = customer(hub)
    quote = document(DocumentType.QUOTE, customer_id=buyer.pk, account_contact_id=person(hub).pk, lines=1)
    assert "Kari Nordmann" in paper_of(source_of(quote)).address


@pytest.mark.parametrize("area", list(Area))
def test_quote_of_each_area_is_printed(area: Area) -> None:
    assert paper_of(source_of(document(DocumentType.QUOTE, area, lines=1))).rows


def test_logo_stands_at_the_head_of_the_paper() -> None:
    invoice = document(DocumentType.INVOICE, lines=1)
    own = CompanyInformation.objects.get()
    with acting(cache={}):
        before = pdf_of(invoice)
    set_picture(own, image(size=(400, 120)))
    with acting(cache={}):
        shown = pdf_of(invoice)
    assert b"/Subtype/Image" in shown and b"/Subtype/Image" not in before


def test_profit_on_the_internal_page_is_in_own_currency() -> None:  # I-137
    order = document(currency_code="USD", posting_date=dt.date(2026, 3, 2))
    rate("USD", dt.date(2020, 1, 1), "10")
    line(order, item("100", unit_cost=Decimal(60)), "2")
    order.refresh_from_db()
    internal = paper_of(source_of(order), internal=True).internal
    assert internal is not None and internal.rows[0][3:] == ("120.00", "80.00")
