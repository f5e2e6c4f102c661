"""Printing and mailing documents: what the log says of it (I-118 to I-130, I-136, I-137)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.documents.making import company, customer, document, line, person, vendor
from tuttava.contacts.models import Contact
from tuttava.documents import showing
from tuttava.documents.archiving import archive
from tuttava.documents.lifecycle import release
from tuttava.documents.models import Area, Document, DocumentArchive, DocumentSetup, DocumentType, ServiceItemLine
from tuttava.documents.posting import post
from tuttava.documents.printing import actions, pdf_of
from tuttava.documents.printing.actions import Letter, Options, mail_document, post_and_leave, print_documents
from tuttava.foundation import records
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import OutboxMail
from tuttava.interactions import life, related
from tuttava.interactions.attachments import content_of
from tuttava.interactions.models import InteractionLogEntry, InteractionTemplate, InteractionTemplateSetup
from tuttava.interactions.showing import ShownFile, show
from tuttava.partners.models import Salesperson
from tuttava.trade.models import PostedKind

pytestmark = pytest.mark.usefixtures("company")

Q, B, O, I, C, R = DocumentType  # noqa: E741
PAPER = b"%PDF-1.7 a document"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    monkeypatch.setattr(actions, "pdf", lambda _papers: PAPER)


class Known:
    """Campaigns or opportunities, as their room will provide them."""

    def descriptions(self, numbers: Collection[str]) -> dict[str, str]:
        return {number: number for number in numbers if number.endswith("P1")}

    def logged(self, _entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing to add."""

    def choices(self, _company: Any, _person: str) -> Sequence[tuple[str, str]]:
        return []

    def create(self, _values: Any) -> str:
        return ""


@pytest.fixture(autouse=True)
def campaigns() -> Iterator[None]:
    for name in ("campaign", "opportunity"):
        related.provides(name, Known())
    yield
    for name in ("campaign", "opportunity"):
        related.unplug(name)


@dataclass
class Deal:
    """A document whose account's contact is one person and whose payer's is another."""

    document: Document
    contact: Contact
    payer: Contact


def deal(kind: DocumentType, area: Area, **values: Any) -> Deal:
    hub = company("Fjord AS", email="post@fjord.example")
    contact, payer = person(hub, "Kari Nordmann"), person(hub, "Ola Nordmann")
    party = {"vendor_id": vendor(hub).pk} if area == Area.PURCHASE else {"customer_id": customer(hub).pk}
    Salesperson.objects.get_or_create(code="AB", defaults={"name": "Anna"})
    given = {**party, "account_contact_id": contact.pk, "paying_contact_id": payer.pk, "salesperson_code": "AB"}
    made = document(kind, area, **{**given, "campaign_no": "CP1", "opportunity_no": "OP1", **values}, lines=1)
    return Deal(made, contact, payer)


def entries() -> list[InteractionLogEntry]:
    return list(InteractionLogEntry.objects.order_by("entry_no"))


MATRIX = [
    (Area.SALES, Q, "sales_quote", "payer", 1),
    (Area.SALES, B, "sales_blanket_order", "payer", 1),
    (Area.SALES, O, "sales_order_confirmation", "payer", 1),
    (Area.SALES, I, "sales_draft_invoice", "payer", 0),
    (Area.SALES, R, "sales_return_order", "payer", 1),
    (Area.PURCHASE, Q, "purchase_quote", "payer", 1),
    (Area.PURCHASE, B, "purchase_blanket_order", "payer", 1),
    (Area.PURCHASE, O, "purchase_order", "contact", 1),
    (Area.PURCHASE, R, "purchase_return_order", "contact", 1),
    (Area.SERVICE, Q, "service_quote", "contact", 1),
]


