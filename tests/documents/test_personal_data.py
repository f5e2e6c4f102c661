"""What documents say about a person is handed out, and erased with it (C-74)."""

from __future__ import annotations

import pytest

from tests.documents.making import company, customer, document, person
from tuttava.contacts.personal_data import erase_personal_data, export_personal_data
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, Document, DocumentArchive, DocumentType, PostedHeader
from tuttava.documents.posting import post
from tuttava.documents.printing import actions
from tuttava.documents.quotes import create_quote
from tuttava.foundation import records
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.models import OutboxMail

pytestmark = pytest.mark.usefixtures("company")


def test_documents_of_a_person_are_handed_out() -> None:  # C-74
    who = person(None, "Kari Nordmann")
    quote = document(DocumentType.QUOTE, account_contact_id=who.pk)
    data = export_personal_data(who, "Asked for it")
    assert [row["no"] for row in data["documents"]] == [quote.no]


def test_quote_of_a_person_is_anonymous_after_erasure(monkeypatch: pytest.MonkeyPatch) -> None:  # C-74
    monkeypatch.setattr(actions, "pdf", lambda _papers: b"%PDF-1.7")
    who = person(None, "Kari Nordmann", email="kari@nordmann.example", phone_no="91000000")
    quote = document(DocumentType.QUOTE, account_contact_id=who.pk, lines=1)
    actions.mail_document(quote, options=actions.Options(log_interaction=False))
    archive(quote)
    gone = create_quote(who, Area.SALES)
    records.delete(gone)
    erase_personal_data(who, "Asked for it")
    for found in (Document.objects.get(), *DocumentArchive.objects.all()):
        told = {found.name, found.contact_name, found.e_mail, found.phone_no, found.bill_to_name, found.ship_to_name}
        assert told == {""}
    assert not OutboxMail.objects.exists()
    history = str([*JournalChange.objects.values_list("old", "new"), *UnitOfWork.objects.values_list("summary")])
    assert "nordmann.example" not in history and "91000000" not in history and "Kari" not in history


def test_posted_documents_keep_who_bought_and_lose_whom_one_talked_to() -> None:  # C-74
    hub = company("Fjord AS")
    who = person(hub, "Kari Nordmann", email="kari@nordmann.example")
    post(document(customer_id=customer(hub).pk, account_contact_id=who.pk, lines=1))
    erase_personal_data(who, "Asked for it")
    for header in PostedHeader.objects.all():
        assert (header.name, header.contact_name, header.e_mail) == ("Fjord AS", "", "")
        assert (header.ship_to_contact, header.bill_to_contact_name) == ("", "")
