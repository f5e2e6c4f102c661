"""The last weeks of a demo company, document by document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tuttava.documents import claims, converting, lifecycle
from tuttava.documents.archiving import archive
from tuttava.documents.demo.desk import Desk, prospects
from tuttava.documents.models import (
    STEP,
    Area,
    Claim,
    ClaimKind,
    ContractStatus,
    ContractType,
    Document,
    DocumentType,
    NotifyCustomer,
    ServiceContract,
    ServiceContractLine,
    ServiceItemLine,
    ServiceStatus,
)
from tuttava.documents.posting import post_many
from tuttava.documents.printing import Printable
from tuttava.documents.printing.actions import print_documents
from tuttava.foundation import records
from tuttava.partners.models import CustomerTemplate
from tuttava.trade.demo.items import worth_of_euro
from tuttava.trade.models import CustomerLedgerEntry, EntryType, PostedDocument

CONTRACT, QUOTE = ContractType.CONTRACT, ContractType.QUOTE
#: Days ago of what was posted.
_ORDERS = (
    78,
    74,
    71,
    67,
    64,
    63,
    60,
    57,
    55,
    53,
    50,
    48,
    46,
    43,
    41,
    39,
    36,
    34,
    31,
    29,
    27,
    24,
    20,
    17,
    15,
    13,
    10,
    8,
    6,
    3,
)
_INVOICES = (69, 58, 44, 37, 28, 21, 12, 5)
_BOUGHT = (70, 56, 49, 42, 33, 26, 18, 11)
#: Quotes that were looked over once more before they were accepted or not.
_REVISED = 3
_PRINTED = 4
_REMINDED = 4


class Weeks:
    """Tells them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def tell(self) -> None:
        """What is over first, then what is under way."""
        posted = self._posted()
        self._shipped()
        self._under_way()
        quotes = self._quotes()
        self._service()
        self._blanket()
        self._print(quotes, posted)
        self._claims()

    def _posted(self) -> list[PostedDocument]:
        """Delivered and billed, in the order of the days."""
        desk = self.desk
        sheets = [desk.sold(DocumentType.ORDER, days) for days in _ORDERS]
        sheets += [desk.sold(DocumentType.INVOICE, days) for days in _INVOICES]
        sheets += [
            desk.sold(DocumentType.INVOICE, days, party) for days, party in zip((40, 16), desk.private, strict=False)
        ]
        sheets += [desk.bought(DocumentType.ORDER, days) for days in _BOUGHT]
        sheets += [desk.bought(DocumentType.INVOICE, days) for days in (47, 19)]
        sheets += [desk.sold(DocumentType.CREDIT_MEMO, days, lines=1) for days in (32, 9)]
        sheets.append(desk.sold(DocumentType.RETURN_ORDER, 14, lines=1))
        sheets.append(desk.bought(DocumentType.CREDIT_MEMO, 22))
        return [posted for made in post_many(_by_day(desk.enter(sheets))) for posted in made]

    def _shipped(self) -> None:
        """Delivered or received, but not billed yet."""
        sheets = [self.desk.sold(DocumentType.ORDER, days) for days in (7, 4, 2)]
        sheets.append(self.desk.bought(DocumentType.ORDER, 4))
        post_many(_by_day(self.desk.enter(sheets)), invoice=False)

    def _under_way(self) -> None:
        """Being worked on."""
        desk = self.desk
        sheets = [desk.sold(DocumentType.ORDER, days) for days in (6, 5, 3, 2, 1, 1, 0)]
        sheets += [desk.sold(DocumentType.INVOICE, days) for days in (3, 1, 0)]
        sheets += [desk.bought(DocumentType.ORDER, days) for days in (5, 1)]
        sheets += [desk.bought(DocumentType.INVOICE, 2), desk.bought(DocumentType.QUOTE, 8)]
        sheets += [desk.sold(DocumentType.CREDIT_MEMO, 1, lines=1), desk.sold(DocumentType.RETURN_ORDER, 2, lines=1)]
        entered = desk.enter(sheets)
        for order in entered[:3]:
            lifecycle.release(order)

    def _quotes(self) -> list[Document]:
        """Offered to customers, and to people who are none yet; some were revised, one was accepted."""
        desk = self.desk
        sheets = [desk.sold(DocumentType.QUOTE, days) for days in (52, 25, 16, 11, 9, 6, 4, 2, 1)]
        template = CustomerTemplate.objects.order_by("code").values_list("code", flat=True).first()
        if template:
            sheets += [
                desk.offered(each, template, days) for each, days in zip(prospects(4), (13, 7, 5, 1), strict=False)
            ]
        quotes = desk.enter(sheets)
        for quote in quotes[-_REVISED:]:
            archive(quote)
            line = quote.lines.filter(quantity__gt=0).order_by("line_no").first()
            if line is not None:
                records.change(line, {"line_discount_pct": 8, "description_2": desk.word("discount")})
            archive(quote)
        converting.make_order(quotes[1])
        return [quotes[0], *quotes[2:]]

    def _service(self) -> None:
        """Repairs: offered, under way, done."""
        desk = self.desk
        desk.enter([desk.serviced(DocumentType.QUOTE, days) for days in (10, 3)])
        orders = desk.enter([desk.serviced(DocumentType.ORDER, days) for days in (30, 12, 8, 4, 1)])
        for place, order in enumerate(orders):
            values = {"service_item_no": f"SI{place + 101:04}", "description": desk.word("item")}
            records.create(ServiceItemLine, values, given={"document_id": order.pk, "line_no": STEP})
        post_many(orders[:2])
        records.change(orders[2], {"service_status": ServiceStatus.IN_PROCESS})
        done = {"service_status": ServiceStatus.FINISHED, "notify_customer": NotifyCustomer.BY_EMAIL}
        records.change(orders[3], done)
        self._contracts()

    def _contracts(self) -> None:
        """What is looked after year by year: signed, and offered."""
        desk = self.desk
        buyers = desk.random.sample(desk.buyers, min(3, len(desk.buyers)))
        for party, kind, euros in zip(buyers, (CONTRACT, CONTRACT, QUOTE), (480, 960, 360), strict=False):
            amount = euros * worth_of_euro()
            values = {
                "contract_type": kind,
                "customer_id": party.record.pk,
                "description": desk.word("contract"),
                "starting_date": desk.ago(desk.random.randint(20, 300)),
                "annual_amount": amount,
                "status": ContractStatus.SIGNED if kind == CONTRACT else ContractStatus.OPEN,
            }
            contract = records.create(ServiceContract, values)
            line = {"service_item_no": f"SI{euros:04}", "description": desk.word("item"), "line_amount": amount}
            records.create(ServiceContractLine, line, given={"contract_id": contract.pk})

    def _blanket(self) -> None:
        """Agreed for the year; a first part was ordered."""
        sheet = self.desk.sold(DocumentType.BLANKET_ORDER, 35, lines=3)
        for line in sheet.lines:
            line["quantity"] = 240
        (blanket,) = self.desk.enter([sheet])
        for each in blanket.lines.filter(quantity__gt=0):
            records.change(each, {"qty_to_ship_or_receive": 24})
        converting.make_order(blanket)

    def _print(self, quotes: Sequence[Document], posted: Sequence[PostedDocument]) -> None:
        """What went out lately, as the log and its files tell."""
        printed: list[Printable] = [*quotes[-_PRINTED:], *posted[-_PRINTED:]]
        for document in printed:
            print_documents([document])

    def _claims(self) -> None:
        """Customers are reminded of what is overdue; one reminder and one memo are still open."""
        today = self.desk.today
        overdue = CustomerLedgerEntry.objects.filter(
            open=True, document_type=EntryType.INVOICE, due_date__lt=today - dt.timedelta(days=7)
        )
        ids = (
            overdue.filter(customer__privacy_blocked=False)
            .order_by("due_date", "entry_no")
            .values_list("customer_id", flat=True)
        )
        customers = list(dict.fromkeys(ids[:200]))[: _REMINDED + 2]
        for place, customer in enumerate(customers):
            kind = ClaimKind.FINANCE_CHARGE_MEMO if place == _REMINDED + 1 else ClaimKind.REMINDER
            claim = records.create(Claim, {"customer_id": customer, "posting_date": today}, given={"kind": kind})
            claims.suggest_lines(claim)
            if place < _REMINDED:
                issued = claims.issue(claim)
                if place < 2:
                    claims.print_claims([issued])


def _by_day(documents: Sequence[Document]) -> list[Document]:
    """In the order in which they are posted."""
    order = {Area.PURCHASE: 0, Area.SALES: 1, Area.SERVICE: 2}
    return sorted(documents, key=lambda each: (each.posting_date, order[Area(each.area)], each.document_type, each.no))