@pytest.mark.parametrize(("area", "kind", "event", "whom", "version"), MATRIX)
def test_printing_is_logged(area: Area, kind: DocumentType, event: str, whom: str, version: int) -> None:  # I-122
    made = deal(kind, area)
    print_documents([made.document], Options(archive=True))
    (entry,) = entries()
    assert (entry.document_type, entry.document_no) == (event, made.document.no)
    assert entry.contact == getattr(made, whom)
    assert (entry.doc_no_occurrence, entry.version_no) == (version, version)
    assert (entry.salesperson_code, entry.campaign_no, entry.opportunity_no) == ("AB", "CP1", "OP1")
    template = InteractionTemplate.objects.get(code=entry.interaction_template_code).description
    assert entry.description == (template if area == Area.SERVICE else made.document.posting_description)
    made.document.refresh_from_db()
    assert made.document.no_printed == 1


POSTED = [
    (Area.SALES, O, PostedKind.SALES_SHIPMENT, "sales_shipment", "contact"),
    (Area.SALES, O, PostedKind.SALES_INVOICE, "sales_invoice", "payer"),
    (Area.SALES, R, PostedKind.SALES_CREDIT_MEMO, "sales_credit_memo", "payer"),
    (Area.SALES, R, PostedKind.SALES_RETURN_RECEIPT, "sales_return_receipt", "payer"),
    (Area.PURCHASE, O, PostedKind.PURCHASE_RECEIPT, "purchase_receipt", "contact"),
    (Area.PURCHASE, O, PostedKind.PURCHASE_INVOICE, "purchase_invoice", "contact"),
    (Area.PURCHASE, R, PostedKind.PURCHASE_CREDIT_MEMO, "purchase_credit_memo", "contact"),
    (Area.PURCHASE, R, PostedKind.PURCHASE_RETURN_SHIPMENT, "purchase_return_shipment", "contact"),
    (Area.SERVICE, O, PostedKind.SERVICE_SHIPMENT, "sales_shipment", "contact"),
    (Area.SERVICE, O, PostedKind.SERVICE_INVOICE, "sales_invoice", "payer"),
    (Area.SERVICE, C, PostedKind.SERVICE_CREDIT_MEMO, "sales_credit_memo", "payer"),
]


@pytest.mark.parametrize(("area", "kind", "posted", "event", "whom"), POSTED)
def test_printing_what_was_posted_is_logged(
    area: Area, kind: DocumentType, posted: PostedKind, event: str, whom: str
) -> None:  # I-122
    made = deal(kind, area)
    (found,) = [each for each in post(made.document) if each.kind == posted]
    before = len(entries())
    print_documents([found])
    (entry,) = entries()[before:]
    assert entry.document_type in (event, event.replace("sales_", "service_"))
    assert (entry.document_no, entry.doc_no_occurrence, entry.version_no) == (found.no, 0, 0)
    assert entry.contact == getattr(made, whom)
    assert (entry.salesperson_code, entry.campaign_no, entry.opportunity_no) == ("AB", "CP1", "OP1")
    assert entry.description == found.description
    found.refresh_from_db()
    assert found.no_printed == 1


def test_service_order_is_logged_on_its_first_item_and_on_posting() -> None:  # I-123, I-124
    order = deal(O, Area.SERVICE, description="Yearly check").document
    for number in (10000, 20000):
        records.create(ServiceItemLine, {"line_no": number, "description": "Lift"}, given={"document_id": order.pk})
    assert [(each.document_type, each.description) for each in entries()] == [("service_order_create", "Yearly check")]
    post(order)
    assert [each.document_type for each in entries()] == ["service_order_create", "service_order_post"]


@pytest.mark.parametrize(("area", "kind"), [(Area.SALES, C), (Area.PURCHASE, I), (Area.PURCHASE, C)])
def test_drafts_without_event_are_printed_unlogged(area: Area, kind: DocumentType) -> None:  # I-122
    made = deal(kind, area)
    assert print_documents([made.document], Options(log_interaction=True)).content == PAPER
    assert entries() == []


def test_document_without_contact_is_logged_on_the_company() -> None:  # I-121
    buyer = customer(company("Fjord AS"))
    print_documents([document(O, customer_id=buyer.pk, lines=1)])
    assert [entry.contact.name for entry in entries() if entry.contact] == ["Fjord AS"]


def test_nothing_is_logged_by_working_on_a_document_nor_by_its_preview() -> None:  # I-118, I-120
    order = deal(O, Area.SALES).document
    records.change(order, {"your_reference": "PO 1"})
    release(order)
    pdf_of(order)
    post(order)
    assert entries() == []
    assert not Document.objects.filter(pk=order.pk, no_printed__gt=0).exists()


def test_without_template_nothing_is_logged_even_if_asked() -> None:  # I-119
    InteractionTemplateSetup.objects.update(sales_order_confirmations=None)
    print_documents([deal(O, Area.SALES).document], Options(log_interaction=True))
    assert entries() == []


def test_option_off_logs_nothing_and_counts() -> None:  # I-119, I-137
    order = deal(O, Area.SALES).document
    print_documents([order], Options(log_interaction=False))
    order.refresh_from_db()
    assert (entries(), order.no_printed) == ([], 1)


@pytest.mark.parametrize("logged", [True, False])
@pytest.mark.parametrize("archived", [True, False])
def test_archiving_and_logging_are_independent(logged: bool, archived: bool) -> None:  # I-137, I-138
    order = deal(O, Area.SALES).document
    print_documents([order], Options(log_interaction=logged, archive=archived))
    assert [entry.version_no for entry in entries()] == ([int(archived)] if logged else [])
    assert [version.interaction_exists for version in DocumentArchive.objects.all()] == ([logged] if archived else [])


@pytest.mark.parametrize("wanted", [True, False])
def test_archiving_follows_the_setup(wanted: bool) -> None:  # I-137, I-138
    DocumentSetup.objects.update(sales_archive_orders=wanted)
    print_documents([deal(O, Area.SALES).document])
    assert DocumentArchive.objects.count() == int(wanted)


def test_version_is_the_one_that_still_says_the_same() -> None:  # I-125
    order = deal(O, Area.SALES).document
    archive(order)
    print_documents([order], Options(archive=False))
    order.refresh_from_db()
    line(order)
    print_documents([order], Options(archive=False))
    assert [entry.version_no for entry in entries()] == [1, 0]
    assert DocumentArchive.objects.get().interaction_exists


def test_several_are_one_zip_and_an_entry_each() -> None:  # I-120
    printed = print_documents([deal(O, Area.SALES).document for _ in range(3)])
    assert printed.media_type == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(printed.content)).namelist()) == 3
    assert len(entries()) == 3


def test_entry_keeps_the_paper_read_only_and_opens_it() -> None:  # I-121, I-129
    print_documents([deal(O, Area.SALES).document])
    (entry,) = entries()
    assert entry.attachment is not None and entry.attachment.read_only
    assert content_of(entry.attachment) == PAPER
    assert entry.correspondence_type == "hard_copy"
    shown = show(entry)
    assert isinstance(shown, ShownFile) and shown.content == PAPER


def test_paper_is_not_kept_when_the_setup_says_so() -> None:  # I-121
    DocumentSetup.objects.update(store_printed_documents=False)
    current().cache.clear()
    order = deal(O, Area.SALES).document
    print_documents([order], Options(archive=True))
    (entry,) = entries()
    assert entry.attachment is None
    assert [each.set_name for each in show(entry)] == ["documentArchives"]  # type: ignore[union-attr]


def test_mail_goes_to_the_document_and_is_logged_once() -> None:  # I-120, I-136
    order = deal(O, Area.SALES, e_mail="deal@fjord.example").document
    mail_document(order)
    sent = OutboxMail.objects.get()
    assert (sent.to, sent.attachments.get().file_name) == (["deal@fjord.example"], f"Order confirmation {order.no}.pdf")
    for word in ("Test Company", "Order confirmation", order.no):
        assert word in sent.subject or word == "Test Company"
        assert word in sent.body_text or word == "Test Company"
    order.refresh_from_db()
    assert order.no_printed == 1 and order.sent_at is not None
    assert len(entries()) == 1


def test_mail_falls_back_to_the_paying_contact_then_to_the_account() -> None:  # I-136
    made = deal(O, Area.SALES)
    Document.objects.filter(pk=made.document.pk).update(e_mail="")
    made.document.refresh_from_db()
    mail_document(made.document)
    records.change(made.payer, {"email": "ola@fjord.example"})
    made.document.refresh_from_db()
    mail_document(made.document)
    assert [each.to for each in OutboxMail.objects.order_by("id")] == [["post@fjord.example"], ["ola@fjord.example"]]


def test_mail_without_address_is_refused_and_leaves_no_trace() -> None:  # I-136
    order = document(O, lines=1)
    with pytest.raises(DomainError) as refused:
        mail_document(order)
    assert refused.value.code == "email_address_missing"
    order.refresh_from_db()
    assert (entries(), order.no_printed) == ([], 0)


def test_mail_that_is_not_taken_leaves_no_trace() -> None:  # I-136
    from tuttava.foundation.mail import fail_next

    order = deal(O, Area.SALES).document
    fail_next("mailbox full")
    with pytest.raises(DomainError):
        mail_document(order, Letter(to="a@b.example"))
    order.refresh_from_db()
    assert (entries(), order.no_printed, DocumentArchive.objects.count()) == ([], 0, 0)


def test_post_and_print_records_what_was_posted() -> None:  # I-120
    made, printed = post_and_leave(deal(O, Area.SALES).document, printing=True)
    assert printed is not None and len(made) == 2
    assert [entry.document_type for entry in entries()] == ["sales_shipment", "sales_invoice"]


def test_post_and_send_is_refused_before_posting_without_address() -> None:  # I-120, I-136
    order = document(O, lines=1)
    with pytest.raises(DomainError):
        post_and_leave(order, sending=True)
    assert Document.objects.filter(pk=order.pk).exists()


def test_order_whose_print_is_refused_is_not_posted(monkeypatch: pytest.MonkeyPatch) -> None:  # I-135
    def broken(_papers: object) -> bytes:
        raise DomainError("pdf_not_made", "")

    monkeypatch.setattr(actions, "pdf", broken)
    order = document(O, lines=1)
    with pytest.raises(DomainError):
        post_and_leave(order, printing=True)
    assert Document.objects.filter(pk=order.pk, status="open").exists()


@pytest.mark.parametrize("lives", [True, False])
def test_version_is_kept_as_long_as_the_log_names_it(lives: bool) -> None:  # I-159
    order = deal(O, Area.SALES).document
    for archived in (True, False):
        print_documents([order], Options(archive=archived))
    version = DocumentArchive.objects.get()
    if not lives:
        DocumentSetup.objects.update(sales_archive_orders=False)
        current().cache.clear()
        records.delete(order)
    first, second = entries()
    assert (first.version_no, second.version_no) == (1, 1)
    for entry in (first, second):
        version.refresh_from_db()
        assert version.interaction_exists
        life.toggle_canceled([entry.pk])
        life.delete_entry(InteractionLogEntry.objects.get(pk=entry.pk))
    left = DocumentArchive.objects.filter(pk=version.pk).first()
    assert (left is not None and not left.interaction_exists) if lives else left is None


def test_converted_quote_leads_to_its_order() -> None:  # I-129
    from tuttava.documents.converting import make_order

    quote = deal(Q, Area.SALES).document
    print_documents([quote], Options(archive=False))
    order = make_order(quote)
    (entry,) = entries()[:1]
    (shown,) = showing._live(Area.SALES, Q, entry)
    assert shown.no == order.no


def test_campaign_that_is_gone_does_not_stop_a_print() -> None:  # I-122
    print_documents([deal(O, Area.SALES, campaign_no="GONE").document])
    assert [entry.campaign_no for entry in entries()] == [""]


def test_interactions_of_an_order_are_those_of_its_paying_contact() -> None:  # I-130
    order = deal(O, Area.SALES).document
    print_documents([order])
    other = deal(Q, Area.SALES).document
    print_documents([other])
    assert [entry.document_no for entry in showing.interactions_of(order)] == [order.no]
